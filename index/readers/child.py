"""The child of a `ReaderPool`: reads files from standard input until that is closed."""

import json
import signal
from dataclasses import asdict
from typing import Any

from index.errors import UnreadableDocument
from index.readers import read
from index.sandbox import LONGEST_FILE, ORPHANED_S, child_pipes, grown_mb, received, send

__all__ = ["main"]

SPENT_MB = 256  # a child that grew larger is replaced, or its next file would have less room


def main() -> None:
    """Read until the parent closes the pipe, or the memory is used up."""
    with child_pipes() as (requests, answers):
        while True:
            suffix = received(requests, 100).decode()
            signal.alarm(ORPHANED_S)
            answer = _answer(suffix, received(requests, LONGEST_FILE))
            send(answers, json.dumps(answer).encode())
            signal.alarm(0)


def _answer(suffix: str, data: bytes) -> dict[str, Any]:
    try:
        answer = asdict(read(suffix, data))
    except UnreadableDocument as error:
        answer = {"error": str(error)}
    return {**answer, "spent": grown_mb() > SPENT_MB}


if __name__ == "__main__":
    main()
