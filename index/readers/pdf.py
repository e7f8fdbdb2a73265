"""PDF: pdfium finds the characters; lines, columns, paragraphs and tables are put together here."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import UnreadableDocument
from index.layout import packed
from index.readers import markdown
from index.readers.pdf_blocks import assembled
from index.readers.pdf_chars import chars_of
from index.readers.pdf_grid import with_rows
from index.readers.pdf_lines import Line, lines_in
from index.readers.pdf_order import in_reading_order, without_running_lines
from index.readers.pdf_rules import grids_of
from index.readers.pdf_turn import Turn
from index.readers.types import Read

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

__all__ = ["loaded", "opened", "read_pdf"]

OCR = ("has no text: it needs OCR", "have no text: they need OCR")
DAMAGED = ("is damaged and left out", "are damaged and left out")
UNTITLED = re.compile(r"untitled|(Microsoft )?(Word|PowerPoint) ?- ", re.IGNORECASE)  # by machines


def read_pdf(data: bytes) -> Read:
    """A PDF with its pages and the boxes of its lines.

    Pages that show something but have no text become a warning; if none has text, or the file is
    locked or broken, it raises UnreadableDocument.
    """
    import pypdfium2

    document = opened(data)
    pages: list[tuple[list[Line], float]] = []
    turns: dict[int, Turn] = {}
    silent: list[int] = []
    damaged: list[int] = []
    for number in range(1, len(document) + 1):
        try:
            page = loaded(document, number)
        except pypdfium2.PdfiumError:
            damaged.append(number)
            continue
        chars, turns[number] = chars_of(page)
        lines = lines_in(chars, number)
        if lines:
            lines = with_rows(lines, chars, grids_of(page, turns[number]))
        pages.append((lines, turns[number].upright_height))
        if not lines and _shows_something(page):
            silent.append(number)
        page.close()
    ordered = [in_reading_order(lines) for lines in without_running_lines(pages)]
    text, starts, boxes = assembled(ordered)
    boxes = [replace(line, box=turns[line.box.page].back(line.box)) for line in boxes]
    if not text:
        raise UnreadableDocument(f"none of its {len(document)} pages has text: it needs OCR")
    title = markdown.line(document.get_metadata_value("Title"))
    title = _first_heading(text) if not title or UNTITLED.match(title) else title
    warnings = (*_told(silent, OCR), *_told(damaged, DAMAGED))
    return Read(text, "application/pdf", title, tuple(starts), packed(boxes), warnings)


def opened(data: bytes) -> "PdfDocument":
    """The PDF; raises UnreadableDocument where it is locked or broken."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data, password="")  # some are locked with none
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD:
            reason = "it is locked with a password: save it without one and index it again"
        else:
            reason = "it is no PDF, or is damaged or cut short"
        raise UnreadableDocument(reason) from error
    document.init_forms()
    return document


def loaded(document: "PdfDocument", number: int) -> "PdfPage":
    """The page of that number, from 1; what was filled into its form is text of the page."""
    page = document[number - 1]
    if document.formenv is not None:
        page.flatten()
        page.close()  # what was flattened shows once the page is loaded anew
        page = document[number - 1]
    return page


def _shows_something(page: "PdfPage") -> bool:
    """Whether a page without text has pictures or drawings on it, so is not just blank."""
    return next(iter(page.get_objects(max_depth=1)), None) is not None


def _told(pages: Sequence[int], what: tuple[str, str]) -> list[str]:
    """A line that says `what` (of one page, of several) of these pages, if there are any."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][1] + 1:
            runs[-1][1] = page
        else:
            runs.append([page, page])
    named = ", ".join(f"{a}" if a == b else f"{a} to {b}" for a, b in runs)
    one, several = what
    lines = [f"page {named} {one}"] if len(pages) == 1 else [f"pages {named} {several}"]
    return lines if pages else []


def _first_heading(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first.lstrip("# ") if first.startswith("#") else ""
