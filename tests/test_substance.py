"""Drafts that answer nothing, however well their words are sourced."""

import pytest
from fakes import Answered, Script

from rag.drafts import as_sourced, first_sentence

DOSE = "Calmadon thins the blood. Bring this letter to the clinic."
LETTER = "The Company is Brackley Mills. Anna Reed joins us in May.\n\n" + "\n\n".join(
    f"{n}. Tools of kind {word} are kept in the shed." for n, word in enumerate("abcdefghij", 1)
)


@pytest.fixture
def script() -> Script:
    return Script(states_answer=lambda *_: 0.8, speaks_of=lambda *_: 0.6)


def test_an_order_that_the_source_does_not_give_is_no_answer(
    answered: Answered, script: Script
) -> None:
    script.write = lambda *_: "Take Calmadon."

    answer = answered({"letter.txt": DOSE}, "I forgot what thins the blood, what now?")

    assert answer.abstained
    assert "the source doesn't say to take" in [one.reason for one in answer.refused]


def test_an_order_that_the_source_gives_is_told(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "Take Calmadon."

    answer = answered({"letter.txt": "Take Calmadon at noon."}, "What is to be done at noon?")

    assert [claim.text for claim in answer.claims] == ["Take Calmadon."]


def test_what_says_no_number_is_no_answer_to_what_the_number_is(
    answered: Answered, script: Script
) -> None:
    script.write = lambda *_: "The gate number is changed each January."

    answer = answered(
        {"rules.txt": "The gate number is changed each January."}, "What's the number of the gate?"
    )

    assert answer.abstained


def test_a_number_with_letters_is_a_number(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "The policy number is KT-4471."

    answer = answered(
        {"policy.txt": "Your policy number is KT-4471."}, "What is the policy number?"
    )

    assert [claim.text for claim in answer.claims] == ["The policy number is KT-4471."]


def test_a_name_that_only_the_documents_head_has_is_no_answer_of_another_sentence(
    answered: Answered, script: Script
) -> None:
    script.write = lambda *_: "The tools of kind e are kept by Brackley Mills."

    answer = answered({"letter.txt": LETTER}, "Who keeps the tools of kind e in the shed?")

    assert answer.abstained
    assert "it says only what the document is about" in [one.reason for one in answer.refused]


def test_a_month_answers_when(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "The plant sale is in May."

    answer = answered({"fair.txt": "The plant sale is in May."}, "When is the plant sale?")

    assert [claim.text for claim in answer.claims] == ["The plant sale is in May."]


@pytest.mark.parametrize(
    ("source", "answers"),
    [("The boats are insured.", False), ("The boats are insured by Tern & Co.", True)],
)
def test_that_something_is_done_does_not_say_who_does_it(
    answered: Answered, script: Script, source: str, answers: bool
) -> None:
    script.write = lambda *_: source

    answer = answered(
        {"club.txt": f"{source} They lie in the old harbour."}, "Who insures the boats?"
    )

    assert bool(answer.claims) is answers


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The depot is open until 8 pm.", False),
        ("The depot closes on Monday.", False),
        ("The depot is behind the old mill.", True),
        ("The depot is upstairs.", True),
        ("The depot moved to Leeds in May.", True),
    ],
)
def test_where_is_answered_by_a_place(
    answered: Answered, script: Script, text: str, told: bool
) -> None:
    script.states_answer, script.write = (lambda *_: 0.97), (lambda *_: text)

    assert bool(answered({"town.txt": text}, "Where is the depot?").claims) is told


def test_a_number_is_not_told_of_something_that_its_sentence_does_not_name(
    answered: Answered, script: Script
) -> None:
    script.states_answer, script.write = (lambda *_: 0.97), (lambda *_: "The lamps cost £585.00.")
    answer = answered({"invoice.txt": "The total is £585.00."}, "What did the lamps cost?")

    assert "it has only the number of it" in [one.reason for one in answer.refused]
    assert not [claim for claim in answer.claims if "lamps" in claim.text]


def test_what_only_denies_the_question_is_no_answer(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "110 participants were analysed, not trials."

    answer = answered(
        {"study.txt": "Of the participants 110 were analysed."}, "How many trials were analysed?"
    )

    assert "it denies what the source doesn't speak of" in [one.reason for one in answer.refused]
    assert "not trials" not in answer.text


def test_a_number_of_things_is_no_answer_to_how_long(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "The walk takes five groups of hikers."

    answer = answered(
        {"walk.txt": "The walk takes five groups of hikers."}, "How long does the walk take?"
    )

    assert "it gives no number" in [one.reason for one in answer.refused]


def test_the_number_of_a_hyphened_name_is_told(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "The on-call number is 0191 555 0142."

    answer = answered(
        {"mail.txt": "The on-call phone is 0191 555 0142."}, "What's the on-call number?"
    )

    assert [claim.text for claim in answer.claims] == ["The on-call number is 0191 555 0142."]


def test_the_head_of_a_mail_is_not_quoted_for_whatever_is_asked(
    answered: Answered, script: Script
) -> None:
    head = "From: Deepa Rao; To: ops@sift.example; Date: 17 June 2025"
    script.write = lambda *_: "It is written in Python."

    assert answered({"mail.txt": head}, "Which language is it written in?").abstained


@pytest.mark.parametrize(
    ("heading", "question", "told"),
    [
        ("Opening day", "When is the opening day?", ["The opening day is 17 January."]),
        ("Diary of Ada", "When was Ada born?", []),
    ],
)
def test_a_bare_date_answers_only_what_stands_above_it(
    answered: Answered, script: Script, heading: str, question: str, told: list[str]
) -> None:
    script.write = lambda *_: told[0] if told else "Ada was born on 17 January."

    answer = answered({"book.md": f"# Notes\n\n## {heading}\n\n17 January.\n"}, question)

    assert [claim.text for claim in answer.claims if claim.verdict == "supported"] == told


def test_a_sentence_of_something_else_is_not_quoted_since_it_tells_a_change(
    answered: Answered, script: Script
) -> None:
    script.speaks_of = lambda *_: 0.97
    script.write = lambda *_: "Tom scored 11 goals."

    answer = answered({"season.txt": "The average was 5,230, up from 4,890."}, "How many did Tom?")

    assert answer.abstained


def test_the_clause_of_something_else_is_not_told_alone(answered: Answered, script: Script) -> None:
    script.speaks_of = lambda *_: 0.97
    text = "The guarantee is two years; the motor has ten years."
    script.write = lambda *_: "The guarantee is two years."

    answer = answered({"manual.txt": text}, "How long is the guarantee on the motor?")

    assert answer.text in ("", text) or answer.claims[0].text == text


def test_a_value_alone_is_not_told_of_what_is_not_spoken_of(
    answered: Answered, script: Script
) -> None:
    script.speaks_of = lambda *_: 0.3
    script.write = lambda *_: "The closing date for applications is 22 March."
    documents = {"advert.txt": "Interviews will be held in the week of 22 March."}

    answer = answered(documents, "When is the closing date for applications?")

    assert answer.abstained
    assert "it has only the number of it" in [one.reason for one in answer.refused]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("The town stands on two hills, Knoll (61 m) and Gallow (88 m).", "quoted"),
        ("Knoll is higher than Gallow, the other hill of the town.", "supported"),
    ],
)
def test_what_a_source_does_not_compare_is_quoted(
    answered: Answered, script: Script, source: str, shown: str
) -> None:
    script.speaks_of = lambda *_: 0.97
    script.write = lambda *_: "Knoll is the higher hill."

    answer = answered({"town.txt": source}, "Which is the higher hill?")

    assert [claim.verdict for claim in answer.claims] == [shown]


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ("The reference range is 200 to 900.", False),
        ("The reference number is 200.", True),
    ],
)
def test_what_is_only_named_after_the_thing_asked_for_is_no_answer(
    answered: Answered, script: Script, draft: str, told: bool
) -> None:
    script.write = lambda *_: draft
    documents = {"letter.txt": "The reference range is 200 to 900. The reference number is 200."}

    answer = answered(documents, "What is my reference?")

    assert (draft in [claim.text for claim in answer.claims]) == told


