"""Pages of documents as pictures, over HTTP, under the same login as the page.

A request names a document by its id and a page by its number: no path ever comes from a browser.
"""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import fastapi
import httpx
from starlette.responses import JSONResponse, Response

from index.documents import Document
from index.errors import LibraryError, NoPictures
from index.layout import rectangles_of
from index.library import Library
from index.pictures import Pictures, has_pictures
from ui.failures import line
from ui.panes import speaking

__all__ = ["picture_routes"]

MOST_SPANS = 100
_SPAN = re.compile(r"[0-9]{1,12}-[0-9]{1,12}")
KEPT = {"Cache-Control": "private, max-age=600", "Vary": "Cookie"}  # for one login


async def _reader(request: fastapi.Request) -> str:
    """The name of who logged in, "" where there is no login. Whom Gradio would refuse is refused:
    it is asked itself, with the request's own cookies."""
    transport = httpx.ASGITransport(app=request.app)
    cookies = {"cookie": request.headers.get("cookie", "")}
    base = str(request.base_url)
    async with httpx.AsyncClient(transport=transport, base_url=base) as gradio:
        allowed = await gradio.get("gradio_api/login_check", headers=cookies)
        user = await gradio.get("gradio_api/user", headers=cookies)
    if allowed.status_code != 200 or user.status_code != 200:
        raise fastapi.HTTPException(status_code=401)
    return str(user.json() or "")


Reader = Annotated[str, fastapi.Depends(_reader)]


def picture_routes(library: Library, pictures: Pictures) -> fastapi.APIRouter:
    """What the page asks for when it shows a document's pages."""
    router = fastapi.APIRouter(prefix="/pictures")

    @router.get("/{document}")
    def pages(request: fastapi.Request, reader: Reader, document: str, spans: str = "") -> Response:
        """The size of each page, and where spans (`3-40.52-77`) lie on them; or why it has none."""
        try:
            shown = _known(library.seen_by(reader), document)
            marks = {name: _marks(pictures, shown, *span) for name, span in _spans(spans)}
            return JSONResponse({"sizes": pictures.sizes(shown), "marks": marks})
        except Exception as error:  # an outer edge: the pane says why there are none
            return JSONResponse({"reason": line(speaking(request), error)}, _status(error))

    @router.get("/{document}/{number}")
    def picture(request: fastapi.Request, reader: Reader, document: str, number: int) -> Response:
        """A page, counted from 1, as a JPEG."""
        try:
            drawn = pictures.page(_known(library.seen_by(reader), document), number)
        except Exception as error:  # an outer edge: the page's place says that it can't be drawn
            return JSONResponse({"reason": line(speaking(request), error)}, _status(error))
        return Response(drawn, media_type="image/jpeg", headers=KEPT)

    return router


def _known(library: Library, id_: str) -> Document:
    document = library.document(id_)
    if document is None or not has_pictures(document):
        raise NoPictures("there is no such document with pages here, or no longer")
    return document


def _marks(pictures: Pictures, document: Document, start: int, end: int) -> list[list[Any]]:
    placed = pictures.marks(document, rectangles_of(document, start, end))
    return [[each.page, each.left, each.top, each.width, each.height] for each in placed]


def _spans(named: str) -> Iterator[tuple[str, tuple[int, int]]]:
    for each in named.split(".")[:MOST_SPANS]:
        if _SPAN.fullmatch(each):
            start, end = each.split("-")
            yield each, (int(start), int(end))


def _status(error: Exception) -> int:
    return 404 if isinstance(error, LibraryError) else 500
