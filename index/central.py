"""The sentences that say most of what a document says, for a summary in its own words."""

from collections.abc import Callable

import numpy as np

from index.embedding import Vectors
from index.library import Library
from index.ranking import Candidate, RankedSentence

__all__ = ["central_sentences"]

DIVERSITY = 0.5  # how much a sentence's likeness to those already chosen counts against it
OPENING = 0.1  # how much standing at the very beginning counts for it


def central_sentences(
    library: Library, document_id: str, k: int, fit: Callable[[RankedSentence], bool]
) -> list[RankedSentence]:
    """At most `k` sentences of a document in its order, only such as `fit` for a summary.

    Each is the one nearest to the document's centroid and least like those before it: the centroid
    of Radev and others (2004, "Centroid-based summarization of multiple documents"), with the
    maximal marginal relevance of Carbonell and Goldstein (SIGIR 1998). None where the document is
    gone.
    """
    document, sentences = library.document(document_id), library.sentences(document_id)
    if document is None or not sentences:
        return []
    vectors = library.sentence_vectors(document_id, 0, len(sentences))
    stating = [
        (vector, ranked)
        for sentence, vector in zip(sentences, vectors, strict=False)
        if not sentence.heading
        and fit(ranked := Candidate(document, sentences, sentence, vector).ranked(0.0))
    ]
    if not stating:
        return []
    chosen = _diverse(np.stack([vector for vector, _ in stating]), k)
    return [stating[at][1] for at in sorted(chosen)]


def _diverse(vectors: Vectors, k: int) -> list[int]:
    """The rows of `vectors`, (n, 384) of length 1, that are central and unlike each other."""
    centre = vectors.mean(axis=0)
    central = vectors @ (centre / (np.linalg.norm(centre) or 1.0))
    central[0] += OPENING
    likeness = np.zeros(len(vectors), dtype=np.float32)
    chosen: list[int] = []
    while len(chosen) < min(k, len(vectors)):
        scores = central - DIVERSITY * likeness
        scores[chosen] = -np.inf
        chosen.append(int(np.argmax(scores)))
        likeness = np.maximum(likeness, vectors @ vectors[chosen[-1]])
    return chosen
