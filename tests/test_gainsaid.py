"""Questions of yes or no of which documents say yes and no."""

import pytest
from fakes import Answered, FakeServer, Script, asking

from rag.assistant import Assistant


@pytest.fixture
def script() -> Script:
    return Script(speaks_of=lambda *_: 0.97)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        pytest.param(
            "Is the barn painted in June?",
            "The barn is painted in June.",
            "The barn is not painted this year.",
            id="at no time",
        ),
        pytest.param(
            "May the lift be used?",
            "The lift may be used.",
            "The lift must not be used.",
            id="what is used",
        ),
        pytest.param(
            "Is it shut at dusk?",
            "It is shut at dusk.",
            "It is shut at nine instead of at dusk.",
            id="instead of",
        ),
        pytest.param(
            "Is the fair on 3 May?",
            "The fair is on 3 May.",
            "The fair moves from 3 May to 9 May because of the finals of the county cup.",
            id="with a reason",
        ),
        pytest.param(
            "Is the annual fair on 3 June?",
            "The annual fair takes place on 3 June at 7 pm.",
            "The annual fair has been postponed from 3 June to 9 June.",
            id="with an hour",
        ),
        pytest.param(
            "Can boats be hired?",
            "Boats can be hired for £9.",
            "Boats are no longer hired out.",
            id="no longer",
        ),
        pytest.param(
            "Are lockers free?",
            "Lockers are free.",
            "Lockers now cost £20 a year.",
            id="for a price",
        ),
        pytest.param(
            "Do lockers cost anything?", "Lockers cost £20 a year.", "Lockers are free.", id="free"
        ),
        pytest.param(
            "Are dogs allowed in the barn?",
            "Dogs are not allowed in the barn.",
            "Quiet dogs are welcome in the barn.",
            id="welcome",
        ),
        pytest.param(
            "May I bring my dog into the barn?",
            "Dogs may come into the barn.",
            "Dogs are not permitted in the barn.",
            id="may and permitted",
        ),
        pytest.param(
            "Can I use frozen plums?",
            "Never use frozen plums.",
            "Frozen plums work fine.",
            id="fine and never",
        ),
        pytest.param(
            "Can I bring my dog into the barn?",
            "You can't take dogs into the barn.",
            "Dogs are allowed in the barn.",
            id="can't",
        ),
    ],
)
def test_what_denies_a_yes_contradicts_it_in_whatever_words(
    answered: Answered, script: Script, question: str, yes: str, no: str
) -> None:
    script.states_answer = lambda text, _: 0.97 if yes in text else 0.9
    answer = answered({"one.txt": yes, "two.txt": no}, question)

    assert [claim.text for claim in answer.claims] == [yes, no]
    assert answer.conflict


@pytest.mark.parametrize(
    ("question", "told", "other"),
    [
        (
            "Is the inn open on Sundays?",
            "The inn is open on Sundays.",
            "The inn is closed on Mondays.",
        ),
        (
            "Is the inn open on 6 June?",
            "The inn is closed on 6 June.",
            "The inn is open from nine to five.",
        ),
    ],
)
def test_what_is_so_at_another_time_or_as_a_rule_is_no_other_side(
    answered: Answered, script: Script, question: str, told: str, other: str
) -> None:
    script.states_answer = lambda text, _: 0.97 if told in text else 0.9
    answer = answered({"one.txt": told, "two.txt": other}, question)

    assert [claim.text for claim in answer.claims] == [told]


def test_what_is_so_in_two_places_is_no_conflict(answered: Answered, script: Script) -> None:
    script.states_answer = lambda *_: 0.9
    yard, barn = "Dogs are allowed in the yard.", "Dogs are not allowed in the barn."

    assert not answered(
        {"one.txt": yard, "two.txt": barn}, "Are dogs allowed at the farm?"
    ).conflict


def test_what_is_so_elsewhere_is_not_told_before_what_is_so_where_it_was_asked(
    answered: Answered, script: Script
) -> None:
    here, there = "In the barn smoking is forbidden.", "Smoking is allowed in the yard."
    script.states_answer = lambda text, _: 0.99 if there in text else 0.6
    answer = answered({"rules.txt": f"{there} {here}"}, "Is smoking allowed in the barn?")

    assert [claim.text for claim in answer.claims] == [here]


