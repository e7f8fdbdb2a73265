import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers import markdown, read
from index.sentences import split_sentences

CELLS = st.text(st.characters(whitelist_categories=["L", "N"]), min_size=1, max_size=40)
MARKS = st.sampled_from(",;\t|")


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_whatever_separates_the_cells_of_a_csv_is_found(mark: str) -> None:
    rows = [
        ["Country", "Tons", "Year"],
        ["Russia", '"six, or; seven"', "2024"],
        ["China", "5", "2023"],
    ]
    data = "\r\n".join(mark.join(row) for row in rows).encode()

    assert read(".csv", data).text.splitlines() == [
        "| Country: Russia; Tons: six, or; seven; Year: 2024 |",
        "| Country: China; Tons: 5; Year: 2023 |",
    ]


@given(st.data(), MARKS, st.integers(2, 5))
def test_what_a_csv_writer_wrote_is_read_cell_by_cell(
    data: st.DataObject, mark: str, width: int
) -> None:
    cell = st.text(f'ab" \n{mark}', min_size=1, max_size=8).map("x{}".format)
    row = st.lists(cell, min_size=width, max_size=width)
    rows = data.draw(st.lists(row, min_size=2, max_size=8))
    written = io.StringIO(newline="")
    csv.writer(written, delimiter=mark).writerows(rows)

    made = read(".csv", written.getvalue().encode())

    assert made.text == markdown.joined(markdown.table(rows))


def test_a_doubled_quote_in_a_csv_shifts_no_cell() -> None:
    data = b'id,item,price\n1,"27"" screen, black",190.00\n2,"keyboard, grey",45.00\n'

    assert read(".csv", data).text.splitlines() == [
        '| id: 1; item: 27" screen, black; price: 190.00 |',
        "| id: 2; item: keyboard, grey; price: 45.00 |",
    ]


def test_numbers_with_a_comma_are_not_cut_in_two() -> None:
    data = b"Ware;Preis\nTee;1,50\nSalz;0,90\n"

    assert read(".csv", data).text == "| Ware: Tee; Preis: 1,50 |\n| Ware: Salz; Preis: 0,90 |"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_the_mark_that_a_first_line_names_for_excel_is_taken(mark: str) -> None:
    data = f"sep={mark}\r\nWare{mark}Kilo{mark}Preis\r\nTee{mark}2{mark}1,50\r\n".encode()

    assert read(".csv", data).text == "| Ware: Tee; Kilo: 2; Preis: 1,50 |"


@given(st.lists(st.lists(CELLS, min_size=3, max_size=12), min_size=1, max_size=6))
def test_no_cell_of_a_table_is_lost_and_each_row_is_one_sentence(rows: list[list[str]]) -> None:
    blocks = list(markdown.table(rows))

    text = markdown.joined(blocks)

    assert sentences(text) == [block.strip("| ") for block in blocks]
    assert {cell for row in rows[1:] for cell in row if cell not in text} == set()


def test_a_wide_row_goes_on_in_another_that_begins_with_its_name() -> None:
    names = ["Country", *(f"Figure of the year {1900 + n}" for n in range(40))]
    values = ["France", *(str(n) for n in range(40))]

    found = list(markdown.table([names, values]))

    assert len(found) > 2
    assert [row.startswith("| Country: France; Figure of") for row in found] == [True] * len(found)
    assert max(map(len, found)) < 450


def test_a_table_of_names_and_values_names_each_value() -> None:
    rows = [["Name", "Bo"], ["Age", "41"], ["Town", "Malmö"]]

    assert list(markdown.table(rows)) == ["| Name: Bo |", "| Age: 41 |", "| Town: Malmö |"]


def test_a_long_cell_is_a_paragraph_of_its_own() -> None:
    found = list(markdown.table([["Id", "Part", "Text"], ["7", "A", "A long tale. " * 40]]))

    assert found[0] == "| Id: 7; Part: A |"
    assert found[1].startswith("Text: A long tale. A long tale.")


