"""What a number counts: the words that follow it."""

import re

from rag.units import UNITS
from rag.words import FUNCTION_WORDS, is_participle, stem

__all__ = ["nouns_after"]

SHORT = 3  # letters; "MI" is no mile
_PLURAL = re.compile(r"people|men|women|children|feet|teeth|mice|geese|police|cattle|.*(?<![sui])s")
_AFTER = re.compile(r"°[CF]\b|[^\W\d_][^\W_]*(?:['’-][^\W_]+)*|[^\w\s]|\d+", re.UNICODE)


def nouns_after(text: str, end: int, *, plural: bool = False) -> tuple[str, ...]:
    """Keys of up to four words after a number, across "of", up to a verb, a function word or a
    stop; with `plural` ("how many people work there?") up to a plural and no further."""
    nouns: list[str] = []
    lower = whole = False
    for match in _AFTER.finditer(text, end, end + 80):
        word = match.group().lower()
        if word == "of" and nouns:
            whole = False
            continue
        if not (word[0].isalpha() or word in UNITS) or word in FUNCTION_WORDS or len(nouns) == 4:
            break
        named = match.group()[0].isupper() and not (word in UNITS and len(word) > SHORT)
        if lower and named:  # "how many troops Pyongyang has"
            break
        if nouns and is_participle(word):  # "the number of soldiers dispatched for this war"
            break
        many = plural and _PLURAL.fullmatch(word) is not None
        if whole and not many:
            break
        lower, whole = match.group()[0].islower(), many
        nouns.append("krw" if word == "won" and not nouns else stem(word))
    return tuple(nouns)
