"""Runs of whole sentences that fit the embedder, each under its path of headings."""

import re
from collections.abc import Callable, Iterator, Sequence

from index.documents import Chunk, Sentence

__all__ = ["BUDGET", "group"]

BUDGET = 130  # tokens: a few sentences on one thing, about half of what the embedder reads at once
PARAGRAPH_END = 0.6  # of the budget: from here on a new paragraph is worth a new chunk

Counter = Callable[[str], int]


def group(text: str, sentences: Sequence[Sentence], count_tokens: Counter) -> list[Chunk]:
    """Chunks that hold every sentence of `text` once, in order; ids are unique within a document.

    A heading begins a chunk. A sentence that is longer than the budget is a chunk of its own.
    """
    paths = _heading_paths(text, sentences)
    chunks: list[Chunk] = []
    for first, last in _runs(text, sentences, count_tokens):
        stated = next((n for n in range(first, last) if not sentences[n].heading), last - 1)
        start, end = sentences[first].start, sentences[last - 1].end
        document = sentences[first].document
        chunks.append(Chunk(document, len(chunks), first, last, start, end, paths[stated]))
    return chunks


def _runs(
    text: str, sentences: Sequence[Sentence], count_tokens: Counter
) -> Iterator[tuple[int, int]]:
    first, held = 0, 0
    for at, sentence in enumerate(sentences):
        tokens = count_tokens(text[sentence.start : sentence.end])
        if at > first and (
            held + tokens > BUDGET
            or (sentence.heading and not sentences[at - 1].heading)
            or (held >= PARAGRAPH_END * BUDGET and _new_paragraph(text, sentences, at))
        ):
            yield first, at
            first, held = at, 0
        held += tokens
    if first < len(sentences):
        yield first, len(sentences)


def _new_paragraph(text: str, sentences: Sequence[Sentence], at: int) -> bool:
    between = text[sentences[at - 1].end : sentences[at].start]
    return "\n" in between or "\r" in between


def _heading_paths(text: str, sentences: Sequence[Sentence]) -> list[tuple[str, ...]]:
    """For every sentence the headings that it stands under, outermost first."""
    paths: list[tuple[str, ...]] = []
    open_headings: list[tuple[int, str]] = []
    for sentence in sentences:
        if sentence.heading:
            level = _level(text, sentence)
            while open_headings and open_headings[-1][0] >= level:
                open_headings.pop()
            paths.append(tuple(heading for _, heading in open_headings))
            open_headings.append((level, text[sentence.start : sentence.end]))
        else:
            paths.append(tuple(heading for _, heading in open_headings))
    return paths


def _level(text: str, heading: Sentence) -> int:
    """1 for the title, by its marks in Markdown, 2 for a plain heading, 7 for a label."""
    marks = re.search(r"(#{1,6})[ \t]+$", text[max(0, heading.start - 20) : heading.start])
    if marks:
        return len(marks[1])
    if text[heading.end - 1] == ":":
        return 7
    return 1 if heading.number == 0 else 2
