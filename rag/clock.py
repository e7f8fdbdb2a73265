"""Times of the clock, and the days of the week that they are of."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.dates import dates, plain
from rag.quantities import CHANGE, Quantity

__all__ = [
    "ALL",
    "CLOCK",
    "WEEK",
    "WEEKDAY",
    "clock_times",
    "is_another_day",
    "says_closing",
    "weekdays",
]

CLOCK = "clock"  # the unit of a time of the day, in minutes
WEEK = "week day"  # of a day of the week: ten times its number, and which of its month it is
NOON = 720
BEFORE = 40  # characters
DATED = 4  # characters from a day to the date that it is of
_TIME = re.compile(
    r"""(?<![\d.:$€£¥])(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b
    |(?<![\d.:])(?P<hours>0\d|1[3-9]|2[0-3]):(?P<minutes>[0-5]\d)(?![\d:])
    |\b(?:12\s+)?(?P<noon>noon|midday|midnight)\b""",
    re.I | re.X,
)
_ALWAYS = re.compile(
    r"\bday\s+and\s+night\b|\b(?:a)?round\s+the\s+clock\b|\b24\s?/\s?7\b|\b24\s+hours\s+a\s+day\b",
    re.I,
)
WEEKDAY = re.compile(r"\b(?P<day>mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.I)
_NAMES = "mon tues wednes thurs fri satur sun".split()
_NTH = "first second third fourth last".split()
_PARTS = {"day": (0, 49), "end": (50, 69)}
ALL = (0, 69)
_OF_WEEK = re.compile(
    rf"(?:(?<!every )\b(?P<nth>{'|'.join(_NTH)})\s+)?"
    rf"(?:{WEEKDAY.pattern}|\bweek(?P<part>day|end)s?\b"
    r"|\b(?P<all>(?:any|every)\s+day|daily|seven\s+days\s+a\s+week)\b(?!\s+(?:except|but)))",
    re.I,
)
_NOT_ON = re.compile(r"\b(?:except|excluding|not|never)\s+(?:(?:for|on)\s+)?\Z", re.I)
_TO = re.compile(r"\s*(?:to|until|till|through|[-–—])\s*", re.I)
_OPEN_UNTIL = re.compile(
    r"\bopen(?:s|ed)?\b[^.;]*?(?:\b(?:until|till|to)\b|[-–—])\s*(?:\d|noon|midnight|dusk|sunset)",
    re.I,
)
# Days that a text names without naming them.
_OTHER_DAYS = re.compile(
    r"days?\s*(?:to|until|till|through|[-–])|\b(?:daily|except|every|each|all|after|before)\b"
    r"|\bweek(?:days?|ends?)?\b",
    re.I,
)


def clock_times(text: str) -> list[Quantity]:
    """The times of the day in a text, "9 am to 5 pm" as one; "4:30" alone may be of either half of
    it, and is left out."""
    found = (
        Quantity(at := _minutes(match), at, CLOCK, (), "", *match.span(), match.start())
        for match in _TIME.finditer(text)
    )
    always = (
        Quantity(0, 2 * NOON, CLOCK, (), "", *match.span(), match.start())
        for match in _ALWAYS.finditer(text)
    )
    return [*_spanned(text, found), *always]


def says_closing(text: str) -> bool:
    """Whether a text says when something closes by saying until when it is open."""
    return _OPEN_UNTIL.search(text) is not None


def weekdays(text: str) -> list[Quantity]:
    """The days of every week in a text, "weekdays" and "Monday to Friday" as one, "daily" as all.

    Days on which something is not, and the days of dates, are left out. "Monday" has "first Monday"
    and "last Monday" in it.
    """
    dated = [range(date.start - DATED, date.start) for date in dates(text)]
    found = (
        Quantity(*_days(match), WEEK, (), "", *match.span(), match.start())
        for match in _OF_WEEK.finditer(text)
        if not _NOT_ON.search(text, max(0, match.start() - BEFORE), match.start())
        and not any(match.end() in before for before in dated)
    )
    return _spanned(text, found)


def is_another_day(word: str, text: str) -> bool:
    """Whether a word is a day of the week, and a text names others, and none that may mean it:
    "Sundays" for "Saturday", but not "Monday to Saturday"."""
    day = WEEKDAY.fullmatch(word)
    if day is None or _OTHER_DAYS.search(text):
        return False
    named = {plain(match["day"]) for match in WEEKDAY.finditer(text)}
    return bool(named) and plain(day["day"]) not in named


def _spanned(text: str, given: Iterator[Quantity]) -> list[Quantity]:
    """The values, two with a "to" between them as one, unless the first became the second."""
    found: list[Quantity] = []
    for one in given:
        first = found[-1] if found else one
        joined = _TO.fullmatch(text, first.end, one.start)
        if joined and not CHANGE.search(text, max(0, first.start - BEFORE), first.start):
            found[-1] = replace(first, high=one.high, end=one.end)
        else:
            found.append(one)
    return found


def _days(match: re.Match[str]) -> tuple[float, float]:
    if match["all"]:
        return ALL
    if match["part"]:
        return _PARTS[plain(match["part"])]
    day = 10 * _NAMES.index(plain(match["day"]))
    if match["nth"]:
        return (day + _NTH.index(plain(match["nth"])),) * 2
    return day, day + 9


def _minutes(match: re.Match[str]) -> float:
    if match["noon"]:
        return 0 if match["noon"].lower() == "midnight" else NOON
    if match["hours"]:
        return 60 * int(match["hours"]) + int(match["minutes"])
    later = NOON * (match["half"].lower() == "p")
    return 60 * (int(match["hour"]) % 12) + int(match["minute"] or 0) + later
