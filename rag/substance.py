"""Whether a draft answers at all: by something of its passage that the question didn't say."""

import re
from itertools import pairwise

from rag.asked import Asked, asked
from rag.changes import values_in
from rag.dates import bare_months
from rag.passage import Passage
from rag.places import asks_where, gives_place
from rag.quantities import Quantity, quantities
from rag.sources import Source, said_keys
from rag.units import UNIT_KEYS
from rag.words import content_keys, content_words, is_adverb, is_participle, stem, words

__all__ = ["FRAGMENT", "compares", "empty_handed", "hangs_on_nothing", "is_clause", "leaves_out"]

FEW = 3  # words of a row, or of a sentence that is as short
FRAGMENT = 4  # words: what is shorter says nothing without its question

_NO_PRICE = re.compile(
    r"\W*(?:\w+\s+)?how\s+(?:long|old|tall|deep|wide|heavy|hot|cold|fast|often|soon|late)\b", re.I
)
_MEASURE = re.compile(
    r"\W*(?:\w+\s+)?how\s+(?:(?:hot|cold|far|tall|deep|wide|high|heavy|fast|strong)\b"
    r"|long\b.*\b(?:takes?|lasts?)\b)",
    re.I,
)
_DENIED = re.compile(r",\s+(?:and\s+)?not\s+(?P<what>(?:[^.;]|\.(?=\d))+)\.?\Z")
_NUMBER = re.compile(
    r"\W*(?:\w+\s+)?what(?:['’]s|\s+(?:is|was))\s+the\s+(?:[\w'’]+\s+){0,3}?number\b", re.I
)
_WHO = re.compile(r"\W*(?:and\s+)?who\s+(?P<verb>[a-z]+)\b", re.I)
_RANKED = (
    "high|long|larg|bigg|small|tall|old|young|cheap|fast|slow|heavi|short|wid|deep|strong|warm|cold"
    "|hott|rich|poor|near"
)
_RANKS = re.compile(rf"\b(?:{_RANKED})e(?:r|st)\b", re.I)
_COMPARES = re.compile(
    r"\b(?:\w{2,}(?:er|est)\s+than|\w{3,}est|more|most|less|least|top|record|leading|main|chief|only"
    rf"|first|(?:{_RANKED})er)\b",
    re.I,
)
_WHAT_IS = re.compile(
    r"\W*what(?:['’]s|\s+(?:is|was|are|were))\s+(?:the|my|our|your|its|their|his|her)\s+"
    r"(?:\w+\s+)*?(?P<what>\w+)\W*\Z",
    re.I,
)
_READINGS = frozenset("level value amount number result count figure date reading score".split())
# "... for Vitamin B12 is": up to the verb that it is the subject of.
_ON = r"(?:\s(?:for|of|in|to|on|at|the|an?|your|my|its|[A-Z\d]\w*)){0,6}\s(?:is|was|are|were)\b"
_SOMEBODY = re.compile(r"\W*(?:you|we|i|they)\b", re.I)
_BEING = frozenset("is are was were be been being".split())
# Verbs that carry no content elsewhere; what opens with one tells the reader to do something.
_ORDERS = frozenset("take give get make call use put go come hold tell show keep".split())


_LABELS = frozenset("total amount number figure kind type".split())  # which carry little elsewhere


def empty_handed(question: str, passage: Passage, draft: str) -> str:
    """How a draft says nothing that the question didn't, nothing of its passage, or another kind of
    value; "" where it answers. Of a yes or no, nothing more is expected."""
    want = asked(question)
    again = "it only says the question again"
    if want.yes_no or draft.endswith("?"):
        return again if draft.endswith("?") else ""
    if poor := _of_another_kind(want, draft) or _unlike(draft, passage):
        return poor
    letter = re.search(r"\s[A-Z]\b", draft)  # "protein A"
    if letter or values_in(draft) or bare_months(draft):  # "1960-01-15" has no word in it
        return ""
    if _WHO.match(want.asking) and _SOMEBODY.match(draft):
        return ""
    new = content_keys(draft) - content_keys(question)
    if new and new <= content_keys(passage.source.title) - content_keys(passage.text):
        return "it says only what the document is about"
    return "" if new else again


def is_clause(draft: str, said: str) -> bool:
    """Whether a draft is a sentence of the source, or a part of one that is set off by itself."""
    return _bare(draft) in _clauses(said)


def leaves_out(question: str, said: str, draft: str) -> str:
    """The word of a question that a sentence has, and the clause of it that a draft is hasn't: the
    motor, whose guarantee is asked for, of "it is two years; the motor has ten"; "" for none."""
    others = [clause for clause in _clauses(said) if clause != _bare(draft)]
    away = content_keys(" ".join(others)) - content_keys(draft)
    words = [word for word in content_words(question) if word.key in away]
    return words[0].text if words else ""


