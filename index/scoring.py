"""How much a found chunk has of a question: three measures, and one score of them.

A measure is 0 to 1, and stands for itself: it doesn't depend on what else was found. The weights
were set on the calibration halves of three public sets together; `evals.benchmarks.fitting` fits
them anew, also to two sets only, and says what each measure is worth.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.embedding import Vectors
from index.lexical import Counts, folded, occurrences
from index.passages import Passage

__all__ = ["MEASURES", "WEIGHTS", "Question", "measures", "scores"]

MEASURES = ("chunk", "sentence", "words", "quoted")
WEIGHTS = (0.23, 0.33, 0.44, 1.0)  # a quoted phrase outweighs all else
SATURATION, LENGTH = 1.2, 0.75  # bm25's k1 and b, as in FTS5
Features = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: `vector` (384, of length 1), how much each term tells, in how many chunks
    its words are, and the phrases in quotation marks. `coded` where a term is a code."""

    vector: Vectors
    words: Mapping[str, float]
    counts: Counts
    quoted: tuple[str, ...] = ()
    coded: bool = False


def scores(question: Question, passages: Sequence[Passage]) -> list[float]:
    """One score a passage, higher for one that is nearer to what the question asks for."""
    weighed = measures(question, passages) @ np.array(WEIGHTS, np.float32)
    return [float(score) for score in weighed]


def measures(question: Question, passages: Sequence[Passage]) -> Features:
    """Each passage's MEASURES, (n, 4): the cosine of the chunk and of its best sentence, the bm25
    of the text around it as a share of what it could be, and the share of the quoted phrases that
    it has."""
    texts = [folded("\n".join((*passage.around, passage.context))) for passage in passages]
    usual = sum(map(len, texts)) / max(1, len(texts)) or 1.0
    told = sum(question.words.values()) or 1.0
    rows = np.zeros((len(passages), len(MEASURES)), np.float32)
    for row, passage, text in zip(rows, passages, texts, strict=True):
        length = 1 - LENGTH + LENGTH * len(text) / usual
        cosine = float(passage.vector @ question.vector)
        row[:] = (
            cosine,
            float(max(passage.sentences @ question.vector, default=cosine)),
            _bm25(question.words, _held(question, passage, text), length) / told,
            _share_quoted(question.quoted, passage),
        )
    return rows


def _held(question: Question, passage: Passage, text: str) -> Counter[str]:
    """How often each asked term is in the text."""
    held = Counter({term: occurrences(text, term) for term in question.words})
    if question.coded:
        held.update(code for code in passage.codes if code in question.words)
    return held


def _bm25(asked: Mapping[str, float], held: Mapping[str, int], length: float) -> float:
    """Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), at most sum(asked)."""
    return sum(
        tells * held[term] / (held[term] + SATURATION * length) for term, tells in asked.items()
    )


def _share_quoted(phrases: Sequence[str], passage: Passage) -> float:
    if not phrases:
        return 0.0
    text = _plain(f"{passage.context} {passage.body}")
    return sum(_plain(phrase) in text for phrase in phrases) / len(phrases)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
