"""Cases whose evidence no document has: whatever an assistant cites, it can't be that."""

from collections.abc import Iterable, Iterator, Sequence

from evals.cases import Case
from evals.matching import occurrences

__all__ = ["lost_evidence"]


def lost_evidence(cases: Sequence[Case], shared: Iterable[str]) -> Iterator[tuple[Case, str]]:
    """Each group of evidence of which no quote stands in the case's own documents, or else in the
    texts of the `shared` ones, which are read once; told by its first quote."""
    groups = [(case, group) for case in cases for group in case.evidence]
    lost = {(case.id, group) for case, group in groups if not case.documents}
    for text in shared:
        lost -= {(id_, group) for id_, group in lost if _has(text, group)}
    for case, group in groups:
        own = case.documents.values()
        if (case.id, group) in lost or (own and not any(_has(text, group) for text in own)):
            yield case, group[0]


def _has(text: str, group: Sequence[str]) -> bool:
    """Whether one of the quotes stands there; word for word is looked for first, as it is quick."""
    return any(quote in text or occurrences(text, quote) for quote in group)
