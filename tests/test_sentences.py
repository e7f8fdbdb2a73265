# ruff: noqa: RUF001
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.sentences import LONGEST, cuts, split_sentences


def sentences(text: str) -> list[str]:
    return [text[found.start : found.end] for found in split_sentences(text)]


def headings(text: str) -> list[str]:
    return [text[found.start : found.end] for found in split_sentences(text) if found.heading]


PIECES = st.sampled_from(
    [
        *(
            "U.S. ",
            "Dr. Who ",
            "3.5 ",
            "“Stop!” ",
            "he said. ",
            "e.g. ",
            "Title",
            "。",
            "！",
            "…",
            "?!",
        ),
        *("\n", "\r\n", "\n\n", "\r", "- ", "1. ", "# ", "| a | b |", "```", "---", "\u2028", "\t"),
        *(
            "word ",
            "Word ",
            "Ends. ",
            "👩‍👩‍👧 ",
            "e\u0301",
            "\x00",
            "\ufeff",
            "\x1c",
            "Label:",
            "\xa0",
        ),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
@settings(max_examples=400, deadline=None)
def test_on_any_text_sentences_ascend_without_overlap_or_surrounding_space(text: str) -> None:
    found = split_sentences(text, "doc")

    spans = [(sentence.start, sentence.end) for sentence in found]
    flat = [offset for span in spans for offset in span]
    assert flat == sorted(flat)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(0 < end - start <= LONGEST for start, end in spans)
    assert [sentence.number for sentence in found] == list(range(len(found)))


PARAGRAPHS = st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=8)


@given(PARAGRAPHS, PARAGRAPHS, st.data())
@settings(max_examples=400, deadline=None)
def test_after_any_edit_what_is_cut_as_before_is_what_would_be_cut_afresh(
    before: list[str], added: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(before)))
    to = data.draw(st.integers(at, len(before)))
    text, edited = ("\n\n".join(parts) for parts in (before, [*before[:at], *added, *before[to:]]))

    known = cuts(text, split_sentences(text))

    assert split_sentences(edited, "doc", known=known) == split_sentences(edited, "doc")


def test_a_paragraph_whose_cuts_are_known_is_not_cut_again() -> None:
    text = "One came. Two went.\n\nOne came. Two stayed."

    found = split_sentences(text, known={"One came. Two went.": [(0, 19)]})

    assert [(one.start, one.end) for one in found] == [(0, 19), (21, 30), (31, 42)]


@given(st.lists(st.sampled_from(["Rice was sent. ", "It cost 3.5 dollars.\n", "Who?! ", "Ja. "])))
@settings(deadline=None)
def test_in_prose_no_word_is_lost(parts: list[str]) -> None:
    text = "".join(parts)

    kept = "".join(sentences(text))

    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He lives in the U.S. and works.", ["He lives in the U.S. and works."]),
        ("He went to the U.S. However, it rained.", ["He went to the U.S.", "However, it rained."]),
        ("Dr. Smith met Mr. Jones. They ate.", ["Dr. Smith met Mr. Jones.", "They ate."]),
        ("It has cellar no. 9. Cars stay out.", ["It has cellar no. 9.", "Cars stay out."]),
        ("The answer is no. Nine left.", ["The answer is no.", "Nine left."]),
        ("See No. 5 and Fig. 3. Then go.", ["See No. 5 and Fig. 3.", "Then go."]),
        ("It cost 3.5 dollars. Fine.", ["It cost 3.5 dollars.", "Fine."]),
        ("Fruit, e.g. Apples, is good. Yes.", ["Fruit, e.g. Apples, is good.", "Yes."]),
        ("“Stop!” he said. She left.", ["“Stop!” he said.", "She left."]),
        ('He said "No." Then he left.', ['He said "No."', "Then he left."]),
        ("What?! No way... He left.", ["What?!", "No way...", "He left."]),
        ("Wait… what? Yes.", ["Wait… what?", "Yes."]),
        ("Great job! 🎉", ["Great job! 🎉"]),
        ("これは文です！次の文ですか？", ["これは文です！", "次の文ですか？"]),
        ("no punctuation at all", ["no punctuation at all"]),
        ("Invoice no.: 2024-0117", ["Invoice no.: 2024-0117"]),
        ("Max. 10 kg a bag. Min. 5 bags.", ["Max. 10 kg a bag.", "Min. 5 bags."]),
        ("It rests for 30 min. 2 eggs go in.", ["It rests for 30 min.", "2 eggs go in."]),
        ("12 Mill Lane, Apt. 4B, P.O. Box 12.", ["12 Mill Lane, Apt. 4B, P.O. Box 12."]),
        ("Hauptstr. 5 is near. Tel. 555 01.", ["Hauptstr. 5 is near.", "Tel. 555 01."]),
        ("P.S. It is $500. Call me.", ["P.S. It is $500.", "Call me."]),
        ("It fell in 1990.[2][3] He left.[4]", ["It fell in 1990.[2][3]", "He left.[4]"]),
        ("Rice is dear. [1] says so. Why?", ["Rice is dear.", "[1] says so.", "Why?"]),
        ("It is over (ref. 5). We left it.", ["It is over (ref. 5).", "We left it."]),
        ("The cells grew. iPS cells did too.", ["The cells grew.", "iPS cells did too."]),
        ("1. Stir well. 2. Serve.", ["1. Stir well.", "2. Serve."]),
        ("", []),
        (" \r\n\t", []),
        ("---\n***\n", []),
    ],
)
def test_boundaries_fall_where_a_reader_puts_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_a_wrapped_line_goes_on_and_a_paragraph_a_line_does_not() -> None:
    wrapped = (
        "The ministry said on Tuesday that the shipment of rice, which had been\n"
        "promised in the spring, would leave the port of Vladivostok before the\n"
        "end of the month. Nobody confirmed it."
    )
    by_line = "First things first\nThe ministry said that rice would come.\nNobody confirmed it"

    assert len(sentences(wrapped)) == 2
    assert len(sentences(by_line)) == 3


