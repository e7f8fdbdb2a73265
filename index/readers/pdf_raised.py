"""What is raised in a line of a PDF, marked until the whole line is known and it can be written."""

import re
from bisect import bisect_right
from itertools import accumulate

from index.readers.raised import Piece, written

__all__ = ["is_raised", "marked", "settled"]

SMALLER, HIGHER = 0.85, 0.2  # of a line's height: what is so small, and so high, is raised
UP, DOWN = "\x0e", "\x0f"  # around what is raised


def is_raised(bottom: float, height: float, line: tuple[float, float]) -> bool:
    """Whether what stands there is smaller than a line of that bottom and height, and higher, as a
    power or the mark of a note."""
    foot, usual = line
    return height < SMALLER * usual and bottom > foot + HIGHER * usual


def marked(text: str) -> str:
    """A text that is raised; "" stays so."""
    return f"{UP}{text}{DOWN}" if text and UP not in text else text


def settled(text: str, places: list[int]) -> tuple[str, list[int]]:
    """The text with what is raised written so that it joins nothing, and places in it."""
    if UP not in text:
        return text, places
    parts = re.split(f"({UP}[^{DOWN}]*{DOWN})", text)
    texts = written([Piece(part.strip(UP + DOWN), int(part[:1] == UP)) for part in parts])
    starts = [0, *accumulate(map(len, parts))]
    new = [0, *accumulate(map(len, texts))]

    def moved(place: int) -> int:
        part = min(bisect_right(starts, place), len(parts)) - 1
        return new[part] + min(place - starts[part], len(texts[part]))

    return "".join(texts), list(map(moved, places))
