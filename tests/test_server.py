"""The embedded model's server: borrowed, started, restarted, and ended with its parent."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fakes import KEY, FakeServer

from index.errors import WeightsUnusable
from index.weights import CHAT, weights_path
from rag.chat import ChatModel
from rag.errors import ModelUnreachable
from rag.models import ModelSource, open_model
from rag.server import EmbeddedServer, Endpoint
from rag.settings import Settings

WET = "Is water wet? Reply yes or no."
PARENT = """
import sys, time
from pathlib import Path
from rag.server import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), Path(sys.argv[2]), "m")
print(server.endpoint().base_url, flush=True)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def weights(cache: Path) -> Path:
    return weights_path(CHAT, cache)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the running server is found; not the user's own cache."""
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def running(weights: Path, folder: Path) -> Iterator[EmbeddedServer]:
    server = EmbeddedServer(weights, folder, "m")
    server.endpoint()
    yield server
    server.close()


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Weights that begin as a GGUF file does, and end there."""
    weights = tmp_path / "broken.gguf"
    weights.write_bytes(b"GGUF" + bytes(1000))
    return weights


@pytest.fixture
def fake() -> Iterator[FakeServer]:
    with FakeServer(lambda prompt, body: 0.9) as server:
        yield server


def found(folder: Path, weights: Path, base_url: str, key: str = KEY) -> None:
    """A note of a running server, as one leaves it."""
    state = {"base_url": base_url, "api_key": key, "weights": str(weights.resolve()), "adapter": ""}
    (folder / "server.json").write_text(json.dumps(state))


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether `condition` comes true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def listens(base_url: str) -> bool:
    address = urlsplit(base_url)
    try:
        socket.create_connection((address.hostname, address.port), timeout=1).close()
    except OSError:
        return False
    return True


# The model itself


@pytest.mark.model
def test_another_footnoted_borrows_the_server_and_is_answered_with_logprobs(
    running: EmbeddedServer, weights: Path, folder: Path
) -> None:
    borrower = EmbeddedServer(weights, folder, "m")

    endpoint = borrower.endpoint()
    borrower.close()

    assert endpoint == running.endpoint()
    assert endpoint.local
    assert (folder / "server.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["server.json"]
    model = ChatModel(endpoint)
    turn = model.turn(120)
    (wet,) = turn.yes([WET])
    model.close()
    assert wet is not None
    assert 0.5 < wet < 1
    assert turn.usage.completion_tokens == 1


@pytest.mark.model
def test_a_server_that_was_killed_is_started_again_at_the_next_question(
    running: EmbeddedServer, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ModelSource(running, "m", "M")
    before = source.current().endpoint
    assert running._child is not None
    monkeypatch.chdir(weights.parent)
    monkeypatch.setattr(running, "_weights", Path(weights.name))  # relative to this process

    running._child.kill()
    running._child.wait()

    after = source.current()
    (wet,) = after.turn(120).yes([WET])
    after.close()
    assert after.endpoint != before
    assert wet is not None
    assert 0.5 < wet < 1


@pytest.mark.model
def test_the_server_ends_with_its_parent_even_a_killed_one_whose_cache_is_read_only(
    weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(weights), str(tmp_path / "file" / "none")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    base_url = parent.stdout.readline().strip()
    was_there = listens(base_url)

    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    assert was_there
    assert within(10, lambda: not listens(base_url))


# Without the model


def test_a_server_that_runs_is_borrowed_without_asking_a_proxy(
    broken: Path, tmp_path: Path, fake: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    found(tmp_path, broken, fake.url)

    assert EmbeddedServer(broken, tmp_path, "m").endpoint() == Endpoint(fake.url, KEY, "m", True)


@pytest.mark.parametrize("state", ["", "[]", "{}", "null", "\x00", '{"weights": 5}'])
def test_a_note_that_is_none_is_not_trusted(broken: Path, tmp_path: Path, state: str) -> None:
    (tmp_path / "server.json").write_text(state)

    assert EmbeddedServer(broken, tmp_path, "m")._borrow() is None


@pytest.mark.parametrize(
    ("name", "port", "key"),
    [
        ("broken.gguf", None, "another key"),
        ("other.gguf", None, KEY),
        ("broken.gguf", 9, KEY),
    ],
    ids=["of another key", "of other weights", "that is gone"],
)
def test_a_server_is_not_borrowed(
    broken: Path, tmp_path: Path, fake: FakeServer, name: str, port: int | None, key: str
) -> None:
    base_url = f"http://127.0.0.1:{port}/v1" if port else fake.url
    found(tmp_path, tmp_path / name, base_url, key)

    assert EmbeddedServer(broken, tmp_path, "m")._borrow() is None


def test_a_gguf_file_that_is_cut_short_is_one_line_with_the_cause(
    broken: Path, tmp_path: Path
) -> None:
    source = open_model(Settings(cache=tmp_path / "cache", chat_weights=broken))
    assert source is not None

    with pytest.raises(ModelUnreachable) as raised:
        source.current()

    source.close()
    said = str(raised.value)
    assert f"the chat model {broken} can't be loaded (" in said
    assert "gguf" in said
    assert "please check the input params" not in said
    assert "FOOTNOTED_CHAT_WEIGHTS" in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "cache").exists()


def test_weights_that_are_cut_short_in_the_cache_are_refused_by_name(tmp_path: Path) -> None:
    cut = tmp_path / CHAT.filename
    cut.write_bytes(b"GGUF")

    with pytest.raises(WeightsUnusable, match=r"has 4 bytes instead of 1,117,320,768") as raised:
        open_model(Settings(cache=tmp_path))

    assert str(cut) in str(raised.value)
    assert "make install" in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_no_repr_of_an_endpoint_shows_the_servers_key() -> None:
    assert KEY not in repr(Endpoint("http://127.0.0.1:1/v1", KEY, "m", local=True))
