"""Rows of tables, set in cells, so that a row is read, and lit, as a row.

A row stands between two pipes. Its cells are parted by pipes, as in Markdown, or by semicolons
where each names its column (`| Country: France; Population: 68 million |`), as the readers write
them. What parts them is not drawn; all else is, each piece with its offsets.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["Row", "is_rule", "row", "table"]

Span = tuple[int, int]
Draw = Callable[[int, int], str]

_RULE = re.compile(r"\|[-:| ]*-[-:| ]*\|")
_BAR = re.compile(r"(?<!\\)\|")
_NEXT = re.compile(r"; ")
_NAME = re.compile(r"([^;|]{1,160}?): (?=\S)")


@dataclass(frozen=True, slots=True)
class _Cell:
    """The name of a cell's column, "" where it has none; that name and the cell's rest as HTML."""

    column: str = ""
    named: str = ""
    value: str = ""


Row = tuple[_Cell, ...]


def row(whole: str, start: int, end: int, draw: Draw) -> Row:
    """The cells of the row that stands at these offsets of a text; none where no row does.

    `draw` makes HTML of the characters between two offsets.
    """
    start, end = _stripped(whole, start, end)
    if end - start < 3 or whole[start] != "|" or whole[end - 1] != "|":
        return ()
    parts = (_parts(whole, *span) for span in _spans(whole, start + 1, end - 1))
    return tuple(_Cell(whole[slice(*name)], draw(*name), draw(*value)) for name, value in parts)


def is_rule(line: str) -> bool:
    """Whether a line is the one that parts a table's head from its rows."""
    return _RULE.fullmatch(line.strip()) is not None


def table(rows: Sequence[Row], *, headed: bool, label: str) -> str:
    """A table; where it is `headed`, its first row names the columns. `label` is escaped."""
    columns = max(map(_names, rows), key=len)
    known: set[str] = set()
    drawn = []
    for at, cells in enumerate(rows):
        placed = _placed(cells, columns)
        if placed is None:
            known.clear()
        tag = 'th scope="col"' if headed and at == 0 else "td"
        drawn.append("".join(_drawn(tag, cell, known) for cell in placed or cells))
        known.update(_names(cells))
    inner = "".join(f"<tr>{each}</tr>" for each in drawn)
    return (
        f'<div class="table" role="group" tabindex="0" aria-label="{label}">'
        f"<table><tbody>{inner}</tbody></table></div>"
    )


def _drawn(tag: str, cell: _Cell, known: set[str]) -> str:
    """A cell; its column's name is seen above the first value only, as in a table's head."""
    again = " again" if cell.column in known else ""
    named = f'<span class="column{again}">{cell.named} </span>' if cell.column else ""
    return f'<{tag} dir="auto">{named}{cell.value}</{tag.partition(" ")[0]}>'


def _names(cells: Row) -> tuple[str, ...]:
    return tuple(cell.column for cell in cells if cell.column)


def _placed(cells: Row, columns: Sequence[str]) -> Row | None:
    """The cells under the columns that they name, with empty ones between; None if they can't be.

    The readers leave empty cells out.
    """
    if not columns:
        return cells
    left = list(cells)
    placed = tuple(
        left.pop(0) if left and left[0].column == column else _Cell() for column in columns
    )
    return placed if not left else None


def _spans(whole: str, start: int, end: int) -> Iterator[Span]:
    """Where the cells are: between bars, or where there are none, between semicolons."""
    bars = _BAR if _BAR.search(whole, start, end) else _NEXT
    at = start
    for bar in bars.finditer(whole, start, end):
        yield _stripped(whole, at, bar.start())
        at = bar.end()
    yield _stripped(whole, at, end)


def _parts(whole: str, start: int, end: int) -> tuple[Span, Span]:
    """Where a cell names its column, an empty span if nowhere, and where the rest is."""
    found = _NAME.match(whole, start, end)
    return (found.span(1), (found.end(), end)) if found else ((start, start), (start, end))


def _stripped(whole: str, start: int, end: int) -> Span:
    """Two offsets without the white space between them at either side."""
    inner = whole[start:end]
    start += len(inner) - len(inner.lstrip())
    return start, start + len(inner.strip())
