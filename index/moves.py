"""Files that were moved or renamed: their documents follow them, and nothing is read again."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from index.collect import gone, is_text
from index.library import DocumentRow
from index.writer import LibraryWriter

__all__ = ["Move", "follow_moves"]


@dataclass(frozen=True, slots=True)
class Move:
    """A document's source before and after."""

    before: str
    after: str


def follow_moves(files: Iterable[tuple[str, Path]], writer: LibraryWriter) -> list[Move]:
    """Give documents whose file is gone the source and path of an unknown file of the same bytes.

    `files` are what is about to be indexed, each with its source. The file's bytes are compared by
    their sha256, so one that was edited on the way is no move; of several documents of the same
    bytes that of the same name follows. One whose name the ledger can't hold is left to its reader,
    who says so.
    """
    rows = writer.documents(writer.collection)
    known = {row.source for row in rows}
    lost: dict[str, list[DocumentRow]] = defaultdict(list)
    for row in rows:
        if row.path and gone(row.path):
            lost[row.sha256].append(row)
    moves = []
    for source, path in files:
        unknown = source not in known and is_text(str(path.absolute()))
        sha256 = _sha256(path) if lost and unknown else ""
        if alike := lost.get(sha256):
            named = (at for at, row in enumerate(alike) if Path(row.path).name == path.name)
            row = alike.pop(next(named, 0))
            if not alike:
                del lost[sha256]
            title = _title(row, path)
            writer.move(row.id, source=source, path=str(path.absolute()), title=title)
            moves.append(Move(row.source, source))
    return moves


def _title(row: DocumentRow, path: Path) -> str:
    """The document's title; where it was only the file's name, it is the new one."""
    return path.stem if row.title == Path(row.path).stem else row.title


def _sha256(path: Path) -> str:
    """The file's hash; "" where it can't be read, which its reader will tell."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
