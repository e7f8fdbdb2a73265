"""Word documents: paragraphs, lists, tables, text boxes and notes, in the order of the text."""

import re
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.charts import charts
from index.readers.docx_numbers import Numbers
from index.readers.office import diagrams, unzippable
from index.readers.raised import Piece, written
from index.readers.symbols import sign
from index.readers.types import Read

if TYPE_CHECKING:
    from docx.document import Document as Docx

__all__ = ["read_docx"]

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# Deleted text, and the old drawing that stands in for a new one, are not part of what is read.
SKIPPED = frozenset({W + "del", W + "moveFrom", MC + "Fallback", W + "pPr", W + "rPr", W + "tblPr"})
WIDEST = 100  # columns that a cell may reach over, whatever the file says
SPACES = {W + "tab": " ", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-"}
HEIGHTS = {"superscript": 1, "subscript": -1}
TEXTS = frozenset({W + "t", M + "t"})
OFF = ("0", "false", "off")


def read_docx(data: bytes) -> Read:
    """A Word document; raises UnreadableDocument if it is none, or has no text."""
    import docx
    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    file = unzippable(data, "[Content_Types].xml", "Word document (.docx)")
    try:
        document = docx.Document(file)
    except (PackageNotFoundError, XMLSyntaxError, KeyError, ValueError) as error:
        raise UnreadableDocument(f"it is no Word document, or is damaged ({error})") from error
    walk = _Walk(document)
    blocks = [*walk.blocks(document.element.body), *_notes(document, walk)]
    text = markdown.joined(blocks)
    if not text:
        raise UnreadableDocument("there is no text in it (pictures are not read)")
    first = next((block for block in blocks if block.startswith("#")), "").lstrip("# ")
    return Read(text, MEDIA_TYPE, markdown.line(document.core_properties.title or "") or first)


class _Walk:
    """Goes through the parts of one document, whose styles tell what each paragraph is."""

    def __init__(self, document: "Docx") -> None:
        self._styles = {
            style.get(W + "styleId"): style for style in document.styles.element.iter(W + "style")
        }
        self._numbers = Numbers(document)
        self._part = document.part

    def blocks(self, node: Any) -> Iterator[str]:
        """The blocks of all that a node holds."""
        for child in node:
            if child.tag == W + "p":
                yield from self._paragraph(child)
            elif child.tag == W + "tbl":
                yield from self._table(child)
            elif _is_read(child):
                yield from self.blocks(child)

    def _paragraph(self, node: Any) -> Iterator[str]:
        text = _text(node)
        level = self._level(node)
        mark = self._mark(node)
        if level:
            yield markdown.heading(level, f"{mark} {text}" if text else "")
        elif self._property(node, "numPr") is not None:
            indent = self._property(node, "ilvl")
            yield markdown.item(text, _number(indent, 0), mark or "-")
        else:
            yield markdown.paragraph(text)
        yield from map(markdown.item, diagrams(self._part, node))
        yield from charts(self._part, node)
        for box in node.iter(W + "txbxContent"):
            if not any(above.tag == MC + "Fallback" for above in box.iterancestors()):
                yield from self.blocks(box)

    def _mark(self, node: Any) -> str:
        """The number that Word writes before a paragraph, if it does."""
        named = self._property(node, "numId")
        depth = _number(self._property(node, "ilvl"), 0)
        return self._numbers.mark(named.get(W + "val", ""), depth) if named is not None else ""

    def _table(self, table: Any) -> Iterator[str]:
        rows = list(table.iterchildren(W + "tr"))
        cells = [list(_cells(row)) for row in rows]
        if max(map(len, cells), default=0) < 2:
            for row in cells:  # a box around text
                for cell in row:
                    yield from self.blocks(cell)
            return
        headers = sum(row.find(f"{W}trPr/{W}tblHeader") is not None for row in rows) or None
        yield from markdown.table(self._rows(cells), headers=headers)
        for cell in (cell for row in cells for cell in row):
            for inner in _own(cell, "tbl"):
                yield from self._table(inner)

    def _rows(self, cells: list[list[Any]]) -> Iterator[markdown.Row]:
        """The text of the cells; one that goes on in the row below stands in that row too."""
        above: list[str | None] = []
        for row in cells:
            before = row[0].getparent().find(f"{W}trPr/{W}gridBefore") if row else None
            texts: list[str | None] = [""] * min(_number(before, 0), WIDEST)
            for cell in row:
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                goes_on = merged is not None and merged.get(W + "val") != "restart"
                held = above[len(texts)] if goes_on and len(texts) < len(above) else ""
                wide = _number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
                texts += [held or self._cell_text(cell)] + [None] * min(wide - 1, WIDEST)
            yield texts
            above = texts

    def _cell_text(self, cell: Any) -> str:
        return " ".join(f"{self._mark(part)} {_text(part)}".strip() for part in _own(cell, "p"))

    def _level(self, node: Any) -> int:
        """A heading's level, 1 for the title, 0 for what is no heading."""
        style = self._style(node)
        name = style.find(W + "name").get(W + "val", "") if style is not None else ""
        if name.lower() == "title":
            return 1
        numbered = re.fullmatch(r"heading (\d)", name.lower())
        if numbered:
            return int(numbered[1])
        outline = _number(self._property(node, "outlineLvl"), 9)
        return outline + 1 if outline < 9 else 0

    def _style(self, node: Any) -> Any:
        named = node.find(f"{W}pPr/{W}pStyle")
        return self._styles.get(named.get(W + "val")) if named is not None else None

    def _property(self, node: Any, name: str) -> Any:
        """A paragraph's own property, or that of its style, or of the style that is based on."""
        found = node.find(f"{W}pPr//{W}{name}")
        style, seen = self._style(node), 0
        while found is None and style is not None and seen < 20:
            found = style.find(f"{W}pPr//{W}{name}")
            based = style.find(W + "basedOn")
            style = self._styles.get(based.get(W + "val")) if based is not None else None
            seen += 1
        return found


def _text(node: Any) -> str:
    """The text of a paragraph, without that of the boxes that are anchored in it."""
    return "".join(written(list(_pieces(node))))


def _pieces(node: Any, height: int = 0) -> Iterator[Piece]:
    for child in node:
        if child.tag in TEXTS and child.text:
            yield Piece(child.text, height)
        elif child.tag in SPACES:
            yield Piece(SPACES[child.tag], height)
        elif child.tag == W + "sym":
            yield Piece(sign(child.get(W + "font", ""), child.get(W + "char", "")), height)
        elif _is_read(child) and child.tag != W + "txbxContent":
            yield from _pieces(child, _height(child) or height)


def _height(run: Any) -> int:
    align = run.find(f"{W}rPr/{W}vertAlign")
    return HEIGHTS.get(align.get(W + "val"), 0) if align is not None else 0


def _is_read(node: Any) -> bool:
    """Whether it belongs to the text, and is neither struck out nor hidden."""
    if not isinstance(node.tag, str) or node.tag in SKIPPED:
        return False
    marks = (node.find(f"{W}rPr/{W}{name}") for name in ("strike", "dstrike", "vanish"))
    return all(mark is None or mark.get(W + "val") in OFF for mark in marks)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == W + "tc":
            yield child
        elif child.tag in (W + "sdt", W + "sdtContent"):
            yield from _cells(child)


def _own(cell: Any, name: str) -> Iterator[Any]:
    """What a cell holds of a kind, without what a table in it holds."""
    for node in cell.iter(W + name):
        within = takewhile(lambda above: above is not cell, node.iterancestors())
        if not any(above.tag in (W + "tbl", MC + "Fallback") for above in within):
            yield node


def _number(node: Any, otherwise: int) -> int:
    value = node.get(W + "val") if node is not None else None
    return int(value) if value and value.isdecimal() else otherwise


def _notes(document: "Docx", walk: _Walk) -> Iterator[str]:
    """The footnotes and endnotes, after the text."""
    from lxml import etree

    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            tree = etree.fromstring(relation.target_part.blob, _parser())
            for note in tree:
                if note.get(W + "type") is None:  # the others draw the line above the notes
                    yield from walk.blocks(note)


def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True)
