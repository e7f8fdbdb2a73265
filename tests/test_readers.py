import io
import zipfile
from contextlib import suppress
from itertools import chain

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from made import epub, saved, zipped
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.opc.package import Part
from pptx.opc.packuri import PackURI
from pptx.util import Inches

from index.errors import UnreadableDocument
from index.readers import READERS, markdown, read
from index.sentences import split_sentences

MENU = "".join(f'<li><a href="/{n}">Menu entry {n}</a></li>' for n in range(40))
STORY = (
    "The ministry said on Tuesday that the harvest had fallen short by a million tons. "
    "It is the third poor year in a row, and the stores are nearly empty. "
)
ARTICLE = f"""<html><head><title>Harvest falls short</title><script>var secret = 1</script></head>
<body><nav><ul>{MENU}</ul></nav><article><h1>Harvest falls short</h1><p>{STORY * 2}</p>
<h2>Prices</h2><p>{STORY}</p><ul><li>Rice is dear.</li><li>Bread is dearer.</li></ul>
<table><tr><th>Grain</th><th>Price</th></tr><tr><td>Rice</td><td>$3</td></tr></table></article>
<footer>Accept all cookies to go on reading</footer></body></html>"""


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
DIAGRAM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CLAUSES = [  # their depth, their text and their list
    (0, "Rent", 77),
    (1, "It is due.", 77),
    (2, "On the 3rd;", 77),
    (2, "in full.", 77),
    (1, "It is raised.", 77),
    (2, "By 2%.", 77),
    (0, "Term", 78),
    (1, "It ends.", 78),
]


def sentences(text: str) -> list[str]:
    return [text[s.start : s.end] for s in split_sentences(text)]


MENU = "<nav>" + "".join(f"<a href='{n}.html'>Part {n}</a> " for n in range(9)) + "</nav>"
OPTIONS = '<script src="_static/documentation_options.js"></script>'
SIGNATURE = (
    '<dl class="py function"><dt class="sig"><code>boil(</code><em>rice</em><code>)</code></dt>'
    "<dd><p>Boils rice.</p></dd></dl>"
)


@pytest.mark.parametrize(
    ("generator", "around"),
    [
        (OPTIONS, '<div class="body" role="main">{}</div>'),
        (OPTIONS, '<main role="main">{}</main>'),
        ("", '<article class="md-content__inner md-typeset">{}</article>'),
        ("", '<div class="theme-doc-markdown markdown">{}</div>'),
    ],
)
def test_a_documentations_page_is_read_where_its_generator_puts_the_text(
    generator: str, around: str
) -> None:
    body = MENU + around.format(f"<h1>Rice</h1>{SIGNATURE}") + "<div><p>On this page</p></div>"
    page = f"<html><head>{generator}</head><body>{body}</body></html>"

    assert read(".html", page.encode()).text == "# Rice\n\nboil(rice)\n\nBoils rice."


def test_what_a_page_calls_a_note_belongs_to_its_article() -> None:
    note = (
        '<div role="note" class="hatnote navigation-not-searchable">This is about the bird.</div>'
    )
    prose = "".join(f"<p>{'A duck swims on the pond, and dives for weed. ' * 4}</p>" for _ in "123")
    page = f"<html><body>{MENU}<article>{note}{prose}</article></body></html>"

    assert "This is about the bird." in read(".html", page.encode()).text


def test_a_page_keeps_its_article_and_drops_its_menus_and_scripts() -> None:
    made = read(".html", ARTICLE.encode())

    assert made.title == "Harvest falls short"
    assert "## Prices" in made.text
    assert "- Rice is dear.\n- Bread is dearer." in made.text
    assert "| Grain: Rice; Price: $3 |" in made.text
    assert [word in made.text for word in ("Menu", "cookies", "secret")] == [False] * 3


def test_a_numbered_list_of_a_page_keeps_its_numbers() -> None:
    page = (
        "<ol start=9><li>Boil.<li>Stir.<ol type=a><li>Left.<li>Right.</ol><li value=20>Serve.</ol>"
        "<ol type=i><li>One<li>Two<li>Three<li>Four</ol><ul><li>Salt</ul>"
    )

    assert (
        read(".html", page.encode()).text.split()
        == (
            "9. Boil. 10. Stir. a. Left. b. Right. 20. Serve. "
            "i. One ii. Two iii. Three iv. Four - Salt"
        ).split()
    )