def test_a_quotes_wrapped_line_goes_on_and_a_deeper_quote_is_another_block() -> None:
    text = (
        "> The ministry said on Tuesday that the stores of\n"
        "> Paris are nearly empty, and that the bakers of\n"
        "> Lyon have no flour.\n"
        ">\n"
        "> rye is dear too, as it was in the year before\n"
        ">> An older line by someone else"
    )

    assert [" ".join(one.split()) for one in sentences(text)] == [
        "> The ministry said on Tuesday that the stores of > Paris are nearly empty, "
        "and that the bakers of > Lyon have no flour.",
        "> rye is dear too, as it was in the year before",
        ">> An older line by someone else",
    ]


def test_items_rows_and_code_are_sentences_without_their_marks() -> None:
    text = (
        "- milk\r\n- two eggs\r\n\r\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n\ny = 2\n```\n"
    )

    assert sentences(text) == ["milk", "two eggs", "a | b", "1 | 2", "x = 1\n\ny = 2"]


def test_headings_are_marked_and_prose_is_not() -> None:
    text = (
        "The Rice Deal\nRussia offers rice.\n\n## Terms ##\nNone yet.\n\nAftermath\n\nIt ended.\n"
    )

    assert headings(text) == ["The Rice Deal", "Terms", "Aftermath"]


def test_a_list_without_marks_has_no_headings() -> None:
    assert headings("Apples\nPears\nOranges\n\nThen a paragraph comes.") == []


def test_of_many_short_lines_above_a_paragraph_but_the_last_is_a_heading() -> None:
    text = "Hours\n\n9 to 5\n\nPhone\n\n555-0101\n\nRefunds\n\nThey take five days."

    assert headings(text) == ["Hours", "Refunds"]


def test_a_title_and_the_line_under_it_are_headings() -> None:
    text = "It was late.\n\nChapter 3\n\nThe fall of the house\n\nThen it fell."

    assert headings(text) == ["Chapter 3", "The fall of the house"]


def test_a_short_line_between_two_headings_is_what_the_first_says() -> None:
    assert headings("# Phone\n\n555-0101\n\n# Mail\n\nann@x.org") == ["Phone", "Mail"]


def test_the_date_above_an_address_is_no_heading() -> None:
    assert headings("Jane Doe\n\n15 March 2024\n\nAcme Insurance Co.\nDenver") == ["Jane Doe"]


