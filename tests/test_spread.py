"""`index --workers ray`: the same library. Without Ray only its absence is tested."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import BREAD, RICE

import footnoted
from index.embedding import Embedder
from index.library import Library, open_library


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    (made / "rice.txt").write_text(RICE)
    (made / "bread.md").write_text(BREAD)
    (made / "broken.pdf").write_bytes(b"no PDF")
    return made


def index(data: Path, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as Ray is started once a process."""
    command = [sys.executable, "-m", "index", "--data", str(data), str(folder), *options]
    code = str(Path(footnoted.__file__).parent)
    environment = {**os.environ, "PYTHONPATH": code}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def held(library: Library) -> dict[str, list[object]]:
    """Each document with its sentences and chunks, by source."""
    return {
        row.source: [
            library.document(row.id),
            library.sentences(row.id),
            [library.chunk(f"{row.id}:{number}") for number in range(row.sentences)],
        ]
        for row in library.documents()
    }


def test_ray_makes_the_same_library(folder: Path, tmp_path: Path, embedder: Embedder) -> None:
    pytest.importorskip("ray", reason="Ray is optional: requirements-ray.txt has it")
    alone = index(tmp_path / "alone", folder)

    spread = index(tmp_path / "spread", folder, "--workers", "ray:2")

    assert (spread.returncode, "Traceback" in spread.stderr) == (1, False)
    assert sorted(spread.stdout.splitlines()) == sorted(alone.stdout.splitlines())
    assert "failed     broken.pdf: it is no PDF" in spread.stdout
    with (
        open_library(tmp_path / "alone", embedder) as one,
        open_library(tmp_path / "spread", embedder) as other,
    ):
        assert held(one) == held(other)
        vector = embedder.embed(["How much rice did Russia propose?"])[0]
        assert one.dense(vector, 1)[0][0] == other.dense(vector, 1)[0][0]
    assert footnoted.main(["doctor", "--check", "--data", str(tmp_path / "spread")]) == 0


def test_without_ray_the_option_says_how_to_get_it(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)

    code = footnoted.main(["index", "--data", str(tmp_path / "d"), str(folder), "--workers", "ray"])

    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (1, 1)
    assert "requirements-ray.txt" in said


@pytest.mark.parametrize("workers", ["dask", "ray:", "ray:0", "ray:-1", "ray:many"])
def test_what_names_no_workers_is_refused(
    workers: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert footnoted.main(["index", str(folder), "--workers", workers]) == 2
    assert "is neither ray nor ray:N" in capsys.readouterr().err
