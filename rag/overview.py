"""A summary of the documents themselves, in their own words: nothing is written, only chosen."""

import re

from index.central import central_sentences
from index.documents import Scope
from index.library import Library
from index.ranking import RankedSentence, called
from rag.orders import gives_orders
from rag.passage import Passage
from rag.words import content_keys

__all__ = ["DOCUMENTS", "key_sentences", "known_by", "summarised"]

DOCUMENTS = 4  # more don't go into one summary
SENTENCES = 5
FEWEST = 2  # of each document, where there are several
WORDS = range(6, 61)


def summarised(library: Library, scope: Scope) -> list[str]:
    """The ids of the documents that a summary of `scope` is of."""
    if scope.document:
        return [scope.document]
    return [row.id for row in library.documents(scope.collection)]


def known_by(library: Library, scope: Scope, words: set[str]) -> list[str]:
    """The id of the one document that has all of `words` in its name and title; none, where several
    have or none has."""
    if scope.document or not words:
        return []
    rows = library.documents(scope.collection)
    found = [row.id for row in rows if words <= content_keys(called(row.title, row.source))]
    return found if len(found) == 1 else []


def key_sentences(library: Library, documents: list[str]) -> list[RankedSentence]:
    """A few sentences of each document that say most of what it says, in its order."""
    each = max(FEWEST, SENTENCES // len(documents)) if documents else 0
    return [
        one for id_ in documents for one in central_sentences(library, id_, each, _stands_alone)
    ]


def _stands_alone(sentence: RankedSentence) -> bool:
    """Whether it is a whole statement that can be understood without its neighbours."""
    text = sentence.text
    whole = re.search(r"[.!][\"'”’)\]]*$", text) is not None
    return (
        whole
        and len(text.split()) in WORDS
        and not Passage(sentence).leans
        and not gives_orders(text)
    )
