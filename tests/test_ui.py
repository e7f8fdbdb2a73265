"""The page without a browser: what is drawn, what the server allows, how the door behaves."""

import asyncio
import itertools
import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from evals.cases import load_cases
from index.documents import Document, Sentence
from index.embedding import Embedder
from index.ingest import add_text
from index.library import DocumentRow, open_library, open_writer
from index.sentences import split_sentences
from rag.answer import Answer, Citation, Claim, Evidence, Found, Message, Refused
from rag.standing import Standing
from rag.verify import Checked
from ui import reading, render, side
from ui.__main__ import main
from ui.cases import FILENAME, save_case
from ui.conversations import Row
from ui.examples import questions
from ui.language import words
from ui.security import Guard
from ui.stream import stream, to_its_end
from ui.turns import Feedback, Turn, history
from ui.uploads import Added

ENGLISH = words("en")
TAGLESS = st.text(alphabet=st.sampled_from("ab <>&\"'`${}\n\r\t.é—"), max_size=80)


def drawn(text: str, spans: list[tuple[int, int]]) -> str:
    document = Document("d", "d.txt", "", text, "text/plain", "")
    sentences = [Sentence("d", number, *span) for number, span in enumerate(spans)]
    return reading.article(ENGLISH, document, sentences)


@given(TAGLESS, st.lists(st.integers(0, 80), min_size=2, max_size=8, unique=True))
def test_every_piece_of_a_drawn_document_holds_the_characters_it_says(
    text: str, edges: list[int]
) -> None:
    cuts = sorted(edge for edge in edges if edge <= len(text))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))

    pieces = _Pieces(drawn(text, spans)).found

    assert pieces == [(start, end, text[start:end]) for start, end in spans]


@given(TAGLESS)
def test_no_text_becomes_a_tag(text: str) -> None:
    assert _Pieces(all_that_says(f"a{text}")).tags == _Pieces(all_that_says("a")).tags


def all_that_says(text: str) -> str:
    """Every kind of turn and pane, with a text wherever a text can stand."""
    said = (Citation(text, text, 0, 1, text),)
    claims = (Claim(text, said, "supported"),)
    refused = (Refused(text, text),)
    answers = (
        Answer("q", text, claims, False, True, (), refused, model="m"),
        Answer("q", text, (), True, False, said, missing=text, model="m"),
    )
    found = Turn(1, text, found=Found(f"b{text}", said))
    turns = [replace(found, claims=each.claims, answer=each) for each in answers]
    turns += [found, replace(found, stopped=True), replace(found, claims=claims, error=text)]
    turns += [replace(turns[0], feedback=Feedback(False, text))]
    checked = tuple(Checked(text, kind, said, text) for kind in ("contradicted", "not found"))
    turns += [Turn(2, text, checking=True, checked=checked, done=True)]
    document = Document(text, text, f"c{text}", text, "text/plain", "", pages=((0, 1),))
    row = DocumentRow(text, text, text, "", "", 1)
    return (
        render.turns(ENGLISH, turns, {said[0]: Standing("moved", said[0])})
        + render.header(ENGLISH, 1, text)
        + render.welcome(ENGLISH, 1, [text], text)
        + render.welcome(ENGLISH, 0, [], text)
        + reading.article(ENGLISH, document, [Sentence(text, 0, 0, len(text))])
        + reading.gone(ENGLISH, text)
        + side.conversations(ENGLISH, [Row(text, text, text)], text)
        + side.library(ENGLISH, [row] * 20, [Added(text, "failed", text)], stamp=text)
        + side.notice(text)
        + side.outbox(text, text, text)
        + side.clipboard(ENGLISH, answers[0])
    )


def test_a_cited_span_that_is_no_sentence_is_cut_out_exactly() -> None:
    document = Document("d", "d.txt", "", "One two three. Four five.", "text/plain", "")
    sentences = [Sentence("d", 0, 0, 14), Sentence("d", 1, 15, 25)]

    pieces = _Pieces(reading.article(ENGLISH, document, sentences, [(4, 19)])).found

    assert pieces == [
        (0, 4, "One "),
        (4, 14, "two three."),
        (14, 15, " "),
        (15, 19, "Four"),
        (19, 25, " five."),
    ]


