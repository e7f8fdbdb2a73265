"""Whether a text says where something is: "under the mat", "upstairs", "Venue: Hollin Barn"."""

import re

from rag.changes import values_in
from rag.words import content_keys, content_words, is_calendar, words

__all__ = ["asks_where", "gives_place"]

_WHERE = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:(?:in|at|on|to|from)\s+)?(?:where|(?:what|which)\s+place)\b",
    re.I,
)
_LEADS = frozenset(
    """in on at near by behind beside beneath under over above below inside outside within opposite
    between along across from to into through past towards around next against of off via""".split()
)
_PLACES = frozenset(
    """here upstairs downstairs indoors outdoors inside outside abroad online nearby home everywhere
    nowhere anywhere ashore aboard overhead""".split()
)
_LABELLED = re.compile(r"\w(?::\s|\s\|\s)")
# "As a Senior Engineer": what somebody works as is no place.
_POST = re.compile(r"\bas\s+(?:an?|the)\s+(?:[A-Z]\w+\s?)+")
_ASIDE = frozenset("a an the this that our your my his her its their each every any no".split())


def asks_where(asking: str) -> bool:
    """Whether a question asks for a place."""
    return _WHERE.search(asking) is not None


def gives_place(asking: str, text: str) -> bool:
    """Whether a text has a place beside what a question names: a word for one, a name, what stands
    behind a label, or what a preposition leads to that is no time and no number."""
    if _LABELLED.search(text):
        return True
    known = content_keys(asking)
    timed = [range(one.start, one.end) for one in values_in(text)]
    new = {
        word.start: word
        for word in content_words(text)
        if word.key not in known
        and not (word.unit or is_calendar(word.text) or any(word.start in one for one in timed))
    }
    lead = False
    for word in words(text):
        low = word.text.lower()
        if low in _PLACES or (lead and word.start in new):
            return True
        lead = low in _LEADS or (lead and low in _ASIDE)
    posts = [range(*one.span()) for one in _POST.finditer(text)]
    return any(word.name and not any(at in post for post in posts) for at, word in new.items())
