"""Whether a quote that was cited still stands in the documents, has moved, or is gone."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from index.documents import Document
from index.library import Library
from index.ranking import page_at
from rag.answer import Citation

__all__ = ["Standing", "standings"]

DISTINCT = 20  # a shorter quote that turns up in another document says nothing of this one
NEARBY = 8


@dataclass(frozen=True, slots=True)
class Standing:
    """`stands`: at its place. `moved`: the same words elsewhere, `now`. `gone`: nowhere."""

    state: Literal["stands", "moved", "gone"]
    now: Citation | None = None


def standings(library: Library, citations: Iterable[Citation]) -> dict[Citation, Standing]:
    """How each quote stands in what the library holds now; raises LibraryError.

    White space aside, the words must be the very ones that were cited. They are looked for in the
    document that was cited, then in the one of the same source, then in those that search finds.
    """
    texts = _Texts(library, {row.source: row.id for row in library.documents()})
    return {citation: _standing(texts, citation) for citation in dict.fromkeys(citations)}


@dataclass(slots=True)
class _Texts:
    """The documents that may hold a quote, each read once."""

    library: Library
    by_source: dict[str, str]
    read: dict[str, Document | None] = field(default_factory=dict)

    def document(self, id_: str) -> Document | None:
        if id_ not in self.read:
            self.read[id_] = self.library.document(id_)
        return self.read[id_]

    def likely(self, citation: Citation) -> Iterator[Document]:
        ids = [citation.document_id, self.by_source.get(citation.source, "")]
        found = [document for id_ in dict.fromkeys(ids) if id_ and (document := self.document(id_))]
        yield from found
        if len(citation.quote) >= DISTINCT:
            chunks = self.library.lexical(citation.quote, NEARBY)
            others = dict.fromkeys(id_.rpartition(":")[0] for id_, _ in chunks)
            yield from (
                document
                for id_ in others
                if (document := self.document(id_)) is not None and document not in found
            )


def _standing(texts: _Texts, citation: Citation) -> Standing:
    for document in texts.likely(citation):
        same = document.source == citation.source
        if same and document.text[citation.start : citation.end] == citation.quote:
            return Standing("stands", replace(citation, document_id=document.id))
        if (place := _place(document.text, citation)) is not None:
            start, end = place
            now = Citation(
                document.id,
                document.source,
                start,
                end,
                document.text[start:end],
                page_at(document, start),
            )
            return Standing("moved", now)
    return Standing("gone")


def _place(text: str, citation: Citation) -> tuple[int, int] | None:
    """Where the quote's words stand in `text`, nearest to where they were."""
    words = citation.quote.split()
    if not words:
        return None
    anywhere = re.compile(r"\s+".join(map(re.escape, words)))
    places = [match.span() for match in anywhere.finditer(text)]
    return min(places, key=lambda place: abs(place[0] - citation.start), default=None)
