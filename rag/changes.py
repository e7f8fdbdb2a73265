"""What a text says was so before it changed: 18 May of "moved from 18 May to 25 May"."""

import re
from collections.abc import Sequence
from typing import TypeVar

from rag.clock import clock_times, weekdays
from rag.dates import Date, dates
from rag.quantities import CHANGE, Quantity, quantities

__all__ = ["Value", "held", "is_past", "tells_change", "values_in"]

Value = Quantity | Date
V = TypeVar("V", bound=Value)

BEFORE = 80  # characters
_TO = re.compile(r"(?:\s+\w+){0,3}?\s+to\b")
_GIVEN_UP = re.compile(
    r"\b(?:instead\s+of|rather\s+than|(?:up|down)\s+from|formerly|previously|not)\s+(?:(?:on|at)\s+)?\Z",
    re.I,
)


def values_in(text: str) -> list[Value]:
    """The quantities, dates, days of the week and times of the day of a text."""
    times = clock_times(text)
    spans = [range(one.start, one.end) for one in times]
    counted = [one for one in quantities(text) if not any(one.start in span for span in spans)]
    return [*counted, *dates(text), *weekdays(text), *times]


def is_past(text: str, value: Value) -> bool:
    """Whether a text says that a value of it holds no longer, or not."""
    start = value.start if isinstance(value, Date) else value.hedge_start
    before = text[max(0, start - BEFORE) : start]
    if isinstance(value, Quantity) and value.past:
        return True
    changed = CHANGE.search(before) and _TO.match(text, value.end)
    return bool(changed or _GIVEN_UP.search(before))


def tells_change(text: str) -> bool:
    """Whether a text says what a value was and what it is, which a small model reads as a range, or
    subtracts."""
    return any(is_past(text, one) for one in values_in(text))


def held(text: str, given: Sequence[V]) -> list[V]:
    """Those of a text's values that it doesn't call changed; all of them, if it calls all so."""
    return [one for one in given if not is_past(text, one)] or list(given)