def test_hard_wrapped_lines_flow_together_and_blank_lines_part_paragraphs() -> None:
    first = "A line that was wrapped by hand at about sixty characters, as\nmail is. It ends here."
    text = f"{first}\n\nNext paragraph."
    end = len(first)

    html = drawn(text, [(0, end), (end + 2, len(text))])

    assert html.count("<p ") == 2


def test_text_that_is_no_sentence_is_still_shown() -> None:
    assert "Related Sources:" in drawn("One.\nRelated Sources:", [(0, 4)])


def test_a_table_is_set_in_rows_and_cells_without_what_parts_them() -> None:
    text = "Grain.\n\n| Year | Rice |\n|---|---:|\n| 2024 | 5 tons |\n\nNo | row is this |."

    html = drawn(text, spans(text))

    assert re.findall(r"<tr>(.*?)</tr>", html) == [
        f'<th scope="col" dir="auto">{piece(text, "Year")}</th>'
        f'<th scope="col" dir="auto">{piece(text, "Rice")}</th>',
        f'<td dir="auto">{piece(text, "2024")}</td><td dir="auto">{piece(text, "5 tons")}</td>',
    ]
    assert "---" not in html
    assert piece(text, "No | row is this |.") in html


def test_cells_that_name_their_columns_stand_below_each_other_and_are_named_once() -> None:
    text = "\n".join(
        (
            "| Country: France; Capital: Paris; Note: at 9: 30 |",
            "| Country: Monaco; Note: small |",
            "| Total; 2 |",
        )
    )

    html = drawn(text, spans(text))
    rows = [re.findall(r"<td.*?>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", html)]

    assert [[re.sub("<.*?>", "", cell) for cell in row] for row in rows] == [
        ["Country France", "Capital Paris", "Note at 9: 30"],
        ["Country Monaco", "", "Note small"],
        ["Total", "2"],
    ]
    assert html.count('class="column"') == 3
    assert html.count('class="column again"') == 2


@given(st.text(alphabet=st.sampled_from("ab|;:- \n"), max_size=60))
def test_no_letter_of_a_table_is_lost_and_each_stands_where_it_says(text: str) -> None:
    pieces = _Pieces(drawn(text, spans(text))).found

    assert all(text[start:end] == said for start, end, said in pieces)
    assert re.findall("[ab]", "".join(said for _, _, said in pieces)) == [
        letter for start, end in spans(text) for letter in re.findall("[ab]", text[start:end])
    ]


def spans(text: str) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in split_sentences(text)]


def piece(text: str, words: str) -> str:
    start = text.index(words)
    end = start + len(words)
    return f'<span class="s" data-start="{start}" data-end="{end}">{words}</span>'


def test_a_page_is_marked_where_it_begins() -> None:
    document = Document("d", "d.pdf", "", "One. Two.", "application/pdf", "", "", ((0, 1), (5, 2)))
    sentences = [Sentence("d", 0, 0, 4), Sentence("d", 1, 5, 9)]

    html = reading.article(ENGLISH, document, sentences)

    assert html.index('data-page="1"') < html.index("One.") < html.index('data-page="2"')
    assert html.index('data-page="2"') < html.index("Two.")


def test_a_heading_is_drawn_without_the_marks_before_it() -> None:
    text = "# Rye\n\nNo. # 5 is rye.\n"
    sentences = [each._replace(document="d") for each in split_sentences(text)]

    html = reading.article(ENGLISH, Document("d", "d.md", "Rye", text, "text/plain", ""), sentences)

    assert f'<h3 dir="auto">{piece(text, "Rye")}</h3>' in html
    assert "# 5 is rye." in html
    assert html.count(">Rye<") == 1


def test_a_sentence_cited_twice_keeps_its_number() -> None:
    one, two = (Citation("d", "d.txt", at, at + 4, "Said") for at in (0, 5))
    claims = (Claim("A.", (one,), "supported"), Claim("B.", (two, one), "supported"))

    html = render.turn(ENGLISH, Turn(1, "q", claims=claims), {})

    assert [number for number in _Pieces(html).numbers if number] == ["1", "2", "1"]


