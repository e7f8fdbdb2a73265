"""The page: its blocks, and which handler each event goes to."""

from pathlib import Path
from typing import Any

import gradio as gr

from rag.assistant import Assistant
from ui.conversations import Conversations
from ui.desk import Desk
from ui.panes import Panes
from ui.shelf import Shelf
from ui.talk import Talk
from ui.turns import Conversation

__all__ = ["build_page", "page_head", "page_theme"]

HERE = Path(__file__).parent
TURNS_AT_ONCE = 32  # of the 40 events that Gradio works at
DROPS_AT_ONCE = 8  # their files take turns
PAGES_KEPT = 128  # open or closed; Gradio keeps what each shows, 4 MB of one of 20 questions
UPLOADS_KEPT_S = 3600  # files that arrived and were never added
SYSTEM_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]


def build_page(
    assistant: Assistant,
    conversations: Conversations,
    index_command: str = "footnoted index PATH",
) -> gr.Blocks:
    """The page over an assistant; `index_command` is what an empty library tells people to run."""
    page: gr.Blocks
    kept = (UPLOADS_KEPT_S, UPLOADS_KEPT_S)
    with gr.Blocks(
        title="Footnoted", analytics_enabled=False, fill_width=True, delete_cache=kept
    ) as page:
        page.state_session_capacity = PAGES_KEPT
        panes = _panes()
        talk = Talk(assistant, conversations, panes, index_command)
        _wire_talk(talk, panes)
        _wire_desk(Desk(talk, conversations, panes), panes)
        _wire_shelf(Shelf(talk, panes), panes, page)
    return page


def page_theme() -> gr.themes.Base:
    """A theme that names system fonts only, so that no font is fetched."""
    return gr.themes.Base(font=SYSTEM_FONTS, font_mono=["ui-monospace", "monospace"])


def page_head() -> str:
    """The page's style and what must run before it is drawn, for the document's head."""
    return f"<style>{_joined('style', 'css')}</style><script>{_read('script/before.js')}</script>"


def _panes() -> Panes:
    """The page's parts, from left to right."""
    parts: dict[str, Any] = {
        "conversation": gr.State(Conversation()),
        "head": _html("head"),
        "outbox": _html("outbox"),
    }
    with gr.Row(elem_id="room"):
        with gr.Column(elem_id="side"):
            parts |= {name: _html(name) for name in ("top", "conversations", "library")}
        with gr.Column(elem_id="talk"):
            with gr.Column(elem_id="log"):
                parts |= {"past": _html("past"), "current": _html("turn")}
            with gr.Column(elem_id="composer"):
                parts |= _composer()
        parts["source"] = _html("source", js_on_load=_joined("script", "on.js"))
    return Panes(**parts, sheets=_html("sheets"), dialogs=_html("dialogs"))


def _html(name: str, js_on_load: str | None = None) -> Any:
    # The value goes through `${value}`, which puts it in as it is: it is HTML whose texts
    # ui/markup.py has escaped. `{{value}}` would escape it again and then run what stands in
    # `${…}` within it as JavaScript.
    return gr.HTML(
        elem_id=name,
        apply_default_css=False,
        html_template="${value}",
        js_on_load=js_on_load,
    )


def _composer() -> dict[str, Any]:
    with gr.Row(elem_id="compose"):
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
        stop = gr.Button("Stop", elem_id="stop", min_width=0)
    quotes = gr.Checkbox(label="Quotes only, no model", elem_id="quotes", container=False)
    return {"question": question, "ask": ask, "stop": stop, "quotes": quotes}


QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}
# What waits in line: Gradio would drop, without a word, what comes while the same is at work.
IN_LINE: dict[str, Any] = {**QUIET, "trigger_mode": "multiple"}


def _wire_talk(talk: Talk, panes: Panes) -> None:
    turn: dict[str, Any] = {
        **IN_LINE,
        "outputs": panes.talk(),
        "concurrency_limit": TURNS_AT_ONCE,
        "concurrency_id": "turns",
    }
    composed = [panes.question, panes.conversation, panes.quotes]
    panes.question.submit(talk.asked, composed, **turn)
    panes.ask.click(talk.asked, composed, **turn)
    panes.source.ask(talk.asked_by_click, composed[1:], **turn)
    panes.source.retry(talk.retried, composed[1:], **turn)
    panes.source.check(talk.checked, [panes.conversation], **turn)
    panes.stop.click(talk.stopped, None, None, **AT_ONCE)


def _wire_desk(desk: Desk, panes: Panes) -> None:
    panes.source.new(desk.new, None, panes.talk(), **AT_ONCE)
    for event, handler in {
        "open": desk.opened,
        "search": desk.searched,
        "rename": desk.renamed,
        "delete": desk.deleted,
        "export": desk.exported,
        "copy": desk.copied,
        "like": desk.liked,
        "dislike": desk.disliked,
        "case": desk.case_made,
    }.items():
        listen = getattr(panes.source, event)
        listen(handler, [panes.conversation], panes.talk(), **AT_ONCE)


def _wire_shelf(shelf: Shelf, panes: Panes, page: gr.Blocks) -> None:
    source, talk = panes.source, panes.talk()
    page.load(shelf.loaded, None, panes.all(), **AT_ONCE)
    source.begin(shelf.loaded, None, panes.all(), **AT_ONCE)
    source.show(shelf.shown, None, [source], **AT_ONCE)
    source.unfold(shelf.unfolded, None, [panes.sheets, panes.outbox], **AT_ONCE)
    looked = [panes.library, panes.head, *talk]
    source.look(shelf.looked, [panes.conversation], looked, **AT_ONCE)
    source.dismiss(shelf.dismissed, None, panes.shelf(), **AT_ONCE)
    changes = [
        source.take(shelf.added, None, panes.shelf(), **IN_LINE, concurrency_limit=DROPS_AT_ONCE),
        source.remove(shelf.removed, None, panes.shelf(), **AT_ONCE),
        source.retitle(shelf.renamed, None, [*panes.shelf(), source], **AT_ONCE),
        source.gather(shelf.gathered, None, panes.shelf(), **AT_ONCE),
    ]
    for change in changes:
        change.then(shelf.settled, [panes.conversation], talk, **AT_ONCE)


def _joined(folder: str, ending: str) -> str:
    """The files of a folder that end so, in the order of their names, as one."""
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((HERE / folder).glob(f"*.{ending}"))
    )


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
