"""A question that takes two documents: both are cited, or it is refused."""

from collections.abc import Iterator

import pytest
from fakes import FakeServer, Script, asking, quoting_from

from index.embedding import Embedder
from rag.assistant import Assistant

WHO = "Who founded the network that shows Harbour Wrestling?"
SHOWN = "Harbour Wrestling is a children's series that Northstar Television shows."
FOUNDED = "It was founded by Betty Cole in 1992."
DOCUMENTS = {
    "wrestling.txt": f"Harbour Wrestling\n\n{SHOWN}\n",
    "northstar.txt": f"Northstar Television\n\nThe network is based in Leeds. {FOUNDED}\n",
    "westlight.txt": "Westlight\n\nTom Ferris founded the network Westlight in 1980.\n",
}


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    with quoting_from(tmp_path_factory.mktemp("joint"), embedder, DOCUMENTS) as assistant:
        yield assistant


def both(text: str, _: str = "") -> float:
    """Only the two together state it."""
    return 0.9 if SHOWN in text and "Betty Cole" in text else 0.5


@pytest.fixture
def script() -> Script:
    return Script(states_answer=both, write=lambda *_: "Betty Cole founded Northstar Television.")


def test_two_documents_that_answer_together_are_both_cited(assistant: Assistant) -> None:
    answer = assistant.answer(WHO)

    (claim,) = answer.claims
    assert claim.text == "Betty Cole founded Northstar Television."
    assert claim.verdict == "supported"
    assert claim.citations[0].source == "wrestling.txt"
    assert SHOWN in [note.quote for note in claim.citations]
    assert FOUNDED in [note.quote for note in claim.citations]


def test_two_that_state_it_no_better_than_one_are_no_answer(
    assistant: Assistant, script: Script
) -> None:
    script.states_answer = lambda text, _: 0.9 if "Betty Cole" in text and ": " in text else 0.5

    answer = assistant.answer(WHO)

    assert answer.abstained
    assert any("Betty Cole" in each.text and SHOWN in each.text for each in answer.refused)


@pytest.mark.parametrize(
    "draft", ["Tom Ferris founded Northstar Television.", "Betty Cole founded it in 1991."]
)
def test_what_neither_says_is_not_written_from_both(
    assistant: Assistant, script: Script, draft: str
) -> None:
    script.write = lambda *_: draft

    assert assistant.answer(WHO).abstained


def test_one_that_answers_alone_is_cited_alone(assistant: Assistant, script: Script) -> None:
    script.states_answer = lambda text, _: 0.97 if "Tom Ferris" in text else 0.02
    script.write = lambda *_: "Tom Ferris founded the network Westlight in 1980."

    answer = assistant.answer("Who founded the network Westlight?")

    assert [note.source for claim in answer.claims for note in claim.citations] == ["westlight.txt"]


def test_sentences_of_one_document_and_those_without_a_name_in_common_are_no_pair(
    quoting: Assistant, script: Script, server: FakeServer
) -> None:
    apart = {
        "one.txt": f"Notes\n\n{SHOWN} Northstar Television was founded by Betty Cole.\n",
        "two.txt": DOCUMENTS["westlight.txt"],
    }
    with quoting.over(apart) as small, asking(small, server.endpoint, 30) as assistant:
        assert assistant.answer(WHO).abstained

    assert not [text for _, text, *_ in script.asked if text.count(": ") > 1]


@pytest.mark.parametrize(
    ("title", "other", "when"),
    [("Harbour policy 2024", "Harbour policy 2021", ""), ("Term", "Notice", " in June")],
)
def test_two_that_are_of_one_name_or_one_month_alone_are_no_pair(
    quoting: Assistant, script: Script, server: FakeServer, title: str, other: str, when: str
) -> None:
    script.states_answer = lambda text, _: 0.9 if "fire" in text and "£250" in text else 0.5
    script.write = lambda *_: "The excess for fire is £250."
    papers = {
        "one.txt": f"{title}\n\nHomes are covered for fire{when}.\n",
        "two.txt": f"{other}\n\nFor water the excess is £250{when}.\n",
    }
    with quoting.over(papers) as two, asking(two, server.endpoint, 30) as assistant:
        assert assistant.answer("What is the excess for fire?").abstained


def test_a_yes_or_no_is_not_put_together_from_two(assistant: Assistant) -> None:
    asked = "Was the network that shows Harbour Wrestling founded by Betty Cole?"

    assert assistant.answer(asked).abstained
