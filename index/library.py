"""The library: what was indexed, as readers see it. `open_library` to read, `open_writer` to write.

The ledger is the truth. A reader keeps no copy of it: what another process committed is seen at
the next call.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from index import lexical
from index.documents import DEFAULT_COLLECTION, Chunk, Document, Scope, Sentence
from index.embedding import Embedder, Vectors
from index.errors import DataFolderUnusable, EmbedderMismatch
from index.homes import home_of
from index.ledger import (
    FILENAME,
    collection_number,
    open_ledger,
    setting,
    translated,
    words_table,
)
from index.lexical import Counts
from index.lock import WriteLock
from index.nearest import Nearest, Place, Scored
from index.passages import Passage, read_passages
from index.rows import CHUNK, DOCUMENT, SENTENCE, as_chunk, as_document, as_sentence, from_int8
from index.vectors import Chroma

if TYPE_CHECKING:
    from index.seen import SeenLibrary
    from index.writer import LibraryWriter

__all__ = ["DocumentRow", "Library", "Scored", "open_library", "open_writer"]

DEFAULT = Scope()


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document as a list shows it, without its text; `own` says that who lists may change it."""

    id: str
    source: str
    title: str
    path: str
    sha256: str
    sentences: int
    collection: str = DEFAULT_COLLECTION
    own: bool = True


def open_library(folder: Path, embedder: Embedder | None, *, chroma_url: str = "") -> "Library":
    """A reader of the library in `folder`; a folder that is missing is an empty library.

    Without an embedder nothing checks which one the vectors come from. With `chroma_url` they are
    on that Chroma server. Raises DataFolderUnusable, ChromaUnreachable and EmbedderMismatch, here
    or at a later call, when another process changed what is there.
    """
    return Library(folder, embedder, chroma_url)


def open_writer(
    folder: Path,
    embedder: Embedder | None,
    *,
    collection: str = DEFAULT_COLLECTION,
    chroma_url: str = "",
    rebuild: "Callable[[int, int], None] | bool" = False,
) -> "LibraryWriter":
    """The one writer of `folder`, which is made if missing, into one collection, which is too.

    With `rebuild`, every document's stored text is split again, and embedded where this embedder
    hasn't embedded it before; Chroma is filled anew. A function is told how many of how many
    documents are done. Raises LibraryLocked too, and NoSuchPath for a name no collection can have.
    """
    from index.writer import LibraryWriter

    return LibraryWriter(
        folder, embedder, collection=collection, chroma_url=chroma_url, rebuild=rebuild
    )


