import multiprocessing
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from conftest import RICE

from index.doctor import examine
from index.documents import Document, document_id
from index.embedding import Embedder
from index.errors import DataFolderUnusable, EmbedderMismatch
from index.homes import Folder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.lock import WriteLock
from index.nearest import Place
from index.vectors import Chroma
from index.writer import prepare

OTHER = "Oil\nNo oil was sold to anyone. The wells are dry.\n"


def sources(library: Library) -> list[str]:
    return [row.source for row in library.documents()]


def held(library: Library) -> set[str]:
    """The keys of the vectors that Chroma holds of the default collection."""
    batches = Chroma.of(library.folder / "chroma").held(1)
    return {key for keys, _ in batches for key in keys}


def in_another_process(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


ADD = """
import sys
from pathlib import Path
from index.embedding import Embedder
from index.folders import cache_folder
from index.ingest import add_text
from index.library import open_writer
with open_writer(Path(sys.argv[1]), Embedder.load(cache_folder())) as writer:
    add_text(sys.argv[2], sys.argv[3], writer)
"""

# Stops dead, without any clean-up, where a crash hurts most: Chroma has the vectors, the ledger
# is in the middle of its transaction.
CRASH = ADD.replace(
    "with open_writer",
    "import os, index.tables\nindex.tables._put_chunk = lambda *_: os._exit(9)\nwith open_writer",
)


def test_a_missing_folder_is_an_empty_library_and_is_not_made(
    tmp_path: Path, embedder: Embedder
) -> None:
    folder = tmp_path / "none"

    with open_library(folder, embedder) as library:
        assert library.counts() == (0, 0, 0)
        assert library.documents() == []
        assert library.dense(embedder.embed(["rice"])[0], 3) == []
        assert library.lexical("rice", 3) == []
    assert not folder.exists()


def test_a_document_comes_back_as_it_was_stored(library: Library) -> None:
    row = next(row for row in library.documents() if row.source == "rice.txt")

    document = library.document(row.id)

    assert document is not None
    assert document.text == RICE
    assert document.title == row.title == "The Rice Deal"
    assert row.sentences == len(library.sentences(row.id)) == 6


def test_any_characters_survive_the_ledger(tmp_path: Path, embedder: Embedder) -> None:
    text = "Zero \x00 byte. Emoji 👩‍👩‍👧 stay.\r\nSo do line ends\u2028and \u202ethis."
    odd = Document(document_id("odd", text), "odd", "Odd \x00", text, "text/plain", "")
    with open_writer(tmp_path, embedder) as writer:
        writer.store(prepare(odd, embedder))

        assert writer.document(odd.id) == odd


def test_sentence_vectors_are_of_length_one_and_close_to_the_exact_ones(
    library: Library, embedder: Embedder
) -> None:
    row = next(row for row in library.documents() if row.source == "rice.txt")
    document = library.document(row.id)
    assert document is not None

    stored = library.sentence_vectors(row.id, 0, 6)

    exact = prepare(document, embedder).sentence_vectors
    assert (stored * exact).sum(axis=1).min() > 0.999
    assert library.sentence_vectors(row.id, 2, 4).shape == (2, 384)
    assert library.sentence_vectors("unknown", 0, 9).shape == (0, 384)


def test_dense_search_finds_the_nearest_chunk_by_its_cosine(
    library: Library, embedder: Embedder
) -> None:
    vector = embedder.embed(["How much rice did Russia offer?"])[0]

    found = library.dense(vector, 3)

    chunk = library.chunk(found[0][0])
    assert chunk is not None
    assert "700,000 tons" in RICE[chunk.start : chunk.end]
    assert found == sorted(found, key=lambda pair: -pair[1])
    assert found[0][1] == pytest.approx(
        library._nearest.compare(library._connection, Place(1), vector, 1)[0][1], abs=2e-3
    )


@pytest.mark.parametrize(
    "query", ['"', "rice AND", "NEAR(", "tons*", "a OR", "-x", "col:rice", "(", "\x00", "", "the"]
)
def test_nothing_in_a_question_is_taken_for_search_syntax(library: Library, query: str) -> None:
    assert isinstance(library.lexical(query, 3), list)


def test_lexical_search_knows_word_forms_and_titles(library: Library) -> None:
    found = library.lexical("What do the soldiers earn, and any officer?", 2)
    by_title = library.lexical("breads", 1)

    chunk = library.chunk(found[0][0])
    assert chunk is not None
    assert "12,000 soldiers" in RICE[chunk.start : chunk.end]
    bread = library.chunk(by_title[0][0])
    assert bread is not None
    assert bread.headings == ("Bread",)


def test_a_replaced_document_leaves_nothing_behind(library: Library, embedder: Embedder) -> None:
    old = next(row.id for row in library.documents() if row.source == "rice.txt")

    with open_writer(library.folder, embedder) as writer:
        add_text("rice.txt", OTHER, writer)

    assert library.document(old) is None
    assert library.sentences(old) == []
    assert library.chunk(f"{old}:0") is None
    assert not library.lexical("rice", 9)
    ids = [id_ for id_, _ in library.dense(embedder.embed(["rice"])[0], 9)]
    assert len(ids) == library.counts()[2]
    assert not [id_ for id_ in ids if id_.startswith(old)]


def test_a_reader_sees_what_another_process_wrote(library: Library, embedder: Embedder) -> None:
    vector = embedder.embed(["Was oil sold?"])[0]
    library.dense(vector, 1)

    done = in_another_process(ADD, library.folder, "oil.txt", OTHER)

    assert done.returncode == 0, done.stderr
    assert "oil.txt" in sources(library)
    found = library.chunk(library.dense(vector, 1)[0][0])
    assert found is not None
    assert found.headings == ("Oil",)


def test_a_document_that_is_replaced_is_never_half_visible(
    library: Library, embedder: Embedder
) -> None:
    stop = threading.Event()
    seen: set[tuple[str, int]] = set()

    def watch() -> None:
        with open_library(library.folder, embedder) as reader:
            while not stop.is_set():
                rows = {row.source: row for row in reader.documents()}
                seen.add((rows["rice.txt"].title, rows["rice.txt"].sentences))

    watcher = threading.Thread(target=watch)
    watcher.start()
    with open_writer(library.folder, embedder) as writer:
        [add_text("rice.txt", text, writer) for text in (OTHER, RICE) * 10]
    stop.set()
    watcher.join()

    assert seen <= {("The Rice Deal", 6), ("Oil", 3)}


def test_a_crash_in_the_middle_of_storing_changes_nothing(
    library: Library, embedder: Embedder
) -> None:
    vector = embedder.embed(["Was oil sold?"])[0]
    before = library.documents(), {id_ for id_, _ in library.dense(vector, 9)}

    crashed = in_another_process(CRASH, library.folder, "rice.txt", OTHER)

    assert crashed.returncode == 9
    with open_library(library.folder, embedder) as reader:
        assert (reader.documents(), {id_ for id_, _ in reader.dense(vector, 9)}) == before
    with open_writer(library.folder, embedder) as writer:
        assert len(held(library)) == len(before[1])
        assert add_text("rice.txt", OTHER, writer).title == "Oil"


def test_after_a_crash_chroma_loses_what_the_crash_left_and_is_not_filled_anew(
    library: Library, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_another_process(CRASH, library.folder, "rice.txt", OTHER)
    put: list[object] = []
    monkeypatch.setattr(Chroma, "rebuild", lambda *_: pytest.fail("it filled all of Chroma"))
    monkeypatch.setattr(Chroma, "upsert", lambda *given: put.append(given))

    open_writer(library.folder, embedder).close()

    assert len(held(library)) == library.counts()[2]
    assert put == []


def test_after_a_crash_vectors_are_compared_by_key_though_there_are_as_many(
    library: Library, embedder: Embedder
) -> None:
    before = held(library)
    chroma = Chroma.of(library.folder / "chroma")
    chroma.delete(1, [min(before)])
    chroma.upsert(1, ["dangling"], np.eye(1, 384, dtype=np.float32))
    with sqlite3.connect(library.folder / "ledger.sqlite") as ledger:
        ledger.execute("DELETE FROM settings WHERE name = 'chroma'")

    open_writer(library.folder, embedder).close()

    assert held(library) == before


def test_what_was_opened_before_anothers_crash_and_repair_can_be_written_to(
    library: Library, embedder: Embedder
) -> None:
    library.dense(embedder.embed(["rice"])[0], 3)
    in_another_process(CRASH, library.folder, "rice.txt", OTHER)
    in_another_process(ADD.replace("add_text(", "print("), library.folder, "no", "change")

    with open_writer(library.folder, embedder) as writer:
        add_text("oil.txt", OTHER, writer)

    assert examine(library.folder, None).found == ()


def test_chroma_is_rebuilt_from_the_ledger_when_it_is_gone(
    library: Library, embedder: Embedder
) -> None:
    vector = embedder.embed(["rice"])[0]
    expected = [id_ for id_, _ in library.dense(vector, 3)]
    chroma = Chroma.of(library.folder / "chroma")
    chroma.close()
    shutil.rmtree(library.folder / "chroma")

    assert [id_ for id_, _ in library.dense(vector, 3)] == expected
    assert [id_ for id_, _ in library.dense(vector, 3)] == expected
    assert len(held(library)) == library.counts()[2]


def test_chroma_is_rebuilt_when_its_file_is_garbage(library: Library, embedder: Embedder) -> None:
    vector = embedder.embed(["rice"])[0]
    expected = [id_ for id_, _ in library.dense(vector, 3)]
    chroma = Chroma.of(library.folder / "chroma")
    chroma.close()
    (library.folder / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 100)

    assert [id_ for id_, _ in library.dense(vector, 3)] == expected
    assert len(held(library)) == library.counts()[2]


def test_a_writer_that_changes_nothing_leaves_chroma_alone(
    library: Library, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    Chroma.of(library.folder / "chroma").close()
    monkeypatch.setattr(Folder, "connect", lambda _: pytest.fail("it opened Chroma"))

    with open_writer(library.folder, embedder) as writer:
        assert sources(writer) == ["bread.md", "rice.txt"]


def test_a_change_fills_a_chroma_that_is_gone(library: Library, embedder: Embedder) -> None:
    Chroma.of(library.folder / "chroma").close()
    shutil.rmtree(library.folder / "chroma")

    with open_writer(library.folder, embedder) as writer:
        writer.remove("bread.md")

    assert len(held(library)) == library.counts()[2] > 0


def test_what_a_failed_write_left_in_chroma_goes_with_the_next_writer(
    library: Library, embedder: Embedder
) -> None:
    with open_writer(library.folder, embedder) as writer:
        (pages,) = writer._ledger.execute("PRAGMA page_count").fetchone()
        writer._ledger.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(DataFolderUnusable, match="disk is full"):
            add_text("oil.txt", OTHER * 500, writer)
    assert len(held(library)) > library.counts()[2]

    open_writer(library.folder, embedder).close()

    assert len(held(library)) == library.counts()[2]


def test_while_somebody_writes_readers_compare_the_ledgers_vectors(
    library: Library, embedder: Embedder
) -> None:
    vector = embedder.embed(["How much rice did Russia offer?"])[0]
    usual = library.dense(vector, 3)

    with open_writer(library.folder, embedder):
        meanwhile = library.dense(vector, 3)

    assert [id_ for id_, _ in meanwhile] == [id_ for id_, _ in usual]
    assert [score for _, score in meanwhile] == pytest.approx([s for _, s in usual], abs=2e-3)


def test_a_second_writer_is_told_who_holds_the_lock(library: Library, embedder: Embedder) -> None:
    with open_writer(library.folder, embedder):
        done = in_another_process(ADD, library.folder, "oil.txt", OTHER)

    assert "LibraryLocked" in done.stderr
    assert f"process {multiprocessing.current_process().pid}" in done.stderr
    assert "oil.txt" not in sources(library)


def test_the_lock_of_a_process_that_died_is_free(library: Library, embedder: Embedder) -> None:
    crashed = in_another_process(CRASH, library.folder, "rice.txt", OTHER)

    assert crashed.returncode == 9
    with open_writer(library.folder, embedder) as writer:
        assert writer.counts()[0] == 2


def test_a_writer_that_fails_to_open_gives_the_lock_back(
    library: Library, embedder: Embedder
) -> None:
    other = Embedder("another", embedder._model, embedder._tokenizer)
    with pytest.raises(EmbedderMismatch):
        open_writer(library.folder, other)

    lock = WriteLock(library.folder)
    assert lock.try_acquire()
    lock.release()


def test_another_embedder_is_refused_until_a_rebuild(library: Library, embedder: Embedder) -> None:
    other = Embedder("another", embedder._model, embedder._tokenizer)
    before = library.counts()
    with pytest.raises(EmbedderMismatch, match="--rebuild"):
        open_library(library.folder, other)

    open_writer(library.folder, other, rebuild=True).close()

    with open_library(library.folder, other) as rebuilt:
        assert rebuilt.counts() == before
        assert rebuilt.dense(embedder.embed(["rice"])[0], 1)
    with pytest.raises(EmbedderMismatch):
        library.counts()


def test_without_an_embedder_documents_can_be_listed_and_removed(library: Library) -> None:
    with open_writer(library.folder, None) as writer:
        assert writer.remove("rice.txt")
        assert not writer.remove("rice.txt")

    assert sources(library) == ["bread.md"]


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path, embedder: Embedder) -> None:
    file = tmp_path / "file"
    file.write_text("mine")

    with pytest.raises(DataFolderUnusable, match="is a file"):
        open_library(file, embedder)
    with pytest.raises(DataFolderUnusable, match="is a file"):
        open_writer(file, embedder)
    assert file.read_text() == "mine"


def test_a_ledger_that_is_something_else_is_refused(tmp_path: Path, embedder: Embedder) -> None:
    (tmp_path / "ledger.sqlite").write_text("not a database, but long enough to look like one")

    with pytest.raises(DataFolderUnusable, match="no ledger"):
        open_library(tmp_path, embedder)
    with pytest.raises(DataFolderUnusable, match="no ledger"):
        open_writer(tmp_path, embedder)


def test_a_library_of_another_format_is_refused(library: Library, embedder: Embedder) -> None:
    with sqlite3.connect(library.folder / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE settings SET value = '99' WHERE name = 'format'")

    with pytest.raises(DataFolderUnusable, match="format 99"):
        open_library(library.folder, embedder)


def test_on_a_full_disk_what_was_indexed_stays(library: Library, embedder: Embedder) -> None:
    before = library.documents()
    with open_writer(library.folder, embedder) as writer:
        (pages,) = writer._ledger.execute("PRAGMA page_count").fetchone()
        writer._ledger.execute(f"PRAGMA max_page_count = {pages}")

        with pytest.raises(DataFolderUnusable, match="disk is full"):
            add_text("oil.txt", OTHER * 500, writer)
        assert writer.documents() == before
    assert library.documents() == before
    assert library.dense(embedder.embed(["rice"])[0], 1)


def test_a_library_that_is_deleted_and_made_anew_is_seen(
    library: Library, embedder: Embedder
) -> None:
    shutil.rmtree(library.folder)
    assert library.counts() == (0, 0, 0)

    done = in_another_process(ADD, library.folder, "oil.txt", OTHER)

    assert done.returncode == 0, done.stderr
    assert sources(library) == ["oil.txt"]
    assert len(library.dense(embedder.embed(["oil"])[0], 5)) == 1


def test_a_reader_serves_many_threads(library: Library, embedder: Embedder) -> None:
    vector = embedder.embed(["rice"])[0]
    expected = library.dense(vector, 3)
    found: list[object] = []

    def search() -> None:
        found.extend(library.dense(vector, 3)[0][0] for _ in range(20))
        found.extend(library.lexical("rice", 1)[0][0] for _ in range(20))

    threads = [threading.Thread(target=search) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert found == [expected[0][0]] * 240


def test_more_vectors_than_chroma_takes_at_once(tmp_path: Path) -> None:
    chroma = Chroma.of(tmp_path / "chroma")
    vectors = np.random.default_rng(1).normal(size=(6000, 384)).astype(np.float32)

    chroma.upsert(1, [str(n) for n in range(6000)], vectors)

    assert chroma.count(1, 1) == 6000
    assert chroma.query(1, 1, vectors[4321], 1)[0][0] == "4321"
    chroma.close()


def test_documents_keep_their_pages(tmp_path: Path, embedder: Embedder) -> None:
    text = "Page one says this. Page two says that."
    id_ = document_id("paged.pdf", text)
    paged = Document(id_, "paged.pdf", "Paged", text, "application/pdf", "", "", ((0, 1), (20, 2)))
    with open_writer(tmp_path, embedder) as writer:
        writer.store(prepare(paged, embedder))

        assert writer.document(id_) == paged
