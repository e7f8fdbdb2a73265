"""The embedded Chroma and a server keep the same contract; libraries on one server don't mix."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import BREAD, RICE

import footnoted
from index.embedding import Embedder
from index.errors import ChromaUnreachable
from index.homes import Folder, Home, Server, home_of
from index.ingest import add_text
from index.ledger import open_ledger, setting
from index.library import Library, open_library, open_writer
from index.vectors import Chroma, ChromaBroken

VECTORS = np.eye(4, 384, dtype=np.float32)
KEYS = ["a", "b", "c", "d"]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [*command, "--path", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 30
    while socket.socket().connect_ex(("127.0.0.1", port)) and time.monotonic() < until:
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


@pytest.fixture(params=["folder", "server"])
def chroma(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> Iterator[Chroma]:
    home: Home = Folder(tmp_path / "chroma")
    if request.param == "server":
        home = Server(url, f"test-{tmp_path.name}-")
    yield (opened := Chroma.of(home))
    opened.close()


@pytest.fixture(params=["", "server"], ids=["folder", "server"])
def at(request: pytest.FixtureRequest, url: str) -> str:
    """Where the vectors of a library are: the URL, or "" for its own folder."""
    return url if request.param else ""


def keys(chroma: Chroma, collection: int) -> set[str]:
    return {key for some, _ in chroma.held(collection) for key in some}


def test_the_nearest_come_first_with_their_cosine(chroma: Chroma) -> None:
    chroma.upsert(1, KEYS, VECTORS)

    found = chroma.query(1, 1, VECTORS[2] + 0.1 * VECTORS[1], 2)

    assert [key for key, _ in found] == ["c", "b"]
    assert found[0][1] == pytest.approx(1 / 1.01**0.5, abs=1e-3)


def test_what_is_put_again_replaces_and_what_is_deleted_is_gone(chroma: Chroma) -> None:
    chroma.upsert(1, KEYS, VECTORS)
    chroma.upsert(1, ["a"], VECTORS[3:])
    chroma.delete(1, ["b", "unknown"])

    assert chroma.count(1, 1) == 3
    assert keys(chroma, 1) == {"a", "c", "d"}
    assert {key for key, _ in chroma.query(1, 1, VECTORS[3], 2)} == {"a", "d"}


def test_collections_hold_their_own(chroma: Chroma) -> None:
    chroma.upsert(1, KEYS[:2], VECTORS[:2])
    chroma.upsert(2, KEYS[2:], VECTORS[2:])

    assert [key for key, _ in chroma.query(2, 1, VECTORS[0], 9)] in (["c", "d"], ["d", "c"])
    assert chroma.collections() == {1, 2}


def test_a_rebuild_leaves_what_it_is_given_and_nothing_else(chroma: Chroma) -> None:
    chroma.upsert(1, KEYS, VECTORS)
    chroma.upsert(7, KEYS, VECTORS)

    chroma.rebuild([(1, ["d"], VECTORS[3:]), (2, ["a"], VECTORS[:1])], 5)

    assert (keys(chroma, 1), keys(chroma, 2)) == ({"d"}, {"a"})
    assert chroma.collections() == {1, 2}


def test_an_empty_collection_answers(chroma: Chroma) -> None:
    assert chroma.count(1, 1) == 0
    assert chroma.query(1, 1, VECTORS[0], 3) == []


def test_two_libraries_on_one_server_do_not_mix(url: str, tmp_path: Path) -> None:
    homes = [Server(url, f"{tmp_path.name}-{n}-") for n in "ab"]
    one, other = map(Chroma.of, homes)
    one.upsert(1, KEYS[:2], VECTORS[:2])
    other.upsert(1, KEYS, VECTORS)

    one.rebuild([(1, ["x"], VECTORS[:1])], 2)

    assert (keys(one, 1), keys(other, 1)) == ({"x"}, set(KEYS))


def test_a_library_is_filled_searched_edited_and_rebuilt(
    at: str, tmp_path: Path, embedder: Embedder
) -> None:
    vector = embedder.embed(["How much rice?"])[0]
    with open_writer(tmp_path, embedder, chroma_url=at) as writer:
        add_text("rice.txt", RICE, writer)
        add_text("bread.md", BREAD, writer)
        add_text("bread.md", RICE.replace("rice", "oil"), writer)
    open_writer(tmp_path, embedder, chroma_url=at, rebuild=True).close()

    with open_library(tmp_path, embedder, chroma_url=at) as library:
        found = library.dense(vector, 9)
        first = library.chunk(found[0][0])
    assert first is not None
    assert len(found) == 4
    assert "700,000 tons of rice" in RICE[first.start : first.end]
    assert footnoted_is_sound(at, tmp_path)


def test_vectors_that_are_gone_are_filled_in_again(
    at: str, tmp_path: Path, embedder: Embedder
) -> None:
    vector = embedder.embed(["How much rice?"])[0]
    with open_writer(tmp_path, embedder, chroma_url=at) as writer:
        add_text("rice.txt", RICE, writer)
    with open_library(tmp_path, embedder, chroma_url=at) as library:
        chroma = library._nearest.chroma
        before = library.dense(vector, 9)
        chroma.rebuild([], 1)

        again = [library.dense(vector, 9) for _ in range(2)]

        assert [[id_ for id_, _ in found] for found in again] == [[id_ for id_, _ in before]] * 2
        assert len(keys(chroma, 1)) == len(before)


def test_a_copied_data_folder_is_a_library_of_its_own(
    url: str, tmp_path: Path, embedder: Embedder
) -> None:
    with open_writer(tmp_path / "one", embedder, chroma_url=url) as writer:
        add_text("rice.txt", RICE, writer)
    shutil.copytree(tmp_path / "one", tmp_path / "two")
    with open_writer(tmp_path / "two", embedder, chroma_url=url) as writer:
        writer.remove("rice.txt")

    with open_library(tmp_path / "one", embedder, chroma_url=url) as library:
        assert len(library.dense(embedder.embed(["rice"])[0], 9)) == library.counts()[2]
    assert footnoted_is_sound(url, tmp_path / "one")


def test_a_server_that_does_not_answer_is_told_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rice.txt").write_text(RICE)
    monkeypatch.setenv("FOOTNOTED_CHROMA_URL", "http://127.0.0.1:9")

    code = footnoted.main(["index", "--data", str(tmp_path / "d"), str(tmp_path / "rice.txt")])

    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (1, 1)
    assert "the Chroma server at http://127.0.0.1:9 can't be reached" in said


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://x", "http://", "http://x:port"])
def test_what_is_no_address_is_refused(tmp_path: Path, embedder: Embedder, url: str) -> None:
    with pytest.raises(ChromaUnreachable, match="is no http address"):
        open_writer(tmp_path, embedder, chroma_url=url)


def test_a_file_of_settings_in_the_working_folder_sends_no_vectors_elsewhere(
    tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = "CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\nCHROMA_SERVER_HOST=127.0.0.1\n"
    (tmp_path / ".env").write_text(elsewhere + "CHROMA_SERVER_HTTP_PORT=9\n")
    monkeypatch.chdir(tmp_path)

    with open_writer(tmp_path / "library", embedder) as writer:
        add_text("rice.txt", RICE, writer)

    assert list((tmp_path / "library" / "chroma").glob("*.sqlite3"))


def test_a_password_in_an_address_is_refused_and_not_repeated(
    tmp_path: Path, embedder: Embedder
) -> None:
    with pytest.raises(ChromaUnreachable, match="asked without one") as refused:
        open_writer(tmp_path, embedder, chroma_url="http://me:hunter2@x:8000")

    assert "hunter2" not in str(refused.value)


def test_a_server_is_reached_at_an_address_of_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("chromadb.HttpClient", lambda *at, **_: asked.append(at))

    Server("http://[::1]:8000", "test-").connect()

    assert asked == [("[::1]", 8000, False)]


def test_a_server_that_goes_away_leaves_the_ledgers_own_vectors(
    library: Library, embedder: Embedder
) -> None:
    vector = embedder.embed(["rice"])[0]
    expected = [id_ for id_, _ in library.dense(vector, 9)]

    class Gone(Server):
        def connect(self) -> None:
            raise ChromaBroken("gone")

    library._nearest.chroma = Chroma(Gone("http://127.0.0.1:9", "gone-"))

    assert [id_ for id_, _ in library.dense(vector, 9)] == expected


def footnoted_is_sound(url: str, folder: Path) -> bool:
    """Whether the doctor finds nothing, Chroma's vectors beside the ledger's included."""
    from index.checkup import findings

    ledger = open_ledger(folder)
    found = list(findings(ledger, Chroma.of(home_of(folder, setting(ledger, "library"), url))))
    ledger.close()
    return found == []
