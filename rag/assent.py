"""Whether a "yes" says what was asked: "Is oak cheaper than beech?" is not answered by "yes, beech
is cheaper than oak"."""

import re
from collections.abc import Iterator

from rag.modality import denies
from rag.wording import misplaced
from rag.words import content_keys

__all__ = ["dissents"]

_YES = re.compile(r"^\W*(?:yes|yeah|indeed|correct)\b\W*", re.I)
_THAN = re.compile(r"\bthan\b", re.I)


def dissents(question: str, draft: str) -> Iterator[str]:
    """Why a draft that says yes says something else than the question asks."""
    yes = _YES.match(draft)
    said = draft[yes.end() :] if yes else ""
    if not said:
        return
    if denies(said) and not denies(question):
        yield "it says yes and denies it"
    for new, old in misplaced(said, question):
        yield f"it says yes and has {new!r} for {old!r}"
    if _exchanged(question, said):
        yield "it says yes and compares them the other way round"


def _exchanged(question: str, said: str) -> bool:
    """Whether what stands on one side of "than" alone stands on the other in what is said."""
    sides = [_THAN.split(text, maxsplit=1) for text in (question, said)]
    if any(len(pair) < 2 for pair in sides):
        return False
    (more, less), (here, there) = (tuple(map(content_keys, pair)) for pair in sides)
    one, other = more - less, less - more
    return bool(one & (there - here) and other & (here - there))
