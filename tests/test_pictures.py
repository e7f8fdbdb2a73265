"""The pages of a PDF as pictures: drawn in a child, of the very file that was indexed."""

import hashlib
import io
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from made import lines, pdf
from page_fakes import serving
from page_reader import Reader, Site, opened
from PIL import Image

from index.documents import Document
from index.embedding import Embedder
from index.errors import NoPictures
from index.ingest import ingest
from index.layout import rectangles_of
from index.library import open_writer
from index.pictures import Pictures, has_pictures
from index.readers.pdf import read_pdf

PAGES = [
    "Rice and trade.\nRussia proposed to supply between 600,000 and 700,000 tons of rice.",
    "The harvest was four million tons. It left chronic food shortages behind.",
    "A soldier earns $2,000 per month. About 10,000 of them were sent.",
]
RICE = "Russia proposed to supply between 600,000 and 700,000 tons of rice."


def indexed(path: Path, data: bytes) -> Document:
    path.write_bytes(data)
    read, hashed = read_pdf(data), hashlib.sha256(data).hexdigest()
    kept = (str(path), read.pages, read.layout)
    return Document("id", path.name, "", read.text, read.media_type, hashed, *kept)


@pytest.fixture
def document(tmp_path: Path) -> Document:
    return indexed(tmp_path / "rice.pdf", pdf([lines(page) for page in PAGES]))


@pytest.fixture(scope="module")
def pictures() -> Iterator[Pictures]:
    with closing(Pictures()) as opened:
        yield opened


def child_of(pictures: Pictures, document: Document) -> int:
    return pictures._opened[document.sha256].child._process.pid


def ink(picture: Image.Image) -> bool:
    """Whether something dark is on it."""
    return picture.convert("L").getextrema()[0] < 100


def test_a_page_is_drawn_as_wide_as_a_pane_on_a_fine_screen(
    pictures: Pictures, document: Document
) -> None:
    picture = Image.open(io.BytesIO(pictures.page(document, 2)))

    assert pictures.sizes(document) == [(595.0, 842.0)] * 3
    assert (picture.format, picture.width) == ("JPEG", 1200)
    assert ink(picture)


def test_the_mark_of_a_sentence_lies_on_its_words(pictures: Pictures, document: Document) -> None:
    start = document.text.index(RICE)
    boxes = rectangles_of(document, start, start + len(RICE))
    (mark,) = pictures.marks(document, boxes)
    picture = Image.open(io.BytesIO(pictures.page(document, 1)))
    left, top = mark.left * picture.width, mark.top * picture.height
    right = left + mark.width * picture.width
    bottom = top + mark.height * picture.height

    assert mark.page == 1
    assert ink(picture.crop((left, top, right, bottom)))
    assert not ink(picture.crop((left, bottom + 8, right, picture.height)))


def test_a_file_that_changed_since_is_not_drawn(pictures: Pictures, tmp_path: Path) -> None:
    changed = indexed(tmp_path / "changed.pdf", pdf([lines("As it was indexed.")]))
    Path(changed.path).write_bytes(pdf([lines("Something else.")]))

    with pytest.raises(NoPictures, match="has changed since it was indexed"):
        pictures.sizes(changed)


def test_a_file_that_is_gone_is_not_drawn(pictures: Pictures, tmp_path: Path) -> None:
    gone = Document("id", "c.pdf", "", "", "application/pdf", "1" * 64, str(tmp_path / "c.pdf"))

    with pytest.raises(NoPictures, match="is not where it was indexed"):
        pictures.page(gone, 1)


def test_what_is_no_pdf_has_no_pages() -> None:
    assert not has_pictures(Document("id", "a.txt", "", "", "text/plain", "", "/tmp/a.txt"))


@pytest.mark.parametrize("number", [0, 4, -1])
def test_a_page_that_is_not_there_is_refused(
    pictures: Pictures, document: Document, number: int
) -> None:
    with pytest.raises(NoPictures, match="has no page"):
        pictures.page(document, number)


def test_a_child_that_ended_is_started_anew(pictures: Pictures, document: Document) -> None:
    pictures.sizes(document)
    child = pictures._opened[document.sha256].child
    os.kill(child_of(pictures, document), signal.SIGKILL)
    child._process.wait()

    assert pictures.page(document, 1)


def test_a_page_that_hangs_costs_its_time_once_and_the_others_are_drawn(
    document: Document, tmp_path: Path
) -> None:
    with closing(Pictures(timeout_s=2)) as pictures:
        pictures.sizes(document)
        os.kill(child_of(pictures, document), signal.SIGSTOP)

        with pytest.raises(NoPictures, match="took longer than 2 s"):
            pictures.page(document, 1)
        with pytest.raises(NoPictures, match="took longer than 2 s"):
            pictures.page(document, 1)
        assert pictures.page(document, 2)


def test_a_page_that_claims_to_be_endless_is_no_larger_than_a_tall_one(
    pictures: Pictures, tmp_path: Path
) -> None:
    huge = pdf([lines("Long.")]).replace(b"/MediaBox [0 0 595 842]", b"/MediaBox [0 0 9 999999]")
    strip = indexed(tmp_path / "strip.pdf", huge)
    picture = Image.open(io.BytesIO(pictures.page(strip, 1)))

    assert picture.height <= 4800


