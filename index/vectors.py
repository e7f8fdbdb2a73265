"""Chroma: the chunks' vectors, by id. It can be thrown away; the ledger fills it again.

Two processes on one Chroma folder damage it in silence, so nobody touches it without the library's
lock, readers included (see `Library.dense`).
"""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding import Vectors

if TYPE_CHECKING:
    from chromadb import Collection
    from chromadb.api import ClientAPI

__all__ = ["Chroma", "ChromaBroken"]

COLLECTION = "chunks"
# One client a process and folder: Chroma shares them by path, so a second handle that wants a
# fresh view would be given the first one's stale state.
_opened: dict[Path, "Chroma"] = {}
_opening = threading.Lock()


class ChromaBroken(Exception):
    """Chroma can't be opened or asked; it is to be rebuilt."""


class Chroma:
    """The vectors of one library. Every call needs the library's lock to be held."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: ClientAPI | None = None
        self._collection: Collection | None = None
        self._generation = -1
        self._guard = threading.RLock()

    @classmethod
    def of(cls, folder: Path) -> "Chroma":
        """The process's one handle on `folder`."""
        with _opening:
            return _opened.setdefault(folder.absolute(), cls(folder.absolute()))

    def count(self, generation: int) -> int:
        """How many vectors it holds, seen at the ledger's `generation`."""
        with self._guard, _broken():
            return int(self._at(generation).count())

    def query(self, generation: int, vector: Vectors, k: int) -> list[tuple[str, float]]:
        """The `k` nearest ids with their cosine similarity, best first."""
        with self._guard, _broken():
            collection = self._at(generation)
            found = collection.query(
                query_embeddings=[vector.tolist()],
                n_results=min(k, max(1, collection.count())),
                include=["distances"],
            )
        distances = (found["distances"] or [[]])[0]
        return [(id_, 1.0 - d) for id_, d in zip(found["ids"][0], distances, strict=True)]

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Put vectors of shape (len(ids), 384), as many at a time as Chroma takes."""
        with self._guard, _broken():
            collection = self._open()
            size = self._client.get_max_batch_size() if self._client else len(ids)
            for at in range(0, len(ids), size):
                batch = vectors[at : at + size].astype("float32")
                collection.upsert(ids=list(ids[at : at + size]), embeddings=batch)

    def delete(self, ids: Sequence[str]) -> None:
        """Forget these ids; unknown ones are no error."""
        with self._guard, _broken():
            for at in range(0, len(ids), 5000):
                self._open().delete(ids=list(ids[at : at + 5000]))

    def seen(self, generation: int) -> None:
        """The ledger moved to `generation` by this process's own writing: no need to reopen."""
        with self._guard:
            self._generation = generation

    def ids(self) -> set[str]:
        """Every id that it holds."""
        with self._guard, _broken():
            return set(self._open().get(include=[])["ids"])

    def rebuild(self, batches: Iterator[tuple[list[str], Vectors]], generation: int) -> None:
        """Throw everything away and fill it with `batches`."""
        with self._guard:
            self.close()
            with _broken():
                if self.folder.exists():
                    shutil.rmtree(self.folder)
                self._open()
            for ids, vectors in batches:
                self.upsert(ids, vectors)
            self._generation = generation

    def close(self) -> None:
        """Let go of the files; the next call opens them again."""
        with self._guard:
            client, self._client, self._collection = self._client, None, None
            self._generation = -1
            if client is not None:
                _quietly(client.close)  # type: ignore[attr-defined]  # its Client has it

    def _at(self, generation: int) -> "Collection":
        if self._generation != generation:
            self.close()
        collection = self._open()
        self._generation = generation
        return collection

    def _open(self) -> "Collection":
        if self._collection is None:
            import chromadb
            from chromadb.api.shared_system_client import SharedSystemClient
            from chromadb.config import Settings

            settings = Settings(anonymized_telemetry=False)
            try:
                self._client = chromadb.PersistentClient(str(self.folder), settings)
            except BaseException:
                # Chroma 1.5.9 keeps a system that failed to start, and would hand it out again.
                SharedSystemClient._identifier_to_system.pop(str(self.folder), None)
                raise
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                metadata={"hnsw:space": "cosine", "hnsw:search_ef": 200},
            )
        return self._collection


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
    except BaseException as error:
        raise ChromaBroken(f"{type(error).__name__}: {error}") from error
