"""Any text held against the documents: what supports each sentence, and what speaks against it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import RICE
from fakes import FakeServer, Script, asking, when
from fakes import without_model as quoting

import footnoted
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from rag.assistant import Assistant
from rag.errors import BadQuestion
from rag.verify import Checked


@pytest.fixture
def script() -> Script:
    return Script(states_claim=lambda text, claim: 0.02)


@pytest.fixture
def assistant(library: Library, script: Script) -> Iterator[Assistant]:
    plain = quoting(library, 10)
    with FakeServer(script) as server, asking(plain, server.endpoint, 10) as assistant:
        yield assistant


@pytest.fixture
def without_model(library: Library) -> Assistant:
    return quoting(library, 10)


def checked(assistant: Assistant, text: str) -> list[tuple[str, str]]:
    return [(each.verdict, each.text) for each in assistant.check(text)]


def only(assistant: Assistant, text: str) -> Checked:
    (one,) = assistant.check(text)
    return one


def test_the_documents_own_words_need_no_model(assistant: Assistant, script: Script) -> None:
    said = "Russia proposed to supply between 600,000 and 700,000 tons of rice."

    found = only(assistant, said)

    assert found.verdict == "supported"
    assert [citation.quote for citation in found.citations] == [said]
    assert RICE[found.citations[0].start : found.citations[0].end] == said
    assert script.asked == []


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("Russia proposed to supply between **600,000** and *700,000 tons* of rice.", True),
        ("**Russia proposed to supply between 600,000 and 700,000 tons of rice.**", True),
        ("Russia proposed to supply between **600,000** and *800,000 tons* of rice.", False),
    ],
)
def test_the_documents_own_words_need_no_model_where_they_are_emphasised(
    without_model: Assistant, said: str, known: bool
) -> None:
    assert (only(without_model, said).verdict == "supported") == known


def test_a_text_is_not_called_unfounded_where_all_documents_are_in_collections(
    tmp_path: Path, embedder: Embedder
) -> None:
    with open_writer(tmp_path, embedder, collection="contracts") as writer:
        add_text("rice.txt", RICE, writer)

    with (
        open_library(tmp_path, embedder) as library,
        pytest.raises(BadQuestion, match="the collections are @contracts"),
    ):
        list(quoting(library, 10).check("About 12,000 soldiers were sent."))


@pytest.mark.parametrize("name", ["@contracts", "@Contracts:"])
def test_a_text_is_held_against_the_collection_that_it_begins_with(
    tmp_path: Path, embedder: Embedder, name: str
) -> None:
    with open_writer(tmp_path, embedder, collection="contracts") as writer:
        add_text("rye.txt", "Rye needs a sourdough.", writer)
    with open_writer(tmp_path, embedder) as writer:
        add_text("rice.txt", RICE, writer)

    with open_library(tmp_path, embedder) as library:
        assistant = quoting(library, 10)

        assert checked(assistant, f"{name}\nRye needs a sourdough.") == [
            ("supported", "Rye needs a sourdough.")
        ]
        assert only(assistant, "Rye needs a sourdough.").verdict == "not found"
        assert only(assistant, "@nobody Rye needs a sourdough.").verdict == "not found"


def test_what_the_model_finds_stated_is_supported(assistant: Assistant, script: Script) -> None:
    script.states_claim = when("600,000", 0.97)

    found = only(assistant, "Russia proposed between 600,000 and 700,000 tons of rice.")

    assert found.verdict == "supported"
    assert "600,000" in found.citations[0].quote


@pytest.mark.parametrize(
    "said",
    [
        "Russia proposed to supply 900,000 tons of rice.",
        "Russia proposed to supply between 600,000 and 800,000 tons of rice.",
        "About 500 generals were sent.",
        "A soldier earns $3,000 per month.",
        "About 12,000 soldiers were not sent.",
    ],
)
def test_another_number_or_a_negation_contradicts_whatever_the_model_says(
    assistant: Assistant, script: Script, said: str
) -> None:
    script.states_claim = lambda text, claim: 0.99

    found = only(assistant, said)

    assert found.verdict == "contradicted"
    assert found.citations
    assert found.reason


@pytest.mark.parametrize("said", ["China proposed rice.", "The moon is made of green cheese."])
def test_what_no_document_speaks_of_is_not_found(assistant: Assistant, said: str) -> None:
    found = only(assistant, said)

    assert found.verdict == "not found"
    assert found.reason


def test_a_name_that_the_source_lacks_is_not_for_the_model_to_grant(
    assistant: Assistant, script: Script
) -> None:
    script.states_claim = lambda text, claim: 0.99

    assert only(assistant, "China proposed to supply rice.").verdict != "supported"


def test_every_sentence_is_checked_in_order_and_what_states_nothing_is_passed_over(
    assistant: Assistant,
) -> None:
    text = (
        "# A draft\n\n"
        "- Bread is baked from flour and water.[1]\n"
        "- Rye needs a sourdough. Is it so?\n"
        "1. A soldier earns $3,000 per month.[^2]\n"
    )

    assert checked(assistant, text) == [
        ("supported", "Bread is baked from flour and water."),
        ("supported", "Rye needs a sourdough."),
        ("contradicted", "A soldier earns $3,000 per month."),
    ]


def test_without_a_model_only_the_documents_own_words_are_taken_for_support(
    without_model: Assistant,
) -> None:
    text = "Rye needs a sourdough. Rye demands a sourdough. A soldier earns $3,000 per month."

    found = list(without_model.check(text))

    assert [each.verdict for each in found] == ["supported", "not found", "contradicted"]
    assert "no model" in found[1].reason


@pytest.mark.parametrize("text", ["", " \n", "x" * 50_001])
def test_nothing_and_far_too_much_are_refused(without_model: Assistant, text: str) -> None:
    with pytest.raises(BadQuestion, match=r"characters|empty"):
        list(without_model.check(text))


def test_the_shell_checks_a_text_and_fails_where_something_does_not_stand(
    library: Library,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("Rye needs a sourdough.")
    bad.write_text("Rye needs a sourdough. A soldier earns $3,000 per month.")
    where = ["--data", str(library.folder)]

    passed = footnoted.main(["verify", "--text", str(good), *where])
    failed = footnoted.main(["verify", "--text", str(bad), "--json", *where])

    said = capsys.readouterr().out.splitlines()
    assert (passed, failed) == (0, 1)
    assert said[0].split() == ["supported", "Rye", "needs", "a", "sourdough."]
    sentences = json.loads(said[-1])["sentences"]
    assert [each["verdict"] for each in sentences] == ["supported", "contradicted"]


def test_the_shell_holds_a_text_against_the_collection_that_is_named(
    library: Library,
    embedder: Embedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    with open_writer(library.folder, embedder, collection="crafts") as writer:
        add_text("loom.txt", "A loom has two beams.", writer)
    text = tmp_path / "said.txt"
    text.write_text("A loom has two beams.")
    verify = ["verify", "--data", str(library.folder), "--text", str(text)]

    assert footnoted.main([*verify, "--collection", "crafts"]) == 0
    assert footnoted.main(verify) == 1
    assert footnoted.main([*verify, "--collection", "crafst"]) == 2
    assert "the collections are @crafts, @default" in capsys.readouterr().err
