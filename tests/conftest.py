"""What many tests share: the embedder (loaded once) and a small library."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.folders import cache_folder
from index.ingest import add_text
from index.library import Library, open_library, open_writer

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
