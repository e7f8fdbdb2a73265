"""What sources hold now, read in child processes ahead of the one that is stored."""

import hashlib
import os
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from index.collect import Item
from index.documents import Document, document_id
from index.library import DocumentRow
from index.prepare import Prepared
from index.readers import PLAIN, READERS, Read, read
from index.readers.pool import ReaderPool

__all__ = ["Look", "Looking", "Looks", "Rows", "as_document", "look_at", "read_ahead", "sha256_of"]

READERS_AT_ONCE = min(4, max(2, os.cpu_count() or 1))
IN_PROCESS = 4 * 2**20  # bytes; plain text up to this size is not worth a child


@dataclass(frozen=True, slots=True)
class Look:
    """What a source holds now: `read` is None where it is unchanged; `prepared` where whoever read
    it has embedded it as well."""

    sha256: str
    read: Read | None
    prepared: Prepared | None = None


Rows = dict[str, DocumentRow]  # what is stored, by source
Looking = Generator[tuple[Item, Callable[[], Look]], None, None]  # a call may raise LibraryError
Looks = Callable[[Sequence[Item], Rows], Looking]


def read_ahead(items: Sequence[Item], before: Rows) -> Looking:
    """A look at each item in order, the next ones begun while the current one is used."""
    pool = ReaderPool()
    executor = ThreadPoolExecutor(READERS_AT_ONCE, thread_name_prefix="reader")
    ahead: deque[tuple[Item, Future[Look]]] = deque()
    try:
        for item in items:
            ahead.append((item, executor.submit(look_at, item, pool, before.get(item.source))))
            if len(ahead) > READERS_AT_ONCE:
                yield _waiting(ahead.popleft())
        while ahead:
            yield _waiting(ahead.popleft())
    finally:
        pool.close()  # a thread that waits for its child goes on at once
        executor.shutdown(cancel_futures=True)


def look_at(item: Item, pool: ReaderPool, before: DocumentRow | None = None) -> Look:
    """Read an item, unless it holds what is stored; raises UnreadableDocument."""
    suffix, data = item.load()
    sha256 = sha256_of(data)
    if before is not None and before.sha256 == sha256:
        return Look(sha256, None)
    small = READERS[suffix] in PLAIN and len(data) <= IN_PROCESS
    return Look(sha256, read(suffix, data) if small else pool.read(suffix, data))


def as_document(item: Item, sha256: str, read: Read, untitled: str = "") -> Document:
    """The document that is stored of what was read; `untitled` is its title where it has none."""
    return Document(
        id=document_id(item.source, read.text),
        source=item.source,
        title=read.title or untitled or Path(item.source).stem,
        text=read.text,
        media_type=read.media_type,
        sha256=sha256,
        path=item.path,
        pages=read.pages,
        layout=read.layout,
    )


def sha256_of(data: bytes) -> str:
    """The hash by which the unchanged is skipped, in hex."""
    return hashlib.sha256(data).hexdigest()


def _waiting(one: tuple[Item, "Future[Look]"]) -> tuple[Item, Callable[[], Look]]:
    item, future = one
    return item, future.result
