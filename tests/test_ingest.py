import threading
from functools import partial
from pathlib import Path

import pytest
from conftest import RICE
from made import lines, pdf

from index.collect import Failure, Item, given
from index.documents import Document
from index.embedding import Embedder
from index.errors import UnreadableDocument
from index.ingest import Progress, Summary, add_text, ingest, prune
from index.layout import rectangles_of
from index.library import open_writer
from index.prepare import Prepared
from index.writer import LibraryWriter


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    (made / "deep").mkdir(parents=True)
    (made / "rice.txt").write_text(RICE, encoding="utf-8")
    (made / "deep" / "bread.md").write_text("# Bread\n\nBread is baked.\n", encoding="utf-8")
    (made / ".hidden.txt").write_text("Secret.")
    (made / "picture.png").write_bytes(b"\x89PNG")
    return made


def sources(writer: LibraryWriter) -> list[str]:
    return [row.source for row in writer.documents()]


def test_a_folder_is_read_whole_without_hidden_and_unknown_files(
    folder: Path, writer: LibraryWriter
) -> None:
    summary = ingest([folder], writer)

    assert sources(writer) == ["deep/bread.md", "rice.txt"]
    assert (summary.added, summary.skipped, summary.failed) == (2, 1, ())
    assert (summary.sentences, summary.chunks) == writer.counts()[1:]
    assert [row.title for row in writer.documents()] == ["Bread", "The Rice Deal"]


def test_what_a_folder_says_to_ignore_is_left_out_and_counted(
    folder: Path, writer: LibraryWriter
) -> None:
    (folder / "SOURCES.md").write_text("Where these come from.")
    (folder / ".footnotedignore").write_text("# not documents\nSOURCES.md\nb*.md\n")

    summary = ingest([folder], writer)

    assert sources(writer) == ["rice.txt"]
    assert (summary.added, summary.skipped) == (1, 3)


def test_an_ignored_file_that_is_named_outright_is_read(
    folder: Path, writer: LibraryWriter
) -> None:
    (folder / ".footnotedignore").write_text("rice.txt\n")

    assert ingest([folder / "rice.txt"], writer).added == 1


def test_the_unchanged_is_not_embedded_again(
    folder: Path, writer: LibraryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], writer)
    monkeypatch.setattr(writer, "prepare", None)

    assert ingest([folder], writer) == Summary(unchanged=2, skipped=1)


def test_a_changed_file_replaces_its_document(folder: Path, writer: LibraryWriter) -> None:
    ingest([folder], writer)
    (folder / "rice.txt").write_text("Oil\nNo oil was sold.\n")

    summary = ingest([folder], writer)

    assert (summary.added, summary.updated, summary.unchanged) == (0, 1, 1)
    assert sources(writer) == ["deep/bread.md", "rice.txt"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("binary.txt", b"ELF\x00\x01", "binary"),
        ("latin.txt", b"caf\xe9 is good", "not UTF-8"),
        ("empty.txt", b"", "empty"),
        ("blank.md", b" \r\n\t", "empty"),
        ("ruler.txt", b"-----\n", "no sentence"),
        ("half.txt", b"\xff\xfea", "not UTF-"),
    ],
)
def test_a_bad_file_is_named_with_its_reason_and_the_others_go_on(
    folder: Path, writer: LibraryWriter, name: str, data: bytes, reason: str
) -> None:
    (folder / name).write_bytes(data)

    summary = ingest([folder], writer)

    assert [failure.source for failure in summary.failed] == [name]
    assert reason in summary.failed[0].reason
    assert summary.added == 2


def test_a_file_that_goes_bad_keeps_what_was_indexed(folder: Path, writer: LibraryWriter) -> None:
    ingest([folder], writer)
    before = writer.documents()
    (folder / "rice.txt").write_bytes(b"\x00")

    summary = ingest([folder], writer)

    assert len(summary.failed) == 1
    assert writer.documents() == before


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfOne.\r\nTwo.", "One.\r\nTwo."),
        ("One.\nTwo.".encode("utf-16"), "One.\nTwo."),
    ],
)
def test_text_is_kept_as_decoded(
    tmp_path: Path, writer: LibraryWriter, data: bytes, text: str
) -> None:
    file = tmp_path / "marked.txt"
    file.write_bytes(data)

    ingest([file], writer)

    document = writer.document(writer.documents()[0].id)
    assert document is not None
    assert document.text == text
    assert document.title == "marked"


def test_what_is_no_document_is_a_failure(tmp_path: Path, writer: LibraryWriter) -> None:
    (tmp_path / "void").mkdir()
    (tmp_path / "a.xyz").write_text("text")

    summary = ingest([tmp_path / "void", tmp_path / "a.xyz", tmp_path / "none"], writer)

    reasons = [failure.reason for failure in summary.failed]
    assert ["no file in this folder" in reasons[0], ".xyz" in reasons[1]] == [True, True]
    assert "no such file" in reasons[2]
    assert summary.added == 0


