"""What documents say that was changed, and of which of them it is: by their dates and headings."""

import pytest
from fakes import Answered, Script

from index.documents import Document
from rag.dating import dated
from rag.export import answer_to_text


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        ("When is the fair?", "The fair is on 13 July.", "The fair moved from 13 July to 20 July."),
        ("How much is the fee?", "The fee is £40.", "The fee rose from £40 in May to £45."),
        ("How much is the fee?", "The fee is £40.", "The fee is £45 instead of £40."),
        ("What is the fee?", "The fee is £40.", "The fee was raised from £40 to £45."),
        ("When does it shut?", "It shuts at 9 pm.", "It shuts at 8 pm instead of 9 pm."),
        ("When does it shut?", "It shuts at 9 pm.", "From 1 May it shuts at 8 pm."),
        ("What time does it shut?", "It shuts at 9.30 pm.", "It shuts at noon, not at 21:30."),
    ],
)
def test_a_value_that_was_changed_is_shown_beside_what_it_was(
    answered: Answered, script: Script, question: str, old: str, new: str
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    answer = answered({"old.txt": old, "new.txt": new}, question)

    assert answer.conflict
    assert {claim.text for claim in answer.claims} == {old, new}


def test_a_value_that_was_changed_is_what_was_asked_for_at_its_time(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {
        "old.txt": "In 2019 the fee is £40.",
        "new.txt": "The fee rose from £40 in 2019 to £45.",
    }
    assert not answered(documents, "How much was the fee in 2019?").conflict


@pytest.mark.parametrize(
    ("source", "head", "date"),
    [
        ("2024-05-01 fees.txt", "Fees", "2024-05-01"),
        ("minutes_20240501.md", "# Minutes", "2024-05-01"),
        ("fees.md", "# Fees from 1 May 2024", "2024-05-01"),
        ("fees.txt", "Last updated: May 2024", "2024-05"),
        ("letter.txt", "Ada Brandt\nHarbour Lane 3\n1 May 2024\nDear Tom,", "2024-05-01"),
        (
            "fees.eml",
            "From: Ada; To: Tom; Date: Mon, 4 Sep 2023 09:12; Subject: Fees",
            "2023-09-04",
        ),
        ("fees-2024.txt", "Fees", "2024"),
        ("fees.md", "# Fees 2024", "2024"),
        ("film.md", "# Harbour Lights (1931)", ""),
        ("life.txt", "Ada Brandt was born in a small town on 1 May 1924 and died there.", ""),
        ("a1999b.txt", "Fees", ""),
    ],
)
def test_a_document_is_of_the_date_that_its_head_names(source: str, head: str, date: str) -> None:
    title = head.removeprefix("# ") if head.startswith("#") else ""

    assert dated(Document("d", source, title, head, "text/plain", "")) == date


def test_what_the_newest_document_says_is_told_first_with_its_date(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {
        "fees.txt": "The fee is £40.",
        "fees-2019.txt": "The fee is £45.",
        "fees-2024.txt": "The fee is £50.",
    }
    answer = answered(documents, "How much is the fee?")

    assert [claim.text for claim in answer.claims] == [
        "The fee is £50.",
        "The fee is £45.",
        "The fee is £40.",
    ]
    assert [claim.apart for claim in answer.claims] == ["2024", "2019", ""]
    assert "The fee is £50. [1] (supported, 2024)" in answer_to_text(answer)


def test_sides_of_one_document_are_told_apart_by_their_headings(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.write = lambda text, _: text.rpartition("\n")[2]
    plans = "Plans\n\nBasic plan\n\nTheft is not covered.\n\nGold plan\n\nTheft is covered.\n"
    answer = answered({"plans.txt": plans}, "Is theft covered?")

    assert {(claim.text, claim.apart) for claim in answer.claims} == {
        ("Theft is not covered.", "Basic plan"),
        ("Theft is covered.", "Gold plan"),
    }
    assert {claim.verdict for claim in answer.claims} == {"supported"}  # a plan is no intention
    assert not answer.conflict
