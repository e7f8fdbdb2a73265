"""When documents that disagree are of, as far as their heads say so: the newest is told first.

A file's own time is not asked: it is when it was copied as often as when it was written.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from index.documents import Document
from index.library import Library
from rag.answer import Answer, Claim
from rag.dates import Date, dates

__all__ = ["dated", "newest_first"]

HEAD = 600  # characters
SHORT = 5  # words of a line that is a date and little else
_LABELLED = re.compile(
    r"\W*(?:date|dated|(?:last\s+)?(?:updated|modified|revised|reviewed)|published|issued|sent|effective|valid"
    r"|in\s+force|as\s+of|version)\b",
    re.I,
)
_YEAR = re.compile(r"(?<![A-Za-z\d.])(?:19|20)\d\d(?![\d.]*\d)")
_LAST_YEAR = re.compile(r"\s((?:19|20)\d\d)$")  # "Price list 2024"; "(1931)" is a film's
_PACKED = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?([01]\d)[-_.]?([0-3]\d)(?!\d)")


def newest_first(answer: Answer, library: Library) -> Answer:
    """An answer in conflict, the sides of the newest documents first, each with its date.

    Those without a date come last; where all are of one document, nothing is changed. Raises
    LibraryError.
    """
    cited = {note.document_id for claim in answer.sides for note in claim.citations}
    if len(cited) < 2:
        return answer
    documents = {id_: library.document(id_) for id_ in cited}
    known = {id_: dated(document) for id_, document in documents.items() if document}
    sides = [replace(claim, apart=_latest(claim, known)) for claim in answer.sides]
    sides.sort(key=lambda claim: claim.apart, reverse=True)
    return replace(answer, claims=(*answer.others, *sides))


def dated(document: Document) -> str:
    """The date of a document in ISO 8601, as far as it is given: "2024", "2024-05", "2024-05-01";
    "" where its file's name, its title and its first lines give none."""
    return next(_given(document), "")


def _given(document: Document) -> Iterator[str]:
    for match in _PACKED.finditer(document.source):
        yield "-".join(match.groups())
    for text in (document.title, *_dating_lines(document.text[:HEAD])):
        yield from (_iso(date) for date in dates(text) if date.year)
    yield from _YEAR.findall(document.source)
    yield from _LAST_YEAR.findall(document.title)


def _dating_lines(head: str) -> Iterator[str]:
    for line in re.split(r"\n|;\s", head):  # the head of an email is one row
        if _LABELLED.match(line) or len(line.split()) <= SHORT:
            yield line


def _iso(date: Date) -> str:
    parts = (f"{date.year:04}", *(f"{part:02}" for part in (date.month, date.day) if part))
    return "-".join(parts)


def _latest(claim: Claim, known: dict[str, str]) -> str:
    return max((known.get(note.document_id, "") for note in claim.citations), default="")