@pytest.mark.parametrize(
    "names",
    [
        ("Region", "Q1", "Q2"),
        ("Product", "FY23", "FY24"),
        ("Zone", "M2", "M3"),
        ("Town", "18-25", "65+"),
        ("Shop", "1 Jan", "2 Jan"),
    ],
)
def test_headers_that_have_figures_name_the_figures_below(names: tuple[str, ...]) -> None:
    first, second, third = names

    assert list(markdown.table([names, ("North", "10", "12"), ("South", "1", "2")])) == [
        f"| {first}: North; {second}: 10; {third}: 12 |",
        f"| {first}: South; {second}: 1; {third}: 2 |",
    ]


def test_two_columns_of_the_same_name_keep_it() -> None:
    rows = [("Ware", "Price", "Price"), ("Tea", "1", "2"), ("Salt", "3", "4")]

    assert list(markdown.table(rows)) == [
        "| Ware: Tea; Price: 1; Price: 2 |",
        "| Ware: Salt; Price: 3; Price: 4 |",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [("Ann", "12", "4"), ("Bob", "13", "5")],
        [("North", "Q1", "good"), ("South", "Q2", "bad")],
        [("Tea", "1 kg", "good"), ("Salt", "500 g", "bad")],
        [("Monday", "9am", "5pm"), ("Tuesday", "9am", "5pm")],
        [("Monday", "yes", "yes"), ("Tuesday", "yes", "no")],
        [("Ann", "A1", "fine"), ("Bob", "B2", "fine")],
        [("Rent", "EUR 500", "paid"), ("Food", "EUR 80.50", "open")],
        [("Ann", "65+", "yes"), ("Bob", "26-35", "no")],
    ],
)
def test_a_first_row_that_looks_like_those_below_it_names_no_column(
    rows: list[tuple[str, ...]],
) -> None:
    assert list(markdown.table(rows)) == [f"| {'; '.join(row)} |" for row in rows]


def test_cells_over_several_rows_and_columns_stand_in_each() -> None:
    page = """<table><caption>Sales</caption>
    <thead><tr><th rowspan=2>Year</th><th colspan=2>Tons</th></tr>
    <tr><th>Rice</th><th>Rye</th></tr></thead>
    <tr><td rowspan=2>2023</td><td>5</td><td>6</td></tr><tr><td>7</td><td>8</td></tr></table>"""

    assert read(".html", page.encode()).text.splitlines() == [
        "| Sales. Year: 2023; Tons Rice: 5; Tons Rye: 6 |",
        "| Sales. Year: 2023; Tons Rice: 7; Tons Rye: 8 |",
    ]


def test_the_cells_of_a_table_that_lays_out_a_page_stand_apart() -> None:
    one_row = "<table><tr><td>Order no.</td><td>48</td><td>1200</td></tr></table>"
    nested = f"<table><tr><td>Left.</td><td>{one_row}</td></tr></table>"

    assert read(".html", one_row.encode()).text == "Order no.\n\n48\n\n1200"
    assert read(".html", nested.encode()).text == "Left.\n\nOrder no.\n\n48\n\n1200"


def test_cells_over_several_rows_stand_in_each_on_a_page_with_menus_too() -> None:
    menu = "".join(f"<a href='{n}.html'>Part {n}</a> " for n in range(9))
    prose = f"<p>{'A duck swims on the pond, and dives for weed. ' * 8}</p>"
    table = (
        "<table><tr><th>Year</th><th>Rice</th><th>Rye</th></tr><tr><td rowspan=2>2023</td>"
        "<td>5</td><td>6</td></tr><tr><td>7</td><td>8</td></tr></table>"
    )
    page = f"<body><nav>{menu}</nav><article>{prose}{table}{prose}</article></body>"

    assert (
        "| Year: 2023; Rice: 5; Rye: 6 |\n| Year: 2023; Rice: 7; Rye: 8 |"
        in read(".html", page.encode()).text
    )


