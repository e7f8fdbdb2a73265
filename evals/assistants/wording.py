"""What a reply in plain words says of itself: its marks, whether it refuses, whether it tells of a
conflict. An assistant without a flag for these is read by its words, and read kindly."""

import re
from collections.abc import Iterator, Sequence

from index.sentences import split_sentences
from rag.answer import Citation, Claim

__all__ = [
    "CONFLICT_PHRASES",
    "DOUBTFUL_PHRASES",
    "REFUSAL_PHRASES",
    "claims_of",
    "refuses",
    "tells_conflict",
]

# In the first sentence of a reply, any of these makes it a refusal.
REFUSAL_PHRASES = (
    *("not mention", "n't mention", "no mention", "not specif", "n't specif", "not state"),
    *("n't say", "not say", "not explicitly", "not given", "not known", "no information"),
    *("not relevant", "not helpful", "not enough information", "no relevant", "no specific"),
    *("none of the", "don't know", "do not know", "sorry", "empty response"),
)
# And any of these, where that sentence speaks of its sources or of answering: "The rent does not
# include heating" and "Dogs cannot be kept" are answers.
DOUBTFUL_PHRASES = (
    *("not provide", "n't provide", "not contain", "n't contain", "not include", "n't include"),
    *("not available", "not possible", "cannot", "can't", "unable to"),
)
_OF_SOURCES = re.compile(
    r"\b(?:i|sources?|documents?|context|texts?|passages?|articles?|excerpts?|information|provided|"
    r"answer(?:ed)?|find|found|determined?|say|tell|help)\b"
)
# Anywhere in a reply, any of these makes it one that says that sources disagree.
CONFLICT_PHRASES = (
    *("conflicting", "disagree", "discrepan", "inconsisten", "contradict", "differing"),
    *("however", "whereas", "on the other hand"),
)
_NUMBERS = r"(?:sources?\s*|doc)?\d{1,2}(?:\s*(?:,|and)\s*(?:source\s*|doc)?\d{1,2})*"
_MARK = re.compile(rf"\s*(?:\[\s*({_NUMBERS})\s*\]|\((?=source)({_NUMBERS})\))", re.IGNORECASE)
_MARKS_AFTER_STOP = re.compile(rf"([.!?])((?:{_MARK.pattern})+)", re.IGNORECASE)


def claims_of(text: str, sources: Sequence[Citation]) -> Iterator[Claim]:
    """A reply's sentences, each with those of `sources`, from 1, that its marks name: `[2]`,
    `[Source 2]`, `(source 2)`, `[doc2]`. Nobody checked them, so they carry no checks.
    """
    # "… of rice. [1]" cites what stands before the full stop.
    marked = _MARKS_AFTER_STOP.sub(r"\2\1", text.strip())
    for sentence in split_sentences(marked):
        part = marked[sentence.start : sentence.end]
        said = " ".join(_MARK.sub("", part).split())
        numbers = [int(n) for mark in _MARK.finditer(part) for n in re.findall(r"\d+", mark[0])]
        cited = tuple(sources[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(sources))
        if any(char.isalnum() for char in said):
            yield Claim(said, cited, "supported")


def refuses(text: str) -> bool:
    """Whether a reply says nothing, or says first that it can't answer."""
    first = _plain(_first_sentence(text))
    doubtful = _has(first, DOUBTFUL_PHRASES) and bool(_OF_SOURCES.search(first))
    return not text.strip() or doubtful or _has(first, REFUSAL_PHRASES)


def tells_conflict(text: str) -> bool:
    """Whether a reply says somewhere that its sources disagree."""
    return _has(_plain(text), CONFLICT_PHRASES)


def _first_sentence(text: str) -> str:
    sentences = split_sentences(text)
    return text[sentences[0].start : sentences[0].end] if sentences else text


def _plain(text: str) -> str:
    return text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def _has(plain: str, phrases: Sequence[str]) -> bool:
    return any(phrase in plain for phrase in phrases)
