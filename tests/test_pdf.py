import pytest
from made import form, lines, pdf

from index.documents import Document, document_id
from index.errors import UnreadableDocument
from index.layout import rectangles_of
from index.readers.pdf import read_pdf
from index.readers.types import Read
from index.sentences import split_sentences

PROSE = (
    "Russia proposed to supply between six and seven\n"
    "hundred thousand tons of rice to the North. The\n"
    "offer covers over half of what the country needs."
)


def as_document(read: Read) -> Document:
    return Document(
        document_id("a.pdf", read.text),
        "a.pdf",
        read.title,
        read.text,
        read.media_type,
        "",
        pages=read.pages,
        layout=read.layout,
    )


def sentences(read: Read) -> list[str]:
    return [read.text[s.start : s.end] for s in split_sentences(read.text)]


def test_lines_become_paragraphs_and_large_or_bold_lines_headings() -> None:
    page = [
        (72, 760, 18, "The Rice Deal"),
        *lines(PROSE),
        (72, 640, 10, "**Soldiers"),
        *lines("About twelve thousand soldiers were sent to\nthe front.", top=620),
    ]

    read = read_pdf(pdf([page]))

    assert read.text.split("\n\n") == [
        "# The Rice Deal",
        PROSE.replace("\n", " "),
        "## Soldiers",
        "About twelve thousand soldiers were sent to the front.",
    ]
    assert read.title == "The Rice Deal"


def test_columns_are_read_one_after_the_other_below_a_title_over_both() -> None:
    left = "\n".join(f"left column goes on with line {n}" for n in range(8))
    right = "\n".join(f"right column goes on with line {n}" for n in range(8))
    across = (60, 730, 16, "A title that reaches over both of the columns of this page")
    mixed = [
        text for pair in zip(lines(left), lines(right, left=320), strict=True) for text in pair
    ]

    read = read_pdf(pdf([[across, *mixed]]))

    assert read.text.startswith("# A title")
    assert read.text.index("left column goes on with line 7") < read.text.index("right column")


def test_a_broken_word_is_joined_and_a_compound_keeps_its_hyphen() -> None:
    text = "The infor-\nmation is long-term by its nature and long-\nterm by its use."

    read = read_pdf(pdf([lines(text)]))

    assert read.text == "The information is long-term by its nature and long-term by its use."


def test_ligatures_become_letters() -> None:
    assert read_pdf(pdf([[(72, 700, 10, "The \x01rst \x01eld.")]])).text == "The first field."


def test_running_lines_and_page_numbers_are_dropped() -> None:
    pages = [
        [
            (72, 800, 9, "Annual Report 2024"),
            *lines(f"This is what page {name} says."),
            (300, 30, 9, f"Page {number} of 4"),
        ]
        for number, name in enumerate(["one", "two", "three", "four"], 1)
    ]

    read = read_pdf(pdf(pages))

    assert read.text.split("\n\n") == [
        f"This is what page {name} says." for name in ("one", "two", "three", "four")
    ]


def test_a_page_is_found_by_its_offset_also_within_a_sentence() -> None:
    read = read_pdf(pdf([lines("The offer covers over half of"), lines("what the country needs.")]))

    assert sentences(read) == ["The offer covers over half of what the country needs."]
    assert read.pages == ((0, 1), (read.text.index("what the"), 2))


def test_a_sentences_rectangles_lie_on_its_lines() -> None:
    read = read_pdf(pdf([lines(PROSE)]))
    second = split_sentences(read.text)[1]

    boxes = rectangles_of(as_document(read), second.start, second.end)

    assert [box.page for box in boxes] == [1, 1]
    assert boxes[0].left > 200 > boxes[1].left
    assert 675 < boxes[0].bottom < 688 < boxes[0].top < 700
    assert boxes[1].top < boxes[0].top


def test_rows_of_a_table_name_their_columns_and_lie_on_their_lines() -> None:
    table = [
        ("Country", "Capital", "Area"),
        ("Austria", "Vienna", "83,879"),
        ("Denmark", "Copenhagen", "42,951"),
    ]
    page = [
        (72 + 150 * column, 700 - 14 * row, 10, cell)
        for row, cells in enumerate(table)
        for column, cell in enumerate(cells)
    ]

    read = read_pdf(pdf([[*lines("Table 1: Countries", top=730), *page]]))

    row = "Table 1: Countries. Country: Denmark; Capital: Copenhagen; Area: 42,951"
    assert sentences(read)[-1] == row
    start = read.text.index(row)
    (box,) = rectangles_of(as_document(read), start, start + len(row))
    assert 665 < box.bottom < 675 < box.top < 690


def test_pages_without_text_are_named_beside_those_that_have_some() -> None:
    read = read_pdf(pdf([lines("Some text."), None, None, [], lines("More text."), None]))

    assert read.warnings == ("pages 2 to 3, 6 have no text: they need OCR",)
    assert [page for _, page in read.pages] == [1, 5]


def test_what_was_filled_into_a_form_is_read_beside_its_label() -> None:
    assert read_pdf(form("Name of the applicant:", "Kim Min-ji")).text == (
        "Name of the applicant: Kim Min-ji"
    )


def test_a_damaged_page_is_left_out_and_named() -> None:
    data = pdf([lines("Some text."), lines("Lost."), lines("More text.")])

    read = read_pdf(data.replace(b"7 0 obj\n<< /Type /Page ", b"7 0 obj\n<< /Type /Pxge "))

    assert read.text.split("\n\n") == ["Some text.", "More text."]
    assert read.warnings == ("page 2 is damaged and left out",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([None, None]), "none of its 2 pages has text: it needs OCR"),
        (pdf([lines("Secret.")], password=b"swordfish"), "locked with a password"),
        (pdf([lines("Text.")])[:60], "damaged or cut short"),
        (b"%PDF-1.7 nothing", "damaged or cut short"),
        (b"", "damaged or cut short"),
    ],
)
def test_what_has_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        read_pdf(data)


def test_a_file_that_is_locked_with_no_password_opens() -> None:
    assert read_pdf(pdf([lines("An open secret.")], password=b"")).text == "An open secret."


def test_lines_of_a_form_or_an_address_are_each_a_paragraph() -> None:
    form = "Name: Ann Lee of the House of Lee\nBorn: 3 April 1980\nPhone: 555-0101"
    address = "Acme Co.\n12 Mill Lane\nDenver"
    prose = "Russia proposed to supply between six and seven hundred thousand tons."
    page = [*lines(form), *lines(address, top=600), *lines(prose, top=564)]

    assert read_pdf(pdf([page])).text.split("\n\n") == [
        *form.split("\n"),
        *address.split("\n"),
        prose,
    ]


def test_an_address_and_what_stands_beside_it_do_not_run_together() -> None:
    address = "Meier GmbH\nHauptstr. 5\n10115 Berlin"
    numbers = "Invoice no.: 2024-0117\nDate: 17 January\nCustomer: 55120"
    prose = "Russia proposed to supply between six and seven hundred thousand tons."
    page = [*lines(address), *lines(numbers, left=350), *lines(prose, top=600)]

    assert sorted(read_pdf(pdf([page])).text.split("\n\n")) == sorted(
        [*address.split("\n"), *numbers.split("\n"), prose]
    )
