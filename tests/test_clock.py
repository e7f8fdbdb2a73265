"""Times of the clock and days of the week, in one text and in two that disagree."""

import pytest
from fakes import Answered, Script

from rag.checks import failures
from rag.clock import clock_times, weekdays
from rag.rates import rates
from rag.sources import Source

HOURS = "The library is open from 9 am to 5 pm on weekdays."
LONGER = "The library is open from 9 am to 7 pm on weekdays."


@pytest.fixture
def script() -> Script:
    """Says yes to all, and answers with the text itself."""
    return Script(
        states_answer=lambda *_: 0.8,
        speaks_of=lambda *_: 0.97,
        states_claim=lambda *_: 0.97,
        write=lambda text, _: text,
    )


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("from 9 am to 5 pm", [(540, 1020)]),
        ("Saturday 09:30–16:00", [(570, 960)]),
        ("at noon and at 4 pm", [(720, 720), (960, 960)]),
        ("moves from 9 am to 10 am", [(540, 540), (600, 600)]),
        ("open day and night", [(0, 1440)]),
    ],
)
def test_hours_are_one_span_unless_they_were_changed(
    text: str, spans: list[tuple[int, int]]
) -> None:
    assert [(one.low, one.high) for one in clock_times(text)] == spans


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("on Tuesdays and Fridays", ["Tuesdays", "Fridays"]),
        ("Monday to Friday", ["Monday to Friday"]),
        ("daily except Mondays", []),
        ("on any day of the week", ["any day"]),
        ("moves from Tuesday to Thursday", ["Tuesday", "Thursday"]),
        ("on Monday, 9 June", []),
        ("on the first Monday of the month", ["first Monday"]),
        ("every second Friday", ["Friday"]),
    ],
)
def test_days_are_those_of_every_week(text: str, said: list[str]) -> None:
    assert [text[one.start : one.end] for one in weekdays(text)] == said


@pytest.mark.parametrize(
    ("question", "old", "new"),
    [
        pytest.param(
            "When are black bins emptied?",
            "Black bins are emptied on Tuesdays.",
            "Black bins are emptied on Wednesdays.",
            id="another day",
        ),
        pytest.param(
            "On which days may I water?",
            "I may water on Mondays and Thursdays only.",
            "I may water on any day of the week.",
            id="any day",
        ),
        pytest.param(
            "When is training?",
            "Training is on Mondays and Thursdays.",
            "Training is on Tuesdays and Thursdays.",
            id="one of two days",
        ),
        pytest.param(
            "Which day are the streets swept?",
            "The streets are swept on the first Monday of the month.",
            "The streets are swept on the last Monday of the month.",
            id="another Monday",
        ),
        pytest.param("When is the library open?", HOURS, LONGER, id="longer"),
        pytest.param(
            "When is the fair?", "The fair takes place in May.", "The fair is in June.", id="months"
        ),
        pytest.param(
            "By when must a theft be reported?",
            "A theft must be reported within 24 hours.",
            "A theft must be reported within 48 hours.",
            id="how soon",
        ),
        pytest.param(
            "When is the rent due?",
            "The rent is due on the first of the month.",
            "The rent is due on the fifth of the month.",
            id="day of the month",
        ),
        pytest.param(
            "How often is the boiler checked?",
            "The boiler is checked every year.",
            "The boiler is checked once in two years.",
            id="every so often",
        ),
        pytest.param(
            "How often may guests come?",
            "Guests may come twice a month.",
            "Guests may come four times a month.",
            id="how often",
        ),
        pytest.param(
            "When does the centre close?",
            "The centre closes at 6 pm.",
            "The centre is open until 8 pm.",
            id="open until",
        ),
        pytest.param(
            "When does the library close?",
            "The library closes at 5 pm.",
            "The library is open from 9 am to 7 pm.",
            id="last of hours",
        ),
        pytest.param(
            "Are black bins emptied on Tuesdays?",
            "Black bins are emptied on Tuesdays.",
            "Black bins are emptied on Wednesdays.",
            id="yes or no",
        ),
        pytest.param("Is the library open at 6 pm?", HOURS, LONGER, id="within hours"),
    ],
)
def test_other_days_and_hours_of_the_same_are_both_shown(
    answered: Answered, question: str, old: str, new: str
) -> None:
    answer = answered({"old.txt": old, "new.txt": new}, question)

    assert answer.conflict
    assert {note.quote for claim in answer.claims for note in claim.citations} == {old, new}


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        pytest.param(
            "When is the gym open?",
            "The gym is open on weekdays from 7 am to 10 pm.",
            "The gym is open on Saturdays from 9 am to 6 pm.",
            id="other hours on other days",
        ),
        pytest.param(
            "When does the library close?", "The library closes at 5 pm.", HOURS, id="last of hours"
        ),
        pytest.param(
            "How often is the filter cleaned?",
            "The filter is cleaned once a week.",
            "The filter is cleaned four times a month.",
            id="as often",
        ),
        pytest.param(
            "When is the market?",
            "The market is held on Tuesdays and Fridays.",
            "The market on Fridays sells fish.",
            id="one of two days",
        ),
        pytest.param(
            "When is the inn open?",
            "The inn is open from Monday to Saturday.",
            "The inn is open on weekdays.",
            id="some of the days",
        ),
    ],
)
def test_days_and_hours_that_may_all_be_right_are_no_conflict(
    answered: Answered, question: str, one: str, other: str
) -> None:
    answer = answered({"one.txt": one, "other.txt": other}, question)

    assert answer.claims
    assert not answer.conflict


def test_other_days_in_one_document_are_of_something_else(answered: Answered) -> None:
    text = "Black bins are emptied on Tuesdays.\n\nGreen bins are emptied on Fridays."

    assert not answered({"bins.txt": text}, "When are black bins emptied?").conflict


@pytest.mark.parametrize(
    ("text", "yearly"),
    [
        ("once a week", 52),
        ("every other month", 6),
        ("every second Friday", 26),
        ("twice a year", 2),
        ("once every 3 months", 4),
        ("daily", 365),
        ("fortnightly", 26),
        ("each quarter", 4),
        ("every 0 weeks", 52),
    ],
)
def test_how_often_is_told_by_the_year(text: str, yearly: float) -> None:
    (one,) = rates(text)

    assert one.low < yearly < one.high


@pytest.mark.parametrize(
    ("claim", "wrong"),
    [
        ("The library closes at 5 pm.", False),
        ("The library opens at 9 am.", False),
        ("The library closes at 9 am.", True),
        ("The library opens at 5 pm.", True),
    ],
)
def test_hours_are_not_told_by_their_other_end(claim: str, wrong: bool) -> None:
    assert any(failure.wrong for failure in failures(claim, Source(HOURS))) is wrong
