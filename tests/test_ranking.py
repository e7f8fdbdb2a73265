from conftest import RICE

from index.documents import Document
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_writer
from index.ranking import page_at, rank_sentences
from index.search import hybrid_search


def found(library: Library, question: str) -> list[str]:
    return [id_ for id_, _ in hybrid_search(library, question, 8)]


def test_the_sentence_that_states_the_answer_comes_first(library: Library) -> None:
    question = "How much rice did Russia propose?"

    best = rank_sentences(library, question, found(library, question), 3)[0]

    assert "600,000 and 700,000" in best.text
    assert RICE[best.sentence.start : best.sentence.end] == best.text
    assert best.source == "rice.txt"
    assert best.title == "The Rice Deal"


def test_scores_fall_and_no_sentence_comes_twice(library: Library) -> None:
    ids = found(library, "soldiers") * 2

    ranked = rank_sentences(library, "How many soldiers were sent?", ids, 50)

    scores = [sentence.score for sentence in ranked]
    spans = [(sentence.source, sentence.sentence.start) for sentence in ranked]
    assert scores == sorted(scores, reverse=True)
    assert len(set(spans)) == len(spans)


def test_neighbours_stop_at_the_paragraph(library: Library) -> None:
    question = "What does a soldier earn per month?"

    best = rank_sentences(library, question, found(library, question), 1)[0]

    assert best.text == "A soldier earns $2,000 per month."
    assert best.before.startswith("About 12,000 soldiers")
    assert best.after == ""


def test_headings_state_nothing_and_are_left_out(library: Library) -> None:
    ranked = rank_sentences(library, "The Rice Deal", found(library, "rice deal"), 50)

    assert "The Rice Deal" not in [sentence.text for sentence in ranked]


def test_chunks_that_are_gone_are_skipped(library: Library, embedder: Embedder) -> None:
    ids = found(library, "rice")
    with open_writer(library.folder, embedder) as writer:
        add_text("rice.txt", "Oil\nNo oil was sold.\n", writer)

    ranked = rank_sentences(library, "How much rice?", ids, 5)

    assert {sentence.source for sentence in ranked} <= {"bread.md"}


def test_no_chunks_and_empty_questions_rank_nothing_or_anything(library: Library) -> None:
    assert rank_sentences(library, "rice", [], 5) == []
    assert rank_sentences(library, "rice", ["unknown:0", "odd"], 5) == []
    assert len(rank_sentences(library, "", found(library, "rice"), 2)) == 2


def test_pages_are_found_by_offset() -> None:
    paged = Document("id", "a.pdf", "A", "", "application/pdf", "", "", ((0, 1), (100, 2)))

    assert [page_at(paged, offset) for offset in (0, 99, 100, 5000)] == [1, 1, 2, 2]
    assert page_at(Document("id", "a.txt", "A", "", "text/plain", ""), 5) is None


DIARY = """Diary of Ada Whitlock

17 January. Edwin has the measles. The doctor came twice.

9 May.
"""


def test_an_entry_of_a_diary_is_read_below_its_date(library: Library, embedder: Embedder) -> None:
    with open_writer(library.folder, embedder) as writer:
        add_text("diary.txt", DIARY, writer)

    found_there = rank_sentences(library, "the doctor", found(library, "diary doctor Edwin"), 50)
    diary = {each.text: each for each in found_there if each.source == "diary.txt"}

    assert diary["Edwin has the measles."].heading == "17 January."
    assert diary["The doctor came twice."].heading == "17 January."
    assert diary["Edwin has the measles."].before == ""
    assert "17 January." not in diary
    assert "9 May." in diary


def headings(library: Library, embedder: Embedder, text: str) -> dict[str, str]:
    """The heading that each sentence of a text is read below."""
    with open_writer(library.folder, embedder) as writer:
        add_text("added.txt", text, writer)
    near = rank_sentences(library, text, found(library, text), 50)
    return {each.text: each.heading for each in near if each.source == "added.txt"}


def test_the_date_of_a_report_is_not_that_of_a_day_that_it_names(
    library: Library, embedder: Embedder
) -> None:
    text = "News\n\nORSK, 5 March 2025 (Central). Monday's quake killed 43. Rain fell.\n"

    assert headings(library, embedder, text) == {
        "Monday's quake killed 43.": "",
        "Rain fell.": "ORSK, 5 March 2025 (Central).",
    }


def test_a_heading_in_its_paragraph_is_read_above_the_rest(
    library: Library, embedder: Embedder
) -> None:
    text = "Minutes\n\n2. Playground. Work begins in April. It is dear.\n\nMethods. We asked.\n"

    assert headings(library, embedder, text) == {
        "Work begins in April.": "2. Playground.",
        "It is dear.": "2. Playground.",
        "We asked.": "Methods.",
    }


def test_a_short_answer_is_no_heading(library: Library, embedder: Embedder) -> None:
    text = "Questions\n\nMay I freeze the soup?\nNever. It spoils.\n"

    assert "Never." in headings(library, embedder, text)
