"""Numbers, money, percentages and dates, however a person writes them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.dates import Date, dates
from rag.quantities import Quantity, quantities

SMALL = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
SCALES = {10**9: "billion", 10**6: "million", 1000: "thousand", 100: "hundred"}
PIECES = st.sampled_from(
    """6 600 600,000 0.6 3.1.0 1,2,3 $ € US$ % st nd per cent percent million k bn half a third of
    quarter six hundred and thousand dozen one in between from to – - about at least more than no
    up F-16 B12 COVID-19 2024-10-31 2024-99-99 Oct 31 31st October May , 2024 . ( ) ’ ² ١٢ 万 👩‍🚀
    Sept. soldiers tons""".split()
)
TEXTS = st.one_of(
    st.text(),
    st.lists(PIECES, max_size=20).map(" ".join),
    st.lists(PIECES, max_size=20).map("".join),
)
WHOLE = st.integers(0, 10**12 - 1)


def ranges(text: str) -> list[tuple[float, float]]:
    return [(one.low, one.high) for one in quantities(text)]


def measured(text: str) -> list[tuple[float, str]]:
    return [(one.low, one.unit) for one in quantities(text)]


def given_parts(text: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(date.year, date.month, date.day) for date in dates(text)]


def counted(text: str) -> Quantity:
    """The text's only quantity."""
    (one,) = quantities(text)
    return one


def dated(text: str) -> Date:
    """The text's only date."""
    (one,) = dates(text)
    return one


def spelt(number: int) -> str:
    """A number in English words."""
    for value, name in SCALES.items():
        if number >= value:
            many, rest = divmod(number, value)
            return f"{spelt(many)} {name} {spelt(rest) if rest else ''}".strip()
    if number < len(SMALL):
        return SMALL[number]
    tens, units = divmod(number, 10)
    return f"{TENS[tens - 2]}-{SMALL[units]}" if units else TENS[tens - 2]


# Numbers