def test_a_short_line_above_fields_or_rows_is_their_heading() -> None:
    fields = (
        "It begins.\n\nHOTELS\nHotel Park: check-in from 14:00\nHotel Pier: check-in from 16:00"
    )
    rows = "It begins.\n\nMoney so far\nband    £200    paid\nbarn    £900    paid"

    assert headings(fields) == ["HOTELS"]
    assert headings(rows) == ["Money so far"]


def test_each_line_of_front_matter_is_a_sentence_and_none_a_heading() -> None:
    text = "---\ntitle: My notes\ntags: [a, b]\n---\n\n# Rice\n\nIt is dear.\n\n---\n"

    assert sentences(text) == ["title: My notes", "tags: [a, b]", "Rice", "It is dear."]
    assert headings(text) == ["Rice"]


def test_a_rule_above_a_text_is_no_front_matter() -> None:
    assert headings("---\n\nRice: a tale\n---\n\nIt is dear.") == ["Rice: a tale"]


def test_a_field_with_its_value_is_no_heading_but_a_numbered_part_is() -> None:
    field = "It begins.\n\nDeposit: EUR 1,800\n\nIt is due on the 3rd."
    part = "It begins.\n\nPart 2: The deposit\n\nIt is due on the 3rd."

    assert headings(field) == []
    assert headings(part) == ["Part 2: The deposit"]


def test_fields_in_lines_are_each_a_sentence() -> None:
    text = "Date: 4 June 2024\nPresent: A. Berg (chair), C. Dahl, E. Falk\nApologies: G. Holm"

    assert sentences(text) == text.split("\n")


@pytest.mark.parametrize("space", ["      ", "\t"])
def test_rows_that_are_set_with_spaces_are_each_a_sentence(space: str) -> None:
    rows = ["Stop|Mon-Fri|Sat", "Station|06:10|07:10", "Market Sq.|06:18|07:18", "Fares|3.50"]
    text = "\n".join(row.replace("|", space) for row in rows)

    assert sentences(f"Bus 42\n\n{text}\n\nIt runs.") == ["Bus 42", *text.split("\n"), "It runs."]


def test_wide_spaces_within_prose_end_no_sentence() -> None:
    text = "The ministry   said   on Tuesday that the stores are\nempty, and that rice is dear."

    assert sentences(text) == [text]


def test_a_label_with_nothing_under_it_is_no_sentence() -> None:
    assert sentences("It ended.\nRelated Sources:") == ["It ended."]
    assert sentences("Related Sources:") == []


def test_a_label_with_something_under_it_is_a_heading() -> None:
    assert headings("Ingredients:\n- milk\n- eggs\n") == ["Ingredients:"]


def test_a_very_long_run_is_cut_at_clauses() -> None:
    text = "one clause of several words, " * 100

    found = sentences(text)

    assert all(piece.endswith(",") for piece in found)
    assert max(map(len, found)) <= LONGEST


def test_a_log_of_many_lines_is_cut_in_the_time_of_its_length() -> None:
    begun = time.perf_counter()

    assert len(split_sentences("Door 1 was opened by Ann Lee at night.\n" * 40_000)) == 40_000
    assert time.perf_counter() - begun < 30  # it took minutes while each line weighed all above it


def test_a_long_text_on_one_line_is_cut_as_a_short_one_is() -> None:
    told = "The cat sat on the mat. It was 5 a.m. then. "

    assert len(split_sentences(told * 5_000)) == 10_000


def test_a_sentence_that_grows_for_ever_is_cut_in_the_time_of_its_length() -> None:
    found = sentences("Max. 5 " * 20_000)

    assert max(map(len, found)) <= LONGEST


def test_each_message_of_a_chat_and_each_line_of_a_log_is_a_sentence() -> None:
    chat = "[12/05/2025, 18:02] Lena: meet at eight\n[12/05/2025, 18:03] Marek: ring at Nowak"
    log = "2024-05-01 12:00:01 Disk sda1 is nearly full again\n2024-05-01 12:00:09 Fan stopped"

    for text in (chat, log):
        assert [text[one.start : one.end] for one in split_sentences(text)] == text.split("\n")


def test_who_wrote_what_is_quoted_is_no_heading_of_it() -> None:
    assert headings("Yes.\n\nOn 5 May 2027, Marcus Bell wrote:\n> I would speak at ten.\n") == []
