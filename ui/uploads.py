"""Files that a reader drops on the page: kept in the data folder, then indexed, one by one.

A file's name is the reader's, so hostile: of it, and of the folders that it came in, only what is
harmless is used.
"""

import contextlib
import re
import shutil
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from index.collect import collect, with_sources
from index.documents import DEFAULT_COLLECTION
from index.ingest import ingest
from index.library import DocumentRow, Library, open_writer
from index.writer import LibraryWriter
from ui.errors import PageError, UploadRefused

__all__ = [
    "LARGEST_MB",
    "MOST_FILES",
    "Added",
    "Upload",
    "add",
    "group",
    "remove",
    "rename",
    "safe_name",
    "safe_path",
]

FOLDER = "uploads"
LARGEST_MB = 100
MOST_FILES = 2000
LONGEST_NAME = 120  # characters; file systems stop at 255 bytes
DEEPEST = 6  # of the folders that a file came in

# One writer at a time: a second drop waits for the first instead of being turned away.
_WRITING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a reader sent: the name they gave it, where it lies for now, its size in bytes.

    `path` is None where it didn't arrive.
    """

    name: str
    path: Path | None
    size: int


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a file: added, updated, unchanged, or failed with its reason."""

    name: str
    what: str
    reason: str = ""


def add(library: Library, uploads: Sequence[Upload]) -> Iterator[Added]:
    """Index the files, each moved into the data folder; closing the iterator stops after one.

    Raises LibraryError where the library can't be written.
    """
    for upload in uploads:
        with _WRITING:
            added = _add(library, upload)
        yield added


def remove(library: Library, id_: str) -> None:
    """Drop a document, with its file where the page took it in; raises PageError, LibraryError."""
    row = _own(library, id_)
    with _WRITING, _writer(library, row.collection) as writer:
        writer.remove(row.source)
    path = Path(row.path)
    if path.is_relative_to(_folder(library).absolute()):
        _unlink(library, path)


def rename(library: Library, id_: str, name: str) -> str:
    """Give a document another name, under which it is listed, cited and mentioned; returns it.

    Its file keeps its own. Raises PageError for a name that is none or taken, and LibraryError.
    """
    name = " ".join("".join(char for char in name if char.isprintable()).split())
    name = name.replace('"', "'")[:LONGEST_NAME]
    row = _own(library, id_)
    if not name:
        raise PageError("give the document a name")
    if any(each.own and each.source == name for each in library.documents(row.collection)):
        raise PageError(f"another document is called {name}: choose another name")
    with _WRITING, _writer(library, row.collection) as writer:
        writer.move(id_, source=name, path=row.path, title=name)
    return name


def group(library: Library, id_: str, collection: str) -> None:
    """Put a document into a collection, which is made where there is none; raises PageError and
    LibraryError."""
    if _own(library, id_).collection != collection:
        with _WRITING, _writer(library, collection) as writer:
            writer.take(id_)


def safe_name(name: str) -> str:
    """The last part of a name, without anything that a file system or a terminal acts on.

    Raises UploadRefused for a name of which nothing is left.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    harmless = (char for char in last if char.isprintable() and char not in '<>:"|?*')
    shown = "".join(harmless).strip(" .")
    stem, dot, suffix = shown.rpartition(".")
    cut = f"{stem[: LONGEST_NAME - len(suffix) - 1]}{dot}{suffix}" if len(suffix) < 20 else shown
    if not cut[:LONGEST_NAME].strip(" ._-"):
        raise UploadRefused("its name has no letter or digit that can be kept: rename it")
    return cut[:LONGEST_NAME]


def safe_path(name: str) -> str:
    """A file's name within the folders that it came in, each of them as safe as the name itself.

    Raises UploadRefused, as `safe_name` does.
    """
    *folders, last = name.split("/")
    parts = []
    for folder in folders:
        with contextlib.suppress(UploadRefused):  # "..", or nothing
            parts.append(safe_name(folder).replace("~", "-"))  # a reader's own folder has a ~
    return "/".join([*parts[-DEEPEST:], safe_name(last)])


def _add(library: Library, upload: Upload) -> Added:
    try:
        source = safe_path(upload.name)
    except UploadRefused as error:
        return Added(upload.name, "failed", str(error))
    if upload.size > LARGEST_MB * 1_000_000:
        reason = f"it is larger than {LARGEST_MB} MB: split it, or index it from a shell"
        return Added(upload.name, "failed", reason)
    if upload.path is None or not upload.path.is_file():
        return Added(upload.name, "failed", "it did not arrive: add it again")
    kept = _folder(library) / source
    if kept.is_dir() or any(each.is_file() for each in kept.parents):
        reason = "a file and a folder of one name can't both be kept: rename one"
        return Added(upload.name, "failed", reason)
    return Added(upload.name, *_kept(library, upload.path, kept, source))


def _kept(library: Library, arrived: Path, kept: Path, source: str) -> tuple[str, str]:
    """What became of a file and why; one that can't be read leaves the one before it as it was."""
    before = kept.with_name(f".{kept.name}.before")
    what, reason = "failed", ""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        if kept.exists():
            kept.replace(before)
        shutil.move(arrived, kept)
        what, reason = _indexed(library, kept, source)
    except OSError as error:
        reason = f"it can't be kept: {error.strerror or error}"
    finally:
        if what != "failed":
            before.unlink(missing_ok=True)
        elif before.exists():
            before.replace(kept)  # what was indexed of it before is kept, and so is its file
        else:
            _unlink(library, kept)
    return what, reason


def _indexed(library: Library, path: Path, source: str) -> tuple[str, str]:
    rows = library.documents()
    had = (row.collection for row in rows if row.own and row.path == str(path.absolute()))
    with _writer(library, next(had, DEFAULT_COLLECTION)) as writer:
        found = collect([path.absolute()])
        named = [replace(item, source=source) for item in found.items.values()]
        items = with_sources(named, writer.documents(writer.collection))
        summary = ingest([], writer, items=items)
    for failure in (*found.failed, *summary.failed):
        return "failed", failure.reason
    counts = {"added": summary.added, "updated": summary.updated, "unchanged": summary.unchanged}
    return next((what for what, count in counts.items() if count), "unchanged"), ""


def _unlink(library: Library, path: Path) -> None:
    """Delete a file that the page kept, and the folders that it leaves empty."""
    path.unlink(missing_ok=True)
    top = _folder(library).absolute()
    for folder in path.absolute().parents:
        if folder == top or not folder.is_dir() or any(folder.iterdir()):
            break
        folder.rmdir()


def _folder(library: Library) -> Path:
    """Where the files lie that the reader of a library added."""
    return library.folder / FOLDER / library.owner


def _own(library: Library, id_: str) -> DocumentRow:
    """A document that the reader of a library may change; raises PageError."""
    row = next((each for each in library.documents() if each.id == id_), None)
    if row is None:
        raise PageError("this document was removed")
    if not row.own:
        raise PageError(
            f"{row.source} is shared by all readers: it is changed where it was indexed, in a shell"
        )
    return row


def _writer(library: Library, collection: str) -> LibraryWriter:
    return open_writer(
        library.folder,
        library.embedder,
        collection=library.named(collection),
        chroma_url=library.chroma_url,
    )
