"""A command that is run to its end, and held to a time and to a size of what it prints."""

import atexit
import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import BinaryIO

from evals.errors import SubjectError

__all__ = ["printed"]

MOST = 4 * 2**20  # bytes of a reply, which has to fit into memory and into the reports
LONGEST_REASON = 300


def printed(
    arguments: Sequence[str], given: BinaryIO, timeout_s: float, environment: Mapping[str, str]
) -> bytes:
    """What a command prints, given a file as its standard input.

    Raises SubjectError where it can't be run, fails, prints too much or takes too long; what it
    started ends with it then.
    """
    name = arguments[0]
    try:
        process = subprocess.Popen(  # noqa: S603 (the user's own command, and no shell)
            arguments,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # a ValueError: no argument can hold a null character
        why = getattr(error, "strerror", None) or error
        raise SubjectError(f"{name} can't be run: {why}") from None
    end = partial(_end, process)
    atexit.register(end)  # a program that is stopped leaves the threads of --jobs where they are
    with process:
        try:
            reply, told = _read(process, name, timeout_s)
        except BaseException as error:
            end()
            if isinstance(error, subprocess.TimeoutExpired):
                raise SubjectError(
                    f"{name} gave no answer within {timeout_s:g} s: raise FOOTNOTED_TIMEOUT"
                ) from None
            raise
        finally:
            atexit.unregister(end)
    if process.returncode:
        raise SubjectError(f"{name} ended with {process.returncode}: {_last_line(told)}")
    return reply


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill it, and whatever it started in its session."""
    with contextlib.suppress(OSError):  # all of it has ended
        os.killpg(process.pid, signal.SIGKILL)


def _read(process: subprocess.Popen[bytes], name: str, timeout_s: float) -> tuple[bytes, bytes]:
    """Its standard output, and the end of its standard error."""
    deadline = time.monotonic() + timeout_s
    kept = {pipe.fileno(): bytearray() for pipe in (process.stdout, process.stderr) if pipe}
    with selectors.DefaultSelector() as selector:
        for number in kept:
            selector.register(number, selectors.EVENT_READ)
        reply, told = kept.values()
        while selector.get_map():
            ready = selector.select(max(0.0, deadline - time.monotonic()))
            if not ready:
                raise subprocess.TimeoutExpired(name, timeout_s)
            for key, _ in ready:
                part = os.read(key.fd, 2**16)
                kept[key.fd] += part
                if not part:
                    selector.unregister(key.fd)
            del told[:-MOST]
            if len(reply) > MOST:
                raise SubjectError(
                    f"{name} printed more than {MOST // 2**20} MiB: it prints one object or a text"
                )
    process.wait(max(0.0, deadline - time.monotonic()))
    return bytes(reply), bytes(told)


def _last_line(stderr: bytes) -> str:
    lines = stderr.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:LONGEST_REASON] if lines else "it says nothing on stderr"
