"""Numbers, scales, shares and hedges in words."""

from typing import Literal

__all__ = ["FRACTIONS", "HEDGES", "SCALES", "SPELT", "TWO_WORD_HEDGES", "Hedge"]

Hedge = Literal["", "about", "at least", "at most"]

SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6}
SCALES |= {"billion": 1e9, "bn": 1e9, "trillion": 1e12, "dozen": 12.0}
_SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()
_TENS = """twenty thirty forty fifty sixty seventy eighty ninety""".split()
SPELT = {word: float(i) for i, word in enumerate(_SMALL)}
SPELT |= {word: float(i * 10) for i, word in enumerate(_TENS, start=2)}
FRACTIONS = {"half": 50.0, "third": 100 / 3, "quarter": 25.0}  # percent
FRACTIONS |= {"fifth": 20.0, "sixth": 100 / 6, "eighth": 12.5, "tenth": 10.0}

HEDGES: dict[str, Hedge] = {
    **dict.fromkeys(
        """about around approximately roughly nearly almost circa some estimated ~""".split(),
        "about",
    ),
    **dict.fromkeys(["over", "above", "exceeding", "minimum"], "at least"),
    **dict.fromkeys(["under", "below", "maximum"], "at most"),
}
TWO_WORD_HEDGES: dict[str, Hedge] = {
    "at least": "at least",
    "more than": "at least",
    "greater than": "at least",
    "at most": "at most",
    "less than": "at most",
    "fewer than": "at most",
    "up to": "at most",
}
