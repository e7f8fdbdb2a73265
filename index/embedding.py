"""Text to vectors: all-MiniLM-L6-v2 on onnxruntime, mean-pooled and of length 1.

The model: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2. It reads 256 tokens, two
of them its own; a longer text is read in windows, and nothing of it is left out.
"""

import contextlib
import json
import os
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.runtime import Model
from index.weights import EMBEDDER, TOKENIZER, weights_path

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["DIMENSIONS", "WINDOW", "Embedder", "Vectors"]

DIMENSIONS = 384
WINDOW = 254  # tokens, without the two that the model puts around them
CLS, SEP = 101, 102
KEPT = 64  # questions
_start, _end = itemgetter(0), itemgetter(1)

Vectors = NDArray[np.float32]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Window:
    """Tokens `first` to `first + len(ids)` of text number `text`."""

    text: int
    first: int
    ids: list[int]


class Embedder:
    """The embedder; safe to share between threads. Made by `Embedder.load`."""

    dimensions = DIMENSIONS

    def __init__(self, name: str, model: Model, tokenizer: "Tokenizer") -> None:
        self.name = name  # names weights and quantisation: other name, other vectors
        self._model = model
        self._tokenizer = tokenizer
        self._kept = lru_cache(KEPT)(self._embedded)

    @classmethod
    def load(cls, cache: Path, *, threads: int = 0) -> "Embedder":
        """The embedder whose weights lie in `cache`; raises WeightsUnusable.

        The first time, its int8 graph is built beside the weights (some seconds). It computes on
        so many threads, 0 for one a core.
        """
        from tokenizers import Tokenizer

        from index.graph import FORMAT

        weights = weights_path(EMBEDDER, cache)
        tokenizer = Tokenizer.from_file(str(weights_path(TOKENIZER, cache)))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        name = f"{EMBEDDER.name}/int8/{FORMAT}"
        return cls(name, Model(_graph(weights, cache), "vectors", threads), tokenizer)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each text has, without the two that the model adds to a window."""
        return [*map(len, self._tokenizer.encode_batch_fast([*texts], add_special_tokens=False))]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of shape (len(texts), 384), each of length 1, whatever the texts' length."""
        return self.embed_spans(texts, [() for _ in texts])[0]

    def question(self, text: str) -> Vectors:
        """The vector of one text, (384,). The last few are kept: a question is searched for, and
        then held against each sentence that was found."""
        return self._kept(text)

    def embed_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """One pass for the texts' vectors and those of spans within them.

        `spans` holds, for each text, (start, end) in characters. Returns the texts' vectors,
        (len(texts), 384), and for each text its spans' vectors, (len(spans), 384): the mean over
        the span's own tokens, which have read the whole window. A span without a token has its
        text's vector. All are of length 1.
        """
        encodings = (
            self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
            if not any(spans)
            else self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        )
        sums = np.zeros((len(texts), DIMENSIONS), np.float32)
        ranges = [
            _token_ranges(encoding.offsets, wanted) if wanted else []
            for encoding, wanted in zip(encodings, spans, strict=True)
        ]
        span_sums = [np.zeros((len(wanted), DIMENSIONS), np.float32) for wanted in spans]
        windows = list(_windows([encoding.ids for encoding in encodings]))
        for window, vectors in self._run(windows):
            sums[window.text] += vectors.sum(axis=0)
            last = window.first + len(window.ids)
            for number, (start, end) in enumerate(ranges[window.text]):
                if start < last and end > window.first:
                    inside = vectors[1 + max(start - window.first, 0) : 1 + end - window.first]
                    if end >= last:
                        inside = inside[: last - max(start, window.first)]
                    span_sums[window.text][number] += inside.sum(axis=0)
        return _unit(sums), [_unit(own, sums[at]) for at, own in enumerate(span_sums)]

    def _embedded(self, text: str) -> Vectors:
        vector: Vectors = self.embed([text])[0]
        return vector

    def _run(self, windows: Sequence[_Window]) -> Iterator[tuple[_Window, Vectors]]:
        """Each window with its tokens' vectors, (2 + tokens, 384).

        One at a time: activations are quantised by the batch, so that in company a text would have
        another vector, and no sooner.
        """
        read = (np.array([[CLS, *window.ids, SEP]], np.int32) for window in windows)
        outputs = self._model.each({"ids": ids, "mask": np.ones_like(ids)} for ids in read)
        for window, vectors in zip(windows, outputs, strict=True):
            yield window, vectors[0]


def _windows(texts: Sequence[list[int]]) -> Iterator[_Window]:
    """Windows of nearly equal length, so that no text ends in a scrap without context."""
    for number, ids in enumerate(texts):
        parts = max(1, -(-len(ids) // WINDOW))
        edges = [len(ids) * part // parts for part in range(parts + 1)]
        for start, end in pairwise(edges):
            yield _Window(number, start, ids[start:end])


def _token_ranges(offsets: Sequence[Span], spans: Sequence[Span]) -> list[Span]:
    """For each span of characters the tokens (first, last exclusive) that lie in it."""
    return [
        (bisect_right(offsets, start, key=_end), bisect_left(offsets, end, key=_start))
        for start, end in spans
    ]


def _unit(vectors: Vectors, instead: Vectors | None = None) -> Vectors:
    """The vectors at length 1; those that are zero take the direction of `instead`."""
    if instead is not None:
        vectors = np.where(np.any(vectors, axis=1, keepdims=True), vectors, instead)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _graph(weights: Path, cache: Path) -> Path | bytes:
    """The int8 graph beside the weights; built, and stamped with its size, where it is not yet."""
    from index.graph import FORMAT, build_graph

    path = cache / f"all-minilm-l6-v2.int8.{FORMAT}.onnx"
    stamp = path.with_name(path.name + ".stamp")
    with contextlib.suppress(OSError, ValueError):
        status = path.stat()
        if json.loads(stamp.read_text()) == [EMBEDDER.sha256, status.st_size, status.st_mtime_ns]:
            return path
    model = build_graph(weights)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(model)
        status = unfinished.stat()
        unfinished.replace(path)
        stamp.write_text(json.dumps([EMBEDDER.sha256, status.st_size, status.st_mtime_ns]))
    except OSError:  # a cache that is full or read-only only costs the building, each time
        with contextlib.suppress(OSError):
            unfinished.unlink()
        return model
    return path