def _clauses(said: str) -> list[str]:
    return [_bare(clause) for clause in re.split(r"(?<=[.!?])\s+|;\s+", said)]


def _bare(clause: str) -> str:
    return clause.strip(" .").casefold()


def _unlike(draft: str, passage: Passage) -> str:
    """How a draft goes on about its text, rather than say what that says; "" if it doesn't."""
    text = passage.text
    if is_clause(draft, passage.said):
        return ""
    if order := _ordered(draft, text):
        return f"the source doesn't say to {order}"
    aside = _DENIED.search(draft)
    if aside and content_keys(aside["what"]) - content_keys(text):
        return "it denies what the source doesn't speak of"
    return "it has only the number of it" if _has_only_its_number(draft, text) else ""


def compares(question: str, draft: str, said: str) -> str:
    """The word by which a draft compares as its question does, and its passage doesn't: "the higher
    hill" of "the Knoll (61 m) and Gallows Hill (88 m)"; "" where there is none."""
    if _COMPARES.search(said):
        return ""
    asked_for = {one.group().lower() for one in _RANKS.finditer(question)}
    told = (one.group() for one in _RANKS.finditer(draft))
    return next((word for word in told if word.lower() in asked_for), "")


def _of_another_kind(want: Asked, draft: str) -> str:
    """How a draft gives another kind of value than the question asks for; "" if it doesn't."""
    given, asking = quantities(draft), want.asking
    coded = re.search(r"\d", draft)  # "KT-4471" is no quantity
    if _MEASURE.match(asking) and given and _counts_things(given[0]):
        return "it gives no number"
    if not given and (want.quantity or (_NUMBER.match(asking) and not coded)):
        return "it gives no number"
    whole = len(draft.split()) >= FRAGMENT  # "Leeds." is a place
    if whole and asks_where(asking) and not gives_place(asking, draft):
        return "it gives no place"
    if _names_no_doer(asking, draft):
        return "it doesn't say who"
    if _of_a_compound(asking, draft):
        return "it answers for something else"
    priced = given and all(one.unit not in ("", "percent") for one in given)
    measured = _NO_PRICE.match(asking) and not want.quantity
    return "it gives a price for a measure" if priced and measured else ""


def _of_a_compound(asking: str, draft: str) -> bool:
    """Whether a draft goes on from what is asked for to something that is only named after it: "the
    reference range is 200" for a reference."""
    what = _WHAT_IS.match(asking)
    if not what or is_participle(what["what"]):  # "what is it called?"
        return False
    after = re.search(rf"\b(?i:{what['what']})\s+(?P<next>[a-z]+){_ON}", draft)
    if not after or is_participle(after["next"]) or is_adverb(after["next"]):
        return False
    known = after["next"] in _READINGS
    return not known and bool(content_keys(after["next"]) - content_keys(asking))


def _counts_things(one: Quantity) -> bool:
    """Whether a quantity is a number of things, and no measure."""
    return not one.unit and bool(one.nouns) and one.nouns[0] not in UNIT_KEYS


def _names_no_doer(asking: str, draft: str) -> bool:
    """Whether a question asks who does something, and a draft only says that it is done."""
    who = _WHO.match(asking)
    said = list(words(draft))
    return who is not None and any(
        word.key == stem(who["verb"])
        and is_participle(word.text.lower())
        and before.text.lower() in _BEING
        and not re.search(r"\bby\b", draft[word.end :], re.I)
        for before, word in pairwise(said)
    )


def _has_only_its_number(draft: str, text: str) -> bool:
    """Whether a draft tells a number, and has none of the few words that say what it is of: what
    is a longer text's may well be told in other words."""
    said, there = (
        {word.key for word in content_words(one) if not word.unit} | _labels(one)
        for one in (draft, text)
    )
    return bool(quantities(draft)) and 0 < len(there) <= FEW and said.isdisjoint(there)


def hangs_on_nothing(draft: str, source: Source) -> bool:
    """Whether a draft tells a value, and nothing that this is of is in its source or beside it."""
    valued = [range(one.start, one.end) for one in (*values_in(draft), *bare_months(draft))]
    said = [word for word in content_words(draft) if not word.unit]
    told = {word.key for word in said if not any(word.start in span for span in valued)}
    there = content_keys(source.whole) | said_keys(source.text)
    told |= _labels(draft)
    return bool(valued and told) and told.isdisjoint(there | _labels(source.text))


def _labels(text: str) -> set[str]:
    """The words of a text that carry little elsewhere, and say what a number is of."""
    return {one.key for one in words(text) if one.text.lower() in _LABELS or "-" in one.text}


def _ordered(draft: str, text: str) -> str:
    """What a draft tells its reader to do and a text doesn't; "" where it tells nothing so."""
    there = {word.key for word in words(text)}
    first = next(iter(words(draft)), None)
    if first is None or first.text.lower() not in _ORDERS or first.key in there:
        return ""
    return first.text.lower()
