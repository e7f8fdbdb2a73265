"""Conversations are kept whole, each user's apart, through restarts and bad disks."""

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.answer import Answer, Citation, Claim, Evidence, Found, Refused, Timings, Usage
from rag.verify import Checked
from ui.conversations import FILENAME, Conversations
from ui.errors import ConversationsUnusable
from ui.turns import Conversation, Feedback, Turn

RICE = Citation("d", "rice.txt", 3, 9, "quote", 2)
WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
CITATIONS = st.builds(
    Citation,
    WORDS,
    WORDS,
    st.integers(0, 9),
    st.integers(0, 9),
    WORDS,
    st.none() | st.integers(1, 9),
)
SAID = st.lists(CITATIONS, max_size=2).map(tuple)
CLAIMS = st.lists(
    st.builds(Claim, WORDS, SAID, st.sampled_from(["supported", "quoted"])), max_size=2
).map(tuple)
ANSWERS = st.builds(
    Answer,
    WORDS,
    WORDS,
    CLAIMS,
    st.booleans(),
    st.booleans(),
    SAID,
    st.lists(st.builds(Refused, WORDS, WORDS), max_size=2).map(tuple),
    WORDS,
    WORDS,
    st.builds(Usage, st.integers(0, 9), st.integers(0, 9)),
    st.builds(Timings, st.floats(0, 9), st.none() | st.floats(0, 9), st.floats(0, 9)),
)
CHECKED = st.lists(
    st.builds(Checked, WORDS, st.sampled_from(["supported", "not found"]), SAID, WORDS), max_size=2
).map(tuple)
TURNS = st.builds(
    Turn,
    st.just(1),
    WORDS,
    WORDS,
    st.none() | st.builds(Found, WORDS, SAID),
    st.none() | st.builds(Evidence, SAID),
    CLAIMS,
    ANSWERS,
    checking=st.booleans(),
    checked=CHECKED,
    feedback=st.none() | st.builds(Feedback, st.booleans(), WORDS),
)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path)


@given(TURNS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_turn_comes_back_as_it_was_citations_and_all(tmp_path: Path, turn: Turn) -> None:
    kept = Conversations(tmp_path)

    id_ = kept.keep("", Conversation(), turn).id
    kept.close()

    found = Conversations(tmp_path).read("", id_)
    assert found is not None
    assert found.turns == (turn,)


def test_a_conversation_is_named_by_its_first_question(kept: Conversations) -> None:
    one = kept.keep("", Conversation(), Turn(1, "How much\n rice?"))
    kept.keep("", one, Turn(2, "And oil?"))

    assert [row.title for row in kept.rows("")] == ["How much rice?"]


def test_a_turn_that_never_ended_was_stopped(kept: Conversations) -> None:
    id_ = kept.keep("", Conversation(), Turn(1, "How much rice?")).id

    found = kept.read("", id_)

    assert found is not None
    assert found.turns[0].stopped


def test_a_retry_takes_the_place_of_the_turn(kept: Conversations) -> None:
    one = kept.keep("", Conversation(), Turn(1, "q", error="unreachable"))
    kept.keep("", one, Turn(1, "q", stopped=True))

    found = kept.read("", one.id)

    assert found is not None
    assert found.turns == (Turn(1, "q", stopped=True),)


def test_nobody_sees_changes_or_deletes_what_another_user_asked(kept: Conversations) -> None:
    mine = kept.keep("ada", Conversation(), Turn(1, "my secret", stopped=True))

    kept.rename("bob", mine.id, "taken")
    kept.delete("bob", mine.id)
    kept.keep("bob", mine, Turn(2, "hello"))

    assert kept.rows("bob") == []
    assert kept.rows("bob", "secret") == []
    assert kept.read("bob", mine.id) is None
    found = kept.read("ada", mine.id)
    assert found is not None
    assert (found.title, len(found.turns)) == ("my secret", 1)


def test_search_looks_at_titles_questions_and_answers(kept: Conversations) -> None:
    claim = Claim("It proposed 600,000 tons.", (RICE,), "supported")
    one = kept.keep("", Conversation(), Turn(1, "How much rice?", claims=(claim,)))
    kept.keep("", Conversation(), Turn(1, "Who bakes 100% of bread?"))

    assert [row.id for row in kept.rows("", "RICE tons")] == [one.id]
    assert [row.title for row in kept.rows("", "100%")] == ["Who bakes 100% of bread?"]
    assert kept.rows("", "_%_\\") == []


def test_search_knows_upper_and_lower_case_of_every_letter(kept: Conversations) -> None:
    one = kept.keep("", Conversation(), Turn(1, "Was ist der Ölpreis?"))

    for query in ("Ölpreis", "ölpreis", "ÖLPREIS"):
        assert [row.id for row in kept.rows("", query)] == [one.id]


def test_a_renamed_conversation_keeps_its_name_and_an_empty_one_is_none(
    kept: Conversations,
) -> None:
    one = kept.keep("", Conversation(), Turn(1, "q"))

    kept.rename("", one.id, " Rice \n deal ")
    kept.rename("", one.id, "   ")
    kept.keep("", replace(one, title="Rice deal"), Turn(2, "and oil?"))

    assert [row.title for row in kept.rows("")] == ["Rice deal"]


def test_what_is_deleted_is_gone_and_does_not_come_back_with_its_next_turn(
    kept: Conversations,
) -> None:
    one = kept.keep("", Conversation(), Turn(1, "q"))

    kept.delete("", one.id)
    kept.keep("", one, Turn(2, "late"))

    assert kept.rows("") == []
    assert kept.read("", one.id) is None


def test_many_threads_keep_their_turns(kept: Conversations) -> None:
    def talk(user: str) -> None:
        conversation = Conversation()
        for number in range(1, 6):
            conversation = kept.keep(user, conversation, Turn(number, user))

    threads = [threading.Thread(target=talk, args=(f"user {n}",)) for n in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    lengths = [
        len(found.turns)
        for n in range(8)
        for row in kept.rows(f"user {n}")
        if (found := kept.read(f"user {n}", row.id))
    ]
    assert lengths == [5] * 8


@pytest.mark.parametrize("content", [b"no database at all, only some text" * 40, b"\0" * 4096])
def test_a_broken_file_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILENAME).write_bytes(content)

    with pytest.raises(ConversationsUnusable, match=FILENAME) as raised:
        Conversations(tmp_path).rows("")

    assert "\n" not in str(raised.value)


def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILENAME) as file:
        file.execute("PRAGMA user_version = 99")

    with pytest.raises(ConversationsUnusable, match="format 99"):
        Conversations(tmp_path).keep("", Conversation(), Turn(1, "q"))


def test_a_folder_that_is_a_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(ConversationsUnusable):
        Conversations(tmp_path / "data").rows("")
