"""A file of drafts: cases with one key more, `draft`, which says where each comes from.

The runner refuses a file that still has one, so nothing is graded by what nobody looked at.
"""

import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evals.cases import read_objects
from evals.errors import CasesError

__all__ = ["Entry", "read_drafts", "read_numbered", "write_drafts"]

Entry = dict[str, Any]  # a case's JSON object, with `draft` where nobody accepted it yet


def read_drafts(path: Path) -> list[Entry]:
    """The objects of a file, drafts and accepted cases. Raises CasesError."""
    return [entry for _, entry in read_numbered(path)]


def read_numbered(path: Path) -> list[tuple[int, Entry]]:
    """The same, each with the number of its line."""
    entries = []
    for number, raw in read_objects(path):
        if not isinstance(raw, dict):
            kind = type(raw).__name__
            raise CasesError(
                f"{path}, line {number}: a case is a JSON object on a line of its own, not a {kind}"
            )
        entries.append((number, raw))
    if not entries:
        raise CasesError(f"{path} holds no case")
    return entries


def write_drafts(path: Path, entries: Sequence[Entry]) -> None:
    """The whole file anew, in one step: a crash leaves the old one or the new one."""
    lines = "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    # Half of a character, which UTF-8 can't write, becomes the escape that JSON has for it.
    descriptor, temporary = tempfile.mkstemp(dir=path.absolute().parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(lines)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(path.stat().st_mode if path.exists() else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
