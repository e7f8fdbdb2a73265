"""`footnoted index`: read documents into the library, list them, drop them."""

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import DEFAULT_COLLECTION
from index.errors import LibraryError, NoSuchPath
from index.folders import cache_folder, chroma_url, data_folder
from index.terminal import STDIN, complain, counted, guarded, printable, standard_input

if TYPE_CHECKING:
    from index.collect import Failure, Item
    from index.ingest import Progress, Summary
    from index.library import Library
    from index.writer import LibraryWriter

__all__ = ["main"]

BAR = "{desc} {percentage:3.0f}%|{bar}| {elapsed}, {remaining} left{postfix}"
FEW = 10  # documents, whose lines are still in sight at the end


def main(argv: list[str] | None = None) -> int:
    """Run the verb; returns 0, 1 (something could not be read), 2 (usage) or 130 (stopped)."""
    stopped = "stopped; the documents that were finished are kept"
    return guarded(lambda: _run(argv), stopped=stopped)


def _run(argv: list[str] | None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    reads = arguments.paths or arguments.url
    changes = reads or arguments.remove or arguments.rebuild or arguments.prune
    if not changes and not arguments.list:
        parser.error("name a file or folder to read")
    if changes and arguments.list:
        parser.error("--list shows what is there and changes nothing: give it alone")
    if arguments.workers is not None and not arguments.paths:
        parser.error("--workers needs files or folders to read")
    if (STDIN in arguments.paths) != bool(arguments.name):
        parser.error("standard input and its name go together: index - --name NAME.html")
    try:
        return _change(arguments) if changes else _list(arguments)
    except LibraryError as error:
        complain(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted index",
        description="Read files and folders into the library; what is unchanged is skipped.",
    )
    parser.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="files and folders; - is standard input"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="the source for standard input; its suffix tells the format"
    )
    parser.add_argument(
        "--url", action="append", default=[], metavar="URL", help="fetch a document from the web"
    )
    parser.add_argument(
        "--workers",
        type=_workers,
        metavar="ray[:N]",
        help="read and embed what is new on Ray, by N workers of one core each (all cores)",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the library (FOOTNOTED_DATA)")
    parser.add_argument(
        "--collection", metavar="NAME", help="the collection that is meant (default: default)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--list", action="store_true", help="list what is indexed")
    parser.add_argument(
        "--remove", action="append", default=[], metavar="SOURCE", help="drop a document"
    )
    parser.add_argument("--prune", action="store_true", help="drop documents whose files are gone")
    parser.add_argument(
        "--rebuild",
        action="store_true",
        help="split every stored text again and fill Chroma anew; embeds only what this embedder "
        "hasn't embedded before",
    )
    return parser


def _workers(value: str) -> int:
    """How many Ray workers are asked for; 0 for as many as there are cores."""
    name, _, count = value.partition(":")
    if name != "ray" or (count and not (count.isdecimal() and int(count))) or value.endswith(":"):
        raise argparse.ArgumentTypeError(f"{value!r} is neither ray nor ray:N, as in ray:4")
    return int(count or 0)


def _list(arguments: argparse.Namespace) -> int:
    from index.library import open_library

    with open_library(arguments.data or data_folder(), None) as library:
        _check_collection(library, arguments.collection)
        rows = library.documents(arguments.collection)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return 0
    for name, group in itertools.groupby(rows, lambda row: row.collection):
        own = list(group)
        if len(own) < len(rows) or name != DEFAULT_COLLECTION:
            print(printable(f"@{name}: {counted(len(own), 'document')}"))
        for row in own:
            print(printable(f"{row.source}  {counted(row.sentences, 'sentence')}  {row.title}"))
    print(counted(len(rows), "document"))
    return 0


def _check_collection(library: "Library", name: str | None) -> None:
    """Raise NoSuchPath where a collection is named that holds nothing, as one mistyped does."""
    known = library.collections()
    if name not in (None, DEFAULT_COLLECTION, *known):
        there_are = f"the collections are {', '.join(known)}" if known else "nothing is indexed yet"
        raise NoSuchPath(f"there is no collection {name!r}: {there_are}")


def _change(arguments: argparse.Namespace) -> int:
    from index.embedding import Embedder
    from index.ingest import Summary, existing, prune
    from index.library import open_library, open_writer

    reads = arguments.paths or arguments.url
    embedder = Embedder.load(cache_folder()) if reads or arguments.rebuild else None
    folder = arguments.data or data_folder()
    if embedder is None:  # what only drops documents must not make a collection
        with open_library(folder, None) as library:
            _check_collection(library, arguments.collection)
    collection = arguments.collection or DEFAULT_COLLECTION
    with (
        _rebuilding(arguments.rebuild) as rebuild,
        open_writer(
            folder, embedder, collection=collection, chroma_url=chroma_url(), rebuild=rebuild
        ) as writer,
    ):
        gone = [existing(source, writer) for source in arguments.remove]
        gone = [source for source in gone if writer.remove(source)]
        gone += prune(writer) if arguments.prune else []
        summary = Summary()
        if arguments.rebuild:
            documents, sentences, chunks = writer.counts()
            summary = replace(summary, updated=documents, sentences=sentences, chunks=chunks)
        if not arguments.json:
            for source in gone:
                print(printable(f"removed    {source}"))
        if reads:
            summary = _sum(summary, _ingest(arguments, writer))
    summary = replace(summary, removed=summary.removed + len(gone))
    if arguments.json:
        print(_as_json(summary))
    else:
        print("\n".join(map(printable, _as_lines(summary))))
    return 1 if summary.failed else 0


def _ingest(arguments: argparse.Namespace, writer: "LibraryWriter") -> "Summary":
    from index.ingest import ingest
    from index.looks import read_ahead
    from index.spread import on_ray

    looks = read_ahead if arguments.workers is None else on_ray(arguments.workers)
    paths = [path for path in arguments.paths if path != STDIN]
    with _shown(quiet=arguments.json) as on_progress:
        return ingest(paths, writer, items=_items(arguments), on_progress=on_progress, looks=looks)


def _items(arguments: argparse.Namespace) -> "list[Item]":
    """What is read that is no file."""
    from index.collect import given

    items = [given(arguments.name, standard_input())] if arguments.name else []
    if arguments.url:
        from index.web import from_web

        for url in dict.fromkeys(arguments.url):
            if sys.stderr.isatty():
                print(printable(f"fetching {url}"), file=sys.stderr)
            items.append(from_web(url))
    return items


@contextmanager
def _rebuilding(wanted: bool) -> "Iterator[Callable[[int, int], None] | bool]":
    """What shows a rebuild's progress, on a terminal; False where none is wanted."""
    from tqdm import tqdm

    if not wanted:
        yield False
        return
    with tqdm(unit="document", disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show


def _sum(rebuilt: "Summary", done: "Summary") -> "Summary":
    return replace(
        done,
        updated=rebuilt.updated + done.updated,
        sentences=rebuilt.sentences + done.sentences,
        chunks=rebuilt.chunks + done.chunks,
    )


@contextmanager
def _shown(*, quiet: bool) -> "Iterator[Callable[[Progress], None]]":
    """Lines for what changed or failed on stdout, and on a terminal a bar on stderr.

    The bar counts bytes, which tell the time that is left better than files do.
    """
    from tqdm import tqdm

    with tqdm(total=1.0, bar_format=BAR, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(progress: "Progress") -> None:
            bar.update(progress.share - bar.n)
            bar.set_description_str(f"{progress.done}/{progress.total} files", refresh=False)
            if progress.what in ("reading", "embedding"):
                bar.set_postfix_str(printable(f"{progress.what} {progress.source}"))
            elif progress.what != "unchanged" and not quiet:
                why = f": {progress.reason}" if progress.reason else ""
                line = printable(f"{progress.what:<9}  {progress.source}{why}")
                bar.write(line, file=sys.stdout)

        yield show


def _as_json(summary: "Summary") -> str:
    names = ["added", "updated", "unchanged", "removed", "failed", "sentences", "chunks"]
    names += ["warnings"] if summary.warnings else []
    values = asdict(summary)
    return json.dumps({name: values[name] for name in names}, ensure_ascii=False)


def _as_lines(summary: "Summary") -> "Iterator[str]":
    """The counts; of a long run also what went wrong in it, which is far above by now."""
    if summary.added + summary.updated > FEW:
        yield from _listed("not read", summary.failed)
        yield from _listed("read in part", summary.warnings)
    counts = (
        f"{summary.added} added, {summary.updated} updated, {summary.unchanged} unchanged, "
        f"{summary.removed} removed, {len(summary.failed)} failed"
    )
    skipped = f"; {counted(summary.skipped, 'other file')} skipped" if summary.skipped else ""
    sentences, chunks = counted(summary.sentences, "sentence"), counted(summary.chunks, "chunk")
    yield f"{counts}: {sentences} in {chunks}{skipped}"


def _listed(what: str, failures: "Sequence[Failure]") -> "Iterator[str]":
    if failures:
        yield f"{what}:"
        yield from (f"  {failure.source}: {failure.reason}" for failure in failures)


if __name__ == "__main__":
    sys.exit(main())