def test_what_somebody_works_as_is_no_place(answered: Answered, script: Script) -> None:
    script.write = lambda *_: "Tobias works as a Senior Engineer."
    documents = {"cv.txt": "Tobias works as a Senior Engineer at Harrow in Leeds."}

    answer = answered(documents, "Where does Tobias work?")

    assert "it gives no place" in [one.reason for one in answer.refused]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("No injuries are known.", "Was anybody injured?"),
        ("She refused an OBE in 1990.", "Did she accept an OBE?"),
    ],
)
def test_a_yes_or_no_may_be_decided_by_another_form_of_a_word_or_its_opposite(
    answered: Answered, script: Script, text: str, question: str
) -> None:
    script.write = lambda *_: "No."

    answer = answered({"note.txt": text}, question)

    assert [note.quote for claim in answer.claims for note in claim.citations] == [text]


def test_what_somebody_has_does_not_say_by_how_much_they_lead(
    answered: Answered, script: Script
) -> None:
    script.write = lambda text, _: (
        "Ann won by 13 votes." if "13" in text else "Ann won 1,015 votes."
    )

    assert answered(
        {"note.txt": "Ann got 1,015 votes."}, "By how many votes did Ann win?"
    ).abstained
    told = answered({"note.txt": "Ann won by 13 votes."}, "By how many votes did Ann win?")

    assert told.claims


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (
            '"The barn has seven doors of oak." not "eight doors".',
            "The barn has seven doors of oak.",
        ),
        ('"The barn has seven doors," Ann said.', '"The barn has seven doors," Ann said.'),
    ],
)
def test_a_quotation_alone_is_told_without_its_marks(reply: str, told: str) -> None:
    assert as_sourced(first_sentence(reply), "") == told
