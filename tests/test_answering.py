"""Lists of questions: an answer is read, ranked and quoted with the question that it answers."""

import pytest
from fakes import Answered, Script

COLD = "**Why is my coffee cold?** Warm the cup first.\n"
LINES = "Why is my coffee cold?\nWarm the cup first.\n\nWho mends it?\nSend it to Hull.\n"
ASKED = "Why is my coffee cold?"


@pytest.fixture
def script() -> Script:
    return Script(
        states_answer=lambda text, _: 0.97 if "coffee" in text and "Warm" in text else 0.02,
        speaks_of=lambda *_: 0.97,
        write=lambda *_: "The text doesn't say.",
    )


@pytest.mark.parametrize("text", [COLD, LINES])
def test_an_answer_is_read_behind_the_question_that_it_answers(
    answered: Answered, script: Script, text: str
) -> None:
    script.write = lambda *_: "Warm the cup first."
    answer = answered({"faq.md": text}, ASKED)

    assert [claim.text for claim in answer.claims] == ["Warm the cup first."]


def test_an_answer_that_is_quoted_stands_behind_its_question(
    answered: Answered, script: Script
) -> None:
    script.write = lambda *_: "It is broken."
    answer = answered({"faq.md": LINES}, "Is my coffee cold?")

    assert [claim.text for claim in answer.claims] == [ASKED, "Warm the cup first."]


def test_a_question_of_the_documents_is_no_nearest_sentence(answered: Answered) -> None:
    answer = answered({"faq.md": LINES}, ASKED)

    assert answer.related[0].quote == "Warm the cup first."
    assert not [note for note in answer.related if note.quote.endswith("?")]


def test_a_question_alone_is_still_found(answered: Answered) -> None:
    answer = answered({"faq.md": "Why is my coffee cold?"}, ASKED)

    assert answer.abstained
    assert [note.quote for note in answer.related] == [ASKED]


def test_what_follows_an_answer_is_read_below_the_question_too(
    answered: Answered, script: Script
) -> None:
    asked = "**When does the breakfast club open?**"
    faq = f"Club\n\n{asked}\nAt 7 am. It costs £4 a day.\n\nIt is free today.\n"
    script.states_answer = lambda text, _: 0.97 if "breakfast" in text and "£4" in text else 0.02
    script.write = lambda *_: "The breakfast club costs £4 a day."
    answer = answered({"faq.md": faq}, "How much is the breakfast club?")

    assert [claim.text for claim in answer.claims] == ["The breakfast club costs £4 a day."]
    assert not any("breakfast" in text and "free" in text for _, text, *_ in script.asked)


CHAT = """[13/05/2025, 09:15] Sophie: who brings the map?
[13/05/2025, 09:20] Marek: I do. Lena brings the stove
[15/05/2025, 20:44] Lena: meet at eight
"""


@pytest.mark.parametrize("name", ["Sophie", "Marek"])
def test_who_only_asks_is_no_answer(answered: Answered, script: Script, name: str) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.write = lambda *_: f"{name} brings the map."

    answer = answered({"chat.txt": CHAT}, "Who brings the map?")

    told = [claim.text for claim in answer.claims if claim.verdict == "supported"]
    assert told == (["Marek brings the map."] if name == "Marek" else [])


def test_a_second_try_that_only_says_what_was_wrong_is_no_answer(
    answered: Answered, script: Script
) -> None:
    script.states_answer = lambda *_: 0.97
    script.write = lambda *_: "The barn is 90 feet long."
    script.repair = lambda *_: "The number '90' is not in the source."

    answer = answered({"barn.txt": "The barn is long."}, "How long is the barn?")

    assert "not in the source" not in answer.text
