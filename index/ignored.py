"""`.footnotedignore`: the files and folders that a folder says not to index."""

import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from index.errors import UnreadableDocument

__all__ = ["FILENAME", "is_ignored", "patterns_of"]

FILENAME = ".footnotedignore"
_TOP = PurePosixPath("/")  # what the folder itself is called here, so that /NAME is one in it alone


def patterns_of(folder: Path) -> list[str]:
    """The patterns that a folder's file lists, one a line; none where it has no such file.

    Raises UnreadableDocument where one can't be told, as what it leaves out may be private.
    """
    try:
        text = (folder / FILENAME).read_text("utf-8-sig")
    except FileNotFoundError:
        return []
    except OSError as error:
        raise UnreadableDocument(f"it can't be read: {error.strerror or error}") from error
    except UnicodeError as error:
        raise UnreadableDocument("it is not UTF-8: save it as UTF-8") from error
    lines = enumerate(map(str.strip, text.splitlines()), 1)
    return [_pattern(line, at) for at, line in lines if line and not line.startswith("#")]


def is_ignored(relative: Path, patterns: Iterable[str]) -> bool:
    """Whether a pattern names a file, told by its path in the folder, or a folder that it is in."""
    path = _TOP / unicodedata.normalize("NFC", relative.as_posix())
    places = (path, *path.parents)[:-1]
    return any(
        place.match(pattern) or place.name == pattern for pattern in patterns for place in places
    )


def _pattern(line: str, at: int) -> str:
    """A line as `PurePath.match` takes it."""
    named = line.removeprefix("**/").removesuffix("/**")  # either is meant already
    path = PurePosixPath(unicodedata.normalize("NFC", named))  # without ./ and the last /
    if not path.name or ".." in path.parts or "**" in path.parts or line.startswith("!"):
        raise UnreadableDocument(
            f"line {at}, {line!r}, is no name of anything in this folder: write one, or a pattern "
            "such as drafts/ or *.csv"
        )
    return str(path)
