import datetime
import io
import zipfile

import openpyxl
import pytest
from made import saved, zipped
from openpyxl.worksheet.worksheet import Worksheet

from index.errors import UnreadableDocument
from index.readers import read


def sheet() -> Worksheet:
    made = openpyxl.Workbook().active
    assert isinstance(made, Worksheet)
    made.title = "Prices"
    return made


def rows(made: Worksheet) -> list[str]:
    """What is read of a sheet, below its title."""
    return read(".xlsx", saved(made.parent)).text.splitlines()[2:]


def test_a_sheet_is_a_section_whose_rows_name_their_columns() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Prices"
    sheet.append(["Prices of grain"])
    sheet.append([])
    sheet.append([None, "Grain", "Price", "Since", "Share", "Sold"])
    sheet.append([None, "Rice", 0.1 + 0.2, datetime.datetime(2024, 5, 1), 0.125, True])
    sheet["E4"].number_format = "0.0%"
    sheet.append([])
    sheet.append(["Source: the ministry"])

    assert read(".xlsx", saved(book)).text.splitlines() == [
        "## Prices",
        "",
        "| Prices of grain. Grain: Rice; Price: 0.3; Since: 2024-05-01; Share: 12.5%; Sold: yes |",
        "| Source: the ministry |",
    ]


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (1, "0%", "100%"),
        (0, "0.0%", "0%"),
        (0.125, "0.0%;[Red]-0.0%", "12.5%"),
        (5, '0.0"%"', "5"),
        (5, "0%_)", "500%"),
        (1200.5, '#,##0.00 "€"', "1200.5 €"),
        (1200, "#,##0.00\\ [$€-407]", "1200 €"),
        (1200, '_-* #,##0.00\\ "€"_-;-* #,##0.00\\ "€"_-', "1200 €"),
        (12, "$#,##0", "$12"),
        (-12, "[$£-809]#,##0", "-£12"),
        (12, "[$CHF] #,##0", "CHF 12"),
        (12, '#,##0 "EUR"', "12 EUR"),
        (1200000, '0.0,,"M"', "1200000"),
        (12000, '#,##0,"k€"', "12000"),
        (12, '"Price: €" 0', "€12"),
        (12, "General", "12"),
        (123, "00000", "00123"),
        (42, '"INV-"0000', "INV-0042"),
        (datetime.timedelta(hours=30), "[h]:mm", "30:00"),
        (datetime.timedelta(minutes=90, seconds=5), "[h]:mm:ss", "1:30:05"),
    ],
)
def test_a_cell_keeps_its_unit(value: object, form: str, text: str) -> None:
    made = sheet()
    made.append(["Ware", "Since", "Worth"])
    made.append(["Tea", "May", value])
    made["C2"].number_format = form

    assert rows(made) == [f"| Ware: Tea; Since: May; Worth: {text} |"]


def test_an_empty_row_does_not_take_the_names_from_the_rows_below() -> None:
    made = sheet()
    for row in [("Ware", "Kilo", "Price"), ("Tea", 1, 2.5), (), ("Salt", 3, 4), ("Rye", 5, 6)]:
        made.append(row)

    assert rows(made) == [
        "| Ware: Tea; Kilo: 1; Price: 2.5 |",
        "| Ware: Salt; Kilo: 3; Price: 4 |",
        "| Ware: Rye; Kilo: 5; Price: 6 |",
    ]


def test_a_table_may_begin_below_empty_rows() -> None:
    made = sheet()
    for row in ([None], [None], ["Ducks a year"], [None], [None, "Year", "Ducks"], [None, 2019, 7]):
        made.append(row)

    assert rows(made)[-1:] == ["| Ducks a year. Year: 2019; Ducks: 7 |"]


def test_a_table_below_an_empty_row_that_names_its_own_columns_is_another() -> None:
    made = sheet()
    for row in [("Ware", "Kilo", "Price"), ("Tea", 1, 2), (), ("Shop", "Q1", "Q2"), ("A", 5, 6)]:
        made.append(row)

    assert rows(made) == ["| Ware: Tea; Kilo: 1; Price: 2 |", "| Shop: A; Q1: 5; Q2: 6 |"]


def test_cells_that_are_merged_downwards_stand_in_each_row() -> None:
    made = sheet()
    for row in [("Year", "Ware", "Price"), (2023, "Tea", 1), (None, "Salt", 2), (2024, "Rye", 3)]:
        made.append(row)
    made.merge_cells("A2:A3")

    assert rows(made) == [
        "| Year: 2023; Ware: Tea; Price: 1 |",
        "| Year: 2023; Ware: Salt; Price: 2 |",
        "| Year: 2024; Ware: Rye; Price: 3 |",
    ]


def test_a_remark_or_a_band_that_is_merged_downwards_stands_once() -> None:
    made = sheet()
    remark = "Prices are those of the harbour market, in euros a kilo, without its tax of 7% (May)."
    prices = [("Ware", "Price", "Remark"), ("Tea", 1, remark), ("Salt", 2)]
    for row in [*prices, ("Sums",), (), ("x", 3)]:
        made.append(row)
    made.merge_cells("C2:C3")
    made.merge_cells("A4:C5")

    assert "\n".join(rows(made)).count(remark) == 1
    assert "\n".join(rows(made)).count("Sums") == 1


def test_a_range_of_merged_cells_that_cannot_be_told_merges_nothing() -> None:
    made = sheet()
    made.append(["Ware", "Since", "Price"])
    made.append(["Tea", "May", 1])
    made.merge_cells("A1:A2")
    data = saved(made.parent)
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    broken = {name: part.replace(b'"A1:A2"', b'"Sheet!A1:A2"') for name, part in parts.items()}

    assert broken != parts
    assert "Price: 1" in read(".xlsx", zipped(broken)).text


def test_formulas_without_a_stored_value_are_counted() -> None:
    made = sheet()
    made.append(["Ware", "Price"])
    made.append(["Tea", "=1+1"])

    (warning,) = read(".xlsx", saved(made.parent)).warnings

    assert warning.startswith("formulas without a stored value: 1 ")


def test_a_workbook_of_formulas_without_values_is_refused_with_the_reason() -> None:
    made = sheet()
    made.append(["=1+1"])

    with pytest.raises(UnreadableDocument, match="without a stored value: 1"):
        read(".xlsx", saved(made.parent))


def test_names_that_are_merged_over_columns_name_all_of_them() -> None:
    made = sheet()
    for row in [("", "2023", "", "2024"), ("Team", "In", "Out", "In", "Out"), ("Red", 1, 2, 3, 4)]:
        made.append(row)
    made.merge_cells("B1:C1")
    made.merge_cells("D1:E1")

    assert rows(made) == ["| Team: Red; 2023 In: 1; 2023 Out: 2; 2024 In: 3; 2024 Out: 4 |"]
