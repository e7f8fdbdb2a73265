"""Names that are short for others by their initials: "US", "U.S." and "NYC"."""

import re
from functools import lru_cache

from rag.words import Word

__all__ = ["is_short_for", "spelt"]

LONGEST = 6  # letters
_RUN = re.compile(r"\b[A-Z][\w’'.]*(?:[ -]+(?:(?:of|the|and|for|in|on|&)[ ]+){0,2}[A-Z][\w’'.]*)+")
_SMALL = frozenset(("of", "the", "and", "for", "in", "on", "&"))
_LETTERS = re.compile(r"(?:[A-Z]\.?){2,6}")


def is_short_for(word: Word, text: str, source: str) -> bool:
    """Whether a word of `text` is spelt by initials in `source`, or is of a name whose initials
    stand there."""
    if _LETTERS.fullmatch(word.text):
        return word.text.replace(".", "") in spelt(source)
    there = {match.group().replace(".", "") for match in _LETTERS.finditer(source)}
    return any(
        initials in there and start <= word.start < end for initials, start, end in _spans(text)
    )


@lru_cache(maxsize=1024)
def spelt(text: str) -> frozenset[str]:
    """The initials of every run of names in a text, its small words left out or in."""
    return frozenset(initials for initials, _, _ in _spans(text))


@lru_cache(maxsize=1024)
def _spans(text: str) -> tuple[tuple[str, int, int], ...]:
    found = []
    for run in _RUN.finditer(text):
        words = [*re.finditer(r"[^\s-]+", run.group())]
        for small in (False, True):
            kept = [word for word in words if small or word.group() not in _SMALL]
            found += [
                (
                    "".join(w.group()[0] for w in part).upper(),
                    run.start() + part[0].start(),
                    run.start() + part[-1].end(),
                )
                for i in range(len(kept))
                for j in range(i + 2, min(i + LONGEST, len(kept)) + 1)
                for part in [kept[i:j]]
            ]
    return tuple(found)
