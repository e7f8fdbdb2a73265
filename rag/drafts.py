"""A draft as its source would have it: without "according to the text", its dates, times and hedges
as they are written there."""

import re

from index.sentences import split_sentences
from rag.dates import dates
from rag.quantities import quantities

__all__ = ["as_sourced", "first_sentence"]

# What a model says of the text rather than from it.
_LEAD_IN = re.compile(
    r"^(?:(?:according\s+to|based\s+on|in)\s+the\s+(?:given\s+|provided\s+)?(?:text|passage|source|document|"
    r"article)\s*,\s*|(?:the\s+)?(?:given\s+|provided\s+)?(?:text|passage|source|document|article)\s+"
    r"(?:\w+ly\s+)?(?:states|says|indicates|mentions|reports|explains|reveals|suggests)\s+(?:that\s+)?)",
    re.I,
)
_QUOTED = re.compile(r"^[\"“](?P<what>[^\"“”]{20,})[\"”](?=\W*\Z|\W*(?:not|which|instead)\b)")
_TIME = re.compile(
    r"(?<![\d.:$€£¥])(?P<hour>\d\d?)(?P<mark>[.:])(?P<minute>[0-5]\d)(?![\d:%])(?=(?P<half>\s?[ap]\.?m\b)?)",
    re.I,
)


def first_sentence(reply: str) -> str:
    """The first sentence of a reply, without what it says of the text rather than from it; of one
    that opens with a quotation, that."""
    said = _LEAD_IN.sub("", " ".join(reply.split()))
    if quoted := _QUOTED.match(said):
        said = quoted["what"].rstrip(" ,")
    sentences = split_sentences(said)
    return said[sentences[0].start : sentences[0].end] if sentences else said


def as_sourced(claim: str, source: str) -> str:
    """A claim with each date, time and hedged number as its source writes it, and a full stop."""
    exact = _with_hedges(_with_times(_with_dates(claim, source), source), source)
    return exact if not exact or exact[-1] in ".!?" else f"{exact}."


def _with_dates(claim: str, source: str) -> str:
    """`claim` with each date as the source writes it, and no more of it: a small model likes to
    add a year."""
    for date in reversed(dates(claim)):
        there = [other for other in dates(source) if other.within(date)]
        same = [other for other in there if date.within(other)]
        if there := same or there:
            exact = source[there[0].start : there[0].end]
            claim = claim[: date.start] + exact + claim[date.end :]
    return claim


def _with_times(claim: str, source: str) -> str:
    """`claim` with each time of the clock as the source writes it: "1.30 pm", not "1:30 pm"."""
    there = {(time["hour"], time["minute"]): time.group() for time in _TIME.finditer(source)}

    def sourced(time: re.Match[str]) -> str:
        known = there.get((time["hour"], time["minute"]), time.group())
        return known if time["half"] or time["mark"] == ":" else time.group()

    return _TIME.sub(sourced, claim)


def _with_hedges(claim: str, source: str) -> str:
    """`claim` with each number that the source hedges, or gives as a range, as it stands there.

    A small model drops "about" more often than not; the source's own words mend that exactly.
    """
    there = quantities(source)
    for quantity in reversed(quantities(claim)):
        same = [one for one in there if one.low == quantity.low and one.unit == quantity.unit]
        same = [one for one in same if one.nouns[:1] == quantity.nouns[:1]] or same
        if not same or quantity.low != quantity.high:
            continue
        if any(
            (one.low, one.high, one.hedge) == (quantity.low, quantity.high, quantity.hedge)
            for one in same
        ):
            continue
        exact = source[same[0].hedge_start : same[0].end]
        claim = claim[: quantity.hedge_start] + exact + claim[quantity.end :]
    return claim[:1].upper() + claim[1:]
