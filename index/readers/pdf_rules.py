"""The grids of ruled lines on a PDF's page: tables whose cells are drawn."""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.readers.pdf_turn import Box, Turn, around

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

__all__ = ["Grid", "grids_of"]

NEAR = 3.0  # points; lines so near are one, and meet
LEAST = 5.0  # points; what is shorter is the end of a thick line
MOST = 20_000  # lines; a page with more is a drawing
MEETINGS = 100_000  # of lines that are tried


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: where it lies across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float

    def passes(self, place: float) -> bool:
        """Whether it reaches over a place along its direction."""
        return self.start - NEAR <= place <= self.end + NEAR


@dataclass(frozen=True, slots=True)
class Grid:
    """The edges of its columns from the left and of its rows from the top, and the lines that are
    drawn at each."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    upright: tuple[tuple[Rule, ...], ...]
    level: tuple[tuple[Rule, ...], ...]

    def goes_on_right(self, row: int, column: int) -> bool:
        """Whether no line parts a cell from the one on its right."""
        middle = (self.rows[row] + self.rows[row + 1]) / 2
        return not any(rule.passes(middle) for rule in self.upright[column + 1])

    def goes_on_below(self, row: int, column: int) -> bool:
        """Whether no line parts a cell from the one below."""
        middle = (self.columns[column] + self.columns[column + 1]) / 2
        return not any(rule.passes(middle) for rule in self.level[row + 1])


def grids_of(page: "PdfPage", turn: Turn) -> list[Grid]:
    """The grids of at least two columns and two rows, once the page is turned."""
    upright: list[Rule] = []
    level: list[Rule] = []
    for left, bottom, right, top in _segments(page, turn):
        if len(upright) + len(level) > MOST:
            return []
        if right - left <= 1 and top - bottom >= LEAST:
            upright.append(Rule(left, bottom, top))
        elif top - bottom <= 1 and right - left >= LEAST:
            level.append(Rule(bottom, left, right))
    return list(filter(None, map(_grid, _connected(_joined(upright), _joined(level)))))


def _segments(page: "PdfPage", turn: Turn) -> Iterator[Box]:
    """Each straight line that is drawn: its left, bottom, right and top."""
    from pypdfium2 import raw

    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1):
        matrix = drawn.get_matrix()
        first = before = (0.0, 0.0)
        for at in range(raw.FPDFPath_CountSegments(drawn.raw)):
            part = raw.FPDFPath_GetPathSegment(drawn.raw, at)
            x, y = ctypes.c_float(), ctypes.c_float()
            raw.FPDFPathSegment_GetPoint(part, ctypes.byref(x), ctypes.byref(y))
            point = turn.point(*matrix.on_point(x.value, y.value))
            kind = raw.FPDFPathSegment_GetType(part)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                first = point
            elif kind == raw.FPDF_SEGMENT_LINETO:
                yield around(before, point)
            before = point
            if raw.FPDFPathSegment_GetClose(part):
                yield around(point, first)


def _joined(rules: list[Rule]) -> list[Rule]:
    """The lines, with those that lie on one another or go on in one another made one."""
    joined: list[Rule] = []
    for _, near in _near(rules):
        for rule in sorted(near, key=lambda rule: rule.start):
            last = joined[-1] if joined else None
            if last and last.at == near[0].at and rule.start <= last.end + NEAR:
                joined[-1] = Rule(last.at, last.start, max(last.end, rule.end))
            else:
                joined.append(Rule(near[0].at, rule.start, rule.end))
    return joined


def _near(rules: Iterable[Rule]) -> Iterator[tuple[float, list[Rule]]]:
    """The lines that lie at nearly the same place, and that place, in ascending order."""
    near: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if near and rule.at > near[-1].at + NEAR:
            yield near[0].at, near
            near = []
        near.append(rule)
    if near:
        yield near[0].at, near


def _connected(upright: list[Rule], level: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """The upright and the level lines that meet one another, directly or by way of others."""
    parts: list[tuple[list[Rule], set[int]]] = []
    for rule in upright if len(upright) * len(level) <= MEETINGS else ():
        met = {at for at, other in enumerate(level) if _meet(rule, other)}
        joined = [part for part in parts if part[1] & met]
        parts = [part for part in parts if not part[1] & met]
        rules = [rule, *(other for part in joined for other in part[0])]
        parts.append((rules, met.union(*(part[1] for part in joined))))
    return [(rules, [level[at] for at in sorted(met)]) for rules, met in parts]


def _meet(upright: Rule, level: Rule) -> bool:
    return level.passes(upright.at) and upright.passes(level.at)


def _grid(part: tuple[list[Rule], list[Rule]]) -> Grid | None:
    upright, level = part
    columns = _places(upright, level)
    rows = _places(level, upright)[::-1]
    if min(len(columns), len(rows)) <= 2:
        return None
    return Grid(columns, rows, _lying(columns, upright), _lying(rows, level))


def _lying(places: Sequence[float], rules: list[Rule]) -> tuple[tuple[Rule, ...], ...]:
    """The lines that lie at each place."""
    return tuple(tuple(rule for rule in rules if abs(rule.at - place) <= NEAR) for place in places)


def _places(rules: list[Rule], across: list[Rule]) -> tuple[float, ...]:
    """Where lines lie, and where those across them end: the outermost may not be drawn."""
    ends = [Rule(end, 0, 0) for rule in across for end in (rule.start, rule.end)]
    return tuple(place for place, _ in _near([*rules, *ends]))
