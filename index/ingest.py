"""Files and folders into the library: the changed are read and embedded, the rest is left alone."""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from index.documents import Document, document_id
from index.errors import LibraryError, NoSuchPath, UnreadableDocument
from index.library import DocumentRow
from index.moves import follow_moves
from index.readers import READERS, Read
from index.writer import LibraryWriter

__all__ = ["Failure", "Progress", "Summary", "add_text", "existing", "ingest", "prune"]

_KNOWN = ", ".join(READERS)


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that could not be read, and why; what was indexed of it before is kept."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Progress:
    """One file is done: `what` is added, moved, updated, unchanged, removed or failed."""

    source: str
    what: str
    reason: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did; `sentences` and `chunks` are those of the documents it stored.

    `skipped` counts the files in folders that have a suffix nothing reads.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Failure, ...] = ()
    sentences: int = 0
    chunks: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    source: str
    named: bool  # on the command line, not found in a folder


@dataclass(slots=True)
class _Tally:
    counts: dict[str, int] = field(default_factory=dict)
    failed: list[Failure] = field(default_factory=list)
    sentences: int = 0
    chunks: int = 0


OnProgress = Callable[[Progress], None]


def _silent(_: Progress) -> None:
    """The progress of a run that nobody watches."""


def ingest(
    paths: Sequence[Path], writer: LibraryWriter, *, on_progress: OnProgress = _silent
) -> Summary:
    """Read files and folders into the library, each file whole or not at all.

    One that can't be read becomes a Failure and the others go on; what the data folder itself
    refuses (DataFolderUnusable and the like) is raised, with the finished files kept.
    """
    if writer.embedder is None:
        raise ValueError("ingest needs a writer that was opened with an embedder")
    found, failed, skipped = _collect(paths)
    files = _with_sources(found, writer.documents(writer.collection))
    moves = follow_moves([(file.source, file.path) for file in files], writer)
    before = {row.source: row for row in writer.documents(writer.collection)}
    tally = _Tally(failed=list(failed))
    for move in moves:
        on_progress(Progress(move.after, "moved", f"from {move.before}", 0, len(files)))
    for failure in failed:
        on_progress(Progress(failure.source, "failed", failure.reason, 0, len(files)))
    for done, file in enumerate(files, 1):
        what, reason = "failed", ""
        try:
            what = _one(file, before.get(file.source), writer, tally)
        except UnreadableDocument as error:
            reason = str(error)
            tally.failed.append(Failure(file.source, reason))
        tally.counts[what] = tally.counts.get(what, 0) + 1
        on_progress(Progress(file.source, what, reason, done, len(files)))
    return _summary(tally, skipped)


def add_text(name: str, text: str, writer: LibraryWriter) -> Document:
    """Store a text that comes from no file under the source `name`, replacing what was there."""
    if writer.embedder is None:
        raise ValueError("add_text needs a writer that was opened with an embedder")
    data = text.encode("utf-8", "surrogatepass")
    sha256 = hashlib.sha256(data).hexdigest()
    read = _read(Path(name), data, READERS.get(Path(name).suffix.lower(), READERS[".txt"]))
    title = read.title or name
    document = Document(document_id(name, text), name, title, text, read.media_type, sha256)
    return writer.store(writer.prepare(document))


def prune(writer: LibraryWriter) -> list[str]:
    """Drop the documents whose files are gone; their sources."""
    rows = writer.documents(writer.collection)
    gone = [row.source for row in rows if row.path and not Path(row.path).exists()]
    return [source for source in gone if writer.remove(source)]


def _one(file: _File, before: DocumentRow | None, writer: LibraryWriter, tally: _Tally) -> str:
    path = str(file.path.absolute())
    if not _is_text(path):
        raise UnreadableDocument("its name, or that of a folder it is in, is not UTF-8: rename it")
    try:
        data = file.path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(_unreadable(error)) from error
    sha256 = hashlib.sha256(data).hexdigest()
    if before is not None and before.sha256 == sha256:
        if before.path != path:
            writer.touch(before.id, path=path, sha256=sha256)
        return "unchanged"
    read = _read(file.path, data, READERS[file.path.suffix.lower()])
    id_ = document_id(file.source, read.text)
    title = read.title or file.path.stem
    document = Document(
        id_, file.source, title, read.text, read.media_type, sha256, path, read.pages
    )
    prepared = writer.prepare(document)
    writer.store(prepared)
    tally.sentences += len(prepared.sentences)
    tally.chunks += len(prepared.chunks)
    return "added" if before is None else "updated"


