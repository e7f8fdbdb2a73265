"""Whether a quote that was cited still stands in the documents, has moved, or is gone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

from index.documents import Document, Scope
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

    White space aside, the words must be the very ones that were cited, and in a text that changed
    whole sentences: one that goes on otherwise now says something else. They are looked for in the
    document that was cited and those of the same source, then in those that search finds.
    """
    by_source: dict[str, list[str]] = defaultdict(list)
    for row in library.documents():
        by_source[row.source].append(row.id)
    texts = _Texts(library, by_source)
    return {citation: _standing(texts, citation) for citation in dict.fromkeys(citations)}


@dataclass(slots=True)
class _Texts:
    """The documents that may hold a quote, each read once, as are their sentences."""

    library: Library
    by_source: dict[str, list[str]]
    read: dict[str, Document | None] = field(default_factory=dict)
    edges: dict[str, tuple[set[int], set[int]]] = field(default_factory=dict)

    def cited(self, citation: Citation) -> Iterator[Document]:
        """The document that was cited, and those that have its name in any collection."""
        ids = [citation.document_id, *self.by_source.get(citation.source, ())]
        return self._documents(ids)

    def others(self, citation: Citation) -> Iterator[Document]:
        """Those that search finds, in each collection."""
        if len(citation.quote) < DISTINCT:
            return
        for collection in self.library.collections():
            found = self.library.lexical(citation.quote, NEARBY, Scope(collection))
            yield from self._documents(id_.rpartition(":")[0] for id_, _ in found)

    def places(self, documents: Iterable[Document], citation: Citation) -> Iterator[Citation]:
        """Where the quote's words stand in each of the documents that has them."""
        placed = (self._place(document, citation) for document in documents)
        return (now for now in placed if now is not None)

    def _place(self, document: Document, citation: Citation) -> Citation | None:
        """Where they stand in a document, nearest to where they were."""
        words = citation.quote.split()
        if not words:
            return None
        anywhere = re.compile(r"\s+".join(map(re.escape, words)))
        places = [match.span() for match in anywhere.finditer(document.text)]
        if document.id != citation.document_id:
            starts, ends = self._edges(document.id) if places else (set(), set())
            places = [(start, end) for start, end in places if start in starts and end in ends]
        if not places:
            return None
        start, end = min(places, key=lambda place: abs(place[0] - citation.start))
        quote, page = document.text[start:end], page_at(document, start)
        return Citation(document.id, document.source, start, end, quote, page)

    def _edges(self, id_: str) -> tuple[set[int], set[int]]:
        """Where a document's sentences start, and where they end."""
        if id_ not in self.edges:
            sentences = self.library.sentences(id_)
            self.edges[id_] = {one.start for one in sentences}, {one.end for one in sentences}
        return self.edges[id_]

    def _documents(self, ids: Iterable[str]) -> Iterator[Document]:
        for id_ in dict.fromkeys(ids):
            if id_ not in self.read:
                self.read[id_] = self.library.document(id_)
            if (document := self.read[id_]) is not None:
                yield document


def _standing(texts: _Texts, citation: Citation) -> Standing:
    cited = list(texts.places(texts.cited(citation), citation))
    for now in cited:
        if _same_place(now, citation):
            return Standing("stands", now)
    moved = next(chain(cited, texts.places(texts.others(citation), citation)), None)
    return Standing("moved", moved) if moved else Standing("gone")


def _same_place(now: Citation, citation: Citation) -> bool:
    before = (citation.source, citation.start, citation.end, citation.quote)
    return (now.source, now.start, now.end, now.quote) == before
