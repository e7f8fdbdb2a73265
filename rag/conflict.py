"""Whether two passages give different answers to the same question, by their values and names.

Laid out by code, not by the model: a small one that is given both makes a sum of them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from rag.asked import Asked, partial, values
from rag.assent import contradicts, gainsays
from rag.dates import Date
from rag.passage import Passage
from rag.quantities import Quantity, quantities
from rag.units import UNIT_KEYS
from rag.words import Word, content_keys, content_words

__all__ = ["agree", "count_alike", "differ", "disagree", "is_conflict", "repeats", "restates"]

# Two accounts of one thing hardly ever differ by more: a soldier's pay is no army's.
FAR = 100
# What a value is before it is changed, and what it is not, each right before it.
_CHANGED_FROM = re.compile(
    r"""\b(?:mov|postpon|reschedul|shift|delay|chang|rais|ris|rose|increas|cut|lower|reduc|fall|fell
    |drop|grow|grew|extend|br(?:ing|ought)|put|go|goes|went)\w*\b[^.;,]*\bfrom\s+$""",
    re.I | re.X,
)
_TO = re.compile(r"(?:\s+\w+){0,3}?\s+to\b")
_GIVEN_UP = re.compile(
    r"\b(?:instead\s+of|rather\s+than|(?:up|down)\s+from|formerly|previously|not)\s+(?:on\s+)?$",
    re.I,
)
_WHO = re.compile(r"\bwho(?:m|se)?\b", re.I)
Value = Quantity | Date
V = TypeVar("V", bound=Value)


def disagree(want: Asked, one: Passage, other: Passage, claim: str) -> bool:
    """Whether `other` gives another value than `one`, from which `claim` was written, or says the
    opposite where a yes or a no is wanted.

    A part and a whole don't disagree, nor do values of different things.
    """
    if want.yes_no:
        return gainsays(want.asking, one.text, other.text)
    if want.several or not _of_one_thing(want, one, other, claim):
        return False
    if want.quantity or want.date:
        mine, theirs = (_asked_for(want, each.sentence.text) for each in (one, other))
        told = [one for one in _asked_for(want, claim) if any(_same(one, own) for own in mine)]
        mine = [*told] or mine
        theirs = [value for value in theirs if any(_of_one_measure(value, own) for own in mine)]
    else:
        mine, theirs = _claimed(want, claim, other)
    if not mine or not theirs:
        return False
    return not any(_same(a, b) for a in mine for b in theirs)


def is_conflict(want: Asked, one: Passage, other: Passage) -> bool:
    """Whether two passages that disagree can't both be right; a document may name an exception from
    what it says itself."""
    if not want.yes_no:
        return True
    same = one.sentence.sentence.document == other.sentence.sentence.document
    return not same and contradicts(one.text, other.text)


def agree(want: Asked, claim: str, other: str) -> bool:
    """Whether two claims give the same value of what was asked for."""
    if not (want.quantity or want.date):
        return False
    return any(_same(a, b) for a in _asked_for(want, claim) for b in _asked_for(want, other))


def repeats(question: str, claim: str, passage: Passage) -> bool:
    """Whether a passage has all that a claim answers to a question, so that it may well agree."""
    there = content_keys(f"{passage.text}\n{passage.sentence.title}")
    return _told(question, claim).keys() <= there


def differ(question: str, claim: str, other: str) -> bool:
    """Whether two claims answer a question with other names, or without a word in common."""
    one, two = _told(question, claim), _told(question, other)
    named = [{key for key, word in told.items() if word.name} for told in (one, two)]
    if _WHO.search(question) and _names_any(one) != _names_any(two):
        return False  # one of them names nobody
    mine, theirs = named if all(named) else (one.keys(), two.keys())
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _names_any(told: Mapping[str, Word]) -> bool:
    """Whether a word has a capital: "Ann paid it" names somebody, though it opens with her."""
    return any(word.text[0].isupper() for word in told.values())


def restates(question: str, claim: str, other: str) -> bool:
    """Whether another claim says, with another value, what a claim says of the question: it has at
    least half of the words that the two of them share, else more than half of the claim's."""
    words = [content_keys(text) for text in (question, claim, other)]
    shared = words[0] & words[1]
    if shared:
        return 2 * len(shared & words[2]) >= len(shared)
    return 2 * len(words[1] & words[2]) > len(words[1])


