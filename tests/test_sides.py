"""Documents that name different answers to one question: all of them are shown, and it is said."""

from collections.abc import Iterator

import pytest
from fakes import Answered, FakeServer, Script, asking, quoting_from, saying

from index.embedding import Embedder
from rag.answer import Answer
from rag.assistant import Assistant
from rag.sides import differ

WHO = "Who directed the film Harbour Lights?"
DOCUMENTS = {
    "one.txt": "Harbour Lights is a silent film that was directed by Ada Brandt.\n",
    "two.txt": "The film Harbour Lights was directed by Tom Ferris in 1931.\n",
    "three.txt": "Ada Brandt directed the film Harbour Lights at the age of 28.\n",
}


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    with quoting_from(tmp_path_factory.mktemp("sides"), embedder, DOCUMENTS) as assistant:
        yield assistant


@pytest.fixture
def script() -> Script:
    return Script(states_answer=lambda text, _: 0.97 if "directed" in text else 0.02)


def names(answer: Answer) -> set[str]:
    """Which directors its claims name."""
    return {name for name in ("Brandt", "Ferris") if name in answer.text}


def test_documents_that_name_another_are_both_shown_each_with_its_source(
    assistant: Assistant,
) -> None:
    answer = assistant.answer(WHO)

    assert answer.conflict
    assert names(answer) == {"Brandt", "Ferris"}
    assert len(answer.claims) == 2
    cited = {note.source for claim in answer.claims for note in claim.citations}
    assert "two.txt" in cited


def test_a_document_that_names_the_same_is_not_a_second_side(answered: Answered) -> None:
    agreeing = {name: DOCUMENTS[name] for name in ("one.txt", "three.txt")}
    answer = answered(agreeing, WHO)

    assert not answer.conflict
    assert len(answer.claims) == 1


def test_one_document_that_names_two_is_in_no_conflict_with_itself(answered: Answered) -> None:
    one = {"one.txt": DOCUMENTS["one.txt"] + DOCUMENTS["two.txt"]}
    assert not answered(one, WHO).conflict


def test_a_document_that_names_the_same_beside_another_may_be_a_second_side(
    answered: Answered, script: Script
) -> None:
    script.states_answer = lambda text, _: 0.97 if "by Ada" in text else 0.8
    second = "Tom Ferris directed the film Harbour Lights, as Ada Brandt was ill."
    script.write = saying({"ill": "Tom Ferris directed the film Harbour Lights."})
    first = "The film Harbour Lights was directed by Ada Brandt."
    documents = {"one.txt": first, "two.txt": second}
    answer = answered(documents, WHO)

    assert answer.conflict
    assert names(answer) == {"Brandt", "Ferris"}


def test_a_value_without_its_question_is_another_side(answered: Answered, script: Script) -> None:
    script.states_answer = lambda text, _: 0.97 if "three" in text else 0.8
    script.speaks_of = lambda *_: 0.97
    script.write = saying({"two days": "Two days ahead."})
    three = "Cakes must be ordered three days in advance."
    documents = {"old.txt": "Cakes have to be ordered two days ahead.", "new.txt": three}
    answer = answered(documents, "How many days ahead must cakes be ordered?")

    assert answer.conflict
    assert {claim.text for claim in answer.claims} == {"Two days ahead.", three}


