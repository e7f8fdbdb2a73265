from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunks import BUDGET, group
from index.documents import Chunk
from index.sentences import split_sentences


def words(text: str) -> int:
    return len(text.split())


def chunks_of(text: str) -> list[Chunk]:
    return group(text, split_sentences(text, "doc"), words)


@given(st.lists(st.sampled_from(["Rice was sent to them. ", "\n\n", "# Head\n", "w " * 90 + ". "])))
@settings(deadline=None, max_examples=60)
def test_every_sentence_is_in_exactly_one_chunk_and_offsets_agree(parts: list[str]) -> None:
    text = "".join(parts)
    sentences = split_sentences(text, "doc")

    chunks = group(text, sentences, words)

    covered = [n for chunk in chunks for n in range(chunk.first, chunk.last)]
    assert covered == list(range(len(sentences)))
    assert all(chunk.start == sentences[chunk.first].start for chunk in chunks)
    assert all(chunk.end == sentences[chunk.last - 1].end for chunk in chunks)
    assert len({chunk.id for chunk in chunks}) == len(chunks)


def test_a_chunk_stays_within_the_budget() -> None:
    chunks = chunks_of("Seven words are in this one sentence. " * 100)

    assert max((chunk.last - chunk.first) * 7 for chunk in chunks) <= BUDGET
    assert len(chunks) == 6


def test_a_sentence_over_the_budget_is_a_chunk_of_its_own() -> None:
    chunks = chunks_of("Short one. Then " + "w " * 200 + "ends. Another.")

    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 1), (1, 2), (2, 3)]


def test_headings_begin_chunks_and_name_their_path() -> None:
    text = "# Grain\n\nIntro here.\n\n## Rice\n\nRice is sent.\n\n## Oil\n\nOil is not.\n"

    chunks = chunks_of(text)

    assert [chunk.headings for chunk in chunks] == [("Grain",), ("Grain", "Rice"), ("Grain", "Oil")]
    assert text[chunks[1].start : chunks[1].end] == "Rice\n\nRice is sent."


def test_a_text_without_sentences_has_no_chunks() -> None:
    assert group("", [], words) == []
