"""The interface's words: every language says everything."""

import re
from pathlib import Path
from string import Formatter

import pytest

from ui.language import LANGUAGES, chosen, words

CODE = "".join(path.read_text("utf-8") for path in Path("ui").resolve().glob("*.py"))


def places(entry: str | list[str]) -> set[str]:
    forms = entry if isinstance(entry, list) else [entry]
    return {name for form in forms for _, name, _, _ in Formatter().parse(form) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_word_with_the_same_places(language: str) -> None:
    english, other = words("en").table, words(language).table

    assert {key: places(entry) for key, entry in other.items()} == {
        key: places(entry) for key, entry in english.items()
    }


def test_every_word_that_the_page_says_is_there() -> None:
    asked = set(re.findall(r'\bsay\(\s*["\'](\w+)["\']', CODE))

    assert asked
    assert asked <= set(words("en").table)


def test_a_number_chooses_the_form_and_is_written_as_the_language_does() -> None:
    assert words("en")("documents", n=1) == "1 document"
    assert words("en")("documents", n=1200) == "1,200 documents"
    assert words("de")("documents", n=1200) == "1.200 Dokumente"


@pytest.mark.parametrize(
    ("cookie", "accepted", "language"),
    [
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "fr-FR, de;q=0.5", "de"),
        ("", "fr", "en"),
        ("", "", "en"),
        ("en", "de", "en"),
        ("../../x", "de", "de"),
    ],
)
def test_the_setting_comes_before_the_browser_and_english_last(
    cookie: str, accepted: str, language: str
) -> None:
    assert chosen(cookie, accepted).language == language
