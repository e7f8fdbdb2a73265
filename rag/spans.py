"""Beginnings and ends: "(1875–1942)", "from 1875 to 1942", "went up from £380 to £455"."""

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.changes import Value, is_past, values_in
from rag.clock import clock_times
from rag.dates import Date
from rag.quantities import CHANGE

__all__ = ["LIFE", "misdated", "mistimed", "of_then", "outdated", "since", "unchanged"]

_YEAR = r"[12]\d{3}\b"
LIFE = (  # "(1875–1942)", up to the last year
    rf"\((?:[^()]{{0,60}}\D)?(?P<born>{_YEAR})[^()\d]{{0,20}}[-–—]"
    rf"(?:[^()]{{0,40}}\D)?(?P<died>{_YEAR})"
)
_SPANS = re.compile(
    rf"{LIFE}|\bfrom\s(?P<first>{_YEAR})\s(?:to|until)\s(?P<last>{_YEAR})",
    re.I,
)
_BEGINS = re.compile(r"\b(?:born|births?|beg[au]n|start(?:s|ed)?|founded|established)\b", re.I)
_ENDS = re.compile(r"\b(?:die[sd]|deaths?|ended|closed|dissolved|until)\b", re.I)
_OPENS = re.compile(r"\b(?:opens|opening|start(?:s|ing)?|begin(?:s|ning)?)\b", re.I)
_CLOSES = re.compile(r"\b(?:clos(?:es|ing)|shuts?|end(?:s|ing)?|finish(?:es)?|until|till)\b", re.I)
_PAST = re.compile(
    r"\b(?:was|were|had|cost|before|previous(?:ly)?|earlier|former(?:ly)?|old|used\s+to|until|from|ago|"
    r"initial(?:ly)?|original(?:ly)?|last)\b",
    re.I,
)
_THEN = re.compile(
    rf"(?P<best>\b(?:\w+est|first|worst|best|most\s\w+|least\s\w+)\b[^.;]*?\bsince\s+)?(?P<year>{_YEAR})"
    r"(?P<clause>,\swhen\s[^.;]+)?",
    re.I,
)
# "A bridge, 2 km long" is as long today.
_LASTING = re.compile(r"[\s-]*\w+\s(?:long|wide|high|deep|tall)\b", re.I)
_TO = re.compile(r"\bto\s\Z", re.I)
_NOW = re.compile(r"\b(?:now|new|currently?|today|present(?:ly)?|latest|at\s+the\s+moment)\b", re.I)


def misdated(claim: str, source: str) -> Iterator[str]:
    """What a claim takes for a beginning and is an end in the source, or the other way round.

    A claim that speaks of both, and a year that stands elsewhere in the source too, say nothing.
    """
    begins, ends = bool(_BEGINS.search(claim)), bool(_ENDS.search(claim))
    if begins == ends:
        return
    for span in _SPANS.finditer(source):
        first, last = span["born"] or span["first"], span["died"] or span["last"]
        told, other = (last, first) if begins else (first, last)
        if told in claim and other not in claim and source.count(told) == 1:
            yield f"in the source {told} is when it {'ended' if begins else 'began'}"


def mistimed(claim: str, source: str) -> Iterator[str]:
    """The same of hours: "9 am to 5 pm" told as closing at nine."""
    opens, closes = bool(_OPENS.search(claim)), bool(_CLOSES.search(claim))
    if opens == closes:
        return
    there = clock_times(source)
    right = {one.low if opens else one.high for one in there}
    wrong = {one.high if opens else one.low for one in there if one.low != one.high}
    for one in clock_times(claim):
        if one.low == one.high and one.low in wrong - right:
            said = claim[one.start : one.end]
            yield f"in the source {said} is when it {'ended' if opens else 'began'}"


def outdated(claim: str, source: str) -> Iterator[str]:
    """What a claim tells as if it were so, and in the source was so before it changed."""
    if _PAST.search(claim) and not _NOW.search(claim):
        return
    there = values_in(source)
    for one in values_in(claim):
        same = [other for other in there if _is_same(one, other)]
        was = bool(same) and all(is_past(source, other) for other in same)
        if was and not is_past(claim, one):
            yield f"in the source {claim[one.start : one.end]!r} is what it was before"


def since(text: str) -> list[range]:
    """Where a text tells of a year that is past: what follows "since 1978, when"."""
    return [range(*then.span("clause")) for then in _THEN.finditer(text) if then["clause"]]


def of_then(claim: str, source: str) -> Iterator[str]:
    """What a claim tells of now, and the source of a year that is past: what happened in 1978 of
    "the worst since 1978, when 240 died"."""
    if re.search(r"\bsince\b", claim, re.I):
        return
    said = values_in(claim)
    given = [one for one in values_in(source) if not _LASTING.match(source, one.end)]
    for then in _THEN.finditer(source):
        clause = range(*then.span("clause"))
        there = [one for one in given if one.start in clause]
        told = any(_is_same(one, each) for one in said for each in there)
        if told != (then["year"] in claim) and (told or then["best"]):
            yield f"the source says it of {then['year']}"


def unchanged(claim: str) -> Iterator[str]:
    """What a claim tells of as changing from what it is to the same."""
    said = values_in(claim)
    for one, other in pairwise(said):
        to = _TO.search(claim, one.end, other.start)
        if to and CHANGE.search(claim, 0, one.start) and _is_same(one, other):
            yield f"it changes {claim[one.start : one.end]!r} to the same"


def _is_same(one: Value, other: Value) -> bool:
    if isinstance(one, Date) or isinstance(other, Date):
        return isinstance(one, Date) and isinstance(other, Date) and one.within(other)
    return (one.low, one.high) == (other.low, other.high)