def test_only_the_last_documents_keep_a_child(tmp_path: Path) -> None:
    many = [indexed(tmp_path / f"{n}.pdf", pdf([lines(f"Number {n}.")])) for n in range(5)]
    with closing(Pictures()) as pictures:
        for each in many:
            pictures.sizes(each)

        assert list(pictures._opened) == [each.sha256 for each in many[1:]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("pages")
    files = folder / "files"
    files.mkdir()
    (files / "rice.pdf").write_bytes(pdf([lines(page, top=90) for page in PAGES]))
    (files / "moved.pdf").write_bytes(pdf([lines("Kim is on the satellite. Kursk is near.")]))
    with open_writer(folder / "library", embedder) as writer:
        ingest([files], writer)
    (files / "moved.pdf").unlink()
    with opened(folder / "library", embedder) as site:
        yield site


def lies_on(reader: Reader) -> bool:
    """Whether the lit place is on its page, within the pane."""
    return bool(
        reader.page.locator(".spot.chosen").first.evaluate(
            """spot => {
                const at = spot.getBoundingClientRect();
                const page = spot.parentElement.querySelector("img").getBoundingClientRect();
                const pane = document.querySelector("#source").getBoundingClientRect();
                return at.left > page.left && at.right < page.right && at.top > page.top &&
                    at.bottom < page.bottom && at.top >= pane.top && at.bottom <= pane.bottom;
            }"""
        )
    )


def drawn(reader: Reader) -> None:
    reader.page.wait_for_function(
        "() => { const lit = document.querySelector('.spot.chosen');"
        " const page = lit?.parentElement.querySelector('img');"
        " return page?.complete && page.naturalWidth === 1200; }"
    )


@pytest.mark.browser
def test_a_footnote_of_a_pdf_opens_the_picture_of_its_page_with_the_sentence_marked(
    read: Callable[..., Reader], site: Site
) -> None:
    reader = read(site)
    reader.answer("How much rice?")
    reader.page.click("#turn .chip")
    drawn(reader)

    assert lies_on(reader)
    assert reader.page.get_attribute(".spot.chosen", "aria-label") == "footnote 1 of 1"
    assert reader.page.get_attribute(".pages img", "alt") == "page 1"
    assert not reader.page.is_visible(".s.chosen")


@pytest.mark.browser
def test_nothing_of_a_mark_lies_over_its_words(read: Callable[..., Reader], site: Site) -> None:
    reader = read(site)
    reader.answer("How much rice?")
    reader.page.click("#turn .chip")
    drawn(reader)

    assert reader.style(".spot.chosen", "borderBottomWidth") == "0px"
    assert reader.style(".spot.chosen", "mixBlendMode") == "multiply"
    assert reader.style(".spot.chosen", "outlineStyle") == "solid"


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_mark_low_on_a_page_lies_as_low_on_its_picture(
    read: Callable[..., Reader], site: Site, width: int
) -> None:
    reader = read(site, width=width)
    reader.answer("How much rice?")
    reader.page.click("#turn .chip")
    drawn(reader)
    told, low, high = reader.page.locator(".spot.chosen").first.evaluate(
        """spot => {
            const page = spot.parentElement.querySelector("img").getBoundingClientRect();
            const low = spot.getBoundingClientRect().top - page.top;
            return [parseFloat(spot.style.top) / 100, low, page.height];
        }"""
    )

    assert told > 0.8
    assert low == pytest.approx(told * high, abs=1)


@pytest.mark.browser
def test_the_reader_walks_from_mark_to_mark_and_to_the_text_and_back(
    read: Callable[..., Reader], site: Site
) -> None:
    reader = read(site, width=390, height=844)
    reader.answer("the nearest sentences")
    reader.page.click("#turn .chip")
    drawn(reader)
    reader.page.keyboard.press("]")
    reader.page.wait_for_selector("figure:nth-child(2) .spot.chosen")

    assert lies_on(reader)
    reader.page.click(".view")
    assert reader.lit() == "The harvest was four million tons."
    reader.page.keyboard.press("]")
    assert reader.lit() == "It left chronic food shortages behind."
    reader.page.click(".view")
    drawn(reader)
    assert lies_on(reader)


@pytest.mark.browser
def test_a_pdf_whose_file_is_gone_shows_its_text_and_says_why(
    read: Callable[..., Reader], site: Site
) -> None:
    reader = read(site)
    reader.page.click("text=moved.pdf")
    reader.page.wait_for_selector(".nopictures:visible")

    assert "is not where it was indexed" in reader.page.inner_text(".nopictures")
    assert "Kim is on the satellite." in reader.page.inner_text(".document")
    reader.complaints.clear()  # the browser complains of the answer 404


def test_pictures_are_shown_to_whom_the_page_is_shown(site: Site) -> None:
    library = site.assistant.library
    (rice,) = (each for each in library.documents() if each.source == "rice.pdf")
    logins = [("ada", "secret")]
    with serving(site.assistant, logins) as address, httpx.Client(base_url=address) as client:
        shut = [client.get(f"/pictures/{rice.id}{rest}").status_code for rest in ("", "/1")]
        client.post("/login", data={"username": "ada", "password": "secret"})
        pages, first = (client.get(f"/pictures/{rice.id}{rest}") for rest in ("", "/1"))
        other = client.get("/pictures/..%2F..%2Fetc%2Fpasswd")

    assert shut == [401, 401]
    assert len(pages.json()["sizes"]) == 3
    assert first.headers["content-type"] == "image/jpeg"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert other.status_code == 404
