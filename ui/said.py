"""What the packages below say, in the reader's language.

They speak English and know of no language. A catalogue for each other language holds their
sentences, with places for what varies, and the same sentences in that language; a sentence that
stands in none is shown as it is.
"""

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from string import Formatter

__all__ = ["catalogue", "said"]

FOLDER = Path(__file__).parent / "said"
LONGEST = 4000  # characters; a longer text is no sentence of ours

# What the packages below put into quotation marks, of either kind.
_QUOTED = re.compile(r"“[^”]*”|'[^']*'|\"[^\"]*\"")
_ALL_QUOTED = re.compile(f"(?:{_QUOTED.pattern})(?:, (?:{_QUOTED.pattern}))*")

Rule = tuple[re.Pattern[str], str]


def said(language: str, sentence: str) -> str:
    """A sentence, or several joined by "; ", in a language; as it is where nobody translated it."""
    if len(sentence) > LONGEST:
        return sentence
    whole = _translated(language, sentence)
    if whole is not None:
        return whole
    parts = sentence.split("; ")
    return "; ".join(_translated(language, part) or part for part in parts)


def catalogue(language: str) -> dict[str, str]:
    """The sentences of a language by what they are in English; none for English itself."""
    path = FOLDER / f"{language}.toml"
    return dict(tomllib.loads(path.read_text("utf-8"))) if path.exists() else {}


def _translated(language: str, sentence: str) -> str | None:
    for pattern, translation in _rules(language):
        if match := pattern.fullmatch(sentence):
            places = match.groupdict().items()
            values = {name: _value(language, name, value) for name, value in places}
            return translation.format(**values)
    return None


def _value(language: str, name: str, value: str) -> str:
    """What stands in a place of a sentence: a sentence itself, words in quotation marks, or
    anything else, which is kept."""
    if name == "reason":
        return said(language, value)
    if name != "quote" and _ALL_QUOTED.fullmatch(value):  # a quote is kept to the letter
        return _QUOTED.sub(lambda each: said(language, f"“{each[0][1:-1]}”"), value)
    return value


@lru_cache
def _rules(language: str) -> list[Rule]:
    """How each sentence is known, those first of which most is fixed."""
    known = sorted(catalogue(language).items(), key=lambda each: -_fixed(each[0]))
    return [(_pattern(english), translation) for english, translation in known]


def _pattern(english: str) -> re.Pattern[str]:
    parts = Formatter().parse(english)
    made = (re.escape(fixed) + (f"(?P<{name}>.+?)" if name else "") for fixed, name, _, _ in parts)
    return re.compile("".join(made), re.S)


def _fixed(english: str) -> int:
    return sum(len(fixed) for fixed, _, _, _ in Formatter().parse(english))
