import io
import itertools
import os
import signal
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import docx
import pytest
from made import epub, lines, pdf, zipped
from test_readers import saved

from index.errors import UnreadableDocument
from index.readers.pool import MEMORY_MB, ReaderPool
from index.readers.types import Read
from index.readers.wire import as_read

NAMES = "abcdefghi"
ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{inner};" * 10}">' for inner, name in itertools.pairwise(NAMES)
)
BOMB = (
    f'<!DOCTYPE bomb [<!ENTITY a "lol lol lol lol lol">{ENTITIES}]>'
    "<package><spine>&i;</spine></package>"
)

linux = pytest.mark.skipif(sys.platform != "linux", reason="macOS has no limit to look at")


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool() as opened:
        yield opened


def children(pool: ReaderPool) -> list[int]:
    return [child._process.pid for child in pool._children]


def holds(pool: ReaderPool) -> bool:
    """Whether the pool still reads."""
    return pool.read(".csv", b"a,b,c\nd,e,f").text == "| a: d; b: e; c: f |"


def test_a_child_reads_what_its_parent_would(pool: ReaderPool) -> None:
    read = pool.read(".pdf", pdf([lines("One page."), None]))

    assert read.text == "One page."
    assert read.pages == ((0, 1),)
    assert read.layout
    assert read.warnings == ("page 2 has no text: it needs OCR",)


def test_a_child_is_kept_for_the_next_file(pool: ReaderPool) -> None:
    assert holds(pool)
    before = children(pool)

    assert holds(pool)
    assert children(pool) == before


def test_several_threads_read_at_once() -> None:
    with ReaderPool() as pool, ThreadPoolExecutor(2) as threads:
        both = [threads.submit(pool.read, ".csv", b"a,b,c\n" + b"d,e,f\n" * 9000) for _ in "ab"]

        assert [len(each.result().text) > 9000 for each in both] == [True, True]
        assert len(children(pool)) == 2


def test_a_crashed_child_costs_one_file_and_is_replaced() -> None:
    with ReaderPool() as pool:
        assert holds(pool)
        os.kill(children(pool)[0], signal.SIGKILL)

        with pytest.raises(UnreadableDocument, match="its reader crashed"):
            holds(pool)
        assert holds(pool)


def test_a_file_that_takes_too_long_is_stopped() -> None:
    with ReaderPool(timeout_s=0.001) as pool:
        with pytest.raises(
            UnreadableDocument, match=r"took longer than 0.001 s and was stopped: split it"
        ):
            holds(pool)
        assert children(pool) == []


def test_a_file_that_needs_too_much_memory_is_stopped() -> None:
    wide = b"<p>" + b"<b>x</b>" * 4_000_000

    with ReaderPool(memory_mb=32) as pool:
        with pytest.raises(UnreadableDocument, match="needs more than 32 MB"):
            pool.read(".html", wide)
        assert holds(pool)


@linux
def test_the_system_itself_holds_a_child_to_its_memory(pool: ReaderPool) -> None:
    assert holds(pool)

    limits = Path(f"/proc/{children(pool)[0]}/limits").read_text()

    row = next(line for line in limits.splitlines() if line.startswith("Max address space"))
    assert MEMORY_MB * 2**20 < int(row.split()[3]) < 1.5 * MEMORY_MB * 2**20


def test_a_zip_bomb_is_refused_before_it_is_unpacked(pool: ReaderPool, tmp_path: Path) -> None:
    path = tmp_path / "bomb.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as member:
            for _ in range(520):
                member.write(bytes(2**20))

    assert path.stat().st_size < 2**20
    with pytest.raises(UnreadableDocument, match="it unpacks to 520 MB, more than the 512 MB"):
        pool.read(".docx", path.read_bytes())


def test_entities_that_multiply_are_not_expanded(pool: ReaderPool) -> None:
    book = epub({"a": "<p>Text.</p>"}, spine=["a"])
    bombed = zipped({"META-INF/container.xml": _member(book), "OEBPS/book.opf": BOMB})

    with pytest.raises(UnreadableDocument):
        pool.read(".epub", bombed)
    assert holds(pool)


def test_entities_of_a_word_document_are_not_expanded(pool: ReaderPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("swordfish")
    path = tmp_path / "a.docx"
    path.write_bytes(saved(docx.Document()))
    body = (
        f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document xmlns:w="http://schemas.'
        'openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Seen: &x;.</w:t>'
        "</w:r></w:p></w:body></w:document>"
    )
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}

    read = pool.read(".docx", zipped({**files, "word/document.xml": body}))

    assert "Seen" in read.text
    assert "swordfish" not in read.text


def test_a_child_sees_no_key_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test-secret")

    with ReaderPool() as pool:
        assert holds(pool)
        environment = Path(f"/proc/{children(pool)[0]}/environ")
        assert not environment.exists() or b"sk-test" not in environment.read_bytes()


def test_a_folder_of_documents_is_not_where_a_childs_code_comes_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "csv.py").write_text("raise SystemExit")
    (tmp_path / "index").mkdir()
    monkeypatch.chdir(tmp_path)

    with ReaderPool() as pool:
        assert holds(pool)


def test_closing_the_pool_ends_its_children() -> None:
    pool = ReaderPool()
    assert holds(pool)
    (child,) = pool._children

    pool.close()

    assert child.exit_code is not None
    with pytest.raises(UnreadableDocument):
        holds(pool)


GOOD = {
    "text": "a",
    "media_type": "m",
    "title": "",
    "layout": "",
    "pages": [[0, 1]],
    "warnings": [],
}


@pytest.mark.parametrize(
    "harm",
    [
        {"pages": [[0]]},
        {"pages": "x"},
        {"pages": [[5, 1], [0, 2]]},
        {"text": "\ud800"},
        {"warnings": None},
        {"title": None},
    ],
)
def test_an_answer_that_no_reader_gives_counts_as_a_crash(harm: dict[str, object]) -> None:
    with pytest.raises(EOFError):
        as_read(GOOD | harm)


def test_an_answer_of_the_right_shape_is_taken() -> None:
    assert as_read(GOOD) == Read("a", "m", pages=((0, 1),))


def _member(book: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read("META-INF/container.xml")
