"""Readers at work in child processes, so that a hostile file can harm nothing but its child."""

import contextlib
import queue
import threading
from types import TracebackType
from typing import Self

from index.errors import UnreadableDocument
from index.readers.types import Read
from index.readers.wire import as_read, fields
from index.sandbox import OUT_OF_MEMORY, Sandbox

__all__ = ["MEMORY_MB", "TIMEOUT_S", "ReaderPool"]

TIMEOUT_S = 30.0  # for one file
MEMORY_MB = 512  # for one file, beside the libraries that read it
CHILD = "index.readers.child"


class ReaderPool:
    """Children that read files, as many at once as there are threads that call `read`.

    A child is started when it is first needed, kept, and replaced when it dies.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, memory_mb: int = MEMORY_MB) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._idle: queue.SimpleQueue[Sandbox] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._children: set[Sandbox] = set()
        self._closed = False

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
        """End every child, also those that are reading: `read` then raises in its thread."""
        with self._guard:
            self._closed = True
            for child in self._children:
                child.end()

    def read(self, suffix: str, data: bytes) -> Read:
        """What the reader of `suffix` makes of a file; raises UnreadableDocument."""
        child = self._free_child()
        late = threading.Event()
        try:
            content = child.answer(suffix.encode(), data, timeout_s=self._timeout_s, late=late)
            answer = fields(content)
            read = as_read(answer)
        except (OSError, EOFError, ValueError) as error:  # ValueError: its pipes were closed
            self._drop(child)
            raise UnreadableDocument(self._why(child, late=late.is_set())) from error
        if answer.get("spent"):
            self._drop(child)
        else:
            self._idle.put(child)
        if read is None:
            raise UnreadableDocument(str(answer["error"]))
        return read

    def _free_child(self) -> Sandbox:
        with self._guard:
            if self._closed:
                raise UnreadableDocument("the readers were stopped before it was read")
            with contextlib.suppress(queue.Empty):
                return self._idle.get_nowait()
            child = Sandbox(CHILD, self._memory_mb)
            self._children.add(child)
        return child

    def _drop(self, child: Sandbox) -> None:
        with self._guard:
            self._children.discard(child)
        child.end(patience_s=1)

    def _why(self, child: Sandbox, *, late: bool) -> str:
        if late:
            return f"reading it took longer than {self._timeout_s:g} s and was stopped: split it"
        if child.exit_code == OUT_OF_MEMORY:
            return f"reading it needs more than {self._memory_mb} MB of memory and was stopped"
        return f"its reader crashed: it is damaged, or needs more than {self._memory_mb} MB"
