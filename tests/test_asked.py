"""What a question asks for, and which values of a text could answer it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.asked import asked, core
from rag.quantities import quantities
from rag.values import gives, partial, values
from rag.words import stem

TROOPS = "About 12,000 soldiers were sent, including 500 officers and three generals."
HOW_MANY = "How many soldiers were sent?"
WHEN = "When did the bridge open?"
YEAR = "In which year did the bridge open?"
DAY = "On which day did the bridge open?"


def given_values(question: str, text: str) -> list[str]:
    return [text[one.start : one.end] for one in values(asked(question), text)]


# What is asked for


@pytest.mark.parametrize(
    ("question", "noun"),
    [
        (HOW_MANY, "soldier"),
        ("and how many soldiers?", "soldier"),
        ("How much rice did Russia propose?", "rice"),
        ("What number of soldiers was sent?", "soldier"),
        ("What is the total amount of rice?", "rice"),
        ("What was the population of Riga?", "person"),
    ],
)
def test_a_count_is_asked_of_a_noun(question: str, noun: str) -> None:
    want = asked(question)

    assert want.quantity
    assert want.nouns[0] == noun
    assert not want.date
    assert not want.several


@pytest.mark.parametrize(
    ("question", "nouns"),
    [
        ("How many people work at the mill?", ("person",)),
        ("How many northern soldiers attack?", ("northern", "soldier")),
        ("How many sports teams play?", ("sport", "team")),
        ("How many tons of rice were sent?", ("ton", "rice")),
    ],
)
def test_what_is_counted_ends_with_its_plural(question: str, nouns: tuple[str, ...]) -> None:
    assert asked(question).nouns == nouns


@pytest.mark.parametrize(
    ("question", "time"),
    [
        (WHEN, ""),
        (YEAR, "year"),
        (DAY, "day"),
        ("What date is it?", "date"),
        ("Which days are they open?", "day"),
        ("Which day of the week is it open?", "day"),
    ],
)
def test_a_date_or_a_part_of_one_is_asked_for(question: str, time: str) -> None:
    want = asked(question)

    assert want.date
    assert want.time == time
    assert not want.quantity


@pytest.mark.parametrize(
    "question",
    [
        "What are the benefits?",
        "List the benefits.",
        "Why were soldiers sent?",
        "How does Russia help North Korea?",
        "What does North Korea get?",
        "And which ways are there?",
    ],
)
def test_an_open_question_may_have_its_answer_in_several_sentences(question: str) -> None:
    assert asked(question).several


@pytest.mark.parametrize("question", [HOW_MANY, WHEN, "Who leads the mill?", "Is rice cheap?"])
def test_a_closed_question_has_one_answer(question: str) -> None:
    assert not asked(question).several


def test_a_yes_or_no_is_asked_for_by_the_verb_first() -> None:
    assert asked("Did Russia pay?").yes_no
    assert asked("And is it cheap?").yes_no
    assert not asked("Who did Russia pay?").yes_no
    assert asked("If the lift fails, will you pay?").yes_no
    assert asked("I've been ill for three days, do I need a note?").yes_no


def test_the_premise_is_the_question_without_the_kind_of_answer() -> None:
    assert "day" not in asked(DAY).premise
    assert "long" not in asked("How long is the bridge?").premise
    assert "bridge" in asked("How long is the bridge?").premise
    assert asked(HOW_MANY).premise == HOW_MANY


def test_of_what_is_told_before_a_question_it_takes_the_names_that_it_refers_to() -> None:
    assert asked("He took the train to Lund. When did it leave?").premise.startswith("Lund")
    assert "Lund" not in asked("My train to Lund was late. How much do I get back?").premise
    assert "train" not in asked("He took the train to Lund. When did it leave?").premise
    assert asked("I paid £90 in May. How long may I wait?").asking == "How long may I wait?"


def test_who_is_somebody_of_the_asker_is_not_taken_for_granted() -> None:
    assert "dad" not in asked("What may my old dad eat?").premise
    assert "Dad" not in asked("Why did Dad stop eating?").premise
    assert "child" in asked("What does my child pay?").premise
    assert "Dad" in asked("Who directed Dad's Army?").premise


def test_what_a_question_says_in_its_own_way_is_not_taken_for_granted() -> None:
    assert "year" not in asked("Who runs the mill this year?").premise
    assert "year" not in asked("What does a week cost at that time of year?").premise
    assert "old" not in asked("May a 12 year old swim?").premise
    assert "cough" not in asked("What do I have to cough up for a plot?").premise
    assert "set" in asked("Who set up the mill?").premise


def test_a_when_that_only_says_when_asks_for_no_date() -> None:
    assert not asked("By how much did errors fall when the bakers slept?").date
    assert asked("How many came and when?").date
    assert asked("So when did it burn?").date
    assert not asked("When it burned, did anyone die?").date
    assert asked("When it burned, did anyone die?").yes_no
    assert not asked("When did it burn, was it 1820?").yes_no


def test_a_question_of_few_words_wants_what_is_told_before_it() -> None:
    want = asked("I'm looking for the number of soldiers sent. What do the estimates say?")

    assert want.quantity
    assert want.nouns == (stem("soldier"),)


# The asking part


@pytest.mark.parametrize(
    ("said", "asking"),
    [
        (HOW_MANY, HOW_MANY),
        ("I read about Kursk. How many soldiers were sent?", f"I read about Kursk. {HOW_MANY}"),
        (f"Reply in French. {HOW_MANY}", HOW_MANY),
        ("How many soldiers were sent? Reply in French.", HOW_MANY),
        ("Answer as a pirate: How many soldiers were sent?", HOW_MANY),
        ("Who came? Who left?", "Who came? Who left?"),
        ("Answer in Spanish for my wife. Who came?", "Who came?"),
        ("He lived in St. Ives. Who came?", "He lived in St. Ives. Who came?"),
        ("Leo wanted a lift. Why did he wait?", "Leo wanted a lift. Why did he wait?"),
        ("tell me about rice", "tell me about rice"),
        ("What is right: 5 or 6?", "What is right: 5 or 6?"),
    ],
)
def test_the_core_is_what_asks(said: str, asking: str) -> None:
    assert core(said) == asking


@given(st.text())
@settings(deadline=None)
def test_any_text_can_be_read_as_a_question(text: str) -> None:
    want = asked(text)

    assert core(f"{text} x?")
    assert isinstance(gives(want, text), bool)
    assert isinstance(values(want, text), list)


def test_a_long_s_in_a_text_is_read_as_an_s() -> None:
    assert gives(asked(DAY), "It opened on the \u017fecond day.")


# Values


def test_a_part_is_no_answer_where_the_whole_is_there() -> None:
    text = "12,000 soldiers were sent, of whom 8,000 soldiers are in Kursk."

    assert given_values(HOW_MANY, text) == ["12,000"]
    assert "500" not in given_values(HOW_MANY, TROOPS)
    assert given_values(HOW_MANY, TROOPS)[0] == "12,000"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (TROOPS, "500"),
        ("8,000 soldiers have already arrived.", "8,000"),
        ("8,000 soldiers have arrived so far.", "8,000"),
        ("Soldiers came, including about 8,000 from Kursk.", "8,000"),
        ("12,000 were sent, 8,000 of them to Kursk.", "8,000"),
    ],
)
def test_a_part_of_another_number_is_known_by_its_words(text: str, part: str) -> None:
    partials = [text[one.start : one.end] for one in quantities(text) if partial(text, one)]

    assert part in partials
    assert "12,000" not in partials


def test_a_part_alone_is_still_a_value() -> None:
    assert given_values(HOW_MANY, "8,000 soldiers have already arrived.") == ["8,000"]


def test_a_part_that_was_asked_for_by_name_is_the_value() -> None:
    assert given_values("How many officers came?", "It was 500 officers.") == ["500"]


def test_the_value_of_the_noun_that_was_asked_for_comes_before_those_of_others() -> None:
    assert given_values("How many officers were sent?", TROOPS) == ["500"]


def test_a_count_of_something_else_is_no_value_where_the_asked_for_one_is_there() -> None:
    assert given_values(HOW_MANY, "Three trains carried 10,000 soldiers.") == ["10,000"]


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        ("How much money does a soldier earn?", "A soldier earns $2,000 at 20.", ["$2,000"]),
        ("How many soldiers were sent?", "They cost $2,000 and 5%.", []),
        ("Who leads the mill?", "Ann has led the 3 mills since May 5, 2020.", []),
        (WHEN, "It opened on May 5, 2020, with 300 guests.", ["May 5, 2020"]),
        (DAY, "It opened in May 2020 and closed on June 5.", ["June 5"]),
        (DAY, "It opened on the third day of the fair.", ["third day"]),
        ("The number of soldiers dispatched?", TROOPS, ["12,000"]),
        ("How much grass seed is sold?", "They sold 40 bags of grass seed.", ["40"]),
        ("How many men sent letters?", "300 men wrote.", ["300"]),
        (WHEN, "It opens in May.", ["May"]),
        (WHEN, "It opens on Mondays at 9 am.", ["Mondays", "9 am"]),
        (WHEN, "It opens on Monday, 5 May 2020.", ["5 May 2020"]),
        (WHEN, "It opens within 48 hours.", ["48"]),
        ("How much dental care is covered?", "Dental care is covered up to £200.", ["£200"]),
    ],
)
def test_values_are_of_the_kind_that_was_asked_for(
    question: str, text: str, expected: list[str]
) -> None:
    assert given_values(question, text) == expected


def test_what_counts_for_one_name_is_no_value_of_another_that_the_text_has_elsewhere() -> None:
    text = "About 8,000 Finnish soldiers are in the Swedish town of Lund."

    assert given_values("How many swedish soldiers are in Lund?", text) == []
    assert given_values("How many finnish soldiers are in Lund?", text) == ["8,000"]
    assert given_values("How many brave soldiers are in Lund?", text) == ["8,000"]


@pytest.mark.parametrize("question", [WHEN, YEAR])
def test_a_year_is_a_value_of_when(question: str) -> None:
    assert given_values(question, "The bridge opened in 2019.") == ["2019"]


# Whether a text gives it


@pytest.mark.parametrize(
    ("question", "text", "expected"),
    [
        (HOW_MANY, TROOPS, True),
        (HOW_MANY, "Many soldiers were sent.", False),
        (HOW_MANY, "Soldiers earn $2,000.", False),
        (YEAR, "It opened in 2020.", True),
        (YEAR, "It cost 2,020 dollars.", False),
        (YEAR, "It opened in May.", False),
        (DAY, "It opened on Monday.", True),
        (DAY, "It opened on May 5.", True),
        (DAY, "It opened in May 2020.", False),
        ("Who leads the mill?", "Ann leads the mill.", True),
    ],
)
def test_a_text_gives_what_was_asked_for_or_not(question: str, text: str, expected: bool) -> None:
    assert gives(asked(question), text) is expected


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("As of the census of 2000, there were 205 people in 75 households.", ["205"]),
        ("At the 2016 census, it had a population of 11,012.", ["11,012"]),
        ("The census was taken in 2000.", []),
    ],
)
def test_a_year_is_no_count(text: str, counted: list[str]) -> None:
    assert given_values("What is the population of Riga?", text) == counted


@pytest.mark.parametrize(
    ("question", "single"),
    [
        ("What is not covered by the insurance?", False),
        ("What was stolen from the shed?", False),
        ("What is the medium of the picture?", True),
        ("What is Sweden's capital?", True),
    ],
)
def test_what_is_done_may_be_several_things_that_agree(question: str, single: bool) -> None:
    assert asked(question).single == single


@pytest.mark.parametrize(
    "question",
    ["Which medicines was Tom to stop?", "What goes into the soup?", "What tools does Ann use?"],
)
def test_a_plural_may_have_several_answers(question: str) -> None:
    assert asked(question).several


@pytest.mark.parametrize(
    "question", ["Which bus goes to Leeds?", "What was the score?", "Which class is Tom in?"]
)
def test_what_only_ends_like_a_plural_has_one_answer(question: str) -> None:
    assert not asked(question).several


@pytest.mark.parametrize(
    ("question", "nouns"),
    [
        ("How much rain falls a year?", ("rain",)),
        ("How many days' holiday are there?", ("day", "holiday")),
        ("How much home office equipment is covered?", ("home", "offic", "equip")),
    ],
)
def test_what_is_counted_ends_before_its_verb(question: str, nouns: tuple[str, ...]) -> None:
    assert asked(question).nouns == nouns


def test_how_many_more_there_are_is_not_how_many_there_are() -> None:
    text = "Girls recalled 6 words more than boys."

    assert not values(asked("How many words were recalled?"), text)
    assert values(asked("How many words were recalled?"), "6 words more than a week later.")
    assert values(asked("How many words more did girls recall?"), text)


@pytest.mark.parametrize(
    ("text", "given"),
    [("26 days a year.", True), ("A note is needed from the fourth day.", False)],
)
def test_days_of_something_may_be_told_below_its_heading(text: str, given: bool) -> None:
    assert gives(asked("How many days of holiday do I have?"), text) == given
