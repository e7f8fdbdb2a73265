"""Metrics of the search alone: where the evidence stands among the sentences that were found.

The items to be found are a case's `evidence` groups: each is found where the first sentence that
overlaps one of its quotes stands. Groups that one sentence covers count as one item, and a second
sentence for a group that is found already counts for nothing, so copies don't raise a score. Where
each group has its one sentence these are the measures of `trec_eval`.

Unscored: an error, and an assistant that doesn't show what it found. Not meant for: unanswerable
cases, cases without `evidence`.
"""

from collections.abc import Callable
from math import log2

from evals.measures import Score, Scored, Unscored
from evals.metrics.scoring import from_answer
from evals.results import Result

__all__ = ["ndcg_at", "recall_at", "reciprocal_rank"]


def recall_at(k: int) -> Callable[[Result], Scored]:
    """Recall@k: evidence groups that the first `k` found sentences cover, by evidence groups.

    Manning, Raghavan and Schütze 2008, Introduction to Information Retrieval, 8.3.
    """

    def score(ranks: list[int | None]) -> Score:
        return Score(sum(rank is not None and rank <= k for rank in ranks) / len(ranks))

    return lambda result: _from_ranks(result, score)


def reciprocal_rank(result: Result) -> Scored:
    """1 / the rank of the first found sentence that is evidence, 0 where none is; MRR as the mean.

    Voorhees 1999, TREC-8 question answering track.
    """

    def score(ranks: list[int | None]) -> Score:
        first = min((rank for rank in ranks if rank is not None), default=None)
        return Score(1 / first if first else 0.0)

    return _from_ranks(result, score)


def ndcg_at(k: int) -> Callable[[Result], Scored]:
    """nDCG@k with gain 1: Σ 1 / log2(1 + rank) over the items found among the first `k`, by the
    same sum with all items first. Järvelin and Kekäläinen 2002, ACM TOIS 20:422.
    """

    def score(ranks: list[int | None]) -> Score:
        found = {rank for rank in ranks if rank is not None}
        items = len(found) + ranks.count(None)
        ideal = sum(1 / log2(1 + rank) for rank in range(1, min(items, k) + 1))
        return Score(sum(1 / log2(1 + rank) for rank in found if rank <= k) / ideal)

    return lambda result: _from_ranks(result, score)


def _from_ranks(result: Result, score: Callable[[list[int | None]], Score]) -> Scored:
    if not (result.case.answerable and result.case.evidence):
        return None
    ranks = result.evidence_ranks
    if ranks is None and result.answer is not None:
        return Unscored("it doesn't show what it found")
    return from_answer(result, lambda _: score(ranks or []))
