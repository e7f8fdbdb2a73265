"""Whether a quote still stands; exports that can be checked again."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import footnoted
from index.documents import Document
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from rag.annotations import UnreadableExport, annotation, embed, read_export
from rag.answer import Answer, Citation, Claim, Coverage
from rag.export import answer_to_text
from rag.standing import standings
from rag.verify import Checked
from ui.export import FORMATS, exported
from ui.language import words
from ui.turns import Conversation, Turn

RICE = "Russia proposed to supply between 600,000 and 700,000 tons of rice."
TEXT = f"# The deal\n\n{RICE} It covers half of the need.\n"
ANYTHING = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def cited(folder: Path, embedder: Embedder) -> Citation:
    put(folder, embedder, "rice.md", TEXT)
    with open_library(folder, embedder) as library:
        (row,) = library.documents()
    start = TEXT.index(RICE)
    return Citation(row.id, "rice.md", start, start + len(RICE), RICE)


@pytest.fixture
def reading(folder: Path, embedder: Embedder, cited: Citation) -> Iterator[Library]:
    with open_library(folder, embedder) as library:
        yield library


def put(
    folder: Path, embedder: Embedder, source: str, text: str, *, collection: str = "default"
) -> None:
    with open_writer(folder, embedder, collection=collection) as writer:
        add_text(source, text, writer)


def answered(*citations: Citation, text: str = RICE) -> Conversation:
    claim = Claim(text, citations, "supported")
    answer = Answer(text, text, (claim,), False, False, (), model="m")
    return Conversation("id", text, (Turn(1, text, claims=(claim,), answer=answer),))


def state(library: Library, citation: Citation) -> Any:
    return standings(library, [citation])[citation]


def test_a_quote_at_its_place_stands(reading: Library, cited: Citation) -> None:
    assert state(reading, cited).state == "stands"


def test_a_quote_that_another_text_pushed_down_has_moved(
    reading: Library, cited: Citation, folder: Path, embedder: Embedder
) -> None:
    put(folder, embedder, "rice.md", f"A new beginning of it all.\n\n{TEXT}")

    found = state(reading, cited)

    assert found.state == "moved"
    document = reading.document(found.now.document_id)
    assert document is not None
    assert document.text[found.now.start : found.now.end] == RICE == found.now.quote


def test_a_quote_that_was_wrapped_anew_has_moved(
    reading: Library, cited: Citation, folder: Path, embedder: Embedder
) -> None:
    put(folder, embedder, "rice.md", TEXT.replace("supply between", "supply\nbetween"))

    assert state(reading, cited).now.quote == RICE.replace("supply between", "supply\nbetween")


def test_of_several_places_the_nearest_counts(
    reading: Library, cited: Citation, folder: Path, embedder: Embedder
) -> None:
    text = f"{RICE}\n\nx {TEXT}\n\n{RICE}"
    put(folder, embedder, "rice.md", text)

    start = cited.start
    places = [at for at in range(len(text)) if text.startswith(RICE, at)]
    assert state(reading, cited).now.start == min(places, key=lambda at: abs(at - start))


@pytest.mark.parametrize("change", ["600,001 and", "about 600,000 and"])
def test_a_quote_of_which_a_word_changed_is_gone(
    reading: Library, cited: Citation, folder: Path, embedder: Embedder, change: str
) -> None:
    put(folder, embedder, "rice.md", TEXT.replace("600,000 and", change))

    assert state(reading, cited).state == "gone"


@pytest.mark.parametrize(
    ("quote", "now"),
    [
        ("Price: 5", "Price: 50"),
        ("Price: 5", "Price: 5%"),
        ("Dogs are allowed", "Dogs are allowed on Sundays"),
        ("600,000 tons were sent.", "1,600,000 tons were sent."),
    ],
)
def test_a_quote_whose_sentence_says_more_now_is_gone(
    folder: Path, embedder: Embedder, quote: str, now: str
) -> None:
    put(folder, embedder, "list.md", f"- {quote}\n- Tax: 3\n")
    with open_library(folder, embedder) as library:
        (row,) = library.documents()
        put(folder, embedder, "list.md", f"- {now}\n- Tax: 3\n")

        found = state(library, Citation(row.id, "list.md", 2, 2 + len(quote), quote))

    assert found.state == "gone"


def test_a_quote_of_another_collection_has_moved_within_it_or_to_another_name(
    reading: Library, folder: Path, embedder: Embedder
) -> None:
    put(folder, embedder, "lease.md", f"{RICE}\n", collection="contracts")
    (row,) = reading.documents("contracts")
    quote = Citation(row.id, "lease.md", 0, len(RICE), RICE)
    put(folder, embedder, "lease.md", "Nothing of it.", collection="zoo")
    put(folder, embedder, "rice.md", "Nothing of it.")

    put(folder, embedder, "lease.md", f"Preface.\n\n{RICE}\n", collection="contracts")
    edited = state(reading, quote)
    with open_writer(folder, embedder, collection="contracts") as writer:
        writer.remove("lease.md")
        add_text("contract.md", f"Preface.\n\n{RICE}\n", writer)
    renamed = state(reading, quote)

    assert (edited.state, edited.now.source) == ("moved", "lease.md")
    assert (renamed.state, renamed.now.source) == ("moved", "contract.md")


def test_a_quote_whose_document_was_renamed_has_moved_there(
    reading: Library, cited: Citation, folder: Path, embedder: Embedder
) -> None:
    with open_writer(folder, embedder) as writer:
        writer.remove("rice.md")
        add_text("renamed.md", TEXT, writer)

    assert state(reading, cited).now.source == "renamed.md"


def test_a_quote_that_never_stood_where_it_says_is_found_out(
    reading: Library, cited: Citation
) -> None:
    forged = replace(cited, quote="Russia proposed nothing.")

    assert state(reading, forged).state == "gone"


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_is_verified_and_found_out_once_the_document_changed(
    suffix: str,
    reading: Library,
    cited: Citation,
    folder: Path,
    embedder: Embedder,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = exported(words("en"), reading, answered(cited), suffix)
    file = tmp_path / made.name
    file.write_text(made.content, encoding="utf-8")
    command = ["verify", str(file), "--data", str(folder)]

    at_first = footnoted.main(command), capsys.readouterr().out
    put(folder, embedder, "rice.md", f"New.\n\n{TEXT}")
    moved = footnoted.main(command), capsys.readouterr().out
    put(folder, embedder, "rice.md", "All else.")
    gone = footnoted.main(command), capsys.readouterr().out

    assert [code for code, _ in (at_first, moved, gone)] == [0, 0, 1]
    assert [said.split()[0] for _, said in (at_first, moved, gone)] == ["stands", "moved", "gone"]


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_an_export_says_what_the_page_says_beside_an_answer(suffix: str) -> None:
    note = Citation("d", "rice.md", 0, len(RICE), RICE)
    claim = Claim("Rice is listed.", (note,), "quoted")
    listed = Answer("?", "?", (claim,), False, False, (), coverage=Coverage(3, 9))
    refused = Answer("?", "?", (), True, False, (note,), missing="Nobody says so.", model="m")
    turns = (Turn(1, "?", answer=listed), Turn(2, "?", answer=refused))

    made = exported(words("en"), NoDocuments(), Conversation("id", "x", turns), suffix)

    said = re.sub(r"<[^>]*>|\\", " ", made.content.partition("footnoted")[0])
    told = ["No model was asked", "Rice is listed", "Read 3 of 9 sentences", "Nobody says so"]
    told += ["The nearest sentences, none", "Russia proposed", "Russia proposed"]
    places = [match.start() for each in dict.fromkeys(told) for match in re.finditer(each, said)]
    assert len(places) == len(told)
    assert places == sorted(places)


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_an_export_says_of_each_claim_whether_it_was_verified_or_quoted(suffix: str) -> None:
    note = Citation("d", "rice.md", 0, len(RICE), RICE)
    claims = (Claim("So it is.", (note,), "supported"), Claim(RICE, (note,), "quoted"))
    turn = Turn(1, "Is it?", answer=Answer("Is it?", "Is it?", claims, False, False, (), model="m"))

    made = exported(words("en"), NoDocuments(), Conversation("id", "Is it?", (turn,)), suffix)

    said = re.sub(r"<[^>]*>", "", made.content.partition("footnoted")[0])
    assert said.count("verified") == said.count("quoted") == 1
    assert said.count("Is it") == (1 if suffix == "md" else 2)  # the tab of a page, too


def test_an_export_and_a_copy_quote_as_the_readers_language_does() -> None:
    conversation = answered(Citation("d", "rice.md", 0, len(RICE), RICE))
    german = words("de")

    made = exported(german, NoDocuments(), conversation, "md").content.partition("<!--")[0]
    copied = answer_to_text(conversation.turns[0].answer, german.said)

    assert made.count(f"„{RICE}“") == copied.count(f"„{RICE}“") == 1
    assert "”" not in made + copied


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_text_that_was_checked_is_exported_with_its_verdicts_and_verified(
    suffix: str,
    reading: Library,
    cited: Citation,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sentences = (
        Checked(RICE, "supported", (cited,)),
        Checked("Oil was sold.", "not found", (cited,), "“Oil” is not in the source"),
    )
    turn = Turn(1, f"{RICE} Oil was sold.", checking=True, checked=sentences, done=True)
    file = tmp_path / f"x.{suffix}"

    made = exported(words("en"), reading, Conversation("id", RICE, (turn,)), suffix)
    file.write_text(made.content, encoding="utf-8")

    said = made.content if suffix == "json" else made.content.partition("footnoted")[0]
    assert "not found" in said
    assert "“Oil” is not in the source" in said
    assert footnoted.main(["verify", str(file), "--data", str(folder)]) == 0
    assert "2 stands" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", FORMATS)
def test_an_export_whose_lines_end_as_on_windows_is_read(suffix: str) -> None:
    citation = Citation("d", "rice.md", 0, len(RICE), RICE)

    made = exported(words("en"), NoDocuments(), answered(citation), suffix)

    assert [one.citation for one in read_export(made.content.replace("\n", "\r\n"))] == [citation]


@given(ANYTHING, ANYTHING, st.integers(0, 20))
@settings(deadline=None)
def test_whatever_is_said_and_quoted_an_export_reads_back_to_the_letter(
    said: str, quote: str, start: int
) -> None:
    citation = Citation("d", said, start, start + len(quote), quote, start or None)
    conversation = answered(citation, text=said)

    files = [exported(words("en"), NoDocuments(), conversation, suffix) for suffix in FORMATS]

    for file in files:
        (read,) = read_export(file.content)
        assert (read.claim, read.citation) == (said, citation)


@given(ANYTHING)
@settings(deadline=None)
def test_nothing_that_is_said_becomes_a_link_a_tag_or_a_script_of_an_export(said: str) -> None:
    hostile = f"{said}<script>x</script> ![a](http://evil.example) --> </script>"
    conversation = answered(Citation("d", hostile, 0, 1, hostile), text=hostile)

    html = exported(words("en"), NoDocuments(), conversation, "html").content
    markdown = exported(words("en"), NoDocuments(), conversation, "md").content

    assert html.count("<script") == 1
    assert html.count("</script>") == 1
    shown = markdown.partition("<!--")[0]
    assert "](http" not in shown
    assert shown.count("<script") == shown.count("\\<script")
    assert markdown.count("-->") == 1


class NoDocuments:
    """A library from which all is gone."""

    def document(self, id_: str) -> None:
        return None


def test_an_annotation_has_the_selectors_of_the_standard() -> None:
    document = Document("d", "rice.md", "", TEXT, "text/markdown", "")
    start = TEXT.index(RICE)

    made = annotation(
        "So it is.", Citation("d", "rice.md", start, start + len(RICE), RICE), document
    )

    quote, position = made["target"]["selector"]
    assert (made["@context"], made["type"]) == ("http://www.w3.org/ns/anno.jsonld", "Annotation")
    assert quote["type"] == "TextQuoteSelector"
    assert quote["prefix"] + quote["exact"] + quote["suffix"] in TEXT
    assert position == {
        "type": "TextPositionSelector",
        "start": start,
        "end": start + len(RICE),
    }
    assert made["body"]["value"] == "So it is."


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "[1]", "{}", '{"answers": 3}', '{"claims": [{"text": "x"}]}', "null"]
)
def test_a_file_that_is_no_export_is_one_clear_line(
    content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.json"
    file.write_text(content)

    with pytest.raises(UnreadableExport):
        read_export(content)
    assert footnoted.main(["verify", str(file), "--data", str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("key", "value"), [("start", "Infinity"), ("start", '"three"'), ("page", "[1]")]
)
def test_an_export_that_was_broken_by_hand_is_named_as_such(key: str, value: str) -> None:
    citation = {"document_id": "d", "source": "a", "start": 0, "end": 1, "quote": "x", "page": 1}
    whole = json.dumps({"claims": [{"text": "x", "citations": [{**citation, key: "HERE"}]}]})

    with pytest.raises(UnreadableExport) as raised:
        read_export(whole.replace('"HERE"', value))

    assert "it is no JSON" not in str(raised.value)


def test_a_quote_with_half_of_a_character_is_gone(reading: Library, cited: Citation) -> None:
    citation = {"document_id": "\ud800", "source": "\ud800", "start": 0, "end": 1, "page": None}
    quote = f"{RICE} \ud800"

    (read,) = read_export(
        json.dumps({"claims": [{"text": "x", "citations": [{**citation, "quote": quote}]}]})
    )

    assert state(reading, read.citation).state == "gone"


def test_what_ask_prints_as_json_can_be_verified(reading: Library, cited: Citation) -> None:
    from rag.export import answer_to_json

    answer = answered(cited).turns[0].answer
    assert answer is not None

    (read,) = read_export(json.dumps(answer_to_json(answer)))

    assert state(reading, read.citation).state == "stands"


@given(st.recursive(ANYTHING, lambda inner: st.dictionaries(ANYTHING, inner, max_size=3)))
def test_embedded_json_is_json_and_ends_nothing(value: Any) -> None:
    written = embed({"value": value})

    assert json.loads(written) == {"value": value}
    assert not set("<>&") & set(written)


@pytest.mark.parametrize("words", [[], ["a.json", "--text", "b.txt"], ["missing.json"]])
def test_bad_usage_of_verify_is_one_line(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert footnoted.main(["verify", *words]) == 2
    assert capsys.readouterr().err.count("\n") == 1
