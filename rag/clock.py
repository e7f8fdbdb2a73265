"""Times of the clock, and the days of the week that they are of."""

import re

from rag.dates import plain
from rag.quantities import Quantity

__all__ = ["CLOCK", "WEEKDAY", "clock_times", "is_another_day", "weekdays"]

CLOCK = "clock"  # the unit of a time of the day, in minutes
NOON = 720
_TIME = re.compile(
    r"""(?<![\d.:$€£¥])(?P<hour>1[0-2]|0?[1-9])(?:[.:](?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b
    |(?<![\d.:])(?P<hours>0\d|1[3-9]|2[0-3]):(?P<minutes>[0-5]\d)(?![\d:])
    |\b(?:12\s+)?(?P<noon>noon|midday|midnight)\b""",
    re.I | re.X,
)
WEEKDAY = re.compile(r"\b(?P<day>mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.I)
_DAYS = re.compile(rf"{WEEKDAY.pattern}|\bweek(?:day|end)s?\b", re.I)
# Days that a text names without naming them.
_OTHER_DAYS = re.compile(
    r"days?\s*(?:to|until|till|through|[-–])|\b(?:daily|except|every|each|all|after|before)\b"
    r"|\bweek(?:days?|ends?)?\b",
    re.I,
)


def clock_times(text: str) -> list[Quantity]:
    """The times of the day in a text; "4:30" alone may be of either half of it, and is left out."""
    return [
        Quantity(_minutes(match), _minutes(match), CLOCK, (), "", *match.span(), match.start())
        for match in _TIME.finditer(text)
    ]


def weekdays(text: str) -> set[str]:
    """The days of the week that a text names."""
    return {match.group().lower().removesuffix("s") for match in _DAYS.finditer(text)}


def is_another_day(word: str, text: str) -> bool:
    """Whether a word is a day of the week, and a text names others, and none that may mean it:
    "Sundays" for "Saturday", but not "Monday to Saturday"."""
    day = WEEKDAY.fullmatch(word)
    if day is None or _OTHER_DAYS.search(text):
        return False
    named = {plain(match["day"]) for match in WEEKDAY.finditer(text)}
    return bool(named) and plain(day["day"]) not in named


def _minutes(match: re.Match[str]) -> float:
    if match["noon"]:
        return 0 if match["noon"].lower() == "midnight" else NOON
    if match["hours"]:
        return 60 * int(match["hours"]) + int(match["minutes"])
    later = NOON * (match["half"].lower() == "p")
    return 60 * (int(match["hour"]) % 12) + int(match["minute"] or 0) + later
