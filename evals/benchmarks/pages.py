"""How well the text of documentation pages is told from what is around it.

`python -m evals.benchmarks.pages FOLDER...`: the pages in these folders that mark their main part
(`role="main"`, as Sphinx does) are read, with the mark and without it; what was read is compared
with the part, by runs of four words (the measure of scrapinghub's article-extraction-benchmark).
With the mark that shows what the reader itself loses, without it how well it finds the part.
"""

import argparse
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tqdm import tqdm

from index.errors import UnreadableDocument
from index.readers.html import parsed
from index.readers.pool import ReaderPool
from index.terminal import printable

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["agreement", "main"]

RUN = 4  # words
MARKS = ".//*[@role='main'] | .//main"
UNREAD = ".//script | .//style | .//*[contains(@class, 'headerlink')]"  # the sign beside a heading
WORST = 5


def main(argv: Sequence[str] | None = None) -> int:
    """Print the mean precision, recall and F1, and the worst pages; 2 where no page has a mark."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.pages", description=__doc__)
    add = parser.add_argument
    add("folders", nargs="+", type=Path, metavar="FOLDER", help="documentation in HTML")
    add("--sample", type=int, default=200, metavar="N", help="so many pages of all (200)")
    options = parser.parse_args(argv)
    found = sorted(path for folder in options.folders for path in folder.rglob("*.html"))
    drawn = random.Random(11).sample(found, len(found))[: options.sample]  # noqa: S311  a seed
    for marked in (True, False):
        rows = list(_rows(drawn, marked=marked))
        if not rows:
            parser.error("no page in these folders marks its main part")
        for path, row in sorted(rows, key=lambda each: each[1][2])[:WORST]:
            print(printable(f"  {row[2]:.3f}  {path}"))
        precision, recall, f1 = np.mean([row for _, row in rows], axis=0)
        how = "with" if marked else "without"
        print(f"{len(rows)} pages {how} their mark: ", end="")
        print(f"precision {precision:.3f}, recall {recall:.3f}, F1 {f1:.3f}")
    return 0


def agreement(read: str, wanted: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the runs of four words in `read`."""
    ours, theirs = _runs(read), _runs(wanted)
    both = (ours & theirs).total()
    precision, recall = both / max(1, ours.total()), both / max(1, theirs.total())
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)


def _runs(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return Counter(zip(*(words[at:] for at in range(min(RUN, len(words)))), strict=False))


def _rows(
    paths: Sequence[Path], *, marked: bool
) -> Iterator[tuple[Path, tuple[float, float, float]]]:
    with ReaderPool() as pool:
        for path in tqdm(paths, "reading", disable=None):
            data = path.read_bytes()
            try:
                page = parsed(data)
                parts = page.xpath(MARKS)
                if parts:
                    read = pool.read(".html", data if marked else _hidden(data)).text
                    yield path, agreement(read, _wanted(parts[0]))
            except UnreadableDocument as error:
                print(printable(f"{path}: {error}"), file=sys.stderr)


def _hidden(data: bytes) -> bytes:
    unmarked = re.sub(rb"""\srole=["']main["']""", b"", data)
    return re.sub(rb"<(/?)main\b", rb"<\1div", unmarked)


def _wanted(node: "HtmlElement") -> str:
    for unread in node.xpath(UNREAD):
        if unread.getparent() is not None:
            unread.drop_tree()
    return " ".join(node.itertext())


if __name__ == "__main__":
    sys.exit(main())
