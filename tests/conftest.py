"""What many tests share: the embedder (loaded once) and a small library."""

import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import Answered, FakeServer, Script, asking, quoting_from
from page_fakes import ARGUMENTS, CHROMIUM, seed_texts
from page_reader import Reader, Site, opened

from index.embedding import Embedder
from index.folders import cache_folder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.writer import LibraryWriter
from rag.answer import Answer
from rag.assistant import Assistant

RICE = (
    "The Rice Deal\n"
    "Russia proposed to supply between 600,000 and 700,000 tons of rice. "
    "The offer covers over half of the country's needs.\n"
    "\n"
    "Soldiers\n"
    "About 12,000 soldiers were sent, including 500 officers and three generals. "
    "A soldier earns $2,000 per month.\n"
)
BREAD = "# Bread\n\nBread is baked from flour and water. Rye needs a sourdough.\n"


@pytest.fixture(scope="session")
def cache() -> Path:
    """The folder of model weights, which `make install` fills."""
    return cache_folder()


@pytest.fixture(scope="session")
def embedder(cache: Path) -> Embedder:
    return Embedder.load(cache)


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    """A reader over two small documents, rice.txt and bread.md."""
    folder = tmp_path / "library"
    with open_writer(folder, embedder) as writer:
        add_text("rice.txt", RICE, writer)
        add_text("bread.md", BREAD, writer)
    with open_library(folder, embedder) as reader:
        yield reader


@pytest.fixture
def writer(tmp_path: Path, embedder: Embedder) -> Iterator[LibraryWriter]:
    """A writer of a library that is new."""
    with open_writer(tmp_path / "library", embedder) as opened:
        yield opened


@pytest.fixture
def server(script: Script) -> Iterator[FakeServer]:
    """A chat model that follows the test's own `script`."""
    with FakeServer(script) as server:
        yield server


@pytest.fixture
def assistant(quoting: Assistant, server: FakeServer) -> Iterator[Assistant]:
    """The test's own `quoting` assistant, with that model."""
    with asking(quoting, server.endpoint, 30) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    """An assistant over no documents, for the tests of a module that bring their own."""
    with quoting_from(tmp_path_factory.mktemp("empty"), embedder, {}) as assistant:
        yield assistant


@pytest.fixture
def answered(quoting: Assistant, server: FakeServer) -> Answered:
    """What that model answers from documents of the test's own."""

    def answer(documents: Mapping[str, str], question: str) -> Answer:
        with quoting.over(documents) as over, asking(over, server.endpoint, 30) as assistant:
            return assistant.answer(question)

    return answer


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not Path(CHROMIUM).exists():
        reason = f"no Chromium at {CHROMIUM}: THE PAGE IS NOT TESTED; apt-get install chromium"
        if os.environ.get("FOOTNOTED_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        warnings.warn(reason, stacklevel=1)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def read(browser: Any) -> Iterator[Callable[..., Reader]]:
    opened = []

    def visit(site: Site, width: int = 1280, height: int = 800) -> Reader:
        context = browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(10_000)
        reader = Reader(context.new_page(), [], [])
        opened.append((site, reader))
        reader.page.on("request", lambda request: reader.requests.append(request.url))
        reader.page.on("pageerror", lambda error: reader.complaints.append(str(error)))
        reader.page.on("console", lambda message: reader.hear(message.type, message.text))
        reader.page.goto(site.address)
        reader.page.wait_for_selector(".welcome")
        return reader

    yield visit
    # Whatever a test does: nothing is asked of another host, and nothing goes wrong in the browser.
    for site, reader in opened:
        reader.page.context.close()
        assert reader.left_for(site.address) == []
        assert reader.complaints == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Site]:
    """The page over the documents in `seeds/`."""
    folder = tmp_path_factory.mktemp("site")
    with open_writer(folder, embedder) as writer:
        for source, text in seed_texts().items():
            add_text(source, text, writer)
    with opened(folder, embedder) as site:
        yield site


@pytest.fixture
def reader(read: Callable[..., Reader], site: Site) -> Reader:
    """Somebody who has opened the page."""
    return read(site)
