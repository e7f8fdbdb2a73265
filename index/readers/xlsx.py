"""Workbooks: a sheet is a section, a row is a line that names its columns."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.office import unzippable
from index.readers.types import Read

__all__ = ["read_xlsx"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Rows = Iterator[list[str]]


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
    for sheet in book.worksheets:
        shown = [block for table in _tables(sheet) for block in markdown.table(table)]
        if shown:
            blocks += [markdown.heading(2, sheet.title), *shown]
    if not blocks:
        raise UnreadableDocument("there is nothing in its cells")
    title = markdown.line(book.properties.title or "")
    return Read(markdown.joined(blocks), MEDIA_TYPE, title)


def _tables(sheet: Any) -> Iterator[Rows]:
    """The tables of a sheet, which empty rows set apart, each row by row.

    A row that stands alone is a title: it goes with the table below it.
    """
    sheet.reset_dimensions()  # what a file says of its size can't be trusted
    rows = ([_text(cell) for cell in row] for row in sheet.iter_rows())
    yield from _apart(rows)


def _apart(rows: Iterable[list[str]]) -> Iterator[Rows]:
    """Runs of rows between the empty ones, each to be used up before the next is asked for."""
    source = iter(rows)
    first = next((row for row in source if any(row)), None)
    while first is not None:
        following: list[list[str]] = []

        def run(first: list[str] = first, following: list[list[str]] = following) -> Rows:
            alone = _is_title(first)
            yield first
            for row in source:
                if any(row):
                    yield row
                    alone = False
                elif not alone:
                    return

        yield run()
        first = next((row for row in source if any(row)), None)


def _is_title(row: list[str]) -> bool:
    return len(list(filter(None, row))) == 1


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime):
        return str(value.date() if value.time() == datetime.time() else value)
    if isinstance(value, float):
        percent = (cell.number_format or "").endswith("%")
        return f"{value * 100:.10g}%" if percent else f"{value:.15g}"
    return str(value)
