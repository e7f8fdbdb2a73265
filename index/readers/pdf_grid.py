"""The rows of ruled tables on a PDF's page, read cell by cell, in the place of their lines."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import inf

from index.layout import Rectangle
from index.readers import markdown
from index.readers.pdf_chars import Char
from index.readers.pdf_lines import Line, Row, lines_in
from index.readers.pdf_rules import Grid

__all__ = ["with_rows"]

LONGEST = 1000  # characters; what holds more is a part of the page, not a cell
STACKED = 3  # figures; two in a cell may be two telephone numbers

Place = tuple[int, int]  # a row and a column
Cells = dict[Place, list[Line]]


def with_rows(lines: list[Line], chars: Sequence[Char], grids: Sequence[Grid]) -> list[Line]:
    """The lines of a page, with a line for each row of a ruled table in the place of its own.

    A table is left as it is unless all letters of its lines, and no others, stand in its cells.
    """
    for table, grid in enumerate(grids):
        inside = [line for line in lines if _holds(grid, line)]
        rows = list(_rows(grid, chars, lines[0].box.page, table)) if len(inside) > 1 else []
        if _is_table(rows) and _letters(rows) == _letters(inside):
            first, taken = lines.index(inside[0]), set(map(id, inside))
            after = (line for line in lines[first:] if id(line) not in taken)
            lines = [*lines[:first], *rows, *after]
    return lines


def _holds(grid: Grid, line: Line) -> bool:
    within = grid.columns[0] <= (line.box.left + line.box.right) / 2 <= grid.columns[-1]
    return line.row is None and within and grid.rows[-1] <= _middle(line) <= grid.rows[0]


def _is_table(rows: Sequence[Line]) -> bool:
    """Whether rows have cells beside each other, none of them a part of the page."""
    cells = [[cell for cell in line.row.cells if cell] for line in rows if line.row]
    longest = max((len(cell) for row in cells for cell in row), default=0)
    return len(rows) > 1 and longest <= LONGEST and max(map(len, cells)) > 1


def _letters(lines: Iterable[Line]) -> Counter[str]:
    return Counter(char for line in lines for char in line.text if char.isalnum())


def _rows(grid: Grid, chars: Sequence[Char], page: int, table: int) -> Iterator[Line]:
    """A line for each row that has a text of its own; a cell that reaches over several rows stands
    in each of them."""
    origins = _origins(grid)
    cells = _cells(grid, chars, origins, page)
    columns = range(len(grid.columns) - 1)
    for at in range(len(grid.rows) - 1):
        places = [origins[at, column] for column in columns]
        own = [place for column, place in enumerate(places) if place == (at, column)]
        alone = len(own) == len(places) and (at, 0) != origins.get((at + 1, 0))
        tops = _tops([cells.get(place, []) for place in own]) if alone else []
        if tops is None:
            return
        for high, low in pairwise([grid.rows[at], *tops[1:], grid.rows[at + 1]]):
            told = {place: _told(cells.get(place, []), high, low) for place in own}
            held = {place: _told(cells.get(place, [])) for place in places}
            row = [
                (held | told)[place] if place[1] == column else None
                for column, place in enumerate(places)
            ]
            box = Rectangle(page, grid.columns[0], low, grid.columns[-1], high)
            if any(told.values()):
                text = " ".join(filter(None, told.values()))
                level = next(cells[place][0].level for place in own if told[place])
                yield Line(text, box, row=Row(tuple(row), table, grid.columns), level=level)


def _told(lines: Sequence[Line], high: float = inf, low: float = -inf) -> str:
    """The text of a cell's lines, or of those between two heights."""
    inside = (line for line in lines if low < _middle(line) <= high)
    told = "".join(line.text + ("" if line.broken else " ") for line in inside)
    return markdown.line(told)


def _tops(cells: Sequence[Sequence[Line]]) -> list[float] | None:
    """Where rows begin that no lines part: at the figures of a column, each of which has a line of
    the first cell beside it. None where there are such rows, but it can't be told where."""
    stacked = [cell for cell in cells if _is_stacked(cell)]
    if sum(map(len, stacked)) < STACKED:
        return []
    first = next(filter(None, cells))
    best = max((cell for cell in stacked if cell is not first), key=len, default=[])
    high = max(_middle(line) for cell in cells for line in cell)
    beside = all(any(_is_level(line, other) for other in first) for line in best)
    if not best or not beside or high > best[0].box.top:
        return None
    return [line.box.top for line in best]


def _is_stacked(cell: Sequence[Line]) -> bool:
    """Whether a cell holds several figures, one a line, maybe under a name."""
    figures = [markdown.is_figure(line.text) for line in cell]
    return sum(figures) > 1 and all(figures[1:])


def _middle(line: Line) -> float:
    return (line.box.bottom + line.box.top) / 2


def _is_level(one: Line, other: Line) -> bool:
    return abs(_middle(one) - _middle(other)) < min(one.height, other.height) / 2


def _origins(grid: Grid) -> dict[Place, Place]:
    """For each place of a grid, where the cell that reaches over it begins."""
    origins: dict[Place, Place] = {}
    for row in range(len(grid.rows) - 1):
        for column in range(len(grid.columns) - 1):
            if (row, column) in origins:
                continue
            right, below = column, row
            while right + 2 < len(grid.columns) and grid.goes_on_right(row, right):
                right += 1
            while below + 2 < len(grid.rows) and grid.goes_on_below(below, column):
                below += 1
            for at in range(row, below + 1):
                origins |= {(at, to): (row, column) for to in range(column, right + 1)}
    return origins


def _cells(grid: Grid, chars: Sequence[Char], origins: dict[Place, Place], page: int) -> Cells:
    """The lines of each cell, by where it begins."""
    held: dict[Place, list[Char]] = defaultdict(list)
    place: Place | None = None
    for char in chars:
        if char.drawn:
            place = origins.get(_place(grid, char))
        if place is not None:  # a space belongs to the letter before it
            held[place].append(char)
    return {place: lines_in(inside, page) for place, inside in held.items()}


def _place(grid: Grid, char: Char) -> Place:
    x, y = (char.left + char.right) / 2, (char.bottom + char.top) / 2
    upwards = [-edge for edge in grid.rows]
    return bisect_left(upwards, -y) - 1, bisect_left(grid.columns, x) - 1
