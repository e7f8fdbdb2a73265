"""`python -m evals.benchmarks.crash`: kill a library's writer, or fail its disk, at many points.

A shim (faults.c, loaded with LD_PRELOAD) counts the writer's own writes, syncs, truncations and
deletions below the data folder, SQLite's and Chroma's alike, and at the nth either sends SIGKILL or
lets the call fail with "no space left" or "input/output error". Then the library is looked at: what
was acknowledged must be there, whole, and nothing that isn't known may be found. Without a C
compiler, or off Linux, the writer is killed at seeded moments instead, and no call fails.
"""

import argparse
import contextlib
import ctypes
import errno
import importlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from evals.benchmarks.libraries import SCENARIOS, State, Step, after, perform, problems, start
from index.errors import LibraryError

__all__ = ["main", "run"]

COUNT, KILL, FAIL_ONCE, FAIL_ON = range(4)
HUNG_S = 300.0
SEED = 1
WAYS = ((FAIL_ONCE, errno.ENOSPC), (FAIL_ONCE, errno.EIO), (FAIL_ON, errno.ENOSPC))


@dataclass(frozen=True, slots=True)
class Point:
    """Where a run is struck: `how` at the `nth` write of a scenario; `share` of its time instead
    where there is no shim."""

    scenario: str
    how: int
    error: int
    nth: int
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: how many steps were acknowledged, what was said, what is wrong."""

    point: Point
    done: int
    said: str
    wrong: tuple[str, ...]


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; returns 1 where a document was lost, half visible or dangling."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000, metavar="N", help="points of SIGKILL")
    parser.add_argument(
        "--faults", type=int, default=0, metavar="N", help="writes that fail; 0 for every one"
    )
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args(argv)
    if _shim() is None and not os.environ.get("FOOTNOTED_SHIM"):
        return _with_shim(sys.argv[1:] if argv is None else argv)
    report = run(arguments.kills, arguments.faults, arguments.seed)
    print(json.dumps(report) if arguments.json else _as_lines(report))
    return 1 if report["wrong"] else 0


def run(kills: int, faults: int, seed: int) -> dict[str, object]:
    """Strike at `kills` seeded points, and let `faults` calls fail (0: every one, in turn)."""
    importlib.import_module("chromadb")  # a second, which else every child would take
    with tempfile.TemporaryDirectory(prefix="footnoted-crash-") as folder:
        base = Path(folder).resolve() / "base"
        _forked(lambda: _made(base, seed))
        lengths = {name: _length(base, name, seed) for name in SCENARIOS}
        points = [*_kills(lengths, kills, seed), *_faults(lengths, faults, seed)]
        began = time.monotonic()
        outcomes = [_struck(base, point, seed, lengths) for point in _shown(points)]
    return _report(outcomes, lengths, time.monotonic() - began)


def _made(base: Path, seed: int) -> None:
    for (collection, source), text in start(seed).items():
        perform(base, Step("store", collection, source, text))


@dataclass(frozen=True, slots=True)
class _Length:
    writes: int
    seconds: float


def _kills(lengths: dict[str, _Length], count: int, seed: int) -> list[Point]:
    """As many for each scenario, spread at random over its writes."""
    rng = random.Random(seed)  # noqa: S311  seeded on purpose
    names = [name for at in range(count) for name in [list(lengths)[at % len(lengths)]]]
    return [
        Point(name, KILL, 0, rng.randint(1, max(1, lengths[name].writes)), share=rng.random())
        for name in names
    ]


def _faults(lengths: dict[str, _Length], count: int, seed: int) -> list[Point]:
    if _shim() is None:
        return []
    every = [
        Point(name, *WAYS[nth % len(WAYS)], nth)
        for name, length in lengths.items()
        for nth in range(1, length.writes + 1)
    ]
    return every if not count else random.Random(seed).sample(every, min(count, len(every)))  # noqa: S311


def _length(base: Path, scenario: str, seed: int) -> _Length:
    """How many writes a scenario takes, and how long."""
    began = time.monotonic()
    with _copied(base) as folder:
        _, said = _in_child(folder, Point(scenario, COUNT, 0, 0), seed, None)
        return _Length(int(said.rpartition(" ")[2] or 0), time.monotonic() - began)


def _struck(base: Path, point: Point, seed: int, lengths: dict[str, _Length]) -> Outcome:
    kill_after = None
    if point.how == KILL and _shim() is None:
        kill_after = point.share * lengths[point.scenario].seconds
    with _copied(base) as folder:
        done, said = _in_child(folder, point, seed, kill_after)
        state = start(seed)
        steps = SCENARIOS[point.scenario](seed)
        for step in steps[:done]:
            state = after(state, step)
        expected = [state] + [after(state, step) for step in steps[done : done + 1]]
        wrong = _verified(folder, expected)
    if said.startswith("!"):
        wrong.append(said)
    return Outcome(point, done, said, tuple(wrong))


def _in_child(folder: Path, point: Point, seed: int, kill_after: float | None) -> tuple[int, str]:
    """Run a scenario in a forked child; how many steps it acknowledged, and what it said."""
    acks = folder.with_name("acks")
    acks.write_text("")
    _forked(lambda: _scenario(folder, point, seed, acks), kill_after)
    lines = acks.read_text("utf-8").splitlines()
    return lines.count("done"), next((line for line in lines if line != "done"), "")


def _scenario(folder: Path, point: Point, seed: int, acks: Path) -> None:
    """What the child does: each step, with a line once it is acknowledged."""
    with acks.open("a", encoding="utf-8") as file:
        shim = _shim()
        if shim is not None:
            shim.faults_arm(os.fsencode(folder), point.nth, point.how, point.error)
        try:
            for step in SCENARIOS[point.scenario](seed):
                perform(folder, step)
                print("done", file=file, flush=True)
        except LibraryError as error:
            print(str(error) if "\n" not in str(error) else f"!{error!r}", file=file, flush=True)
        except BaseException as error:  # an edge: one point, which is told as gone wrong
            print(f"!a traceback: {error!r}", file=file, flush=True)
        if point.how == COUNT and shim is not None:
            print(f"writes {shim.faults_seen()}", file=file, flush=True)


def _verified(folder: Path, expected: list[State]) -> list[str]:
    """What is wrong with the library, found by another child: Chroma keeps what it has opened."""
    told = folder.with_name("wrong")
    _forked(lambda: told.write_text(json.dumps(problems(folder, expected))))
    return list(json.loads(told.read_text())) if told.exists() else ["it can't be looked at"]


def _forked(work: Callable[[], object], kill_after: float | None = None) -> None:
    """Do some work in a forked child, and wait for its end; it is killed after so many seconds.

    Chroma is never opened in this process: its threads would not live on in a fork.
    """
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:  # an edge: a forked child must not go on as its parent
            traceback.print_exc()
        finally:
            os._exit(0)
    until = time.monotonic() + (HUNG_S if kill_after is None else kill_after)
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            if kill_after is None:
                print(f"a child hung for {HUNG_S:.0f} s and was killed", file=sys.stderr)
            return
        time.sleep(0.002)


@contextlib.contextmanager
def _copied(base: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=base.parent) as folder:
        yield Path(shutil.copytree(base, Path(folder) / "library"))


def _shim() -> ctypes.CDLL | None:
    """The shim, where this process was started with it."""
    here = ctypes.CDLL(None)
    if not hasattr(here, "faults_arm"):
        return None
    here.faults_arm.argtypes = [ctypes.c_char_p, ctypes.c_long, ctypes.c_int, ctypes.c_int]
    here.faults_seen.restype = ctypes.c_long
    return here


def _with_shim(argv: list[str]) -> int:
    """Start this program again with the shim, or without it where it can't be made."""
    with tempfile.TemporaryDirectory(prefix="footnoted-shim-") as folder:
        shim = Path(folder) / "faults.so"
        environment = {**os.environ, "FOOTNOTED_SHIM": "tried", "OPENBLAS_NUM_THREADS": "1"}
        if _compiled(shim):
            environment["LD_PRELOAD"] = str(shim)
        command = [sys.executable, "-m", "evals.benchmarks.crash", *argv]
        return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603


