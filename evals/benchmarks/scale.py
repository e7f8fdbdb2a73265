"""`python -m evals.benchmarks.scale`: what a search takes as a library grows, and what it finds.

Synthetic libraries (`evals.benchmarks.synthetic`) are made in build/ and kept. Each is asked in a
process of its own, so that its memory is its own; embedding the question is part of the time. The
same is asked of a collection of a tenth as many chunks beside it, and of one document. "CPU" is
what the asking process was given, in all its threads. Recall is that of Chroma's index against
comparing every vector. Writes report/scale.json, which `evals.benchmarks.curves` draws.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from evals.benchmarks.synthetic import (
    BESIDE,
    CHUNKS,
    NearEmbedder,
    make,
    near,
    question,
    vectors,
)
from index.documents import DEFAULT_COLLECTION, Scope
from index.embedding import Embedder, Vectors
from index.folders import cache_folder
from index.library import Library, open_library
from index.search import DEPTH, hybrid_search

__all__ = ["asked", "main"]

SIZES = (10_000, 100_000, 1_000_000)
QUERIES, WARM_UP = 300, 30
RECALLED = (1, 5, 10, 20, 50)
BARS = {100_000: 25.0}  # ms at p95
MOST_RATIO, MOST_GB = 2.5, 6.0  # of a million chunks to ten thousand; resident
MOST_FILTERED = 1.5  # of a filtered search to one of everything, at p95
WHOLE = "everything"


def main(argv: Sequence[str] | None = None) -> int:
    """Make and ask a library of each size; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.scale")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="CHUNKS")
    parser.add_argument("--ask", type=int, metavar="CHUNKS", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.ask:
        print(json.dumps(asked(options.ask)))
        return 0
    embedder = Embedder.load(cache_folder())
    for chunks in options.sizes:
        make(_folder(chunks), chunks, embedder)
    measured = [_in_a_process(chunks) for chunks in options.sizes]
    report = Path("report")
    report.mkdir(exist_ok=True)
    (report / "scale.json").write_text(json.dumps(measured, indent=1) + "\n")
    missed = _missed(measured)
    print("\n".join(missed) or "every bar is held")
    return 1 if missed else 0


def asked(chunks: int) -> dict[str, Any]:
    """What QUERIES questions to the library of so many chunks took, in ms, and found."""
    embedder = NearEmbedder(Embedder.load(cache_folder()), near(chunks, QUERIES))
    with open_library(_folder(chunks), embedder) as library:
        scopes = {
            WHOLE: Scope(),
            "a collection": Scope(BESIDE),
            "a document": Scope(DEFAULT_COLLECTION, library.documents(DEFAULT_COLLECTION)[0].id),
        }
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in scopes}
        parts: dict[str, list[float]] = {"embedding": [], "Chroma": [], "FTS5": [], "reading": []}
        for number in range(-WARM_UP, QUERIES):
            said = question(chunks, abs(number))
            for name, scope in scopes.items():
                spent = _timed(lambda s=said, w=scope: hybrid_search(library, s, 8, w))  # type: ignore[misc]
                taken[name] += [spent] * (number >= 0)
        for number in range(0, QUERIES, 3):
            _parts(library, question(chunks, number), parts)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        recall = _recall(library, chunks, near(chunks, 100))
    return {
        "chunks": chunks,
        **{name: _quantiles(spent) for name, spent in taken.items()},
        "median of the parts": {name: float(np.median(took)) for name, took in parts.items()},
        "resident GB": memory,
        "recall": recall,
    }


def _quantiles(spent: Sequence[tuple[float, float]]) -> dict[str, float]:
    """ms by the wall clock and of CPU."""
    rows = np.quantile(np.array(spent), (0.5, 0.95), axis=0)
    names = ("p50", "CPU p50"), ("p95", "CPU p95")
    return {
        name: round(float(value), 2)
        for some, row in zip(names, rows, strict=True)
        for name, value in zip(some, row, strict=True)
    }


def _parts(library: Library, said: str, parts: dict[str, list[float]]) -> None:
    assert library.embedder is not None  # noqa: S101
    vector = library.embedder.embed([said])[0]
    ids = [id_ for id_, _ in (*library.dense(vector, DEPTH), *library.lexical(said, DEPTH))]
    works: dict[str, Callable[[], object]] = {
        "embedding": lambda: Embedder.embed(library.embedder, [said]),  # type: ignore[arg-type]
        "Chroma": lambda: library.dense(vector, DEPTH),
        "FTS5": lambda: library.lexical(said, DEPTH),
        "reading": lambda: library.passages(ids),
    }
    for name, work in works.items():
        parts[name].append(_timed(work)[1])


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """ms by the wall clock, and of the process's CPU."""
    start, own = time.perf_counter(), time.process_time()
    work()
    return 1000 * (time.perf_counter() - start), 1000 * (time.process_time() - own)


def _recall(library: Library, chunks: int, questions: Sequence[Vectors]) -> dict[str, float]:
    """Recall@k of the dense search, for each k of RECALLED."""
    sources = {row.source: row.id for row in library.documents(DEFAULT_COLLECTION)}
    most = max(RECALLED)
    best: list[list[tuple[float, str]]] = [[] for _ in questions]
    wanted = np.stack(questions)
    for number in tqdm(range(chunks // CHUNKS), "comparing every vector", disable=None):
        # The ledger holds halves, and they are what Chroma was given or is filled with again.
        scores = wanted @ vectors(number).T
        for row, scored in enumerate(scores):
            top = np.argpartition(-scored, most)[:most]
            ids = [f"{sources[f'book {number}']}:{at}" for at in top]
            best[row] = sorted([*best[row], *zip(scored[top].tolist(), ids, strict=True)])[-most:]
    found = [[id_ for id_, _ in library.dense(vector, most)] for vector in questions]
    return {
        str(k): float(np.mean([_share(b, f, k) for b, f in zip(best, found, strict=True)]))
        for k in RECALLED
    }


def _share(best: list[tuple[float, str]], found: list[str], k: int) -> float:
    return len({id_ for _, id_ in best[-k:]} & set(found[:k])) / k


def _in_a_process(chunks: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "evals.benchmarks.scale", "--ask", str(chunks)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)  # noqa: S603  ourselves
    measured: dict[str, Any] = json.loads(done.stdout)
    print(json.dumps(measured), flush=True)
    return measured


def _missed(measured: Sequence[dict[str, Any]]) -> list[str]:
    p95 = {one["chunks"]: one[WHOLE]["p95"] for one in measured}
    missed = [
        f"missed: p95 at {chunks:,} is {p95[chunks]:.1f} ms, to be at most {most}"
        for chunks, most in BARS.items()
        if p95.get(chunks, 0) > most
    ]
    if {10_000, 1_000_000} <= p95.keys():
        ratio = p95[1_000_000] / p95[10_000]
        if ratio > MOST_RATIO:
            missed.append(f"missed: p95 at 1,000,000 is {ratio:.2f} times that at 10,000")
    missed.extend(
        f"missed: p95 within {name} of {one['chunks']:,} is {one[name]['p95']:.1f} ms"
        for one in measured
        for name in ("a collection", "a document")
        if one[name]["p95"] > MOST_FILTERED * one[WHOLE]["p95"]
    )
    missed.extend(
        f"missed: {one['resident GB']:.1f} GB resident at {one['chunks']:,}"
        for one in measured
        if one["resident GB"] > MOST_GB
    )
    return missed


def _folder(chunks: int) -> Path:
    return Path("build", "bench", f"synthetic-{chunks}")


if __name__ == "__main__":
    sys.exit(main())
