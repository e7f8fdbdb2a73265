"""Dense search: the chunks nearest to a vector, from Chroma where it can answer, else the ledger.

The ledger has the last word: what it doesn't know is dropped, and Chroma is filled anew when it
holds less than the ledger does.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.embedding import DIMENSIONS, Vectors
from index.ledger import setting
from index.lock import WriteLock
from index.rows import vectors_by_key
from index.vectors import Chroma, ChromaBroken

__all__ = ["Nearest", "Place", "Scored"]

Scored = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Place:
    """A scope as the ledger knows it: a collection's number, and a document's id or ""."""

    collection: int
    document: str = ""


class Nearest:
    """Dense search over one library; its caller keeps other threads out."""

    def __init__(self, lock: WriteLock, chroma: Chroma) -> None:
        self.chroma = chroma
        self._lock = lock
        self._exact: tuple[tuple[int, Place], list[str], Vectors] | None = None
        self._known: tuple[int, dict[int, int]] = (-1, {})
        self._repairable = True

    def search(self, ledger: sqlite3.Connection, place: Place, vector: Vectors, k: int) -> Scored:
        """The `k` chunks of a place that are nearest, with their cosine, best first.

        Chroma answers for a collection when its lock is free. While somebody writes, should Chroma
        be unusable, and within one document, the ledger's own vectors are compared one by one
        (10 ms for 100,000).
        """
        found = None if place.document else self._from_chroma(ledger, place.collection, vector, k)
        if found is None:
            found = self.compare(ledger, place, vector, k)
        return found[:k]

    def compare(self, ledger: sqlite3.Connection, place: Place, vector: Vectors, k: int) -> Scored:
        """The same from the ledger's own vectors."""
        generation = int(setting(ledger, "generation"))
        if self._exact is None or self._exact[0] != (generation, place):
            self._exact = ((generation, place), *_vectors(ledger, place))
        _, ids, vectors = self._exact
        scores = vectors @ vector.astype(np.float32)
        best = np.argsort(-scores, kind="stable")[:k]
        return [(ids[at], float(scores[at])) for at in best]

    def _from_chroma(
        self, ledger: sqlite3.Connection, collection: int, vector: Vectors, k: int
    ) -> Scored | None:
        if self.chroma.shared:
            return self._asked(ledger, collection, vector, k)
        if not self._lock.try_acquire():
            return None
        try:
            return self._asked(ledger, collection, vector, k)
        finally:
            self._lock.release()

    def _asked(
        self, ledger: sqlite3.Connection, collection: int, vector: Vectors, k: int
    ) -> Scored | None:
        try:
            generation = int(setting(ledger, "generation"))
            known = self._keys(ledger, generation).get(collection, 0)
            held = self.chroma.count(collection, generation)
            if held < known:
                self._refill(ledger)
                return None
            # Left-overs of a writer that was killed take places; ask for as many more.
            found = self.chroma.query(collection, generation, vector, k + min(held - known, 1000))
            chunks = _chunks_of(ledger, collection, [key for key, _ in found])
            present = [(id_, score) for key, score in found for id_ in chunks.get(key, ())]
            return present if len(present) >= min(k, known) else None
        except ChromaBroken:
            self._refill(ledger)
            return None

    def _refill(self, ledger: sqlite3.Connection) -> None:
        """Fill Chroma from the ledger; once only where that fails, as on a full disk."""
        if not self._repairable:
            return
        if self.chroma.shared and not self._lock.try_acquire():
            self.chroma.close()
            return
        self._repairable = False
        try:
            self.chroma.rebuild(vectors_by_key(ledger), int(setting(ledger, "generation")))
            self._repairable = True
        except ChromaBroken:
            self.chroma.close()
        finally:
            if self.chroma.shared:
                self._lock.release()

    def _keys(self, ledger: sqlite3.Connection, generation: int) -> dict[int, int]:
        """How many vectors each collection has, counted once a generation."""
        if self._known[0] != generation:
            counted = "SELECT collection, count(DISTINCT key) FROM chunks GROUP BY collection"
            self._known = generation, dict(ledger.execute(counted).fetchall())
        return self._known[1]


def _chunks_of(
    ledger: sqlite3.Connection, collection: int, keys: Sequence[str]
) -> dict[str, list[str]]:
    """The ids of the chunks that have each key."""
    query = (
        "SELECT key, document || ':' || number FROM chunks WHERE collection = ? "
        "AND key IN (SELECT value FROM json_each(?)) ORDER BY row"
    )
    chunks: dict[str, list[str]] = {}
    for key, id_ in ledger.execute(query, (collection, json.dumps(keys))):
        chunks.setdefault(key, []).append(id_)
    return chunks


def _vectors(ledger: sqlite3.Connection, place: Place) -> tuple[list[str], Vectors]:
    """The ids and vectors of a place's chunks."""
    query = "SELECT document || ':' || number, vector FROM chunks WHERE "
    if place.document:
        within = "document = ? AND +collection = ? ORDER BY row"
        rows = ledger.execute(query + within, (place.document, place.collection)).fetchall()
    else:
        within = "collection = ? ORDER BY row"
        rows = ledger.execute(query + within, (place.collection,)).fetchall()
    stored = np.frombuffer(b"".join(row[1] for row in rows), np.float16)
    return [str(row[0]) for row in rows], stored.reshape(-1, DIMENSIONS).astype(np.float32)
