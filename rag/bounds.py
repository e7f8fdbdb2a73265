"""Numbers that a text gives only as bounds: 15 is one of "under 16"."""

import re
from collections.abc import Iterator

from rag.clock import clock_times
from rag.quantities import Quantity, quantities
from rag.units import UNIT_KEYS

__all__ = ["bounds", "is_bounded", "is_measured"]

BEFORE = 10  # characters
_WITHIN = re.compile(r"\b(?:for|within|until|before|after|between|every)\s+\Z", re.I)


def bounds(text: str) -> Iterator[Quantity]:
    """The numbers within which something is said to be so: "up to £500", "for two hours"."""
    for one in quantities(text):
        leads = _WITHIN.search(text, max(0, one.hedge_start - BEFORE), one.hedge_start)
        if one.hedge in ("at most", "at least") or leads:
            yield one


def is_bounded(number: str, text: str) -> bool:
    """Whether a number is one of those that a bound of the text is about."""
    return any(
        (bound.hedge == "at most" and one.low <= bound.high)
        or (bound.hedge == "at least" and bound.low <= one.low)
        for one in quantities(number)
        for bound in quantities(text)
    )


def is_measured(number: str, asking: str, text: str) -> bool:
    """Whether a bound of the text is of a number's unit, so that it decides whether that is within
    it: "up to £2,500" says no to £5,000, and "9 am to 5 pm" to 6 pm."""
    hours = any(one.low < one.high for one in clock_times(text))
    if hours and any(number in asking[one.start : one.end] for one in clock_times(asking)):
        return True
    units = {_unit(bound) for bound in quantities(text) if bound.hedge in ("at most", "at least")}
    return any(_unit(one) in units - {""} for one in quantities(number))


def _unit(one: Quantity) -> str:
    return one.unit or next((noun for noun in one.nouns[:1] if noun in UNIT_KEYS), "")
