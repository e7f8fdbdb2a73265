"""Comma- and tab-separated values: a row is a line that names its columns."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.text import decoded
from index.readers.types import Read

__all__ = ["read_csv"]

SAMPLE = 64 * 1024  # characters
LEAD = 30  # rows in which what stands above a table ends
MARKS = ";\t|,"  # the comma last: it stands within numbers too
TOLD = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # a first line that only Excel knows


def read_csv(data: bytes) -> Read:
    """A table; what separates its cells is told from its first lines."""
    text = decoded(data)
    csv.field_size_limit(2**31 - 1)
    told = TOLD.match(text)
    try:
        mark = told[1] if told else _mark(text[:SAMPLE])
        rows = _rows(text[told.end() :] if told else text, mark)
        blocks = [block for table in _tables(rows) for block in markdown.table(table)]
    except csv.Error as error:
        raise UnreadableDocument(f"its cells can't be told apart ({error})") from error
    if not blocks:
        raise UnreadableDocument("there is nothing in its cells")
    return Read(markdown.joined(blocks), "text/csv")


def _rows(text: str, mark: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=mark)


def _tables(rows: Iterator[list[str]]) -> Iterator[Iterable[list[str]]]:
    """What a bank or a shop writes above its table, narrower than that and with an empty row below
    it, and the table."""
    first = list(islice(rows, LEAD))
    gap = next((at for at, row in enumerate(first) if not any(row)), 0)
    widths = [len(list(filter(None, row))) for row in first]
    if gap and max(widths[:gap]) < next(filter(None, widths[gap:]), 0):
        yield first[:gap]
        first = first[gap:]
    yield chain(first, rows)


def _mark(sample: str) -> str:
    """The mark that cuts most rows into as many cells.

    csv's own Sniffer takes a doubled quote, or a mark within quotes, for something else.
    """

    def evenness(mark: str) -> tuple[bool, float, int]:
        widths = Counter(map(len, filter(None, _rows(sample, mark))))
        width, count = widths.most_common(1)[0]
        return width > 1, count / widths.total(), width

    return max(MARKS, key=evenness)
