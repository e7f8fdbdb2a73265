"""Comma- and tab-separated values: a row is a line that names its columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.text import decoded
from index.readers.types import Read

__all__ = ["read_csv"]

SAMPLE = 64 * 1024  # characters
MARKS = ";\t|,"  # the comma last: it stands within numbers too
TOLD = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # a first line that only Excel knows


def read_csv(data: bytes) -> Read:
    """A table; what separates its cells is told from its first lines."""
    text = decoded(data)
    csv.field_size_limit(2**31 - 1)
    told = TOLD.match(text)
    try:
        mark = told[1] if told else _mark(text[:SAMPLE])
        blocks = list(markdown.table(_rows(text[told.end() :] if told else text, mark)))
    except csv.Error as error:
        raise UnreadableDocument(f"its cells can't be told apart ({error})") from error
    if not blocks:
        raise UnreadableDocument("there is nothing in its cells")
    return Read(markdown.joined(blocks), "text/csv")


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    return filter(None, csv.reader(io.StringIO(text, newline=""), delimiter=mark))


def _mark(sample: str) -> str:
    """The mark that cuts most rows into as many cells.

    csv's own Sniffer takes a doubled quote, or a mark within quotes, for something else.
    """

    def evenness(mark: str) -> tuple[bool, float, int]:
        widths = Counter(map(len, _rows(sample, mark)))
        width, count = widths.most_common(1)[0]
        return width > 1, count / widths.total(), width

    return max(MARKS, key=evenness)