def count_alike(one: str, other: str) -> bool:
    """Whether two texts count things of one name."""
    mine, theirs = (
        {noun for each in quantities(text) for noun in each.nouns[:1]} for text in (one, other)
    )
    return bool((mine & theirs) - UNIT_KEYS)


def _told(question: str, claim: str) -> dict[str, Word]:
    """What a claim says that its question doesn't, by the words' keys."""
    known = content_keys(question)
    return {word.key: word for word in content_words(claim) if word.key not in known}


def _of_one_thing(want: Asked, one: Passage, other: Passage, claim: str) -> bool:
    """Whether a passage of the same document has a word of what the claim says of the question, or
    counts the same."""
    if one.sentence.sentence.document != other.sentence.sentence.document:
        return True
    asked, told, there = (content_keys(each) for each in (want.premise, claim, other.text))
    if not asked & told or asked & told & there:
        return True
    return count_alike(one.sentence.text, other.sentence.text)


def _asked_for(want: Asked, text: str) -> list[Value]:
    """The values in a text that could answer and still hold."""
    given = values(want, text)
    return _held(
        want, text, [one for one in given if isinstance(one, Date) or not partial(text, one)]
    )


def _held(want: Asked, text: str, given: Sequence[V]) -> list[V]:
    """Those of a text's values that it doesn't call changed, if any; a question that names a year
    or a number may ask for what was then."""
    if re.search(r"\d", want.asking):
        return list(given)
    return [one for one in given if not _is_given_up(text, one)] or list(given)


def _is_given_up(text: str, value: Value) -> bool:
    """Whether a text says that a value holds no longer: "moved from 18 May to 25 May"."""
    before = text[: value.start if isinstance(value, Date) else value.hedge_start]
    if _GIVEN_UP.search(before):
        return True
    return bool(_CHANGED_FROM.search(before) and _TO.match(text, value.end))


def _claimed(want: Asked, claim: str, other: Passage) -> tuple[list[Value], list[Value]]:
    """The values of the claim that the question doesn't give, and the other's of their measure."""
    known = quantities(want.premise)
    there = _held(want, other.sentence.text, quantities(other.sentence.text))
    mine = [one for one in _held(want, claim, quantities(claim)) if not _in(one, known)]
    return [*mine], [value for value in there if any(_comparable(value, own) for own in mine)]


def _in(value: Quantity, others: Sequence[Quantity]) -> bool:
    return any(value.low == other.low and value.high == other.high for other in others)


def _comparable(one: Quantity, other: Quantity) -> bool:
    """Whether both are of the same measure: a unit, or a word for what they count."""
    small, large = sorted((abs(one.high), abs(other.high)))
    if 0 < small * FAR < large:
        return False
    if one.unit or other.unit:
        return one.unit == other.unit
    return bool(set(one.nouns[:1]) & set(other.nouns[:1]))


def _of_one_measure(one: Value, other: Value) -> bool:
    """Whether neither has a unit that the other hasn't."""
    if isinstance(one, Date) or isinstance(other, Date):
        return True
    return UNIT_KEYS & {*one.nouns[:1]} == UNIT_KEYS & {*other.nouns[:1]}


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Date) and isinstance(other, Date):
        given = ((one.month, other.month), (one.day, other.day), (one.year, other.year))
        return all(None in pair or pair[0] == pair[1] for pair in given)
    if isinstance(one, Date) or isinstance(other, Date):
        return False
    return one.unit != other.unit or (one.low <= other.high and other.low <= one.high)
