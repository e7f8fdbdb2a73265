"""Hybrid search: Chroma's nearest vectors and FTS5's best words, fused by reciprocal rank."""

from collections.abc import Sequence

from index.documents import Scope
from index.library import Library, Scored

__all__ = ["fuse", "hybrid_search"]

RANK_CONSTANT = 60  # of reciprocal rank fusion (Cormack, Clarke and Buettcher, SIGIR 2009)
DEFAULT = Scope()
DEPTH = 40  # how many of each list are fused


def hybrid_search(library: Library, query: str, k: int, scope: Scope = DEFAULT) -> Scored:
    """The `k` best chunks of a scope for `query`: (id, fused score), best first."""
    if library.embedder is None:
        raise ValueError("hybrid_search needs a library that was opened with an embedder")
    depth = max(DEPTH, k)
    vector = library.embedder.embed([query])[0]
    found = [library.dense(vector, depth, scope), library.lexical(query, depth, scope)]
    return fuse(found)[:k]


def fuse(rankings: Sequence[Scored]) -> Scored:
    """Rankings as one: each item scores the sum of 1 / (60 + its rank), best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for rank, (id_, _) in enumerate(ranking, 1):
            scores[id_] = scores.get(id_, 0.0) + 1 / (RANK_CONSTANT + rank)
    return sorted(scores.items(), key=lambda pair: -pair[1])
