"""The lists of a page: the numbers of their items, and definitions behind their terms."""

from typing import TYPE_CHECKING

from index.readers.numbers import numeral

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Numbering", "write_marks"]


class Numbering:
    """How far each numbered list of a page is."""

    def __init__(self) -> None:
        self._counts: dict[HtmlElement, int] = {}

    def mark(self, entry: "HtmlElement") -> str:
        """What stands before the next item of its list: its number, where it has one, or "-"."""
        around = entry.getparent()
        if (
            around is None
            or around.tag != "ol"
            or next(entry.iterancestors("nav"), None) is not None
        ):
            return "-"
        begun = self._counts.get(around)
        told = (entry.get("value") or (around.get("start") if begun is None else "") or "")[:9]
        self._counts[around] = int(told) if told.isdecimal() else (begun or 0) + 1
        return f"{numeral(self._counts[around], around.get('type') or '1')}."


def write_marks(page: "HtmlElement") -> None:
    """Make all lists plain ones, with the numbers in their items, for a reader that drops them."""
    numbering = Numbering()
    for entry in list(page.iter("li")):
        mark = numbering.mark(entry)
        if mark != "-":
            first = entry[0] if len(entry) and entry[0].tag == "p" else entry
            first.text = f"{mark} {first.text or ''}"
    for numbered in list(page.iter("ol")):
        numbered.tag = "ul"
