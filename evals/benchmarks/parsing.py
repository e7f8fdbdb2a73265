"""How much of real files survives reading: the parse sets of the public benchmark.

Run it with `python -m evals.benchmarks.parsing --data DIR`. A file's text is compared to what must
(and what must not) be in it by letters and digits only, without regard to case.
"""

import argparse
import json
import sys
import time
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import UnreadableDocument
from index.readers.html import parsed
from index.terminal import guarded, printable

__all__ = ["FileResult", "main", "run"]

SETS = ("docling_parse", "pypdf_parse")
AROUND = ".//nav | .//header | .//footer | .//aside | .//*[@role='navigation']"


@dataclass(frozen=True, slots=True)
class FileResult:
    """What reading one file gave; `lost` and `intruded` name the texts that count against it."""

    set: str
    file: str
    wanted: int
    lost: tuple[str, ...]
    unwanted: int
    intruded: tuple[str, ...]
    reason: str  # why it can't be read; "" where it was
    seconds: float
    around: tuple[str, ...] = ()  # of the lost, those that stand only in menus and banners

    @property
    def kept(self) -> int:
        """How many of the texts that must survive did."""
        return self.wanted - len(self.lost)


def run(data: Path, sets: Sequence[str] = SETS) -> list[FileResult]:
    """Read every file of these parse sets in the folder `data`, each in a child process."""
    from index.readers.pool import ReaderPool

    with ReaderPool() as pool:
        return [_result(pool, data, record) for name in sets for record in _records(data, name)]


def _records(data: Path, name: str) -> Iterator[dict[str, Any]]:
    with (data / f"{name}.jsonl").open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _result(pool: Any, data: Path, record: dict[str, Any]) -> FileResult:
    path = data / "files" / record["file"]
    text, reason, start = "", "", time.perf_counter()
    try:
        text = pool.read(path.suffix.lower(), path.read_bytes()).text
    except UnreadableDocument as error:
        reason = str(error)
    seconds = time.perf_counter() - start
    wanted, unwanted = record["must_contain"], record.get("must_not_contain", [])
    held = _letters(text)
    lost = tuple(each for each in wanted if _letters(each) not in held)
    intruded = tuple(each for each in unwanted if _letters(each) in held)
    return FileResult(
        record["set"],
        record["file"],
        len(wanted),
        lost,
        len(unwanted),
        intruded,
        reason,
        seconds,
        _around(path, lost),
    )


def _around(path: Path, lost: Sequence[str]) -> tuple[str, ...]:
    """The lost texts of a web page that it has nowhere but in its menus and banners."""
    if not lost or path.suffix.lower() not in (".html", ".htm"):
        return ()
    page = parsed(path.read_bytes())
    for node in page.xpath(AROUND):
        if node.getparent() is not None:  # else it went with another
            node.drop_tree()
    article = _letters(page.text_content())
    return tuple(each for each in lost if _letters(each) not in article)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the share that survives, by file and by set; 2 where the data is missing."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.parsing", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR", help="the benchmark")
    parser.add_argument("--set", dest="sets", action="append", choices=SETS, help="one set (all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")
    arguments = parser.parse_args(argv)
    sets = arguments.sets or SETS
    missing = [name for name in sets if not (arguments.data / f"{name}.jsonl").is_file()]
    if missing:
        parser.error(f"{arguments.data} holds no {missing[0]}.jsonl: name the benchmark's folder")
    results = run(arguments.data, sets)
    for line in _as_json(results) if arguments.json else _as_table(results):
        print(printable(line))
    return 0


def _as_json(results: Sequence[FileResult]) -> Iterator[str]:
    for r in results:
        counts = {
            "wanted": r.wanted,
            "kept": r.kept,
            "lost": r.lost,
            "around": r.around,
            "intruded": r.intruded,
        }
        line = {"set": r.set, "file": r.file, **counts, "reason": r.reason, "seconds": r.seconds}
        yield json.dumps(line, ensure_ascii=False)


def _as_table(results: Sequence[FileResult]) -> Iterator[str]:
    for r in results:
        yield f"{r.kept:>4} of {r.wanted:<4} {r.seconds:6.2f} s  {r.file}  {r.reason}"
        yield from (f"{'':22}lost: {text[:100]}" for text in r.lost if text not in r.around)
        yield from (f"{'':22}must not be there: {text[:100]}" for text in r.intruded)
    for name in dict.fromkeys(result.set for result in results):
        yield _total(name, [r for r in results if r.set == name])


def _total(name: str, results: Sequence[FileResult]) -> str:
    wanted, kept = sum(r.wanted for r in results), sum(r.kept for r in results)
    share = f"{kept / wanted:.1%}" if wanted else "nothing to compare"
    unwanted, intruded = sum(r.unwanted for r in results), sum(len(r.intruded) for r in results)
    read, around = sum(not r.reason for r in results), sum(len(r.around) for r in results)
    rest = f"; without {around} of menus {kept / (wanted - around):.1%}" if around else ""
    return (
        f"{name}: {kept} of {wanted} kept ({share}{rest}); {intruded} of {unwanted} intruded; "
        f"{read} of {len(results)} files read"
    )


if __name__ == "__main__":
    sys.exit(guarded(main))