def test_only_what_was_answered_is_history() -> None:
    claim = Claim("Yes.", (), "supported")
    answer = Answer("a", "a", (claim,), False, False, ())
    turns = (Turn(1, "a", answer=answer), Turn(2, "b", error="no"), Turn(3, "c", stopped=True))

    assert history(turns) == (Message("user", "a"), Message("assistant", "Yes."))


def test_a_turn_says_in_words_what_it_is_doing() -> None:
    citation = Citation("d", "d.txt", 0, 4, "Said")
    asked = Turn(1, "q")
    found = asked.after(Found("q", (citation,)))
    judged = found.after(Evidence((citation,)))

    assert "Looking through the documents" in render.turn(ENGLISH, asked, {})
    assert "Reading 1 sentence…" in render.turn(ENGLISH, found, {})
    assert "Writing from 1 sentence…" in render.turn(ENGLISH, judged, {})


def test_a_case_of_a_question_to_a_collection_is_asked_of_the_documents_in_the_case(
    tmp_path: Path, embedder: Embedder
) -> None:
    with open_writer(tmp_path, embedder, collection="shop") as writer:
        add_text("prices.md", "The red bicycle costs 290 euros.", writer)
    with open_library(tmp_path, embedder) as library:
        (row,) = library.documents()
        found = Found(
            "How much?", (Citation(row.id, row.source, 0, 32, "The red bicycle costs 290 euros."),)
        )
        earlier = Turn(1, "@shop what is sold?", answer=Answer("q", "q", (), True, False, ()))
        save_case(library, [earlier], Turn(2, "@shop how much is the red one?", found=found), [0])
    (case,) = load_cases(tmp_path / FILENAME)

    assert case.question == "how much is the red one?"
    assert [message.content for message in case.history] == ["what is sold?"]
    assert case.documents == {"prices.md": "The red bicycle costs 290 euros."}


def test_a_case_is_added_to_a_file_that_was_edited_by_hand(
    tmp_path: Path, embedder: Embedder
) -> None:
    mine = '{"id": "mine", "kind": "fact", "question": "Why?", "answerable": true}'
    with open_writer(tmp_path, embedder) as writer:
        add_text("prices.md", "The red bicycle costs 290 euros.", writer)
    (tmp_path / FILENAME).write_text(mine)  # an editor that leaves the last line without an end
    with open_library(tmp_path, embedder) as library:
        turn = Turn(1, "How much?", found=Found("How much?", ()))
        assert save_case(library, [], turn, [])
        assert not save_case(library, [], turn, [])
        assert [case.question for case in load_cases(tmp_path / FILENAME)] == ["Why?", "How much?"]
        (tmp_path / FILENAME).write_text("{broken\n")
        assert save_case(library, [], turn, [])


def test_examples_ask_after_what_a_document_counts() -> None:
    assert "How many soldiers?" in questions("Plan\nIt sent 12,000 soldiers to the front.")


def test_every_response_forbids_other_hosts_and_frames() -> None:
    headers = guarded().get("/", headers={"host": "localhost"}).headers

    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src-attr 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]:80"])
def test_a_name_that_points_at_this_computer_is_not_answered(host: str) -> None:
    assert guarded().get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "[::1]:7860"])
def test_this_computer_is_answered(host: str) -> None:
    assert guarded().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("door", ["/gradio_api/file=/etc/passwd", "/file=x", "/gradio_api/runs"])
def test_doors_that_the_page_does_not_use_are_shut(door: str) -> None:
    assert guarded().get(door, headers={"host": "localhost"}).status_code == 404


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost"}, 200),
        ({"origin": "http://localhost.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "http://proxied.example"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://localhost"}, 403),
    ],
)
def test_only_the_page_itself_may_send_what_changes_something(
    headers: dict[str, str], status: int
) -> None:
    sent = guarded().post("/gradio_api/upload", headers={"host": "localhost", **headers})

    assert sent.status_code == status


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.org"])
def test_off_loopback_a_login_is_asked_for(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--host", host]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_login_needs_a_name_and_a_password(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--auth", "me"]) == 2
    assert "USER:PASSWORD" in capsys.readouterr().err


