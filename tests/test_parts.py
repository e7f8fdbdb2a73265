"""Questions of two parts, and comparisons: each part is answered by itself."""

from collections.abc import Iterator

import pytest
from fakes import Script, quoting_from
from hypothesis import given
from hypothesis import strategies as st

from index.embedding import Embedder
from rag.answer import Answer
from rag.assistant import Assistant
from rag.export import answer_to_text
from rag.parts import halves, names_both, sides

BASIC = "The Basic plan costs $10 a month."
PRO = "The Pro plan costs $25 a month."
FOUND = "Nina Alm found the wreck of the Halden on 4 May 1996."
DEARER = "The tall lamp costs more than the small lamp."
SOLD = ["Ann Lee sent 40 lamps to Rome.", "Ann Lee sent 60 lamps to Rome."]
DOCUMENTS = {
    "sales.txt": f"{SOLD[0]}\n",
    "shop.txt": f"{SOLD[1]}\n",
    "plans.txt": f"{BASIC}\n\n{PRO}\n",
    "wreck.txt": f"{FOUND}\n",
    "lamps.txt": f"{DEARER}\n\nThe tall lamp costs $90.\n\nThe small lamp costs $40.\n",
}


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    with quoting_from(tmp_path_factory.mktemp("parts"), embedder, DOCUMENTS) as assistant:
        yield assistant


def prices(text: str, question: str) -> float:
    """A text states what the thing costs that the question names."""
    things = ("Basic plan", "Pro plan", "tall lamp", "small lamp")
    asked = [thing for thing in things if thing in question]
    return 0.97 if asked and all(thing in text for thing in asked) else 0.02


@pytest.fixture
def script() -> Script:
    return Script(states_answer=prices, speaks_of=lambda *_: 0.97)


def told(answer: Answer) -> list[str]:
    return [claim.text for claim in answer.claims]


# Which questions have two


@pytest.mark.parametrize(
    ("question", "alone"),
    [
        ("who found the wreck and when", "when did they found the wreck?"),
        ("Where are tanks used, and why?", "why are tanks used?"),
        ("Who founded the mill, and in what year?", "in what year did they founded the mill?"),
        ("who was Jim Thorpe and what did he do", "what did Jim Thorpe do?"),
        ("what are nox and where do they come from", "where do nox come from?"),
        ("When did the north site open and what did it cost?", "what did the north site cost?"),
        ("When did Ada Vos retire and where does she live?", "where does Ada Vos live?"),
        ("What is AWS and what services are provided?", "what services are provided (AWS)?"),
        ("Who owns the mill and who owns the barn?", "who owns the barn?"),
        ("Where is the old mill and who says Ann owns it?", "who says Ann owns the old mill?"),
        (
            "What is the capital of Peru and what is its size?",
            "what is the capital of Peru's size?",
        ),
        ("When was the Bo built and who was the captain?", "who was the captain (the Bo)?"),
        ("When was the Paris office opened and how large is it?", "how large is the Paris office?"),
        ("Who owns the mill? And since when?", "since when did they owns the mill?"),
        ("Who owns the mill? What does it grind?", "What does the mill grind?"),
    ],
)
def test_the_second_of_two_questions_takes_its_subject_from_the_first(
    question: str, alone: str
) -> None:
    first, second = halves(question).values()

    assert question.startswith(first.rstrip("?"))
    assert second == alone


def test_what_may_be_no_such_thing_is_asked_for_as_what_it_is() -> None:
    compared = sides("Are Nina Alm and Olaf Berg both divers?")

    assert compared == (
        ("is Nina Alm a diver?", "what is Nina Alm?"),
        ("is Olaf Berg a diver?", "what is Olaf Berg?"),
    )


def test_what_was_asked_before_is_not_asked_again() -> None:
    parts = halves("who found the old wreck and when?", ["Who found the old wreck, do you know?"])

    assert parts == {"when": "when did they found the old wreck?"}


