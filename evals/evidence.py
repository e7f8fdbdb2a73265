"""Cases whose evidence no document has: whatever an assistant cites, it can't be that."""

from collections.abc import Iterator, Sequence

from evals.cases import Case
from evals.matching import occurrences

__all__ = ["lost_evidence"]


def lost_evidence(cases: Sequence[Case], shared: Sequence[str]) -> Iterator[tuple[Case, str]]:
    """Each group of evidence of which no quote stands in the case's own documents, or else in the
    texts of the `shared` ones; told by its first quote."""
    for case in cases:
        texts = list(case.documents.values()) or shared
        for group in case.evidence:
            if not any(_has(text, quote) for quote in group for text in texts):
                yield case, group[0]


def _has(text: str, quote: str) -> bool:
    return quote in text or bool(occurrences(text, quote))  # the first is quick
