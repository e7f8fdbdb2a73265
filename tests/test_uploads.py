"""Files from the page: hostile names, sizes, and what becomes of each."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import Embedder
from index.errors import LibraryError
from index.library import Library, open_library
from ui.errors import PageError, UploadRefused
from ui.uploads import (
    LARGEST_MB,
    LONGEST_NAME,
    Added,
    Upload,
    add,
    group,
    remove,
    rename,
    safe_name,
    safe_path,
)


@pytest.fixture
def shelf(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    with open_library(tmp_path / "library", embedder) as library:
        yield library


@pytest.fixture
def arrived(tmp_path: Path) -> Path:
    folder = tmp_path / "arrived"
    folder.mkdir()
    return folder


def sent(folder: Path, name: str, content: bytes | str, *, at: str = "x") -> Upload:
    data = content.encode() if isinstance(content, str) else content
    path = folder / at
    path.write_bytes(data)
    return Upload(name, path, len(data))


def sources(library: Library) -> list[str]:
    return [row.source for row in library.documents()]


@given(st.text(st.characters(), max_size=300))
def test_no_name_leads_out_of_the_folder_or_is_too_long(name: str) -> None:
    try:
        kept = safe_name(name)
    except UploadRefused:
        return
    assert Path("/data", kept).resolve().parent == Path("/data").resolve()
    assert 0 < len(kept) <= LONGEST_NAME
    assert kept.isprintable()
    assert not kept.startswith(".")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\me\\notes.md", "notes.md"),
        ("a\x00b\x1b[31m.txt", "ab[31m.txt"),
        ("<img src=x onerror=1>.txt", "img src=x onerror=1.txt"),
        (".hidden.txt", "hidden.txt"),
        ("…und so weiter.txt", "…und so weiter.txt"),
        ("\u202etxt.exe", "txt.exe"),
        (f"{'a' * 300}.md", f"{'a' * 117}.md"),
    ],
)
def test_a_name_keeps_what_is_harmless_of_it(name: str, kept: str) -> None:
    assert safe_name(name) == kept


@given(st.text(st.sampled_from("ab./\\~:\0 ") | st.characters(), max_size=300))
def test_no_name_with_folders_leads_out_of_the_folder_or_into_a_readers_own(name: str) -> None:
    try:
        kept = safe_path(name)
    except UploadRefused:
        return
    *folders, last = Path("/data", kept).relative_to("/data").parts
    assert Path("/data", kept).resolve() == Path("/data", kept)
    assert last == safe_name(name.split("/")[-1])
    assert not any(part.startswith(".") or "~" in part for part in folders)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("notes/2026/readme.md", "notes/2026/readme.md"),
        ("../../etc/passwd.txt", "etc/passwd.txt"),
        ("ada~/diary.txt", "ada-/diary.txt"),
        ("a/b/c/d/e/f/g/h.txt", "b/c/d/e/f/g/h.txt"),
    ],
)
def test_a_file_keeps_the_folders_that_it_came_in(name: str, kept: str) -> None:
    assert safe_path(name) == kept


def test_files_of_one_name_from_two_folders_are_both_kept_and_leave_nothing_when_removed(
    shelf: Library, arrived: Path
) -> None:
    uploads = [
        sent(arrived, f"notes/{each}/readme.md", f"The {each} oven bakes bread.", at=each)
        for each in ("big", "small")
    ]

    done = list(add(shelf, uploads))

    assert [each.what for each in done] == ["added", "added"]
    assert sources(shelf) == ["notes/big/readme.md", "notes/small/readme.md"]
    for row in shelf.documents():
        assert Path(row.path) == shelf.folder.absolute() / "uploads" / row.source
        remove(shelf, row.id)
    assert list((shelf.folder / "uploads").iterdir()) == []


def test_each_file_says_what_became_of_it(shelf: Library, arrived: Path) -> None:
    uploads = [
        sent(arrived, "bread.md", "# Bread\n\nRye needs a sourdough.", at="1"),
        sent(arrived, "broken.txt", b"\xff\x00\xfe", at="2"),
        sent(arrived, "empty.txt", "", at="3"),
        sent(arrived, "tool.exe", "x", at="4"),
        Upload("lost.txt", None, 3),
        Upload("huge.txt", None, LARGEST_MB * 1_000_000 + 1),
        sent(arrived, "...", "x", at="5"),
    ]

    done = list(add(shelf, uploads))

    assert [each.what for each in done] == ["added"] + ["failed"] * 6
    assert all(each.reason for each in done[1:])
    assert f"{LARGEST_MB} MB" in done[5].reason
    assert sources(shelf) == ["bread.md"]
    assert [each.name for each in (shelf.folder / "uploads").iterdir()] == ["bread.md"]


def test_the_same_file_is_unchanged_and_another_of_its_name_replaces_it(
    shelf: Library, arrived: Path
) -> None:
    for content in ("Rye needs a sourdough.", "Rye needs a sourdough.", "Wheat needs none."):
        done = list(add(shelf, [sent(arrived, "bread.txt", content)]))

    (row,) = shelf.documents()
    document = shelf.document(row.id)
    assert [each.what for each in done] == ["updated"]
    assert document is not None
    assert document.text == "Wheat needs none."


def test_a_file_that_can_not_be_read_leaves_the_one_before_it_as_it_was(
    shelf: Library, arrived: Path
) -> None:
    list(add(shelf, [sent(arrived, "bread.txt", "Rye needs a sourdough.")]))

    (done,) = add(shelf, [sent(arrived, "bread.txt", b"\x00\x00")])

    assert done.what == "failed"
    assert (shelf.folder / "uploads" / "bread.txt").read_text() == "Rye needs a sourdough."
    assert sources(shelf) == ["bread.txt"]


def test_a_full_disk_is_told_and_leaves_the_one_before_it_as_it_was(
    shelf: Library, arrived: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    list(add(shelf, [sent(arrived, "bread.txt", "Rye needs a sourdough.")]))
    with monkeypatch.context() as patch:
        patch.setattr("shutil.move", full)
        uploads = [sent(arrived, name, "Wheat.", at=name) for name in ("bread.txt", "new.txt")]
        done = list(add(shelf, uploads))

    assert [each.reason for each in done] == ["it can't be kept: No space left on device"] * 2
    assert (shelf.folder / "uploads" / "bread.txt").read_text() == "Rye needs a sourdough."
    assert [each.name for each in (shelf.folder / "uploads").iterdir()] == ["bread.txt"]


def test_a_file_and_a_folder_of_one_name_do_not_undo_each_other(
    shelf: Library, arrived: Path
) -> None:
    uploads = [
        sent(arrived, "a.txt", "Rye needs a sourdough.", at="1"),
        sent(arrived, "a.txt/b.txt", "Wheat needs none.", at="2"),
        sent(arrived, "c.txt/d.txt", "Oats are sown early.", at="3"),
        sent(arrived, "c.txt", "Barley is malted.", at="4"),
    ]

    done = list(add(shelf, uploads))

    assert [each.what for each in done] == ["added", "failed", "added", "failed"]
    assert sources(shelf) == ["a.txt", "c.txt/d.txt"]
    assert all(Path(row.path).is_file() for row in shelf.documents())


def test_what_is_removed_goes_with_the_file_that_the_page_kept(
    shelf: Library, arrived: Path
) -> None:
    list(add(shelf, [sent(arrived, "bread.txt", "Rye needs a sourdough.")]))

    remove(shelf, shelf.documents()[0].id)

    assert sources(shelf) == []
    assert list((shelf.folder / "uploads").iterdir()) == []


def test_a_document_keeps_the_name_and_collection_that_it_was_given(
    shelf: Library, arrived: Path
) -> None:
    (arrived / "x").write_text("Rye needs a sourdough.")
    list(add(shelf, [Upload("bread.txt", arrived / "x", 22)]))
    (row,) = shelf.documents()
    rename(shelf, row.id, ' The "bread"\n book ')
    group(shelf, row.id, "kitchen")
    (arrived / "y").write_text("Rye needs a long time.")

    (again,) = add(shelf, [Upload("bread.txt", arrived / "y", 22)])

    assert again.what == "updated"
    assert [(row.source, row.collection) for row in shelf.documents()] == [
        ("The 'bread' book", "kitchen")
    ]


@pytest.mark.parametrize("name", ["", " \n", "taken.txt"])
def test_a_name_that_is_none_or_taken_is_refused(shelf: Library, arrived: Path, name: str) -> None:
    for each in ("one.txt", "taken.txt"):
        (arrived / each).write_text(f"This is {each}.")
        list(add(shelf, [Upload(each, arrived / each, 16)]))
    one = shelf.documents()[0]

    with pytest.raises(PageError, match="name"):
        rename(shelf, one.id, name)


def test_a_document_of_the_shell_is_removed_but_its_file_is_not(
    shelf: Library, tmp_path: Path, embedder: Embedder
) -> None:
    from index.ingest import ingest
    from index.library import open_writer

    file = tmp_path / "mine.txt"
    file.write_text("Rye needs a sourdough.")
    with open_writer(shelf.folder, embedder) as writer:
        ingest([file], writer)

    remove(shelf, shelf.documents()[0].id)

    assert sources(shelf) == []
    assert file.exists()


def test_what_is_removed_is_of_the_collection_that_was_shown(
    shelf: Library, arrived: Path, embedder: Embedder
) -> None:
    from index.ingest import add_text
    from index.library import open_writer

    list(add(shelf, [sent(arrived, "bread.txt", "Rye needs a sourdough.")]))
    with open_writer(shelf.folder, embedder, collection="contracts") as writer:
        theirs = add_text("bread.txt", "Rye needs a sourdough.", writer)

    remove(shelf, theirs.id)

    assert [row.collection for row in shelf.documents()] == ["default"]
    assert (shelf.folder / "uploads" / "bread.txt").exists()


def test_while_another_process_writes_the_reason_is_said_and_nothing_is_lost(
    shelf: Library, arrived: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    from index.library import open_writer

    monkeypatch.setattr("index.lock.PATIENCE_S", 0.1)
    with open_writer(shelf.folder, embedder), pytest.raises(LibraryError, match="writing"):
        list(add(shelf, [sent(arrived, "bread.txt", "Rye needs a sourdough.")]))

    assert list(add(shelf, [sent(arrived, "bread.txt", "Rye needs a sourdough.")])) == [
        Added("bread.txt", "added")
    ]
