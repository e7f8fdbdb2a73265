"""A table's row, as a document's text has it: "Team: Blue; Wins 2023: 4; Wins 2024: 7"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from rag.numerals import SCALES
from rag.quantities import Quantity, quantities
from rag.units import UNITS
from rag.words import content_keys, content_words, is_calendar, words

__all__ = [
    "are_rows",
    "in_their_units",
    "is_mail_head",
    "is_of_another",
    "is_row",
    "names_row",
    "other_columns",
]

_CELL = re.compile(r"(?P<label>[^:;\n]{1,80}):\s(?P<value>[^;\n]*)(?:;\s|$)", re.M)
_ASIDE = re.compile(r"\([^()]*\)")
_FEWEST = 3  # cells; what has less may be a sentence with a colon
ROOT = 5  # letters of a verb that its noun keeps
_NUMBER = re.compile(r"\d+")
# What a label says of the numbers below or beside it: "£ million", "in thousands", "Sales (€m)".
_UNIT = re.compile(
    r"(?:\A|\()\s*(?:in\s+)?(?P<money>US\$|[$€£¥])?\s?(?P<scale>thousand|million|billion|bn|mn|[mk])?s?\)?\s*\Z",
    re.I,
)


def is_row(text: str) -> bool:
    """Whether a text is a row of a table, in which words stand in no order to be kept."""
    return len(_CELL.findall(text)) >= _FEWEST


def is_mail_head(text: str) -> bool:
    """Whether a text is the head of a mail, which says from whom and to whom it is."""
    return {"From", "To"} <= {cell["label"].strip() for cell in _CELL.finditer(text)}


def are_rows(one: str, other: str) -> bool:
    """Whether two texts of one document are rows of one table: of two cells or more, the first ones
    in the same column."""
    mine, theirs = ([cell["label"] for cell in _CELL.finditer(text)] for text in (one, other))
    return min(len(mine), len(theirs)) > 1 and mine[0] == theirs[0]


def is_of_another(text: str, known: set[str]) -> bool:
    """Whether a text is a row whose name, in its first cell, has words beside some that are known:
    the score of one match is no other number of a season's goals."""
    cells = _CELL.findall(text)
    name = content_words(cells[0][1]) if len(cells) >= _FEWEST else []
    return any(word.key not in known and not is_calendar(word.text) for word in name)


def names_row(claim: str, text: str) -> bool:
    """Whether a claim has a word of a row that it is told from, beside the names of its columns:
    what a child pays is not told from "Ticket: Family (2 adults, 3 children); Price: £23"."""
    cells = _CELL.findall(text)
    if len(cells) < 2:
        return True
    values = " ".join(_ASIDE.sub(" ", value) for _, value in cells)
    there = {word.key for word in content_words(values) if not word.unit}
    said = content_keys(claim)
    kin = (one for one in said if any(key.startswith(one) for key in there if len(one) >= ROOT))
    return not there or not there.isdisjoint(said) or any(kin)  # "weighs" has "Weight"


def other_columns(claim: str, text: str, at: int) -> Iterator[str]:
    """The columns that a claim names beside the one in which `text` has the value at `at`.

    They are told apart by what only one of their names has ("Wins 2023", "2024"). Where the claim
    doesn't name the value's own, any that it names whole, without its value, is another.
    """
    cells = list(_CELL.finditer(text))
    own = next((_keys(one["label"]) for one in cells if at in range(*one.span("value"))), set())
    found = next((one for one in quantities(text) if one.start == at), None)
    said = _keys(claim)
    for cell in cells:
        label = _keys(cell["label"])
        of_a_kind = own & label or all(map(_NUMBER.fullmatch, own | label))
        told_apart = bool(of_a_kind and (label - own) & said and not (own - label) & said)
        if own and (told_apart or (not own & said and _passed_over(cell, claim, found))):
            yield cell["label"].strip()


def in_their_units(text: str) -> Iterator[Quantity]:
    """The bare numbers of a text's rows in the unit that their column's name gives, or that of the
    first: 48.6 as £48.6 million, of "£ million: Revenue; 2024: 48.6; 2023: 43.4"."""
    for line in re.finditer(r".+", text):
        cells = list(_CELL.finditer(text, *line.span())) if is_row(line.group()) else []
        for cell in cells:
            if unit := _unit(cell["label"]) or _unit(cells[0]["label"]):
                name, scale = unit
                for one in quantities(text):
                    if one.start in range(*cell.span("value")) and not (one.unit or one.nouns):
                        yield replace(one, low=one.low * scale, high=one.high * scale, unit=name)


def _unit(label: str) -> tuple[str, float] | None:
    """The currency and the scale that a label names; None where it names neither."""
    named = _UNIT.search(label.strip())
    if named is None or not (named["money"] or named["scale"]):
        return None
    scale = (named["scale"] or "").lower()
    return UNITS.get((named["money"] or "").lower(), ""), SCALES.get(scale, 1.0)


def _passed_over(cell: re.Match[str], claim: str, found: Quantity | None) -> bool:
    """Whether a claim names a cell whole and tells, for its value, that of another of its unit."""
    named, told = content_keys(cell["label"]), [one.low for one in quantities(claim)]
    there = quantities(cell["value"])
    return bool(
        not re.match(r"\W*[^\W\d]", cell["value"])  # "NV 2211" is a name
        and found
        and named
        and named <= content_keys(claim)
        and there
        and not any(one.low in told for one in there)
        and found.unit == there[0].unit
    )


def _keys(text: str) -> set[str]:
    return {word.key for word in words(text)} | set(_NUMBER.findall(text))
