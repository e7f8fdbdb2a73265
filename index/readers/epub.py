"""E-books: the chapters of an EPUB in reading order."""

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.html import blocks_of, parsed
from index.readers.office import unzippable
from index.readers.types import Read

__all__ = ["read_epub"]

CONTAINER = "META-INF/container.xml"


def read_epub(data: bytes) -> Read:
    """An EPUB without copy protection; raises UnreadableDocument if it is none, or has no text."""
    from lxml.etree import XMLSyntaxError

    with zipfile.ZipFile(unzippable(data, CONTAINER, "e-book (.epub)")) as book:
        if "META-INF/encryption.xml" in book.namelist() and "rights.xml" in str(book.namelist()):
            raise UnreadableDocument("it is locked by copy protection")
        try:
            where = _xml(book, CONTAINER).find(".//{*}rootfile").get("full-path")
            package = _xml(book, where)
            names, held = list(_spine(package, where)), set(book.namelist())
            blocks = [b for name in names if name in held for b in _chapter(book, name)]
        except (XMLSyntaxError, KeyError, AttributeError, zipfile.BadZipFile) as error:
            raise UnreadableDocument(f"it is no e-book, or is damaged ({error})") from error
    if not blocks:
        raise UnreadableDocument("there is no text in its chapters")
    title = package.find(".//{http://purl.org/dc/elements/1.1/}title")
    named = markdown.line(title.text or "") if title is not None else ""
    missing = [f"a chapter is missing: {name}" for name in names if name not in held]
    text = markdown.joined(blocks)
    return Read(text, "application/epub+zip", named, warnings=tuple(missing))


def _xml(book: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(book.read(name), parser)


def _spine(package: Any, where: str) -> Iterator[str]:
    """The names of the chapters' files, in reading order."""
    files = {node.get("id"): node.get("href") for node in package.iter("{*}item")}
    for node in package.iter("{*}itemref"):
        href = files.get(node.get("idref"))
        if href:
            yield posixpath.normpath(posixpath.join(posixpath.dirname(where), unquote(href)))


def _chapter(book: zipfile.ZipFile, name: str) -> list[str]:
    data = book.read(name)
    return blocks_of(parsed(data)) if data.strip() else []
