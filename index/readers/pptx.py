"""Presentations: a slide is a page, with its title, texts, tables, charts and notes."""

from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.charts import chart
from index.readers.office import diagrams, unzippable
from index.readers.types import Read

__all__ = ["read_pptx"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def read_pptx(data: bytes) -> Read:
    """A presentation; raises UnreadableDocument if it is none, or has no text."""
    import pptx
    from lxml.etree import XMLSyntaxError
    from pptx.exc import PackageNotFoundError

    file = unzippable(data, "[Content_Types].xml", "presentation (.pptx)")
    try:
        presentation = pptx.Presentation(file)
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError) as error:
        raise UnreadableDocument(f"it is no presentation, or is damaged ({error})") from error
    text, pages = "", []
    for number, slide in enumerate(presentation.slides, 1):
        shown = markdown.joined(_slide(slide))
        if shown:
            text += "\n\n" if text else ""
            pages.append((len(text), number))
            text += shown
    if not text:
        raise UnreadableDocument("there is no text on its slides (pictures are not read)")
    first = next((line for line in text.split("\n") if line.startswith("#")), "").lstrip("# ")
    title = markdown.line(presentation.core_properties.title or "")
    title = first if title in ("", "PowerPoint Presentation") else title
    return Read(text, MEDIA_TYPE, title, tuple(pages))


def _slide(slide: Any) -> Iterator[str]:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        yield markdown.heading(2, title.text_frame.text)
    others = [shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id]
    for shape in sorted(others, key=_place):
        yield from _shape(shape)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = markdown.paragraph(slide.notes_slide.notes_text_frame.text)
        if notes:
            yield "Notes:"
            yield notes


def _place(shape: Any) -> tuple[int, int]:
    """From the top, then from the left; what takes its place from the layout comes first."""
    return shape.top or 0, shape.left or 0


def _shape(shape: Any) -> Iterator[str]:
    if getattr(shape, "shapes", None) is not None:
        for inner in sorted(shape.shapes, key=_place):
            yield from _shape(inner)
    elif getattr(shape, "has_table", False) and shape.has_table:
        headers = 1 if shape.table.first_row else None
        yield from markdown.table(_rows(shape.table), headers=headers)
    elif getattr(shape, "has_chart", False) and shape.has_chart:
        yield from chart(shape.chart.part._element)
    elif shape.has_text_frame:
        yield from _frame(shape)
    else:
        yield from map(markdown.item, diagrams(shape.part, shape._element))


def _rows(table: Any) -> Iterator[markdown.Row]:
    """The text of the cells; one that reaches over several rows stands in each of them."""
    above: list[str | None] = []
    for row in table.rows:
        cells = list(row.cells)
        above = [_cell(cell, above[at] if above else "") for at, cell in enumerate(cells)]
        yield above


def _cell(cell: Any, above: str | None) -> str | None:
    if cell._tc.hMerge:
        return None
    return above if cell._tc.vMerge else cell.text


def _frame(shape: Any) -> Iterator[str]:
    """The paragraphs of a text; in a placeholder that holds several they are a list."""
    texts = [(part.text.replace("\v", "\n"), part.level) for part in shape.text_frame.paragraphs]
    texts = [(text, level) for text, level in texts if text.strip()]
    listed = shape.is_placeholder and len(texts) > 1
    for text, level in texts:
        yield markdown.item(text, level) if listed or level else markdown.paragraph(text)
