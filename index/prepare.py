"""A document split and embedded; what was embedded before is taken over, not embedded again."""

import hashlib
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from index.chunks import Run, full_runs, group
from index.documents import Chunk, Document, Sentence
from index.embedding import DIMENSIONS, Embedder, Vectors
from index.errors import UnreadableDocument
from index.rows import CHUNK, DOCUMENT, SENTENCE, as_chunk, as_document, as_sentence, from_int8
from index.sentences import split_sentences

__all__ = ["Prepared", "Stored", "chunk_keys", "prepare"]

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
    chunk_vectors: Vectors  # (chunks, 384)
    sentence_vectors: Vectors  # (sentences, 384), of length 1
    embedded: int = 0


class Stored:
    """What a ledger holds already of a text that is to be stored."""

    def __init__(self, ledger: sqlite3.Connection) -> None:
        self._ledger = ledger

    def runs(self, document: str) -> set[Run]:
        """The chunks of a stored document whose boundaries its next version keeps."""
        row = self._ledger.execute(f"{DOCUMENT} WHERE id = ?", (document,)).fetchone()
        if row is None:
            return set()
        ordered = "WHERE document = ? ORDER BY number"
        sentences = self._ledger.execute(f"{SENTENCE} {ordered}", (document,))
        chunks = self._ledger.execute(f"{CHUNK} {ordered}", (document,))
        return full_runs(
            as_document(row).text, list(map(as_sentence, sentences)), list(map(as_chunk, chunks))
        )

    def vectors(self, keys: Sequence[str]) -> dict[str, Embedded]:
        """The vectors of those keys that some chunk of any collection has."""
        found: dict[str, Embedded] = {}
        for at in range(0, len(keys), 500):
            some = keys[at : at + 500]
            rows = self._ledger.execute(
                "SELECT key, vector, document, first, last FROM chunks WHERE collection IN "  # noqa: S608
                f"(SELECT number FROM collections) AND key IN ({', '.join('?' * len(some))})",
                some,
            )
            for key, vector, document, first, last in rows.fetchall():
                if key not in found:
                    whole = np.frombuffer(vector, np.float16).astype(np.float32)
                    found[key] = whole, self._sentences(document, first, last)
        return found

    def _sentences(self, document: str, first: int, last: int) -> Vectors:
        rows = self._ledger.execute(
            "SELECT vector FROM sentences WHERE document = ? AND number >= ? AND number < ? "
            "ORDER BY number",
            (document, first, last),
        )
        return from_int8(rows.fetchall())


def prepare(
    document: Document,
    embedder: Embedder,
    *,
    stored: Stored | None = None,
    kept: Collection[Run] = (),
) -> Prepared:
    """Split a document, and embed of it what `stored` has not; `kept` are runs for `group`.

    Raises UnreadableDocument if it has no sentence.
    """
    sentences = split_sentences(document.text, document.id)
    if not sentences:
        raise UnreadableDocument(f"{document.source} has no sentence in it")
    chunks = group(document.text, sentences, embedder.count_tokens, kept=kept)
    texts = [document.text[chunk.start : chunk.end] for chunk in chunks]
    spans = [_spans(chunk, sentences) for chunk in chunks]
    keys = _keys(embedder.name, texts, spans)
    known = stored.vectors(keys) if stored else {}
    fresh = [at for at, key in enumerate(keys) if key not in known]
    vectors, pooled = embedder.embed_spans([texts[at] for at in fresh], [spans[at] for at in fresh])
    embedded = dict(zip((keys[at] for at in fresh), zip(vectors, pooled, strict=True), strict=True))
    known.update(embedded)
    return Prepared(
        document,
        sentences,
        chunks,
        np.stack([known[key][0] for key in keys]).reshape(-1, DIMENSIONS),
        np.concatenate([known[key][1] for key in keys]),
        len(fresh),
    )


def chunk_keys(embedder: str, prepared: Prepared) -> list[str]:
    """For each chunk 32 hex digits that name its text, its sentences' spans and the embedder.

    Vectors of the same key are the same, in whichever document they stand.
    """
    text = prepared.document.text
    texts = [text[chunk.start : chunk.end] for chunk in prepared.chunks]
    return _keys(embedder, texts, [_spans(chunk, prepared.sentences) for chunk in prepared.chunks])


def _keys(embedder: str, texts: Sequence[str], spans: Sequence[Spans]) -> list[str]:
    named = (f"{embedder}\0{own}\0{text}" for text, own in zip(texts, spans, strict=True))
    return [hashlib.sha256(n.encode("utf-8", "surrogatepass")).hexdigest()[:32] for n in named]


def _spans(chunk: Chunk, sentences: Sequence[Sentence]) -> Spans:
    inside = sentences[chunk.first : chunk.last]
    return [(one.start - chunk.start, one.end - chunk.start) for one in inside]
