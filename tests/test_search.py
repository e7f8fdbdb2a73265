"""What is asked for by its name, number, code or words is found as it is written."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import Embedder
from index.ingest import add_text
from index.lexical import Counts, codes, quoted, terms
from index.library import Library, open_library, open_writer
from index.ranking import rank_sentences
from index.scoring import MEASURES, measures
from index.search import ask, hybrid_search

STORES = {
    "bearings.txt": "The bearing AX-4410/b fits the old pump. It is greased once a year.",
    "other.txt": "The bearing AX-4411/b fits the new pump, and so does AX-4410/c.",
    "seals.txt": "The seal BX-4410/b fits the old pump. It is changed twice a year.",
    "cpp.txt": "The parser is written in C++ and is very fast.",
    "c.txt": "The parser is written in C and is very fast.",
    "sharp.txt": "The parser is written in C# and is very fast.",
    "leave.txt": "Under § 12a a tenant may leave early. The notice is in writing.",
    "rent.txt": "Under § 12 a tenant may pay late. The notice is in writing.",
    "mail.txt": "Complaints go to jane.doe@example.org within a week.",
    "mail2.txt": "Complaints go to john.doe@example.org within a week.",
    "rice.txt": "The first ship carried 600 000 tons of rice to the port.",
    "wheat.txt": "The second ship carried 601,000 tons of rice to the port.",
    "oath.txt": "He swore that the old order changes slowly and never gives way.",
    "order.txt": "The old man never changes his order, slowly as the waiter gives way.",
}


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    """A library in which every document has a near double."""
    folder: Path = tmp_path_factory.mktemp("stores")
    with open_writer(folder, embedder) as writer:
        for name, text in STORES.items():
            add_text(name, text, writer)
    with open_library(folder, embedder) as reader:
        yield reader


def first(library: Library, question: str) -> str:
    """The source of the first sentence for a question."""
    found = [id_ for id_, _ in hybrid_search(library, question, 8)]
    return rank_sentences(library, question, found, 1)[0].source


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Which pump does AX-4410/b fit?", "bearings.txt"),
        ("Which pump does ax‑4411/b fit?", "other.txt"),  # noqa: RUF001  a hyphen that doesn't break
        ("Which pump does BX-4410/b fit?", "seals.txt"),
        ("Which parser is written in C++?", "cpp.txt"),
        ("Which parser is written in C#?", "sharp.txt"),
        ("What may a tenant do under § 12a?", "leave.txt"),
        ("What may a tenant do under §12?", "rent.txt"),
        ("What goes to john.doe@example.org?", "mail2.txt"),
        ("Which ship carried 600,000 tons?", "rice.txt"),
        ("Which ship carried 601000 tons?", "wheat.txt"),
    ],
)
def test_a_code_or_number_is_found_as_it_is_written(
    stores: Library, question: str, source: str
) -> None:
    assert first(stores, question) == source


def test_a_quoted_phrase_comes_before_its_words_apart(stores: Library) -> None:
    quoted_first = hybrid_search(stores, 'Who said "The old ORDER changes slowly"?', 3)[0][0]
    apart = hybrid_search(stores, 'Where does it say "never changes his order"?', 3)[0][0]

    found = [stores.document(id_.rpartition(":")[0]) for id_ in (quoted_first, apart)]
    assert [document.source for document in found if document] == ["oath.txt", "order.txt"]


@pytest.mark.parametrize(
    ("earlier", "source"),
    [("What is the bearing AX-4410/b?", "bearings.txt"), ("What is BX-4410/b?", "seals.txt")],
)
def test_a_follow_up_is_found_by_what_was_asked_before(
    stores: Library, earlier: str, source: str
) -> None:
    found = hybrid_search(stores, "And how often a year?", 1, earlier=[earlier])

    document = stores.document(found[0][0].rpartition(":")[0])
    assert document is not None
    assert document.source == source


def test_measures_are_shares_and_the_wanted_passage_has_most_of_each(stores: Library) -> None:
    question = ask(stores, "Which pump does the bearing AX-4410/b fit?")
    wanted = next(row.id for row in stores.documents() if row.source == "bearings.txt")
    rows = [f"{row.id}:0" for row in stores.documents()]

    measured = measures(question, stores.passages(rows))

    assert measured.shape == (len(STORES), len(MEASURES))
    assert measured[:, 2:].min() >= 0
    assert measured.max() <= 1 + 1e-6
    assert measured[:, 2].argmax() == rows.index(f"{wanted}:0")


def test_passages_that_are_gone_or_never_were_are_left_out(stores: Library) -> None:
    assert stores.passages(["unknown:0", "odd", f"{stores.documents()[0].id}:99"]) == []


def test_a_library_that_is_not_there_finds_nothing(tmp_path: Path, embedder: Embedder) -> None:
    with open_library(tmp_path / "none", embedder) as empty:
        assert hybrid_search(empty, 'What is "AX-4410/b"?', 5) == []


def test_scores_fall_and_no_chunk_comes_twice(stores: Library) -> None:
    found = hybrid_search(stores, "Which parser is fast?", 50)

    assert [score for _, score in found] == sorted((s for _, s in found), reverse=True)
    assert len({id_ for id_, _ in found}) == len(found) == len(STORES)


def test_codes_are_one_term_however_they_are_set() -> None:
    assert codes("IL-10") == codes("IL‑10") == ["il10"]  # noqa: RUF001
    assert codes("600,000") == codes("600 000") == codes("600'000") == ["600000"]
    assert codes("§ 12a") == codes("§12a") == ["xa712a"]
    assert codes("C++ is not C") == ["cx2bx2b"]
    assert codes("AX-4410/b") != codes("AX-44/10b")
    assert codes("It ended. Then, in 2019, nothing.") == []


def test_terms_are_stems_without_the_commonest_words() -> None:
    assert terms("The Soldiers' ÉTUDES were marching") == ["soldier", "etud", "march"]


def test_phrases_are_found_between_all_kinds_of_marks() -> None:
    assert quoted('a "b c" d “e f” g «h i» "" " "') == ["b c", "e f", "h i"]


@given(st.text())
def test_any_text_is_a_question(stores: Library, text: str) -> None:
    assert len(hybrid_search(stores, text, 3)) <= 3


def test_a_collection_that_comes_after_the_counting_is_not_searched_yet(stores: Library) -> None:
    assert stores.lexical(Counts({}, 0), 5) == []