def _read(path: Path, data: bytes, reader: Callable[[bytes], Read]) -> Read:
    try:
        return reader(data)
    except LibraryError:
        raise
    except Exception as error:  # the edge of one file: a reader's bug must not end the run
        raise UnreadableDocument(f"its reader failed: {type(error).__name__}: {error}") from error


def _collect(paths: Sequence[Path]) -> tuple[list[_File], list[Failure], int]:
    """The readable files under `paths`, what is wrong with the paths, and how many were skipped."""
    files: dict[Path, _File] = {}
    failed: list[Failure] = []
    skipped = 0
    for path in paths:
        reason = _why_not(path)
        if reason:
            failed.append(Failure(str(path), reason))
        elif path.is_dir():
            inside, unread, others = _in_folder(path)
            skipped += others
            failed += unread
            for file in inside:
                files.setdefault(file.path.absolute(), file)
        else:
            source = path.name if path.is_absolute() else os.path.normpath(path)
            files.setdefault(path.absolute(), _File(path, Path(source).as_posix(), True))
    return list(files.values()), failed, skipped


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
        return f"nothing reads {path.suffix or 'a file without a suffix'} (only {_KNOWN})"
    return ""


def _in_folder(folder: Path) -> tuple[list[_File], list[Failure], int]:
    """Its readable files by path, hidden ones and those that its `.footnotedignore` names left out;
    what of it can't be opened; how many other files it holds."""
    closed: list[OSError] = []
    files, skipped, ignored = [], 0, _ignored(folder)
    for path in _walk(folder, closed):
        if path.suffix.lower() in READERS and not any(map(path.match, ignored)):
            files.append(_File(path, path.relative_to(folder).as_posix(), False))
        else:
            skipped += 1
    unread = [Failure(str(error.filename), _unreadable(error)) for error in closed]
    if not files and not unread:
        unread = [Failure(str(folder), f"no file in this folder can be read ({_KNOWN})")]
    return files, unread, skipped


def _ignored(folder: Path) -> list[str]:
    """The names and patterns of files that a folder says not to index, one a line."""
    listed = folder / ".footnotedignore"
    try:
        lines = listed.read_text("utf-8").splitlines() if listed.is_file() else []
    except (OSError, UnicodeError) as error:
        raise NoSuchPath(f"{listed} can't be read ({error}): mend or remove it") from error
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _walk(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    for root, folders, names in os.walk(folder, onerror=closed.append, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(root, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _unreadable(error: OSError) -> str:
    return f"it can't be read: {error.strerror or error}"


def _is_text(name: str) -> bool:
    """Whether the ledger can hold a name: the bytes of some files' names are no UTF-8."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _with_sources(files: list[_File], rows: Sequence[DocumentRow]) -> list[_File]:
    """Each file under a source of its own: where two would share one, the folder's name precedes.

    A file that was indexed before keeps the source that it had.
    """
    taken = {row.source: row.path for row in rows}
    had = {row.path: row.source for row in rows if row.path}
    named = []
    for file in files:
        path = str(file.path.absolute())
        source = had.get(path, file.source)
        parents = list(file.path.absolute().parents)
        while _belongs_to_another(taken.get(source, ""), path):
            parent = parents.pop(0).name if parents else "other"
            source = f"{parent}/{source}" if parent else f"other/{source}"
        taken[source] = path
        named.append(_File(file.path, source, file.named))
    return named


def _belongs_to_another(owner: str, path: str) -> bool:
    """Whether a source stands for another file, which is still there (so not for a moved one)."""
    return owner not in ("", path) and Path(owner).exists()


def _summary(tally: _Tally, skipped: int) -> Summary:
    counts = tally.counts
    return Summary(
        added=counts.get("added", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        failed=tuple(tally.failed),
        sentences=tally.sentences,
        chunks=tally.chunks,
        skipped=skipped,
    )


def existing(source: str, writer: LibraryWriter) -> str:
    """The source, or the one whose path is meant; raises NoSuchPath naming what there is."""
    rows = writer.documents(writer.collection)
    absolute = str(Path(source).absolute())
    for row in rows:
        if source == row.source or absolute == row.path:
            return row.source
    raise NoSuchPath(
        f"no document of the collection {writer.collection} has the source {source!r}: "
        f"`footnoted index --list` names the {len(rows)} there are"
    )
