"""The outer edge of a command: what a terminal is sent, and how a stop or a full disk ends it."""

import atexit
import errno
import gc
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

__all__ = ["STDIN", "complain", "counted", "guarded", "printable", "standard_input"]

STDIN = Path("-")  # the path that stands for standard input
JOINERS = "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"  # no text of Persian or Hindi without


def guarded(work: Callable[[], int], *, stopped: str = "stopped") -> int:
    """The exit code of `work`: 130 where Ctrl-C stopped it, 1 where its output can't be written.

    argparse's way out becomes its code.
    """
    atexit.register(gc.freeze)  # the last collection, of all that was imported, takes a second
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a terminal that isn't UTF-8 must not end it
    try:
        code = _code(work)
        if sys.stdout is not None:
            sys.stdout.flush()
    except KeyboardInterrupt:
        complain(stopped)
        return 130
    except BrokenPipeError:  # whoever read it has read enough
        _drop_output()
        return 1
    except OSError as error:
        complain(_reason(error))
        _drop_output()
        return 1
    return code


def complain(message: object) -> None:
    """One line on stderr."""
    print(f"footnoted: {printable(str(message))}", file=sys.stderr)


def counted(n: int, thing: str) -> str:
    """How many there are of what is named in the singular: "1 file", "2 files"."""
    return f"{n} {thing}" if n == 1 else f"{n} {thing}s"


def printable(line: str) -> str:
    """Without control characters, which a document could use to write over the terminal."""
    return "".join(
        char if char.isprintable() or char in JOINERS else "\N{REPLACEMENT CHARACTER}"
        for char in line
    )


def standard_input() -> bytes:
    """All that comes by standard input; an OSError where a shell closed it (`<&-`)."""
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed: pipe a text into it", "standard input")
    return sys.stdin.buffer.read()


def _code(work: Callable[[], int]) -> int:
    try:
        return work()
    except SystemExit as stop:
        return int(stop.code or 0)


def _reason(error: OSError) -> str:
    why = error.strerror or str(error)
    if error.filename is not None:
        return f"{error.filename} can't be used: {why}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO):
        return f"the output can't be written ({why}): send it where there is room"
    return f"the work can't go on: {why}"


def _drop_output() -> None:
    """Send what is still buffered nowhere, or Python would try to write it again at its exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, AttributeError):  # there is no such stream
        return
