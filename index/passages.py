"""Found chunks, each with its vectors and the text around it, as the ledger holds them."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from index.embedding import Vectors
from index.rows import from_int8

__all__ = ["AROUND", "Passage", "read_passages"]

AROUND = 2  # chunks before and after that a chunk is read with; 1 finds less, 3 finds no more

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """A chunk: `vector` (384), `sentences` (n, 384) of what isn't a heading, all of length 1.

    `context` is its document's title and its headings, `body` its text, and `around` the texts of
    the chunks before and after it, its own included; `codes` are those of all of them.
    """

    id: str
    vector: Vectors
    sentences: Vectors
    context: str
    body: str
    around: tuple[str, ...]
    codes: tuple[str, ...] = ()


def read_passages(
    ledger: sqlite3.Connection, ids: Sequence[str], table: str = "words"
) -> list[Passage]:
    """The chunks of these ids, in their order; what is gone meanwhile is left out."""
    read = [rows for id_ in ids if (rows := _rows(ledger, id_, table))]
    sentences = _sentences(ledger, [own for own, _ in read])
    return [
        _passage(own, rows, pooled) for (own, rows), pooled in zip(read, sentences, strict=True)
    ]


def _rows(ledger: sqlite3.Connection, id_: str, table: str) -> tuple[Row, list[Row]] | None:
    """A chunk's own row, and with it those around it."""
    document, _, digits = id_.rpartition(":")
    if not digits.isdecimal():
        return None
    number = int(digits)
    rows = ledger.execute(
        "SELECT document, number, first, last, vector, context, body, codes FROM chunks "  # noqa: S608
        f"JOIN {table} ON {table}.rowid = chunks.row "
        "WHERE document = ? AND number BETWEEN ? AND ? ORDER BY number",
        (document, number - AROUND, number + AROUND),
    ).fetchall()
    own = next((row for row in rows if row[1] == number), None)
    return (own, rows) if own else None


def _passage(own: Row, rows: list[Row], sentences: Vectors) -> Passage:
    document, number, _, _, vector, context, body, _ = own
    return Passage(
        id=f"{document}:{number}",
        vector=np.frombuffer(vector, np.float16).astype(np.float32),
        sentences=sentences,
        context=context,
        body=body,
        around=tuple(row[6] for row in rows),
        codes=tuple(code for row in rows for code in row[7].split()),
    )


def _sentences(ledger: sqlite3.Connection, chunks: Sequence[Row]) -> list[Vectors]:
    """The vectors of each chunk's sentences, its headings left out."""
    rows = ledger.execute(
        "SELECT vector, key FROM json_each(?) CROSS JOIN sentences "
        "ON document = json_extract(value, '$[0]') AND number >= json_extract(value, '$[1]') "
        "AND number < json_extract(value, '$[2]') WHERE NOT heading ORDER BY key, number",
        (json.dumps([(document, first, last) for document, _, first, last, *_ in chunks]),),
    ).fetchall()
    edges = np.searchsorted([key for _, key in rows], range(1, len(chunks)))
    return np.split(from_int8(rows), edges)[: len(chunks)]
