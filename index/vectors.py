"""Chroma: the chunks' vectors, by key. It can be thrown away; the ledger fills it again.

Two processes on one Chroma folder damage it in silence, so nobody touches it without the library's
lock, readers included (see `index.nearest`). A server may be asked by many at once.

Every collection of the library is one of Chroma's, as its own filters are 30 to 40 times slower.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding import Vectors
from index.errors import ChromaUnreachable
from index.homes import Folder, Home

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

__all__ = ["Batch", "Chroma", "ChromaBroken"]

Batch = tuple[int, list[str], Vectors]  # a collection's number, keys, their vectors

# One client a process and home: Chroma shares them by path, so a second handle that wants a
# fresh view would be given the first one's stale state.
_opened: dict[Home, "Chroma"] = {}
_opening = threading.Lock()


class ChromaBroken(Exception):
    """Chroma can't be opened or asked; it is to be rebuilt."""


class Chroma:
    """The vectors of one library. Every call needs the library's lock, unless it is `shared`."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._client: ClientAPI | None = None
        self._collections: dict[int, Collection] = {}
        self._counts: dict[int, int] = {}  # Chroma reads a whole table to count it
        self._generation = -1
        self._guard = threading.RLock()

    @classmethod
    def of(cls, home: Home | Path) -> "Chroma":
        """The process's one handle on a home, or on an embedded Chroma's folder."""
        at = Folder(home.absolute()) if isinstance(home, Path) else home
        with _opening:
            return _opened.setdefault(at, cls(at))

    @property
    def shared(self) -> bool:
        """Whether it may be asked without the library's lock."""
        return self.home.shared

    def reach(self) -> None:
        """Connect to a server; raises ChromaUnreachable. The embedded Chroma opens when needed."""
        with self._guard:
            if self.shared:
                self._connect()

    def count(self, collection: int, generation: int) -> int:
        """How many vectors a collection holds, seen at the ledger's `generation`."""
        with self._guard, _broken():
            held = self._at(collection, generation)
            if collection not in self._counts:
                self._counts[collection] = int(held.count())
            return self._counts[collection]

    def query(
        self, collection: int, generation: int, vector: Vectors, k: int
    ) -> list[tuple[str, float]]:
        """The `k` nearest keys with their cosine similarity, best first."""
        with self._guard, _broken():
            held = self._at(collection, generation)
            found = held.query(
                query_embeddings=[vector.tolist()],
                n_results=min(k, max(1, self.count(collection, generation))),
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [(id_, 1.0 - d) for id_, d in zip(found["ids"][0], distances, strict=True)]

    def upsert(self, collection: int, keys: Sequence[str], vectors: Vectors) -> None:
        """Put vectors of shape (len(keys), 384), as many at a time as Chroma takes."""
        with self._guard, _broken():
            held = self._open(collection)
            self._counts.pop(collection, None)
            size = self._client.get_max_batch_size() if self._client else len(keys)
            for at in range(0, len(keys), size):
                batch = vectors[at : at + size].astype("float32")
                held.upsert(ids=list(keys[at : at + size]), embeddings=batch)

    def delete(self, collection: int, keys: Sequence[str]) -> None:
        """Forget these keys; unknown ones are no error."""
        with self._guard, _broken():
            self._counts.pop(collection, None)
            for at in range(0, len(keys), 5000):
                self._open(collection).delete(ids=list(keys[at : at + 5000]))

    def seen(self, generation: int) -> None:
        """The ledger moved to `generation` by this process's own writing: no need to reopen."""
        with self._guard:
            self._generation = generation

    def held(self, collection: int) -> Iterator[tuple[list[str], Vectors]]:
        """Every key and vector that a collection holds, some thousands at a time."""
        import numpy as np

        with self._guard, _broken():
            opened = self._open(collection)
            for at in range(0, opened.count(), 2000):
                rows = opened.get(limit=2000, offset=at, include=["embeddings"])
                yield rows["ids"], np.asarray(rows["embeddings"], np.float32)

    def keys(self, collection: int) -> set[str]:
        """Every key that a collection holds, without its vector."""
        with self._guard, _broken():
            return set(self._open(collection).get(include=[])["ids"])

    def collections(self) -> set[int]:
        """The numbers of the collections that it holds."""
        with self._guard, _broken():
            self._connect()
            names = [one.name for one in self._client.list_collections()] if self._client else []
        prefix = self.home.prefix
        return {int(name[len(prefix) :]) for name in names if name.startswith(prefix)}

    def rebuild(self, batches: Iterable[Batch], generation: int) -> None:
        """Throw everything away and fill it with `batches`."""
        with self._guard:
            with _broken():
                self._wipe()
            for collection, keys, vectors in batches:
                self.upsert(collection, keys, vectors)
            self._generation = generation

    def close(self) -> None:
        """Let go of the client; the next call opens one again."""
        with self._guard:
            client, self._client, self._collections = self._client, None, {}
            self._counts = {}
            self._generation = -1
            if client is not None:
                _quietly(client.close)  # type: ignore[attr-defined]  # its Client has it

    def _wipe(self) -> None:
        if self.shared:
            self._connect()
            self.home.wipe(self._client)
            self._collections, self._counts = {}, {}
        else:
            self.close()
            self.home.wipe(None)

    def _at(self, collection: int, generation: int) -> "Collection":
        if self._generation != generation:
            self.close()
        opened = self._open(collection)
        self._generation = generation
        return opened

    def _open(self, collection: int) -> "Collection":
        if collection not in self._collections:
            self._connect()
            assert self._client is not None  # noqa: S101  it is connected
            self._collections[collection] = self._client.get_or_create_collection(
                f"{self.home.prefix}{collection}",
                embedding_function=None,
                metadata={"hnsw:space": "cosine", "hnsw:search_ef": 200},
            )
        return self._collections[collection]

    def _connect(self) -> None:
        if self._client is None:
            self._client = self.home.connect()


def _quietly(close: Callable[[], None]) -> None:
    try:
        with _broken():
            close()
    except ChromaBroken:
        pass


@contextmanager
def _broken() -> Iterator[None]:
    """Whatever Chroma throws, its Rust panics (no Exceptions) included, as ChromaBroken."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, ChromaBroken):
        raise
    except ChromaUnreachable as error:
        raise ChromaBroken(str(error)) from error
    except BaseException as error:
        raise ChromaBroken(f"{type(error).__name__}: {error}") from error
