"""The child of a `ReaderPool`: reads files from standard input until that is closed."""

import json
import os
import resource
import signal
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import UnreadableDocument
from index.readers import read
from index.readers.wire import OUT_OF_MEMORY, framed, received

__all__ = ["main"]

LIBRARIES_MB = 192  # of address space that all readers' libraries take together (measured: 172)
SPENT_MB = 256  # a child that grew larger is replaced, or its next file would have less room
ORPHANED_S = 60  # nobody waits longer: if the parent was killed, this ends a child that loops
LONGEST_FILE = 2**40


def main() -> None:
    """Read until the parent closes the pipe, or the memory is used up."""
    memory_mb = int(sys.argv[1])
    _limit_memory(memory_mb)
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up among the answers
    while True:
        try:
            suffix = received(requests, 100).decode()
            signal.alarm(ORPHANED_S)
            answer = _answer(suffix, received(requests, LONGEST_FILE))
            answers.write(framed(json.dumps(answer).encode()))
            answers.flush()
            signal.alarm(0)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)
        except (EOFError, BrokenPipeError):
            return


def _answer(suffix: str, data: bytes) -> dict[str, Any]:
    try:
        answer = asdict(read(suffix, data))
    except UnreadableDocument as error:
        answer = {"error": str(error)}
    return {**answer, "spent": _grown_mb() > SPENT_MB}


def _limit_memory(memory_mb: int) -> None:
    """Where the system can't limit a process's memory (macOS), a thread watches it."""
    if sys.platform == "linux":
        limit = (memory_mb + LIBRARIES_MB) * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    else:
        threading.Thread(target=_watch_memory, args=(memory_mb,), daemon=True).start()


def _watch_memory(memory_mb: int) -> None:
    while _grown_mb() < memory_mb + LIBRARIES_MB:
        time.sleep(0.05)
    os._exit(OUT_OF_MEMORY)


def _grown_mb() -> float:
    """The most memory that this process has held so far."""
    if sys.platform == "linux":  # where getrusage counts what the parent held, too
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


if __name__ == "__main__":
    main()
