import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import RICE
from made import lines, pdf

from index.__main__ import main


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder docs/ with one readable file, beside which the command runs."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FOOTNOTED_DATA", raising=False)
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "rice.txt").write_text(RICE, encoding="utf-8")
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(list(arguments))
    said = capsys.readouterr()
    return code, said.out, said.err


def test_indexing_names_what_changed_and_sums_up(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "docs")

    assert code == 0
    assert out.splitlines()[0].split() == ["added", "rice.txt"]
    assert "1 added, 0 updated, 0 unchanged" in out
    assert err == ""
    assert (docs.parent / ".footnoted").is_dir()


def test_json_is_the_contracts_object_and_nothing_else(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "bad.txt").write_bytes(b"\x00")

    code, out, _ = run(capsys, "docs", "--json")

    assert code == 1
    assert json.loads(out) == {
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "removed": 0,
        "failed": [{"source": "bad.txt", "reason": "it is a binary file, not text"}],
        "sentences": 6,
        "chunks": 2,
    }


@pytest.mark.parametrize("change", [["docs"], ["--rebuild"], ["--prune"]])
def test_a_list_that_is_asked_for_beside_a_change_is_refused(
    docs: Path, capsys: pytest.CaptureFixture[str], change: list[str]
) -> None:
    code, _, said = run(capsys, "--list", *change)

    assert code == 2
    assert "give it alone" in said


def test_documents_are_listed_removed_and_pruned(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "oil.txt").write_text("No oil was sold.")
    run(capsys, "docs")
    (docs / "oil.txt").unlink()

    assert "oil.txt" in run(capsys, "--list")[1]
    assert "removed    oil.txt" in run(capsys, "--prune")[1]
    assert json.loads(run(capsys, "--remove", "rice.txt", "--json")[1])["removed"] == 1
    assert run(capsys, "--list")[1] == "0 documents\n"


def test_a_rebuild_counts_every_document(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "docs")

    code, out, _ = run(capsys, "--rebuild", "--json")

    assert code == 0
    assert json.loads(out)["updated"] == 1
    assert json.loads(out)["sentences"] == 6


def test_standard_input_is_read_under_its_name(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = io.TextIOWrapper(io.BytesIO(b"<title>Prices</title><p>Rice is dear.</p>"))
    monkeypatch.setattr("sys.stdin", page)

    code, out, _ = run(capsys, "-", "--name", "prices.html")

    assert code == 0
    assert out.splitlines()[0].split() == ["added", "prices.html"]
    assert "prices.html  1 sentence  Prices" in run(capsys, "--list")[1]


def test_standard_input_that_is_closed_ends_in_a_line(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", None)

    code, _, err = run(capsys, "-", "--name", "prices.html")

    said = "standard input can't be used: it is closed: pipe a text into it"
    assert (code, err) == (1, f"footnoted: {said}\n")


def test_what_a_document_lacks_is_told_with_it_and_in_json(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "scan.pdf").write_bytes(pdf([lines("Rice is dear."), None]))
    (docs / "scan2.pdf").write_bytes(pdf([lines("Rye is not."), None]))

    _, out, _ = run(capsys, "docs/scan.pdf")
    code, found, _ = run(capsys, "docs/scan2.pdf", "--json")

    reason = "page 2 has no text: it needs OCR"
    assert f"added      docs/scan.pdf: {reason}" in out
    assert code == 0
    assert json.loads(found)["warnings"] == [{"source": "docs/scan2.pdf", "reason": reason}]


def test_a_long_run_ends_with_what_went_wrong_in_it(
    docs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (docs / "a.txt").write_bytes(b"")
    names = [f"n{number}.txt" for number in range(12)]
    texts = [(docs / name).write_text(f"Rice of {name} is dear.") for name in names]

    _, out, _ = run(capsys, "docs")

    assert len(texts) == 12
    assert out.splitlines()[-3:-1] == ["not read:", "  a.txt: it is empty"]


def test_ctrl_c_ends_a_run_and_its_children_and_keeps_what_was_finished(docs: Path) -> None:
    (docs / "a.txt").write_text("Rice is dear.")
    (docs / "z.csv").write_text("Grain,Price,Year\n" + "Rice,$3,2024\n" * 200_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "index", "docs"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        text=True,
    )
    assert process.stdout is not None
    first = process.stdout.readline()

    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)

    assert first.split() == ["added", "a.txt"]
    assert process.returncode == 130
    assert err == "footnoted: stopped; the documents that were finished are kept\n"
    again = subprocess.run(
        [sys.executable, "-m", "index", "docs/a.txt", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(again.stdout)["unchanged"] == 1


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([], 2, "name a file or folder"),
        (["-"], 2, "--name NAME.html"),
        (["docs", "--name", "a.html"], 2, "--name NAME.html"),
        (["--url", "file:///etc/passwd"], 1, "use http:// or https://"),
        (["--url", "http://127.0.0.1:9/"], 1, "inside this computer or its network"),
        (["--bogus"], 2, "unrecognized"),
        (["missing.txt"], 1, "no such file"),
        (["--remove", "missing.txt"], 1, "--list"),
        (["--data", "docs/rice.txt", "docs"], 1, "is a file"),
        (["--data", "docs/rice.txt", "--list"], 1, "is a file"),
    ],
)
def test_bad_input_ends_in_a_line_and_its_code(
    docs: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    found, out, err = run(capsys, *arguments)

    assert found == code
    assert said in out + err
    assert "Traceback" not in out + err


@pytest.mark.parametrize("verb", [["--list"], ["--prune"], ["--remove", "rice.txt"]])
def test_a_collection_that_is_mistyped_is_told_and_not_made(
    docs: Path, capsys: pytest.CaptureFixture[str], verb: list[str]
) -> None:
    run(capsys, "docs", "--collection", "vault")

    code, out, err = run(capsys, *verb, "--collection", "vualt")

    assert (code, out) == (1, "")
    assert err == "footnoted: there is no collection 'vualt': the collections are vault\n"
    assert run(capsys, *verb, "--collection", "vault")[0] == 0


def test_missing_weights_end_in_a_line(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTED_CACHE", str(docs))

    code, _, err = run(capsys, "docs")

    assert code == 1
    assert "make install" in err
    assert err.count("\n") == 1


def test_stopping_ends_with_130_and_a_line(
    docs: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("index.ingest.ingest", stop)

    code, _, err = run(capsys, "docs")

    assert code == 130
    assert err == "footnoted: stopped; the documents that were finished are kept\n"


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from index.__main__ import main; main(['--help']); "
        "print([m for m in ('chromadb', 'onnxruntime', 'nltk', 'numpy', 'llama_index.core') "
        "if m in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ
    )

    assert done.stdout.splitlines()[-1] == "[]"
