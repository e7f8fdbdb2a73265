"""Who does what to whom, told from the order of words and their prepositions."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from rag.checks import check_roles
from rag.sources import Source

SENT = "North Korea has sent around 12,000 soldiers to Russia."
NAMES = st.sampled_from("Ruritania Freedonia Sylvania Borduria Syldavia Genovia Latveria".split())
VERBS = st.sampled_from("attacked helped paid warned defeated invaded".split())


def turned(claim: str, text: str, context: str = "") -> bool:
    return bool(list(check_roles(claim, Source(text, context))))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Russia sent about 12,000 soldiers to North Korea.", SENT),
        ("About 12,000 soldiers were sent by Russia to North Korea.", SENT),
        ("Borduria was attacked by Syldavia.", "Borduria attacked Syldavia in May."),
        ("Borduria attacked Syldavia.", "Borduria was attacked by Syldavia in May."),
        ("Geneva was founded in Mohr by Sims.", "Mohr was founded in Geneva by Sims."),
        ("Syldavia offered rice to Borduria.", "Borduria offered rice, to be paid in gold."),
    ],
)
def test_parties_that_exchange_their_roles_are_told(claim: str, text: str) -> None:
    assert turned(claim, text)


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Around 12,000 soldiers were sent to Russia by North Korea.", SENT),
        ("Syldavia was attacked by Borduria.", "Borduria attacked Syldavia."),
        ("Mohr married Sims.", "Sims married Mohr."),
        ("Mohr made his name with Voids.", "Voids is the name of an album that Mohr made."),
        ("Sims met Mohr in Bern.", "In Bern, Mohr met Sims."),
        ("Syldavia sent troops, according to Borduria.", "Borduria says its ally sent troops."),
        ("Tower Bridge opened in 1894.", "Mohr opened Tower Bridge in 1894."),
    ],
)
def test_the_same_roles_in_another_order_pass(claim: str, text: str) -> None:
    assert not turned(claim, text)


def test_roles_are_held_against_what_stands_beside_a_source_that_lacks_the_verb() -> None:
    cited = "About 8,000 North Korean soldiers are already in the region of Kursk."

    assert turned("Russia sent about 8,000 soldiers to North Korea.", cited, SENT)
    assert not turned("North Korea sent about 8,000 soldiers to Russia.", cited, SENT)


@given(NAMES, VERBS, NAMES)
@settings(deadline=None)
def test_any_doer_and_sufferer_are_the_same_in_the_passive_and_turned_where_exchanged(
    one: str, verb: str, other: str
) -> None:
    assume(one != other)
    active, passive = f"In May {one} {verb} {other}.", f"{other} was {verb} by {one} in May."

    assert not turned(active, passive)
    assert not turned(passive, active)
    assert turned(f"{other} {verb} {one}.", active)
    assert turned(f"{one} was {verb} by {other}.", active)
    assert turned(f"{one} was {verb} by {other}.", passive)
