"""How well documents are found, beside the LlamaIndex tutorial stack, BM25 and dense search alone.

`footnoted eval --suite NAME --data DIR` for one set, `python -m evals.benchmarks.retrieval` for all
three. No model writes or judges. All sides hold the same texts and are asked in turn, query by
query. Weights were fitted to the calibration halves (`evals.benchmarks.fitting`); the test halves
are reported.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from tqdm import tqdm

from evals.benchmarks.corpora import SETS, Query, RememberingEmbedder, filled, load
from evals.benchmarks.ranked import ndcg_at, recall_at, reciprocal_rank
from evals.benchmarks.sides import BM25, DENSE, OURS, RERANKED, STACK, TALKING, Side, sides
from evals.exits import exit_code
from evals.measures import Score, mean
from index.embedding import Embedder
from index.folders import cache_folder
from index.library import open_library
from index.llama import FootnotedEmbedding, FootnotedReranker
from index.reranker import Reranker
from index.terminal import guarded

__all__ = ["Graded", "bars", "main", "remembering", "run"]

METRICS: dict[str, Callable[[Sequence[str], Collection[str]], float]] = {
    "nDCG@10": lambda ranked, relevant: ndcg_at(10, ranked, relevant),
    "recall@5": lambda ranked, relevant: recall_at(5, ranked, relevant),
    "recall@10": lambda ranked, relevant: recall_at(10, ranked, relevant),
    "MRR": lambda ranked, relevant: reciprocal_rank(ranked[:10], relevant),
}
CURVE = range(1, 21)  # the k of recall against k
LEAST_NDCG = {"scifact_retrieval": 0.70}
LEAST_RATIO, LEAST_CUT = 1.12, 0.25  # of nDCG@10 to the stack's; of the misses at 5


@dataclass(frozen=True, slots=True)
class Graded:
    """One side on one set: a figure a query for each metric, what each query took, and for each
    its recall at every k of CURVE."""

    set: str
    side: str
    figures: dict[str, list[float]]
    seconds: list[float]
    recalls: list[list[float]] = field(default_factory=list)

    def __getitem__(self, metric: str) -> float:
        """The metric's mean over the queries."""
        return float(np.mean(self.figures[metric]))


def main(argv: Sequence[str] | None = None) -> int:
    """Run sets and print their figures; 1 where a bar is missed, 2 where the data is missing."""
    options = _parser().parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    graded = [one for name in options.sets or SETS for one in _one(name, options)]
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps([_as_json(one) for one in graded], indent=1) + "\n")
    missed = bars(graded)
    print("\n".join(missed) or "every bar is held")
    return 1 if missed else 0


def run(queries: Sequence[Query], named: dict[str, Side], name: str) -> list[Graded]:
    """Ask every side every query, in an order that is drawn anew for each."""
    graded = [Graded(name, side, {m: [] for m in METRICS}, []) for side in named]
    drawn = random.Random(7)  # noqa: S311  an order, no secret
    for query in tqdm(queries, f"asking {name}", disable=None):
        for one in drawn.sample(graded, len(graded)):
            start = time.perf_counter()
            ranked = named[one.side](query)
            one.seconds.append(time.perf_counter() - start)
            one.recalls.append([recall_at(k, ranked, query.relevant) for k in CURVE])
            for metric, figure in METRICS.items():
                one.figures[metric].append(figure(ranked, query.relevant))
    return graded


def bars(graded: Sequence[Graded]) -> list[str]:
    """What was aimed for and not reached, a line each; the means need all three sets."""
    by = {(one.set, one.side): one for one in graded}
    missed = []
    for name in dict.fromkeys(one.set for one in graded):
        own = by[name, OURS]["nDCG@10"]
        least = max(LEAST_NDCG.get(name, 0), *(by[name, side]["nDCG@10"] for side in (BM25, DENSE)))
        if own < least:
            missed.append(f"missed: nDCG@10 of {name} is {own:.3f}, to be at least {least:.3f}")
    if {one.set for one in graded} == set(SETS):
        missed.extend(_means(by))
    return missed


def remembering() -> RememberingEmbedder:
    """The embedder, with its memory in build/."""
    return RememberingEmbedder(
        Embedder.load(cache_folder()), Path("build", "bench", "embeddings.sqlite")
    )


def _means(by: dict[tuple[str, str], Graded]) -> list[str]:
    figures = {
        side: _beside([by.get((name, side), by[name, OURS]) for name in SETS], by)
        for side in (OURS, TALKING, RERANKED)
    }
    for side, (ratio, cut) in figures.items():
        print(f"{side:34}{ratio:.3f} times the stack's nDCG@10, misses at 5 cut by {cut:.0%}")
    (ratio, _), (_, cut) = figures[OURS], figures[TALKING]
    missed = [f"missed: {LEAST_RATIO} times the stack's nDCG@10"] * (ratio < LEAST_RATIO)
    return missed + [f"missed: misses at 5 cut by {LEAST_CUT:.0%}"] * (cut < LEAST_CUT)


def _beside(own: Sequence[Graded], by: dict[tuple[str, str], Graded]) -> tuple[float, float]:
    """The mean nDCG@10 by the stack's, and the mean share of its misses at 5 that aren't ours."""
    stack = [by[one.set, STACK] for one in own]
    ratio = sum(one["nDCG@10"] for one in own) / sum(one["nDCG@10"] for one in stack)
    pairs = zip(own, stack, strict=True)
    cuts = [1 - (1 - one["recall@5"]) / (1 - other["recall@5"]) for one, other in pairs]
    return ratio, float(np.mean(cuts))


def _one(name: str, options: argparse.Namespace) -> list[Graded]:
    corpus, embedder = load(name, options.data), remembering()
    with open_library(filled(corpus, embedder), embedder) as library:
        reranker = FootnotedReranker(Reranker.load(cache_folder()))
        named = sides(corpus, library, FootnotedEmbedding(embedder), reranker)
        queries = [q for q in corpus.queries if options.split in ("all", q.half)]
        graded = run(queries, named, name)
    print(_table(name, len(queries), graded))
    return graded


def _table(name: str, count: int, graded: Sequence[Graded]) -> str:
    lines = [f"\n{name}: {count} queries", f"{'':34}" + "".join(f"{m:>22}" for m in METRICS)]
    lines[1] += f"{'p50 ms':>9}{'p95 ms':>9}"
    for one in graded:
        cells = [mean([Score(value) for value in one.figures[metric]]) for metric in METRICS]
        shown = "".join(f"{value:>9.3f} {low:.3f}–{high:.3f}" for value, low, high in cells)
        p50, p95 = (1000 * np.quantile(one.seconds, share) for share in (0.5, 0.95))
        lines.append(f"{one.side:34}{shown}{p50:>9.1f}{p95:>9.1f}")
    return "\n".join(lines)


def _as_json(one: Graded) -> dict[str, object]:
    recall = dict(zip(CURVE, np.mean(one.recalls, axis=0).round(4).tolist(), strict=True))
    told = {"set": one.set, "side": one.side, "recall": recall}
    return {**told, "figures": one.figures, "seconds": one.seconds}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.retrieval")
    add = parser.add_argument
    add("--data", type=Path, default=Path("../shared/bench"), help="the public benchmark's folder")
    add("--set", dest="sets", action="append", choices=SETS, help="one set (all)")
    add("--split", choices=["calibration", "test", "all"], default="test", help="which half")
    add("--json", type=Path, metavar="FILE", help="write every query's figures")
    return parser


if __name__ == "__main__":
    sys.exit(guarded(main))
