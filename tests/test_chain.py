"""The road of a question: what comes when, over a real library and a scripted model."""

from collections.abc import Iterator

import pytest
from conftest import BREAD, RICE
from fakes import MODEL, Body, FakeServer, Reply, Script, asking, quoting_from, saying, when

from index.embedding import Embedder
from rag.answer import Answer, Claim, Evidence, Found, Message, Usage
from rag.assistant import Assistant

KURSK = (
    "News from Kursk\n"
    "At least 10,000 soldiers were sent to the front. "
    "About 8,000 soldiers have already been deployed in Kursk.\n"
)
SUPPLY = "Russia proposed to supply between 600,000 and 700,000 tons of rice."
TWELVE = "About 12,000 soldiers were sent, including 500 officers and three generals."
HOW_MUCH = "How much rice did Russia propose?"
HOW_MANY = "How many soldiers were sent?"
TALK = (
    Message("user", "What does a soldier earn?"),
    Message("assistant", "A soldier earns $2,000 per month."),
)


def yes(*_: str) -> float:
    return 0.97


def soldiers(text: str, _: str) -> float:
    """Believes every count of soldiers."""
    return 0.97 if "soldiers" in text.rpartition("\n")[2] else 0.02


@pytest.fixture(scope="module")
def quoting(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Assistant]:
    """An assistant of three documents, without a model."""
    documents = {"rice.txt": RICE, "bread.md": BREAD, "kursk.txt": KURSK}
    with quoting_from(tmp_path_factory.mktemp("chain"), embedder, documents) as assistant:
        yield assistant


@pytest.fixture
def script() -> Script:
    return Script(states_answer=when("700,000 tons", 0.97))


def shown(answer: Answer) -> list[tuple[str, str, list[str]]]:
    """Each claim with its verdict and quotes."""
    return [
        (claim.text, claim.verdict, [citation.quote for citation in claim.citations])
        for claim in answer.claims
    ]


# The order of events


def test_what_was_found_comes_before_the_model_is_asked(
    assistant: Assistant, server: FakeServer
) -> None:
    first = next(assistant.ask(HOW_MUCH))

    assert isinstance(first, Found)
    assert SUPPLY in [sentence.quote for sentence in first.sentences]
    assert server.requests == []


def test_evidence_then_claims_then_an_answer_of_those_claims(
    assistant: Assistant, script: Script
) -> None:
    script.states_answer = soldiers

    events = list(assistant.ask(HOW_MANY))

    kinds = [Found, Evidence, Claim, Evidence, Claim, Answer]
    assert [type(event) for event in events] == kinds
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert answer.claims == tuple(event for event in events if isinstance(event, Claim))
    assert answer.text == " ".join(claim.text for claim in answer.claims)


def test_a_list_is_answered_from_each_sentence_with_its_own_footnote(
    assistant: Assistant, script: Script
) -> None:
    script.states_answer = script.speaks_of = lambda text, _: (
        0.97 if "flour" in text or "rye" in text.lower() else 0.0
    )

    answer = assistant.answer("What are the ingredients of breads?")

    cited = [[citation.quote for citation in claim.citations] for claim in answer.claims]
    assert sorted(cited) == [
        ["Bread is baked from flour and water."],
        ["Rye needs a sourdough."],
    ]
    assert not answer.conflict


def test_closing_the_iterator_early_stops_the_calls(
    assistant: Assistant, server: FakeServer
) -> None:
    events = assistant.ask(HOW_MUCH)
    next(events)
    next(events)
    asked = len(server.requests)

    events.close()  # type: ignore[attr-defined]

    assert asked > 0
    assert len(server.requests) == asked


# Abstention


@pytest.mark.parametrize(
    ("question", "missing"),
    [
        ("How many sailors were sent?", "sailors"),
        ("How much rice did China propose?", "China"),
        ("How much rice did Russia propose per week?", "week"),
        ("How much rice did Russia propose on November 5?", "November 5"),
        ("Who proposed 900 tons of rice?", "900"),
    ],
)
def test_a_question_that_takes_too_much_for_granted_is_refused_by_name(
    assistant: Assistant, script: Script, question: str, missing: str
) -> None:
    script.states_answer = yes

    answer = assistant.answer(question)

    assert answer.abstained
    assert answer.claims == ()
    assert f"“{missing}”" in answer.text
    assert answer.related
    assert answer.timings.first_claim_s is None


