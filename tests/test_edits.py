"""What an edit, a move or a copy of a document costs, and what keeps its identity."""

import sqlite3
from pathlib import Path

import numpy as np
import pytest

import footnoted
from index.documents import Document, Scope, document_id
from index.embedding import Embedder
from index.errors import DataFolderUnusable, NoSuchPath
from index.ingest import add_text, ingest
from index.library import open_library, open_writer
from index.vectors import Chroma
from index.writer import LibraryWriter

TALES = [
    f"In the year {year} the {who} of {where} sold {year % 7 + 2} {what} to a passing merchant."
    for year, where in enumerate(("Arles", "Bruges", "Cork", "Delft", "Evora", "Fulda"), 1401)
    for who in ("miller", "abbot", "ferryman", "widow", "glazier")
    for what in ("sheep", "jars of oil", "books")
]
TEXT = " ".join(TALES)
EDITED = TEXT.replace(TALES[40], "That page of the chronicle was torn out long ago by somebody.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "docs"
    made.mkdir()
    (made / "tales.txt").write_text(TEXT)
    return made


def document(text: str) -> Document:
    return Document(document_id("tales", text), "tales", "Tales", text, "text/plain", "")


def test_an_edited_sentence_has_only_its_own_chunks_embedded(writer: LibraryWriter) -> None:
    writer.store(writer.prepare(document(TEXT)))

    prepared = writer.prepare(document(EDITED))

    assert len(prepared.chunks) > 10
    assert 1 <= prepared.embedded <= 2


def test_after_an_edit_the_text_is_stored_as_if_it_had_been_indexed_so(
    writer: LibraryWriter, tmp_path: Path, embedder: Embedder
) -> None:
    writer.store(writer.prepare(document(TEXT)))
    writer.store(writer.prepare(document(EDITED)))
    id_ = document_id("tales", EDITED)
    with open_writer(tmp_path / "fresh", embedder) as fresh:
        fresh.store(fresh.prepare(document(EDITED)))

        assert writer.sentences(id_) == fresh.sentences(id_)
        assert writer.document(id_) == fresh.document(id_)
    assert writer.counts()[:2] == (1, len(TALES))
    assert len(writer.lexical("merchant chronicle", 99)) == writer.counts()[2]


def test_the_next_writer_does_not_fill_chroma_anew_for_one_more_document(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for collection in ("one", "two"):
        with open_writer(tmp_path, embedder, collection=collection) as writer:
            add_text("a.txt", "Rice is good. " * 100 + "Bread is better.", writer)
            add_text("b.txt", "Oil is dear.", writer)
    filled: list[object] = []
    monkeypatch.setattr(Chroma, "rebuild", lambda *given: filled.append(given))

    with open_writer(tmp_path, embedder, collection="one") as writer:
        add_text("c.txt", "Salt is cheap.", writer)

        assert filled == []
        assert writer.dense(embedder.embed(["Salt is cheap."])[0], 1, Scope("one"))[0][1] > 0.9


def test_sentences_that_moved_keep_their_ids(writer: LibraryWriter) -> None:
    before = {one.id for one in writer.sentences(add_text("tales", TEXT, writer).id)}

    edited = add_text("tales", "A foreword came later. " + EDITED, writer)

    after = {one.id for one in writer.sentences(edited.id)}
    assert len(before) == len(TALES)
    assert len(before - after) == 1
    assert len(after - before) == 2


def test_a_sentence_is_found_by_its_id_wherever_it_stands_now(writer: LibraryWriter) -> None:
    last = writer.sentences(add_text("tales", TEXT, writer).id)[-1]

    edited = add_text("tales", "A foreword came later. " + TEXT, writer)

    moved = writer.sentence(edited.id, last.id)
    assert moved is not None
    assert moved.number == last.number + 1
    assert edited.text[moved.start : moved.end] == TALES[-1]
    assert writer.sentence(edited.id, "unknown") is None


def test_sentences_of_the_same_words_have_ids_of_their_own(writer: LibraryWriter) -> None:
    stored = add_text("song", "Row on. Row on. Row on.", writer)

    assert len({one.id for one in writer.sentences(stored.id)}) == 3


def test_chunks_that_moved_are_still_found_by_their_words_and_vectors(
    writer: LibraryWriter, embedder: Embedder
) -> None:
    add_text("tales", EDITED, writer)
    edited = add_text("tales", "A foreword came later. " + EDITED, writer)
    writer.close()

    with open_library(writer.folder, embedder) as library:
        found = library.chunk(library.lexical("torn chronicle", 1)[0][0])
        near = library.dense(embedder.embed([TALES[-1]])[0], 1)
        nearest = library.chunk(near[0][0])
    assert found is not None
    assert nearest is not None
    assert "torn out" in edited.text[found.start : found.end]
    assert "glazier of Fulda" in edited.text[nearest.start : nearest.end]


def test_a_renamed_file_keeps_its_document_and_is_not_even_read(
    folder: Path, writer: LibraryWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([folder], writer)
    (id_,) = (row.id for row in writer.documents())
    (folder / "deep").mkdir()
    (folder / "tales.txt").rename(folder / "deep" / "chronicle.txt")
    monkeypatch.setattr(writer, "prepare", None)
    seen = []

    summary = ingest([folder], writer, on_progress=seen.append)

    (row,) = writer.documents()
    assert (row.id, row.source, row.title) == (id_, "deep/chronicle.txt", "chronicle")
    assert (summary.added, summary.unchanged) == (0, 1)
    assert (seen[0].what, seen[0].source, seen[0].reason) == (
        *("moved", "deep/chronicle.txt", "from tales.txt"),
    )


def test_files_of_the_same_content_that_move_are_each_followed(
    folder: Path, writer: LibraryWriter
) -> None:
    (folder / "old").mkdir()
    (folder / "old" / "copy.txt").write_text(TEXT)
    (folder / "tales.txt").rename(folder / "old" / "tales.txt")
    ingest([folder], writer)
    before = {row.source: row.id for row in writer.documents()}
    (folder / "old").rename(folder / "new")

    summary = ingest([folder], writer)

    after = {row.source: row.id for row in writer.documents()}
    assert (summary.added, summary.unchanged) == (0, 2)
    assert after == {source.replace("old", "new"): id_ for source, id_ in before.items()}


def test_a_renamed_document_is_found_by_its_new_title(folder: Path, writer: LibraryWriter) -> None:
    ingest([folder], writer)
    (folder / "tales.txt").rename(folder / "chronicle.txt")

    ingest([folder], writer)

    assert writer.lexical("chronicle", 1)
    assert not writer.lexical("tales", 1)


def test_a_new_file_in_the_place_of_a_renamed_one_takes_nothing_from_it(
    folder: Path, writer: LibraryWriter
) -> None:
    ingest([folder], writer)
    (folder / "tales.txt").rename(folder / "old.txt")
    ingest([folder], writer)
    (folder / "tales.txt").write_text(TEXT)

    summary = ingest([folder], writer)

    assert (summary.added, summary.unchanged) == (1, 1)
    assert [row.source for row in writer.documents()] == ["old.txt", "tales.txt"]
    assert len({row.id for row in writer.documents()}) == 2
    assert all(len(writer.sentences(row.id)) == len(TALES) for row in writer.documents())


def test_a_copy_is_a_document_of_its_own_and_embeds_nothing(writer: LibraryWriter) -> None:
    writer.store(writer.prepare(document(TEXT)))
    copy = Document(document_id("copy", TEXT), "copy", "Copy", TEXT, "text/plain", "")

    prepared = writer.prepare(copy)
    writer.store(prepared)
    writer.remove("tales")

    assert prepared.embedded == 0
    assert len(writer.lexical("merchant", 99)) == writer.counts()[2]


def test_a_document_that_another_collection_takes_keeps_its_id_and_embeds_nothing(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_writer(tmp_path, embedder) as writer:
        id_ = add_text("tales.txt", TEXT, writer).id
    with open_writer(tmp_path, embedder, collection="old") as writer:
        monkeypatch.setattr(Embedder, "embed_spans", only_nothing)
        writer.take(id_)
    monkeypatch.undo()
    vector = embedder.embed([TALES[-1]])[0]

    with open_library(tmp_path, embedder) as library:
        found = [library.lexical("glazier Fulda", 1, scope) for scope in (Scope("old"), Scope())]
        near = [library.dense(vector, 1, scope) for scope in (Scope("old"), Scope())]
        (row,) = library.documents()

    assert (row.id, row.collection, row.source) == (id_, "old", "tales.txt")
    assert [len(each) for each in (*found, *near)] == [1, 0, 1, 0]
    assert footnoted.main(["doctor", "--check", "--data", str(tmp_path)]) == 0


def only_nothing(embedder: Embedder, texts: list[str], spans: list[object]) -> object:
    """What embedding no text gives; to embed one is an error."""
    assert texts == spans == []
    return np.zeros((0, 384), np.float32), []


def test_a_document_is_not_taken_where_one_of_its_source_is(
    tmp_path: Path, embedder: Embedder
) -> None:
    for collection, text in (("old", "It rained."), ("new", "It snowed.")):
        with open_writer(tmp_path, embedder, collection=collection) as writer:
            id_ = add_text("weather.txt", text, writer).id
    with (
        open_writer(tmp_path, embedder, collection="old") as writer,
        pytest.raises(NoSuchPath, match=r"old has a weather\.txt already"),
    ):
        writer.take(id_)


def test_a_rebuild_with_the_same_embedder_embeds_nothing(
    writer: LibraryWriter, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_text("tales", TEXT, writer)
    writer.close()
    read: list[str] = []
    embed = embedder.embed_spans
    monkeypatch.setattr(
        embedder, "embed_spans", lambda texts, spans: (read.extend(texts), embed(texts, spans))[1]
    )
    told = []

    open_writer(writer.folder, embedder, rebuild=lambda *n: told.append(n)).close()

    assert read == []
    assert told == [(1, 1)]


def test_a_library_of_format_1_is_refused_until_a_rebuild_takes_its_texts_over(
    tmp_path: Path, embedder: Embedder
) -> None:
    with sqlite3.connect(tmp_path / "ledger.sqlite") as ledger:
        ledger.executescript(FORMAT_1)
        ledger.execute(
            "INSERT INTO documents VALUES ('d', 'tales', 'Tales', ?, 'text/plain', '', '', '[]')",
            (TEXT,),
        )
    ledger.close()
    with pytest.raises(DataFolderUnusable, match="--rebuild"):
        open_library(tmp_path, embedder)
    with pytest.raises(DataFolderUnusable, match="--rebuild"):
        open_writer(tmp_path, embedder)

    open_writer(tmp_path, embedder, rebuild=True).close()

    with open_library(tmp_path, embedder) as library:
        assert library.counts()[:2] == (1, len(TALES))
        assert library.lexical("abbot", 1)
        assert library.dense(embedder.embed(["the abbot's books"])[0], 1)


FORMAT_1 = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT INTO settings VALUES ('format', '1'), ('generation', '4'), ('embedder', 'an older one');
CREATE TABLE documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    media_type TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE TABLE sentences (
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading INTEGER NOT NULL,
    vector BLOB NOT NULL, PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE TABLE chunks (
    row INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL,
    vector BLOB NOT NULL, UNIQUE (document, number)
);
CREATE VIRTUAL TABLE words USING fts5 (context, body);
"""
