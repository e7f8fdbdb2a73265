"""The page's parts that events change, and who is reading it."""

from dataclasses import dataclass
from typing import Any, get_args

import gradio as gr
from starlette.requests import Request

from rag.thresholds import Strictness
from ui.language import Words, chosen

__all__ = ["LANGUAGE_COOKIE", "Panes", "Update", "reader", "speaking", "strictness"]

LANGUAGE_COOKIE = "footnoted_language"
STRICTNESS_COOKIE = "footnoted_strictness"

# What an event changes: a value for each part; the others stay as they are.
Update = dict[Any, Any]


@dataclass(frozen=True)
class Panes:
    """Gradio's components by what they show; `conversation` is the state of one open page."""

    conversation: gr.State
    head: gr.HTML
    top: gr.HTML
    conversations: gr.HTML
    library: gr.HTML
    past: gr.HTML
    current: gr.HTML
    question: gr.Textbox
    ask: gr.Button
    stop: gr.Button
    quotes: gr.Checkbox
    source: Any
    sheets: gr.HTML
    outbox: gr.HTML
    dialogs: gr.HTML

    def unchanged(self) -> Update:
        """An update that changes nothing; Gradio takes an empty one for a wrong one."""
        return {self.outbox: gr.skip()}

    def talk(self) -> list[Any]:
        """What changes where a conversation does.

        Gradio builds every output anew at every step of an event, which is most of what a step
        costs, and keeps it as long as the page: so an event names only its own.
        """
        return [self.conversation, self.conversations, self.past, self.current, self.outbox]

    def shelf(self) -> list[Any]:
        """What changes where the library does."""
        return [self.library, self.head, self.outbox]

    def all(self) -> list[Any]:
        """Every part, for a fresh page."""
        return [getattr(self, name) for name in self.__dataclass_fields__]


def speaking(request: gr.Request | Request) -> Words:
    """The language of the reader who sent a request."""
    cookie = str(request.cookies.get(LANGUAGE_COOKIE, ""))
    return chosen(cookie, str(request.headers.get("accept-language", "")))


def strictness(request: gr.Request, otherwise: Strictness) -> Strictness:
    """How sure an answer must be for the reader who sent a request, where they chose it."""
    cookie = request.cookies.get(STRICTNESS_COOKIE)
    return next((each for each in get_args(Strictness) if each == cookie), otherwise)


def reader(request: gr.Request) -> str:
    """The name that the reader logged in with; "" where there is no login."""
    return str(request.username or "")
