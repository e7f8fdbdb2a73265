"""Whether a text says a thing: variants of an answer, and quotes in a document."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = ["occurrences", "says", "says_any"]

_APOSTROPHES, _QUOTES = re.compile("[\u2018\u2019]"), re.compile("[\u201c\u201d]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_MIXED = re.compile("(?<=\\d)(?=[\u00bc-\u00be\u2150-\u215e])")  # before a fraction: 3|½
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[,']\d{3})+(?!\d)")
_SPACED_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)")
_NUMBER_WORD = re.compile(r"(?:one|two|three|four|five|six|seven|eight|nine|ten)\Z")
_TENS = re.compile(r"(?:twen|thir|for|fif|six|seven|eigh|nine)ty\Z")


def says(text: str, variant: str) -> bool:
    """Whether `text` contains `variant`; case, spaces and thousands separators don't matter.

    A number matches as a whole ("500" is not in "1,500", "500.5" or "-500"), a word from its start
    ("rice" is not in "price", but "soldier" is in "soldiers"). Number words and units of one or
    two letters match as whole words ("six" is not in "sixty", nor in "twenty-six").
    """
    plain = _plain(text)
    pattern = _pattern(variant)
    # "31 500" is one number or two: both readings are tried.
    return bool(pattern.search(plain) or pattern.search(_joined(plain, _SPACED_THOUSANDS)))


def says_any(text: str, variants: Iterable[str]) -> bool:
    """Whether `text` contains one of `variants`."""
    return any(says(text, variant) for variant in variants)


def occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    """Every place of `quote` in `text`, white space aside (a quote may be broken over lines)."""
    return list(_places(text, quote))


@lru_cache(maxsize=4096)  # a run asks for the same quotes of a long document a hundred times
def _places(text: str, quote: str) -> tuple[tuple[int, int], ...]:
    words = r"\s+".join(re.escape(word) for word in quote.split())
    return tuple(match.span() for match in re.finditer(words, text)) if words else ()


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _MIXED.sub(" ", text)).casefold()
    plain = _DASHES.sub("-", _QUOTES.sub('"', _APOSTROPHES.sub("'", folded)))
    return _joined(re.sub(r"\s+", " ", plain), _THOUSANDS)


def _joined(text: str, numbers: re.Pattern[str]) -> str:
    return numbers.sub(lambda match: re.sub(r"\D", "", match.group()), text)


@lru_cache(maxsize=4096)
def _pattern(variant: str) -> re.Pattern[str]:
    plain = _joined(_plain(variant), _SPACED_THOUSANDS).strip()
    # "5pm" is "5 pm", but "A4" is not "a 4-room flat".
    tokens = re.findall(r"\w*?\d(?=[^\W\d])|\w+|[^\w\s]", plain)
    body = r"\s*".join(map(re.escape, tokens))
    return re.compile(_start(plain) + body + _end(plain))


def _start(plain: str) -> str:
    if plain[:1].isdigit():
        return r"(?<![\d\u2044])(?<!\d[.,])(?<!\s[-.])(?<!\A[-.])(?<!\([-.])"
    if not _cased(plain[:1]):
        return ""
    first = re.match(r"[^\W\d_]*", plain)
    number = first and _NUMBER_WORD.match(first.group())
    return r"(?<![^\W\d_])" + (r"(?<!ty-)" if number else "")


def _end(plain: str) -> str:
    if plain[-1:].isdigit():
        return r"(?![\d\u2044])(?![.,]\d)(?! \d+\u2044)"
    word = re.search(r"[^\W\d_]*\Z", plain)
    last = word.group() if word else ""
    if _TENS.match(last):
        return r"(?![^\W\d_]|-[^\W\d_])"
    whole = (0 < len(last) <= 2 and _cased(last[-1])) or _NUMBER_WORD.match(last)
    return r"(?![^\W\d_])" if whole else ""


def _cased(letter: str) -> bool:
    """Whether its script has cases: only such scripts put spaces between words."""
    return letter.upper() != letter