def test_a_numbered_list_of_an_article_between_menus_keeps_its_numbers() -> None:
    steps = "<ol start=3><li>Boil the water.<li><p>Add the rice.</p></ol><h2>"

    made = read(".html", ARTICLE.replace("<h2>", steps).encode())

    assert "3. Boil the water.\n4. Add the rice." in made.text


def test_a_numbered_list_of_a_page_that_is_no_article_is_numbered_once() -> None:
    page = f"<body><nav>{MENU}</nav><div><ol><li>Boil it.<li>Stir it.</ol></div></body>"

    assert read(".html", page.encode()).text == "1. Boil it.\n2. Stir it."


def test_a_definition_of_a_line_stands_behind_its_term() -> None:
    page = (
        "<dl><dt>Opening hours:<dd>9 to 5. Closed on Sundays.<dt>Phone<dd>555-0101"
        "<dt style='display:none'>Fax<dd>None.<dt>Refunds<dd><p>Five days.</p><p>By post.</p></dl>"
    )

    assert read(".html", page.encode()).text.split("\n\n") == [
        "Opening hours: 9 to 5. Closed on Sundays.",
        "Phone: 555-0101",
        "None.",
        "Refunds",
        "Five days.",
        "By post.",
    ]


def test_a_file_that_is_no_page_whatever_its_name_says_is_refused() -> None:
    with pytest.raises(UnreadableDocument, match="it is a binary file, not a page"):
        read(".html", saved(docx.Document()))


def test_a_markdown_files_title_is_what_its_front_matter_says() -> None:
    text = '---\ndate: 2024-03-01\nTitle: "My notes"\n---\n\n# Rice\n'

    assert read(".md", text.encode()).title == "My notes"
    assert read(".md", text.replace("Title", "Tags").encode()).title == "Rice"


def test_code_within_a_sentence_does_not_end_it() -> None:
    page = ARTICLE.replace("<h2>", "<p>At the top of <code>lib.rs</code> stands a line.</p><h2>")

    assert "At the top of lib.rs stands a line." in sentences(read(".html", page.encode()).text)


def test_text_behind_a_comment_is_kept() -> None:
    told = "<p>As <a href='/1'>chapter one</a><!-- ignore --> tells, rice is dear.</p><h2>"
    page = ARTICLE.replace("<h2>", told)

    assert "As chapter one tells, rice is dear." in sentences(read(".html", page.encode()).text)


def test_a_page_without_menus_is_kept_whole() -> None:
    page = "<body><div>Short.</div><div>So is <b>this</b>.<br>And this.</div></body>"

    assert read(".html", page.encode()).text == "Short.\n\nSo is this.\nAnd this."


def test_a_page_that_the_extractor_finds_nothing_in_keeps_its_body() -> None:
    page = f"<body><nav>{MENU}</nav><div><span>Opening hours: nine to five.</span></div></body>"

    assert read(".html", page.encode()).text == "Opening hours: nine to five."


def test_what_a_page_hides_is_not_read() -> None:
    page = '<body><p>Seen.</p><p hidden>One.</p><div style="display: none">Two.</div></body>'

    assert read(".html", page.encode()).text == "Seen."


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "utf-16"])
def test_a_page_is_decoded_by_what_it_says_of_itself(encoding: str) -> None:
    page = (
        f'<html><head><meta charset="{encoding}"></head><body><p>Zürich, Malmö.</p></body></html>'
    )

    assert read(".html", page.encode(encoding)).text == "Zürich, Malmö."


@pytest.mark.parametrize("label", ["iso-8859-1", "latin1", "us-ascii", "windows-1252"])
def test_a_page_in_windows_own_encoding_keeps_its_signs_whatever_it_is_called(label: str) -> None:
    page = f'<meta charset="{label}"><body><p>It’s €5 – “dear”.</p></body>'

    assert read(".html", page.encode("cp1252")).text == "It’s €5 – “dear”."


