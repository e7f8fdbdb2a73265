from itertools import chain

from made import Text, lines, pdf, ruled

from index.documents import Document
from index.layout import Rectangle, rectangles_of
from index.readers.pdf import read_pdf
from index.readers.types import Read

EDGES = (70, 160, 210, 260)  # of three columns
ROWS = [
    [(75, 686, 10, "Item"), (165, 686, 10, "Unit"), (215, 686, 10, "Price")],
    [(75, 666, 10, "Cleaning of"), (165, 660, 10, "month"), (215, 660, 10, "20.00")],
    [(75, 654, 10, "the hall")],
    [(75, 636, 10, "Lift"), (215, 636, 10, "5.00")],
]


def lowered(row: list[Text], by: float) -> list[Text]:
    return [(left, bottom - by, size, words) for left, bottom, size, words in row]


def rectangles(made: Read, begins: str) -> list[Rectangle]:
    """Where a text's end, from some words on, stands on its page."""
    document = Document("d", "a.pdf", "", made.text, made.media_type, "", layout=made.layout)
    return rectangles_of(document, made.text.index(begins), len(made.text))


def test_a_ruled_table_is_read_cell_by_cell() -> None:
    page = [(72, 740, 10, "The fees."), *chain(*ROWS), (72, 600, 10, "They are due.")]

    made = read_pdf(pdf([page], strokes=ruled(EDGES, (700, 680, 650, 630))))

    assert made.text.split("\n\n") == [
        "The fees.",
        "| Item: Cleaning of the hall; Unit: month; Price: 20.00 |\n| Item: Lift; Price: 5.00 |",
        "They are due.",
    ]


def test_each_row_of_a_ruled_table_stands_where_its_cells_do() -> None:
    made = read_pdf(pdf([[*chain(*ROWS)]], strokes=ruled(EDGES, (700, 680, 650, 630))))

    assert rectangles(made, "| Item: Lift") == [Rectangle(1, 70, 630, 260, 650)]


def test_a_ruled_table_that_goes_on_over_pages_keeps_its_names() -> None:
    pages = [ROWS[0] + ROWS[3], [*ROWS[3], (75, 686, 10, "Roof"), (215, 686, 10, "7.00")]]

    made = read_pdf(pdf(pages, strokes=ruled(EDGES, (700, 680, 630))))

    assert made.text.split("\n") == [
        "| Item: Lift; Price: 5.00 |",
        "",
        "| Item: Roof; Price: 7.00 |",
        "| Item: Lift; Price: 5.00 |",
    ]
    assert [page for _, page in made.pages] == [1, 2]


def test_rows_between_which_no_line_is_drawn_stay_apart() -> None:
    rows = [
        [(75, 660 - 12 * n, 10, f"Tea {n}"), (215, 660 - 12 * n, 10, f"{n}.50")] for n in (1, 2, 3)
    ]
    page = [*ROWS[0], *chain(*rows)]

    made = read_pdf(pdf([page], strokes=ruled(EDGES, (700, 680, 600))))

    assert made.text.split("\n") == [f"| Item: Tea {n}; Price: {n}.50 |" for n in (1, 2, 3)]


def test_a_frame_around_text_makes_no_table_of_it() -> None:
    text = "The ministry said that rice is dear.\nNobody confirmed it."
    frame = ruled((60, 400), (720, 600))

    assert read_pdf(pdf([lines(text)], strokes=frame)).text == text.replace("\n", " ")


def test_a_page_that_is_shown_turned_is_read_as_it_is_shown() -> None:
    text = "The fees of the house are as the board\nset them. They are due each month."
    page = [*lines(text, top=560), *(at for row in ROWS for at in lowered(row, 200))]

    made = read_pdf(pdf([page], strokes=ruled(EDGES, (500, 480, 450, 430)), sideways=True))

    assert made.text.split("\n\n") == [
        text.replace("\n", " "),
        "| Item: Cleaning of the hall; Unit: month; Price: 20.00 |\n| Item: Lift; Price: 5.00 |",
    ]
    assert rectangles(made, "| Item: Lift") == [Rectangle(1, 145, 70, 165, 260)]
