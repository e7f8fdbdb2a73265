"""Questions to start with, made from the documents' own sentences.

They ask after a quantity or a name that a sentence states, so that an answer is there to be found.
They are an invitation, no more: nothing else depends on them.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from index.documents import DEFAULT_COLLECTION
from index.library import DocumentRow, Library

__all__ = ["examples", "questions"]

MOST = 3
DOCUMENTS = 3
LOOKED_AT = 12
CHARACTERS = 40_000

_COUNTED = re.compile(
    r"(?<![\w$€£.,-])\d[\d,]*\d\s+((?:[a-z]+\s+)?[a-z]{3,}s(?:\s+of\s+[a-z]+)?)\b(?=\s+(?:of|to|in|"
    r"on|have|were|are|from|for|had|at|by)\b|[.,;])"
)
_NAME = re.compile(r"(?<=[a-z,]\s)(the\s)?([A-Z][a-z]+(?:\s[A-Z][a-z]+){1,2})\b")
_SPANS_OF_TIME = {"years", "months", "weeks", "days", "hours", "minutes", "seconds", "times"}


def examples(library: Library, rows: Sequence[DocumentRow]) -> tuple[str, ...]:
    """A few questions, one document after the other, each asked of where its document is."""
    here = [row for row in rows if row.collection == DEFAULT_COLLECTION] or rows
    made = [each for row in here[:LOOKED_AT] if (each := _asked_of(library, row))][:DOCUMENTS]
    mixed = [each[at] for at in range(MOST) for each in made if at < len(each)]
    if not mixed:
        mixed = [_of(row, f"What is said about “{row.title or row.source}”?") for row in here[:1]]
    return tuple(dict.fromkeys(mixed))[:MOST]


def _asked_of(library: Library, row: DocumentRow) -> list[str]:
    document = library.document(row.id)
    return [_of(row, each) for each in questions(document.text[:CHARACTERS])] if document else []


def _of(row: DocumentRow, question: str) -> str:
    """The question, with the collection that it is to be asked of."""
    if row.collection == DEFAULT_COLLECTION:
        return question
    return f"{question.removesuffix('?')} in @{row.collection}?"


def questions(text: str) -> list[str]:
    """Questions that the text may answer: what it counts first, then whom it names."""
    counted = _most_common(
        noun
        for match in _COUNTED.finditer(text)
        if (noun := " ".join(match[1].split())).split()[-1] not in _SPANS_OF_TIME
    )
    title = text.lstrip().partition("\n")[0]
    named = _most_common(
        match[0] for match in _NAME.finditer(text) if not set(match[2].split()) & set(title.split())
    )
    return [
        *(f"How many {noun}?" for noun in counted[:2]),
        *(f"What is said about {name}?" for name in named[:1]),
    ]


def _most_common(words: Iterable[str]) -> list[str]:
    return [word for word, _ in Counter(words).most_common()]
