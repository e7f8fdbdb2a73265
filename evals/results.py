"""What one case came to: the answer, or why there is none, and the texts that it cites."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from evals.cases import Case
from evals.matching import occurrences, says, says_any
from rag.answer import Answer, Citation

__all__ = ["Prices", "Result", "SentenceKey", "Source", "failure"]

SentenceKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Source:
    """A cited document: its text, and where its sentences (headings aside) start and end."""

    text: str
    sentences: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Prices:
    """What a million tokens cost, read (`prompt`) and written (`completion`)."""

    prompt: float
    completion: float


@dataclass(frozen=True, slots=True)
class Result:
    """A case with its answer, or with the message of the error that it ended in.

    `sources` holds, by document id, every document that is cited or found and that exists. `found`
    is what the search gave, best first; None where the assistant doesn't show it. `repeat` counts
    from 1. `timed` is false where the seconds are not the model's own, as in a replay.
    """

    case: Case
    answer: Answer | None
    error: str = ""
    sources: Mapping[str, Source] = field(default_factory=dict)
    found: tuple[Citation, ...] | None = None
    repeat: int = 1
    timed: bool = True
    prices: Prices | None = None

    @property
    def passed(self) -> bool:
        """Whether it has an answer, and nothing is wrong with it."""
        return self.answer is not None and not failure(self)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """Every citation of every claim, in order."""
        claims = self.answer.claims if self.answer else ()
        return tuple(citation for claim in claims for citation in claim.citations)

    @property
    def right(self) -> bool:
        """It answers, says one variant of every expected group, and nothing forbidden."""
        if self.answer is None or self.answer.abstained:
            return False
        text = self.answer.text
        said = all(says_any(text, group) for group in self.case.expect)
        return said and not self.forbidden

    @property
    def forbidden(self) -> tuple[str, ...]:
        """The forbidden strings that it shows. A refusal may name what the question named."""
        if self.answer is None:
            return ()
        text, question = self.answer.text, self.case.question
        shown = (words for words in self.case.forbid if says(text, words))
        return tuple(
            words for words in shown if not (self.answer.abstained and says(question, words))
        )

    @property
    def covered(self) -> tuple[bool, ...]:
        """For each evidence group, whether a citation overlaps one of its quotes."""
        return tuple(
            any(self._says(citation, group) for citation in self.citations)
            for group in self.case.evidence
        )

    @property
    def evidence_ranks(self) -> list[int | None] | None:
        """For each evidence group, the rank (from 1) of the first found sentence that covers it.

        None for a group that wasn't found; None for all where nothing tells what was found.
        """
        if self.found is None:
            return None
        return [
            next((rank for rank, near in enumerate(self.found, 1) if self._says(near, group)), None)
            for group in self.case.evidence
        ]

    @property
    def well_cited(self) -> bool:
        """Every evidence group is cited, and at least half of the sentences cited are evidence."""
        cited = self.cited_sentences
        return all(self.covered) and 2 * len(cited & self.gold_sentences) >= len(cited)

    @property
    def cited_sentences(self) -> frozenset[SentenceKey]:
        """The sentences that its citations touch; one that resolves to none stands for itself."""
        keys: set[SentenceKey] = set()
        for citation in self.citations:
            source = self.sources.get(citation.document_id, Source(""))
            touched = _touching(source, citation.start, citation.end)
            keys |= {(citation.document_id, start) for start in touched or [-1 - citation.start]}
        return frozenset(keys)

    @property
    def gold_sentences(self) -> frozenset[SentenceKey]:
        """The sentences of the cited documents that one of the evidence quotes touches."""
        quotes = [quote for group in self.case.evidence for quote in group]
        return frozenset(
            (document, start)
            for document, source in self.sources.items()
            for quote in quotes
            for place in occurrences(source.text, quote)
            for start in _touching(source, *place)
        )

    def _says(self, citation: Citation, quotes: Iterable[str]) -> bool:
        """Whether a citation overlaps one of `quotes` in its document."""
        source = self.sources.get(citation.document_id, Source(""))
        return any(
            start < citation.end and citation.start < end
            for quote in quotes
            for start, end in occurrences(source.text, quote)
        )


def failure(result: Result) -> str:
    """Why a case is not passed, in a few words; "" where it is. An error is no failure."""
    case, answer = result.case, result.answer
    if answer is None:
        return ""
    if result.forbidden:
        return f"says what is forbidden: {', '.join(result.forbidden)}"
    if not case.answerable:
        return "" if answer.abstained else "answered what the documents don't say"
    if answer.abstained:
        return "refused what the documents do say"
    unsaid = [group[0] for group in case.expect if not says_any(answer.text, group)]
    if unsaid:
        return f"doesn't say {' and '.join(unsaid)}"
    if case.kind == "conflict" and not answer.conflict:
        return "doesn't say that the documents disagree"
    return _ill_cited(result)


def _ill_cited(result: Result) -> str:
    if not all(result.covered):
        unknown = [one.source for one in result.citations if one.document_id not in result.sources]
        lost = next(filter(None, unknown), "")
        told = f"; no document is called {lost:.80}" if lost else ""
        return f"doesn't cite the sentence that says so{told}"
    if result.case.evidence and not result.well_cited:
        return "cites mostly sentences that don't say so"
    return ""


def _touching(source: Source, start: int, end: int) -> list[int]:
    return [first for first, last in source.sentences if first < end and start < last]
