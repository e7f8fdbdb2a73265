"""The parts of a sentence that a question can be about, or be led astray by: names, numbers and
dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from evals.matching import says
from rag.dates import dates
from rag.quantities import quantities
from rag.words import Word, content_words

__all__ = ["Part", "parts", "swapped"]

PartKind = Literal["date", "number", "name"]


@dataclass(frozen=True, slots=True)
class Part:
    """`text` as it stands in its sentence, from `start` to `end`."""

    kind: PartKind
    text: str
    start: int
    end: int


def parts(sentence: str) -> list[Part]:
    """The dates, numbers and names of a sentence, none of them inside another."""
    found = [Part("date", sentence[d.start : d.end], d.start, d.end) for d in dates(sentence)]
    found += [
        Part("number", sentence[q.start : q.end], q.start, q.end) for q in quantities(sentence)
    ]
    found += _names(sentence)
    kept: list[Part] = []
    for part in found:
        if part.text.strip() and not any(
            part.start < other.end and other.start < part.end for other in kept
        ):
            kept.append(part)
    return sorted(kept, key=lambda part: part.start)


def swapped(question: str, others: Sequence[Part]) -> tuple[str, Part, Part] | None:
    """The question with one part of it put in place by another of its kind that it doesn't have:
    (the question, what stood there, what stands there now). None where nothing can be."""
    for part in reversed(parts(question)):  # what is said last is most often what is asked about
        for other in others:
            if other.kind == part.kind and not says(question, other.text):
                led = question[: part.start] + other.text + question[part.end :]
                return led, part, other
    return None


def _names(sentence: str) -> list[Part]:
    """Runs of names, with a space between, as one: "Wi Sunglac". What a colon follows names a
    column of a table's row ("Population: 68 million"), or who is addressed."""
    names = [word for word in content_words(sentence) if word.name]
    runs: list[list[Word]] = [[word] for word in names[:1]]
    for before, word in pairwise(names):
        if sentence[before.end : word.start] == " ":
            runs[-1].append(word)
        else:
            runs.append([word])
    return [
        Part("name", sentence[run[0].start : run[-1].end], run[0].start, run[-1].end)
        for run in runs
        if sentence[run[-1].end : run[-1].end + 1] != ":"
    ]
