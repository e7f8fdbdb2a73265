"""The lines of a PDF's page, with their boxes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from statistics import median_high, median_low

from index.layout import Rectangle
from index.readers.pdf_chars import BREAK, HYPHEN, Char
from index.readers.pdf_raised import is_raised, marked, settled

__all__ = ["CELL_GAP", "Line", "Row", "lines_in"]

LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " "}
)
CELL_GAP = 0.9  # of a line's height; words of justified text stand closer
SAME_LINE = 0.5  # of the lower of two heights; so much of it two parts of a line share
NEAR = 0.3  # of a line's height; a mark stands no farther from what it marks


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a ruled table: its cells (None where the one to the left reaches over it), the
    number of the table on its page, and the edges of its columns in points."""

    cells: tuple[str | None, ...]
    table: int
    columns: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, without surrounding white space.

    `gaps` are the places in `text` before which there is room enough for a column, each with its
    left and right edge in points. `broken` is true where its last word goes on in the next line.
    `row` is set where it is all lines of a row of a ruled table. `level` is the foot and the height
    of its last letters that aren't raised.
    """

    text: str
    box: Rectangle
    bold: bool = False
    broken: bool = False
    gaps: tuple[tuple[int, float, float], ...] = ()
    row: Row | None = None
    level: tuple[float, float] = (0.0, 0.0)

    @property
    def height(self) -> float:
        """The height of its characters, in points."""
        return self.box.top - self.box.bottom

    def parted(self, gap: int) -> "tuple[Line, Line]":
        """What stands left and right of its gap of that number."""
        at, end, start = self.gaps[gap]
        right = tuple((place - at, a, b) for place, a, b in self.gaps[gap + 1 :])
        return (
            replace(
                self,
                text=self.text[:at].rstrip(),
                box=replace(self.box, right=end),
                broken=False,
                gaps=self.gaps[:gap],
            ),
            replace(self, text=self.text[at:], box=replace(self.box, left=start), gaps=right),
        )


def lines_in(chars: Iterable[Char], page: int) -> list[Line]:
    """The lines that characters make, in their order."""
    lines: list[Line] = []
    line: list[Char] = []
    for char in chars:
        line.append(char)
        if char.text in (BREAK, HYPHEN):
            _end(line, page, lines)
            line = []
    _end(line, page, lines)
    return list(map(_written, lines))


def _end(chars: list[Char], page: int, lines: list[Line]) -> None:
    """Make a line of what was read, or the rest of the line before, if it stands beside it."""
    drawn = [char for char in chars if char.drawn]
    if not drawn:
        return
    level = median_low([c.bottom for c in drawn]), median_high([c.height for c in drawn])
    up = {id(char) for char in drawn if is_raised(char.bottom, char.height, level)}
    flat = [char for char in drawn if id(char) not in up]
    box = Rectangle(
        page,
        min(char.left for char in drawn),
        min(char.bottom for char in flat),
        max(char.right for char in drawn),
        max(char.top for char in flat),
    )
    made = _mapped(replace(_read(chars, up, box), bold=drawn[0].bold, level=level))
    if lines and _beside(lines[-1], made):
        lines[-1] = _together(lines[-1], made)
    else:
        lines.append(made)


def _read(chars: list[Char], up: set[int], box: Rectangle) -> Line:
    """The text of a line, what is raised in it marked, with its gaps."""
    text, gaps, end = "", [], box.left
    for raised, run in groupby(chars, lambda char: id(char) in up):
        part = ""
        for char in run:
            if char.drawn and char.left - end > CELL_GAP * char.height:
                gaps.append((len(text) + len(part), end, char.left))
            end = char.right if char.drawn else end
            part += char.text
        text += marked(part) if raised else part
    lead = len(text) - len(text.lstrip())
    told = tuple((at - lead, left, right) for at, left, right in gaps)
    broken = chars[-1].text == HYPHEN
    return Line(text.rstrip(HYPHEN + BREAK).strip(), box, broken=broken, gaps=told)


def _mapped(line: Line) -> Line:
    """Ligatures as letters; their places among the gaps moved along."""
    gaps = tuple((len(line.text[:at].translate(LIGATURES)), a, b) for at, a, b in line.gaps)
    return replace(line, text=line.text.translate(LIGATURES), gaps=gaps)


def _beside(before: Line, after: Line) -> bool:
    """Whether two parts stand on one line, the second right of the first (as after "km²")."""
    a, b = before.box, after.box
    shared = min(a.top, b.top) - max(a.bottom, b.bottom)
    low = min(before.height, after.height)
    return not before.broken and shared > SAME_LINE * low and b.left > a.right - 0.3 * low


def _together(before: Line, after: Line) -> Line:
    a, b = before.box, after.box
    apart = b.left - a.right
    height = max(before.height, after.height)
    space = " " if apart > 0.15 * height and re.match(r"[\w(“\"]", after.text) else ""
    if apart < NEAR * height:
        before, after = _marked(before, after), _marked(after, before)
    at = len(before.text) + len(space)
    gap = ((at, a.right, b.left),) if apart > CELL_GAP * height else ()
    after_gaps = tuple((place + at, end, start) for place, end, start in after.gaps)
    a, b = before.box, after.box
    box = Rectangle(a.page, a.left, min(a.bottom, b.bottom), b.right, max(a.top, b.top))
    gaps = (*before.gaps, *gap, *after_gaps)
    text = before.text + space + after.text
    return Line(text, box, before.bold, after.broken, gaps, level=after.level)


def _marked(line: Line, other: Line) -> Line:
    """A part of a line, marked and no higher than the other where it is raised above that."""
    if not is_raised(*line.level, other.level):
        return line
    foot, height = other.level
    flat = replace(line.box, bottom=foot, top=foot + height)
    return replace(line, text=marked(line.text), box=flat, level=other.level)


def _written(line: Line) -> Line:
    """The line with what is raised written so that it joins nothing."""
    text, places = settled(line.text, [at for at, _, _ in line.gaps])
    edges = ((left, right) for _, left, right in line.gaps)
    gaps = tuple((at, *edge) for at, edge in zip(places, edges, strict=True))
    return replace(line, text=text, gaps=gaps)