def _compiled(shim: Path) -> bool:
    compiler = shutil.which("cc")
    if compiler is None or not sys.platform.startswith("linux"):
        return False
    source = Path(__file__).with_name("faults.c")
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(shim), str(source), "-ldl"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603


def _shown(points: list[Point]) -> "Iterator[Point]":
    from tqdm import tqdm

    yield from tqdm(points, unit="point", disable=not sys.stderr.isatty())


def _report(
    outcomes: list[Outcome], lengths: dict[str, _Length], seconds: float
) -> dict[str, object]:
    said = Counter(one.said.partition(" (")[0][-60:] for one in outcomes if one.said)
    return {
        "shim": _shim() is not None,
        "writes": {name: length.writes for name, length in lengths.items()},
        "kills": sum(one.point.how == KILL for one in outcomes),
        "faults": sum(one.point.how != KILL for one in outcomes),
        "stopped_before_the_end": sum(
            one.done < len(SCENARIOS[one.point.scenario](0)) for one in outcomes
        ),
        "wrong": [f"{one.point}: {what}" for one in outcomes for what in one.wrong],
        "said": dict(said.most_common(8)),
        "seconds": round(seconds, 1),
    }


def _as_lines(report: dict[str, object]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in report.items())


if __name__ == "__main__":
    sys.exit(main())
