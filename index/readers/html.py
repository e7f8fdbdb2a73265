"""HTML: the article without menus and banners, with its headings, lists and tables.

trafilatura finds the article, unless a documentation's generator says where it is. Where there is
next to none, or the page has nothing around its text, the whole body is kept.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from contextlib import suppress
from copy import deepcopy
from functools import cache
from typing import TYPE_CHECKING

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.html_lists import Numbering, write_marks
from index.readers.html_tables import grid, header_rows, lays_out, rows_of, unspan
from index.readers.raised import settle
from index.readers.text import labelled
from index.readers.types import Read

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["blocks_of", "read_html"]

HIDDEN = frozenset("script style noscript template svg head iframe object canvas title".split())
AROUND = frozenset("nav footer aside dialog".split())
ROLES = frozenset("navigation banner contentinfo complementary search dialog menu".split())
HEADING = re.compile(r"h[1-6]$")
BLOCK = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form header hgroup hr html legend li main nav ol option p section "
    "summary td th tr ul".split()
)
LEAST = 250  # characters; trafilatura's own measure of a text that is too short to be one
HEAD = 4096  # bytes in which a page says how it is encoded
SAMPLE = 64 * 1024  # bytes from which it is guessed
CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
# Where Sphinx, MkDocs Material and Docusaurus put the text. trafilatura, made for articles, loses a
# seventh of such a page: code, signatures, definitions.
DOCUMENTED = (
    ".//*[@role='main'][//script[contains(@src, 'documentation_options.js') or "
    "@id='documentation_options']] | .//article[contains(@class, 'md-content__inner')] | "
    ".//div[contains(@class, 'theme-doc-markdown')]"
)
LINKS = 5  # a page with fewer has no menus


def read_html(data: bytes) -> Read:
    """The article of a page; raises UnreadableDocument if the page has no text at all."""
    page = parsed(data)
    title = markdown.line(page.findtext(".//title") or page.findtext(".//h1") or "")
    text = markdown.joined(_article(page))
    if not text:
        raise UnreadableDocument("the page has no text (a script may be what draws it)")
    return Read(text, "text/html", title)


def parsed(data: bytes) -> "HtmlElement":
    """The page's tree without what is struck out; raises UnreadableDocument where there is none."""
    import lxml.etree
    import lxml.html

    # trafilatura drops a comment that is left in, and the text behind it.
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        page = lxml.html.document_fromstring(_as_utf8(data), parser)
    except (lxml.etree.ParserError, ValueError) as error:
        raise UnreadableDocument(f"there is no HTML in it ({error})") from error
    except lxml.etree.XMLSyntaxError as error:  # its parser forgives all but a lack of memory
        raise MemoryError from error
    settle(page)
    return page


def _as_utf8(data: bytes) -> bytes:
    """The page in UTF-8: as it is, else from what it says that it is, else from what it looks."""
    import charset_normalizer

    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode()
    if b"\0" in data[:HEAD]:
        raise UnreadableDocument("it is a binary file, not a page")
    with suppress(UnicodeDecodeError):
        data.decode()
        return data
    told = CHARSET.search(data, 0, HEAD)
    with suppress(LookupError, ValueError):
        return labelled(data, told[1].decode() if told else "").encode()
    best = charset_normalizer.from_bytes(data[:SAMPLE]).best()
    return data.decode(best.encoding if best else "utf-8", "replace").encode()


def blocks_of(node: "HtmlElement") -> list[str]:
    """The blocks of all that is in a node, menus included."""
    walk = _Walk()
    walk.through(node)
    walk.end_block()
    return walk.blocks


def _article(page: "HtmlElement") -> list[str]:
    import lxml.etree
    from trafilatura import extract

    body = _body(page)
    if not any(map(_is_around, body.iter())) and len(body.findall(".//a")) < LINKS:
        return blocks_of(body)
    documented = body.xpath(DOCUMENTED)
    if len(documented) == 1 and _words(documented[0]):
        return blocks_of(_without_around(documented[0]))
    plain = _for_trafilatura(page)
    inner = _without_around(_body(plain))
    found = extract(plain, output_format="html", include_comments=False) or ""
    # Where it finds no article it gives the whole page, menus and all.
    if LEAST <= len(_letters(found)) <= len(_words(inner)) or not _words(inner):
        # As XML: an HTML parser would end a paragraph at the <pre> that it makes of <code>.
        return blocks_of(lxml.etree.fromstring(found)) if found else blocks_of(body)
    return blocks_of(inner)


def _body(page: "HtmlElement") -> "HtmlElement":
    body = page.find("body")
    return page if body is None else body


def _for_trafilatura(page: "HtmlElement") -> "HtmlElement":
    """A copy whose notes are plain paragraphs, since it takes Wikipedia's for menus, whose cells
    reach over no rows, since it would empty all but the first, and whose items are numbered."""
    copied = deepcopy(page)
    write_marks(copied)
    for node in copied.xpath(".//*[@role='note']"):
        node.tag = "p"
        node.attrib.clear()
    for table in copied.iter("table"):
        unspan(table)
    return copied


