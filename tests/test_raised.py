import docx
import pytest
from made import eml, epub, lines, pdf, saved

from index.readers import read
from index.readers.raised import raised

RAISED = (
    "<p>The star has 10<sup>6</sup> kg. The town was founded in 1990<sup>2</sup>. "
    "Price: <s>€100</s> €80.</p>"
)
TOLD = "The star has 10⁶ kg. The town was founded in 1990[2]. Price: €80."
MENU = "<nav>" + "".join(f"<a href='{n}.html'>Part {n}</a> " for n in range(9)) + "</nav>"
PROSE = f"<p>{'A duck swims on the pond, and dives for weed. ' * 8}</p>"


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".html", RAISED.encode()),
        (".html", f"<body>{MENU}<article>{PROSE}{RAISED}{PROSE}</article></body>".encode()),
        (".epub", epub({"a": RAISED}, spine=["a"])),
        (".eml", eml(RAISED, subtype="html", Subject="Stars")),
    ],
)
def test_what_is_raised_joins_no_number_and_what_is_struck_out_is_not_read(
    suffix: str, data: bytes
) -> None:
    assert TOLD in read(suffix, data).text.split("\n\n")


def test_a_word_document_tells_powers_and_notes_from_numbers_and_drops_what_is_struck() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The star has 10")
    paragraph.add_run("6").font.superscript = True
    paragraph.add_run(" kg. The town was founded in 1990")
    paragraph.add_run("2").font.superscript = True
    paragraph.add_run(". Price: ")
    paragraph.add_run("€100").font.strike = True
    paragraph.add_run("€90").font.double_strike = True
    paragraph.add_run("€95").font.hidden = True
    paragraph.add_run("€80.").font.strike = False

    assert read(".docx", saved(document)).text == TOLD


@pytest.mark.parametrize(
    ("before", "text", "written"),
    [
        ("The hall has 40 m", "2", "²"),
        ("They sold 5 km", "2", "²"),
        ("It is 5 in", "2", "²"),
        ("It is E = mc", "2", "²"),
        ("a rate of 3 s", "-1", "⁻¹"),
        ("about 10", "-6", "⁻⁶"),
        ("about 10", "1.5", "^1.5"),
        ("Rice is dear", "3", "[3]"),
        ("Rice is dear.", "2,3", "[2,3]"),
        ("He left in 1990,", "7", "[7]"),
        ("He left in 1990", "7", "[7]"),
        ("the 1", "st", "st"),
        ("", "14", "14"),
        ("the isotope ", "14", "14"),
    ],
)
def test_a_raised_figure_is_a_power_behind_a_number_or_a_unit_and_else_a_note(
    before: str, text: str, written: str
) -> None:
    assert raised(text, before) == written


@pytest.mark.parametrize(
    "mark",
    [
        '<sup><a href="#n">2</a></sup>',
        '<a href="#n"><sup>2</sup></a>',
        '<a href="#n" role="doc-noteref">2</a>',
        '<a href="#n" epub:type="noteref">2</a>',
        '<a href="#n" style="vertical-align: super">2</a>',
        '<sup><a href="#n">[2]</a></sup>',
        '<a href="#n"><b><sup>2</sup></b></a>',
        '<a href="#n" role="link" epub:type="noteref">2</a>',
    ],
)
def test_a_link_to_a_note_stays_apart_from_the_number_before_it(mark: str) -> None:
    page = f"<p>They sold 600{mark} tons.</p>"

    assert read(".html", page.encode()).text == "They sold 600[2] tons."


def test_a_power_within_a_link_is_no_note() -> None:
    page = '<p>There are <a href="/many">10<sup>6</sup> stars</a>.</p>'

    assert read(".html", page.encode()).text == "There are 10⁶ stars."


def test_a_note_that_begins_a_paragraph_has_nothing_to_do_with_the_one_above() -> None:
    page = "<p>They sold 600</p><p><sup>2</sup> In tons.</p>"

    assert read(".html", page.encode()).text == "They sold 600\n\n2 In tons."


