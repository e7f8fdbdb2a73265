"""The years in which something began and ended: "(1875–1942)", "from 1875 to 1942"."""

import re
from collections.abc import Iterator

__all__ = ["misdated"]

_YEAR = r"[12]\d{3}\b"
_SPANS = re.compile(
    rf"\((?:[^()]{{0,60}}\D)?(?P<born>{_YEAR})[^()\d]{{0,20}}[-–—](?:[^()]{{0,40}}\D)?(?P<died>{_YEAR})"
    rf"|\bfrom\s(?P<first>{_YEAR})\s(?:to|until)\s(?P<last>{_YEAR})",
    re.I,
)
_BEGINS = re.compile(r"\b(?:born|births?|beg[au]n|start(?:s|ed)?|founded|established)\b", re.I)
_ENDS = re.compile(r"\b(?:die[sd]|deaths?|ended|closed|dissolved|until)\b", re.I)


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
