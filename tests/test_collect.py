"""Which files a folder stands for, by what names, and what becomes of their documents."""

import os
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.ingest import ingest, prune
from index.library import open_writer
from index.writer import LibraryWriter


@pytest.fixture
def writer(tmp_path: Path, embedder: Embedder) -> LibraryWriter:
    with open_writer(tmp_path / "library", embedder) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files, one of them in a folder of its own."""
    made = tmp_path / "docs"
    (made / "drafts").mkdir(parents=True)
    (made / "tram.txt").write_text("The tram costs three euros.")
    (made / "drafts" / "bus.txt").write_text("The bus may cost two euros.")
    return made


def sources(writer: LibraryWriter) -> list[str]:
    return [row.source for row in writer.documents()]


def test_a_file_that_was_given_a_name_in_no_utf_8_is_told_and_the_others_go_on(
    folder: Path, writer: LibraryWriter
) -> None:
    ingest([folder], writer)
    (folder / "tram.txt").rename(folder / os.fsdecode(b"str\xe4.txt"))
    (folder / "new.txt").write_text("The ferry is free.")

    summary = ingest([folder], writer)

    assert (summary.added, summary.unchanged) == (1, 1)
    assert ["not UTF-8" in failure.reason for failure in summary.failed] == [True]
    assert sources(writer) == ["drafts/bus.txt", "new.txt", "tram.txt"]


def test_a_folder_that_can_no_longer_be_opened_stops_nothing_and_loses_nothing(
    folder: Path, tmp_path: Path, writer: LibraryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], writer)
    other = tmp_path / "other"
    other.mkdir()
    (other / "tram.txt").write_text("Another tram is free.")
    stat = os.stat

    def closed(path: str | Path, **options: bool) -> os.stat_result:
        if str(path).startswith(str(folder)):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, **options)

    monkeypatch.setattr("os.stat", closed)

    assert ingest([other], writer).added == 1
    assert prune(writer) == []
    assert sources(writer) == ["drafts/bus.txt", "other/tram.txt", "tram.txt"]
