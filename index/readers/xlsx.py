"""Workbooks: a sheet is a section, a row is a line that names its columns."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.office import unzippable
from index.readers.types import Read
from index.readers.xlsx_cells import shown

__all__ = ["read_xlsx"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
PARTS = (MAIN + "row", MAIN + "mergeCell")
WIDEST = 100  # columns that a cell may reach over, whatever the file says
LONGEST_LABEL = 80  # characters; what is longer is a remark on the rows
EMPTY = "formulas without a stored value: {} (open it in its program, save it, index it again)"

Rows = Iterator[list[str | None]]
# first row -> first and last columns (from 0) and last rows of what is merged
Merged = dict[int, list[tuple[int, int, int]]]


def read_xlsx(data: bytes) -> Read:
    """A workbook, as last saved; raises UnreadableDocument if it is none, or holds nothing.

    Formulas stand as the values that were stored with them.
    """
    from lxml.etree import XMLSyntaxError
    from openpyxl import load_workbook

    file = unzippable(data, "[Content_Types].xml", "workbook (.xlsx)")
    try:
        book = load_workbook(file, read_only=True, data_only=True)
    except (XMLSyntaxError, OSError, KeyError, ValueError, TypeError) as error:
        raise UnreadableDocument(f"it is no workbook, or is damaged ({error})") from error
    blocks: list[str] = []
    empty = 0
    for sheet in book.worksheets:
        merged, unfilled = _facts(sheet)
        empty += unfilled
        sheet.reset_dimensions()  # what a file says of its size can't be trusted
        rows = ([shown(cell) for cell in row] for row in sheet.iter_rows())
        tables = [block for table in _tables(_filled(rows, merged)) for block in table]
        if tables:
            blocks += [markdown.heading(2, sheet.title), *tables]
    if not blocks:
        raise UnreadableDocument(EMPTY.format(empty) if empty else "there is nothing in its cells")
    title = markdown.line(book.properties.title or "")
    warnings = (EMPTY.format(empty),) if empty else ()
    return Read(markdown.joined(blocks), MEDIA_TYPE, title, warnings=warnings)


def _facts(sheet: Any) -> tuple[Merged, int]:
    """What openpyxl doesn't tell of a sheet that it streams: which cells are merged, and how many
    formulas have no value."""
    from lxml.etree import iterparse
    from openpyxl.utils import range_boundaries

    merged: Merged = defaultdict(list)
    unfilled = 0
    with sheet.parent._archive.open(sheet._worksheet_path) as source:
        for _, node in iterparse(source, tag=PARTS, resolve_entities=False):
            if node.tag == MAIN + "mergeCell":
                with suppress(ValueError, TypeError):  # a range that can't be told merges nothing
                    left, top, right, bottom = range_boundaries(node.get("ref"))
                    merged[top].append((left - 1, right - 1, bottom))
            unfilled += sum(map(_is_unfilled, node))
            node.clear()
    return merged, unfilled


def _is_unfilled(cell: Any) -> bool:
    """Whether it is a formula without a value; a text may be empty."""
    formula = cell.find(MAIN + "f") is not None
    return formula and cell.get("t") != "str" and not cell.findtext(MAIN + "v")


def _filled(rows: Iterable[list[str]], merged: Merged) -> Rows:
    """The rows, with a cell that is merged downwards in each that it reaches over and that has
    cells of its own (prose stands once), and None where one reaches over columns."""
    held: dict[int, tuple[int, str]] = {}  # column -> last row, text
    for number, texts in enumerate(rows, 1):
        row: list[str | None] = [*texts]
        held = {column: kept for column, kept in held.items() if kept[0] >= number}
        for column, (_, text) in held.items() if any(row) else ():
            row += [""] * (column + 1 - len(row))
            row[column] = row[column] or text
        for left, right, last in merged.get(number, ()):
            text = row[left] or "" if left < len(row) else ""
            if last > number and 0 < len(text) <= LONGEST_LABEL:
                held[left] = last, text
            wide = min(right - left, WIDEST) if text else 0
            row[left + 1 : left + 1 + wide] = [None] * wide
        yield row


def _tables(rows: Iterable[list[str | None]]) -> Iterator[Iterator[str]]:
    """The blocks of each table of a sheet, each to be used up before the next is asked for."""
    for _, numbered in groupby(_numbered(rows), key=itemgetter(0)):
        yield markdown.table(row for _, row in numbered)


def _numbered(rows: Iterable[list[str | None]]) -> Iterator[tuple[int, list[str | None]]]:
    """Each row with the number of its table. Empty rows set tables apart, unless the first stands
    alone, as a title does, or the row below them goes on with the values above."""
    table, gap, count = 0, False, 0
    above: list[str | None] = []
    for row in rows:
        if any(row):
            alone = count == 1 and _is_title(above)
            begins = gap and count > 0 and not alone and not _goes_on(above, row)
            table, count = table + begins, 1 if begins else count + 1
            yield table, row
            above = row
        gap = not any(row)


def _is_title(row: markdown.Row) -> bool:
    return len(list(filter(None, row))) == 1


def _goes_on(above: markdown.Row, row: markdown.Row) -> bool:
    """Whether a row has words and figures in the same columns as the one above."""
    pairs = list(zip_longest(above, row, fillvalue=""))
    ends = [[at for at, pair in enumerate(pairs) if pair[side]] for side in (0, 1)]
    kinds = [(markdown.is_value(one), markdown.is_value(two)) for one, two in pairs if one and two]
    within = ends[0][0] == ends[1][0] and ends[0][-1] == ends[1][-1]
    return within and any(one for one, _ in kinds) and all(one == two for one, two in kinds)
