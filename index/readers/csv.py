"""Comma- and tab-separated values: a row is a line that names its columns."""

import csv
import io

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.text import decoded
from index.readers.types import Read

__all__ = ["read_csv"]

SAMPLE = 64 * 1024  # characters


def read_csv(data: bytes) -> Read:
    """A table; what separates its cells is told from its first lines."""
    text = decoded(data)
    try:
        dialect = csv.Sniffer().sniff(text[:SAMPLE], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    csv.field_size_limit(2**31 - 1)
    try:
        blocks = list(markdown.table(csv.reader(io.StringIO(text, newline=""), dialect)))
    except csv.Error as error:
        raise UnreadableDocument(f"its cells can't be told apart ({error})") from error
    if not blocks:
        raise UnreadableDocument("there is nothing in its cells")
    return Read(markdown.joined(blocks), "text/csv")
