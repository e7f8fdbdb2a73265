"""`python -m evals.benchmarks.spread --data DIR`: what Ray's workers buy. It needs Ray.

A public set's abstracts, as files, are taken in by this process, by one Ray worker and by two;
each round does all three, in an order that is drawn anew. "Start" is until the first document is
stored: Ray has to be started, and its workers have to load the embedder.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.benchmarks.corpora import load
from evals.exits import exit_code
from index.embedding import Embedder
from index.errors import LibraryError
from index.folders import cache_folder
from index.ingest import ingest
from index.library import open_writer
from index.looks import Looks, read_ahead
from index.spread import on_ray
from index.terminal import guarded

__all__ = ["main"]

PER_FILE = 20  # abstracts, about 30 kB
SIDES: dict[str, Looks] = {
    "this process": read_ahead,
    "1 Ray worker": on_ray(1),
    "2 Ray workers": on_ray(2),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table; 1 where Ray fails, 2 where the data is missing."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.spread")
    add = parser.add_argument
    add("--data", type=Path, default=Path("../shared/bench"), help="the public benchmark's folder")
    add("--rounds", type=int, default=3)
    add("--texts", type=int, default=400, help="abstracts that are taken in")
    options = parser.parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    documents = list(load("scifact_retrieval", options.data).documents.values())
    _print(_rounds(documents[: options.texts], options.rounds))
    return 0


def _rounds(texts: Sequence[tuple[str, str]], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """For each side, what each round took until the first document was stored, and in all."""
    embedder, drawn = Embedder.load(cache_folder()), random.Random(3)  # noqa: S311  an order
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in SIDES}
    with tempfile.TemporaryDirectory() as folder:
        for at in range(0, len(texts), PER_FILE):
            said = "\n\n".join(f"{title}\n\n{text}" for title, text in texts[at : at + PER_FILE])
            Path(folder, f"{at:05}.txt").write_text(said, encoding="utf-8")
        for _ in range(rounds):
            for name in drawn.sample(list(SIDES), len(SIDES)):
                took[name].append(_taken_in(Path(folder), embedder, SIDES[name]))
    return took


def _taken_in(folder: Path, embedder: Embedder, looks: Looks) -> tuple[float, float]:
    start, stored = time.perf_counter(), [0.0]
    with tempfile.TemporaryDirectory() as data, open_writer(Path(data), embedder) as writer:
        summary = ingest(
            [folder],
            writer,
            looks=looks,
            on_progress=lambda one: stored.append(time.perf_counter()) if one.done else None,
        )
    if summary.failed:
        raise LibraryError(str(summary.failed[0]))
    return stored[1] - start, time.perf_counter() - start


def _print(took: dict[str, list[tuple[float, float]]]) -> None:
    print(f"{'medians, in seconds':20}{'start':>8}{'the rest':>10}{'in all':>8}")
    for name, rounds in took.items():
        start, whole = np.median(rounds, axis=0)
        print(f"{name:20}{start:8.1f}{whole - start:10.1f}{whole:8.1f}")


if __name__ == "__main__":
    sys.exit(guarded(main))
