"""The library's one writer: a document becomes visible whole, and is replaced whole."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.chunks import group
from index.documents import Chunk, Document, Sentence
from index.embedding import Embedder, Vectors
from index.errors import UnreadableDocument
from index.ledger import open_ledger, translated
from index.lexical import codes
from index.library import Library, as_document, chunk_vectors
from index.lock import WriteLock
from index.sentences import split_sentences
from index.vectors import Chroma, ChromaBroken

__all__ = ["LibraryWriter", "Prepared", "prepare"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document with everything that the ledger stores of it."""

    document: Document
    sentences: list[Sentence]
    chunks: list[Chunk]
    chunk_vectors: Vectors  # (chunks, 384)
    sentence_vectors: Vectors  # (sentences, 384), of length 1


def prepare(document: Document, embedder: Embedder) -> Prepared:
    """Split and embed a document; raises UnreadableDocument if it has no sentence."""
    sentences = split_sentences(document.text, document.id)
    if not sentences:
        raise UnreadableDocument(f"{document.source} has no sentence in it")
    chunks = group(document.text, sentences, embedder.count_tokens)
    texts = [document.text[chunk.start : chunk.end] for chunk in chunks]
    spans = [
        [(s.start - chunk.start, s.end - chunk.start) for s in sentences[chunk.first : chunk.last]]
        for chunk in chunks
    ]
    vectors, pooled = embedder.embed_spans(texts, spans)
    return Prepared(document, sentences, chunks, vectors, np.concatenate(pooled))


class LibraryWriter(Library):
    """Holds the lock from its making to `close`; a reader as well."""

    def __init__(self, folder: Path, embedder: Embedder | None, *, rebuild: bool = False) -> None:
        with translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self._lock = WriteLock(folder)
        self._lock.acquire()
        try:
            self._ledger = open_ledger(folder, create=True)
            self._chroma = Chroma.of(folder / "chroma")
            if rebuild and embedder is not None:
                self._embed_again(folder, embedder)
            super().__init__(folder, embedder)
            if embedder is not None:
                self._set("embedder", embedder.name)
            self._mend_chroma()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Give the lock back."""
        super().close()
        self._ledger.close()
        self._lock.release()

    def store(self, prepared: Prepared) -> None:
        """Put a document in the place of the one that has its source, if any, in one transaction.

        Its vectors go to Chroma first, where nobody finds them before the ledger knows them.
        """
        ids = [chunk.id for chunk in prepared.chunks]
        self._chroma_upsert(ids, prepared.chunk_vectors)
        with self._transaction() as ledger:
            gone = _delete(ledger, "source = ?", prepared.document.source)
            gone |= _delete(ledger, "id = ?", prepared.document.id)
            _insert(ledger, prepared)
        self._chroma_delete(sorted(gone - set(ids)))

    def remove(self, source: str) -> bool:
        """Drop the document of this source; whether there was one."""
        with self._transaction() as ledger:
            gone = _delete(ledger, "source = ?", source)
        self._chroma_delete(sorted(gone))
        return bool(gone)

    def touch(self, document_id: str, *, path: str, sha256: str) -> None:
        """Record where an unchanged text lies now, and its file's hash."""
        with self._guard, translated(self.folder):
            self._ledger.execute(
                "UPDATE documents SET path = ?, sha256 = ? WHERE id = ?",
                (path, sha256, document_id),
            )

    def _embed_again(self, folder: Path, embedder: Embedder) -> None:
        """Every stored text anew, in one transaction: readers keep the old until all is there."""
        with translated(folder):
            ledger = self._ledger
            ids = [row[0] for row in ledger.execute("SELECT id FROM documents ORDER BY source")]
            ledger.execute("BEGIN IMMEDIATE")
            try:
                for id_ in ids:
                    prepared = prepare(_stored(ledger, id_), embedder)
                    _delete(ledger, "id = ?", id_)
                    _insert(ledger, prepared)
                self._set("embedder", embedder.name)
                self._next_generation(ledger)
                ledger.execute("COMMIT")
            except BaseException:
                ledger.execute("ROLLBACK")
                raise
            self._chroma_rebuild()

    def _mend_chroma(self) -> None:
        """After a writer that was killed: bring Chroma to what the ledger says."""
        known = self._chunk_count(self._ledger)
        try:
            if self._chroma.count(self._generation(self._ledger)) == known:
                return
        except ChromaBroken:
            pass
        self._chroma_rebuild()

    def _chroma_upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        try:
            self._chroma.upsert(ids, vectors)
        except ChromaBroken:  # the ledger is the truth: readers compare its vectors meanwhile
            self._chroma.close()

    def _chroma_delete(self, ids: Sequence[str]) -> None:
        try:
            self._chroma.delete(ids)
            self._chroma.seen(self._generation(self._ledger))
        except ChromaBroken:
            self._chroma.close()

    def _chroma_rebuild(self) -> None:
        try:
            self._chroma.rebuild(chunk_vectors(self._ledger), self._generation(self._ledger))
        except ChromaBroken:
            self._chroma.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, translated(self.folder):
            self._ledger.execute("BEGIN IMMEDIATE")
            try:
                yield self._ledger
                self._next_generation(self._ledger)
                self._ledger.execute("COMMIT")
            except BaseException:
                if self._ledger.in_transaction:
                    self._ledger.execute("ROLLBACK")
                raise

    def _set(self, name: str, value: str) -> None:
        with translated(self._lock.folder):
            self._ledger.execute(
                "INSERT INTO settings VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2 "
                "WHERE value <> ?2",
                (name, value),
            )

    def _next_generation(self, ledger: sqlite3.Connection) -> None:
        ledger.execute("UPDATE settings SET value = value + 1 WHERE name = 'generation'")


