"""Which values of a text could answer a question: numbers of what it counts, dates, days, hours."""

import re
from collections.abc import Iterator, Sequence

from rag.asked import Asked
from rag.clock import WEEKDAY, clock_times, weekdays
from rag.dates import ORDINALS, Date, bare_months, dates, plain
from rag.places import asks_where, gives_place
from rag.quantities import Quantity, quantities
from rag.rates import rates
from rag.units import TIMES
from rag.words import content_words, counts_people, stem

__all__ = ["gives", "partial", "values"]

_YEAR = re.compile(r"(?<![\d,.])(?:1\d|20)\d\d(?!\d|[,.]\d)")
_DAYS = ("day", "date", "weekday")
_ORDINALS = ORDINALS[:10]
_ORDINAL_DAY = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_ORDINALS)})|(?P<digits>\d{{1,2}})(?:st|nd|rd|th))\s+"
    r"(?:day\b|of\s+(?:the|each|every|a)\s+month\b)",
    re.I,
)
_MONEY = frozenset(
    map(stem, "money cash dollar pay paid cost price revenue rent salary wage income debt".split())
)
_PAID = re.compile(
    r"\b(?:covered|insured|paid|charged|refunded|reimbursed|deducted|owed?|pay|earn|worth)\b", re.I
)
_PARTIAL_BEFORE = re.compile(
    r"\bincluding\b[^.;:]*$|\b(?:of\s+(?:them|these|those|whom|which))\W+\w*\W*$", re.I
)
_PARTIAL_AFTER = re.compile(
    r"\b(?:already|so\s+far|to\s+date|of\s+(?:them|these|those|whom)"
    r"|of\s+(?:the|his|her|its|our|their|my|your)\s+(?:first|last|next))\b",
    re.I,
)
# "0.6 words more than boys": no number of words.
_DIFFERS = re.compile(
    r"\s+(?:\w+\s+){0,3}?(?:more|fewer|less|(?!other|rather|later|earlier|sooner)\w+er)\s+than\s+"
    r"(?!an?\s|half\b|\d|one\b|two\b|three\b)",
    re.I,
)
_COMPARED = re.compile(r"\b(?:more|fewer|less|than)\b", re.I)
_REST = re.compile(r",?\s+(?:being\s+)?the\s+(?:balance|rest|remainder)\b", re.I)
_CLAUSE_END = re.compile(r"[,;:.!?]\s|\band\b")


def gives(want: Asked, text: str) -> bool:
    """Whether a text has what was asked for in so many words: a number, a year, a day, a place."""
    if asks_where(want.asking):
        return gives_place(want.asking, text)
    if want.time == "year":
        return _YEAR.search(text) is not None
    if want.time in _DAYS:
        return bool(values(want, text)) or WEEKDAY.search(text) is not None
    return not want.quantity or bool(values(want, text))


def values(want: Asked, text: str) -> Sequence[Quantity | Date]:
    """The values in `text` that could answer: quantities of the asked-for noun; dates, days of the
    week where there are none, and times of the day, or else how long it is to be; how often.

    A quantity of a part ("including 500 officers", "8,000 have already arrived") is left out where
    the text also has the whole.
    """
    if want.often:
        return list(rates(text))
    if want.time in _DAYS:
        dated = [date for date in dates(text) if date.day] + list(_ordinal_days(text))
        return dated or weekdays(text)
    if want.time == "time":
        return clock_times(text)
    if want.date:
        dated = [*dates(text), *bare_months(text), *_bare_years(text), *_ordinal_days(text)]
        timed = [*(dated or weekdays(text)), *clock_times(text)]
        return timed or [one for one in quantities(text) if TIMES & {*one.nouns[:1]}]
    if not want.quantity:
        return []
    counted = [one for one in quantities(text) if _counts(want, one, text)]
    bound = [one for one in counted if set(want.nouns[-1:]) & set(one.nouns)] or counted
    whole = [one for one in bound if not partial(text, one)]
    return whole or bound


def _bare_years(text: str) -> Iterator[Date]:
    dated = [range(date.start, date.end) for date in dates(text)]
    for match in _YEAR.finditer(text):
        if not any(match.start() in span for span in dated):
            yield Date(None, None, int(match.group()), match.start(), match.end())


def _ordinal_days(text: str) -> Iterator[Date]:
    for match in _ORDINAL_DAY.finditer(text):
        word = match["word"]
        day = _ORDINALS.index(plain(word)) + 1 if word else int(match["digits"])
        yield Date(None, day, None, match.start(), match.end())


def partial(text: str, quantity: Quantity) -> bool:
    """Whether a quantity is said to be a part of another."""
    clause_end = _CLAUSE_END.search(text, quantity.end)
    clause = text[quantity.end : clause_end.start() if clause_end else len(text)]
    before = text[: quantity.hedge_start]
    part = _PARTIAL_BEFORE.search(before) or _PARTIAL_AFTER.search(clause)
    return bool(part or _REST.match(text, quantity.end))


def _counts(want: Asked, quantity: Quantity, text: str) -> bool:
    if not want.nouns:
        return True
    sum_ = bool(quantity.unit) and quantity.unit != "percent"
    if set(want.nouns) & _MONEY or (sum_ and _PAID.search(want.asking)):
        return sum_
    if _DIFFERS.match(text, quantity.end) and not _COMPARED.search(want.asking):
        return False
    if want.nouns[-1] in quantity.nouns:
        return not _of_another(want.nouns, quantity.nouns, text)
    people = counts_people(want.nouns) and any(counts_people(q.nouns) for q in quantities(text))
    if people and not counts_people(quantity.nouns):
        return False
    if want.nouns[0] in TIMES and quantity.nouns == want.nouns[:1]:  # days, under "Holiday"
        return not quantity.ordinal
    year = _YEAR.fullmatch(text, quantity.start, quantity.end)
    return not (year or quantity.unit or set(want.nouns) & set(quantity.nouns))


def _of_another(wanted: tuple[str, ...], counted: tuple[str, ...], text: str) -> bool:
    """Whether a shared noun goes with other names: "Russian soldiers" are asked for, the text
    counts "North Korean soldiers" and has Russia elsewhere."""
    mine, theirs = set(wanted[:-1]), set(counted[: counted.index(wanted[-1])])
    names = {word.key for word in content_words(text) if word.name}
    return bool(theirs) and not mine & theirs and bool(mine & names)
