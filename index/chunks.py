"""Runs of whole sentences that fit the embedder, each under its path of headings."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.documents import Chunk, Sentence

__all__ = ["BUDGET", "Run", "full_runs", "group"]

BUDGET = 130  # tokens: a few sentences on one thing, about half of what the embedder reads at once
PARAGRAPH_END = 0.6  # of the budget: from here on a new paragraph is worth a new chunk

Counter = Callable[[Sequence[str]], list[int]]
Said = tuple[tuple[str, bool], ...]  # sentences, each with whether it is a heading


@dataclass(frozen=True, slots=True)
class Run:
    """A chunk by what it says. One that `ends_section` had room: what is added may go into it."""

    said: Said
    ends_section: bool


def group(
    text: str,
    sentences: Sequence[Sentence],
    count_tokens: Counter,
    *,
    kept: Collection[Run] = (),
) -> list[Chunk]:
    """Chunks that hold every sentence of `text` once, in order; ids are unique within a document.

    A heading begins a chunk. A sentence that is longer than the budget is a chunk of its own.
    `kept` are runs that were chunks of the text before it was edited (`full_runs`): they stay, so
    that the boundaries move only where the edit is.
    """
    paths = _heading_paths(text, sentences)
    chunks: list[Chunk] = []
    stays = _Kept(text, sentences, kept).runs()
    for first, last in _runs(text, sentences, count_tokens, stays):
        stated = next((n for n in range(first, last) if not sentences[n].heading), last - 1)
        start, end = sentences[first].start, sentences[last - 1].end
        document = sentences[first].document
        chunks.append(Chunk(document, len(chunks), first, last, start, end, paths[stated]))
    return chunks


def full_runs(text: str, sentences: Sequence[Sentence], chunks: Sequence[Chunk]) -> set[Run]:
    """A stored document's chunks as runs that its next version keeps."""
    sections_end = [sentences[chunk.first].heading for chunk in chunks[1:]] + [True]
    return {
        Run(_said(text, sentences[chunk.first : chunk.last]), ends)
        for chunk, ends in zip(chunks, sections_end, strict=True)
    }


def _said(text: str, sentences: Sequence[Sentence]) -> Said:
    return tuple((text[one.start : one.end], one.heading) for one in sentences)


class _Kept:
    """Finds the runs that stay."""

    def __init__(self, text: str, sentences: Sequence[Sentence], runs: Collection[Run]) -> None:
        self._all = _said(text, sentences) if runs else ()
        self._starting: dict[tuple[str, bool], list[Run]] = {}
        for run in sorted(runs, key=lambda run: -len(run.said)):
            self._starting.setdefault(run.said[0], []).append(run)

    def runs(self) -> dict[int, int]:
        """Where each run that stays begins, with where it ends."""
        found: dict[int, int] = {}
        at = 0
        while at < len(self._all):
            if end := self._end(at):
                found[at] = end
            at = end or at + 1
        return found

    def _end(self, at: int) -> int:
        """Where the longest run that begins at sentence `at` ends; 0 where none does."""
        for run in self._starting.get(self._all[at], ()):
            end = at + len(run.said)
            if self._all[at:end] == run.said and (not run.ends_section or self._section_ends(end)):
                return end
        return 0

    def _section_ends(self, at: int) -> bool:
        return at == len(self._all) or self._all[at][1]


def _runs(
    text: str, sentences: Sequence[Sentence], count_tokens: Counter, stays: Mapping[int, int]
) -> Iterator[tuple[int, int]]:
    counts = _counted(text, sentences, count_tokens, stays)
    first, held, at = 0, 0, 0
    while at < len(sentences):
        if at in stays:
            if at > first:
                yield first, at
            yield at, stays[at]
            first, held, at = stays[at], 0, stays[at]
            continue
        if at > first and _full(text, sentences, at, held, counts[at]):
            yield first, at
            first, held = at, 0
        held += counts[at]
        at += 1
    if first < len(sentences):
        yield first, len(sentences)


def _counted(
    text: str, sentences: Sequence[Sentence], count_tokens: Counter, stays: Mapping[int, int]
) -> dict[int, int]:
    """How many tokens each sentence has that is in no run that stays."""
    staying = {at for first, end in stays.items() for at in range(first, end)}
    rest = [at for at in range(len(sentences)) if at not in staying]
    counts = count_tokens([text[sentences[at].start : sentences[at].end] for at in rest])
    return dict(zip(rest, counts, strict=True))


def _full(text: str, sentences: Sequence[Sentence], at: int, held: int, tokens: int) -> bool:
    """Whether a chunk of `held` tokens ends before sentence `at`, which has so many `tokens`."""
    return (
        held + tokens > BUDGET
        or (sentences[at].heading and not sentences[at - 1].heading)
        or (held >= PARAGRAPH_END * BUDGET and _new_paragraph(text, sentences, at))
    )


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
