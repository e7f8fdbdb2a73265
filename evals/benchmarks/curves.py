"""`python -m evals.benchmarks.curves`: what was measured, as pictures, in report/bench.html.

Drawn from what `evals.benchmarks.scale` and `evals.benchmarks.retrieval --json` wrote to report/;
what wasn't run is left out. The page is one file that loads nothing.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from html import escape
from math import ceil, log10
from pathlib import Path
from typing import Any

from evals.benchmarks.sides import BM25, DENSE, OURS, STACK
from evals.errors import EvalError
from evals.exits import exit_code
from evals.report.page import framed
from evals.report.plots import Axis, chart
from index.terminal import guarded

__all__ = ["as_page", "main"]

SIDES = {OURS: "Footnoted", STACK: "stack", BM25: "BM25", DENSE: "dense"}
SOURCES = {"scale": "scale", "retrieval": "retrieval --json report/retrieval.json"}
Measured = Sequence[dict[str, Any]]


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page; 2 where no benchmark has left anything to draw."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.curves", description=__doc__)
    parser.add_argument("--report", type=Path, default=Path("report"), metavar="DIR")
    options = parser.parse_args(argv)
    return exit_code(lambda: _run(options.report))


def _run(folder: Path) -> int:
    scale, retrieval = (_read(folder / f"{name}.json") for name in SOURCES)
    if not scale and not retrieval:
        told = " or ".join(f"python -m evals.benchmarks.{named}" for named in SOURCES.values())
        raise EvalError(f"{folder} has nothing to draw: run {told} first")
    target = folder / "bench.html"
    target.write_text(as_page(scale, retrieval), "utf-8")
    print(f"the curves are in {target}")
    return 0


def as_page(scale: Measured, retrieval: Measured) -> str:
    """The page of what the two benchmarks wrote; either may be empty."""
    drawn = [*_by_size(scale), *_by_set(retrieval)]
    plots = f'<section><div class="plots">{"".join(drawn)}</div></section>'
    told = "Footnoted, the LlamaIndex tutorial stack, BM25 alone and dense search alone."
    return framed("Benchmarks", f'<p class="quiet">{told}</p>' if retrieval else "", plots)


def _by_size(scale: Measured) -> Iterator[str]:
    """A search's time against the number of chunks, and recall against k of Chroma's index."""
    if not scale:
        return
    whole = [(log10(one["chunks"]), one["everything"]) for one in scale]
    names = ("p50", "p95", "CPU p95")
    series = [(name, [(size, spent[name]) for size, spent in whole]) for name in names]
    first, last = whole[0][0], whole[-1][0]
    sizes = [(at, f"{10**at:,.0f}") for at, _ in whole]
    across = Axis("chunks", min(first, last - 1), last, sizes)
    most = max(y for _, points in series for _, y in points)
    up = Axis("ms a search", 0, *_round(most))
    yield chart(("Time against size", "with embedding the question"), series, across, up)
    found = [(f"{one['chunks']:,}", _curve(one["recall"])) for one in scale]
    yield _recall(("Recall against k, Chroma's index", "beside comparing every vector"), found)


def _by_set(retrieval: Measured) -> Iterator[str]:
    """Recall against k of every side, a plot for each set."""
    for name in dict.fromkeys(one["set"] for one in retrieval):
        own = {one["side"]: _curve(one["recall"]) for one in retrieval if one["set"] == name}
        series = [(SIDES[side], own[side]) for side in SIDES if side in own]
        yield _recall((f"Recall against k, {name}", "of the relevant documents"), series)


def _recall(about: tuple[str, str], series: Sequence[tuple[str, list[tuple[float, float]]]]) -> str:
    ks = [k for k, _ in series[0][1]]
    low = int(10 * min(y for _, points in series for _, y in points)) / 10
    quarters = [low + (1 - low) * part / 4 for part in range(5)]
    shares = [(share, f"{share:.3g}") for share in quarters]
    shown = [k for k in ks if k in (1, 5, 10, 20, 50)]
    across = Axis("k", ks[0], ks[-1], [(k, f"{k:.0f}") for k in shown])
    return chart(about, series, across, Axis("recall", low, 1, shares))


def _curve(recall: dict[str, float]) -> list[tuple[float, float]]:
    return [(float(k), share) for k, share in recall.items()]


def _round(most: float) -> tuple[float, list[tuple[float, str]]]:
    """The end of an axis that reaches `most`, and five ticks up to it."""
    step = 10 ** int(log10(max(most, 1)))
    end = float(ceil(most / step) * step)
    return end, [(end * part / 4, escape(f"{end * part / 4:g}")) for part in range(5)]


def _read(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    try:
        measured = list(json.loads(path.read_text("utf-8")))
    except ValueError as error:
        raise EvalError(f"{path} can't be read ({error}): run its benchmark again") from error
    if not all("recall" in one for one in measured):
        raise EvalError(f"{path} has no recall to draw: run its benchmark again")
    return measured


if __name__ == "__main__":
    sys.exit(guarded(main))