class Library:
    """A reader, safe to share between threads. `owner` is what the names of its own collections
    begin with, where some are shared (see `index.seen`)."""

    owner = ""

    def __init__(self, folder: Path, embedder: Embedder | None, chroma_url: str = "") -> None:
        self.folder = folder
        self.embedder = embedder
        self.chroma_url = chroma_url
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self._file = 0
        self._nearest: Nearest | None = None
        with self._reading() as ledger:
            if ledger is not None:
                self._search(ledger).chroma.reach()

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
            connection, self._connection, self._nearest = self._connection, None, None
            if connection is not None:
                connection.close()

    def seen_by(self, reader: str) -> "SeenLibrary":
        """What one reader of the page sees: what is shared, and what they added themselves."""
        from index.seen import SeenLibrary

        return SeenLibrary(self, reader)

    def named(self, collection: str) -> str:
        """What the ledger calls a collection."""
        return collection

    def collections(self) -> dict[str, int]:
        """The collections that hold documents, by name, with how many each holds."""
        rows = self._rows(
            "SELECT name, count(*) FROM collections JOIN documents ON collection = number "
            "GROUP BY name ORDER BY name"
        )
        return dict(rows)

    def documents(self, collection: str | None = None) -> list[DocumentRow]:
        """Every document, by source; of one collection, where it is named."""
        query = (
            "SELECT id, source, title, path, sha256, "
            "(SELECT count(*) FROM main.sentences WHERE document = documents.id), name "
            "FROM documents JOIN collections ON number = collection "
        )
        if collection is None:
            return [DocumentRow(*row) for row in self._rows(query + "ORDER BY name, source")]
        rows = self._rows(query + "WHERE name = ? ORDER BY source", (collection,))
        return [DocumentRow(*row) for row in rows]

    def document(self, id_: str) -> Document | None:
        """The document, text included; None when it is not (or no longer) there."""
        rows = self._rows(f"{DOCUMENT} WHERE id = ?", (id_,))
        return as_document(rows[0]) if rows else None

    def sentences(self, id_: str) -> list[Sentence]:
        """A document's sentences in order; none where it is not there."""
        rows = self._rows(f"{SENTENCE} WHERE document = ? ORDER BY number", (id_,))
        return [as_sentence(row) for row in rows]

    def sentence(self, document: str, id_: str) -> Sentence | None:
        """The sentence of that id, wherever in the document it stands now; None if it is gone."""
        rows = self._rows(f"{SENTENCE} WHERE document = ? AND id = ?", (document, id_))
        return as_sentence(rows[0]) if rows else None

    def chunk(self, id_: str) -> Chunk | None:
        """The chunk of that id; None when it is not (or no longer) there."""
        document, _, number = id_.rpartition(":")
        rows = self._rows(f"{CHUNK} WHERE document = ? AND number = ?", (document, number))
        return as_chunk(rows[0]) if rows else None

    def counts(self) -> tuple[int, int, int]:
        """How many documents, sentences and chunks there are, in all collections."""
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
        return from_int8(rows)

    def lexical(self, query: str | Counts, k: int, scope: Scope = DEFAULT) -> Scored:
        """The `k` chunks of each collection that a scope's name stands for which share the most
        telling words with a query, or with one whose words are counted, by bm25, best first."""
        found: Scored = []
        if isinstance(query, str):
            query = self.counted(lexical.asked_for(query), scope)
        with self._at(scope) as places:
            for ledger, place in places:
                table, document = words_table(place.collection), place.document
                found += lexical.search(ledger, query, k, table=table, document=document)
        return sorted(found, key=lambda pair: -pair[1])

    def counted(self, words: Sequence[str], scope: Scope = DEFAULT) -> Counts:
        """In how many chunks of a scope's collection each word is."""
        with self._at(scope) as places:
            if not places:
                return Counts({}, 0)
            tables = [words_table(place.collection) for _, place in places]
            return lexical.counted(places[0][0], words, tables)

    def passages(self, ids: Sequence[str], scope: Scope = DEFAULT) -> list[Passage]:
        """The chunks of these ids with the text around them; what is gone is left out."""
        with self._at(scope) as places:
            return [
                passage
                for ledger, place in places
                for passage in read_passages(ledger, ids, words_table(place.collection))
            ]

    def dense(self, vector: Vectors, k: int, scope: Scope = DEFAULT) -> Scored:
        """The `k` chunks of each collection that a scope's name stands for which are nearest to
        `vector` (384, of length 1), with their cosine, best first."""
        found: Scored = []
        with self._at(scope) as places:
            for ledger, place in places:
                found += self._search(ledger).search(ledger, place, vector, k)
        return sorted(found, key=lambda pair: -pair[1])

    @contextmanager
    def _at(self, scope: Scope) -> Iterator[list[tuple[sqlite3.Connection, Place]]]:
        """The scope as the ledger knows it: a place in each collection that its name stands for."""
        with self._reading() as ledger:
            known = ((ledger, name) for name in self._names(scope.collection) if ledger)
            numbers = ((ledger, collection_number(ledger, name)) for ledger, name in known)
            yield [(ledger, Place(number, scope.document)) for ledger, number in numbers if number]

    def _names(self, collection: str) -> tuple[str, ...]:
        """What the ledger calls the collections that a name stands for."""
        return (collection,)

    def _search(self, ledger: sqlite3.Connection) -> Nearest:
        if self._nearest is None:
            home = home_of(self.folder, setting(ledger, "library"), self.chroma_url)
            self._nearest = Nearest(WriteLock(self.folder), Chroma.of(home))
        return self._nearest

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
    made_with = setting(ledger, "embedder")
    if embedder is not None and made_with and made_with != embedder.name:
        raise EmbedderMismatch(
            f"the library in {folder} was made with the embedder {made_with} and this is "
            f"{embedder.name}: run `footnoted index --rebuild` to embed its documents again"
        )
