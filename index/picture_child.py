"""The child of `Pictures`: draws the pages of one PDF until its standard input is closed.

It is sent the file, and answers with the size of each page; then requests in JSON, one at a time:
`{"page": 3}` is answered with that page as a JPEG, `{"boxes": [[page, left, bottom, right, top]]}`
(points of the PDF's own space) with `[[page, left, top, width, height]]` in parts of the picture.
"""

import contextlib
import ctypes
import io
import json
import signal
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from index.errors import UnreadableDocument
from index.readers.pdf import loaded, opened
from index.sandbox import LONGEST_FILE, ORPHANED_S, child_pipes, received, send

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

__all__ = ["main"]

WIDTH = 1200  # pixels of a picture: a pane's width on a screen of double density
TALLEST = 4 * WIDTH
QUALITY = 85
FINE = 100_000  # pdfium gives places on a picture in whole pixels: it is told of a large one
IDLE_S = 300  # nobody looks at the document any more


def main() -> None:
    """Draw until the parent closes the pipe, nothing comes for long, or the memory is used up."""
    with child_pipes() as (requests, answers):
        signal.alarm(ORPHANED_S)
        pdf, answer = _opened(received(requests, LONGEST_FILE))
        while True:
            send(answers, answer)
            signal.alarm(IDLE_S)
            request = json.loads(received(requests, LONGEST_FILE))
            signal.alarm(ORPHANED_S)
            answer = _answer(pdf, request)


def _opened(data: bytes) -> tuple["PdfDocument | None", bytes]:
    """The PDF, and the width and height of its pages in points; or why it can't be opened."""
    try:
        pdf = opened(data)
    except UnreadableDocument as error:
        return None, json.dumps({"error": str(error)}).encode()
    sizes = [pdf.get_page_size(number) for number in range(len(pdf))]
    return pdf, json.dumps({"sizes": sizes}).encode()


def _answer(pdf: "PdfDocument | None", request: dict[str, Any]) -> bytes:
    import pypdfium2

    if pdf is None:
        return b""
    try:
        if "page" in request:
            with _page(pdf, request["page"]) as page:
                return _picture(page)
        boxes = [(number, box) for number, *box in request["boxes"] if 0 < number <= len(pdf)]
        return json.dumps([_placed(pdf, number, box) for number, box in boxes]).encode()
    except pypdfium2.PdfiumError:
        return b""


@contextlib.contextmanager
def _page(pdf: "PdfDocument", number: int) -> "Iterator[PdfPage]":
    page = loaded(pdf, number)
    try:
        yield page
    finally:
        page.close()


def _picture(page: "PdfPage") -> bytes:
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), TALLEST / max(height, 1))
    drawn = io.BytesIO()
    picture = page.render(scale=scale).to_pil().convert("RGB")
    picture.save(drawn, "JPEG", quality=QUALITY)
    return drawn.getvalue()


def _placed(pdf: "PdfDocument", number: int, box: list[float]) -> list[float]:
    """A box in parts of the picture, from its upper left corner; the page may be turned or cut."""
    left, bottom, right, top = box
    with _page(pdf, number) as page:
        one, other = _at(page, left, top), _at(page, right, bottom)
    x, y = min(one[0], other[0]), min(one[1], other[1])
    return [number, x, y, abs(one[0] - other[0]), abs(one[1] - other[1])]


def _at(page: "PdfPage", x: float, y: float) -> tuple[float, float]:
    from pypdfium2 import raw

    across, down = ctypes.c_int(), ctypes.c_int()
    places = (ctypes.byref(across), ctypes.byref(down))
    raw.FPDF_PageToDevice(page.raw, 0, 0, FINE, FINE, 0, x, y, *places)
    return across.value / FINE, down.value / FINE


if __name__ == "__main__":
    main()
