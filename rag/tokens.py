"""A text word by word and number by number, so that two can be laid side by side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.dates import dates
from rag.quantities import Quantity, quantities
from rag.words import Word, content_words, is_adverb, words

__all__ = ["Token", "tokens"]

# With a capital, where they open a sentence.
_OPENERS = frozenset(
    """again afterwards thereafter later meanwhile then yesterday today tomorrow instead otherwise
    moreover furthermore besides nevertheless nonetheless""".split()
)
_CONTRACTED = re.compile(r"(.+?)(?:n['’]t|(?<=can)not)", re.I)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a number in its place; `key` is what two are compared by."""

    text: str
    key: object
    name: bool = False
    content: bool = False
    number: bool = False

    @property
    def low(self) -> str:
        """The text in small letters."""
        return self.text.lower()

    @property
    def capital(self) -> bool:
        """Whether it may be a name, by its capital."""
        adverb = self.low in _OPENERS or is_adverb(self.low)
        return self.text[0].isupper() and self.content and not adverb


def tokens(text: str) -> list[Token]:
    """The words, quantities and dates of a text in order."""
    found = [
        (one.start, Token(text[one.start : one.end], _rounded(one), number=True))
        for one in quantities(text)
    ]
    found += [
        (date.start, Token(text[date.start : date.end], (date.month, date.day, date.year)))
        for date in dates(text)
    ]
    spans = [(start, start + len(token.text)) for start, token in found]
    content = {word.start for word in content_words(text)}
    for word in words(text):
        if not any(start <= word.start < end for start, end in spans):
            found += [(word.start, token) for token in _split(word, word.start in content)]
    return [token for _, token in sorted(found, key=lambda each: each[0])]


def _rounded(quantity: Quantity) -> tuple[float, float]:
    return float(f"{quantity.low:.9g}"), float(f"{quantity.high:.9g}")


def _split(word: Word, content: bool) -> Iterator[Token]:
    """The word as a token; "isn't" as "is" and "not"."""
    denied = _CONTRACTED.fullmatch(word.text)
    if denied is None:
        yield Token(word.text, word.key, word.name, content)
        return
    verb = {"ca": "can", "wo": "will", "sha": "shall"}.get(denied[1].lower(), denied[1])
    yield from (Token(verb, verb.lower()), Token("not", "not"))
