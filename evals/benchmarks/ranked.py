"""How good a ranking of documents is, with binary relevance. Checked against `trec_eval`'s."""

from collections.abc import Collection, Sequence
from math import log2

__all__ = ["ndcg_at", "recall_at", "reciprocal_rank"]


def ndcg_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """Σ 1 / log2(1 + rank) of the relevant among the first `k`, by the best that it could be.

    Järvelin and Kekäläinen 2002, ACM TOIS 20:422.
    """
    gained = sum(1 / log2(1 + rank) for rank, id_ in enumerate(ranked[:k], 1) if id_ in relevant)
    return gained / sum(1 / log2(1 + rank) for rank in range(1, min(k, len(relevant)) + 1))


def recall_at(k: int, ranked: Sequence[str], relevant: Collection[str]) -> float:
    """The share of the relevant that are among the first `k`."""
    return sum(id_ in relevant for id_ in ranked[:k]) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], relevant: Collection[str]) -> float:
    """1 / the rank of the first relevant one, 0 where none was found."""
    return next((1 / rank for rank, id_ in enumerate(ranked, 1) if id_ in relevant), 0.0)
