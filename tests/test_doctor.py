"""`footnoted doctor` finds each thing that can be broken in a library, and mends it."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import footnoted
from index.documents import Document, Scope
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.vectors import Chroma

ODD = "Zero \x00 byte. Emoji 👩‍👩‍👧 stay.\r\nSo do ends\u2028and \u202ethis."
Broken = Callable[[Library], None]


def ledger_says(query: str, *values: object) -> Broken:
    def broken(library: Library) -> None:
        with sqlite3.connect(library.folder / "ledger.sqlite") as ledger:
            ledger.execute(query, values)
        ledger.close()

    return broken


def chroma_lacks_one(library: Library) -> None:
    chroma = Chroma.of(library.folder / "chroma")
    keys, _ = next(chroma.held(1))
    chroma.delete(1, keys[:1])


def chroma_has_one_more(library: Library) -> None:
    Chroma.of(library.folder / "chroma").upsert(1, ["f" * 32], np.ones((1, 384), np.float32))


def chroma_has_another_vector(library: Library) -> None:
    chroma = Chroma.of(library.folder / "chroma")
    keys, vectors = next(chroma.held(1))
    chroma.upsert(1, keys[:1], -vectors[:1])


def chroma_is_garbage(library: Library) -> None:
    Chroma.of(library.folder / "chroma").close()
    (library.folder / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 100)


BROKEN = {
    "a sentence is cut wrong": (ledger_says("UPDATE sentences SET start = start + 1"), "offsets"),
    "a sentence is beyond the text": (
        ledger_says('UPDATE sentences SET "end" = 9999 WHERE number = 1'),
        "offsets",
    ),
    "sentences are missing": (ledger_says("DELETE FROM sentences WHERE number = 1"), "offsets"),
    "a document has no chunk": (ledger_says("DELETE FROM chunks"), "offsets"),
    "a text was changed": (ledger_says("UPDATE documents SET text = 'x' || text"), "offsets"),
    "a chunk was not embedded so": (ledger_says("UPDATE chunks SET key = 'other'"), "offsets"),
    "a vector is cut short": (ledger_says("UPDATE chunks SET vector = x'00'"), "vectors"),
    "a vector is zero": (ledger_says("UPDATE sentences SET vector = zeroblob(384)"), "vectors"),
    "sentences of nothing": (
        ledger_says("UPDATE sentences SET document = 'gone' WHERE number > 2"),
        "orphans",
    ),
    "chunks of nothing": (
        ledger_says("UPDATE chunks SET document = 'gone' || document"),
        "orphans",
    ),
    "headings can't be read": (ledger_says("UPDATE chunks SET headings = '['"), "headings"),
    "words are missing": (ledger_says("DELETE FROM words"), "words"),
    "words are left over": (
        ledger_says("INSERT INTO words (rowid, context, body) VALUES (999, '', 'rice')"),
        "words",
    ),
    "the words' table is gone": (ledger_says("DROP TABLE words"), "words"),
    "pages can't be read": (ledger_says("UPDATE documents SET pages = '[[1'"), "notes"),
    "chroma lacks a vector": (chroma_lacks_one, "chroma"),
    "chroma has a dangling vector": (chroma_has_one_more, "chroma"),
    "chroma has another vector": (chroma_has_another_vector, "chroma"),
    "chroma is garbage": (chroma_is_garbage, "chroma"),
    "chroma is gone": (lambda library: shutil.rmtree(library.folder / "chroma"), "chroma"),
}


def doctor(
    library: Library, capsys: pytest.CaptureFixture[str], *arguments: str
) -> tuple[int, str, str]:
    library.close()
    code = footnoted.main(["doctor", "--data", str(library.folder), *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_sound_library_is_called_so(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor(library, capsys) == (0, "2 documents, 9 sentences, 3 chunks: sound\n", "")


def test_any_characters_and_collections_are_sound(
    library: Library, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_writer(library.folder, embedder, collection="más") as writer:
        odd = Document("odd", "odd.txt", "Odd \x00", ODD, "text/plain", "")
        writer.store(writer.prepare(odd))
        add_text("rice.txt", "Row on. Row on. Row on.", writer)
        add_text("rice.txt", "Row on. Row off. Row on.", writer)

    assert doctor(library, capsys)[0] == 0


def test_documents_whose_collection_lost_its_name_are_shown_to_no_reader(
    library: Library, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_writer(library.folder, embedder, collection="ada~default") as writer:
        add_text("diary.txt", "Nobody may read this diary.", writer)
    ledger_says("DELETE FROM collections WHERE name <> 'default'")(library)

    code, out, _ = doctor(library, capsys)

    assert code == 0
    assert "mended     collections: the name of a collection with 1 document is lost" in out
    with open_library(library.folder, embedder) as whole:
        shown = {row.source: row.collection for row in whole.documents()}
        assert shown["diary.txt"] == "%~lost-2"
        for reader in ("", "ada", "bob", "%", "lost-2"):
            seen = whole.seen_by(reader)
            assert "diary.txt" not in [row.source for row in seen.documents()]
            assert not seen.lexical("diary", 1)
        assert whole.lexical("diary", 1, Scope("%~lost-2"))


@pytest.mark.parametrize(("broken", "check"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_reported_mended_and_gone(
    library: Library,
    embedder: Embedder,
    capsys: pytest.CaptureFixture[str],
    broken: Broken,
    check: str,
) -> None:
    broken(library)

    reported = doctor(library, capsys, "--check")
    mended = doctor(library, capsys)
    after = doctor(library, capsys, "--check")

    assert reported[0] == 1
    assert f"broken     {check}: " in reported[1]
    assert mended[0] == 0
    assert f"mended     {check}: " in mended[1]
    assert after[0] == 0
    assert "sound" in after[1]
    with open_library(library.folder, embedder) as reader:
        assert reader.lexical("soldiers", 1)
        assert reader.dense(embedder.embed(["soldiers"])[0], 1, Scope())


def test_a_text_that_is_lost_keeps_nothing_else_from_being_mended(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger_says("UPDATE documents SET text = '' WHERE source = 'bread.md'")(library)
    ledger_says("DELETE FROM sentences WHERE number = 1")(library)

    code, out, err = doctor(library, capsys)

    assert code == 1
    assert [line.split()[0] for line in out.splitlines() if "rice.txt" in line] == ["mended"]
    assert "bread.md has no sentence in it" in err
    assert doctor(library, capsys, "--check")[1].count("broken ") == 1


def test_orphans_are_dropped_where_the_words_table_is_gone_too(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger_says("DELETE FROM documents WHERE source = 'bread.md'")(library)
    ledger_says("DROP TABLE words")(library)

    code, out, _ = doctor(library, capsys)

    assert (code, out.splitlines()[-1]) == (0, "1 document, 6 sentences, 2 chunks: sound")


def test_vectors_that_stay_broken_are_told_and_chroma_is_not_filled_from_them(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger_says("UPDATE settings SET value = 'other' WHERE name = 'embedder'")(library)
    ledger_says("UPDATE chunks SET vector = x'00'")(library)

    code, _, err = doctor(library, capsys)

    assert code == 1
    assert "--rebuild" in err


def test_json_tells_each_finding(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    ledger_says("DELETE FROM words")(library)

    code, out, _ = doctor(library, capsys, "--json")

    assert code == 0
    assert json.loads(out) == {
        "sound": True,
        "findings": [
            {
                "check": "words",
                "what": "the words of the collection default lack those of chunk 3",
                "mended": True,
            }
        ],
        "documents": 2,
        "sentences": 9,
        "chunks": 3,
    }


def test_what_needs_the_weights_stays_broken_without_them(
    library: Library,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTNOTED_CACHE", str(tmp_path / "none"))
    ledger_says("DELETE FROM sentences WHERE number = 1")(library)

    code, out, err = doctor(library, capsys)

    assert code == 1
    assert "broken     offsets" in out
    assert "make install" in err


def test_a_damaged_file_is_told_and_never_a_traceback(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    library.close()
    file = library.folder / "ledger.sqlite"
    data = bytearray(file.read_bytes())
    data[8192 : len(data) // 2] = b"\x5a" * (len(data) // 2 - 8192)
    file.write_bytes(data)

    code, out, err = doctor(library, capsys)

    assert code == 1
    assert "sqlite" in out or "ledger" in err
    assert "Traceback" not in out + err


def test_a_folder_without_a_library_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = footnoted.main(["doctor", "--data", str(tmp_path)])

    assert code == 1
    assert "there is no library in" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_while_somebody_writes_the_doctor_waits_for_its_turn(
    library: Library, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_writer(library.folder, embedder):
        code, _, err = doctor(library, capsys)

    assert code == 1
    assert "another process is writing" in err
