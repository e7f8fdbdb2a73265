"""The child of a `ReaderPool`: reads files from standard input until that is closed."""

import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any

from index.errors import UnreadableDocument
from index.readers import read
from index.sandbox import (
    LONGEST_FILE,
    OUT_OF_MEMORY,
    framed,
    grown_mb,
    limit_memory,
    received,
)

__all__ = ["main"]

SPENT_MB = 256  # a child that grew larger is replaced, or its next file would have less room
ORPHANED_S = 60  # nobody waits longer: if the parent was killed, this ends a child that loops


def main() -> None:
    """Read until the parent closes the pipe, or the memory is used up."""
    memory_mb = int(sys.argv[1])
    limit_memory(memory_mb)
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
    return {**answer, "spent": grown_mb() > SPENT_MB}


if __name__ == "__main__":
    main()
