"""What is to be read: the files that paths stand for, each under a source of its own."""

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from index.errors import UnreadableDocument
from index.ignored import FILENAME, is_ignored, patterns_of
from index.library import DocumentRow
from index.readers import READERS

__all__ = [
    "Failure",
    "Found",
    "Item",
    "Loaded",
    "collect",
    "given",
    "gone",
    "is_text",
    "left_out",
    "place",
    "with_sources",
]

LARGEST = 256 * 2**20  # bytes; such a file is held in memory while it is read
_KNOWN = ", ".join(READERS)

Loaded = tuple[str, bytes]  # a suffix that READERS has, and the bytes


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and why; what was indexed of it before is kept."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to read: `load` gives its suffix and its bytes, or raises UnreadableDocument.

    `path` is that of its file, "" for what comes from none. `size` is in bytes, 0 where unknown.
    """

    source: str
    load: Callable[[], Loaded]
    path: str = ""
    size: int = 0


@dataclass(slots=True)
class Found:
    """What some paths stand for: the readable files by place, and what is wrong with the others.

    `ignored` are the places of those that a folder says not to index. They are counted among the
    `skipped`, the files that are not read.
    """

    items: dict[str, Item] = field(default_factory=dict)
    failed: list[Failure] = field(default_factory=list)
    ignored: set[str] = field(default_factory=set)
    skipped: int = 0


def given(source: str, data: bytes) -> Item:
    """Bytes that come from no file, which `source` names, its suffix the format's."""
    suffix = Path(source).suffix.lower()
    reason = _unknown(suffix) if suffix not in READERS else ""
    reason = reason if is_text(source) else "its name is not UTF-8: give it another"

    def load() -> Loaded:
        if reason:
            raise UnreadableDocument(reason)
        return suffix, data

    return Item(source, load, size=len(data))


def collect(paths: Sequence[Path]) -> Found:
    """The files that the paths stand for."""
    found = Found()
    for path in paths:
        reason = _why_not(path)
        if reason:
            found.failed.append(Failure(str(path), reason))
        elif path.is_dir():
            _add_folder(path, found)
        else:
            source = path.name if path.is_absolute() else os.path.normpath(path)
            item = _item(path, Path(source).as_posix())
            found.items.setdefault(place(path), item)
    found.ignored -= found.items.keys()  # a file that is named outright is read
    return found


def left_out(rows: Sequence[DocumentRow], ignored: Collection[str]) -> list[str]:
    """The sources of the documents whose files are at these places."""
    return [row.source for row in rows if ignored and row.path and place(row.path) in ignored]


def with_sources(items: Sequence[Item], rows: Sequence[DocumentRow]) -> list[Item]:
    """Each under a source of its own: where another has it, the folder's name precedes.

    A file that was indexed before keeps the source that it had, however its path is written now.
    """
    taken = {row.source: row.path and place(row.path) for row in rows}
    had = {at: source for source, at in taken.items() if at}
    named = []
    for item in items:
        at = item.path and place(item.path)
        source = had.get(at, item.source)
        parents = list(Path(item.path).parents)
        while source in taken and _is_another(taken[source], at):
            parent = parents.pop(0).name if parents else "other"
            source = f"{parent}/{source}" if parent else f"other/{source}"
        taken[source] = at
        named.append(replace(item, source=source))
    return named


def is_text(name: str) -> bool:
    """Whether the ledger can hold a name: the bytes of some files' names are no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def gone(path: str) -> bool:
    """Whether a file is there no longer; one in a folder that can't be opened may well be."""
    try:
        Path(path).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def place(path: Path | str) -> str:
    """Where a file lies, however the way there was written; a link to one has a place itself."""
    folder, name = os.path.split(path)
    return f"{os.path.realpath(folder)}/{name}"


def _item(path: Path, source: str) -> Item:
    try:
        size = path.stat().st_size
    except OSError:  # it will be said when it is read
        size = 0
    return Item(source, partial(_load, path), str(path.absolute()), size)


def _load(path: Path) -> Loaded:
    if not is_text(str(path.absolute())):
        raise UnreadableDocument("its name, or that of a folder it is in, is not UTF-8: rename it")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise UnreadableDocument(_unreadable(error)) from error
    if len(data) > LARGEST:
        raise UnreadableDocument(f"it is larger than {LARGEST // 2**20} MB: split it")
    return path.suffix.lower(), data


def _why_not(path: Path) -> str:
    """What is wrong with a path that was named; "" for a folder, and a file that a reader takes."""
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return "there is no such file or folder"
    except OSError as error:
        return _unreadable(error)
    if stat.S_ISDIR(mode):
        return ""
    if not stat.S_ISREG(mode):
        return "it is neither a file nor a folder"
    if path.suffix.lower() not in READERS:
        return _unknown(path.suffix)
    return ""


def _unknown(suffix: str) -> str:
    return f"nothing reads {suffix or 'a file without a suffix'} (only {_KNOWN})"


def _add_folder(folder: Path, found: Found) -> None:
    """Add its files, hidden ones left out; what of it can't be opened is a Failure.

    Where it can't be told what the folder says to ignore, none of its files are added.
    """
    try:
        patterns = patterns_of(folder)
    except UnreadableDocument as error:
        found.failed.append(Failure(str(folder / FILENAME), str(error)))
        return
    closed: list[OSError] = []
    anything = False
    for path in _walk(folder, closed):
        relative = path.relative_to(folder)
        if is_ignored(relative, patterns):
            anything = True
            found.ignored.add(place(path))
            found.skipped += 1
        elif path.suffix.lower() in READERS:
            anything = True
            item = _item(path, relative.as_posix())
            found.items.setdefault(place(path), item)
        else:
            found.skipped += 1
    found.failed += (Failure(str(error.filename), _unreadable(error)) for error in closed)
    if not anything and not closed:
        reason = f"no file in this folder can be read ({_KNOWN})"
        found.failed.append(Failure(str(folder), reason))


def _walk(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, onerror=closed.append, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            # Office leaves ~$name beside a file that is open.
            if not name.startswith((".", "~$")) and path.is_file():
                yield path


def _unreadable(error: OSError) -> str:
    return f"it can't be read: {error.strerror or error}"


def _is_another(owner: str, path: str) -> bool:
    """Whether a source stands for another file, which is still there (so not for a moved one), or
    for what came from none."""
    return owner != path and not (owner and gone(owner))
