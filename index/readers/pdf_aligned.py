"""Tables of a PDF without ruled lines: rows whose cells stand under each other."""

import re
from collections.abc import Sequence
from itertools import pairwise

from index.readers import markdown
from index.readers.pdf_lines import Line

__all__ = ["cells_of", "table_end", "tidy"]


def table_end(lines: Sequence[Line], at: int) -> int:
    """The end of the run of rows that begins at `at`: lines whose cells stand under each other."""
    stop = at
    while stop < len(lines) and lines[stop].gaps:
        if stop > at and not _aligned(lines[stop - 1], lines[stop]):
            break
        stop += 1
    return stop


def _aligned(above: Line, below: Line) -> bool:
    """Whether most gaps of the line with fewer of them meet one of the other."""
    few, many = sorted((above, below), key=lambda line: len(line.gaps))
    met = sum(any(a < d and c < b for _, c, d in many.gaps) for _, a, b in few.gaps)
    close = 0 < above.box.bottom - below.box.bottom < 4 * above.height
    return close and met == len(few.gaps)


def cells_of(lines: list[Line]) -> list[list[str]]:
    """The cells of each row, in the columns of the row that has the most."""
    columns = _columns(lines)
    return [_cells(line, columns) for line in lines]


def _columns(lines: list[Line]) -> list[tuple[float, float]]:
    """The left and right edge of each column, after the row with the most cells."""
    widest = max(lines, key=lambda line: len(line.gaps))
    edges = [widest.box.left, *(x for _, a, b in widest.gaps for x in (a, b)), widest.box.right]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _cells(line: Line, columns: list[tuple[float, float]]) -> list[str]:
    cells = [""] * len(columns)
    places = [0, *(at for at, _, _ in line.gaps), len(line.text)]
    edges = [line.box.left, *(x for _, a, b in line.gaps for x in (a, b)), line.box.right]
    for (start, end), left, right in zip(pairwise(places), edges[::2], edges[1::2], strict=True):
        away = [max(a, left) - min(b, right) for a, b in columns]
        column = away.index(min(away))
        cells[column] = f"{cells[column]} {tidy(line.text[start:end])}".strip()
    return cells


def tidy(text: str) -> str:
    """The text on one line; the dots that lead to a page's number in a table of contents go."""
    return re.sub(r"(?: ?\.){5,}", " … ", markdown.line(text)).replace("  ", " ").strip()
