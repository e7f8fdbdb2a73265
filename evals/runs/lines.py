"""A file of JSON Lines that only grows, and of which nothing acknowledged is lost."""

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

__all__ = ["Lines", "read_lines"]


class Lines:
    """Appends objects to a file, each on the disk before `append` returns; safe between threads.

    A last line that a crash cut short is dropped when the file is opened.
    """

    def __init__(self, path: Path) -> None:
        self._guard = threading.Lock()
        self._file = path.open("ab+")
        self._drop_torn_line()

    def append(self, value: dict[str, Any]) -> None:
        """Write one object as one line."""
        line = json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n"
        with self._guard:
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _drop_torn_line(self) -> None:
        self._file.seek(0)
        content = self._file.read()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            self._file.truncate(whole)
        self._file.seek(0, os.SEEK_END)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file, a torn last line aside. Raises ValueError for a line that is none."""
    content = path.read_bytes()
    for line in content[: content.rfind(b"\n") + 1].split(b"\n"):
        if line.strip():
            try:
                value = json.loads(line.decode("utf-8", "surrogatepass"))
            except RecursionError:
                raise ValueError("a line is too deep") from None
            if not isinstance(value, dict):
                raise ValueError("a line is no object")
            yield value
