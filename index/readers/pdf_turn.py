"""Pages of a PDF whose text runs up, down or upside down: they are read turned upright."""

from collections import Counter
from math import pi
from typing import TYPE_CHECKING, NamedTuple

from index.layout import Rectangle

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

__all__ = ["Box", "Turn", "around", "turn_of"]

SAMPLES = 100  # characters that tell which way a page's text runs

Box = tuple[float, float, float, float]  # left, bottom, right and top, in points


class Turn(NamedTuple):
    """By how many quarters, clockwise, a page of that width and height is turned to be read."""

    quarters: int
    width: float
    height: float

    @property
    def upright_height(self) -> float:
        """How high the page is once it is turned."""
        return self.width if self.quarters % 2 else self.height

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Where a place of the page is once it is turned."""
        return (
            (x, y),
            (y, self.width - x),
            (self.width - x, self.height - y),
            (self.height - y, x),
        )[self.quarters]

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """Where a box of the page is once it is turned."""
        if not self.quarters:
            return left, bottom, right, top
        return around(self.point(left, bottom), self.point(right, top))

    def back(self, box: Rectangle) -> Rectangle:
        """Where a box of the turned page is on the page itself."""
        width, height = self.width, self.height
        sides = (height, width) if self.quarters % 2 else (width, height)
        other = Turn(-self.quarters % 4, *sides)
        return Rectangle(box.page, *other.box(box.left, box.bottom, box.right, box.top))


def turn_of(page: "PdfPage", text: "PdfTextPage") -> Turn:
    """How a page is turned, so that most of its text runs from left to right."""
    from pypdfium2 import raw

    count = text.count_chars()
    places = range(0, count, count // SAMPLES + 1)
    angles = (raw.FPDFText_GetCharAngle(text.raw, at) for at in places)
    quarters = Counter(round(-angle / (pi / 2)) % 4 for angle in angles)
    width, height = page.get_size()  # as it is shown
    if page.get_rotation() % 180:
        width, height = height, width
    return Turn(quarters.most_common(1)[0][0] if quarters else 0, width, height)


def around(one: tuple[float, float], other: tuple[float, float]) -> Box:
    """The box between two places."""
    (left, right), (bottom, top) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    return left, bottom, right, top
