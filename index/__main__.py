"""`footnoted index`: read documents into the library, list them, drop them."""

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.documents import DEFAULT_COLLECTION
from index.errors import LibraryError
from index.folders import cache_folder, chroma_url, data_folder
from index.terminal import complain, guarded, printable

if TYPE_CHECKING:
    from index.ingest import Progress, Summary

__all__ = ["main"]


def main(argv: list[str] | None = None) -> int:
    """Run the verb; returns 0, 1 (something could not be read), 2 (usage) or 130 (stopped)."""
    stopped = "stopped; the documents that were finished are kept"
    return guarded(lambda: _run(argv), stopped=stopped)


def _run(argv: list[str] | None) -> int:
    parser = _parser()
    arguments = parser.parse_args(argv)
    changes = arguments.paths or arguments.remove or arguments.rebuild or arguments.prune
    if not changes and not arguments.list:
        parser.error("name a file or folder to read")
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
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="files and folders")
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


def _list(arguments: argparse.Namespace) -> int:
    from index.library import open_library

    with open_library(arguments.data or data_folder(), None) as library:
        rows = library.documents(arguments.collection)
    if arguments.json:
        print(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return 0
    for name, group in itertools.groupby(rows, lambda row: row.collection):
        own = list(group)
        if len(own) < len(rows) or name != DEFAULT_COLLECTION:
            print(printable(f"@{name}: {len(own)} documents"))
        for row in own:
            print(printable(f"{row.source}  {row.sentences} sentences  {row.title}"))
    print(f"{len(rows)} documents")
    return 0


def _change(arguments: argparse.Namespace) -> int:
    from index.embedding import Embedder
    from index.ingest import Summary, existing, ingest, prune
    from index.library import open_writer

    embeds = arguments.paths or arguments.rebuild
    embedder = Embedder.load(cache_folder()) if embeds else None
    folder = arguments.data or data_folder()
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
        if arguments.paths:
            with _shown(quiet=arguments.json) as on_progress:
                done = ingest(arguments.paths, writer, on_progress=on_progress)
            summary = _sum(summary, done)
    summary = replace(summary, removed=len(gone))
    print(_as_json(summary) if arguments.json else _as_line(summary))
    return 1 if summary.failed else 0


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
    """Lines for what changed or failed on stdout, and on a terminal a bar on stderr."""
    from tqdm import tqdm

    with tqdm(unit="file", file=sys.stderr, disable=not sys.stderr.isatty(), leave=False) as bar:

        def show(progress: "Progress") -> None:
            bar.total = progress.total
            bar.update(progress.done - bar.n)
            if progress.what != "unchanged" and not quiet:
                why = f": {progress.reason}" if progress.reason else ""
                line = printable(f"{progress.what:<9}  {progress.source}{why}")
                bar.write(line, file=sys.stdout)

        yield show


def _as_json(summary: "Summary") -> str:
    names = ("added", "updated", "unchanged", "removed", "failed", "sentences", "chunks")
    values = asdict(summary)
    return json.dumps({name: values[name] for name in names}, ensure_ascii=False)


def _as_line(summary: "Summary") -> str:
    counts = (
        f"{summary.added} added, {summary.updated} updated, {summary.unchanged} unchanged, "
        f"{summary.removed} removed, {len(summary.failed)} failed"
    )
    skipped = f"; {summary.skipped} other files skipped" if summary.skipped else ""
    return f"{counts}: {summary.sentences} sentences in {summary.chunks} chunks{skipped}"


if __name__ == "__main__":
    sys.exit(main())
