"""Whether two passages give different answers to the same question, by their values.

Laid out by code, not by the model: a small one that is given both makes a sum of them.
"""

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.asked import Asked
from rag.assent import contradicts, gainsays, touches
from rag.cells import are_rows, is_of_another
from rag.changes import Value, held, is_past, values_in
from rag.clock import CLOCK, is_another_day
from rag.dates import Date, dates
from rag.passage import Passage
from rag.quantities import Quantity, quantities
from rag.rates import without_rate
from rag.sources import said_keys
from rag.spans import since
from rag.subjects import narrower
from rag.timing import are_other_days, are_other_hours, are_times, at_other_times, same_hours
from rag.units import UNIT_KEYS
from rag.values import partial, values
from rag.words import content_keys, content_words, counts_people, named_words

__all__ = ["agree", "count_alike", "disagree", "is_conflict"]

# Two accounts of one thing hardly ever differ by more: a soldier's pay is no army's.
FAR = 100
# What a value is compared with, rather than asked about: "more than £40", "within 14 days".
_COMPARED_WITH = re.compile(
    r"\b(?:than|least|most|within|under|over|above|below|beyond|before|after|by|until|from|to"
    r"|between)\s+(?:the\s+)?\Z",
    re.I,
)
_ALSO = re.compile(
    r"\b(?:also(?!\s+(?:known|called|named|spelt|spelled|referred))|as\s+well|additionally"
    r"|in\s+addition)\b",
    re.I,
)
# What one may do is no number that something has: "how many cards may I hold?"
_ALLOWED = re.compile(r"\b(?:may|must|can\s+(?:I|i|we|you))\b")
_LIMITS = re.compile(
    r"\b(?:may|can|must|allow\w*|most|least|more\s+than|up\s+to|limit\w*|maximum|minimum|within|only)\b",
    re.I,
)
_ENOUGH = re.compile(r"\b(?:enough|exceed)", re.I)


def disagree(want: Asked, one: Passage, other: Passage, claim: str) -> bool:
    """Whether `other` gives another value than `one`, from which `claim` was written, or says the
    opposite where a yes or a no is wanted.

    A part and a whole don't disagree, nor do values of different things.
    """
    if want.yes_no:
        denied = gainsays(want.asking, one.text, other.text) and not _of_another_day(want, other)
        return denied or _revalues(want, one.text, other.text)
    if want.several or not _of_one_thing(want, one, other, claim):
        return False
    if is_of_another(other.said, content_keys(f"{want.asking}\n{claim}\n{other.sentence.title}")):
        return False
    if want.valued:
        mine, theirs = (_asked_for(want, each.sentence.text) for each in (one, other))
        told = [one for one in _asked_for(want, claim) if any(_same(one, own) for own in mine)]
        mine = [*told] or mine
        theirs = [value for value in theirs if any(_of_one_measure(value, own) for own in mine)]
        if one.document == other.document:
            known = content_keys(f"{want.asking}\n{claim}")
            theirs = [value for value in theirs if not _of_some(value, mine, known)]
            theirs = [value for value in theirs if not _bounds(value, mine)]
    else:
        mine, theirs = _claimed(want, claim, other.sentence.text)
    if not mine or not theirs:
        return False
    if are_times(theirs):
        apart = one.document != other.document
        later = are_other_hours(want.asking, mine, theirs)
        return _has_most(want, claim, other) and at_other_times(
            one.text, other.text, later=later, apart=apart
        )
    return not _any_same(mine, theirs)


def _of_another_day(want: Asked, passage: Passage) -> bool:
    """Whether a passage speaks of another day of the week than a question."""
    return any(is_another_day(word.text, passage.text) for word in content_words(want.asking))


def _revalues(want: Asked, one: str, other: str) -> bool:
    """Whether one of two texts has a value that a question names, and the other another one."""
    asking = want.asking
    if _ENOUGH.search(asking):
        return False
    return any(
        {_has(value, one), _has(value, other)} == {True, False}
        and touches(asking[: value.start] + asking[value.end :], one, other)
        for value in values_in(asking)
        if not _COMPARED_WITH.search(asking, 0, value.start)
    )


def _has(value: Value, text: str) -> bool | None:
    """Whether a text still holds a value; None if it has none of that measure, or another date, as
    both may hold."""
    if isinstance(value, Date):
        same = [each for each in dates(text) if _same(value, each)]
        return any(not is_past(text, each) for each in same) if same else None
    there = [each for each in values_in(text) if isinstance(each, Quantity)]
    alike = [each for each in there if _comparable(value, each)]
    return any(_same(value, each) for each in held(text, alike)) if alike else None


def is_conflict(want: Asked, one: Passage, other: Passage) -> bool:
    """Whether two passages that disagree can't both be right; a document may name an exception from
    what it says itself."""
    if _ALSO.search(other.said):
        return False
    if not want.yes_no:
        return one.document != other.document or not narrower(other.said, one.said)
    return one.document != other.document and contradicts(one.text, other.text)


def agree(want: Asked, claim: str, other: str) -> bool:
    """Whether two claims give the same value of what was asked for: of days and hours, no other
    ones of either."""
    if want.measure:
        return _any_same(*_claimed(want, claim, other))
    if not want.valued:
        return False
    mine, theirs = (_asked_for(want, each) for each in (claim, other))
    if not are_times([*mine, *theirs]):
        return _any_same(mine, theirs)
    return not (are_other_days(claim, other) or are_other_hours(want.asking, mine, theirs))


