"""One writer at a time: a lock file, and beside it a note of who holds it.

A writer first takes a turn lock, which readers respect: they would else keep the lock from it, one
search after the other.
"""

import json
import os
import time
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.errors import DataFolderUnusable, LibraryLocked
from index.ledger import translated

__all__ = ["WriteLock"]

PATIENCE_S = 2.0  # readers hold the lock for the milliseconds of one search


class WriteLock:
    """The lock of a data folder; released when its process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._note = folder / "lock.json"
        self._turn = FileLock(folder / "lock.turn", thread_local=False)
        self._lock = FileLock(folder / "lock", thread_local=False)

    def acquire(self) -> None:
        """Take the lock to write; raises LibraryLocked with the holder's name."""
        with translated(self.folder):
            try:
                self._turn.acquire(timeout=PATIENCE_S)
                self._lock.acquire(timeout=PATIENCE_S)
            except Timeout as error:  # an OSError too, which is not about the disk
                self.release()
                if not Path(self._turn.lock_file).exists():
                    raise DataFolderUnusable(
                        f"the data folder {self.folder} can't hold files: name another with --data"
                    ) from error
                raise LibraryLocked(
                    f"another process is writing to {self.folder} ({self._holder()}): "
                    "wait until it has finished, or name another folder with --data"
                ) from error
        note = {"pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
        with suppress(OSError):  # only for the message; a full disk must not stop a removal
            self._note.write_text(json.dumps(note))

    def try_acquire(self) -> bool:
        """Take the lock for a moment if nobody has it or waits to write; no note is left."""
        try:
            self._turn.acquire(timeout=0)
            self._turn.release()
            self._lock.acquire(timeout=0)
        except (Timeout, OSError):
            return False
        return True

    def release(self) -> None:
        """Give the lock back."""
        for lock in (self._lock, self._turn):
            with suppress(OSError):
                lock.release()

    def _holder(self) -> str:
        try:
            note = json.loads(self._note.read_text())
            return f"process {note['pid']}, since {note['since']}"
        except (OSError, ValueError, KeyError, TypeError):
            return "it left no note of itself"