@pytest.mark.parametrize(
    "mark",
    [
        '<a href="#fn1" role="doc-noteref"><sup>1</sup></a>',
        '<sup id="fnref:1"><a href="#fn:1" role="doc-noteref">1</a></sup>',
        '<a epub:type="noteref"><sup>1</sup></a>',
        '<sup><a epub:type="noteref">1</a></sup>',
        "<sup><sup>1</sup></sup>",
        '<sup><b><a role="doc-noteref">1</a></b></sup>',
    ],
)
@pytest.mark.parametrize("suffix", [".html", ".epub"])
def test_what_is_raised_within_what_is_raised_is_one_mark(suffix: str, mark: str) -> None:
    page = f"<p>Text.{mark} More.</p>"
    data = page.encode() if suffix == ".html" else epub({"a": page}, spine=["a"])

    assert "Text.[1] More." in read(suffix, data).text.split("\n\n")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("P(1 + 0.05)<sup>10</sup>", "P(1 + 0.05)¹⁰"),
        ("(a + b)<sup>2</sup>", "(a + b)²"),
        ("(<i>n</i>-1)<sup>2</sup>", "(n-1)²"),
        ("sin<sup>2</sup> x", "sin² x"),
        ("sin<sup>2</sup><i>θ</i>", "sin²θ"),
        ("x<sub>i</sub><sup>2</sup>", "xi²"),
        ("x<sub><i>max</i></sub><sup>2</sup>", "xmax²"),
        ("|x|<sup>2</sup>", "|x|²"),
        ("5 GeV<sup>2</sup>", "5 GeV²"),
        ("10<sup>−</sup><sup>6</sup>", "10⁻⁶"),  # noqa: RUF001
    ],
)
def test_a_figure_behind_a_part_of_a_formula_is_a_power(page: str, text: str) -> None:
    assert read(".html", f"<p>{page}</p>".encode()).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("dated (<sup>14</sup>C)", "dated (¹⁴C)"),
        ("<sup>13</sup>C/<sup>12</sup>C", "¹³C/¹²C"),
        ("the isotope <sup>14</sup><b>C</b>", "the isotope ¹⁴C"),
        ("[<sup>18</sup>F]FDG", "[¹⁸F]FDG"),
        ("(<sup>1</sup>/<sub>2</sub>)", "(¹/2)"),
        ("of <sup>238</sup><sub>92</sub>U", "of ²³⁸92U"),
    ],
)
def test_a_figure_before_what_it_belongs_to_is_no_note(page: str, text: str) -> None:
    assert read(".html", f"<p>{page}</p>".encode()).text == text


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("Smith (1990)<sup>3</sup> says", "Smith (1990)[3] says"),
        ("Smith (1843-1902)<sup>3</sup> says", "Smith (1843-1902)[3] says"),
        ("many (n = 20)<sup>3</sup> say", "many (n = 20)[3] say"),
        ("words (see above)<sup>2</sup> and", "words (see above)[2] and"),
        ("a deadly sin<sup>2</sup> is", "a deadly sin[2] is"),
        ("He went.<sup>1</sup>In May", "He went.[1]In May"),
        ("word.<sup>1</sup><sup>2</sup>", "word.[12]"),
        ("word.<sup><a>1</a></sup><sup><a>2</a></sup>", "word.[1][2]"),
        ("word.<sup><a>1</a></sup><sup>,</sup><sup><a>2</a></sup>", "word.[1],[2]"),
        ("the 1<sup>s</sup><sup>t</sup> Acme<sup>®</sup>", "the 1st Acme®"),
    ],
)
def test_the_mark_of_a_note_is_no_power(page: str, text: str) -> None:
    assert read(".html", f"<p>{page}</p>".encode()).text == text


def test_a_power_in_a_word_document_may_be_cut_into_runs() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It is 3 x10")
    paragraph.add_run("-").font.superscript = True
    paragraph.add_run("6").font.superscript = True
    paragraph.add_run(" x")
    paragraph.add_run("i").font.subscript = True
    paragraph.add_run("2").font.superscript = True
    paragraph.add_run(" of ")
    paragraph.add_run("14").font.superscript = True
    paragraph.add_run("C")

    assert read(".docx", saved(document)).text == "It is 3 x10⁻⁶ xi² of ¹⁴C"


def test_what_is_raised_in_a_pdf_joins_no_number() -> None:
    page = [
        *[(72, 700, 10, "It was founded in 1990"), (173, 704, 6, "2"), (179, 700, 10, "with 10")],
        *[(212, 704, 6, "6"), (219, 700, 10, "kg of rice.")],
    ]

    assert read(".pdf", pdf([page])).text == "It was founded in 1990[2] with 10⁶ kg of rice."


def test_a_line_with_a_raised_mark_is_no_heading() -> None:
    text = "The ministry said that the stores of rice\nare empty, as they were in the year\nbefore."
    page = [*lines(text), (258, 692, 6, "1")]

    assert "#" not in read(".pdf", pdf([page])).text
