"""The library's one writer: a document becomes visible whole, and is replaced whole."""

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from index.documents import DEFAULT_COLLECTION, LEDGER_NAME, Document
from index.embedding import Embedder, Vectors
from index.errors import NoSuchPath
from index.filling import Filling
from index.homes import home_of
from index.ledger import next_generation, open_ledger, setting, transaction, translated, upgrade
from index.library import Library, check_embedder
from index.lock import WriteLock
from index.prepare import Prepared, Stored, prepare
from index.rows import DOCUMENT, as_document
from index.tables import drop, free_id, make_collection, move, put
from index.vectors import Chroma

__all__ = ["LibraryWriter", "Prepared", "prepare"]

Told = Callable[[int, int], None]


class LibraryWriter(Library):
    """Holds the lock from its making to `close`; a reader as well. It writes to one collection."""

    def __init__(
        self,
        folder: Path,
        embedder: Embedder | None,
        *,
        collection: str = DEFAULT_COLLECTION,
        chroma_url: str = "",
        rebuild: Told | bool = False,
    ) -> None:
        if not LEDGER_NAME.fullmatch(collection):
            raise NoSuchPath(
                f"{collection!r} can be no collection's name: use letters, digits, - . and _"
            )
        with translated(folder):
            folder.mkdir(parents=True, exist_ok=True)
        self.collection = collection
        self._lock = WriteLock(folder)
        self._lock.acquire()
        try:
            self._ledger = open_ledger(folder, create=True, outdated=bool(rebuild))
            self._open(folder, embedder, chroma_url, rebuild)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Give the lock back."""
        super().close()
        self._filling.close()
        self._ledger.close()
        self._lock.release()

    def prepare(self, document: Document) -> Prepared:
        """Split and embed a document that is to be stored, in as far as it isn't here already.

        Raises UnreadableDocument if it has no sentence.
        """
        if self.embedder is None:
            raise ValueError("preparing needs a writer that was opened with an embedder")
        with self._guard, translated(self.folder):
            stored = Stored(self._ledger)
            earlier = stored.earlier(self._id_of(document.source))
            return prepare(document, self.embedder, stored=stored, earlier=earlier)

    def store(self, prepared: Prepared) -> Document:
        """Put a document in the place of the one that has its source, if any, in one transaction.

        Its vectors go to Chroma first, where nobody finds them before the ledger knows them.
        Returns it as it is stored: its id is another where a document elsewhere has it.
        """
        with self._guard, translated(self.folder):
            document = replace(prepared.document, collection=self.collection)
            document = replace(document, id=free_id(self._ledger, document, self._number))
            prepared = replace(prepared, document=document)
            self._filling.begin()
            self._filling.add(self._number, *self._unknown(prepared))
        with self._transaction() as ledger:
            gone = put(ledger, prepared, self._number)
        self._forget(sorted(gone))
        return document

    def remove(self, source: str) -> bool:
        """Drop the document of this source; whether there was one."""
        with self._guard, translated(self.folder):
            id_ = self._id_of(source)
            if id_:
                self._filling.begin()
        if id_:
            with self._transaction() as ledger:
                gone = drop(ledger, id_)
            self._forget(sorted(gone))
        return bool(id_)

    def move(self, document_id: str, *, source: str, path: str, title: str) -> None:
        """Follow a file that was renamed or moved: nothing is split or embedded again.

        The document keeps its id, so what cited it still does.
        """
        with self._transaction() as ledger:
            move(ledger, document_id, source=source, path=path, title=title)
        self._forget([])

    def take(self, document_id: str) -> None:
        """Take a document from its collection into this one; its id stays, as in `move`.

        Raises NoSuchPath where it is gone, or this collection has a document of its source.
        """
        with self._guard, translated(self.folder):
            row = self._ledger.execute(f"{DOCUMENT} WHERE id = ?", (document_id,)).fetchone()
        if row is None:
            raise NoSuchPath("this document was removed meanwhile")
        document = replace(as_document(row), collection=self.collection)
        if self._id_of(document.source):
            name = self.collection.rpartition("~")[2]
            raise NoSuchPath(f"{name} has a {document.source} already: rename one")
        prepared = self.prepare(document)
        with self._guard, translated(self.folder):
            self._filling.begin()
            self._filling.add(self._number, *self._unknown(prepared))
        with self._transaction() as ledger:
            query = "SELECT collection FROM documents WHERE id = ?"
            (before,) = ledger.execute(query, (document_id,)).fetchone()
            gone = drop(ledger, document_id)
            put(ledger, prepared, self._number)
        self._forget(sorted(gone), before)

    def touch(self, document_id: str, *, path: str, sha256: str) -> None:
        """Record where an unchanged text lies now, and its file's hash."""
        with self._guard, translated(self.folder):
            self._ledger.execute(
                "UPDATE documents SET path = ?, sha256 = ? WHERE id = ?",
                (path, sha256, document_id),
            )

    def _open(
        self, folder: Path, embedder: Embedder | None, chroma_url: str, rebuild: Told | bool
    ) -> None:
        with translated(folder):
            home = home_of(folder, setting(self._ledger, "library"), chroma_url)
            chroma = Chroma.of(home)
            chroma.reach()
            self._filling = Filling(self._ledger, chroma)
            if rebuild and embedder is not None:
                self._split_again(embedder, rebuild if callable(rebuild) else _untold)
            check_embedder(self._ledger, folder, embedder)
            self._number = make_collection(self._ledger, self.collection)
            if embedder is not None:
                self._note_embedder(embedder)
        super().__init__(folder, embedder, chroma_url)
        with translated(folder):
            self._filling.open()

    def _id_of(self, source: str) -> str:
        query = "SELECT id FROM documents WHERE collection = ? AND source = ?"
        row = self._ledger.execute(query, (self._number, source)).fetchone()
        return str(row[0]) if row else ""

    def _split_again(self, embedder: Embedder, told: Told) -> None:
        """Every stored text anew, in one transaction: readers keep the old until all is there."""
        ledger = self._ledger
        with transaction(ledger):
            upgrade(ledger)
            rows = ledger.execute("SELECT id, collection FROM documents ORDER BY source").fetchall()
            for done, (id_, collection) in enumerate(rows, 1):
                row = ledger.execute(f"{DOCUMENT} WHERE id = ?", (id_,)).fetchone()
                prepared = prepare(as_document(row), embedder, stored=Stored(ledger))
                put(ledger, prepared, collection)
                told(done, len(rows))
            self._note_embedder(embedder)
            next_generation(ledger)
        self._filling.again()

    def _unknown(self, prepared: Prepared) -> tuple[list[str], Vectors]:
        """The keys and vectors, (keys, 384), that the collection hasn't yet."""
        held = self._ledger.execute(
            "SELECT key FROM chunks WHERE collection = ? AND key IN "
            "(SELECT value FROM json_each(?))",
            (self._number, json.dumps(prepared.keys)),
        )
        known = {key for (key,) in held}
        fresh = {key: at for at, key in enumerate(prepared.keys) if key not in known}
        return list(fresh), prepared.chunk_vectors[np.array(list(fresh.values()), int)]

    def _forget(self, keys: Sequence[str], collection: int | None = None) -> None:
        with self._guard, translated(self.folder):
            self._filling.delete(collection or self._number, keys)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._guard, translated(self.folder), transaction(self._ledger):
            yield self._ledger
            next_generation(self._ledger)

    def _note_embedder(self, embedder: Embedder) -> None:
        self._ledger.execute(
            "INSERT INTO settings VALUES ('embedder', ?1) ON CONFLICT (name) DO UPDATE "
            "SET value = ?1 WHERE value <> ?1",
            (embedder.name,),
        )


def _untold(_: int, __: int) -> None:
    """The progress of a rebuild that nobody watches."""
