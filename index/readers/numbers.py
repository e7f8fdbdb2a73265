"""How a number of a list is written: 3, c, C, iii or III."""

__all__ = ["numeral"]

ROMAN = dict(
    zip(
        "m cm d cd c xc l xl x ix v iv i".split(),
        map(int, "1000 900 500 400 100 90 50 40 10 9 5 4 1".split()),
        strict=True,
    )
)
LARGEST = 3999  # no greater number is written with Roman numerals


def numeral(number: int, kind: str) -> str:
    """A number as the `type` of an HTML list has it: "1", "a", "A", "i" or "I"."""
    if kind.lower() not in ("a", "i") or not 0 < number <= LARGEST:
        return str(number)
    told = _letters(number) if kind.lower() == "a" else _roman(number)
    return told.upper() if kind.isupper() else told


def _letters(number: int) -> str:
    """a to z, then aa to zz, as Word counts."""
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (times + 1)


def _roman(number: int) -> str:
    told = ""
    for letters, value in ROMAN.items():
        told += letters * (number // value)
        number %= value
    return told
