"""`python -m evals.benchmarks.store`: what an edit costs.

A sentence of a document of 150,000 words (300 pages) is changed, again and again, and the time is
taken until it is stored and was found, by the wall clock and of the thread's own CPU. The text is
made of words at Zipf's frequencies.
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from index.documents import Document, document_id
from index.embedding import Embedder
from index.errors import LibraryError
from index.folders import cache_folder
from index.library import Library, open_writer
from index.search import hybrid_search

__all__ = ["edits", "main"]

MOST_SECONDS, MOST_EMBEDDED = 1.0, 2


def main(argv: list[str] | None = None) -> int:
    """Print the figures as one JSON object; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.store", description=__doc__)
    parser.add_argument("--words", type=int, default=150_000, help="of the edited document")
    parser.add_argument("--edits", type=int, default=50)
    arguments = parser.parse_args(argv)
    edited = edits(arguments.words, arguments.edits)
    missed = _missed(edited)
    print(json.dumps(edited))
    print("\n".join(missed) or "every bar is held")
    return 1 if missed else 0


def edits(words: int, count: int) -> dict[str, Any]:
    """Change one sentence `count` times; seconds, and how many chunks were embedded."""
    rng = random.Random(1)  # noqa: S311  seeded on purpose
    said = _sentences(rng, words)
    embedder = Embedder.load(cache_folder())
    embedded: Counter[int] = Counter()
    seconds: list[float] = []
    own: list[float] = []
    with (
        tempfile.TemporaryDirectory() as folder,
        open_writer(Path(folder), embedder) as writer,
    ):
        began = time.perf_counter()
        writer.store(writer.prepare(_document("book", _text(said))))
        first = time.perf_counter() - began
        for at in range(count):
            said[rng.randrange(len(said))] = f"Edit {at} tells of a letter that nobody had read."
            text = _text(said)
            began, given = time.perf_counter(), time.thread_time()
            prepared = writer.prepare(_document("book", text))
            writer.store(prepared)
            [(found, _)] = hybrid_search(writer, f'"Edit {at} tells"', 1)
            seconds.append(time.perf_counter() - began)
            own.append(time.thread_time() - given)
            embedded[prepared.embedded] += 1
            if f"Edit {at} tells" not in _said(writer, found):
                raise LibraryError(f"edit {at} is stored, and was not found")
        chunks = writer.counts()[2]
    return {
        "words": len(_text(said).split()),
        "chunks": chunks,
        "first_s": round(first, 2),
        "edit_s": _quantiles(seconds),
        "edit_cpu_s": _quantiles(own),
        "chunks_embedded": dict(sorted(embedded.items())),
    }


def _said(library: Library, chunk: str) -> str:
    held = library.chunk(chunk)
    document = library.document(held.document) if held else None
    return document.text[held.start : held.end] if held and document else ""


def _missed(edited: dict[str, Any]) -> list[str]:
    """Where an edit misses its bars."""
    took, most = edited["edit_s"]["p95"], max(edited["chunks_embedded"])
    missed = [f"missed: an edit took {took} s at p95, not {MOST_SECONDS}"] * (took > MOST_SECONDS)
    embedded = f"missed: an edit embedded {most} chunks, not {MOST_EMBEDDED}"
    return missed + [embedded] * (most > MOST_EMBEDDED)


def _document(source: str, text: str) -> Document:
    return Document(document_id(source, text), source, source, text, "text/plain", "")


def _text(sentences: list[str]) -> str:
    """Paragraphs of seven sentences."""
    return "\n\n".join(" ".join(sentences[at : at + 7]) for at in range(0, len(sentences), 7))


def _sentences(rng: random.Random, words: int) -> list[str]:
    said, left = [], words
    zipf = _zipf(rng)
    while left > 0:
        some = [next(zipf) for _ in range(min(left, rng.randint(6, 36)))]
        said.append(f"{' '.join(some).capitalize()}.")
        left -= len(some)
    return said


def _zipf(rng: random.Random) -> Iterator[str]:
    """Made-up words, the nth as frequent as 1/n."""
    known = 20_000
    weights = np.cumsum(1 / np.arange(1, known + 1)).tolist()
    letters = "bdfgklmnprstvz", "aeiou"
    while True:
        for number in rng.choices(range(known), cum_weights=weights, k=1000):
            parts = (number % 70, number // 70 % 70, number // 4900)
            yield "".join(letters[0][part % 14] + letters[1][part // 14] for part in parts)


def _quantiles(values: list[float]) -> dict[str, float]:
    return {
        name: round(float(np.quantile(values, at)), 3)
        for name, at in (("median", 0.5), ("p95", 0.95), ("max", 1.0))
    }


if __name__ == "__main__":
    sys.exit(main())
