"""A document split and embedded; what was embedded before is taken over, not embedded again."""

import hashlib
import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np

from index.chunks import Run, full_runs, group
from index.documents import Chunk, Document, Sentence
from index.embedding import DIMENSIONS, Embedder, Vectors
from index.errors import UnreadableDocument
from index.rows import CHUNK, DOCUMENT, SENTENCE, as_chunk, as_document, as_sentence, from_int8
from index.sentences import Cuts, cuts, split_sentences

__all__ = ["Earlier", "Prepared", "Stored", "chunk_keys", "prepare"]

Embedded = tuple[Vectors, Vectors]  # of a chunk, (384,), and of its sentences, (sentences, 384)
Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with everything that the ledger stores of it.

    `embedded` counts the chunks that the embedder read; the others' vectors were there already.
    """

    document: Document
    sentences: list[Sentence]
    chunks: list[Chunk]
    keys: list[str]  # `chunk_keys`
    chunk_vectors: Vectors  # (chunks, 384)
    sentence_vectors: Vectors  # (sentences, 384), of length 1
    embedded: int = 0


@dataclass(frozen=True, slots=True)
class Earlier:
    """How the version was cut that is to be replaced: what stays of it is cut alike."""

    cuts: Cuts = field(default_factory=dict)
    runs: Collection[Run] = ()


class Stored:
    """What a ledger holds already of a text that is to be stored."""

    def __init__(self, ledger: sqlite3.Connection) -> None:
        self._ledger = ledger

    def earlier(self, document: str) -> Earlier:
        """How a document was cut; nothing where it isn't stored."""
        row = self._ledger.execute(f"{DOCUMENT} WHERE id = ?", (document,)).fetchone()
        if row is None:
            return Earlier()
        text, ordered = as_document(row).text, "WHERE document = ? ORDER BY number"
        sentences = [*map(as_sentence, self._ledger.execute(f"{SENTENCE} {ordered}", (document,)))]
        chunks = [*map(as_chunk, self._ledger.execute(f"{CHUNK} {ordered}", (document,)))]
        return Earlier(cuts(text, sentences), full_runs(text, sentences, chunks))

    def vectors(self, keys: Sequence[str]) -> dict[str, Embedded]:
        """The vectors of those keys that some chunk of any collection has."""
        rows = self._ledger.execute(
            "SELECT key, chunks.vector, sentences.vector FROM chunks "
            "JOIN sentences ON sentences.document = chunks.document "
            "AND sentences.number >= first AND sentences.number < last "
            "WHERE row IN (SELECT min(row) FROM chunks WHERE collection IN "
            "(SELECT number FROM collections) AND key IN (SELECT value FROM json_each(?)) "
            "GROUP BY key) ORDER BY row, sentences.number",
            (json.dumps(keys),),
        ).fetchall()
        pooled = from_int8([row[2:] for row in rows])
        found: dict[str, Embedded] = {}
        for key, numbers in groupby(range(len(rows)), lambda at: str(rows[at][0])):
            own = list(numbers)
            whole = np.frombuffer(rows[own[0]][1], np.float16).astype(np.float32)
            found[key] = whole, pooled[own]
        return found


def prepare(
    document: Document,
    embedder: Embedder,
    *,
    stored: Stored | None = None,
    earlier: Earlier | None = None,
) -> Prepared:
    """Split a document, as `earlier` where that is the same, and embed of it what `stored` lacks.

    Raises UnreadableDocument if it has no sentence.
    """
    text, earlier = document.text, earlier or Earlier()
    sentences = split_sentences(text, document.id, known=earlier.cuts)
    if not sentences:
        raise UnreadableDocument(f"{document.source} has no sentence in it")
    chunks = group(text, sentences, embedder.count_tokens, kept=earlier.runs)
    keys = chunk_keys(embedder.name, text, sentences, chunks)
    known = stored.vectors(keys) if stored else {}
    fresh = {key: chunk for key, chunk in zip(keys, chunks, strict=True) if key not in known}
    vectors, pooled = embedder.embed_spans(
        [text[chunk.start : chunk.end] for chunk in fresh.values()],
        [_spans(chunk, sentences) for chunk in fresh.values()],
    )
    known.update(zip(fresh, zip(vectors, pooled, strict=True), strict=True))
    return Prepared(
        document,
        sentences,
        chunks,
        keys,
        np.stack([known[key][0] for key in keys]).reshape(-1, DIMENSIONS),
        np.concatenate([known[key][1] for key in keys]),
        len(fresh),
    )


def chunk_keys(
    embedder: str, text: str, sentences: Sequence[Sentence], chunks: Sequence[Chunk]
) -> list[str]:
    """For each chunk 32 hex digits that name its text, its sentences' spans and the embedder.

    Vectors of the same key are the same, in whichever document they stand.
    """
    named = (
        f"{embedder}\0{_spans(chunk, sentences)}\0{text[chunk.start : chunk.end]}"
        for chunk in chunks
    )
    return [hashlib.sha256(n.encode("utf-8", "surrogatepass")).hexdigest()[:32] for n in named]


def _spans(chunk: Chunk, sentences: Sequence[Sentence]) -> Spans:
    inside = sentences[chunk.first : chunk.last]
    return [(one.start - chunk.start, one.end - chunk.start) for one in inside]
