"""The files that a command is given to read; `-` is standard input."""

from pathlib import Path

from index.terminal import STDIN, standard_input
from rag.errors import SettingsError

__all__ = ["called", "read_text"]


def read_text(path: Path) -> str:
    """The text of a file, or of standard input; raises SettingsError where it can't be read."""
    try:
        data = standard_input() if path == STDIN else path.read_bytes()
        return data.decode("utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it isn't UTF-8"
        raise SettingsError(f"{called(path)} can't be read: {reason}") from error


def called(path: Path) -> str:
    """What a message calls it."""
    return "standard input" if path == STDIN else str(path)
