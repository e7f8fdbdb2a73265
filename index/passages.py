"""Found chunks, each with its vectors and the text around it, as the ledger holds them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import DIMENSIONS, Vectors

__all__ = ["AROUND", "Passage", "read_passages"]

AROUND = 2  # chunks before and after that a chunk is read with; 1 finds less, 3 finds no more


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
    found = (_passage(ledger, id_, table) for id_ in ids)
    return [passage for passage in found if passage is not None]


def _passage(ledger: sqlite3.Connection, id_: str, table: str) -> Passage | None:
    document, _, digits = id_.rpartition(":")
    if not digits.isdecimal():
        return None
    number = int(digits)
    rows = ledger.execute(
        f"SELECT number, first, last, vector, context, body, codes FROM chunks JOIN {table} "  # noqa: S608
        f"ON {table}.rowid = chunks.row WHERE document = ? AND number BETWEEN ? AND ? "
        "ORDER BY number",
        (document, number - AROUND, number + AROUND),
    ).fetchall()
    own = next((row for row in rows if row[0] == number), None)
    if own is None:
        return None
    _, first, last, vector, context, body, _ = own
    return Passage(
        id=id_,
        vector=np.frombuffer(vector, np.float16).astype(np.float32),
        sentences=_sentences(ledger, document, first, last),
        context=context,
        body=body,
        around=tuple(row[5] for row in rows),
        codes=tuple(code for row in rows for code in row[6].split()),
    )


def _sentences(ledger: sqlite3.Connection, document: str, first: int, last: int) -> Vectors:
    rows = ledger.execute(
        "SELECT vector FROM sentences WHERE document = ? AND number >= ? AND number < ? "
        "AND NOT heading",
        (document, first, last),
    ).fetchall()
    vectors = np.frombuffer(b"".join(row[0] for row in rows), np.int8)
    stored: Vectors = vectors.reshape(-1, DIMENSIONS).astype(np.float32)
    unit: Vectors = stored / np.maximum(np.linalg.norm(stored, axis=1, keepdims=True), 1e-12)
    return unit
