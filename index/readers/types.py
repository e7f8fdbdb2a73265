"""What a reader is given and gives back."""

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Read", "Reader"]


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader makes of a file; `title` is "" where the file names none.

    `pages` and `layout` are those of `Document`. `warnings` say what of the file could not be
    read, each in one line.
    """

    text: str
    media_type: str
    title: str = ""
    pages: tuple[tuple[int, int], ...] = ()
    layout: str = ""
    warnings: tuple[str, ...] = ()


Reader = Callable[[bytes], Read]
