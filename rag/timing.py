"""Whether two texts name other days of the week, or other hours, for one thing."""

import re
from collections.abc import Sequence
from dataclasses import replace

from rag.changes import Value
from rag.clock import ALL, CLOCK, WEEK, weekdays
from rag.quantities import Quantity

__all__ = ["are_other_days", "are_other_hours", "are_times", "at_other_times", "same_hours"]

_CLOSES = re.compile(
    r"\b(?:close|shut|end|finish|stop)(?:s|es)?\b|\b(?:until|till)\b|\bhow\s+late\b", re.I
)


def are_times(values: Sequence[Value]) -> bool:
    """Whether values are all days of the week or times of the day."""
    timed = (isinstance(one, Quantity) and one.unit in (CLOCK, WEEK) for one in values)
    return bool(values) and all(timed)


def at_other_times(one: str, other: str, *, later: bool, apart: bool) -> bool:
    """Whether two texts give other days of the week, or other hours (`later`) on the same ones.

    Other hours on other days may both be so, as may other days in one document (not `apart`).
    """
    days, others = weekdays(one), weekdays(other)
    if not (days and others):
        return later and not (days or others)
    return (apart and not later) if are_other_days(one, other) else later


def are_other_days(one: str, other: str) -> bool:
    """Whether either of two texts has a day of the week that the other hasn't, or all of them."""
    days, others = weekdays(one), weekdays(other)
    if days and others and _are_all(days) != _are_all(others):
        return True
    return not (_within(days, others) or _within(others, days))


def _are_all(days: Sequence[Quantity]) -> bool:
    return any((one.low, one.high) == ALL for one in days)


def _within(days: Sequence[Quantity], others: Sequence[Quantity]) -> bool:
    """Whether each of some days is one of the others, or among them: "Tuesday", "on weekdays"."""
    return all(any(b.low <= a.low and a.high <= b.high for b in others) for a in days)


def are_other_hours(asking: str, mine: Sequence[Value], theirs: Sequence[Value]) -> bool:
    """Whether both have times of the day, and none in common.

    Where a question asks when something closes and mine name one time, of theirs the last counts.
    """
    own, others = _hours(mine), _hours(theirs)
    if _CLOSES.search(asking):
        own, others = _ended(own, others), _ended(others, own)
    return bool(own and others) and not any(same_hours(a, b) for a in own for b in others)


def _ended(some: Sequence[Quantity], others: Sequence[Quantity]) -> list[Quantity]:
    spans = any(one.low < one.high for one in others)
    return [*some] if spans else [replace(one, low=one.high) for one in some]


def same_hours(one: Quantity, other: Quantity) -> bool:
    """Whether two times are the same, or one lies within the other's span; two spans are the same
    only from end to end."""
    if (one.low, one.high) == (other.low, other.high):
        return True
    spans = one.low < one.high and other.low < other.high
    return not spans and one.low <= other.high and other.low <= one.high


def _hours(some: Sequence[Value]) -> list[Quantity]:
    return [one for one in some if isinstance(one, Quantity) and one.unit == CLOCK]
