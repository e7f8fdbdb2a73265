from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from index.chunks import BUDGET, full_runs, group
from index.documents import Chunk
from index.sentences import split_sentences


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


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


FIELD = [
    f"The {name} of {place} keeps {count} {thing} in the cellar."
    for place in ("Arles", "Bruges", "Cork", "Delft", "Evora")
    for name in ("miller", "abbot", "ferryman", "widow")
    for count, thing in enumerate(("sheep", "jars of oil", "books", "keys", "lamps"), 3)
]


@given(st.lists(st.sampled_from([*FIELD, "# Head"]), min_size=4), st.data())
@settings(deadline=None, max_examples=60)
def test_after_an_edit_chunks_still_hold_every_sentence_once_within_the_budget(
    said: list[str], data: st.DataObject
) -> None:
    text = "\n\n".join(said)
    at = data.draw(st.integers(0, len(said) - 1))
    edited = "\n\n".join([*said[:at], data.draw(st.sampled_from(FIELD)), *said[at + 1 :]])
    sentences = split_sentences(edited, "doc")
    kept = full_runs(text, split_sentences(text, "doc"), chunks_of(text))

    chunks = group(edited, sentences, words, kept=kept)

    covered = [n for chunk in chunks for n in range(chunk.first, chunk.last)]
    assert covered == list(range(len(sentences)))
    assert max(words([edited[chunk.start : chunk.end] for chunk in chunks])) <= BUDGET


def test_an_edit_moves_only_the_boundaries_beside_it() -> None:
    text = " ".join(FIELD)
    edited = text.replace(FIELD[17], "It burnt down, and nobody has built it up again since.")
    kept = full_runs(text, split_sentences(text, "doc"), chunks_of(text))

    chunks = group(edited, split_sentences(edited, "doc"), words, kept=kept)

    before = {text[chunk.start : chunk.end] for chunk in chunks_of(text)}
    fresh = [c for c in chunks if edited[c.start : c.end] not in before]
    assert len(before) > 5
    assert len(fresh) == 1


def test_what_is_added_to_the_end_goes_into_a_chunk_that_has_room() -> None:
    text = FIELD[0]
    longer = f"{text} {FIELD[1]}"
    kept = full_runs(text, split_sentences(text, "doc"), chunks_of(text))

    chunks = group(longer, split_sentences(longer, "doc"), words, kept=kept)

    assert [(chunk.first, chunk.last) for chunk in chunks] == [(0, 2)]
