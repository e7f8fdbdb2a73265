"""What a reading child and its parent say to each other.

The parent sends a suffix and a file, each behind its length; the child answers with one object in
JSON: the fields of `Read`, or `error`, and whether it is `spent` and should be replaced.
"""

import json
from itertools import pairwise
from typing import IO, Any

from index.readers.types import Read

__all__ = ["LONGEST_ANSWER", "OUT_OF_MEMORY", "as_read", "frame", "framed", "received"]

OUT_OF_MEMORY = 77  # the exit code of a child that has no memory left
LONGEST_ANSWER = 256 * 2**20  # bytes
LENGTH = 8  # bytes of a length, most significant first


def framed(content: bytes) -> bytes:
    """The content behind its length."""
    return len(content).to_bytes(LENGTH, "big") + content


def received(pipe: IO[bytes], longest: int) -> bytes:
    """The next content; raises EOFError where the pipe ends, or it is longer than `longest`."""
    length = int.from_bytes(_exactly(pipe, LENGTH), "big")
    if length > longest:
        raise EOFError
    return _exactly(pipe, length)


def frame(pipe: IO[bytes], longest: int) -> dict[str, Any]:
    """The next answer of a child; raises EOFError where it is none."""
    try:
        return dict(json.loads(received(pipe, longest)))
    except (ValueError, TypeError, RecursionError) as error:
        raise EOFError from error


def as_read(answer: dict[str, Any]) -> Read | None:
    """What a child read, checked; None if it answered that it couldn't. Raises EOFError."""
    if isinstance(answer.get("error"), str):
        return None
    try:
        pages = tuple((int(start), int(page)) for start, page in answer["pages"])
        texts = [answer[name] for name in ("text", "media_type", "title", "layout")]
        warnings = tuple(answer["warnings"])
        "".join([*texts, *warnings]).encode()  # SQLite can't hold half of a surrogate pair
    except (KeyError, TypeError, ValueError) as error:
        raise EOFError from error
    if any(b < a for (a, _), (b, _) in pairwise(pages)):
        raise EOFError
    text, media_type, title, layout = texts
    return Read(text, media_type, title, pages, layout, warnings)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content
