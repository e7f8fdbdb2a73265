"""What a reading child and its parent say to each other.

The parent sends a suffix and a file, each behind its length; the child answers with one object in
JSON: the fields of `Read`, or `error`, and whether it is `spent` and should be replaced.
"""

import json
from itertools import pairwise
from typing import Any

from index.readers.types import Read

__all__ = ["as_read", "fields"]


def fields(content: bytes) -> dict[str, Any]:
    """An answer of a child; raises EOFError where it is none."""
    try:
        return dict(json.loads(content))
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
