"""How often something happens: "twice a week", "every other month", "daily", as times a year."""

import re
from collections.abc import Iterator

from rag.clock import WEEKDAY
from rag.dates import plain
from rag.numerals import SPELT
from rag.quantities import Quantity

__all__ = ["rates", "without_rate"]

_BY = re.compile(r"\b(?:per|an?|each|every)\s+\w+(?=\W*\Z)", re.I)
RATE = "times a year"
ABOUT = 0.1  # four times a month is about once a week
_A_YEAR = {
    "hour": 8766.0,
    "day": 365.25,
    "week": 52.18,
    "fortnight": 26.09,
    "month": 12.0,
    "quarter": 4.0,
    "year": 1.0,
}
_ADVERBS = {"dai": "day", "annual": "year"} | {unit: unit for unit in _A_YEAR if unit != "day"}
_UNIT = "|".join(_A_YEAR)
_MANY = rf"\d{{1,3}}|{'|'.join(SPELT)}"
_TIMES = re.compile(
    rf"\b(?:(?P<often>once|twice|thrice)|(?P<many>{_MANY})\s+times)\s+"
    rf"(?:an?|per|each|every|in)\s+(?:(?P<span>other|second|third|{_MANY})\s+)?(?P<unit>{_UNIT})s?\b"
    rf"|\bevery\s+(?:(?P<each>other|second|third|{_MANY})\s+)?"
    rf"(?:(?P<period>{_UNIT})s?\b|{WEEKDAY.pattern})"
    rf"|\beach\s+(?P<single>{_UNIT})\b"
    rf"|\b(?P<adverb>{'|'.join(_ADVERBS)})ly\b",
    re.I,
)
_NTH = {
    "other": 2.0,
    "second": 2.0,
    "third": 3.0,
    "once": 1.0,
    "twice": 2.0,
    "thrice": 3.0,
    "": 1.0,
}


def rates(text: str) -> Iterator[Quantity]:
    """Each "how often" of a text as a quantity of about so many times a year."""
    for match in _TIMES.finditer(text):
        given = {name: plain(part) for name, part in match.groupdict(default="").items()}
        unit = given["unit"] or given["period"] or given["single"]
        unit = unit or ("week" if given["day"] else _ADVERBS[given["adverb"]])
        times = _number(given["often"] or given["many"]) / _number(given["span"] or given["each"])
        yearly = times * _A_YEAR[unit]
        low, high = yearly * (1 - ABOUT), yearly * (1 + ABOUT)
        yield Quantity(low, high, RATE, (), "", *match.span(), match.start())


def _number(word: str) -> float:
    """The value of a word or of digits; 0 counts as one, as nothing happens every 0 weeks."""
    return _NTH.get(word) or SPELT.get(word) or float(word if word.isdecimal() else 1) or 1.0


def without_rate(question: str) -> str:
    """A question without what it wants a sum by: "a night" is nothing that is paid for."""
    return _BY.sub("", question)