def test_what_a_bank_writes_above_its_table_names_no_column_of_it() -> None:
    data = b"Account;DE89\nPeriod;January\n\nDate;Payee;Amount\n2 Jan.;Rewe;-45,20\n3 Jan.;Pay;9\n"

    assert read(".csv", data).text.splitlines() == [
        "| Account: DE89 |",
        "| Period: January |",
        "| Date: 2 Jan.; Payee: Rewe; Amount: -45,20 |",
        "| Date: 3 Jan.; Payee: Pay; Amount: 9 |",
    ]


def test_empty_lines_between_the_rows_of_a_csv_take_no_names_from_them() -> None:
    data = b"Name,Town,Age\r\r\nAnn,Bern,40\r\r\nBob,Basel,50\r\r\n"

    assert read(".csv", data).text.splitlines() == [
        "| Name: Ann; Town: Bern; Age: 40 |",
        "| Name: Bob; Town: Basel; Age: 50 |",
    ]


def test_fields_above_a_table_of_many_columns_name_none_of_them() -> None:
    rows = [
        ("Client", "Acme"),
        ("Item", "Unit", "Price", "Sum"),
        ("Tea", "kg", "5", "10"),
        ("Salt", "kg", "1", "2"),
    ]

    assert list(markdown.table(rows)) == [
        "| Client: Acme |",
        "| Item: Tea; Unit: kg; Price: 5; Sum: 10 |",
        "| Item: Salt; Unit: kg; Price: 1; Sum: 2 |",
    ]


def test_a_name_over_several_columns_stands_before_the_names_below_it() -> None:
    rows = [
        ("", "2023", None, "2024", None),
        ("Team", "Cost", "Income", "Cost", "Income"),
        ("Red", "1", "2", "3", "4"),
    ]

    assert list(markdown.table(rows)) == [
        "| Team: Red; 2023 Cost: 1; 2023 Income: 2; 2024 Cost: 3; 2024 Income: 4 |"
    ]


def test_in_a_form_each_label_names_the_value_beside_it() -> None:
    rows = [
        ("Name:", "Ann Lee", "Job:", "clerk"),
        ("Mail:", "ann@x.org", None, None),
        ("Born:", "1980", "Town:", "Bern"),
        ("Phone:", "555", "Zip:", "3011"),
    ]

    assert list(markdown.table(rows)) == [
        "| Name: Ann Lee; Job: clerk |",
        "| Mail: ann@x.org |",
        "| Born: 1980; Town: Bern |",
        "| Phone: 555; Zip: 3011 |",
    ]


def test_a_total_over_several_columns_is_a_row_like_the_others() -> None:
    rows = [("Item", "Unit", "Price"), ("Tea", "kg", "5"), ("Total", None, "5")]

    assert list(markdown.table(rows))[1] == "| Item: Total; Price: 5 |"


def test_the_questions_of_a_survey_name_its_answers() -> None:
    question = (
        "How satisfied are you with the food that the canteen offers, on a scale from 1 to 5?"
    )
    rows = [("Time", question, "Comment"), ("10:00", "4", "Too salty."), ("11:00", "2", "Bad.")]

    assert next(markdown.table(rows)) == f"| Time: 10:00; {question}: 4; Comment: Too salty. |"


def test_names_that_end_in_a_colon_name_their_columns() -> None:
    rows = [("Package no.:", "Doc. no.:", "Rev."), ("131", "144", "A"), ("132", "145", "B")]

    assert next(markdown.table(rows)) == "| Package no.: 131; Doc. no.: 144; Rev.: A |"


def test_a_list_of_names_and_figures_of_many_kinds_has_no_header() -> None:
    rows = [["Name", "Ann"], ["Born", "1980-04-03"], ["Salary", "50000 €"]]

    assert list(markdown.table(rows)) == [
        "| Name: Ann |",
        "| Born: 1980-04-03 |",
        "| Salary: 50000 € |",
    ]