def test_another_day_of_the_week_is_not_the_one_that_was_asked_about(
    quoting: Assistant, server: FakeServer, script: Script
) -> None:
    script.states_answer = lambda text, _: 0.97 if "open" in text else 0.02
    for opens, answered in (
        ("The inn is open on Sundays.", False),
        ("The inn sleeps in on Saturdays. The inn is open on Sundays.", False),
        ("The inn is open on Monday and Saturday.", True),
        ("The inn is open from Monday to Sunday.", True),
        ("The inn is open at weekends.", True),
    ):
        with (
            quoting.over({"inn.txt": opens}) as inn,
            asking(inn, server.endpoint, 30) as assistant,
        ):
            answer = assistant.answer("Is the inn open on Saturdays?")
        assert bool(answer.claims) is answered, opens


def test_a_question_in_a_document_is_no_answer_but_makes_a_yes_one(
    answered: Answered, script: Script
) -> None:
    script.states_answer = lambda *_: 0.97
    answer = answered({"faq.txt": "Is the bread vegan? Yes, without milk."}, "Is the bread vegan?")

    assert [claim.text for claim in answer.claims] == ["Is the bread vegan?", "Yes, without milk."]


ALLOWED = "Dogs are allowed in the garden of the inn."
NO_MORE = "Since May, dogs are no longer allowed in the garden of the inn."
GUIDES = "Dogs that pull are not allowed in the garden of the inn."
ROOMS = "Dogs are not allowed in the rooms of the inn."


@pytest.mark.parametrize(
    ("documents", "told", "conflict"),
    [
        pytest.param(
            {"a.txt": ALLOWED, "b.txt": NO_MORE}, [ALLOWED, NO_MORE], True, id="withdrawn"
        ),
        pytest.param({"a.txt": f"{ALLOWED}\n\n{GUIDES}"}, [ALLOWED, GUIDES], False, id="exception"),
        pytest.param({"a.txt": ALLOWED, "b.txt": ROOMS}, [ALLOWED], False, id="elsewhere"),
        pytest.param({"a.txt": ALLOWED, "b.txt": ALLOWED}, [ALLOWED], False, id="agreeing"),
    ],
)
def test_what_denies_a_yes_is_shown_beside_it(
    answered: Answered,
    script: Script,
    documents: dict[str, str],
    told: list[str],
    conflict: bool,
) -> None:
    script.states_answer = script.speaks_of = lambda text, _: 0.97 if ALLOWED in text else 0.9
    answer = answered(documents, "Are dogs allowed in the garden?")

    assert [claim.text for claim in answer.claims] == told
    assert answer.conflict is conflict


@pytest.mark.parametrize(
    ("question", "told", "other", "conflict"),
    [
        ("Is the fee £40?", "The fee is £40.", "The fee rose from £40 to £45.", True),
        ("Is the fee £40?", "The fee is £40.", "The fee is £45.", True),
        ("Is the fee £40?", "The fee is £40.", "The fee is £45, not £40.", True),
        ("Is the fee £40 within the town?", "The fee is £40.", "The fee is £45.", True),
        ("Is the fee £40?", "The fee is £40.", "The deposit is £45.", False),
        (
            "Is the fair on 3 May?",
            "The fair is on 3 May.",
            "The fair moves from 3 May to 9 May.",
            True,
        ),
        (
            "Is the inn open on 3 May?",
            "The inn is open on 3 May.",
            "The inn is open on 4 May.",
            False,
        ),
        ("Is £40 enough for the fee?", "The fee is £40.", "The fee is £45.", False),
    ],
)
def test_another_value_is_shown_beside_the_one_that_was_asked_about(
    answered: Answered,
    script: Script,
    question: str,
    told: str,
    other: str,
    conflict: bool,
) -> None:
    script.speaks_of = lambda *_: 0.97
    script.states_answer = lambda text, _: 0.97 if told in text else 0.9
    answer = answered({"one.txt": told, "two.txt": other}, question)

    assert answer.conflict is conflict
    assert len(answer.claims) == 1 + conflict