@pytest.mark.parametrize(
    ("question", "each"),
    [
        (
            "Which river is longer, the Loire or the Rhine?",
            ("how long is the Loire?", "how long is the Rhine?"),
        ),
        (
            "Who was born first, Tove Jansson or Astrid Lindgren?",
            ("when was Tove Jansson born?", "when was Astrid Lindgren born?"),
        ),
        (
            "Which magazine was started first Arthur's Magazine or First for Women?",
            ("when was Arthur's Magazine started?", "when was First for Women started?"),
        ),
        (
            "Who is the oldest, Ada Vos or Tom Berg?",
            ("how old is Ada Vos?", "how old is Tom Berg?"),
        ),
        (
            "Which author was more popular, Ada Vos or Tom Berg?",
            ("how popular was Ada Vos?", "how popular was Tom Berg?"),
        ),
        (
            "Is the Basic plan cheaper than the Pro plan?",
            ("how expensive is the Basic plan?", "how expensive is the Pro plan?"),
        ),
        (
            "Does the mill employ more people than the barn?",
            ("how many people does the mill employ?", "how many people does the barn employ?"),
        ),
        (
            "Are Nantong and Jingdezhen situated in the same province?",
            (
                "in which province is Nantong situated?",
                "in which province is Jingdezhen situated?",
            ),
        ),
        (
            "Are Christopher Nolan and Ann Lee both film directors?",
            ("is Christopher Nolan a film director?", "is Ann Lee a film director?"),
        ),
        (
            "Are Marian Gold and Ann Lee members of the same band?",
            ("of which band is Marian Gold a member?", "of which band is Ann Lee a member?"),
        ),
        (
            "Do aspirin and ibuprofen have the same side effects?",
            ("which side effects do aspirin have?", "which side effects do ibuprofen have?"),
        ),
        (
            "Are both magazines, the Woman's Viewpoint and Pick Me Up, British?",
            ("is the Woman's Viewpoint British?", "is Pick Me Up British?"),
        ),
        (
            "What trade do Fritz Lang and Billy Wilder share?",
            ("what trade does Fritz Lang have?", "what trade does Billy Wilder have?"),
        ),
    ],
)
def test_a_comparison_asks_the_same_of_either(question: str, each: tuple[str, str]) -> None:
    assert tuple(first for first, *_ in sides(question)) == each
    assert not halves(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did Russia and China sign the agreement?",
        "Did Apple and Google meet?",
        "Which person and which agency lay it out?",
        "How many soldiers were sent, 10,000 or 12,000?",
        "Does he live in Paris or London?",
        "Is the water in Oslo warmer than in Bergen?",
        "What do the terms and conditions say about refunds?",
        "Why and how does it work?",
        "How much rice did Russia propose?",
        "Who did Ann marry and when did he die?",
        "How much corn did Ann buy? When does it arrive?",
        "What was deprecated and what lost support in tidemark 3.1.0?",
        "When did Ann meet Tom and what did he give her?",
        "Who's the head and when did he start?",
        "Who is the director who made it and who was born in Ohio?",
        "Who owns the mill? When was it built? Where is it?",
        "What happens when the light is red and when it is green?",
        "Who was president before Kennedy or Johnson?",
        "Who worked at Apple or IBM?",
        "Is Ann older than her husband?",
        "Was revenue in 2020 higher than 2019?",
        "Is the fee higher than allowed?",
        "Did Tom and Ann share data with Apple?",
        "Which film have Ann Lee and Tom Berg both directed?",
        "Are Ann and Tom married to each other?",
        "Are Ann, Tom and Bo in the same team?",
        "Aren't Ann and Tom in the same city?",
        "Is Ann older than Tom? " * 500,
        "Who is " + "Ann Or " * 5_000,
    ],
)
def test_other_questions_are_left_whole(question: str) -> None:
    assert sides(question) == ()
    assert not halves(question)


@given(st.text(max_size=200))
def test_any_text_can_be_read_for_its_parts(question: str) -> None:
    assert len(halves(question)) in (0, 1, 2)
    assert len(sides(question)) in (0, 2)


def test_a_text_that_may_compare_names_both() -> None:
    both = sides("Is the Basic plan cheaper than the Pro plan?")

    assert names_both("The Pro plan costs more than the Basic plan.", both)
    assert not names_both(PRO, both)
    assert names_both(PRO, sides("Is the Pro plan cheaper than the Pro Plus plan?")) is False
    plus = "The Pro Plus plan costs more than the Pro plan."
    assert names_both(plus, sides("Is the Pro plan cheaper than the Pro Plus plan?"))


# What is answered


def test_either_side_of_a_comparison_is_told_with_its_own_sentence(assistant: Assistant) -> None:
    answer = assistant.answer("Is the Basic plan cheaper than the Pro plan?")

    assert told(answer) == [BASIC, PRO]
    assert [claim.citations[0].quote for claim in answer.claims] == [BASIC, PRO]
    assert not answer.conflict


def test_a_sentence_that_compares_them_answers_alone(assistant: Assistant) -> None:
    answer = assistant.answer("Does the tall lamp cost more than the small lamp?")

    assert told(answer) == [DEARER]


def test_a_comparison_with_what_isnt_there_is_refused(assistant: Assistant) -> None:
    answer = assistant.answer("Is the Basic plan cheaper than the Gold plan?")

    assert answer.abstained
    assert answer.claims == ()


def test_one_sentence_that_answers_both_parts_is_told_once(
    assistant: Assistant, script: Script
) -> None:
    script.states_answer = lambda text, _: 0.97 if "wreck" in text else 0.02

    answer = assistant.answer("Who found the wreck of the Halden and when?")

    assert told(answer) == [FOUND]
    assert answer.missing == ""


def test_of_two_parts_only_what_disagrees_is_called_so(
    assistant: Assistant, script: Script
) -> None:
    script.states_answer = lambda text, asked: (
        0.97 if ("Rome" if "lamps" in asked else "wreck") in text else 0.02
    )

    answer = assistant.answer("Who found the wreck, and how many lamps did Ann Lee send to Rome?")

    assert answer.conflict
    assert sorted(claim.text for claim in answer.sides) == SOLD
    assert [claim.text for claim in answer.others] == [FOUND]
    assert answer_to_text(answer).index(FOUND) < answer_to_text(answer).index("disagree")


def test_a_part_that_isnt_answered_is_named(assistant: Assistant, script: Script) -> None:
    script.states_answer = lambda text, asked: 0.97 if "wreck" in text and "Who" in asked else 0.02

    answer = assistant.answer("Who found the wreck of the Halden, and where is it kept?")

    assert told(answer) == [FOUND]
    assert answer.missing == "The documents don't answer “where is it kept”."