def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "99999"]) == 2
    assert "65535" in capsys.readouterr().err


def test_a_port_in_use_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code = main(["--port", str(taken.getsockname()[1])])

    shown = capsys.readouterr()
    assert code == 1
    assert shown.err.count("\n") == 1
    assert "--port" in shown.err


def test_a_stream_that_is_left_closes_its_iterator() -> None:
    closed = []

    def numbers() -> Iterator[int]:
        try:
            yield from range(10**9)
        finally:
            closed.append(True)

    async def first_two() -> list[int]:
        items = []
        source = stream(numbers, asyncio.Event())
        async for some in source:
            items += some
            if len(items) >= 2:
                break
        await source.aclose()
        while not closed:
            await asyncio.sleep(0.01)
        return items

    assert asyncio.run(first_two())[:2] == [0, 1]


def test_a_stream_that_is_stopped_ends_though_its_iterator_is_at_work() -> None:
    go_on = threading.Event()

    def stuck() -> Iterator[int]:
        yield 1
        go_on.wait(10)
        yield 2

    async def until_stopped() -> list[int]:
        stop, items = asyncio.Event(), []
        async for some in stream(stuck, stop):
            items += some
            stop.set()
        return items

    began = time.monotonic()
    items = asyncio.run(until_stopped())
    took = time.monotonic() - began
    go_on.set()

    assert items == [1]
    assert took < 5


def test_what_a_stream_had_while_nobody_read_comes_together() -> None:
    done = threading.Event()

    def four() -> Iterator[int]:
        yield 0
        yield from (1, 2, 3)
        done.set()

    async def slowly() -> list[list[int]]:
        source, batches = stream(four, asyncio.Event()), []
        async for some in source:
            batches.append(list(some))
            while not done.is_set():
                await asyncio.sleep(0.01)
        return batches

    batches = asyncio.run(slowly())

    assert list(itertools.chain(*batches)) == [0, 1, 2, 3]
    assert len(batches) <= 3


def test_what_is_worked_off_ends_though_nobody_reads_on() -> None:
    ended, go_on = threading.Event(), threading.Event()

    def three() -> Iterator[int]:
        yield 1
        go_on.wait(10)
        yield from (2, 3)
        ended.set()

    reading = to_its_end(three())
    first = next(reading)
    reading.close()
    go_on.set()

    assert first == 1
    assert ended.wait(10)


def test_a_stream_raises_what_its_iterator_raises() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise LookupError("lost")

    async def drain() -> None:
        async for _ in stream(failing, asyncio.Event()):
            pass

    with pytest.raises(LookupError, match="lost"):
        asyncio.run(drain())


def guarded() -> TestClient:
    async def hello(_: Any) -> PlainTextResponse:
        return PlainTextResponse("hello")

    app = Starlette(routes=[Route("/{path:path}", hello, methods=["GET", "POST"])])
    app.add_middleware(Guard, hosts=("127.0.0.1", "localhost", "::1"))
    return TestClient(app)


class _Pieces:
    """What a browser would make of our HTML, by the standard library's parser."""

    def __init__(self, html: str) -> None:
        from html.parser import HTMLParser

        self.found: list[tuple[int, int, str]] = []
        self.tags: list[str] = []
        self.numbers: list[str | None] = []
        outer = self

        class Parser(HTMLParser):
            def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
                outer.tags.append(tag)
                values = dict(attrs)
                if tag == "button":
                    outer.numbers.append(values.get("data-number"))
                if values.get("class") == "s":
                    span = int(values["data-start"] or 0), int(values["data-end"] or 0)
                    outer.found.append((*span, ""))

            def handle_data(self, data: str) -> None:
                if self.lasttag == "span" and outer.found and self._open:
                    start, end, text = outer.found[-1]
                    outer.found[-1] = (start, end, text + data)

            @property
            def _open(self) -> bool:
                return (self.get_starttag_text() or "").startswith('<span class="s"') and (
                    len(outer.found[-1][2]) < outer.found[-1][1] - outer.found[-1][0]
                )

        Parser(convert_charrefs=True).feed(html)
