"""A "yes" says what was asked, or isn't shown."""

from pathlib import Path

import pytest
from fakes import FakeServer, Script, asking, quoting_from

from index.embedding import Embedder
from rag.assent import dissents, unattributed, unbound


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("Was it larger in men than in women?", "Yes, it was larger in women than in men."),
        ("Is oak cheaper than beech?", "Yes, beech is cheaper than oak."),
        ("Is the T300 heavier than the T500?", "Yes, the T500 is heavier than the T300."),
        ("Were smokers excluded?", "Yes, smokers were not excluded."),
        ("Is the tap included?", "Yes, the sink is included, the tap isn't."),
        ("Is it open on 3 May?", "Yes, it is closed on 3 May."),
        ("Did Ada mend the roof?", "Yes, Ada will mend the roof."),
        ("Is it on 3 May?", "Yes, it was moved from 3 May to 10 May."),
    ],
)
def test_a_yes_that_says_something_else_than_was_asked_is_no_answer(
    question: str, draft: str
) -> None:
    assert list(dissents(question, draft))


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        ("Was it larger in men than in women?", "Yes, it was larger in men than in women."),
        ("Is oak cheaper than beech?", "Yes, oak is cheaper than beech."),
        ("Is oak cheaper than beech?", "Beech is cheaper than oak."),
        ("Can I cancel the policy within 14 days?", "Yes, you can cancel within 14 days."),
        ("Can I mend it without asking?", "Yes, you may mend it without asking us."),
        ("Isn't it open?", "Yes, it is not open."),
        ("Were soldiers sent?", "Yes."),
        ("Was it moved from 3 May to 10 May?", "Yes, it was moved from 3 May to 10 May."),
        ("Will Ada mend the roof?", "Yes, Ada will mend the roof."),
    ],
)
def test_a_yes_that_says_what_was_asked_may_be_shown(question: str, draft: str) -> None:
    assert not list(dissents(question, draft))


@pytest.mark.parametrize(
    ("draft", "source", "whole"),
    [
        ("Yes, guests may park.", "Guests may park for two hours.", False),
        ("Yes, guests may park.", "Guests may park if they have a permit.", False),
        ("Yes, rings are covered.", "Rings are covered up to £500.", False),
        ("It is shut on Sundays.", "It is shut, except on Sundays.", False),
        ("Yes, guests may park for two hours.", "Guests may park for two hours.", True),
        ("Yes, 40 guests came.", "40 guests came in 1990.", True),
        ("No, guests may not park.", "Guests may not park if they have a caravan.", True),
    ],
)
def test_a_yes_that_leaves_out_its_bound_is_not_shown(draft: str, source: str, whole: bool) -> None:
    assert (not list(unbound(draft, source))) is whole


def test_a_bound_decides_whether_a_sum_is_within_it(tmp_path: Path, embedder: Embedder) -> None:
    bound = "Jewellery is covered up to £2,500."
    script = Script(
        states_answer=lambda *_: 0.9, write=lambda *_: "Yes, jewellery is covered up to £5,000."
    )
    with (
        FakeServer(script) as server,
        quoting_from(tmp_path, embedder, {"policy.txt": bound}) as quoting,
        asking(quoting, server.endpoint, 30) as assistant,
    ):
        assert assistant.answer("Is jewellery covered up to £5,000?").text == bound
        assert assistant.answer("Is jewellery covered for 5,000 days?").abstained
        assert assistant.answer("What jewellery is covered up to £5,000?").abstained


def test_what_says_the_opposite_decides_a_question_of_yes_or_no(
    tmp_path: Path, embedder: Embedder
) -> None:
    shut = "At weekends the claims line is closed."
    script = Script(
        states_answer=lambda *_: 0.9,
        speaks_of=lambda _, word: 0.01 if word == "open" else 0.9,
        write=lambda *_: "Yes, the claims line is open at weekends.",
    )
    with (
        FakeServer(script) as server,
        quoting_from(tmp_path, embedder, {"policy.txt": shut}) as quoting,
        asking(quoting, server.endpoint, 30) as assistant,
    ):
        assert assistant.answer("Is the claims line open at weekends?").text == shut
        assert assistant.answer("When is the claims line open at weekends?").abstained


@pytest.mark.parametrize(
    ("draft", "verdict"),
    [
        ("No, dogs are not allowed in the barn.", "supported"),
        ("No, dogs are allowed in the barn.", "quoted"),
    ],
)
def test_a_no_may_deny_what_it_says_no_to(
    tmp_path: Path, embedder: Embedder, draft: str, verdict: str
) -> None:
    rule = "Dogs are not allowed in the barn."
    script = Script(
        states_answer=lambda *_: 0.9, states_claim=lambda *_: 0.97, write=lambda *_: draft
    )
    with (
        FakeServer(script) as server,
        quoting_from(tmp_path, embedder, {"rules.txt": rule}) as quoting,
        asking(quoting, server.endpoint, 30) as assistant,
    ):
        (claim,) = assistant.answer("Are dogs allowed in the barn?").claims

    assert claim.verdict == verdict
    assert claim.text == (draft if verdict == "supported" else rule)


@pytest.mark.parametrize(
    ("draft", "source", "reported"),
    [
        ("The roof leaks.", "Mr Lacey claims that the roof leaks.", True),
        ("Mr Lacey claimed that the roof leaks.", "Mr Lacey claims that the roof leaks.", False),
        ("According to Mr Lacey the roof leaks.", "Mr Lacey claims that the roof leaks.", False),
        ("The mill is old.", "The mill is old. Mr Lacey claims that the roof leaks.", False),
        ("The roof leaks.", "Mr Lacey says that the roof leaks.", False),
    ],
)
def test_what_somebody_claims_is_not_told_as_so(draft: str, source: str, reported: bool) -> None:
    assert bool(unattributed(draft, source)) == reported


def test_a_yes_does_not_leave_out_who_says_so() -> None:
    source = "Mr Lacey says that the roof leaks."

    assert list(unbound("Yes, the roof leaks.", source)) == ["it leaves out 'says that'"]
    assert not list(unbound("Yes, Mr Lacey says that the roof leaks.", source))