@pytest.mark.parametrize(
    ("question", "there"),
    [
        ("How many sailors were sent?", "sent"),
        ("How many tons of oil did Russia propose?", "tons"),
    ],
)
def test_only_what_no_sentence_speaks_of_is_named(
    assistant: Assistant, script: Script, question: str, there: str
) -> None:
    script.states_answer = yes

    assert f"“{there}”" not in assistant.answer(question).text


@pytest.mark.parametrize("reply", [0.02, "Maybe.", ""])
def test_a_sentence_that_is_not_judged_to_state_it_is_only_related(
    assistant: Assistant, script: Script, reply: Reply
) -> None:
    script.states_answer = lambda *_: reply

    answer = assistant.answer(HOW_MUCH)

    assert answer.abstained
    assert SUPPLY in [citation.quote for citation in answer.related]
    assert SUPPLY in [refused.text for refused in answer.refused]


def test_a_sentence_that_leans_on_another_and_has_a_value_is_judged_once(
    quoting: Assistant, server: FakeServer, script: Script
) -> None:
    script.states_answer = lambda *_: 0.02
    text = "Soldiers were sent to the front in May. They numbered 9,000."
    with quoting.over({"front.txt": text}) as front, asking(front, server.endpoint, 30) as asked:
        asked.answer("How many soldiers were sent to the front in May?")

    assert len([prompt for prompt in server.prompts if "9,000" in prompt]) == 1


# Two that disagree


def test_two_that_disagree_are_both_shown_each_with_its_footnote(
    assistant: Assistant, script: Script
) -> None:
    script.states_answer = soldiers

    answer = assistant.answer(HOW_MANY)

    assert answer.conflict
    assert "12,000" in answer.text
    assert "10,000" in answer.text
    cited = [[citation.source for citation in claim.citations] for claim in answer.claims]
    assert sorted(cited) == [["kursk.txt"], ["rice.txt"]]


def test_a_part_is_no_other_side(assistant: Assistant, script: Script) -> None:
    script.states_answer = lambda text, _: 0.02 if "10,000" in text else soldiers(text, "")

    answer = assistant.answer(HOW_MANY)

    assert not answer.conflict
    assert [TWELVE in claim.citations[0].quote for claim in answer.claims] == [True]
    assert "8,000" not in answer.text


def test_a_sentence_is_not_told_again_as_its_own_other_side(
    quoting: Assistant, server: FakeServer, script: Script
) -> None:
    script.states_answer = script.speaks_of = yes
    script.write = saying({"300": "Nine thousand soldiers were sent in May."})
    text = "9,000 soldiers were sent in May. They were joined by 300 soldiers who were sent later."
    with quoting.over({"front.txt": text}) as front, asking(front, server.endpoint, 30) as asked:
        answer = asked.answer("How many soldiers were sent?")

    assert len(answer.claims) == 1
    assert not answer.conflict


# A follow-up


def test_a_follow_up_is_searched_for_at_once_and_again_once_it_stands_alone(
    assistant: Assistant, script: Script, server: FakeServer
) -> None:
    script.standalone = "How much does a soldier earn per month?"
    script.states_answer = when("$2,000", 0.97)
    events = assistant.ask("and how much of it per month?", TALK)

    first = next(events)
    asked_before = len(server.requests)
    second, *_, answer = events

    assert isinstance(first, Found)
    assert asked_before == 0
    assert first.standalone_question == f"{TALK[0].content} and how much of it per month?"
    assert isinstance(second, Found)
    assert second.standalone_question == script.standalone
    assert isinstance(answer, Answer)
    assert answer.question == "and how much of it per month?"
    assert answer.standalone_question == script.standalone
    assert "$2,000" in answer.text


# Without a model


def test_quotes_are_the_nearest_sentences_and_ask_no_model(
    assistant: Assistant, server: FakeServer
) -> None:
    found, *claims, answer = assistant.ask(HOW_MUCH, TALK, quotes=True)

    assert isinstance(found, Found)
    assert isinstance(answer, Answer)
    assert answer.claims == tuple(claims)
    assert shown(answer)[0] == (SUPPLY, "quoted", [SUPPLY])
    assert {claim.verdict for claim in answer.claims} == {"quoted"}
    assert (answer.model, answer.usage) == ("", Usage())
    assert server.requests == []


# What it cost


def test_usage_is_the_sum_of_all_calls_and_timings_are_in_order(
    assistant: Assistant, server: FakeServer
) -> None:
    answer = assistant.answer(HOW_MUCH)

    calls, times = len(server.requests), answer.timings
    assert (answer.model, answer.usage) == (MODEL, Usage(7 * calls, 3 * calls))
    assert times.first_claim_s is not None
    assert 0 < times.found_s <= times.first_claim_s <= times.total_s


