"""Readers at work in child processes, so that a hostile file can harm nothing but its child.

What crosses the pipes is bytes and JSON, each behind its length. No pickle: a child that a file has
taken over could make of it whatever it likes.
"""

import contextlib
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from index.errors import UnreadableDocument
from index.readers.types import Read
from index.readers.wire import LONGEST_ANSWER, OUT_OF_MEMORY, as_read, frame, framed

__all__ = ["MEMORY_MB", "TIMEOUT_S", "ReaderPool"]

TIMEOUT_S = 30.0  # for one file
MEMORY_MB = 512  # for one file, beside the libraries that read it
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")  # of the environment: no keys, no settings


class ReaderPool:
    """Children that read files, as many at once as there are threads that call `read`.

    A child is started when it is first needed, kept, and replaced when it dies.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, memory_mb: int = MEMORY_MB) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._children: set[_Child] = set()
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
            answer = child.answer(suffix, data, self._timeout_s, late)
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

    def _free_child(self) -> "_Child":
        with self._guard:
            if self._closed:
                raise UnreadableDocument("the readers were stopped before it was read")
            with contextlib.suppress(queue.Empty):
                return self._idle.get_nowait()
            child = _Child(self._memory_mb)
            self._children.add(child)
        return child

    def _drop(self, child: "_Child") -> None:
        with self._guard:
            self._children.discard(child)
        child.end(patience_s=1)

    def _why(self, child: "_Child", *, late: bool) -> str:
        if late:
            return f"reading it took longer than {self._timeout_s:g} s and was stopped: split it"
        if child.exit_code == OUT_OF_MEMORY:
            return f"reading it needs more than {self._memory_mb} MB of memory and was stopped"
        return f"its reader crashed: it is damaged, or needs more than {self._memory_mb} MB"


class _Child:
    """One process, out of reach of the terminal's Ctrl-C and of the folder that it starts in."""

    def __init__(self, memory_mb: int) -> None:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        code = str(Path(__file__).parents[2])
        self._process = subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, "-P", "-m", "index.readers.child", str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": code, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.returncode

    def answer(
        self, suffix: str, data: bytes, timeout_s: float, late: threading.Event
    ) -> dict[str, object]:
        """What it says of a file; raises EOFError or OSError if it dies.

        Once the time is up `late` is set, and it is killed.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018

        def stop() -> None:
            late.set()
            self._process.kill()

        watchdog = threading.Timer(timeout_s, stop)
        watchdog.daemon = True
        watchdog.start()
        try:
            stdin.write(framed(suffix.encode()) + framed(data))
            stdin.flush()
            return frame(stdout, LONGEST_ANSWER)
        finally:
            watchdog.cancel()

    def end(self, *, patience_s: float = 0) -> None:
        """Kill it, if it doesn't end by itself within the patience."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
