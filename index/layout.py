"""Where the lines of a text stand on its pages, so that a page can be shown with a sentence marked.

`Document.layout` holds one line of text a line: its offsets, its page, and its box in points.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from index.documents import Document

__all__ = ["LineBox", "Rectangle", "packed", "rectangles_of"]


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A box on a page, in points of the PDF's own space: from its lower left corner, y upwards."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class LineBox:
    """A line on a page: `Document.text[start:end]` stands in `box`."""

    start: int
    end: int
    box: Rectangle


def packed(lines: Iterable[LineBox]) -> str:
    """The lines, in ascending order, as `Document.layout` holds them: about 30 bytes each."""
    return "\n".join(
        f"{line.start} {line.end} {line.box.page} {line.box.left:.1f} {line.box.bottom:.1f} "
        f"{line.box.right:.1f} {line.box.top:.1f}"
        for line in lines
    )


def rectangles_of(document: Document, start: int, end: int) -> list[Rectangle]:
    """The boxes that `document.text[start:end]` fills, one a line; none where there are no pages.

    Of a line that it fills in part, the part is measured by characters, as if all were as wide.
    """
    return [_part(line, start, end) for line in _unpacked(document.layout, start, end)]


def _unpacked(layout: str, start: int, end: int) -> Iterator[LineBox]:
    """The lines that overlap `start` to `end`."""
    for row in layout.splitlines():
        first, last, page, *edges = row.split(" ")
        if int(first) >= end:
            return
        if int(last) > start:
            yield LineBox(int(first), int(last), Rectangle(int(page), *map(float, edges)))


def _part(line: LineBox, start: int, end: int) -> Rectangle:
    box = line.box
    width = (box.right - box.left) / max(1, line.end - line.start)
    left = box.left + width * (max(start, line.start) - line.start)
    right = box.right - width * (line.end - min(end, line.end))
    return Rectangle(box.page, left, box.bottom, right, box.top)
