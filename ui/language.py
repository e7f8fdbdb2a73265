"""The words of the interface, one file a language in `words/`.

To add a language, put a file of its code there with every key of `en.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ui.said import said

__all__ = ["LANGUAGES", "Words", "chosen", "words"]

FOLDER = Path(__file__).parent / "words"
LANGUAGES = ("en", "de")


@dataclass(frozen=True, slots=True)
class Words:
    """What the interface says in one language."""

    language: str
    table: Mapping[str, str | list[str]]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key with its values put in; `n` chooses between singular and plural."""
        entry = self.table[key]
        n = values.get("n")
        if isinstance(entry, list):
            entry = entry[0 if n == 1 else 1]
        if isinstance(n, int):
            values["n"] = f"{n:,}".replace(",", str(self.table["thousands"]))
        return entry.format(**values)

    def said(self, sentence: str) -> str:
        """What the packages below say, in this language."""
        return said(self.language, sentence)


def chosen(cookie: str, accepted: str) -> Words:
    """The language of the reader's setting, else the first of their browser's that there is.

    `accepted` is the header Accept-Language, whose order is taken for the order of preference.
    """
    asked = [cookie, *(each.partition(";")[0].strip() for each in accepted.split(","))]
    codes = (each.partition("-")[0].lower() for each in asked)
    return words(next((code for code in codes if code in LANGUAGES), LANGUAGES[0]))


@lru_cache(maxsize=len(LANGUAGES))
def words(language: str) -> Words:
    """The words of one of LANGUAGES."""
    return Words(language, tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8")))