@pytest.mark.parametrize(
    "written",
    [
        "600,000",
        "600 000",
        "600\u00a0000",
        "600\u202f000",
        "600k",
        "0.6 million",
        "0.6m",
        "six hundred thousand",
        "Six Hundred Thousand",
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str) -> None:
    assert ranges(f"They sent {written} tons of rice.")[:1] == [(600_000, 600_000)]


@given(WHOLE, st.sampled_from(["", ",", " ", "\u00a0", "\u202f"]))
@settings(deadline=None)
def test_any_integer_in_digits_reads_back_as_itself(number: int, separator: str) -> None:
    written = f"{number:,}".replace(",", separator)

    one = counted(f"They sent {written} soldiers.")

    assert (one.low, one.high, one.nouns) == (number, number, ("soldier",))


@given(WHOLE.filter(lambda number: number != 1))  # "one soldier" is an article as often as a number
@settings(deadline=None)
def test_any_integer_in_words_reads_back_as_itself(number: int) -> None:
    one = counted(f"They sent {spelt(number)} soldiers.")

    assert (one.low, one.high, one.nouns) == (number, number, ("soldier",))


@given(st.integers(1, 9999), st.sampled_from([(10**3, "thousand"), (10**6, "million")]))
@settings(deadline=None)
def test_a_decimal_with_a_scale_is_that_many(tenths: int, scale: tuple[int, str]) -> None:
    one = counted(f"They sent {tenths / 10} {scale[1]} tons.")

    assert one.low == pytest.approx(tenths * scale[0] / 10)


def test_several_numbers_each_count_what_follows_them() -> None:
    found = quantities("About 12,000 soldiers came, including 500 officers and three generals.")

    assert [one.low for one in found] == [12_000, 500, 3]
    assert found[0].nouns[0] == "soldier"
    assert found[2].nouns[0] == "general"
    assert found[1].nouns != found[2].nouns


def test_an_ordinal_is_no_count() -> None:
    assert counted("It was the 3rd place.").ordinal
    assert not counted("There were 3 places.").ordinal


@pytest.mark.parametrize("text", ["half a million men", "one and a half million men"])
def test_half_of_a_scale_is_not_the_whole_of_it(text: str) -> None:
    assert 1_000_000 not in [one.low for one in quantities(text)]


@pytest.mark.parametrize("before", ["Staff\n", "Later.\n", "1910.\n", "A heading\n\n", "Row -\n"])
def test_a_number_that_opens_a_line_is_one(before: str) -> None:
    assert [one.low for one in quantities(f"{before}9,000 men")][-1] == 9000


def test_a_negative_number_is_not_the_positive_one() -> None:
    assert ranges("It was -5 degrees.") != ranges("It was 5 degrees.")


# Ranges


@pytest.mark.parametrize(
    "text",
    [
        "between 600,000 and 700,000 tons",
        "from 600,000 to 700,000 tons",
        "600,000 to 700,000 tons",
        "600,000-700,000 tons",
        "600,000–700,000 tons",
        "between 0.6 and 0.7 million tons",
    ],
)
def test_a_range_is_one_quantity_and_neither_of_its_ends(text: str) -> None:
    one = counted(text)

    assert (one.low, one.high) == pytest.approx((600_000, 700_000))
    assert one.nouns == ("ton",)


def test_and_joins_a_range_only_after_between() -> None:
    assert ranges("5 men and 10 women") == [(5, 5), (10, 10)]
    assert ranges("between 5 and 10 women") == [(5, 10)]


@pytest.mark.parametrize("written", ["2003–04", "2003-04", "2003/04", "2003–2004"])
def test_a_season_is_the_same_however_it_is_written(written: str) -> None:
    assert ranges(f"In the {written} season they won.") == [(2003, 2004)]


@pytest.mark.parametrize(
    ("written", "years"), [("1999-00", (1999, 2000)), ("1914–18", (1914, 1918))]
)
def test_a_year_that_is_cut_short_is_the_next_of_its_ending(
    written: str, years: tuple[int, int]
) -> None:
    assert ranges(f"In {written} they won.") == [years]


@pytest.mark.parametrize("span", ["Ann Lee (1875–1942) sang.", "She sang from 1875 to 1942."])
def test_the_years_of_a_span_are_two_in_which_something_began_and_ended(span: str) -> None:
    assert ranges(span) == [(1875, 1875), (1942, 1942)]


@pytest.mark.parametrize(
    "text", ["between 1875 and 1942", "from 1875 to 1942 people", "1875 to 1942"]
)
def test_other_numbers_that_look_like_years_are_a_range(text: str) -> None:
    assert ranges(text) == [(1875, 1942)]


def test_a_range_of_money_keeps_its_currency() -> None:
    one = counted("It costs $2,000 to $3,000.")

    assert (one.low, one.high, one.unit) == (2000, 3000, "dollar")


def test_a_range_in_words_is_a_range() -> None:
    assert ranges("between six hundred thousand and seven hundred thousand tons") == [
        (600_000, 700_000)
    ]


# Money, percentages, fractions


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$2,000 per month", (2000, "dollar")),
        ("US$20bn", (20e9, "dollar")),
        ("€5", (5, "euro")),
        ("£3 million", (3e6, "sterling")),
        ("35p a mile", (0.35, "sterling")),
        ("at 5 p.m.", (5.0, "")),
        ("£1.45", (1.45, "sterling")),
        ("1080p is 5%", (5, "percent")),
        ("5%", (5, "percent")),
        ("5 percent", (5, "percent")),
        ("5 per cent", (5, "percent")),
        ("half of the needs", (50, "percent")),
        ("a quarter of the needs", (25, "percent")),
    ],
)
def test_money_and_shares_have_their_unit(text: str, expected: tuple[float, str]) -> None:
    assert measured(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("fell to 212p", (2.12, "sterling")), ("1080p is 5%", (5, "percent"))],
)
def test_pence_may_be_a_pound_and_more(text: str, expected: tuple[float, str]) -> None:
    assert measured(text) == [expected]


def test_a_currency_may_follow_its_number() -> None:
    assert measured("20 billion dollars") == measured("$20 billion")


def test_several_parts_are_their_sum() -> None:
    assert measured("three-quarters of it") == [(75, "percent")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5kg of rice", (5, "kilogram")),
        ("waits 30s", (30, "second")),
        ("kept for 14d", (14, "day")),
        ("16GB of memory", (16, "gigabyte")),
        ("a 2.5km run", (2.5, "kilometre")),
    ],
)
def test_a_unit_may_be_written_together_with_its_number(
    text: str, expected: tuple[float, str]
) -> None:
    assert [(one.low, one.nouns[0]) for one in quantities(text)] == [expected]


@pytest.mark.parametrize("text", ["in her 30s", "the 1990s", "a 5G network", "a 3d print", "2x4"])
def test_what_only_looks_like_a_unit_measures_nothing(text: str) -> None:
    assert not quantities(text)


def test_only_one_is_a_number_and_one_of_them_is_none() -> None:
    assert [one.low for one in quantities("You may have only one account.")] == [1]
    assert not quantities("one of the men")


def test_what_is_won_is_no_money() -> None:
    assert quantities("They won 21 of 38 matches.")[0].unit == ""
    assert quantities("It costs 5,000 won.")[0].unit == "krw"


def test_a_fifth_of_something_is_a_share_and_the_fifth_of_may_is_none() -> None:
    assert measured("A fifth of the land is forest.") == [(20, "percent")]
    assert measured("two tenths of it") == [(20, "percent")]
    assert not quantities("the fifth of May")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 m long", [2]),
        ("5m long", [5]),
        ("5m people", [5e6]),
        ("$3 m", [3e6]),
        ("by 3.5% to £41,200", [3.5, 41_200]),
    ],
)
def test_metres_are_no_millions_and_two_units_no_range(text: str, expected: list[float]) -> None:
    assert [one.low for one in quantities(text)] == expected


