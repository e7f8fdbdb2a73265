"""Libraries of any size, made of words at Zipf's frequencies and vectors in clusters.

They go through the project's own writer, document by document; only reading and embedding are left
out. The same seed makes the same library, so that its vectors need not be kept to know them.
"""

from collections.abc import Sequence
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from index.documents import DEFAULT_COLLECTION, Chunk, Document, Sentence, document_id
from index.embedding import DIMENSIONS, Embedder, Vectors
from index.library import open_writer
from index.prepare import Prepared, chunk_keys

__all__ = [
    "BESIDE",
    "CHUNKS",
    "NearEmbedder",
    "make",
    "near",
    "question",
    "text",
    "vectors",
]

CHUNKS = 500  # a document: a book of 55,000 words
SENTENCES, WORDS = 3, 36  # a chunk, a sentence
VOCABULARY = 200_000
BESIDE = "beside"
MADE = "synthetic"  # the embedder's name: no real one had a part in the stored vectors
CLUSTERS, SPREAD = 2_000, 0.045  # a chunk's cosine with its cluster's middle is about 0.75
_SYLLABLES = [a + b for a in "bdfghklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]


class NearEmbedder(Embedder):
    """Takes the time of the real embedder, and returns vectors that lie near stored ones."""

    def __init__(self, embedder: Embedder, near: Sequence[Vectors]) -> None:
        super().__init__(MADE, embedder._model, embedder._tokenizer)
        self._near = cycle(near)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """(len(texts), 384) of length 1; what the texts say makes no difference."""
        super().embed(texts)
        return np.stack([next(self._near) for _ in texts])

    def question(self, text: str) -> Vectors:
        """As `embed`, every time: each search is timed as that of a question that is new."""
        vector: Vectors = self.embed([text])[0]
        return vector


def near(chunks: int, count: int) -> list[Vectors]:
    """`count` vectors that a question near one of the first `chunks` might have, (384,) each."""
    drawn = np.random.default_rng(5)
    stored = [divmod(int(at), CHUNKS) for at in drawn.integers(chunks, size=count)]
    return [_unit(vectors(n)[at] + drawn.normal(0, 0.02, DIMENSIONS)) for n, at in stored]


def question(chunks: int, number: int) -> str:
    """Six words of one of the first `chunks`."""
    drawn = np.random.default_rng((3, number))
    at = divmod(int(drawn.integers(chunks)), CHUNKS)
    return " ".join(drawn.choice(" ".join(text(*at)).lower().split(), 6, replace=False))


def make(folder: Path, chunks: int, embedder: Embedder) -> None:
    """A library of so many chunks in `folder`, and a tenth of them in a collection beside them.

    One that is there already is only filled up.
    """
    _fill(folder, chunks, embedder, DEFAULT_COLLECTION)
    _fill(folder, chunks // 10, embedder, BESIDE)


def _fill(folder: Path, chunks: int, embedder: Embedder, collection: str) -> None:
    with open_writer(folder, NearEmbedder(embedder, ()), collection=collection) as writer:
        held = len(writer.documents(collection))
        for number in tqdm(range(held, -(-chunks // CHUNKS)), f"{chunks:,} chunks", disable=None):
            writer.store(_prepared(number))


def vectors(number: int) -> Vectors:
    """The chunks' vectors of document `number`: (CHUNKS, 384), each of length 1."""
    drawn = np.random.default_rng((1, number))
    middles = _middles()[drawn.integers(CLUSTERS, size=CHUNKS)]
    return _unit(middles + drawn.normal(0, SPREAD, (CHUNKS, DIMENSIONS)))


def text(number: int, chunk: int) -> list[str]:
    """The sentences of one chunk."""
    drawn = np.random.default_rng((2, number, chunk))
    ranks = np.searchsorted(_frequencies(), drawn.random((SENTENCES, WORDS)))
    return [" ".join(map(_word, row)).capitalize() + "." for row in ranks.tolist()]


def _prepared(number: int) -> Prepared:
    sentences: list[Sentence] = []
    chunks: list[Chunk] = []
    parts: list[str] = []
    at = 0
    for chunk in range(CHUNKS):
        for said in text(number, chunk):
            sentences.append(Sentence("", len(sentences), at, at + len(said)))
            parts.append(said)
            at += len(said) + 1
        first = len(sentences) - SENTENCES
        start = sentences[first].start
        chunks.append(Chunk("", chunk, first, len(sentences), start, sentences[-1].end))
    whole, source = " ".join(parts), f"book {number}"
    document = Document(document_id(source, whole), source, source, whole, "text/plain", "")
    own = vectors(number)
    keys = chunk_keys(MADE, whole, sentences, chunks)
    pooled = np.repeat(own, SENTENCES, axis=0)
    return Prepared(document, sentences, chunks, keys, own, pooled, CHUNKS)


@cache
def _middles() -> Vectors:
    return _unit(np.random.default_rng(0).normal(size=(CLUSTERS, DIMENSIONS)))


@cache
def _frequencies() -> NDArray[np.float64]:
    summed = np.cumsum(1 / np.arange(1, VOCABULARY + 1))
    return np.asarray(summed / summed[-1])


@cache
def _word(rank: int) -> str:
    said, left = "", rank + len(_SYLLABLES)
    while left:
        left, part = divmod(left, len(_SYLLABLES))
        said += _SYLLABLES[part]
    return said


def _unit(rows: NDArray[Any]) -> Vectors:
    """The rows at length 1."""
    made: Vectors = (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)
    return made
