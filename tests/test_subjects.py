"""A claim that is told of more than its source speaks of."""

import pytest

from rag.checks import failures
from rag.sources import Source
from rag.subjects import narrower


@pytest.mark.parametrize(
    ("claim", "source", "left_out"),
    [
        ("Printing costs 40p a page.", "Colour printing costs 40p a page.", "Colour"),
        ("Members pay half.", "Retired members pay half.", "Retired"),
        ("You may borrow ten books.", "Students may borrow ten books.", "Students"),
        ("You get in for nothing.", "Residents of Oldbury get in for nothing.", "Residents"),
    ],
)
def test_what_is_said_of_some_is_not_told_of_all(claim: str, source: str, left_out: str) -> None:
    reasons = [failure.reason for failure in failures(claim, Source(source))]

    assert f"the source says it of {left_out!r}" in reasons


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("Colour printing costs 40p a page.", "Colour printing costs 40p a page."),
        ("You may borrow ten books.", "You may borrow ten books."),
        ("You may bring a dog.", "Visitors welcome! You may bring a dog."),
        ("Printing costs 40p a page.", "This year, printing costs 40p a page."),
        ("Printing costs 40p a page.", "Currently printing costs 40p a page."),
        ("The mill closed in 1931.", "The old mill closed in 1931."),
        ("Putin met Kim.", "President Putin met Kim."),
        ("You may swim until dusk.", "In the lake you may swim until dusk."),
    ],
)
def test_what_the_source_says_of_all_may_be_told(claim: str, source: str) -> None:
    reasons = [failure.reason for failure in failures(claim, Source(source))]

    assert not [reason for reason in reasons if "says it of" in reason]


@pytest.mark.parametrize(
    ("text", "of_some"),
    [
        ("Registered machines are guaranteed for three years.", True),
        ("Machines are guaranteed for three years.", False),
        ("From May machines are guaranteed for three years.", False),
        ("All of our machines are guaranteed for three years.", False),
        ("Cash and bank guarantee: three years", False),
    ],
)
def test_what_a_text_opens_with_may_say_that_it_is_of_some(text: str, of_some: bool) -> None:
    assert narrower(text, "The guarantee of a machine is two years.") is of_some
