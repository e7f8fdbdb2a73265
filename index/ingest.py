"""Documents into the library: the changed are read and embedded, the rest is left alone.

The next files are read while the current one is embedded (`index.looks`), or read and embedded by
others (`index.spread`); they are stored here, one after the other.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from index.collect import Failure, Item, collect, gone, left_out, place, with_sources
from index.documents import Document, folded
from index.errors import NoSuchPath, UnreadableDocument
from index.ignored import FILENAME
from index.looks import Look, Looks, Rows, as_document, read_ahead, sha256_of
from index.moves import Move, follow_moves
from index.readers import PLAIN, READERS, read
from index.writer import LibraryWriter

__all__ = ["Failure", "Item", "Progress", "Summary", "add_text", "existing", "ingest", "prune"]


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: `what` is reading or embedding while it works on a file, then the outcome:
    added, moved, updated, unchanged, removed or failed.

    `done` of `total` files are finished, which are `share` (0 to 1) of all bytes.
    """

    source: str
    what: str
    reason: str
    done: int
    total: int
    share: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run did; `sentences` and `chunks` are those of the documents it stored.

    `warnings` say what of a stored document could not be read. `skipped` counts the files in
    folders that have a suffix nothing reads.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[Failure, ...] = ()
    sentences: int = 0
    chunks: int = 0
    skipped: int = 0
    warnings: tuple[Failure, ...] = ()


OnProgress = Callable[[Progress], None]


def _silent(_: Progress) -> None:
    """The progress of a run that nobody watches."""


def ingest(
    paths: Sequence[Path],
    writer: LibraryWriter,
    *,
    items: Sequence[Item] = (),
    on_progress: OnProgress = _silent,
    looks: Looks = read_ahead,
) -> Summary:
    """Read files, folders and other items into the library, each whole or not at all.

    One that can't be read becomes a Failure and the others go on; what the data folder itself
    refuses (DataFolderUnusable and the like) is raised, with the finished files kept. What a folder
    says not to index is dropped where it was indexed before. `looks` says who reads them.
    """
    if writer.embedder is None:
        raise ValueError("ingest needs a writer that was opened with an embedder")
    found = collect(paths)
    rows = writer.documents(writer.collection)
    ignored = [source for source in left_out(rows, found.ignored) if writer.remove(source)]
    rows = [row for row in rows if row.source not in ignored]
    everything = with_sources([*found.items.values(), *items], rows)
    files = [(item.source, Path(item.path)) for item in everything if item.path]
    moves = follow_moves(files, writer)
    before = {row.source: row for row in writer.documents(writer.collection)}
    run = _Run(writer, before, everything, on_progress)
    for source in ignored:
        run.drops(source)
    for move in moves:
        run.moves(move)
    for failure in found.failed:
        run.fails(failure.source, failure.reason)
    with closing(looks(everything, run.before)) as looked_at:
        for item, look in looked_at:
            run.one(item, look)
    return run.summary(found.skipped)


def add_text(name: str, text: str, writer: LibraryWriter) -> Document:
    """Store a text that comes from no file under the source `name`, replacing what was there.

    It is read as Markdown where the name says so, else as plain text.
    """
    if writer.embedder is None:
        raise ValueError("add_text needs a writer that was opened with an embedder")
    data = text.encode("utf-8", "surrogatepass")
    suffix = Path(name).suffix.lower()
    made = read(suffix if READERS.get(suffix) in PLAIN else ".txt", data)
    untitled = "" if suffix in READERS else name  # as a file's, a title has no ".txt"
    document = as_document(Item(name, lambda: (suffix, data)), sha256_of(data), made, untitled)
    return writer.store(writer.prepare(document))


def prune(writer: LibraryWriter) -> list[str]:
    """Drop the documents whose files are gone; their sources."""
    rows = writer.documents(writer.collection)
    lost = [row.source for row in rows if row.path and gone(row.path)]
    return [source for source in lost if writer.remove(source)]


def existing(source: str, writer: LibraryWriter) -> str:
    """The source, or the one whose path is meant; raises NoSuchPath naming what there is.

    One that is written otherwise in its case or its marks is meant where no second one is.
    """
    rows = writer.documents(writer.collection)
    absolute = place(Path(source).absolute())
    for row in rows:
        if source == row.source or (row.path and absolute == place(row.path)):
            return row.source
    alike = [row.source for row in rows if folded(source) == folded(row.source)]
    alike += [row.source for row in rows if folded(absolute) == folded(row.path)]
    if len(set(alike)) == 1:
        return alike[0]
    raise NoSuchPath(
        f"no document of the collection {writer.collection} has the source {source!r}: "
        f"`footnoted index --list` names the {len(rows)} there are"
    )


class _Run:
    """One run over some items: what it has done so far."""

    def __init__(
        self, writer: LibraryWriter, before: Rows, items: Sequence[Item], on_progress: OnProgress
    ) -> None:
        self.before = before
        self._writer = writer
        self._on_progress = on_progress
        self._total, self._bytes = len(items), max(1, sum(item.size for item in items))
        self._done, self._done_bytes = 0, 0
        self._counts: Counter[str] = Counter()
        self._failed: list[Failure] = []
        self._warnings: list[Failure] = []

    def one(self, item: Item, look: Callable[[], Look]) -> None:
        """Bring the library up to date with one item."""
        self._tell("reading", item.source)
        try:
            what, reason = self._stored(item, look())
        except UnreadableDocument as error:
            self._done += 1
            self._done_bytes += item.size
            self.fails(item.source, str(error))
            return
        self._done += 1
        self._done_bytes += item.size
        self._counts[what] += 1
        self._tell(what, item.source, reason)

    def drops(self, source: str) -> None:
        """Tell of a document that was dropped, as its folder says not to index it."""
        self._counts["removed"] += 1
        self._tell("removed", source, f"{FILENAME} leaves it out")

    def moves(self, move: Move) -> None:
        """Tell of a document that followed its file."""
        self._tell("moved", move.after, f"from {move.before}")

    def fails(self, source: str, reason: str) -> None:
        """Note a source that can't be read."""
        self._failed.append(Failure(source, reason))
        self._tell("failed", source, reason)

    def summary(self, skipped: int) -> Summary:
        """What was done."""
        counts = self._counts
        return Summary(
            added=counts["added"],
            updated=counts["updated"],
            unchanged=counts["unchanged"],
            removed=counts["removed"],
            failed=tuple(self._failed),
            sentences=counts["sentences"],
            chunks=counts["chunks"],
            skipped=skipped,
            warnings=tuple(self._warnings),
        )

    def _stored(self, item: Item, look: Look) -> tuple[str, str]:
        """What became of an item, and what of it could not be read."""
        before = self.before.get(item.source)
        if look.read is None:
            if before is not None and before.path != item.path:
                self._writer.touch(before.id, path=item.path, sha256=look.sha256)
            return "unchanged", ""
        self._tell("embedding", item.source)
        prepared = look.prepared or self._writer.prepare(as_document(item, look.sha256, look.read))
        self._writer.store(prepared)
        self._counts["sentences"] += len(prepared.sentences)
        self._counts["chunks"] += len(prepared.chunks)
        self._warnings += (Failure(item.source, warning) for warning in look.read.warnings)
        return "added" if before is None else "updated", "; ".join(look.read.warnings)

    def _tell(self, what: str, source: str, reason: str = "") -> None:
        share = self._done_bytes / self._bytes
        self._on_progress(Progress(source, what, reason, self._done, self._total, share))