def test_files_of_the_same_name_do_not_overwrite_each_other(
    folder: Path, tmp_path: Path, writer: LibraryWriter
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "rice.txt").write_text("Another rice text.")

    ingest([folder], writer)
    ingest([other], writer)
    again = ingest([folder, other], writer)

    assert sources(writer) == ["deep/bread.md", "other/rice.txt", "rice.txt"]
    assert again.unchanged == 3


def test_a_moved_folder_keeps_its_sources(
    folder: Path, tmp_path: Path, writer: LibraryWriter
) -> None:
    ingest([folder], writer)
    moved = folder.rename(tmp_path / "moved")

    summary = ingest([moved], writer)

    assert summary.unchanged == 2
    assert sources(writer) == ["deep/bread.md", "rice.txt"]
    assert writer.documents()[1].path == str(moved / "rice.txt")


def test_documents_whose_files_are_gone_are_pruned(folder: Path, writer: LibraryWriter) -> None:
    ingest([folder], writer)
    add_text("typed", "This comes from no file.", writer)
    (folder / "rice.txt").unlink()

    assert prune(writer) == ["rice.txt"]
    assert sources(writer) == ["deep/bread.md", "typed"]


def test_a_text_without_a_sentence_is_refused(writer: LibraryWriter) -> None:
    with pytest.raises(UnreadableDocument):
        add_text("typed", " \n", writer)


def test_progress_names_every_file(folder: Path, writer: LibraryWriter) -> None:
    seen = []

    ingest([folder], writer, on_progress=seen.append)

    assert [(step.source, step.what, step.done, step.total) for step in seen] == [
        ("rice.txt", "reading", 0, 2),
        ("rice.txt", "embedding", 0, 2),
        ("rice.txt", "added", 1, 2),
        ("deep/bread.md", "reading", 1, 2),
        ("deep/bread.md", "embedding", 1, 2),
        ("deep/bread.md", "added", 2, 2),
    ]
    assert seen[0].share == 0 < seen[3].share < seen[5].share == 1


def test_stopping_keeps_the_finished_documents(folder: Path, writer: LibraryWriter) -> None:
    def stop(step: Progress) -> None:
        if step.what == "added":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest([folder], writer, on_progress=stop)

    assert len(writer.documents()) == 1
    assert ingest([folder], writer) == Summary(
        added=1, unchanged=1, sentences=2, chunks=1, skipped=1
    )


def test_many_formats_are_read_in_one_run_and_what_is_missing_is_told(
    tmp_path: Path, writer: LibraryWriter
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([lines("Rice is dear."), None]))
    (tmp_path / "b.html").write_text("<p>Rye is not.</p>")
    (tmp_path / "c.csv").write_text("Grain,Price,Year\nRice,$3,2024\n")
    (tmp_path / "d.pdf").write_bytes(pdf([None]))
    (tmp_path / "e.docx").write_bytes(b"no")
    (tmp_path / "~$e.docx").write_bytes(b"Office's own")

    summary = ingest([tmp_path], writer)

    assert summary.added == 3
    assert [failure.source for failure in summary.failed] == ["d.pdf", "e.docx"]
    assert summary.warnings == (Failure("a.pdf", "page 2 has no text: it needs OCR"),)


def test_pages_and_the_boxes_of_lines_are_stored_and_outlive_a_rebuild(
    tmp_path: Path, embedder: Embedder
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf([lines("Rice is dear."), lines("Rye is not.")]))
    with open_writer(tmp_path / "library", embedder) as writer:
        ingest([tmp_path / "a.pdf"], writer)
        (row,) = writer.documents()
        stored = writer.document(row.id)

    with open_writer(tmp_path / "library", embedder, rebuild=True) as writer:
        document = writer.document(row.id)

    assert document == stored
    assert document is not None
    assert document.pages == ((0, 1), (15, 2))
    assert [box.page for box in rectangles_of(document, 0, len(document.text))] == [1, 2]


def test_a_long_plain_text_is_read_in_a_child(
    tmp_path: Path, writer: LibraryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.looks.IN_PROCESS", 10)
    (tmp_path / "a.txt").write_text("Rice is dear, and rye is not.")

    assert ingest([tmp_path], writer).added == 1


def test_the_next_file_is_read_while_the_current_one_is_embedded(
    folder: Path, writer: LibraryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    both = threading.Event()

    def load(name: str) -> tuple[str, bytes]:
        loaded.append(name)
        if len(loaded) == 2:
            both.set()
        return ".txt", RICE.encode()

    prepare = writer.prepare

    def wait(document: Document) -> Prepared:
        assert both.wait(10)
        return prepare(document)

    monkeypatch.setattr(writer, "prepare", wait)
    items = [Item(name, partial(load, name)) for name in ("a.txt", "b.txt")]

    assert ingest([], writer, items=items).added == 2


def test_what_comes_from_no_file_is_skipped_by_hash_and_never_pruned(
    writer: LibraryWriter,
) -> None:
    page = given("page.html", b"<p>Rice is dear.</p>")

    first, again = (ingest([], writer, items=[page]) for _ in "ab")

    assert (first.added, again.unchanged) == (1, 1)
    assert prune(writer) == []
