"""A follow-up made standalone, in the conversation's own words and only where it needs it."""

from collections.abc import Iterator

import pytest
from fakes import FakeServer, Script, status

from rag.answer import Message
from rag.chat import ChatModel, Turn
from rag.condense import TURNS, joined, needs_conversation, standalone
from rag.errors import ModelRefused

QUESTION = "How much rice did Russia propose?"
TALK = (
    Message("user", QUESTION),
    Message("assistant", "Russia proposed to supply between 600,000 and 700,000 tons of rice."),
)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def turn(server: FakeServer) -> Iterator[Turn]:
    model = ChatModel(server.endpoint)
    yield model.turn(30)
    model.close()


# What needs the conversation


@pytest.mark.parametrize(
    "question",
    [
        "and when?",
        "why?",
        "What about China?",
        "But wheat?",
        "How much did they pay?",
        "Who said so?",
        "When was that?",
        "Is it expensive?",
        "How many of them are officers?",
        "Which one is larger?",
        "Since when?",
        "",
    ],
)
def test_what_opens_as_a_follow_up_or_refers_back_needs_it(question: str) -> None:
    assert needs_conversation(question)


@pytest.mark.parametrize(
    "question",
    [
        QUESTION,
        "How many soldiers were sent to Kursk?",
        "Who is Wi Sunglac?",
        "On which day did Antony Blinken speak?",
        "List the benefits for North Korea.",
    ],
)
def test_what_stands_alone_does_not(question: str) -> None:
    assert not needs_conversation(question)


@pytest.mark.parametrize(
    "question",
    [
        "Are there soldiers in Kursk?",
        "How much is one ton of rice?",
    ],
)
def test_a_pronoun_that_refers_to_nothing_needs_no_conversation(question: str) -> None:
    assert not needs_conversation(question)


# What is left alone


def test_a_question_that_stands_alone_is_left_as_it_is_and_costs_nothing(
    turn: Turn, server: FakeServer
) -> None:
    assert standalone(turn, TALK, "Who is Wi Sunglac?") == "Who is Wi Sunglac?"
    assert server.requests == []


def test_without_a_conversation_nothing_is_rewritten(turn: Turn, server: FakeServer) -> None:
    assert standalone(turn, [], "and when?") == "and when?"
    assert server.requests == []


# Rewrites


@pytest.mark.parametrize(
    ("question", "rewrite"),
    [
        ("and when?", "When did Russia propose to supply rice?"),
        ("And wheat?", "How much wheat did Russia propose?"),
        ("Who said so?", "Who said that Russia proposed to supply between 600,000 tons of rice?"),
        ("And China?", "How much rice did China propose?"),
    ],
)
def test_a_rewrite_in_the_conversations_words_is_taken(
    turn: Turn, script: Script, question: str, rewrite: str
) -> None:
    script.standalone = rewrite

    assert standalone(turn, TALK, question) == rewrite


@pytest.mark.parametrize(
    "reply",
    [
        '"How much wheat did Russia propose?"',
        "How much wheat did Russia propose?\nRussia proposed no wheat.",
        "\n How much wheat did Russia propose? \n\n",
    ],
)
def test_only_the_first_line_counts_without_its_quotation_marks(
    turn: Turn, script: Script, reply: str
) -> None:
    script.standalone = reply

    assert standalone(turn, TALK, "And wheat?") == "How much wheat did Russia propose?"


def test_a_rewrite_that_does_not_say_what_it_is_about_is_given_up(
    turn: Turn, script: Script
) -> None:
    script.standalone = "Is that too high?"
    assert standalone(turn, TALK, "Is that too high?") == f"{QUESTION} Is that too high?"

    script.standalone = "Who is Russia?"
    assert standalone(turn, TALK, "Who is it?") == "Who is Russia?"


@pytest.mark.parametrize(
    ("question", "rewrite"),
    [
        pytest.param("And wheat?", "How much wheat did China propose?", id="a new name"),
        pytest.param("And wheat?", "How much wheat did Russia propose in 2024?", id="a year"),
        pytest.param("And wheat?", "How much wheat is 800,000 tons?", id="a number"),
        pytest.param("and when?", "When was rice proposed, on October 18, 1942?", id="a date"),
        pytest.param("And wheat?", "Which farmers harvest wheat?", id="many new words"),
        pytest.param("And wheat?", "How much rice did Russia propose?", id="drops the thing"),
        pytest.param("and when?", "How much rice did Russia propose?", id="drops the when"),
        pytest.param("Who said so?", "The assistant said so.", id="an answer"),
        pytest.param("And wheat?", "", id="nothing"),
    ],
)
def test_a_rewrite_that_brings_in_or_drops_something_is_given_up(
    turn: Turn, script: Script, question: str, rewrite: str
) -> None:
    script.standalone = rewrite

    assert standalone(turn, TALK, question) == f"{QUESTION} {question}"


@pytest.mark.parametrize(
    "rewrite",
    [
        pytest.param("China proposed rice when?", id="a name that opens the sentence"),
        pytest.param("when did china propose rice?", id="a name in lower case"),
        pytest.param("When did Russia propose seven tons of rice?", id="a number in words"),
    ],
)
def test_a_name_or_number_in_any_form_is_not_brought_in(
    turn: Turn, script: Script, rewrite: str
) -> None:
    script.standalone = rewrite

    assert standalone(turn, TALK, "and when?") == f"{QUESTION} and when?"


def test_the_model_reads_the_last_turns_only(
    turn: Turn, script: Script, server: FakeServer
) -> None:
    long_ago = [Message("user", f"Question {number}?") for number in range(20)]

    standalone(turn, long_ago, "and when?")

    (prompt,) = server.prompts
    assert prompt.count("Question") == TURNS
    assert "Question 19?" in prompt


def test_a_model_that_fails_is_an_error_not_a_rewrite(turn: Turn, server: FakeServer) -> None:
    server.always = status(401)

    with pytest.raises(ModelRefused):
        standalone(turn, TALK, "and when?")


# Without a rewrite


def test_questions_are_joined_back_to_the_last_that_stood_alone() -> None:
    talk = [
        Message("user", "Who owns the mill?"),
        Message("assistant", "Ann Lee."),
        Message("user", QUESTION),
        Message("assistant", "600,000 tons."),
        Message("user", "And when?"),
        Message("assistant", "In May."),
    ]

    assert joined(talk, "Why?") == f"{QUESTION} And when? Why?"
    assert joined(talk, "What is its price?") == f"{QUESTION} What is its price?"


def test_nothing_is_joined_to_a_question_without_a_conversation() -> None:
    assert joined([], "and when?") == "and when?"


@pytest.mark.parametrize("question", ["How long is its guarantee?", "And on the way back?"])
def test_a_rewrite_of_few_words_that_says_nothing_new_is_given_up(
    turn: Turn, script: Script, question: str
) -> None:
    script.standalone = question

    assert standalone(turn, TALK, question) == f"{QUESTION} {question}"
