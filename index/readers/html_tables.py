"""The grid of an HTML table: its rows, its header rows, and the cells that reach over several."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["grid", "header_rows", "lays_out", "rows_of", "unspan"]

WIDEST = 1000  # rows or columns that a cell may reach over, whatever the page says


def rows_of(table: "HtmlElement") -> "list[HtmlElement]":
    """Its rows, without those of a table in it."""
    return [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]


def lays_out(rows: "list[HtmlElement]") -> bool:
    """Whether it only puts parts of the page beside each other."""
    return len(rows) < 2 or any(row.find(".//table") is not None for row in rows)


def header_rows(rows: "list[HtmlElement]") -> int:
    """How many first rows stand in the table's head, or hold nothing but header cells."""
    head = sum(row.getparent() is not None and row.getparent().tag == "thead" for row in rows)
    return head or sum(1 for _ in takewhile(_is_header_row, rows))


def grid(rows: "list[HtmlElement]") -> "Iterator[list[HtmlElement | None]]":
    """Each row's cells; one that reaches over several rows stands in each of them.

    So does a header in the columns that it reaches over, where another cell leaves None.
    """
    below: dict[int, tuple[int, HtmlElement | None]] = {}  # column -> rows still to fill, cell
    for row in rows:
        cells: list[HtmlElement | None] = []
        for cell in [*_cells(row), None]:
            while len(cells) in below:
                left, held = below.pop(len(cells))
                if left > 1:
                    below[len(cells)] = left - 1, held
                cells.append(held)
            if cell is None:
                break
            high, wide = _span(cell, "rowspan"), _span(cell, "colspan")
            across = [cell] + [cell if cell.tag == "th" else None] * (wide - 1)
            if high > 1:
                below |= {len(cells) + at: (high - 1, each) for at, each in enumerate(across)}
            cells += across
        yield cells


def unspan(table: "HtmlElement") -> None:
    """Put a cell into each row that it reaches over, for a reader that knows of no such cells."""
    rows = rows_of(table)
    if lays_out(rows) or table.find(".//*[@rowspan]") is None:
        return
    for row, cells in zip(rows, list(grid(rows)), strict=True):
        row[:] = [_alone(row, cell) for cell in cells]


def _alone(row: "HtmlElement", cell: "HtmlElement | None") -> "HtmlElement":
    alone = deepcopy(cell) if cell is not None else row.makeelement("td")
    alone.tail = None
    for name in ("rowspan", "colspan"):
        alone.attrib.pop(name, None)
    return alone


def _is_header_row(row: "HtmlElement") -> bool:
    """Whether it names columns; a header cell that reaches down names the rows beside it."""
    cells = _cells(row)
    named = all(cell.tag == "th" or not "".join(cell.itertext()).strip() for cell in cells)
    return bool(cells) and named and (len(cells) > 1 or _span(cells[0], "rowspan") == 1)


def _cells(row: "HtmlElement") -> "list[HtmlElement]":
    return [cell for cell in row if cell.tag in ("td", "th")]


def _span(cell: "HtmlElement", name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value), WIDEST) if value.isdecimal() and int(value) else 1
