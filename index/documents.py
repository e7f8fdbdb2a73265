"""What a library holds: documents, their sentences, and the chunks that are embedded.

Every offset counts characters (Python `str` indices) into `Document.text`, end exclusive.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

__all__ = [
    "COLLECTION_NAME",
    "DEFAULT_COLLECTION",
    "LEDGER_NAME",
    "Chunk",
    "Document",
    "Scope",
    "Sentence",
    "document_id",
    "folded",
    "sentence_ids",
]

DEFAULT_COLLECTION = "default"
COLLECTION_NAME = re.compile(r"\w[\w.-]{0,63}")  # what can be written after an @
LEDGER_NAME = re.compile(rf"([\w.%-]+~)?{COLLECTION_NAME.pattern}")  # `index.seen` says whose


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question searches: one collection, or one document of it where `document` is an id."""

    collection: str = DEFAULT_COLLECTION
    document: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was read; `text` is never changed afterwards.

    `source` is what a reader sees: the path relative to the folder that was indexed.
    `path` is the absolute path of its file ("" for a text that came from no file).
    `sha256` is that of the file's bytes. `pages` maps offsets to page numbers, as
    `(start, page)` in ascending order; empty where there are no pages. `layout` holds where its
    lines stand on them, for `index.layout`. `collection` is the one that it belongs to.
    """

    id: str
    source: str
    title: str
    text: str
    media_type: str
    sha256: str
    path: str = ""
    pages: tuple[tuple[int, int], ...] = ()
    layout: str = ""
    collection: str = DEFAULT_COLLECTION


class Sentence(NamedTuple):  # made ten thousand at a time, several times as fast as a dataclass
    """One sentence: `Document.text[start:end]`, without surrounding white space.

    `document` is the document's id, `number` counts from 0 within it. `heading` is true for a
    title or heading, which stands for what follows it rather than stating something itself.
    `id` is `sentence_ids`'s, once it is stored: it stays when the document is edited elsewhere,
    where `number`, `start` and the document's id change.
    """

    document: str
    number: int
    start: int
    end: int
    heading: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences that fits the embedder: `Document.text[start:end]`.

    `id` is `{document}:{number}`; `first` and `last` are sentence numbers, `last` exclusive.
    `headings` is the path of headings that it stands under, outermost first.
    """

    document: str
    number: int
    first: int
    last: int
    start: int
    end: int
    headings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The chunk's id in every store."""
        return f"{self.document}:{self.number}"


def folded(name: str) -> str:
    """A name as names are compared: macOS stores its ü as two characters, which nobody types."""
    return unicodedata.normalize("NFC", name).casefold()


def document_id(source: str, text: str) -> str:
    """Sixteen hex digits that name this text under this source: other text, other id.

    So the offsets of an old answer never point into a text that it was not made from.
    """
    return _digest(f"{source}\0{text}")


def sentence_ids(text: str, sentences: Sequence[Sentence]) -> list[str]:
    """Sixteen hex digits a sentence, each once in the document: its words, and which time they
    stand there."""
    seen: Counter[str] = Counter()
    ids = []
    for sentence in sentences:
        words = text[sentence.start : sentence.end]
        ids.append(_digest(f"{seen[words]}\0{words}"))
        seen[words] += 1
    return ids


def _digest(named: str) -> str:
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:16]
