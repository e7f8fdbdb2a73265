"""Plain text and Markdown: kept exactly as decoded."""

import codecs
import re
from itertools import islice

from index.blocks import unclosed
from index.errors import UnreadableDocument
from index.readers.types import Read

__all__ = ["decoded", "labelled", "read_markdown", "read_text"]

TITLE_LENGTH = 120
# Code first, so that no comment in it is taken for a heading.
HEADING = re.compile(
    r"^[ \t]*(?:```[^`\n]*$|~~~)(?s:.*?)(?:^[ \t]*(?:```|~~~)|\Z)"
    r"|^#{1,6}[ \t]++(.+)",
    re.MULTILINE,
)

# In the front matter that a file may begin with.
TITLE = re.compile(r"---[ \t]*\r?\n(?:(?!---).*\n){0,50}?title:(?P<title>.+)", re.IGNORECASE)


def read_text(data: bytes) -> Read:
    """Plain text, kept exactly as decoded; its first line is its title if it reads like one."""
    text = decoded(data)
    first = next((line.strip() for line in islice(text.splitlines(), 50) if line.strip()), "")
    titled = len(first) <= TITLE_LENGTH and not re.search(r"[.!?:;,。]$", first)
    return Read(text, "text/plain", first if titled and _words(first) else "")


def read_markdown(data: bytes) -> Read:
    """Markdown, kept exactly as decoded; its title is as told, else its first heading."""
    text = decoded(data)
    front = TITLE.match(text)
    told = front["title"].strip(" \t\r\"'") if front else ""
    headings = (unclosed(match[1].rstrip()) for match in HEADING.finditer(text) if match[1])
    title = told or next(filter(None, headings), "") or read_text(data).title
    return Read(text, "text/markdown", title)


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 that says so in its first bytes; raises UnreadableDocument."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif b"\0" in data:
        raise UnreadableDocument("it is a binary file, not text")
    else:
        encoding = "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableDocument(
            f"it is not UTF-8 (byte {error.start}): save it as UTF-8 and index it again"
        ) from error
    if not text.strip():
        raise UnreadableDocument("it is empty")
    return text


def labelled(data: bytes, label: str) -> str:
    """Text in the encoding that it says it has; raises LookupError where there is none such.

    As in browsers, what calls itself Latin-1 or ASCII is Windows' own, which has € and dashes too.
    """
    name = codecs.lookup(label).name
    return data.decode("cp1252" if name in ("ascii", "iso8859-1") else name, "replace")


def _words(line: str) -> bool:
    return any(map(str.isalpha, line))