def test_a_sum_says_what_something_costs_without_the_word(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.states_claim = lambda *_: 0.8
    script.write = saying({"goes up": "A ticket costs £45."})
    old, new = "A ticket costs £40.", "A ticket goes up from £40 to £45 in June."
    answer = answered({"old.txt": old, "new.txt": new}, "How much does a ticket cost?")

    assert {claim.text for claim in answer.claims} == {old, new}


def test_a_source_that_repeats_one_of_two_numbers_adds_no_side(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {
        "one.txt": "The town of Birch Lake has 4,100 people.",
        "two.txt": "In the town of Birch Lake live 5,200 people.",
        "three.txt": "Birch Lake is a town of 4,100 people.",
    }
    answer = answered(documents, "How many people live in the town of Birch Lake?")

    assert answer.conflict
    assert len(answer.claims) == 2


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        pytest.param(
            "When does the inn shut?",
            "The inn shuts at 9 pm. On Sundays the inn shuts at 5 pm.",
            "The inn shuts at 9 pm.",
            id="another day of the week",
        ),
        pytest.param(
            "When does the inn shut?",
            "The inn shuts at 9 pm. The inn shuts on 4 October.",
            "The inn shuts on 4 October.",
            id="a date and a time",
        ),
        pytest.param(
            "How many people does the stew serve?",
            "The stew serves six people. It takes 400 g of lentils.",
            "The stew serves six people.",
            id="a measure",
        ),
        pytest.param(
            "How many people are on the waiting list?",
            "There are 34 people on the waiting list. The chair writes to the first four soon.",
            "There are 34 people on the waiting list.",
            id="a part",
        ),
        pytest.param(
            "When does the committee meet?",
            "The committee meets on 14 May.\n\nThe fair will be on 13 July.",
            "The committee meets on 14 May.",
            id="another event",
        ),
        pytest.param(
            "When is the spring fair?",
            "The spring fair is on 14 May.\n\nThe spring term ends on 13 July.",
            "The spring fair is on 14 May.",
            id="another of its kind",
        ),
        pytest.param(
            "How many seats did Fern win from the Oaks?",
            "Fern won eight seats from the Oaks.\n\nFern also won 16 seats from the Elms.",
            "Fern won eight seats from the Oaks.",
            id="another name",
        ),
        pytest.param(
            "How much is a ticket?",
            "Ticket: Child; Price: £5\n\nTicket: Adult; Price: £9\n",
            "Ticket: Adult; Price: £9.",
            id="another row",
        ),
    ],
)
def test_a_value_of_something_else_is_no_other_side(
    answered: Answered, script: Script, question: str, text: str, told: str
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    answer = answered({"one.txt": text}, question)

    assert [claim.text for claim in answer.claims] == [told]
    assert not answer.conflict


def test_a_date_that_is_given_up_in_one_document_is_the_other_side_of_its_new_one(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.write = saying(
        {"moves": "The fair is on 20 July.", "will be": "The fair is on 13 July."}
    )
    documents = {
        "letter.txt": "The school has its day on 13 July, so the fair moves to 20 July.",
        "minutes.txt": "The fair will be on 13 July, from 11 am to 4 pm.",
    }
    answer = answered(documents, "On which day does the fair move to?")

    assert answer.conflict
    assert {claim.text for claim in answer.claims} == {
        "The fair is on 20 July.",
        "The fair is on 13 July.",
    }


def test_a_value_of_some_is_quoted_beside_that_of_all_and_is_no_conflict(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = script.states_claim = lambda *_: 0.97
    script.write = saying({"Registered": "The guarantee is three years."})
    every, some = (
        "The guarantee is two years.",
        "Registered machines have a guarantee of three years.",
    )
    answer = answered({"manual.txt": f"{every} {some}"}, "How long is the guarantee?")

    assert [claim.text for claim in answer.claims] == [every, some]
    assert not answer.conflict


def test_what_a_document_says_of_its_own_is_not_told_of_somebody_else(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.states_claim = lambda *_: 0.97
    script.speaks_of = lambda text, word: 0.02 if "Tom" in text and word == "Ann" else 0.97
    script.write = lambda text, _: f"Ann was {text.lower()}"
    documents = {
        "ann.md": "# Ann Lorimer\n\nBorn on 4 May 1981 in Leeds.",
        "tom.md": "# Tom Sefton\n\nBorn on 9 June 1979 in Hull.",
    }

    assert not answered(documents, "When was Ann born?").conflict


def test_the_time_of_something_else_is_no_other_side(answered: Answered, script: Script) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {"inn.txt": "The inn closes at 9 pm.", "pool.txt": "The pool closes at 8 pm."}
    answer = answered(documents, "When does the inn close?")

    assert [claim.text for claim in answer.claims] == ["The inn closes at 9 pm."]


@pytest.mark.parametrize(
    "question",
    [
        "What did the film Harbour Lights show?",
        "Why was the film Harbour Lights directed by women and men?",
        "Was the film Harbour Lights directed by Ada Brandt?",
    ],
)
def test_a_question_with_many_answers_that_agree_is_no_conflict(
    assistant: Assistant, question: str
) -> None:
    assert not assistant.answer(question).conflict


@pytest.mark.parametrize(
    ("one", "other", "differs"),
    [
        ("Ada Brandt directed it.", "Harbour Lights was directed by Tom Ferris.", True),
        ("Ada Brandt directed it.", "The director was Brandt.", False),
        ("Ada directed it.", "It was directed by Tom Ferris.", True),
        ("Ada directed it.", "It was due with the order.", False),
        ("A woman directed it.", "It was directed by a young man.", True),
        ("Ada Brandt directed Harbour Lights.", "Harbour Lights was directed.", False),
    ],
)
def test_claims_differ_by_their_names_or_else_by_all_their_words(
    one: str, other: str, differs: bool
) -> None:
    assert differ(WHO, one, other) is differs
    assert differ(WHO, other, one) is differs


def test_what_is_a_hundred_times_as_much_is_another_thing(
    quoting: Assistant, server: FakeServer, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    pay, more = "A soldier earns $2,000 a month.", "A soldier earns $3,000 a month."
    army = "The army's soldiers earn $200 million a month."
    for other, disagrees in ((army, False), (more, True)):
        with (
            quoting.over({"one.txt": pay, "two.txt": other}) as two,
            asking(two, server.endpoint, 30) as assistant,
        ):
            assert assistant.answer("What does a soldier earn?").conflict is disagrees


def test_a_word_that_only_says_whose_it_is_may_be_lacking_on_the_other_side(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    text = "The society's balance is 3,870 euros.\n\nThe balance is 3,780 euros."
    assert answered({"one.txt": text}, "How much is the society's balance?").conflict


def test_a_number_of_some_in_the_same_document_is_no_other_number_of_all(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    text = "We found 22 trials. The five trials of warm baths were small."

    answer = answered({"review.txt": text}, "How many trials did you find?")

    assert [claim.text for claim in answer.claims] == ["We found 22 trials."]


def test_another_number_of_the_same_name_is_another_side(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {"old.txt": "The default port is 8787.", "new.txt": "The default port is now 9090."}

    answer = answered(documents, "What is the default port?")

    assert answer.conflict
    assert {claim.text for claim in answer.claims} == set(documents.values())


def test_somebody_else_whom_the_same_document_names_is_no_other_side(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    text = "Edwin died in 1990. Ada lived in Silloth. She died in 1994 and is buried at Shap."

    answer = answered({"family.txt": text}, "When did Edwin die?")

    assert [claim.text for claim in answer.claims] == ["Edwin died in 1990."]


def test_a_thing_that_is_at_a_place_names_nobody() -> None:
    one, other = "Ann gave Ada the ring.", "Her ring is now at Kendal."

    assert not differ("Who gave Ada the ring?", one, other)


def test_what_has_no_word_of_the_question_is_no_other_side(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {"diary.txt": "Ada played Portia.", "family.txt": "Ada ran a shop in Silloth."}

    answer = answered(documents, "What part was played by Ada?")

    assert [claim.text for claim in answer.claims] == ["Ada played Portia."]


def test_what_somebody_else_did_is_no_item_of_a_list(answered: Answered, script: Script) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    text = "Tom sold his boat. He moved to Leeds. Ada stayed. She wept for days."

    told = [claim.text for claim in answered({"a.txt": text}, "How did Tom fare?").claims]

    assert "He moved to Leeds." in told
    assert "She wept for days." not in told


def test_the_row_of_something_else_is_no_other_number(answered: Answered, script: Script) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.write = saying({"Match": "Rovers scored 3 goals."})
    table = "| Match | Goals | Seen by |\n|---|---|---|\n| Rovers v Penwick | 3 goals | 800 |\n"
    documents = {"season.md": f"Rovers scored 64 goals.\n\n{table}"}

    answer = answered(documents, "How many goals did Rovers score?")

    assert [claim.text for claim in answer.claims] == ["Rovers scored 64 goals."]


def test_what_is_so_as_well_is_shown_and_contradicts_nothing(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {
        "terms.txt": "Files are stored in Ireland.",
        "mail.txt": "Files are also stored in Finland.",
    }

    answer = answered(documents, "Where are files stored?")

    assert {claim.text for claim in answer.claims} == set(documents.values())
    assert not answer.conflict


def test_what_is_also_called_something_may_contradict(answered: Answered, script: Script) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {
        "one.txt": "The battle took place in 1814.",
        "two.txt": "The battle (also called the Surprise) took place in 1818.",
    }

    assert answered(documents, "When did the battle take place?").conflict


def test_of_several_that_are_asked_for_two_are_no_conflict(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    documents = {"one.txt": "Tom was to stop aspirin.", "two.txt": "Tom was to stop ramipril."}

    assert not answered(documents, "Which medicines was Tom to stop?").conflict


def test_what_was_so_in_a_year_that_is_past_is_no_other_number(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    old = "It was the worst earthquake since 1978, when 240 people died."
    documents = {"new.txt": "43 people died in the earthquake.", "old.txt": old}

    answer = answered(documents, "How many people died in the earthquake?")

    assert not answer.conflict


@pytest.mark.parametrize(
    ("document", "question", "sign", "told", "other"),
    [
        (
            "You therefore owe £924. We ask for no more, as you owe less than £1,000.",
            "How much tax do I owe?",
            "£924",
            "You owe £924.",
            "You owe less than £1,000.",
        ),
        (
            "The room is 94 euros a night.\n\nDogs are welcome for 8 euros a night.",
            "How much is the room a night?",
            "94 euros",
            "The room costs 94 euros a night.",
            "Dogs cost 8 euros a night.",
        ),
        (
            "A hand may hold no more than nine cards.\n\nThe box has 60 cards for you to hold.",
            "How many cards may I hold?",
            "nine",
            "A hand may hold no more than nine cards.",
            "There are 60 cards.",
        ),
    ],
)
def test_a_bound_another_thing_or_what_there_is_is_no_second_side(
    answered: Answered,
    script: Script,
    document: str,
    question: str,
    sign: str,
    told: str,
    other: str,
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.write = lambda text, _: told if sign in text else other

    answer = answered({"letter.txt": document}, question)

    assert not answer.conflict
    assert [claim.text for claim in answer.claims] == [told]


def test_who_is_called_he_is_not_whom_the_document_calls_she(
    answered: Answered, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda *_: 0.97
    script.write = lambda text, _: (
        "Marianne died in 2004." if "2004" in text else "Marianne died in 2026."
    )
    life = (
        "Marianne Costello\n\nMarianne Costello died in 2026. She described many mosses. She "
        "wrote a book. She sailed. She taught. She went to Peru. She came home. She met Walter "
        "Hume there. He died in 2004. She retired in Kew. She sang.\n"
    )

    answer = answered({"life.txt": life}, "When did Marianne die?")

    assert [claim.text for claim in answer.claims] == ["Marianne died in 2026."]
