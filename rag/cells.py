"""A table's row, as a document's text has it: "Team: Blue; Wins 2023: 4; Wins 2024: 7"."""

import re
from collections.abc import Iterator

from rag.words import words

__all__ = ["is_row", "other_columns"]

_CELL = re.compile(r"(?P<label>[^:;\n]{1,80}):\s(?P<value>[^;\n]*)(?:;\s|$)", re.M)
_FEWEST = 3  # cells; what has less may be a sentence with a colon
_NUMBER = re.compile(r"\d+")


def is_row(text: str) -> bool:
    """Whether a text is a row of a table, in which words stand in no order to be kept."""
    return len(_CELL.findall(text)) >= _FEWEST


def other_columns(claim: str, text: str, at: int) -> Iterator[str]:
    """The columns that a claim names beside the one in which `text` has the value at `at`.

    They are told apart by what only one of their names has ("2023", "2024").
    """
    cells = list(_CELL.finditer(text))
    own = next((_keys(cell["label"]) for cell in cells if at in range(*cell.span("value"))), None)
    said = _keys(claim)
    for cell in cells:
        label = _keys(cell["label"])
        if own and own & label and (label - own) & said and not (own - label) & said:
            yield cell["label"].strip()


def _keys(text: str) -> set[str]:
    return {word.key for word in words(text)} | set(_NUMBER.findall(text))
