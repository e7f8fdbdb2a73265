"""`python -m evals.benchmarks.judged --data DIR`: what it adds that a model judges the first ten.

Of each retrieval set a seeded sample of questions is drawn from both halves. The model reads the
likeliest sentence of each of the first ten documents, under its title, and its P(yes) is added to
the document's score. How much it weighs is set on the calibration sample; the test sample is
reported, beside the tutorial stack. What was judged is kept in build/, so a run that was stopped
goes on.
"""

import argparse
import hashlib
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from evals.benchmarks.corpora import SETS, Corpus, Query, filled, load
from evals.benchmarks.mutations import turns
from evals.benchmarks.ranked import ndcg_at, recall_at
from evals.benchmarks.retrieval import remembering
from evals.benchmarks.sides import CHUNKS, stack
from evals.errors import EvalError
from evals.exits import exit_code
from evals.measures import resamples
from evals.runs.lines import Lines, read_lines
from index.library import Library, open_library
from index.llama import FootnotedEmbedding
from index.ranking import rank_sentences
from index.search import hybrid_search
from index.terminal import guarded
from rag import prompts
from rag.chat import Turn
from rag.passage import Passage

__all__ = ["Candidates", "Judgements", "fitted", "main", "reordered"]

FIRST = 10  # documents that are judged
CLAIMS = ("scifact_retrieval",)  # its queries are claims, the others' are questions
WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0)
LEAST_CUT = 0.40
RESAMPLES = 2000
Scored = tuple[str, float, float]  # a document, its score, P(yes)
Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Candidates:
    """A query, the first documents of ours with what was judged, and the stack's ranking."""

    query: Query
    found: tuple[Scored, ...]
    stack: tuple[str, ...]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the figures; 1 where the bar is missed or the model fails, 2 where there is none."""
    options = _parser().parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    halves: dict[str, dict[str, list[Candidates]]] = {"calibration": {}, "test": {}}
    with turns() as (turn, model):
        if not model:
            raise EvalError("there is no chat model to judge: run `make install`, or name one")
        judgements = Judgements(Path("build", "bench", "judged.jsonl"), turn, model)
        for name in SETS:
            for half, found in _one(load(name, options.data), options.sample, judgements):
                halves[half][name] = found
    weight = fitted(list(halves["calibration"].values()))
    return 0 if _told(halves["test"], weight) else 1


def reordered(found: Sequence[Scored], weight: float) -> list[str]:
    """The documents, best first, by their score and `weight` times P(yes)."""
    return [id_ for id_, score, yes in sorted(found, key=lambda f: -(f[1] + weight * f[2]))]


def fitted(sets: Sequence[Sequence[Candidates]]) -> float:
    """The weight with the highest mean recall@5 of the sets; of equal ones, the highest nDCG@10."""

    def gained(weight: float) -> tuple[float, float]:
        rows = [_figures(found, weight).mean(axis=0) for found in sets]
        recall, ndcg = np.mean(rows, axis=0)
        return float(recall), float(ndcg)

    return max(WEIGHTS, key=gained)


class Judgements:
    """P(yes) of prompts, each asked once: what was asked before is in a file."""

    def __init__(self, file: Path, turn: Callable[[], Turn | None], model: str) -> None:
        self._file, self._turn, self._model = file, turn, model
        file.parent.mkdir(parents=True, exist_ok=True)
        kept = read_lines(file) if file.exists() else ()
        self._known: dict[str, float] = {line["asked"]: line["yes"] for line in kept}

    def yes(self, prompt: str) -> float:
        """P(yes), 0 where the reply is neither yes nor no. Raises ModelError."""
        key = hashlib.sha256(f"{self._model}\0{prompt}".encode()).hexdigest()[:32]
        if key not in self._known:
            turn = self._turn()
            assert turn is not None  # noqa: S101  there is a model
            self._known[key] = turn.yes([prompt])[0] or 0.0
            with Lines(self._file) as lines:
                lines.append({"asked": key, "yes": self._known[key]})
        return self._known[key]


def _one(
    corpus: Corpus, sample: int, judgements: Judgements
) -> Iterator[tuple[str, list[Candidates]]]:
    embedder = remembering()
    with open_library(filled(corpus, embedder), embedder) as library:
        tutorial = stack(corpus, FootnotedEmbedding(embedder))
        for half in ("calibration", "test"):
            queries = [query for query in corpus.queries if query.half == half]
            drawn = random.Random(7).sample(queries, len(queries))[:sample]  # noqa: S311  a seed
            yield (
                half,
                [
                    Candidates(
                        query,
                        _judged(corpus.name, library, query, judgements),
                        tuple(tutorial(query)),
                    )
                    for query in tqdm(drawn, f"judging {corpus.name}, {half}", disable=None)
                ],
            )


def _judged(
    name: str, library: Library, query: Query, judgements: Judgements
) -> tuple[Scored, ...]:
    """The first documents of ours, each with its score and P(yes) of its likeliest sentence."""
    found = hybrid_search(library, query.text, CHUNKS, earlier=query.earlier)
    chunks: dict[str, list[tuple[str, float]]] = {}
    for id_, score in found:
        chunks.setdefault(id_.rpartition(":")[0], []).append((id_, score))
    ask = prompts.judge_claim if name in CLAIMS else prompts.judge
    scored = []
    for own in list(chunks.values())[:FIRST]:
        [best] = rank_sentences(library, query.told, [id_ for id_, _ in own], 1)
        yes = judgements.yes(ask(f"{best.title}\n{Passage(best).text}", query.told))
        scored.append((best.source.removesuffix(".md"), own[0][1], yes))
    return tuple(scored)


def _figures(found: Sequence[Candidates], weight: float) -> Figures:
    """Recall@5 and nDCG@10 of each query, (queries, 2)."""
    rows = []
    for one in found:
        ranked = reordered(one.found, weight)
        rows.append(
            (recall_at(5, ranked, one.query.relevant), ndcg_at(10, ranked, one.query.relevant))
        )
    return np.array(rows)


def _told(sets: dict[str, list[Candidates]], weight: float) -> bool:
    """Print each set's recall@5 and the cut of the misses; whether the bar is held."""
    print(
        f"P(yes) weighs {weight:g}, as set on the calibration sample; recall@5 of the test sample"
    )
    print(f"{'':22}{'queries':>8}{'stack':>9}{'unjudged':>10}{'judged':>9}")
    misses = []
    for name, found in sets.items():
        stack = np.array([recall_at(5, one.stack, one.query.relevant) for one in found])
        plain, judged = _figures(found, 0)[:, 0], _figures(found, weight)[:, 0]
        misses.append(1 - np.column_stack((stack, plain, judged)))
        means = (stack.mean(), plain.mean(), judged.mean())
        print(f"{name:22}{len(found):>8}{means[0]:>9.3f}{means[1]:>10.3f}{means[2]:>9.3f}")
    for at, how in ((1, "unjudged"), (2, "judged")):
        cut, low, high = _cut(misses, at)
        print(f"misses at 5, {how}: -{cut:.0%} ({low:.0%} to {high:.0%})")
    held = _cut(misses, 2)[0] >= LEAST_CUT
    print("every bar is held" if held else f"missed: misses at 5 cut by {LEAST_CUT:.0%}")
    return held


def _cut(misses: Sequence[Figures], at: int) -> tuple[float, float, float]:
    """The mean over sets of the share of the stack's misses (column 0) that column `at` hasn't.

    With its 95% interval (paired percentile bootstrap over the queries of each set).
    """

    def cut(rows: Sequence[Figures]) -> float:
        return float(
            np.mean([1 - some[:, at].sum() / max(some[:, 0].sum(), 1e-9) for some in rows])
        )

    picks = [resamples(len(some), RESAMPLES) for some in misses]
    drawn = [
        cut([some[pick[row]] for some, pick in zip(misses, picks, strict=True)])
        for row in range(RESAMPLES)
    ]
    low, high = np.quantile(drawn, (0.025, 0.975))
    return cut(misses), float(low), float(high)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.judged", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, default=Path("../shared/bench"), help="the public benchmark's folder")
    add("--sample", type=int, default=60, metavar="N", help="questions of each set and half (60)")
    return parser


if __name__ == "__main__":
    sys.exit(guarded(main))
