"""The weights of `index.scoring`, fitted, and what each of its measures is worth.

`python -m evals.benchmarks.fitting --data DIR`. Every row's weights are fitted anew, to the
calibration halves of the three sets together, and reported on the test halves; "set left out" are
weights that were fitted to the other two sets only.
"""

import argparse
import dataclasses
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from evals.benchmarks.corpora import SETS, Query, RememberingEmbedder, filled, load
from evals.benchmarks.ranked import ndcg_at, recall_at
from evals.benchmarks.retrieval import remembering
from evals.exits import exit_code
from index.library import Library, Scored, open_library
from index.passages import Passage
from index.scoring import MEASURES, WEIGHTS, measures
from index.search import DEPTH, ask
from index.terminal import guarded

__all__ = ["Candidates", "fit", "main"]

ALONE = "words of the chunk"
RANKS = ("rank in Chroma", "rank in FTS5")
COLUMNS = (*MEASURES[:3], ALONE, *RANKS, "both ranks")
VARIANTS = {
    "dense alone: Chroma's list": RANKS[:1],
    "lexical alone: FTS5's list": RANKS[1:],
    "reciprocal rank fusion of both lists": ("both ranks",),
    "chunk's cosine": ("chunk",),
    "chunk's cosine, its words": ("chunk", ALONE),
    "chunk's cosine, words around it": ("chunk", "words"),
    "… and its best sentence: what is used": ("chunk", "sentence", "words"),
    "… without the text around it": ("chunk", "sentence", ALONE),
}
STEPS, RATE = 300, 3.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """What was found for a query: COLUMNS of each chunk (n, 7), and its document."""

    query: Query
    columns: Floats
    documents: tuple[str, ...]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which chunks are of a relevant document."""
        return np.array([id_ in self.query.relevant for id_ in self.documents], dtype=bool)


def main(argv: Sequence[str] | None = None) -> int:
    """Print the fitted weights and the table; 2 where the data is missing."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.fitting")
    add = parser.add_argument
    add("--data", type=Path, default=Path("../shared/bench"), help="the public benchmark's folder")
    options = parser.parse_args(argv)
    return exit_code(lambda: _run(options.data))


def _run(data: Path) -> int:
    embedder = remembering()
    found = {name: _candidates(name, data, embedder) for name in SETS}
    print(f"{'nDCG@10 / recall@5, test halves':42}" + "".join(f"{name:>20}" for name in SETS))
    for label, columns in VARIANTS.items():
        _report(label, found, tuple(map(COLUMNS.index, columns)))
    used = np.array(WEIGHTS[:3])
    print("in use:", dict(zip(MEASURES, (used / used.sum()).round(3).tolist(), strict=False)))
    return 0


def fit(sets: Sequence[Sequence[Candidates]], columns: Sequence[int]) -> Floats:
    """Weights that sum to 1, by gradient descent on the softmax over a query's chunks.

    The loss is the negative log of the share that falls to relevant documents (ListNet, Cao and
    others, ICML 2007, with the top one); each set weighs the same.
    """
    told = [
        (one, 1 / len(found))
        for found in sets
        for one in found
        if one.right.any() and not one.right.all()
    ]
    most = max(len(one.documents) for one, _ in told)
    values = np.zeros((len(told), most, len(columns)))
    there, right = np.zeros((2, len(told), most))
    shares = np.array([share for _, share in told])
    for at, (one, _) in enumerate(told):
        held = len(one.documents)
        values[at, :held], there[at, :held], right[at, :held] = (
            one.columns[:, columns],
            1,
            one.right,
        )
    weights = np.full(len(columns), 5.0)
    for _ in range(STEPS):
        chances = values @ weights
        chances = there * np.exp(chances - chances.max(axis=1, keepdims=True))
        wanted = chances * right
        too_much = chances / _sums(chances) - wanted / _sums(wanted)
        slope = 0.002 * weights + np.einsum("q,qc,qcw->w", shares, too_much, values)
        weights -= RATE * slope
    return np.asarray(weights / weights.sum())


def _sums(rows: Floats) -> Floats:
    return np.asarray(rows.sum(axis=1, keepdims=True))


def _report(label: str, found: dict[str, list[Candidates]], columns: tuple[int, ...]) -> None:
    halves = {
        half: {n: [c for c in held if c.query.half == half] for n, held in found.items()}
        for half in ("calibration", "test")
    }
    known = halves["calibration"]
    weights = fit(list(known.values()), columns)
    others = {name: fit([known[n] for n in SETS if n != name], columns) for name in SETS}
    for row, chosen in ((label, dict.fromkeys(SETS, weights)), ("   set left out", others)):
        figures = [_figures(halves["test"][name], columns, chosen[name]) for name in SETS]
        cells = "".join(f"{ndcg:>13.3f} /{recall:.3f}" for ndcg, recall in figures)
        print(f"{row:42}{cells}   mean {np.mean([ndcg for ndcg, _ in figures]):.3f}")
    print("   " + ", ".join(f"{COLUMNS[c]} {w:.3f}" for c, w in zip(columns, weights, strict=True)))


def _figures(
    found: Sequence[Candidates], columns: tuple[int, ...], weights: Floats
) -> tuple[float, float]:
    figures = []
    for one in found:
        order = np.argsort(-(one.columns[:, columns] @ weights), kind="stable")
        ranked = list(dict.fromkeys(one.documents[at] for at in order))
        relevant = one.query.relevant
        figures.append((ndcg_at(10, ranked, relevant), recall_at(5, ranked, relevant)))
    ndcg, recall = np.mean(figures, axis=0)
    return float(ndcg), float(recall)


def _candidates(name: str, data: Path, embedder: RememberingEmbedder) -> list[Candidates]:
    corpus = load(name, data)
    with open_library(filled(corpus, embedder), embedder) as library:
        sources = {row.id: row.source.removesuffix(".md") for row in library.documents()}
        asked = tqdm(corpus.queries, f"asking {name}", disable=None)
        return [_found(library, sources, query) for query in asked]


def _found(library: Library, sources: dict[str, str], query: Query) -> Candidates:
    question = ask(library, query.text)
    near, said = library.dense(question.vector, DEPTH), library.lexical(question.counts, DEPTH)
    ids = list(dict.fromkeys(id_ for id_, _ in (*near, *said)))
    passages = library.passages(ids)
    alone = [dataclasses.replace(passage, around=(passage.body,)) for passage in passages]
    ranks = np.column_stack([_reciprocal(listed, passages) for listed in (near, said)])
    columns = np.column_stack(
        (
            measures(question, passages)[:, :3],
            measures(question, alone)[:, 2],
            ranks,
            ranks.sum(axis=1),
        )
    )
    documents = tuple(sources[passage.id.rpartition(":")[0]] for passage in passages)
    return Candidates(query, columns.astype(np.float64), documents)


def _reciprocal(listed: Scored, passages: Sequence[Passage]) -> Floats:
    """1 / (60 + rank) of each passage in a list, 0 where it isn't there.

    Cormack and others, Reciprocal Rank Fusion, SIGIR 2009.
    """
    ranks = {id_: 1 / (60 + rank) for rank, (id_, _) in enumerate(listed, 1)}
    return np.array([ranks.get(passage.id, 0.0) for passage in passages])


if __name__ == "__main__":
    sys.exit(guarded(main))