def _stored(ledger: sqlite3.Connection, id_: str) -> Document:
    row = ledger.execute(
        "SELECT id, source, title, text, media_type, sha256, path, pages FROM documents "
        "WHERE id = ?",
        (id_,),
    ).fetchone()
    return as_document(row)


def _delete(ledger: sqlite3.Connection, condition: str, value: str) -> set[str]:
    """Delete the documents that meet `condition`; the ids of the chunks that went with them."""
    which = f"document IN (SELECT id FROM documents WHERE {condition})"  # noqa: S608  our own words
    rows = ledger.execute(f"SELECT row, document, number FROM chunks WHERE {which}", (value,))  # noqa: S608
    gone = [(row, f"{document}:{number}") for row, document, number in rows]
    ledger.executemany("DELETE FROM words WHERE rowid = ?", [(row,) for row, _ in gone])
    ledger.execute(f"DELETE FROM documents WHERE {condition}", (value,))  # noqa: S608
    return {id_ for _, id_ in gone}


def _insert(ledger: sqlite3.Connection, prepared: Prepared) -> None:
    document = prepared.document
    ledger.execute(
        "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(document.id, document.source, document.title, document.text, document.media_type),
            *(document.sha256, document.path, json.dumps(document.pages)),
        ),
    )
    ledger.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?)",
        [
            (s.document, s.number, s.start, s.end, s.heading, vector.tobytes())
            for s, vector in zip(prepared.sentences, _int8(prepared.sentence_vectors), strict=True)
        ],
    )
    stored = prepared.chunk_vectors.astype(np.float16)
    for chunk, vector in zip(prepared.chunks, stored, strict=True):
        row = ledger.execute(
            "INSERT INTO chunks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(chunk.document, chunk.number, chunk.first, chunk.last, chunk.start, chunk.end),
                *(json.dumps(chunk.headings, ensure_ascii=False), vector.tobytes()),
            ),
        ).lastrowid
        context = " ".join(dict.fromkeys((document.title, *chunk.headings)))
        body = document.text[chunk.start : chunk.end]
        ledger.execute(
            "INSERT INTO words (rowid, context, body, codes) VALUES (?, ?, ?, ?)",
            (row, context, body, " ".join(codes(f"{context}\n{body}"))),
        )


def _int8(vectors: Vectors) -> NDArray[np.int8]:
    """Each vector on a scale of its own, which its length of 1 makes needless to store."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-12)
    scaled: NDArray[np.int8] = np.round(vectors * (127 / largest)).astype(np.int8)
    return scaled