# Servers that differ


@pytest.mark.parametrize(
    "differences",
    [
        {"logprobs": False},
        {"refuses": ["temperature", "max_tokens", "top_logprobs"]},
        {"refuses": ["logprobs"], "names_refused": False},
    ],
    ids=str,
)
def test_a_server_that_gives_or_takes_less_gets_the_same_answers(
    quoting: Assistant, assistant: Assistant, script: Script, differences: Body
) -> None:
    script.states_answer = soldiers
    expected = assistant.answer(HOW_MANY)

    with (
        FakeServer(script, **differences) as lesser,
        asking(quoting, lesser.endpoint, 30) as other,
    ):
        answer = other.answer(HOW_MANY)

    assert shown(answer) == shown(expected)
    assert answer.conflict == expected.conflict
    assert shown(answer)


# What is read, and what isn't

BRIDGE = "Who built the harbour bridge?"
BERG = "The harbour bridge was built by Anna Berg."
FERRIS = "Tom Ferris, who was poor, built a hut at the harbour, by the bridge."


def asked_of(quoting: Assistant, server: FakeServer, text: str) -> Answer:
    """The answer to BRIDGE from one document."""
    with quoting.over({"notes.txt": text}) as notes, asking(notes, server.endpoint, 30) as asked:
        return asked.answer(BRIDGE)


@pytest.mark.parametrize(
    ("nearer", "farther", "chosen"),
    [(0.85, 0.87, BERG), (0.3, 0.99, FERRIS)],
    ids=["slightly surer", "much surer"],
)
def test_a_farther_sentence_is_chosen_only_where_it_is_much_surer(
    quoting: Assistant,
    server: FakeServer,
    script: Script,
    nearer: float,
    farther: float,
    chosen: str,
) -> None:
    script.states_answer = lambda text, _: nearer if text == BERG else farther
    script.speaks_of = yes

    answer = asked_of(quoting, server, f"{FERRIS} {BERG}")

    assert [claim.text for claim in answer.claims] == [chosen]


def test_once_it_is_told_only_what_may_be_another_side_is_read(
    quoting: Assistant, server: FakeServer, script: Script
) -> None:
    script.states_answer = lambda text, _: 0.97

    answer = asked_of(quoting, server, f"{FERRIS} {BERG} Anna Berg was born at the harbour.")

    assert [claim.text for claim in answer.claims] == [BERG]
    assert script.tasks().count("states_answer") == 1


# What a sentence is read with

LEASE = (
    "Contract of lease\n\nThis contract is between Harrow Homes and Ann Lee. The flat is at 27 "
    "Alder Row.\n\nThe rent is £900 a month. The deposit is £1,300.\n\n"
    + "\n\n".join(
        f"Clause {n} is about the {thing}."
        for n, thing in enumerate(
            "roof stairs bins bells doors keys locks walls lamps pets".split(), start=3
        )
    )
    + "\n"
)


def from_documents(
    quoting: Assistant, script: Script, documents: dict[str, str], question: str
) -> Answer:
    """A scripted model's answer from these documents alone."""
    with (
        quoting.over(documents) as library,
        FakeServer(script) as server,
        asking(library, server.endpoint, 30) as assistant,
    ):
        return assistant.answer(question)


@pytest.mark.parametrize(
    ("question", "above"),
    [
        ("What is the rent of the lease?", "Contract of lease\nThe rent is £900 a month."),
        (
            "What is the rent a month of Harrow Homes?",
            "The flat is at 27 Alder Row.\nThe rent is £900 a month.",
        ),
        ("What is the rent a month?", "The rent is £900 a month."),
    ],
)
def test_a_sentence_is_read_below_what_says_of_which_document_it_is_where_the_question_names_that(
    quoting: Assistant, question: str, above: str
) -> None:
    script = Script(states_answer=when("£900"), write=lambda *_: "The rent is £900 a month.")
    answer = from_documents(quoting, script, {"flat.txt": LEASE}, question)

    read = [text for task, text, *_ in script.asked if task == "states_answer"]
    assert any(text.endswith(above) for text in read)
    assert shown(answer)[0][0] == "The rent is £900 a month."


def test_another_address_than_the_documents_own_is_refused(quoting: Assistant) -> None:
    script = Script(states_answer=when("£900"))
    assert from_documents(
        quoting, script, {"flat.txt": LEASE}, "What is the rent at 30 Alder Row?"
    ).abstained


