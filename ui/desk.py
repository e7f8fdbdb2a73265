"""What happens to conversations at rest: open, search, rename, delete, export, feedback."""

import shlex
from collections.abc import Callable
from dataclasses import replace

import gradio as gr

from ui import side
from ui.cases import FILENAME, save_case
from ui.conversations import Conversations
from ui.export import FORMATS, exported, titled
from ui.failures import line
from ui.panes import Panes, Update, reader, speaking
from ui.talk import Talk
from ui.turns import Conversation, Feedback

__all__ = ["Desk"]


class Desk:
    """The reader's conversations, on every open page."""

    def __init__(self, talk: Talk, conversations: Conversations, panes: Panes) -> None:
        self.talk = talk
        self.conversations = conversations
        self.panes = panes

    def opened(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """The conversation that was pressed, or that a link names."""

        def show() -> Update:
            if conversation.id == str(event.conversation) and self.talk.working(request):
                return self.panes.unchanged()  # it is here, and its answer goes on
            found = self.conversations.read(reader(request), str(event.conversation))
            if found is None:
                return self._told(speaking(request)("no_conversation"), wrong=True)
            return self.talk.leave(found, request)

        return self._careful(show, request)

    def new(self, request: gr.Request) -> Update:
        """An empty conversation, which is kept with its first question."""
        return self._careful(lambda: self.talk.leave(Conversation(), request), request)

    def searched(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """The conversations in which all words of the query are."""
        query = str(event.query)[:200].encode("utf-8", "replace").decode()
        return {self.panes.conversations: self.talk.listed(conversation, request, query)}

    def renamed(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """Another title."""

        def rename() -> Update:
            title = str(event.title).encode("utf-8", "replace").decode()
            self.conversations.rename(reader(request), str(event.conversation), title)
            here = conversation
            if conversation.id == str(event.conversation) and title.strip():
                here = replace(conversation, title=" ".join(title.split()))
            return {
                self.panes.conversation: here,
                self.panes.conversations: self.talk.listed(here, request),
            }

        return self._careful(rename, request)

    def deleted(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """A conversation goes; where it is the open one, an empty one takes its place."""

        def delete() -> Update:
            self.conversations.delete(reader(request), str(event.conversation))
            if conversation.id == str(event.conversation):
                return self.talk.leave(Conversation(), request)
            return {self.panes.conversations: self.talk.listed(conversation, request)}

        return self._careful(delete, request)

    def exported(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """A conversation as a file, or one answer of the open one."""

        def export() -> Update:
            named, turn = getattr(event, "conversation", ""), getattr(event, "turn", "")
            whole: Conversation | None = conversation
            if named:
                whole = self.conversations.read(reader(request), str(named))
            if whole is None:
                return self._told(speaking(request)("no_conversation"), wrong=True)
            if turn:
                one = whole.turn(int(turn))
                title = titled(speaking(request), one) if one else ""
                whole = Conversation(title=title, turns=(one,) if one else ())
            suffix = str(event.format) if event.format in FORMATS else "json"
            library = self.talk.asked_by(request).library
            made = exported(speaking(request), library, whole, suffix)
            return {self.panes.outbox: side.outbox(made.name, made.media_type, made.content)}

        return self._careful(export, request)

    def copied(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """An answer with its footnotes, for the clipboard."""
        turn = conversation.turn(int(event.turn))
        if turn is None or turn.answer is None:
            return self.panes.unchanged()
        return {self.panes.outbox: side.clipboard(speaking(request), turn.answer)}

    def liked(self, conversation: Conversation, event: gr.EventData, request: gr.Request) -> Update:
        """The reader is content."""
        return self._rated(conversation, event, request, Feedback(True))

    def disliked(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """The reader is not, and says why."""
        reason = str(event.reason)[:1000].encode("utf-8", "replace").decode()
        return self._rated(conversation, event, request, Feedback(False, reason))

    def case_made(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """A bad answer becomes an eval case, and its reason is kept."""

        def make() -> Update:
            turn = conversation.turn(int(event.turn))
            if turn is None:
                return self.panes.unchanged()
            earlier = conversation.turns[: conversation.turns.index(turn)]
            chosen = [int(at) for at in event.chosen]
            library = self.talk.asked_by(request).library
            new = save_case(library, earlier, turn, chosen)
            path = shlex.quote(str(library.folder / FILENAME))
            said = speaking(request)("case_made" if new else "case_there", path=path)
            kept = self.disliked(conversation, event, request)
            return {**kept, **self._told(said)}

        return self._careful(make, request)

    def _rated(
        self,
        conversation: Conversation,
        event: gr.EventData,
        request: gr.Request,
        feedback: Feedback,
    ) -> Update:
        def rate() -> Update:
            turn = conversation.turn(int(event.turn))
            if turn is None:
                return self.panes.unchanged()
            rated = replace(turn, feedback=feedback)
            kept = self.conversations.keep(reader(request), conversation, rated)
            drawn = self.talk.drawn(kept, request)
            if self.talk.working(request):
                del drawn[self.panes.current]  # its answer goes on
            return {**drawn, **self._told(speaking(request)("thanks"))}

        return self._careful(rate, request)

    def _told(self, message: str, *, wrong: bool = False) -> Update:
        return {self.panes.outbox: side.notice(message, wrong=wrong)}

    def _careful(self, work: Callable[[], Update], request: gr.Request) -> Update:
        try:
            return work()
        except Exception as error:  # an outer edge: the page says what is wrong, and stays
            return self._told(line(speaking(request), error), wrong=True)