# Hedges


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("the 12,000 men", ""),
        ("about 12,000 men", "about"),
        ("around the 12,000 men", "about"),
        ("over 12,000 men", "at least"),
        ("an estimated 12,000 men", "about"),
        ("at least 12,000 men", "at least"),
        ("more than 12,000 men", "at least"),
        ("no fewer than 12,000 men", "at least"),
        ("up to 12,000 men", "at most"),
        ("less than 12,000 men", "at most"),
        ("no more than 12,000 men", "at most"),
    ],
)
def test_a_hedge_belongs_to_its_number(text: str, hedge: str) -> None:
    one = counted(text)

    assert one.hedge == hedge
    assert text[one.start : one.end] == "12,000"


def test_a_hedge_of_one_number_is_not_that_of_the_next() -> None:
    assert [one.hedge for one in quantities("about 500 officers and 20 cooks")] == ["about", ""]


# Names that hold digits


@pytest.mark.parametrize(
    "text",
    ["F-16 jets", "COVID-19 cases", "version 3.1.0", "vitamin B12", "host 10.0.0.1", "one of them"],
)
def test_a_name_that_holds_digits_is_no_quantity(text: str) -> None:
    assert quantities(text) == ()


# Dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("October 31, 2024", (2024, 10, 31)),
        ("31 October 2024", (2024, 10, 31)),
        ("31st of October 2024", (2024, 10, 31)),
        ("2024-10-31", (2024, 10, 31)),
        ("Oct. 31", (None, 10, 31)),
        ("31 OCTOBER", (None, 10, 31)),
        ("October 2024", (2024, 10, None)),
    ],
)
def test_a_date_is_read_as_far_as_it_is_given(
    text: str, expected: tuple[int | None, int, int | None]
) -> None:
    assert given_parts(text) == [expected]
    assert quantities(text) == ()


def test_a_date_says_less_than_the_same_date_with_its_year() -> None:
    day, whole = dated("31 October"), dated("2024-10-31")

    assert dated("Oct 31").within(day)
    assert day.within(whole)
    assert not whole.within(day)
    assert not dated("October 30").within(whole)
    assert not dated("November 31").within(whole)


# Any text


@given(TEXTS)
@settings(max_examples=500, deadline=None)
def test_on_any_text_spans_slice_and_ascend(text: str) -> None:
    found, dated = quantities(text), dates(text)

    assert all(0 <= one.hedge_start <= one.start < one.end <= len(text) for one in found)
    assert all(text[one.start : one.end].strip() == text[one.start : one.end] for one in found)
    assert all(one.low <= one.high for one in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(0 <= date.start < date.end <= len(text) for date in dated)


@pytest.mark.parametrize("text", ["Augu\u017ft 5", "5 thou\u017fand men", "5 m\u0131ll\u0131on"])
def test_letters_that_only_match_without_regard_to_case_are_no_crash(text: str) -> None:
    assert isinstance([*quantities(text), *dates(text)], list)


@pytest.mark.parametrize(
    ("text", "times"), [("twice a week", 2), ("once per year", 1), ("four times a month", 4)]
)
def test_how_often_is_a_number_of_times(text: str, times: int) -> None:
    one = counted(text)

    assert (one.low, one.nouns) == (times, ("time",))


@pytest.mark.parametrize("text", ["once he had won", "twice as large", "at once"])
def test_once_is_no_number_elsewhere(text: str) -> None:
    assert quantities(text) == ()


@pytest.mark.parametrize(
    ("text", "value", "noun"),
    [("28 days' holiday", 28, "holiday"), ("five years’ experience", 5, "experi")],
)
def test_a_span_of_time_counts_what_it_is_of(text: str, value: float, noun: str) -> None:
    (quantity,) = quantities(text)

    assert (quantity.low, quantity.nouns[1]) == (value, noun)


def test_the_number_in_a_name_counts_nothing() -> None:
    assert not quantities("He ran the Three Peaks Race.")
    assert [one.low for one in quantities("He ran three races. Three Peaks were hard.")] == [3, 3]


@pytest.mark.parametrize(
    ("text", "day"),
    [("the nineteenth of September 2027", 19), ("the twenty-first of May 2027", 21)],
)
def test_a_day_may_be_an_ordinal_in_words(text: str, day: int) -> None:
    assert [(date.day, date.year) for date in dates(text)] == [(day, 2027)]


def test_minutes_and_seconds_are_units_of_their_own() -> None:
    assert [one.nouns for one in quantities("3 min 10 s")] == [("minute",), ("second",)]


def test_sums_in_other_currencies_are_sums() -> None:
    assert [one.unit for one in quantities("350 SEK, 20 francs, 500 rupees")] == [
        "krona",
        "franc",
        "rupee",
    ]