def test_a_page_that_does_not_say_how_it_is_encoded_is_guessed_at() -> None:
    page = "<p>Er sagte: „Der Reis ist für die Bäcker zu teuer, und das Öl ist es auch.“</p>" * 5

    assert "„Der Reis ist für die Bäcker" in read(".html", page.encode("cp1252")).text


def test_a_word_document_keeps_headings_lists_tables_and_boxes() -> None:
    document = docx.Document()
    document.add_heading("The Deal", 0)
    document.add_heading("Rice", 1)
    document.add_paragraph("Russia proposed rice.")
    document.add_paragraph("Half now.", style="List Bullet")
    document.add_paragraph("Half later.", style="List Number")
    table = document.add_table(rows=0, cols=3)
    for cells in [("Country", "Tons", "Year"), ("Russia", "600,000", "2024")]:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text

    made = read(".docx", saved(document))

    assert made.title == "The Deal"
    assert made.text.split("\n\n") == [
        "# The Deal",
        "# Rice",
        "Russia proposed rice.",
        "- Half now.\n1. Half later.",
        "| Country: Russia; Tons: 600,000; Year: 2024 |",
    ]


def test_the_numbers_of_clauses_that_word_writes_are_kept() -> None:
    document = docx.Document()
    levels = [("decimal", "Article %1"), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")]
    kind = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(levels)
    )
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride>'
    for xml in (
        f'<w:abstractNum {WORD} w:abstractNumId="77">{kind}</w:abstractNum>',
        f'<w:num {WORD} w:numId="77"><w:abstractNumId w:val="77"/></w:num>',
        f'<w:num {WORD} w:numId="78"><w:abstractNumId w:val="77"/>{again}</w:num>',
    ):
        document.part.numbering_part.element.append(docx.oxml.parse_xml(xml))
    for depth, text, of in CLAUSES:
        paragraph = document.add_paragraph(text, style="Heading 1" if depth == 0 else None)
        number = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        number.get_or_add_ilvl().val, number.get_or_add_numId().val = depth, of

    assert [line.strip() for line in read(".docx", saved(document)).text.splitlines() if line] == [
        "# Article 1 Rent",
        "- 1.1 It is due.",
        "(a) On the 3rd;",
        "(b) in full.",
        "- 1.2 It is raised.",
        "(a) By 2%.",
        "# Article 9 Term",
        "- 9.1 It ends.",
    ]


@pytest.mark.parametrize(
    ("font", "code", "told"),
    [
        ("Symbol", "F0B3", "≥"),
        ("Symbol", "F06D", "μ"),
        ("Symbol", "F032", "2"),
        ("Wingdings", "F0FE", "☑"),
        ("Wingdings", "F04A", ""),
        ("Cambria Math", "2264", "≤"),
        ("Symbol", "x", ""),
    ],
)
def test_a_sign_of_a_symbol_font_in_a_word_document_is_read(
    font: str, code: str, told: str
) -> None:
    document = docx.Document()
    run = document.add_paragraph("Age ").add_run()
    run._r.append(docx.oxml.parse_xml(f'<w:sym {WORD} w:font="{font}" w:char="{code}"/>'))
    document.paragraphs[0].add_run("18.")

    assert read(".docx", saved(document)).text == f"Age {told}18."


def test_deleted_text_of_a_word_document_is_not_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It is signed.")
    gone = paragraph._p.makeelement(docx.oxml.ns.qn("w:del"), {})
    gone.append(document.add_paragraph("Not so.").runs[0]._r)
    paragraph._p.append(gone)

    assert read(".docx", saved(document)).text == "It is signed."


