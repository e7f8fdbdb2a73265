"""A child process with limits, for work on a hostile file: it can harm nothing but itself.

What crosses its pipes is bytes, each content behind its length. No pickle: a child that a file has
taken over could make of it whatever it likes.
"""

import contextlib
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

__all__ = [
    "LONGEST_ANSWER",
    "LONGEST_FILE",
    "ORPHANED_S",
    "OUT_OF_MEMORY",
    "Sandbox",
    "child_pipes",
    "grown_mb",
    "received",
    "send",
]

OUT_OF_MEMORY = 77  # the exit code of a child that has no memory left
LONGEST_ANSWER = 256 * 2**20  # bytes
LONGEST_FILE = 2**40
ORPHANED_S = 60  # nobody waits longer: if the parent was killed, this ends a child that loops
LENGTH = 8  # bytes of a length, most significant first
LIBRARIES_MB = 192  # of address space that all readers' libraries take together (measured: 172)
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")  # of the environment: no keys, no settings


class Sandbox:
    """One process, out of reach of the terminal's Ctrl-C and of the folder that it starts in.

    `module` is run as a program; it is told how much memory (in MB) a file may take.
    """

    def __init__(self, module: str, memory_mb: int) -> None:
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        code = str(Path(__file__).parents[1])
        self._process = subprocess.Popen(  # noqa: S603  our own words
            [sys.executable, "-P", "-m", module, str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**kept, "PYTHONPATH": code, "OPENBLAS_NUM_THREADS": "1"},
            start_new_session=True,
        )

    @property
    def exit_code(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.poll()

    def answer(self, *contents: bytes, timeout_s: float, late: threading.Event) -> bytes:
        """What it says to these contents; raises EOFError or OSError if it dies.

        Once the time is up `late` is set, and it is killed.
        """
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018

        def stop() -> None:
            late.set()
            self._process.kill()

        watchdog = threading.Timer(timeout_s, stop)
        watchdog.daemon = True
        watchdog.start()
        try:
            send(stdin, *contents)
            return received(stdout, LONGEST_ANSWER)
        finally:
            watchdog.cancel()

    def end(self, *, patience_s: float = 0) -> None:
        """Kill it, if it doesn't end by itself within the patience."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience_s)
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


def send(pipe: IO[bytes], *contents: bytes) -> None:
    """Write each content behind its length."""
    for content in contents:
        pipe.write(len(content).to_bytes(LENGTH, "big") + content)
    pipe.flush()


def received(pipe: IO[bytes], longest: int) -> bytes:
    """The next content; raises EOFError where the pipe ends, or it is longer than `longest`."""
    length = int.from_bytes(_exactly(pipe, LENGTH), "big")
    if length > longest:
        raise EOFError
    return _exactly(pipe, length)


@contextlib.contextmanager
def child_pipes() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Within the child: where requests come from, and where answers go.

    Its memory is limited first. It ends quietly once the parent has closed a pipe, and with
    OUT_OF_MEMORY where the memory is used up.
    """
    _limit_memory(int(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not end up among the answers
    try:
        yield sys.stdin.buffer, answers
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except (EOFError, BrokenPipeError):
        return


def grown_mb() -> float:
    """The most memory that this process has held so far."""
    if sys.platform == "linux":  # where getrusage counts what the parent held, too
        status = Path("/proc/self/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20  # macOS counts bytes


def _limit_memory(memory_mb: int) -> None:
    """Limit this process's memory to so much beside its libraries; where the system can't do that
    (macOS), a thread watches it."""
    if sys.platform == "linux":
        limit = (memory_mb + LIBRARIES_MB) * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    else:
        threading.Thread(target=_watch_memory, args=(memory_mb,), daemon=True).start()


def _watch_memory(memory_mb: int) -> None:
    while grown_mb() < memory_mb + LIBRARIES_MB:
        time.sleep(0.05)
    os._exit(OUT_OF_MEMORY)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    content = pipe.read(length)
    if len(content) < length:
        raise EOFError
    return content