def count_alike(want: Asked, one: str, other: str) -> bool:
    """Whether two texts count things of one name; where people are asked for, people."""
    mine, theirs = (
        {noun for each in quantities(text) for noun in each.nouns[:1]} for text in (one, other)
    )
    alike = (mine & theirs) - UNIT_KEYS
    return counts_people(alike) if counts_people(want.nouns) else bool(alike)


def _of_one_thing(want: Asked, one: Passage, other: Passage, claim: str) -> bool:
    """Whether a passage of the same document has a word of what the claim says of the question, or
    counts the same; two rows of a table are of two things, as is what is said of two names."""
    if one.document != other.document:
        return True
    if are_rows(one.said, other.said) or _of_another_name(want, one, other, claim):
        return False
    if _ALLOWED.search(want.asking) and not _LIMITS.search(other.said):
        return False
    premise = without_rate(want.premise)
    asked, told, there = _heads(premise), content_keys(claim), content_keys(other.text)
    if not asked & told or asked & told & there:
        return True
    return count_alike(want, one.sentence.text, other.sentence.text)


def _of_another_name(want: Asked, one: Passage, other: Passage, claim: str) -> bool:
    """Whether a passage has a name of its own for one that the question, a claim, and the passage
    that this is of, have."""
    asked, there = ({word.key for word in named_words(text)} for text in (want.asking, other.text))
    told, known = content_keys(claim), content_keys(f"{other.text}\n{other.sentence.title}")
    return bool(asked & told & content_keys(one.text) - known and there - told)


def _heads(text: str) -> set[str]:
    """The keys of a text's words but those that only tell what kind: "clinic" of "heart clinic"."""
    found = content_words(text)
    kinds = {
        word.start
        for word, after in pairwise(found)
        if not text[word.end : after.start].strip(" -")
    }
    return {word.key for word in found if word.start not in kinds}


def _has_most(want: Asked, claim: str, other: Passage) -> bool:
    """Whether a passage has most of what a claim says of the question, names aside, if that is
    anything: a document that is somebody's need not name them."""
    named = {word.key for word in content_words(want.premise) if word.name}
    shared = content_keys(want.premise) & content_keys(claim) - named
    return not shared or 2 * len(shared & said_keys(other.text)) > len(shared)


def _asked_for(want: Asked, text: str) -> list[Value]:
    """The values in a text that could answer, and still hold."""
    then = [] if _of_a_time(want) else since(text)
    given = [one for one in values(want, text) if not any(one.start in span for span in then)]
    whole = [one for one in given if isinstance(one, Date) or not partial(text, one)]
    return whole if _of_a_time(want) else held(text, whole)


def _of_a_time(want: Asked) -> bool:
    """Whether a question may ask for what was so at a time: it has a year, or another number."""
    return re.search(r"\d", want.asking) is not None


def _claimed(want: Asked, claim: str, other: str) -> tuple[list[Value], list[Value]]:
    """The values of the claim that the question doesn't give, and the other's of their measure."""
    known, own, there = quantities(want.premise), quantities(claim), quantities(other)
    if not _of_a_time(want):
        own, there = tuple(held(claim, own)), tuple(held(other, there))
    mine = [value for value in own if not _in(value, known)]
    alike = [value for value in there if any(_comparable(value, own) for own in mine)]
    bare = [value for value in there if not (value.unit or value.nouns)]
    if not alike and mine and not any(one.unit or one.nouns for one in mine):
        alike = bare if _heads(want.premise) & content_keys(claim) <= content_keys(other) else []
    return [*mine], [*alike]


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
    """Whether neither has a unit that the other hasn't; a date is no time of the day."""
    if isinstance(one, Date) or isinstance(other, Date):
        return isinstance(one, Date) and isinstance(other, Date)
    return UNIT_KEYS & {*one.nouns[:1]} == UNIT_KEYS & {*other.nouns[:1]}


def _of_some(value: Value, whole: Sequence[Value], known: set[str]) -> bool:
    """Whether a value counts some of what a greater one counts: "5 trials of baths" of 22."""
    return isinstance(value, Quantity) and any(
        isinstance(own, Quantity)
        and value.high < own.low
        and value.nouns[:1] == own.nouns[:1]
        and bool({*value.nouns[1:]} - known)
        for own in whole
    )


def _bounds(value: Value, others: Sequence[Value]) -> bool:
    """Whether a value only says how much another is at most: "less than £1,000", of £924."""
    if isinstance(value, Date) or value.hedge != "at most":
        return False
    known = [one for one in others if isinstance(one, Quantity) and one.unit == value.unit]
    return any(one.high <= value.high for one in known)


def _any_same(mine: Sequence[Value], theirs: Sequence[Value]) -> bool:
    return any(_same(a, b) for a in mine for b in theirs)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, Date) and isinstance(other, Date):
        given = ((one.month, other.month), (one.day, other.day), (one.year, other.year))
        return all(None in pair or pair[0] == pair[1] for pair in given)
    if isinstance(one, Date) or isinstance(other, Date):
        return False
    if one.unit == other.unit == CLOCK:
        return same_hours(one, other)
    return one.unit != other.unit or (one.low <= other.high and other.low <= one.high)
