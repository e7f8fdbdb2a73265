"""Which files a folder stands for, by what names, and what becomes of their documents."""

import os
from pathlib import Path
from unicodedata import normalize

import pytest

from index.collect import given
from index.errors import NoSuchPath
from index.ingest import Progress, existing, ingest, prune
from index.writer import LibraryWriter


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


@pytest.mark.parametrize(
    "line",
    [
        "drafts",
        "drafts/",
        "./drafts/",
        "/drafts",
        "drafts/*",
        "d*",
        "bus.txt",
        "drafts/**",
        "**/bus.txt",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_or_a_folder_that_is_to_be_ignored_is_left_out(
    folder: Path, writer: LibraryWriter, line: str, encoding: str
) -> None:
    (folder / ".footnotedignore").write_text(f"{line}\n", encoding=encoding)

    summary = ingest([folder], writer)

    assert sources(writer) == ["tram.txt"]
    assert (summary.failed, summary.skipped) == ((), 1)


def test_a_pattern_from_the_top_leaves_out_nothing_deeper(
    folder: Path, writer: LibraryWriter
) -> None:
    (folder / ".footnotedignore").write_text("/bus.txt\n")

    assert ingest([folder], writer).added == 2


def test_a_name_is_ignored_however_its_marks_are_stored(
    folder: Path, writer: LibraryWriter
) -> None:
    (folder / normalize("NFD", "Übersicht.txt")).write_text("The tram is late.")
    (folder / ".footnotedignore").write_text(normalize("NFC", "Übersicht.txt"), "utf-8")

    ingest([folder], writer)

    assert sources(writer) == ["drafts/bus.txt", "tram.txt"]


@pytest.mark.parametrize(
    "line", [".", "./", "/", "../other", "..", "!tram.txt", "drafts/**/bus.txt"]
)
def test_a_pattern_that_names_nothing_is_told_with_its_line_and_the_folder_is_not_read(
    folder: Path, writer: LibraryWriter, line: str
) -> None:
    (folder / ".footnotedignore").write_text(f"# not yet\n{line}\n")

    summary = ingest([folder], writer)

    (failure,) = summary.failed
    assert failure.source == str(folder / ".footnotedignore")
    assert f"line 2, {line!r}, is no name of anything in this folder" in failure.reason
    assert sources(writer) == []


def test_a_list_of_what_to_ignore_that_is_no_utf_8_is_told_and_other_folders_are_read(
    folder: Path, tmp_path: Path, writer: LibraryWriter
) -> None:
    (folder / ".footnotedignore").write_bytes("drafts/".encode("utf-16"))
    other = tmp_path / "other"
    other.mkdir()
    (other / "ferry.txt").write_text("The ferry is free.")

    summary = ingest([folder, other], writer)

    assert [failure.reason for failure in summary.failed] == ["it is not UTF-8: save it as UTF-8"]
    assert sources(writer) == ["ferry.txt"]


def test_what_is_newly_ignored_is_dropped_and_named(folder: Path, writer: LibraryWriter) -> None:
    ingest([folder], writer)
    (folder / ".footnotedignore").write_text("drafts/\n")
    seen: list[Progress] = []

    summary = ingest([folder], writer, on_progress=seen.append)

    assert sources(writer) == ["tram.txt"]
    assert summary.removed == 1
    assert (seen[0].what, seen[0].source) == ("removed", "drafts/bus.txt")
    assert seen[0].reason == ".footnotedignore leaves it out"


def test_what_is_ignored_in_one_folder_stays_where_it_is_named_outright_or_lies_elsewhere(
    folder: Path, tmp_path: Path, writer: LibraryWriter
) -> None:
    other = tmp_path / "other" / "drafts"
    other.mkdir(parents=True)
    (other / "ferry.txt").write_text("The ferry is free.")
    ingest([folder, other.parent], writer)
    (folder / ".footnotedignore").write_text("drafts/\n")

    summary = ingest([folder, folder / "drafts" / "bus.txt"], writer)

    assert (summary.removed, summary.unchanged) == (0, 2)
    assert sources(writer) == ["drafts/bus.txt", "drafts/ferry.txt", "tram.txt"]


def test_what_is_ignored_is_dropped_however_the_way_to_its_folder_is_written(
    folder: Path, writer: LibraryWriter
) -> None:
    ingest([folder], writer)
    (folder / ".footnotedignore").write_text("drafts/\n")
    (folder.parent / "link").symlink_to(folder)

    ingest([folder.parent / "link"], writer)

    assert "drafts/bus.txt" not in sources(writer)


def test_a_folder_that_is_named_twice_is_read_once(folder: Path, writer: LibraryWriter) -> None:
    summary = ingest([folder, folder], writer)

    assert (summary.added, summary.failed) == (2, ())


@pytest.mark.parametrize("other", ["docs/../docs", "here", "docs/drafts/.."])
def test_a_folder_is_the_same_however_the_way_to_it_is_written(
    folder: Path, tmp_path: Path, writer: LibraryWriter, other: str
) -> None:
    (tmp_path / "here").symlink_to(folder)

    ingest([folder], writer)
    again = ingest([tmp_path / other], writer)

    assert (again.added, again.unchanged) == (0, 2)
    assert sources(writer) == ["drafts/bus.txt", "tram.txt"]
    assert existing(str(tmp_path / other / "tram.txt"), writer) == "tram.txt"
    assert ingest([folder, tmp_path / other], writer).unchanged == 2


def test_a_document_is_removed_by_a_name_that_is_stored_with_other_marks(
    folder: Path, writer: LibraryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored, typed = (normalize(form, "Übersicht.txt") for form in ("NFD", "NFC"))
    (folder / stored).write_text("The tram is late.")
    ingest([folder], writer)
    monkeypatch.chdir(folder.parent)

    assert existing(typed, writer) == stored
    assert existing(f"docs/{typed}", writer) == stored


def test_a_name_that_two_documents_could_have_been_meant_by_removes_neither(
    folder: Path, writer: LibraryWriter
) -> None:
    (folder / "Tram.txt").write_text("The tram is late.")
    ingest([folder], writer)

    assert existing("tram.txt", writer) == "tram.txt"
    with pytest.raises(NoSuchPath, match=r"has the source 'TRAM\.txt'"):
        existing("TRAM.txt", writer)


def test_what_comes_from_no_file_takes_no_files_place(folder: Path, writer: LibraryWriter) -> None:
    typed = given("tram.txt", b"The tram is free.")

    first = ingest([folder], writer, items=[typed])
    again = ingest([], writer, items=[typed])
    ingest([], writer, items=[given("tram.txt", b"The tram is dear.")])

    assert (first.added, again.unchanged) == (3, 1)
    assert sources(writer) == ["drafts/bus.txt", "other/tram.txt", "tram.txt"]


def test_a_file_takes_not_the_place_of_what_came_from_none(
    folder: Path, writer: LibraryWriter
) -> None:
    ingest([], writer, items=[given("tram.txt", b"The tram is free.")])

    ingest([folder], writer)

    assert "tram.txt" in sources(writer)
    assert len(sources(writer)) == 3
