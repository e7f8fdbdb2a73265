"""A row of a Markdown table is read by its columns' names, and shown with them."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.columns import columns, names_columns
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.ranking import rank_sentences
from index.search import hybrid_search
from rag.passage import Passage
from rag.write import quoted

BOATS = """# Boats

Hire is by the hour.

| Boat | Persons | 1 hour | Full day |
|:-----|--------:|--------|----------|
| Canoe | 2 | £10 | £45 |
| Motor boat | 6 | £38 | |

| | Canoe | Kayak |
|---|---|---|
| Weight | 28 kg | 19 kg |
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("columns")
    with open_writer(folder, embedder) as writer:
        add_text("boats.md", BOATS, writer)
    with open_library(folder, embedder) as reader:
        yield reader


@pytest.fixture(scope="module")
def passages(library: Library) -> list[Passage]:
    chunks = [id_ for id_, _ in hybrid_search(library, "canoe", 10)]
    return [Passage(found) for found in rank_sentences(library, "canoe", chunks, k=100)]


def row(passages: list[Passage], words: str) -> Passage:
    (passage,) = [one for one in passages if words in one.sentence.text]
    return passage


# What a judge reads


def test_a_row_is_read_with_its_columns_names(passages: list[Passage]) -> None:
    read = "Boat: Canoe; Persons: 2; 1 hour: £10; Full day: £45"

    assert row(passages, "£45").prose == read
    assert row(passages, "£45").said == read


def test_an_empty_cell_and_one_without_a_name_are_read_as_they_are(passages: list[Passage]) -> None:
    assert row(passages, "£38").prose == "Boat: Motor boat; Persons: 6; 1 hour: £38"
    assert row(passages, "Weight").prose == "Weight; Canoe: 28 kg; Kayak: 19 kg"


def test_the_names_of_columns_state_nothing(passages: list[Passage]) -> None:
    assert not any("Persons" in one.sentence.text for one in passages)


# What is cited


def test_a_claim_that_names_a_column_cites_its_name_and_the_row(passages: list[Passage]) -> None:
    notes = row(passages, "£45").citations("A canoe costs £45 for a full day.")

    assert [BOATS[note.start : note.end] for note in notes] == [note.quote for note in notes]
    assert [note.quote for note in notes] == [
        "Boat | Persons | 1 hour | Full day",
        "Canoe | 2 | £10 | £45",
    ]


def test_a_row_is_cited_with_its_columns_names(passages: list[Passage]) -> None:
    notes = row(passages, "Weight").citations("The kayak is 19 kg heavy.")

    assert [note.quote for note in notes] == ["Canoe | Kayak", "Weight | 28 kg | 19 kg"]


def test_a_row_is_quoted_below_its_columns_names(passages: list[Passage]) -> None:
    passage = row(passages, "Weight")
    above = passage.above

    assert quoted(passage).text == "Weight | 28 kg | 19 kg"
    assert above is not None
    assert above.quote == "Canoe | Kayak"
    assert BOATS[above.start : above.end] == "Canoe | Kayak"


# What is a row


@pytest.mark.parametrize(
    "text",
    [
        "a | b\n--|--\n1 | 2",
        "| a | b |\r\n| - | :-: |\r\n| 1 | 2 |\r\n",
        "top\n\n  | a | b |\n  |---|---|\n  | 0 | 0 |\n  | 1 | 2 |",
    ],
)
def test_a_row_is_known_by_the_rule_above_it(text: str) -> None:
    found = columns(text, text.rindex("1"))

    assert found is not None
    assert found.row == "a: 1; b: 2"
    assert text[found.start :].startswith(found.text)
    assert names_columns(text, text.index("a"), text.index("b") + 1)


@pytest.mark.parametrize(
    "text",
    [
        "1 | 2",
        "| a | b |\n| 1 | 2 |",
        "| a | b |\n|---|---|\n| 1 | 2 | 3 |",
        "| a | b |\n|---|---|\n| 0 | 0 |\n\n1 or 2",
        "|---|---|\n| 1 | 2 |",
        "a\n---\n1",
    ],
)
def test_what_stands_below_no_names_is_no_row(text: str) -> None:
    assert columns(text, text.rindex("1")) is None


@pytest.mark.parametrize(
    "text",
    ["Notes\n---\n", "a | b\n1 | 2\n", "a | b", "a | b\n-" + " " * 100_000 + "x"],
    ids=["heading", "rows", "end", "spaces"],
)
def test_what_stands_above_no_rule_names_no_columns(text: str) -> None:
    assert not names_columns(text, 0, len(text.split("\n")[0]))


def test_a_row_of_dashes_is_no_rule_for_the_row_below_it() -> None:
    text = "| a | b |\n|---|---|\n| 0 | 0 |\n| - | - |\n| 1 | 2 |"
    found = columns(text, text.rindex("1"))

    assert found is not None
    assert found.row == "a: 1; b: 2"
    assert not names_columns(text, text.index("0"), text.rindex("0") + 1)


def test_a_row_without_names_is_read_as_it_stands(passages: list[Passage]) -> None:
    passage = row(passages, "£45")
    bare = Passage(replace(passage.sentence, columns=None))

    assert bare.prose == "Canoe | 2 | £10 | £45"
