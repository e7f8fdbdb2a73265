"""Hybrid search: what Chroma and FTS5 find, read again with the text around it, and scored."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from index.documents import Scope
from index.embedding import Vectors
from index.lexical import asked_for, codes, quoted, stem, words
from index.library import Library, Scored
from index.scoring import Question, scores

__all__ = ["ask", "hybrid_search"]

DEFAULT = Scope()
DEPTH = 30  # how many of each list are scored
DECAY = 0.5  # of what an earlier turn of a conversation says, a turn
TURNS = 3  # earlier turns that still tell something
_MEANWHILE = ThreadPoolExecutor(thread_name_prefix="question")


def hybrid_search(
    library: Library,
    query: str,
    k: int,
    scope: Scope = DEFAULT,
    *,
    earlier: Sequence[str] = (),
) -> Scored:
    """The `k` best chunks of a scope for `query`: (id, score), best first.

    `earlier` are the same person's questions before it, oldest first: a follow-up leaves out what
    they said.
    """
    question = ask(library, query, earlier, scope)
    depth = max(DEPTH, k)
    near = library.dense(question.vector, depth, scope)
    said = library.lexical(question.counts, depth, scope)
    passages = library.passages(list(dict.fromkeys(id_ for id_, _ in (*near, *said))), scope)
    found = [
        (one.id, score) for one, score in zip(passages, scores(question, passages), strict=True)
    ]
    return sorted(found, key=lambda pair: -pair[1])[:k]


def ask(
    library: Library, query: str, earlier: Sequence[str] = (), scope: Scope = DEFAULT
) -> Question:
    """The query as a question to a scope, which knows how rare its words are."""
    if library.embedder is None:
        raise ValueError("hybrid_search needs a library that was opened with an embedder")
    turns = [query, *reversed(earlier[-TURNS:])]
    vectors = _MEANWHILE.map(library.embedder.question, turns)  # while the words are counted
    said = [words(turn) for turn in turns]
    written = [codes(turn) for turn in turns]
    counts = library.counted(asked_for(*turns), scope)
    asked: dict[str, float] = {}
    for age, turn in enumerate(said):
        weight = DECAY**age
        for word in (*turn, *written[age]):
            asked.setdefault(
                word if word in written[age] else stem(word), weight * counts.rarity(word)
            )
    vector = _blended(np.stack([*vectors]))
    return Question(vector, asked, counts, tuple(quoted(query)), coded=any(written))


def _blended(turns: Vectors) -> Vectors:
    """One vector of length 1 of the turns' (n, 384), each weighing less than the one before."""
    blended = (turns * (DECAY ** np.arange(len(turns)))[:, None]).sum(axis=0)
    unit: Vectors = (blended / max(float(np.linalg.norm(blended)), 1e-12)).astype(np.float32)
    return unit
