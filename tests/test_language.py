"""The interface's words: every language says everything."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from ui.language import LANGUAGES, chosen, words
from ui.said import catalogue, said

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


# Who speaks to readers of the page, beside whom only the shell hears.
SPEAKERS = (
    *(f"rag/{name}.py" for name in ("assistant", "chain", "chat", "checks", "judge", "mentions")),
    *(
        f"rag/{name}.py"
        for name in ("failures", "run", "server", "spans", "splices", "substance", "verify")
    ),
    *(f"rag/{name}.py" for name in ("assent", "wording", "write")),
    *(f"index/{name}.py" for name in ("homes", "ledger", "library", "lock", "pictures", "prepare")),
    *(str(path) for path in Path("index/readers").glob("*.py")),
    *(f"ui/{name}.py" for name in ("cases", "conversations", "pictures", "uploads")),
)
# What stands in a place of a sentence that is a part of speech, not a name or a number.
PARTS = {
    "length": "is empty",
    "'' if always else ' not'": "",
    "'ended' if begins else 'began'": "ended",
    "'ended' if opens else 'began'": "ended",
    "NO_MODEL": "no model is set, so only the documents' own words are recognised",
    "how": "failed",
    "mark": "negated",
    "reason": "is a file, not a folder: name another with --data",
    "_sqlite_reason(error)": "failed (disk)",
    "listed": "near it are @a",
    "self._there_are()": "the collections are @a",
    "again": "try again later",
    "ask": "see that OPENAI_BASE_URL and OPENAI_API_KEY belong to a chat endpoint",
}
REASONS = (
    "assent.py",
    "chain.py",
    "checks.py",
    "judge.py",
    "pool.py",
    "spans.py",
    "splices.py",
    "substance.py",
    "wording.py",
)
# Mistakes of a program, or of whoever starts the server: no reader of the page sees them.
OF_PROGRAMS = ("ValueError", "TypeError", "AssertionError", "EOFError", "MemoryError")
OF_THE_SHELL = ("FOOTNOTED_CHROMA_URL is ",)


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_what_footnoted_says_to_readers_is_said_in_each_language(language: str) -> None:
    sentences = {sentence for path in SPEAKERS for sentence in spoken(Path(path).resolve())}

    heard = {each for each in sentences if not each.startswith(OF_THE_SHELL)}

    untold = {each for each in heard if said(language, each) == each}

    assert len(sentences) > 60
    assert untold == set()


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
def test_a_sentence_keeps_its_places_in_each_language(language: str) -> None:
    assert {english: places(english) for english in catalogue(language)} == {
        english: places(other) for english, other in catalogue(language).items()
    }


def test_what_stands_in_a_place_is_kept_and_what_nobody_translated_too() -> None:
    spoken_of = "The documents don't say. What is near the question doesn't speak of “it is empty”."

    assert said("de", spoken_of).endswith("spricht nicht von „it is empty“.")
    assert said("en", spoken_of) == spoken_of
    assert said("de", "it doesn't mention “a”, “b”") == "er erwähnt „a“, „b“ nicht"
    assert said("de", "“'Never.'”") == "„'Never.'“"
    assert said("de", "the number '40' is not in the source").startswith("die Zahl „40“ steht")
    assert said("de", "it gives no number; it has a heart") == "er nennt keine Zahl; it has a heart"


def spoken(path: Path) -> Iterator[str]:
    """The sentences that a module raises, yields or gives as a reason, their places filled."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            name = ast.unparse(node.exc.func)
            values = [] if name in OF_PROGRAMS else node.exc.args
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("Failure", "NoPictures"):
            values = node.args
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".refuse"):
            values = node.args[1:]
        elif isinstance(node, ast.Yield | ast.Return) and path.name in REASONS:
            values = [node.value]
        else:
            continue
        yield from (sentence for value in values if " " in (sentence := filled(value)))


def filled(value: ast.expr | None) -> str:
    """The text of a literal; "" for what is none."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if not isinstance(value, ast.JoinedStr):
        return ""
    return "".join(
        str(part.value)
        if isinstance(part, ast.Constant)
        else PARTS.get(ast.unparse(part.value), "X")
        for part in value.values
    )
