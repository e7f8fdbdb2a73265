"""What a judge reads of a sentence, and which sentences a claim from it cites."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import BREAD, RICE
from hypothesis import given, settings
from hypothesis import strategies as st

from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.ranking import rank_sentences
from index.search import hybrid_search
from rag.passage import Passage, cite, names

ROOT = Path(__file__).parent.parent
MILL = (
    "# The Old Mill\n"
    "\n"
    "## Wages in Seoul\n"
    "\n"
    "The owner employs 80 people. They earn $20 per hour. Sundays are paid twice.\n"
    "\n"
    "They also get bread.\n"
    "\n"
    "## Visits\n"
    "\n"
    "It was Ann that opened it in 1990.\n"
)
LEAVING = "Nobody may leave in the first 14 days. After that, it costs $35."
AWKWARD = (
    "\ufeffTitle 👩‍🚀 of it\r\n\r\n  Kim (no. 5) came.\tHe left at 10.30 a.m. "
    "This cost €5\u00a0000!\r\n- They said “no.” Both won.\r\n"
    "- It’s 5 %. Its owner’s e\u0301clair fell.\r\n\u2028Such is life…"
)
WORDS = sorted({*MILL.split(), *AWKWARD.split(), *RICE.split(), "zinc", "9,999", "Paris"})
CLAIMS = st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    """The seeds and a few texts with headings, lists and awkward characters."""
    folder = tmp_path_factory.mktemp("passages")
    texts = {path.name: path.read_text("utf-8") for path in (ROOT / "seeds").glob("*.*")}
    texts |= {
        "mill.md": MILL,
        "awkward.txt": AWKWARD,
        "rice.txt": RICE,
        "bread.md": BREAD,
        "leaving.txt": LEAVING,
    }
    with open_writer(folder, embedder) as writer:
        for source, text in texts.items():
            add_text(source, text, writer)
    with open_library(folder, embedder) as reader:
        yield reader


@pytest.fixture(scope="module")
def passages(library: Library) -> list[Passage]:
    """Every sentence of the library."""
    chunks = [id_ for id_, _ in hybrid_search(library, "They earn money.", 1000)]
    return [Passage(found) for found in rank_sentences(library, "earn", chunks, k=10_000)]


@pytest.fixture(scope="module")
def wage(passages: list[Passage]) -> Passage:
    """A sentence that leans on the one before it, under a heading."""
    return stating(passages, "They earn $20")


def stating(passages: list[Passage], words: str) -> Passage:
    """The passage whose own sentence has these words."""
    (passage,) = [one for one in passages if words in one.sentence.text]
    return passage


def quotes(passage: Passage, claim: str) -> list[str]:
    return [citation.quote for citation in passage.citations(claim)]


# What a judge reads


def test_a_sentence_that_leans_is_read_with_the_one_before_and_its_heading(wage: Passage) -> None:
    assert wage.leans
    assert wage.prose == "The owner employs 80 people. They earn $20 per hour."
    assert wage.text == f"Wages in Seoul\n{wage.prose}"


def test_what_is_so_after_that_is_read_with_the_sentence_before(passages: list[Passage]) -> None:
    passage = stating(passages, "After that")

    assert passage.leans
    assert passage.prose.startswith("Nobody may leave in the first 14 days.")


def test_a_sentence_that_stands_alone_is_read_without_its_neighbours(
    passages: list[Passage],
) -> None:
    passage = stating(passages, "Sundays are paid")

    assert not passage.leans
    assert passage.prose == "Sundays are paid twice."


def test_a_sentence_does_not_lean_across_a_paragraph(passages: list[Passage]) -> None:
    passage = stating(passages, "They also get bread")

    assert not passage.leans
    assert passage.prose == "They also get bread."


def test_an_it_that_only_stresses_what_follows_leans_on_nothing(passages: list[Passage]) -> None:
    assert not stating(passages, "It was Ann that").leans


def test_the_checks_know_title_and_neighbours_as_context(wage: Passage) -> None:
    assert wage.source.text == wage.text.replace("Seoul\n", "Seoul.\n")
    assert wage.source.title == "The Old Mill\nmill md"
    assert "The Old Mill" in wage.source.whole
    assert "Sundays are paid twice." in wage.source.context


def test_a_name_behind_a_label_is_a_name_of_the_document() -> None:
    known = names("Report 24-1187\nPatient: Milo, cat, male.\nOwner: Mr Grant Ellery.\n")

    assert {"Milo", "Grant", "Ellery"} <= set(known)
    assert "Patient" not in known


# What a claim cites


def test_a_claim_cites_the_sentence_itself_where_that_is_enough(wage: Passage) -> None:
    assert quotes(wage, "They earn $20 per hour.") == ["They earn $20 per hour."]


def test_a_claim_cites_the_sentence_before_too_where_it_needs_it(wage: Passage) -> None:
    assert quotes(wage, "The 80 people earn $20 per hour.") == [
        "The owner employs 80 people.",
        "They earn $20 per hour.",
    ]


def test_a_claim_cites_only_the_sentence_before_where_that_says_it_all(wage: Passage) -> None:
    assert quotes(wage, "The owner employs 80 people.") == ["The owner employs 80 people."]


def test_a_claim_cites_the_heading_where_only_that_has_its_word(wage: Passage) -> None:
    cited = quotes(wage, "They earn $20 per hour in Seoul.")

    assert ["Seoul" in quote for quote in cited] == [True, False]
    assert cited[-1] == "They earn $20 per hour."


def test_a_word_of_the_title_needs_no_citation(wage: Passage) -> None:
    assert quotes(wage, "The mill pays them $20 per hour.") == ["They earn $20 per hour."]


def test_a_claim_that_no_sentence_carries_cites_the_sentence_itself(wage: Passage) -> None:
    assert quotes(wage, "Zinc is toxic.") == ["They earn $20 per hour."]
    assert quotes(wage, "") == ["They earn $20 per hour."]


@given(st.data(), CLAIMS)
@settings(deadline=None)
def test_every_citation_of_any_claim_slices_its_document(
    library: Library, passages: list[Passage], data: st.DataObject, claim: str
) -> None:
    passage = data.draw(st.sampled_from(passages))
    document = library.document(passage.sentence.sentence.document)
    assert document is not None

    cited = passage.citations(claim)

    assert cited
    assert all(document.text[one.start : one.end] == one.quote != "" for one in cited)
    assert {(one.document_id, one.source) for one in cited} == {(document.id, document.source)}
    assert [one.start for one in cited] == sorted({one.start for one in cited})


def test_a_sentence_of_every_document_is_cited_where_it_stands(
    library: Library, passages: list[Passage]
) -> None:
    cited = [cite(passage.sentence) for passage in passages]

    documents = {row.id: library.document(row.id) for row in library.documents()}
    texts = {id_: document.text for id_, document in documents.items() if document}
    assert {one.document_id for one in cited} == texts.keys()
    assert all(texts[one.document_id][one.start : one.end] == one.quote for one in cited)