def test_a_name_after_a_colon_is_one_that_its_document_goes_by(quoting: Assistant) -> None:
    script = Script(states_answer=when("£900"), write=lambda *_: "The rent is £900 a month.")
    letter = LEASE.replace("This contract", "Landlord: Imelda Stroud. This contract")
    assert letter != LEASE
    answer = from_documents(
        quoting, script, {"flat.txt": letter}, "What is the rent of Imelda's flat a month?"
    )

    assert shown(answer)[0][0] == "The rent is £900 a month."


@pytest.mark.parametrize(("age", "answered"), [(30, True), (70, False)])
def test_the_askers_own_number_may_lie_in_a_range(
    quoting: Assistant, age: int, answered: bool
) -> None:
    script = Script(states_answer=when("£4"), write=lambda *_: "Swimmers of 26 to 60 pay £4.")
    answer = from_documents(
        quoting,
        script,
        {"pool.txt": "Swimmers of 26 to 60 years pay £4.\n"},
        f"What do swimmers pay if I am {age}?",
    )

    assert bool(answer.claims) == answered


def test_a_price_is_no_answer_to_how_long(quoting: Assistant) -> None:
    fund = "The pool stays open for £40,000 each year, says the fund.\n"
    script = Script(
        states_answer=when("fund"), write=lambda *_: "The pool stays open for £40,000 each year."
    )
    assert from_documents(
        quoting, script, {"pool.txt": fund}, "How long does the pool stay open each year?"
    ).abstained


def test_a_time_of_the_clock_is_told_as_the_source_writes_it(quoting: Assistant) -> None:
    script = Script(states_answer=when("1.30"), write=lambda *_: "The wedding starts at 1:30 pm.")
    answer = from_documents(
        quoting,
        script,
        {"plan.txt": "The wedding starts at 1.30 pm.\n"},
        "What time does the wedding start?",
    )

    assert [claim.text for claim in answer.claims] == ["The wedding starts at 1.30 pm."]
    assert answer.claims[0].verdict == "supported"


TRIP = (
    "# The trip to the mill\n\nOn Friday we go to the mill. Please bring:\n- rubber boots\n"
    "- a packed lunch\n- a rain jacket\n\n## Not allowed\n\n- dogs\n- knives\n\n"
    "The bus leaves at nine.\n"
)


def test_what_leads_to_a_list_is_told_with_each_of_its_items(quoting: Assistant) -> None:
    script = Script(states_answer=lambda text, _: 0.97 if text.startswith("Please bring") else 0.02)

    answer = from_documents(quoting, script, {"trip.md": TRIP}, "What should we bring?")

    assert [claim.text for claim in answer.claims] == [
        "Please bring:",
        "rubber boots",
        "a packed lunch",
        "a rain jacket",
    ]
    assert "write" not in script.tasks()


def test_an_item_is_read_and_quoted_below_its_heading(quoting: Assistant) -> None:
    script = Script(states_answer=when("dogs"), write=lambda *_: "Yes, pets are welcome.")

    answer = from_documents(quoting, script, {"trip.md": TRIP}, "Are dogs allowed?")

    assert any(text.endswith("Not allowed\ndogs") for _, text, *_ in script.asked)
    assert [claim.text for claim in answer.claims] == ["Not allowed", "dogs"]
    assert {claim.verdict for claim in answer.claims} == {"quoted"}


def test_an_item_that_is_quoted_stands_behind_what_leads_to_its_list(quoting: Assistant) -> None:
    script = Script(states_answer=when("rain jacket", 0.9), write=lambda *_: "Yes, anoraks are.")

    answer = from_documents(quoting, script, {"trip.md": TRIP}, "Is a rain jacket needed?")

    assert [claim.text for claim in answer.claims] == ["Please bring:", "a rain jacket"]


def test_whether_a_sentence_speaks_of_somebody_is_asked_below_its_documents_title(
    quoting: Assistant,
) -> None:
    script = Script(
        states_answer=when("9 June"),
        speaks_of=lambda text, word: (
            0.02 if text.startswith("Tom Sefton") and word == "Ann" else 0.9
        ),
        write=lambda *_: "Ann was born on 9 June 1979.",
    )
    document = {"tom.md": "# Tom Sefton\n\nBorn on 9 June 1979 in Hull.\n"}

    assert from_documents(quoting, script, document, "When was Ann born?").abstained
