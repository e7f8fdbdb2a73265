"""The command `footnoted` itself: its help, its verbs, and how it is stopped."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fakes import KEY, MODEL, FakeServer, Script, hang

import footnoted
from index.library import Library

VERBS = ("index", "ask", "chat", "eval", "verify", "doctor")
HEAVY = ("chromadb", "openai", "llama_index", "gradio", "onnxruntime")
IMPORTED = f"""
import sys, footnoted
code = footnoted.main(sys.argv[1:])
print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
sys.exit(code)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "footnoted", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def nobody() -> Iterator[int]:
    """A pipe whose reader has gone."""
    read, write = os.pipe()
    os.close(read)
    yield write
    os.close(write)


@pytest.fixture
def hanging(library: Library) -> Iterator[tuple[FakeServer, Mapping[str, str]]]:
    """A server that never replies, and the environment that names it."""
    with FakeServer(Script()) as server:
        server.always = hang
        named = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": KEY, "FOOTNOTED_MODEL": MODEL}
        yield server, {**os.environ, **named, "FOOTNOTED_DATA": str(library.folder)}


def wait_for_a_request(server: FakeServer) -> None:
    deadline = time.monotonic() + 60
    while not server.requests and time.monotonic() < deadline:
        time.sleep(0.05)


# Help


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_lists_every_verb(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert footnoted.main([flag]) == 0

    said = capsys.readouterr()
    listed = [line.split()[0] for line in said.out.splitlines() if line.startswith("  ")]
    assert listed == [*VERBS]
    assert said.err == ""


@pytest.mark.parametrize("verb", [(), ("index",), ("ask",), ("chat",), ("eval",)])
def test_help_imports_nothing_heavy(verb: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *verb, "--help"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0
    assert "usage: footnoted" in done.stdout
    assert done.stderr == "[]\n"


# Usage


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "usage: footnoted VERB"),
        (["bake"], "there is no verb 'bake'"),
        (["--verbose"], "there is no verb '--verbose'"),
        (["\x1b[2J"], r"there is no verb '\x1b[2J'"),
    ],
)
def test_an_unknown_verb_exits_2_and_shows_the_verbs(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert footnoted.main(arguments) == 2

    shown = capsys.readouterr()
    assert said in shown.err
    assert "footnoted VERB --help" in shown.err
    assert shown.out == ""


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_option_of_a_verb_exits_2(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    assert footnoted.main([verb, "--bogus"]) == 2
    assert "--bogus" in capsys.readouterr().err


@pytest.mark.parametrize("module", ["footnoted", "index", "rag", "ui", "evals"])
def test_every_floor_is_a_command_of_its_own(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, "--help"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0
    assert done.stdout.startswith("usage: footnoted")


# Output that goes nowhere


def test_a_reader_who_has_read_enough_is_no_error(nobody: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "footnoted", "--help"],
        stdout=nobody,
        stderr=subprocess.PIPE,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_output_that_cannot_be_written_is_one_line() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "footnoted", "--help"],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert "the output can't be written (No space left on device)" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_terminal_that_is_not_utf8_gets_what_it_can_show(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    monkeypatch.setenv("PYTHONUTF8", "0")

    done = run("ask", "--quotes", "--data", str(library.folder), "Who earns $2,000?")

    assert done.returncode == 0
    assert "[1] rice.txt: ?A soldier earns $2,000 per month.?" in done.stdout


# Hostile paths

Index = Callable[..., tuple[int, str, str]]


@pytest.fixture
def index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Index:
    """Runs `footnoted index` beside docs/, which has one good document."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTED_DATA", str(tmp_path / "library"))
    Path("docs").mkdir()
    Path("docs/rye.txt").write_text("Rye is dark.\n")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = footnoted.main(["index", *arguments])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def nameless(index: Index) -> None:
    """A file in docs/ whose name is no UTF-8."""
    try:
        Path("docs", os.fsdecode(b"caf\xe9.txt")).write_text("Rye is pale.\n")
    except OSError:
        pytest.skip("this file system takes no such name")


@pytest.fixture
def closed(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    """docs/closed, which may not be listed; not even root's tests may."""
    Path("docs/closed").mkdir()
    scandir = os.scandir

    def refusing(path: Any) -> Any:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)


@pytest.mark.usefixtures("nameless")
def test_a_file_whose_name_is_no_text_is_named_and_the_others_go_on(index: Index) -> None:
    code, out, err = index("docs")
    listed = json.loads(index("docs", "--json")[1])

    assert code == 1
    assert "failed     caf\ufffd.txt: its name, or that of a folder it is in, is not UTF-8" in out
    assert "1 added" in out
    assert err == ""
    assert [failure["source"] for failure in listed["failed"]] == ["caf?.txt"]
    assert listed["unchanged"] == 1


@pytest.mark.usefixtures("closed")
def test_a_folder_that_may_not_be_read_is_named_and_the_others_go_on(index: Index) -> None:
    code, out, _ = index("docs")

    assert code == 1
    assert "failed     docs/closed: it can't be read: Permission denied" in out
    assert "1 added" in out
    assert "no file in this folder" not in index("docs/closed")[1]


def test_a_path_that_is_no_file_is_no_crash_and_no_wait(index: Index) -> None:
    os.mkfifo("pipe.txt")
    Path("loop.txt").symlink_to("loop.txt")

    code, out, err = index("pipe.txt", "loop.txt", "a" * 5000 + ".txt", "docs/rye.txt/x.txt")

    assert code == 1
    assert "pipe.txt: it is neither a file nor a folder" in out
    assert "loop.txt: it can't be read: Too many levels of symbolic links" in out
    assert ".txt: it can't be read: File name too long" in out
    assert "docs/rye.txt/x.txt: there is no such file or folder" in out
    assert "4 failed" in out
    assert err == ""


def test_no_name_and_no_title_writes_over_the_terminal(index: Index) -> None:
    Path("docs/\x1b[2J\x07.txt").write_text("A \x1b[31mred\x9b title\n\nRye is\x07 dark.\n")

    said = index("docs")[1] + index("--list")[1] + index("--remove", "docs/\x1b[2J\x07.txt")[1]

    assert "red" in said
    assert all(map(str.isprintable, said.splitlines()))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
@pytest.mark.parametrize("data", ["/proc", "/proc/none"])
def test_a_data_folder_that_cannot_be_written_is_one_line(index: Index, data: str) -> None:
    code, out, err = index("docs", "--data", data)

    assert code == 1
    assert out == ""
    assert f"the data folder {data} can't" in err
    assert "--data" in err
    assert err.count("\n") == 1


def test_a_library_of_another_embedder_is_kept_until_a_rebuild(index: Index) -> None:
    index("docs")
    with sqlite3.connect("library/ledger.sqlite") as ledger:
        ledger.execute("UPDATE settings SET value = 'another' WHERE name = 'embedder'")
    ledger.close()

    code, out, err = index("docs")

    assert code == 1
    assert out == ""
    assert "made with the embedder another" in err
    assert err.count("\n") == 1
    assert "rye.txt" in index("--list")[1]
    assert index("--rebuild")[0] == 0
    assert index("docs")[0] == 0


# Ctrl-C


def started(environment: Mapping[str, str], module: str, *arguments: str) -> subprocess.Popen[str]:
    """A child that hears Ctrl-C, which a shell's background jobs and all they start don't."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def test_ctrl_c_in_the_middle_of_an_answer_ends_it_at_once_with_one_line(
    hanging: tuple[FakeServer, Mapping[str, str]],
) -> None:
    server, environment = hanging
    asked = started(environment, "footnoted", "ask", "How much rice did Russia propose?")
    wait_for_a_request(server)
    began = time.monotonic()

    asked.send_signal(signal.SIGINT)
    out, err = asked.communicate(timeout=30)

    assert time.monotonic() - began < 2
    assert asked.returncode == 130
    assert err == "footnoted: stopped\n"
    assert out == ""


def test_ctrl_c_in_a_batch_keeps_the_lines_that_were_answered(
    hanging: tuple[FakeServer, Mapping[str, str]], tmp_path: Path
) -> None:
    server, environment = hanging
    file = tmp_path / "batch.jsonl"
    file.write_text('{"id": 1, "question": " "}\n{"id": 2, "question": "How much rice?"}\n')
    asked = started(environment, "rag", "--batch", str(file))
    wait_for_a_request(server)

    asked.send_signal(signal.SIGINT)
    out, err = asked.communicate(timeout=30)

    assert asked.returncode == 130
    assert err == "footnoted: stopped\n"
    assert '"id": 1' in out
    assert '"id": 2' not in out
