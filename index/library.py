"""The library: what was indexed, as readers see it. `open_library` to read, `open_writer` to write.

The ledger is the truth. A reader keeps no copy of it: what another process committed is seen at
the next call.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from index import lexical
from index.documents import Chunk, Document, Sentence
from index.embedding import DIMENSIONS, Embedder, Vectors
from index.errors import DataFolderUnusable, EmbedderMismatch
from index.ledger import FILENAME, open_ledger, translated
from index.lock import WriteLock
from index.passages import Passage, read_passages
from index.vectors import Chroma, ChromaBroken

if TYPE_CHECKING:
    from index.writer import LibraryWriter

__all__ = ["DocumentRow", "Library", "open_library", "open_writer"]

Scored = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as a list shows it, without its text."""

    id: str
    source: str
    title: str
    path: str
    sha256: str
    sentences: int


def open_library(folder: Path, embedder: Embedder | None) -> "Library":
    """A reader of the library in `folder`; a folder that is missing is an empty library.

    Without an embedder nothing checks which one the vectors come from. Raises DataFolderUnusable
    and EmbedderMismatch, here or at a later call, when another process changed what is there.
    """
    return Library(folder, embedder)


def open_writer(
    folder: Path, embedder: Embedder | None, *, rebuild: bool = False
) -> "LibraryWriter":
    """The one writer of `folder`, which is made if missing; raises LibraryLocked too.

    With `rebuild`, every document's stored text is split and embedded again, by this embedder.
    """
    from index.writer import LibraryWriter

    return LibraryWriter(folder, embedder, rebuild=rebuild)