def test_a_table_and_a_text_box_in_a_cell_of_a_word_document_stand_once() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    for at, text in enumerate(("Ware", "Notes", "Tea", "See below.")):
        table.cell(at // 2, at % 2).text = text
    inner = table.cell(1, 1).add_table(rows=1, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "Kilo", "5"
    box = (
        "<w:r xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main' "
        "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'>"
        "<mc:AlternateContent><mc:Choice Requires='wps'>{0}</mc:Choice>"
        "<mc:Fallback>{0}</mc:Fallback></mc:AlternateContent></w:r>"
    ).format("<w:txbxContent><w:p><w:r><w:t>green</w:t></w:r></w:p></w:txbxContent>")
    table.cell(1, 0).paragraphs[0]._p.append(docx.oxml.parse_xml(box))

    assert read(".docx", saved(document)).text.splitlines() == [
        "| Ware: Notes |",
        "| Tea green: See below. |",
        "| Kilo: 5 |",
    ]


def test_names_over_several_columns_of_a_word_table_name_all_of_them() -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=3)
    for cells in [("Team", "2024", ""), ("", "H1", "H2"), ("North", "5", "6")]:
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    table.cell(0, 1).merge(table.cell(0, 2))

    assert read(".docx", saved(document)).text == "| Team: North; 2024 H1: 5; 2024 H2: 6 |"


def test_merged_cells_of_a_slides_table_stand_where_they_reach() -> None:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    table = slide.shapes.add_table(4, 3, 0, 0, Inches(4), Inches(1)).table
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(2, 0).merge(table.cell(3, 0))
    texts = [("Team", "2024", ""), ("", "H1", "H2"), ("Red", "5", "6"), ("", "7", "8")]
    for at, text in enumerate(chain(*texts)):
        table.cell(at // 3, at % 3).text = text

    assert read(".pptx", saved(show)).text.splitlines() == [
        "| Team: Red; 2024 H1: 5; 2024 H2: 6 |",
        "| Team: Red; 2024 H1: 7; 2024 H2: 8 |",
    ]


def test_the_texts_of_a_diagram_are_read() -> None:
    data = (
        f'<d:dataModel xmlns:d="{DIAGRAM}" xmlns:a="{DRAWING}"><d:ptLst><d:pt type="doc"/>'
        "<d:pt><d:t><a:p><a:r><a:t>Plan </a:t></a:r><a:r><a:t>it</a:t></a:r></a:p></d:t></d:pt>"
        "<d:pt><d:t><a:p><a:r><a:t>Build</a:t></a:r></a:p></d:t></d:pt></d:ptLst></d:dataModel>"
    )
    show, document = pptx.Presentation(), docx.Document()
    slide = show.slides.add_slide(show.slide_layouts[6])
    part = Part(PackURI("/ppt/d.xml"), "application/xml", show.part.package, data.encode())
    frame = slide.shapes.add_table(1, 1, 0, 0, 9, 9)._element
    drawn = relations(slide.part.relate_to(part, RELATIONS + "/diagramData"))
    frame.graphic.graphicData[:] = [drawn]
    frame.graphic.graphicData.set("uri", DIAGRAM)
    told = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/d.xml"), "application/xml", data.encode()
    )
    paragraph = document.add_paragraph("So:")
    paragraph.add_run()._r.append(relations(document.part.relate_to(told, RELATIONS + "/data")))

    assert read(".pptx", saved(show)).text == "- Plan it\n- Build"
    assert read(".docx", saved(document)).text == "So:\n\n- Plan it\n- Build"


def test_the_data_of_a_chart_in_a_word_document_is_read() -> None:
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Tons", (5, 7))
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    drawn = slide.shapes.add_chart(XL_CHART_TYPE.LINE, 0, 0, 9, 9, data).chart._chartSpace
    document = docx.Document()
    part = docx.opc.part.Part(
        docx.opc.packuri.PackURI("/word/c.xml"), "application/xml", etree.tostring(drawn)
    )
    told = document.part.relate_to(part, RELATIONS + "/chart")
    named = f'<c:chart xmlns:c="{CHART}" xmlns:r="{RELATIONS}" r:id="{told}"/>'
    document.add_paragraph("Grain:").add_run()._r.append(etree.fromstring(named))

    assert read(".docx", saved(document)).text.splitlines()[2:] == [
        "| Tons. 2023: 5 |",
        "| Tons. 2024: 7 |",
    ]


def relations(told: str) -> etree._Element:
    """What a drawing holds of a diagram: where that stands."""
    return etree.fromstring(f'<d:relIds xmlns:d="{DIAGRAM}" xmlns:r="{RELATIONS}" r:dm="{told}"/>')


def test_a_slide_is_a_page_with_its_table_chart_and_notes() -> None:
    show = pptx.Presentation()
    first = show.slides.add_slide(show.slide_layouts[1])
    first.shapes.title.text = "Grain"
    first.placeholders[1].text = "Rice is dear.\nRye is not."
    first.notes_slide.notes_text_frame.text = "Say it slowly."
    second = show.slides.add_slide(show.slide_layouts[6])
    table = second.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for place, text in {(0, 0): "Grain", (0, 1): "Price", (1, 0): "Rice", (1, 1): "$3"}.items():
        table.cell(*place).text = text
    data = CategoryChartData()
    data.categories = ["2023", "2024"]
    data.add_series("Tons", (5, 7))
    size = Inches(1), Inches(2), Inches(4), Inches(3)
    chart = second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *size, data).chart
    plot = next(chart._chartSpace.iter("{*}barChart"))
    plot.tag = plot.tag.replace("barChart", "bar3DChart")  # a kind that python-pptx refuses

    made = read(".pptx", saved(show))

    assert made.title == "Grain"
    assert "- Rice is dear.\n- Rye is not.\n\nNotes:\n\nSay it slowly." in made.text
    assert "| Grain: Rice; Price: $3 |\n| Tons. 2023: 5 |\n| Tons. 2024: 7 |" in made.text
    assert made.pages == ((0, 1), (made.text.index("| Grain"), 2))


