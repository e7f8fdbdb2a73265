"""The library as one reader of the page sees it: what is shared, and what they added themselves.

A reader's collection is called `READER~NAME` in the ledger, which no shared one can be. To its
reader, NAME stands for the shared collection of that name and for their own, together; to another
it does not exist, nor does anything in it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from index.documents import COLLECTION_NAME
from index.errors import NoSuchPath
from index.library import DocumentRow, Library
from index.nearest import Nearest

__all__ = ["SeenLibrary"]

NOBODY = "~"  # what no name begins with

# Put before a query, these stand in the place of the ledger's tables of the same names: what a
# reader may not see is in none of them, so no query can forget to leave it out.
SEEN = """WITH collections AS (
    SELECT number, substr(name, instr(name, '~') + 1) AS name,
    substr(name, 1, length(?1)) = ?1 AS own FROM main.collections
    WHERE instr(name, '~') = 0 OR substr(name, 1, length(?1)) = ?1
), documents AS (
    SELECT * FROM main.documents WHERE collection IN (SELECT number FROM collections)
), sentences AS (
    SELECT * FROM main.sentences WHERE EXISTS (SELECT 1 FROM documents WHERE id = document)
), chunks AS (
    SELECT * FROM main.chunks WHERE collection IN (SELECT number FROM collections)
) """


class SeenLibrary(Library):
    """What `reader`, a name or "" for whoever needs no login, sees of a library; only the whole of
    it is closed."""

    def __init__(self, whole: Library, reader: str) -> None:
        self.folder, self.embedder = whole.folder, whole.embedder
        self.chroma_url = whole.chroma_url
        self.owner = f"{quote(reader, safe='').replace('~', '%7E')}~" if reader else ""
        self._whole = whole

    def close(self) -> None:
        """Nothing: who opened the library closes it."""

    def seen_by(self, reader: str) -> "SeenLibrary":
        """The same library as another reader sees it."""
        return self._whole.seen_by(reader)

    def documents(self, collection: str | None = None) -> list[DocumentRow]:
        """As of any library; without logins every document is whose page it is."""
        rows = super().documents(collection)
        if not self.owner:
            return rows
        query = "SELECT id FROM documents JOIN collections ON number = collection WHERE own"
        own = {id_ for (id_,) in self._rows(query)}
        return [replace(row, own=row.id in own) for row in rows]

    def named(self, collection: str) -> str:
        """What the ledger calls the reader's own collection; raises NoSuchPath."""
        if not COLLECTION_NAME.fullmatch(collection):
            raise NoSuchPath(
                f"{collection!r} can be no collection's name: use letters, digits, - . and _"
            )
        return self.owner + collection

    def _names(self, collection: str) -> tuple[str, ...]:
        if "~" in collection:
            return ()
        return (collection, self.owner + collection) if self.owner else (collection,)

    def _rows(self, query: str, values: tuple[object, ...] = ()) -> list[Any]:
        return super()._rows(SEEN + query, (self.owner or NOBODY, *values))

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        with self._whole._reading() as ledger:
            yield ledger

    def _search(self, ledger: sqlite3.Connection) -> Nearest:
        return self._whole._search(ledger)
