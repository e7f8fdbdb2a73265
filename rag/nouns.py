"""What a number counts: the words that follow it."""

import re

from rag.units import UNIT_KEYS, UNITS
from rag.words import FUNCTION_WORDS, is_participle, stem

__all__ = ["nouns_after"]

SHORT = 3  # letters; "MI" is no mile
_PLURAL = re.compile(r"people|men|women|children|feet|teeth|mice|geese|police|cattle|.*(?<![sui])s")
_AFTER = re.compile(r"°[CF]\b|[^\W\d_][^\W_]*(?:['’-][^\W_]+)*|[^\w\s]|\d+", re.UNICODE)


def nouns_after(
    text: str, end: int, *, plural: bool = False, mass: bool = False
) -> tuple[str, ...]:
    """Keys of up to four words after a number, across "of" and "days'", up to a verb, a function
    word or a stop; with `plural` ("how many people work there?") up to a plural and no further,
    with `mass` ("how much rain falls?") up to what ends as a plural does."""
    nouns: list[str] = []
    lower = whole = False
    for match in _AFTER.finditer(text, end, end + 80):
        word = match.group().lower()
        if nouns and (word == "of" or (word in ("'", "’") and nouns[-1] in UNIT_KEYS)):
            whole = False
            continue
        if not (word[0].isalpha() or word in UNITS) or word in FUNCTION_WORDS or len(nouns) == 4:
            break
        named = match.group()[0].isupper() and not (word in UNITS and len(word) > SHORT)
        if lower and named:  # "how many troops Pyongyang has"
            break
        verb = mass and _PLURAL.fullmatch(word) is not None
        if nouns and (verb or is_participle(word)):  # "soldiers dispatched for this war"
            break
        many = plural and _PLURAL.fullmatch(word) is not None
        if whole and not many:
            break
        lower, whole = match.group()[0].islower(), many
        nouns.append("krw" if word == "won" and not nouns else stem(word))
    return tuple(nouns)