def test_chapters_of_a_book_come_in_reading_order() -> None:
    data = epub(
        {"b": "<h1>Two</h1><p>Then.</p>", "a": "<h1>One</h1><p>First.</p>"}, spine=["a", "b"]
    )

    made = read(".epub", data)

    assert made.title == "Of Rice"
    assert made.text == "# One\n\nFirst.\n\n# Two\n\nThen."


def test_a_book_whose_chapter_is_missing_is_read_without_it() -> None:
    data = epub({"a": "<p>First.</p>", "b": "<p>Then.</p>"}, spine=["a", "b"])
    cut = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as whole, zipfile.ZipFile(cut, "w") as part:
        for name in whole.namelist():
            if not name.endswith("b.xhtml"):
                part.writestr(name, whole.read(name))

    made = read(".epub", cut.getvalue())

    assert made.text == "First."
    assert made.warnings == ("a chapter is missing: OEBPS/b.xhtml",)


def test_a_comment_in_code_is_no_title() -> None:
    text = "```sh\n# Install it\n```\n\n~~~\n# And this\n~~~\n\n# The Guide\n"

    assert read(".md", text.encode()).title == "The Guide"


@pytest.mark.parametrize(
    ("suffix", "data", "reason"),
    [
        (".docx", b"hello", "no Word document"),
        (".docx", zipped({"a.txt": "x"}), "is missing in it"),
        (".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "locked with a password"),
        (".pptx", zipped({"[Content_Types].xml": "<Types"}), "no presentation"),
        (".docx", saved(docx.Document()), "no text in it"),
        (".docx", saved(docx.Document())[:9000], "cut short"),
        (".docx", saved(docx.Document()).replace(b"PK\x03\x04", b"PK\x03\x05"), "damaged"),
        (".xlsx", saved(openpyxl.Workbook()), "nothing in its cells"),
        (".docx", b"%PDF-1.7", "it is a PDF, though its name ends in .docx"),
        (".epub", zipped({"META-INF/container.xml": "<a/>"}), "no e-book"),
        (".eml", b"hello", "no e-mail"),
        (".html", b"", "it is empty"),
        (".html", b"<body><script>draw()</script></body>", "no text"),
        (".csv", b"", "empty"),
    ],
)
def test_a_bad_file_is_refused_with_the_reason(suffix: str, data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        read(suffix, data)


@pytest.mark.parametrize("suffix", sorted(set(READERS) - {".txt", ".text", ".md", ".markdown"}))
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(suffix: str, data: bytes) -> None:
    with suppress(UnreadableDocument):
        assert read(suffix, data).text.strip().encode()


def test_a_text_that_looks_like_a_fence_hides_nothing_below_it() -> None:
    text = markdown.joined([markdown.paragraph("``` is a fence."), "One. Two."])

    assert sentences(text) == ["is a fence.", "One.", "Two."]
