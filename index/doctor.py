"""`footnoted doctor`: prove that a library is sound, and mend what isn't."""

import argparse
import json
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryError, NoSuchPath
from index.folders import cache_folder, chroma_url, data_folder
from index.terminal import complain, counted, guarded, printable

if TYPE_CHECKING:
    from index.checkup import Finding
    from index.embedding import Embedder
    from index.vectors import Chroma

__all__ = ["Report", "examine", "main"]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, and what of it is still so: `why` it couldn't be mended, where that is known.

    `documents`, `sentences` and `chunks` are how many were looked at.
    """

    found: tuple["Finding", ...]
    left: tuple["Finding", ...]
    documents: int
    sentences: int
    chunks: int
    why: str = ""


def main(argv: list[str] | None = None) -> int:
    """Run the verb; returns 0, 1 (something is broken), 2 (usage) or 130 (stopped)."""
    return guarded(lambda: _run(argv), stopped="stopped; what was mended is kept")


def examine(
    folder: Path,
    load: "Callable[[], Embedder] | None",
    *,
    chroma_url: str = "",
    on_step: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check the library in `folder`, and mend it unless `load`, which gives the embedder, is None.

    Raises NoSuchPath where there is none, LibraryLocked while somebody writes, DataFolderUnusable.
    """
    from index.ledger import FILENAME, open_ledger, translated
    from index.lock import WriteLock

    if not (folder / FILENAME).is_file():
        raise NoSuchPath(f"there is no library in {folder}: name its folder with --data")
    lock = WriteLock(folder)
    lock.acquire()
    try:
        with translated(folder):
            ledger = open_ledger(folder, create=True)
            try:
                chroma = _chroma(ledger, folder, chroma_url)
                return _examined(ledger, chroma, load, on_step)
            finally:
                ledger.close()
    finally:
        lock.release()


def _examined(
    ledger: sqlite3.Connection,
    chroma: "Chroma",
    load: "Callable[[], Embedder] | None",
    on_step: Callable[[str], None],
) -> Report:
    from index.checkup import findings

    on_step("checking")
    found = left = tuple(findings(ledger, chroma))
    why = ""
    while left and load is not None and not why:
        on_step("mending")
        before, why = left, _mended(ledger, chroma, left, load)
        on_step("checking again")
        left = tuple(findings(ledger, chroma))
        if not set(left) - set(before):
            break
        found += tuple(one for one in left if one not in found)
    tables = ("documents", "sentences", "chunks")
    documents, sentences, chunks = (
        ledger.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  our own names
        for table in tables
    )
    return Report(found, left, documents, sentences, chunks, why)


def _mended(
    ledger: sqlite3.Connection,
    chroma: "Chroma",
    found: tuple["Finding", ...],
    load: "Callable[[], Embedder]",
) -> str:
    """Mend what can be; "" or why not all can."""
    from index.checkup import CHECKS
    from index.ledger import setting
    from index.mend import mend_ledger
    from index.rows import vectors_by_key
    from index.vectors import ChromaBroken

    why = ""
    within = [finding for finding in found if finding.check != "chroma"]
    try:
        if within:
            mend_ledger(ledger, within, load)
    except LibraryError as error:
        why = str(error)
    except sqlite3.DatabaseError as error:
        return f"{error}: bring its ledger back from a copy, or index into another folder (--data)"
    if any(CHECKS["vectors"](ledger)):  # there is nothing to fill Chroma from
        return why
    try:
        chroma.rebuild(vectors_by_key(ledger), int(setting(ledger, "generation")))
    except ChromaBroken as error:
        why = why or str(error)
    return why


def _chroma(ledger: sqlite3.Connection, folder: Path, url: str) -> "Chroma":
    from index.homes import home_of
    from index.ledger import setting
    from index.vectors import Chroma

    chroma = Chroma.of(home_of(folder, setting(ledger, "library"), url))
    chroma.close()  # what this process has seen of it proves nothing about the files
    chroma.reach()
    return chroma


def _run(argv: list[str] | None) -> int:
    parser = argparse.ArgumentParser(
        prog="footnoted doctor",
        description="Check that the library is sound, and mend from the stored texts what isn't.",
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the library (FOOTNOTED_DATA)")
    parser.add_argument("--check", action="store_true", help="only report, mend nothing")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    try:
        report = examine(
            arguments.data or data_folder(),
            None if arguments.check else _load,
            chroma_url=chroma_url(),
            on_step=_told,
        )
    except LibraryError as error:
        complain(error)
        return 1
    print(_as_json(report) if arguments.json else _as_lines(report))
    if report.why:
        complain(f"not all could be mended: {report.why}")
    return 1 if report.left else 0


def _load() -> "Embedder":
    from index.embedding import Embedder

    return Embedder.load(cache_folder())


def _told(step: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{step} …", end="\r", file=sys.stderr, flush=True)


def _as_lines(report: Report) -> str:
    lines = [f"{'mended':<9}  {one.check}: {one.what}" for one in _gone(report)]
    lines += [f"{'broken':<9}  {one.check}: {one.what}" for one in report.left]
    documents, chunks = counted(report.documents, "document"), counted(report.chunks, "chunk")
    counts = f"{documents}, {counted(report.sentences, 'sentence')}, {chunks}"
    broken = "is broken" if len(report.left) == 1 else "are broken"
    end = f"{counted(len(report.left), 'thing')} {broken}" if report.left else "sound"
    return "\n".join(map(printable, [*lines, f"{counts}: {end}"]))


def _as_json(report: Report) -> str:
    findings = [
        {"check": one.check, "what": one.what, "mended": mended}
        for ones, mended in ((_gone(report), True), (report.left, False))
        for one in ones
    ]
    counted = {"documents": report.documents, "sentences": report.sentences}
    whole = {"sound": not report.left, "findings": findings, **counted, "chunks": report.chunks}
    return json.dumps(whole, ensure_ascii=False)


def _gone(report: Report) -> list["Finding"]:
    return [finding for finding in report.found if finding not in report.left]


if __name__ == "__main__":
    sys.exit(main())
