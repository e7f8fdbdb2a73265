"""The rows of a Markdown table: what names their columns, and each cell behind that name."""

import re
from dataclasses import dataclass
from itertools import takewhile

__all__ = ["Columns", "columns", "names_columns"]

REACH = 20_000  # characters above a row in which its table begins
# Each run is taken whole: a hostile text has thousands of spaces in a row.
_DASHES = r"[ \t]*+:?-++:?[ \t]*+"
_RULE = re.compile(rf"[ \t]*+\|?{_DASHES}(?:\|{_DASHES})*+\|?[ \t]*+")
_BELOW = re.compile(rf"[ \t|]*+\r?\n(?P<rule>{_RULE.pattern})(?:\r?\n|\Z)")
_CELLS = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True, slots=True)
class Columns:
    """The row that names the columns, where it starts, and a row that is read by them: "Boat:
    Canoe; Persons: 2". A cell without a name, or without anything in it, is read as it is."""

    text: str
    start: int
    row: str


def columns(text: str, at: int) -> Columns | None:
    """The columns of the row that the offset `at` lies in, where it is one below their names."""
    begin, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    row = text[begin : len(text) if end < 0 else end]
    above = text[max(0, begin - REACH) : begin].splitlines(keepends=True) if "|" in row else []
    table = list(takewhile(lambda line: "|" in line, reversed(above)))
    if len(table) < 2 or not _RULE.fullmatch(table[-2].rstrip("\r\n")):
        return None
    names = table[-1].strip("| \t\r\n")
    read = _read(_cells(table[-1]), _cells(row))
    start = begin - sum(map(len, table)) + table[-1].find(names)
    return Columns(names, start, read) if names and read else None


def names_columns(text: str, start: int, end: int) -> bool:
    """Whether a row names a table's columns, so that it states nothing."""
    match = _BELOW.match(text, end)
    return match is not None and "|" in match["rule"] and columns(text, start) is None


def _cells(line: str) -> list[str]:
    bare = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in _CELLS.split(bare)]


def _read(names: list[str], cells: list[str]) -> str:
    """The cells, each behind its name; "" where there are more or fewer of them than of names."""
    if len(names) != len(cells):
        return ""
    both = zip(names, cells, strict=True)
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in both if cell)
