"""The pages of PDFs as pictures, with the places of sentences on them.

A picture is drawn of the very file that was indexed: of one that has moved or changed, nothing is
shown, as what was cited may stand elsewhere in it.
"""

import hashlib
import json
import math
import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from index.documents import Document
from index.errors import NoPictures
from index.layout import Rectangle
from index.sandbox import Sandbox

__all__ = ["Mark", "Pictures", "has_pictures"]

CHILD = "index.picture_child"
PDF = "application/pdf"
OPEN = 4  # documents whose child is kept at work
MEMORY_MB = 512  # for one document, beside the libraries that draw it
TIMEOUT_S = 10.0  # for one page
MOST_PAGES = 5000
JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on a page's picture, in parts of its width and height, from the upper left corner."""

    page: int
    left: float
    top: float
    width: float
    height: float


@dataclass(slots=True)
class _Opened:
    """A document that is looked at: its child, if one is at work, and what that said of it."""

    guard: threading.Lock = field(default_factory=threading.Lock)
    child: Sandbox | None = None
    sizes: list[tuple[float, float]] = field(default_factory=list)
    failed: dict[bytes, NoPictures] = field(default_factory=dict)


def has_pictures(document: Document) -> bool:
    """Whether a document is of a kind whose pages can be drawn."""
    return document.media_type == PDF and bool(document.path)


class Pictures:
    """Draws pages, each document's in a child process of its own; safe to share between threads.

    Every method raises NoPictures, which says why.
    """

    def __init__(self, *, timeout_s: float = TIMEOUT_S, memory_mb: int = MEMORY_MB) -> None:
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._guard = threading.Lock()
        self._opened: OrderedDict[str, _Opened] = OrderedDict()

    def close(self) -> None:
        """End every child."""
        with self._guard:
            for opened in self._opened.values():
                _end(opened)
            self._opened.clear()

    def sizes(self, document: Document) -> list[tuple[float, float]]:
        """The width and height of each page, in points."""
        opened = self._of(document)
        with opened.guard:
            self._child(opened, document)
            return opened.sizes

    def page(self, document: Document, number: int) -> bytes:
        """A page, counted from 1, as a JPEG."""
        opened = self._of(document)
        with opened.guard:
            self._child(opened, document)
            if not 0 < number <= len(opened.sizes):
                raise NoPictures(f"{document.source} has no page {number}")
            picture = self._asked(opened, document, {"page": number})
        if not picture.startswith(JPEG):
            raise NoPictures(f"page {number} of {document.source} is damaged and can't be drawn")
        return picture

    def marks(self, document: Document, rectangles: Iterable[Rectangle]) -> list[Mark]:
        """Where rectangles of a document (those of `index.layout`) lie on its pictures."""
        boxes = [[each.page, each.left, each.bottom, each.right, each.top] for each in rectangles]
        opened = self._of(document)
        with opened.guard:
            said = self._asked(opened, document, {"boxes": boxes})
        try:
            return [Mark(int(page), *map(_part, place)) for page, *place in json.loads(said)]
        except (ValueError, TypeError) as error:
            raise NoPictures(f"{document.source} is damaged: its pages can't be drawn") from error

    def _of(self, document: Document) -> _Opened:
        """What is open for a document, which the least looked at makes room for."""
        with self._guard:
            opened = self._opened.setdefault(document.sha256, _Opened())
            self._opened.move_to_end(document.sha256)
            over = [self._opened.popitem(last=False)[1] for _ in range(len(self._opened) - OPEN)]
        for each in over:
            with each.guard:
                _end(each)
        return opened

    def _asked(self, opened: _Opened, document: Document, request: dict[str, Any]) -> bytes:
        """What the document's child answers; what it failed at once is not tried again."""
        child = self._child(opened, document)
        return self._said(opened, document, child, json.dumps(request).encode())

    def _child(self, opened: _Opened, document: Document) -> Sandbox:
        """The child at work on a document; it is sent the file if it starts now."""
        if opened.child is not None and opened.child.exit_code is None:
            return opened.child
        _end(opened)
        data = _data(document)
        child = opened.child = Sandbox(CHILD, self._memory_mb)
        opened.sizes = _sizes(document, self._said(opened, document, child, data))
        return child

    def _said(self, opened: _Opened, document: Document, child: Sandbox, sent: bytes) -> bytes:
        known = sent if len(sent) < 1000 else b"the file"
        if known in opened.failed:
            raise opened.failed[known]
        late = threading.Event()
        try:
            return child.answer(sent, timeout_s=self._timeout_s, late=late)
        except (OSError, EOFError, ValueError) as error:  # ValueError: its pipes were closed
            _end(opened)
            how = f"took longer than {self._timeout_s:g} s" if late.is_set() else "failed"
            failure = NoPictures(f"drawing {document.source} {how}: its text is shown instead")
            opened.failed[known] = failure
            raise failure from error


def _end(opened: _Opened) -> None:
    child, opened.child = opened.child, None
    if child is not None:
        child.end()


def _data(document: Document) -> bytes:
    """The file's bytes, which are those that were indexed."""
    try:
        data = Path(document.path).read_bytes()
    except OSError as error:
        raise NoPictures(
            f"the file of {document.source} is not where it was indexed "
            f"({error.strerror}): its text is shown instead of its pages"
        ) from error
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise NoPictures(
            f"the file of {document.source} has changed since it was indexed: its text is shown as "
            "it was; index it again to see its pages"
        )
    return data


def _sizes(document: Document, said: bytes) -> list[tuple[float, float]]:
    try:
        answer = dict(json.loads(said))
        sizes = [(float(width), float(height)) for width, height in answer.get("sizes", ())]
    except (ValueError, TypeError) as error:
        raise NoPictures(f"{document.source} can't be drawn: it is damaged") from error
    if not sizes or not all(0 < each < math.inf for size in sizes for each in size):
        raise NoPictures(f"{document.source} can't be drawn: {answer.get('error', 'no page')}")
    if len(sizes) > MOST_PAGES:
        raise NoPictures(f"{document.source} has more than {MOST_PAGES:,} pages: too many to draw")
    return sizes


def _part(value: float) -> float:
    return min(1.0, max(0.0, float(value)))