def _without_around(body: "HtmlElement") -> "HtmlElement":
    inner = deepcopy(body)
    for node in [node for node in inner.iterdescendants() if _is_around(node)]:
        if node.getparent() is not None:  # else it went with another
            node.drop_tree()
    return inner


def _is_around(node: "HtmlElement") -> bool:
    """Whether a node is a menu, a banner or the like; the header of an article is none."""
    if not isinstance(node.tag, str):
        return False
    if node.tag == "header":
        return next(node.iterancestors("article", "main", "section"), None) is None
    return node.tag in AROUND or node.get("role") in ROLES


def _letters(html: str) -> str:
    return "".join(re.sub(r"<[^>]*>", "", html).split())


def _words(node: "HtmlElement") -> str:
    return "".join("".join(node.itertext()).split())


class _Walk:
    """Goes through a tree and gathers its blocks."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._text: list[str] = []
        self._depth = 0  # of lists
        self._mark = ""  # of the item that begins, if one does
        self._numbering = Numbering()

    def through(self, node: "HtmlElement") -> None:
        """All that is in the node, and its own text."""
        self._text.append(_inline(node.text))
        for child in node:
            if isinstance(child.tag, str):
                self._element(child)
            self._text.append(_inline(child.tail))

    def end_block(self) -> None:
        """Make what was gathered since the last block a block."""
        text = "".join(self._text)
        self._text.clear()
        if text.strip():
            depth = max(0, self._depth - 1)
            mark = self._mark
            made = markdown.item(text, depth, mark) if mark else markdown.paragraph(text)
            self.blocks.append(made)
            self._mark = ""

    def _element(self, node: "HtmlElement") -> None:
        tag = node.tag
        if tag in HIDDEN or _is_hidden(node):
            return
        if HEADING.match(tag):
            self._heading(node)
        elif tag == "table":
            self._table(node)
        elif tag == "pre" and not _is_inline(node):
            self.end_block()
            self.blocks.append(markdown.code("".join(node.itertext())))
        elif tag == "br":
            self._text.append("\n")
        elif tag == "img":
            self._text.append(f" {node.get('alt') or ''} ")
        elif tag in BLOCK:
            self._block(node)
        else:
            self.through(node)

    def _heading(self, node: "HtmlElement") -> None:
        self.end_block()
        text = _plain(node).strip("§¶ ")  # signs that link to the heading itself
        self.blocks.append(markdown.heading(int(node.tag[1]), text))

    def _block(self, node: "HtmlElement") -> None:
        self.end_block()
        if node.tag == "dd" and self.blocks and self.blocks[-1] == _term(node):
            self._text.append(f"{self.blocks.pop().rstrip(' :')}: ")
        self._depth += node.tag in ("ul", "ol")
        if node.tag == "li":
            self._mark = self._numbering.mark(node)
        elif node.tag not in ("p", "div"):
            self._mark = ""
        self.through(node)
        self.end_block()
        self._depth -= node.tag in ("ul", "ol")

    def _table(self, table: "HtmlElement") -> None:
        self.end_block()
        rows = rows_of(table)
        if lays_out(rows):
            self.through(table)
            self.end_block()
            return
        shown = cache(_plain)  # of a cell that stands in many rows
        cells = ([None if cell is None else shown(cell) for cell in row] for row in grid(rows))
        headers = header_rows(rows) or None
        self.blocks += markdown.table(cells, headers=headers, caption=_plain(table.find("caption")))


def _plain(node: "HtmlElement | None") -> str:
    """The text of a node, its blocks apart by a space."""
    if node is None:
        return ""
    return " ".join(
        markdown.line(re.sub(r"^(- |#+ |\| |```)|( \||```)$", "", block.strip()))
        for block in blocks_of(node)
    )


def _term(definition: "HtmlElement") -> str:
    """The term right above a definition that is but a line, so that they are read as one."""
    term = definition.getprevious()
    plain = not any(node.tag in BLOCK or node.tag == "pre" for node in definition.iterdescendants())
    return _plain(term) if plain and term is not None and term.tag == "dt" else ""


def _is_inline(code: "HtmlElement") -> bool:
    """Whether code stands within a sentence."""
    parent = code.getparent()
    within = parent is not None and parent.tag in ("p", "li", "td", "th", "dd", "dt")
    return within and "\n" not in "".join(code.itertext()).strip()


def _is_hidden(node: "HtmlElement") -> bool:
    style = (node.get("style") or "").replace(" ", "").lower()
    return node.get("hidden") is not None or "display:none" in style


def _inline(text: str | None) -> str:
    """A node's text, in which a line break is but a space."""
    return re.sub(r"\s+", " ", text) if text else ""
