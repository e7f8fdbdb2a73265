"""What a library holds: documents, their sentences, and the chunks that are embedded.

Every offset counts characters (Python `str` indices) into `Document.text`, end exclusive.
"""

import hashlib
from dataclasses import dataclass

__all__ = ["Chunk", "Document", "Sentence", "document_id"]


@dataclass(frozen=True, slots=True)
class Document:
    """One document as it was read; `text` is never changed afterwards.

    `source` is what a reader sees: the path relative to the folder that was indexed.
    `path` is the absolute path of its file ("" for a text that came from no file).
    `sha256` is that of the file's bytes. `pages` maps offsets to page numbers, as
    `(start, page)` in ascending order; empty where there are no pages. `layout` holds where its
    lines stand on them, for `index.layout`.
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


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: `Document.text[start:end]`, without surrounding white space.

    `document` is the document's id, `number` counts from 0 within it. `heading` is true for a
    title or heading, which stands for what follows it rather than stating something itself.
    """

    document: str
    number: int
    start: int
    end: int
    heading: bool = False


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


def document_id(source: str, text: str) -> str:
    """Sixteen hex digits that name this text under this source: other text, other id."""
    return hashlib.sha256(f"{source}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()[:16]