class Library:
    """A reader, safe to share between threads."""

    def __init__(self, folder: Path, embedder: Embedder | None) -> None:
        self.folder = folder
        self.embedder = embedder
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file = 0
        self._exact: tuple[int, list[str], Vectors] | None = None
        self._repairable = True
        with self._reading():
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the ledger's file."""
        with self._guard:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    def documents(self) -> list[DocumentRow]:
        """Every document, by source."""
        rows = self._rows(
            "SELECT id, source, title, path, sha256, "
            "(SELECT count(*) FROM sentences WHERE document = id) FROM documents ORDER BY source"
        )
        return [DocumentRow(*row) for row in rows]

    def document(self, id_: str) -> Document | None:
        """The document, text included; None when it is not (or no longer) there."""
        rows = self._rows(
            "SELECT id, source, title, text, media_type, sha256, path, pages "
            "FROM documents WHERE id = ?",
            (id_,),
        )
        if not rows:
            return None
        return as_document(rows[0])

    def sentences(self, id_: str) -> list[Sentence]:
        """A document's sentences in order; none where it is not there."""
        rows = self._rows(
            'SELECT document, number, start, "end", heading FROM sentences '
            "WHERE document = ? ORDER BY number",
            (id_,),
        )
        return [Sentence(doc, n, start, end, bool(head)) for doc, n, start, end, head in rows]

    def chunk(self, id_: str) -> Chunk | None:
        """The chunk of that id; None when it is not (or no longer) there."""
        document, _, number = id_.rpartition(":")
        rows = self._rows(
            'SELECT document, number, first, last, start, "end", headings FROM chunks '
            "WHERE document = ? AND number = ?",
            (document, number),
        )
        if not rows:
            return None
        doc, number, first, last, start, end, headings = rows[0]
        return Chunk(doc, number, first, last, start, end, tuple(json.loads(headings)))

    def counts(self) -> tuple[int, int, int]:
        """How many documents, sentences and chunks there are."""
        tables = ("documents", "sentences", "chunks")
        counted = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)  # noqa: S608
        rows = self._rows("SELECT " + counted)
        return tuple(rows[0]) if rows else (0, 0, 0)

    def sentence_vectors(self, document: str, first: int, last: int) -> Vectors:
        """Vectors of length 1 of the sentences `first` to `last` (exclusive): (n, 384)."""
        rows = self._rows(
            "SELECT vector FROM sentences WHERE document = ? AND number >= ? AND number < ? "
            "ORDER BY number",
            (document, first, last),
        )
        stored = np.frombuffer(b"".join(row[0] for row in rows), np.int8)
        vectors = stored.reshape(-1, DIMENSIONS).astype(np.float32)
        unit: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
        return unit

    def lexical(self, query: str, k: int) -> Scored:
        """The `k` chunks that share the most telling words with the query, by bm25, best first."""
        with self._reading() as ledger:
            return lexical.search(ledger, query, k) if ledger is not None else []

    def rarity(self, words: Sequence[str]) -> dict[str, float]:
        """How much each word tells in this library: its inverse document frequency."""
        with self._reading() as ledger:
            return (
                lexical.rarity(ledger, words) if ledger is not None else dict.fromkeys(words, 0.0)
            )

    def passages(self, ids: Sequence[str]) -> list[Passage]:
        """The chunks of these ids with the text around them; what is gone is left out."""
        with self._reading() as ledger:
            return read_passages(ledger, ids) if ledger is not None else []

    def dense(self, vector: Vectors, k: int) -> Scored:
        """The `k` chunks nearest to `vector` (384, of length 1), with their cosine, best first.

        Chroma answers when its lock is free; while somebody writes, or should Chroma be unusable,
        the ledger's own vectors are compared one by one (10 ms for 100,000).
        """
        with self._reading() as ledger:
            if ledger is None:
                return []
            found = self._from_chroma(ledger, vector, k)
            if found is None:
                found = self._from_ledger(ledger, vector, k)
        return found[:k]

    def _from_chroma(self, ledger: sqlite3.Connection, vector: Vectors, k: int) -> Scored | None:
        lock = WriteLock(self.folder)
        if not lock.try_acquire():
            return None
        try:
            generation, known = self._generation(ledger), self._chunk_count(ledger)
            chroma = Chroma.of(self.folder / "chroma")
            held = chroma.count(generation)
            if held < known:
                self._rebuild_chroma(ledger)
                return None
            # Left-overs of a writer that was killed take places; ask for as many more.
            found = chroma.query(generation, vector, k + min(held - known, 1000))
            present = [pair for pair in found if self._has_chunk(ledger, pair[0])]
            return present if len(present) >= min(k, known) else None
        except ChromaBroken:
            self._rebuild_chroma(ledger)
            return None
        finally:
            lock.release()

    def _rebuild_chroma(self, ledger: sqlite3.Connection) -> None:
        """Fill Chroma from the ledger; once only where that fails, as on a full disk."""
        if not self._repairable:
            return
        self._repairable = False
        try:
            chroma = Chroma.of(self.folder / "chroma")
            chroma.rebuild(chunk_vectors(ledger), self._generation(ledger))
        except ChromaBroken:
            return
        self._repairable = True

    def _from_ledger(self, ledger: sqlite3.Connection, vector: Vectors, k: int) -> Scored:
        generation = self._generation(ledger)
        if self._exact is None or self._exact[0] != generation:
            batches = list(chunk_vectors(ledger))
            ids = [id_ for batch, _ in batches for id_ in batch]
            empty = np.zeros((0, DIMENSIONS), np.float32)
            vectors = np.concatenate([empty, *(held for _, held in batches)])
            self._exact = generation, ids, vectors
        _, ids, vectors = self._exact
        scores = vectors @ vector.astype(np.float32)
        best = np.argsort(-scores, kind="stable")[:k]
        return [(ids[at], float(scores[at])) for at in best]

    def _has_chunk(self, ledger: sqlite3.Connection, id_: str) -> bool:
        document, _, number = id_.rpartition(":")
        query = "SELECT 1 FROM chunks WHERE document = ? AND number = ?"
        return ledger.execute(query, (document, number)).fetchone() is not None

    def _generation(self, ledger: sqlite3.Connection) -> int:
        row = ledger.execute("SELECT value FROM settings WHERE name = 'generation'").fetchone()
        return int(row[0])

    def _chunk_count(self, ledger: sqlite3.Connection) -> int:
        return int(ledger.execute("SELECT count(*) FROM chunks").fetchone()[0])

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        with self._reading() as ledger:
            return ledger.execute(query, values).fetchall() if ledger is not None else []

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """The ledger, under this reader's guard; None where there is none yet."""
        with self._guard, translated(self.folder):
            ledger = self._connected()
            if ledger is not None:
                check_embedder(ledger, self.folder, self.embedder)
            yield ledger

    def _connected(self) -> sqlite3.Connection | None:
        path = self.folder / FILENAME
        file = path.stat().st_ino if path.exists() else 0
        if self._connection is not None and file != self._file:  # deleted, and perhaps made anew
            self.close()
        if self._connection is None:
            if self.folder.exists() and not self.folder.is_dir():
                raise DataFolderUnusable(
                    f"the data folder {self.folder} is a file, not a folder: "
                    "name another with --data"
                )
            if file:
                self._connection, self._file = open_ledger(self.folder), file
        return self._connection


def check_embedder(ledger: sqlite3.Connection, folder: Path, embedder: Embedder | None) -> None:
    """Raise EmbedderMismatch if the ledger's vectors come from another embedder."""
    row = ledger.execute("SELECT value FROM settings WHERE name = 'embedder'").fetchone()
    if embedder is not None and row is not None and row[0] != embedder.name:
        raise EmbedderMismatch(
            f"the library in {folder} was made with the embedder {row[0]} and this is "
            f"{embedder.name}: run `footnoted index --rebuild` to embed its documents again"
        )


def as_document(row: tuple[Any, ...]) -> Document:
    """A row of the ledger's `documents`, in the order of its columns, as a Document."""
    id_, source, title, text, media_type, sha256, path, pages = row
    numbered = tuple((start, page) for start, page in json.loads(pages))
    return Document(id_, source, title, text, media_type, sha256, path, numbered)


def chunk_vectors(ledger: sqlite3.Connection) -> Iterator[tuple[list[str], Vectors]]:
    """All chunks' ids and vectors, (n, 384) float32, some thousands at a time."""
    rows = ledger.execute("SELECT document || ':' || number, vector FROM chunks ORDER BY row")
    while batch := rows.fetchmany(4000):
        stored = np.frombuffer(b"".join(row[1] for row in batch), np.float16)
        yield [str(row[0]) for row in batch], stored.reshape(-1, DIMENSIONS).astype(np.float32)
