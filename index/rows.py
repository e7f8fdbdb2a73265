"""The ledger's rows as values, and their vectors as arrays."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.documents import Chunk, Document, Sentence
from index.embedding import DIMENSIONS, Vectors
from index.vectors import Batch

__all__ = [
    "CHUNK",
    "DOCUMENT",
    "SENTENCE",
    "as_chunk",
    "as_document",
    "as_int8",
    "as_sentence",
    "from_int8",
    "vectors_by_key",
]

DOCUMENT = (
    "SELECT id, source, title, text, media_type, sha256, path, pages, layout, name "
    "FROM documents JOIN collections ON collections.number = documents.collection"
)
SENTENCE = 'SELECT document, number, start, "end", heading, id FROM sentences'
CHUNK = 'SELECT document, number, first, last, start, "end", headings FROM chunks'

Row = tuple[Any, ...]


def as_document(row: Row) -> Document:
    """A row of DOCUMENT."""
    id_, source, title, text, media_type, sha256, path, pages, layout, collection = row
    numbered = tuple((start, page) for start, page in json.loads(pages))
    return Document(
        *(id_, source, title, text, media_type, sha256, path, numbered, layout, collection)
    )


def as_sentence(row: Row) -> Sentence:
    """A row of SENTENCE."""
    document, number, start, end, heading, id_ = row
    return Sentence(document, number, start, end, bool(heading), id_)


def as_chunk(row: Row) -> Chunk:
    """A row of CHUNK."""
    document, number, first, last, start, end, headings = row
    return Chunk(document, number, first, last, start, end, tuple(json.loads(headings)))


def as_int8(vectors: Vectors) -> NDArray[np.int8]:
    """Each vector on a scale of its own, which its length of 1 makes needless to store."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    scaled: NDArray[np.int8] = np.round(vectors * (127 / largest)).astype(np.int8)
    return scaled


def from_int8(rows: list[Row]) -> Vectors:
    """The sentence vectors in the first column of `rows`, (n, 384), of length 1."""
    stored = np.frombuffer(b"".join(row[0] for row in rows), np.int8)
    vectors = stored.reshape(-1, DIMENSIONS).astype(np.float32)
    unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return unit


def vectors_by_key(ledger: sqlite3.Connection, collection: int = 0) -> Iterator[Batch]:
    """A collection's keys and vectors, (n, 384) float32, some thousands at a time; or of all."""
    numbers = ledger.execute(
        "SELECT number FROM collections WHERE ? IN (0, number) ORDER BY number", (collection,)
    )
    for (number,) in numbers.fetchall():
        rows = ledger.execute(
            "SELECT key, vector FROM chunks WHERE collection = ? GROUP BY key", (number,)
        )
        while batch := rows.fetchmany(4000):
            stored = np.frombuffer(b"".join(row[1] for row in batch), np.float16)
            vectors = stored.reshape(-1, DIMENSIONS).astype(np.float32)
            yield number, [str(row[0]) for row in batch], vectors
