"""The page: its blocks, and what happens on each event."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr

from index.documents import Document
from index.errors import LibraryError
from rag.answer import Event
from rag.assistant import Assistant
from rag.errors import AssistantError
from ui import reading, render
from ui.examples import examples
from ui.stream import stream
from ui.turns import Turn, history

__all__ = ["build_page", "page_head", "page_theme"]

HERE = Path(__file__).parent
TURNS_AT_ONCE = 8
SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
BROKEN = (
    "Something went wrong inside Footnoted, and its log says where. "
    "Ask again, or start `footnoted chat` anew if it stays."
)
GONE = "This document has changed or was removed since. Ask again to search what is there now."

log = logging.getLogger("footnoted.ui")

Turns = tuple[Turn, ...]
Update = dict[str, Any]


def build_page(assistant: Assistant, index_command: str = "footnoted index PATH") -> gr.Blocks:
    """The page over an assistant; `index_command` is what an empty library tells people to run."""
    page: gr.Blocks
    with gr.Blocks(title="Footnoted", analytics_enabled=False, fill_width=True) as page:
        turns = gr.State(())
        head = gr.HTML(elem_id="head", apply_default_css=False)
        with gr.Row(elem_id="room"):
            with gr.Column(elem_id="talk"):
                with gr.Column(elem_id="log"):
                    past = gr.HTML(elem_id="past", apply_default_css=False)
                    current = gr.HTML(elem_id="turn", apply_default_css=False)
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        elem_id="question",
                        label="Your question",
                        placeholder="Ask about your documents",
                        show_label=False,
                        container=False,
                        max_lines=6,
                        autofocus=True,
                    )
                    ask = gr.Button("Ask", elem_id="ask", min_width=0)
                    stop = gr.Button("Stop", elem_id="stop", min_width=0, visible=False)
            source: Any = gr.HTML(
                elem_id="source",
                apply_default_css=False,
                # The value goes through `${value}`, which puts it in as it is: it is HTML that
                # ui/render.py and ui/reading.py have escaped. `{{value}}` would escape it again
                # and then run what stands in `${…}` within it as JavaScript.
                html_template="${value}",
                js_on_load=(HERE / "page.js").read_text(encoding="utf-8"),
            )
        _Events(assistant, index_command).wire(
            page, turns, [head, past, current, source], [question, ask, stop]
        )
    return page


def page_theme() -> gr.themes.Base:
    """A theme that names system fonts only, so that no font is fetched."""
    return gr.themes.Base(font=SYSTEM_FONTS, font_mono=["ui-monospace", "monospace"])


def page_head() -> str:
    """The page's style, for the document's head."""
    return f"<style>{(HERE / 'page.css').read_text(encoding='utf-8')}</style>"


class _Events:
    """What the page does when it is loaded, asked, stopped, or told to open a document."""

    def __init__(self, assistant: Assistant, index_command: str) -> None:
        self.assistant = assistant
        self.library = assistant.library
        self.index_command = index_command
        # What ends the turn at work on an open page, by the page's session. The turn itself then
        # draws that it was stopped: were it cancelled and drawn by another event, an update that
        # is on its way would draw over it, and the page would work for ever.
        self.at_work: dict[str, asyncio.Event] = {}

    def wire(
        self, page: gr.Blocks, turns: gr.State, panes: Sequence[Any], controls: Sequence[Any]
    ) -> None:
        """Bind every event to its handler."""
        head, past, current, source = panes
        question, ask, stop = controls
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        at_once: dict[str, Any] = {**quiet, "queue": False}
        turn: dict[str, Any] = {
            **quiet,
            "outputs": [turns, head, past, current, question, ask, stop],
            "concurrency_limit": TURNS_AT_ONCE,
            "concurrency_id": "turns",
        }
        page.load(self.loaded, None, [head, current, source], **at_once)
        question.submit(self.asked, [question, turns], **turn)
        ask.click(self.asked, [question, turns], **turn)
        source.ask(self.asked_by_click, [turns], **turn)
        stop.click(self.stopped, None, None, **at_once)
        source.show(self.shown, None, [source], **at_once)
        source.list(self.listed, None, [source], **at_once)

    def loaded(self) -> tuple[str, str, str]:
        """A fresh page: the header, the welcome, and what there is to read."""
        try:
            rows = self.library.documents()
            questions = examples(self.library, rows)
            hello = render.welcome(len(rows), questions, self.index_command)
            only = self.library.document(rows[0].id) if len(rows) == 1 else None
            pane = self._article(only) if only else reading.library(rows)
            return self._header(), hello, pane
        except Exception as error:  # an outer edge: the page says what is wrong
            return self._header(), "", reading.gone(_line(error))

    async def asked(
        self, question: str, turns: Turns, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """One turn, drawn anew at each of its events; none while the page has one at work."""
        session, question = str(request.session_hash), question.strip()
        if not question or session in self.at_work:
            yield tuple(gr.skip() for _ in range(7))
            return
        stop = self.at_work[session] = asyncio.Event()
        try:
            async for update in self._updates(Turn(len(turns) + 1, question), turns, stop):
                yield update
        finally:
            del self.at_work[session]

    async def asked_by_click(
        self, turns: Turns, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """An example, or a question again."""
        async for update in self.asked(str(event.question), turns, request):
            yield update

    async def stopped(self, request: gr.Request) -> None:
        """The reader pressed Stop: what has come stays, and the page is ready."""
        if stop := self.at_work.get(str(request.session_hash)):
            stop.set()

    def shown(self, event: gr.EventData) -> str:
        """The document that a footnote points to."""
        try:
            document = self.library.document(str(event.document))
            if document is None:
                return reading.gone(GONE)
            spans = [(int(start), int(end)) for start, end in event.spans]
            return self._article(document, spans)
        except Exception as error:  # an outer edge: the pane says what is wrong
            return reading.gone(_line(error))

    def listed(self) -> str:
        """The list of documents, as they are now."""
        try:
            return reading.library(self.library.documents())
        except Exception as error:  # an outer edge: the pane says what is wrong
            return reading.gone(_line(error))

    async def _updates(
        self, turn: Turn, earlier: Turns, stop: asyncio.Event
    ) -> AsyncIterator[tuple[Any, ...]]:
        """What each step of a turn changes on the page, which ends ready, whatever comes."""
        yield (
            (*earlier, turn),
            self._header(),
            render.turns(earlier),
            render.turn(turn),
            "",
            gr.update(visible=False),
            gr.update(visible=True),
        )
        async for now in self._turn(turn, earlier, stop):
            ready = not now.working
            yield (
                (*earlier, now),
                gr.skip(),
                gr.skip(),
                render.turn(now),
                gr.skip(),
                gr.update(visible=True) if ready else gr.skip(),
                gr.update(visible=False) if ready else gr.skip(),
            )

    async def _turn(self, turn: Turn, earlier: Turns, stop: asyncio.Event) -> AsyncIterator[Turn]:
        said = history(earlier)

        def events() -> Iterator[Event]:
            if not self.library.documents():
                raise LibraryError(f"There are no documents yet: run {self.index_command}")
            return self.assistant.ask(turn.question, said)

        now = turn
        try:
            async for event in stream(events, stop):
                now = now.after(event)
                yield now
            if now.working:
                yield replace(now, stopped=True) if stop.is_set() else replace(now, error=BROKEN)
        except Exception as error:  # an outer edge: one turn of the chat
            yield replace(now, error=_line(error))

    def _article(self, document: Document, spans: Sequence[tuple[int, int]] = ()) -> str:
        return reading.article(document, self.library.sentences(document.id), spans)

    def _header(self) -> str:
        try:
            documents = len(self.library.documents())
            return render.header(documents, self.assistant.model_label)
        except Exception as error:  # an outer edge: the turn says what is wrong
            _line(error)
            return render.header(0, self.assistant.model_label)


def _line(error: Exception) -> str:
    """One line for the reader. What nobody foresaw is logged by its kind and place only: its
    message could hold a key or a document's words.
    """
    if isinstance(error, AssistantError | LibraryError):
        return " ".join(str(error).split())
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("unforeseen %s\n%s", type(error).__name__, frames)
    return BROKEN
