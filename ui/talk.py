"""What happens in the chat: asking, checking a text, stopping, and opening a conversation."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace

import gradio as gr

from index.errors import LibraryError
from index.library import Library
from rag.answer import Event, Found
from rag.assistant import Assistant
from rag.standing import standings
from rag.verify import Checked
from ui import render, side
from ui.conversations import Conversations, now
from ui.errors import PageError
from ui.examples import examples
from ui.failures import line
from ui.language import Words
from ui.panes import Panes, Update, reader, speaking, strictness
from ui.stream import stream
from ui.turns import Conversation, Turn, citations, history

__all__ = ["Talk"]

ANSWERS_AT_ONCE = 8

Events = Callable[[], Iterator[Event | Checked]]


@dataclass
class _Work:
    """A turn at work on an open page: its question, what ends it, and the conversation to show
    then, if another.

    The turn itself draws that it was stopped: were it cancelled and drawn by another event, an
    update that is on its way would draw over it, and the page would work for ever.
    """

    question: str
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    then: Conversation | None = None


class Talk:
    """The chat of every open page; `index_command` is what an empty library tells people to run."""

    def __init__(
        self,
        assistant: Assistant,
        conversations: Conversations,
        panes: Panes,
        index_command: str,
    ) -> None:
        self.assistant = assistant
        self.conversations = conversations
        self.panes = panes
        self.index_command = index_command
        self.at_work: dict[str, _Work] = {}
        self.answering = threading.BoundedSemaphore(ANSWERS_AT_ONCE)

    def asked_by(self, request: gr.Request) -> Assistant:
        """The assistant over what the reader who sent a request sees of the library."""
        return self.assistant.seen_by(reader(request))

    async def asked(
        self, question: str, conversation: Conversation, quotes: bool, request: gr.Request
    ) -> AsyncIterator[Update]:
        """A question from the composer, which is emptied for the next one."""
        conversation = self._as_kept(conversation, request)
        turn = Turn(_next(conversation), _valid(question.strip()), now())
        async for update in self._one(turn, conversation, quotes, request):
            yield update

    async def asked_by_click(
        self, conversation: Conversation, quotes: bool, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[Update]:
        """An example."""
        question = str(event.question)
        async for update in self.asked(question, conversation, quotes, request):
            yield update

    async def retried(
        self, conversation: Conversation, quotes: bool, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[Update]:
        """A question again: the last one's answer is replaced, an earlier one is asked anew."""
        again = conversation.turn(int(event.turn))
        if again is None:
            yield self.panes.unchanged()
            return
        conversation = self._as_kept(conversation, request)
        is_last = again.number == _next(conversation) - 1
        turn = Turn(again.number if is_last else _next(conversation), again.question, now())
        async for update in self._one(turn, conversation, quotes, request):
            yield update

    async def checked(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> AsyncIterator[Update]:
        """A text, held against the documents sentence by sentence."""
        conversation = self._as_kept(conversation, request)
        turn = Turn(_next(conversation), _valid(str(event.text).strip()), now(), checking=True)
        async for update in self._one(turn, conversation, False, request):
            yield update

    async def stopped(self, request: gr.Request) -> None:
        """The reader pressed Stop: what has come stays, and the page is ready."""
        if work := self.working(request):
            work.stop.set()

    def working(self, request: gr.Request) -> _Work | None:
        """The turn that is at work on the page that sent a request."""
        return self.at_work.get(str(request.session_hash))

    def leave(self, conversation: Conversation, request: gr.Request) -> Update:
        """Show another conversation; a turn at work is stopped, and then shows it."""
        work = self.working(request)
        if work is None:
            return self.drawn(conversation, request)
        work.then = conversation
        work.stop.set()
        return self.panes.unchanged()

    def drawn(self, conversation: Conversation, request: gr.Request) -> Update:
        """A conversation that rests, as it stands against the documents now."""
        say, panes, library = speaking(request), self.panes, self.asked_by(request).library
        turns = conversation.turns
        current = (
            _turns(say, library, turns[-1:])
            if turns
            else render.welcome(say, *_offered(library), self.index_command)
        )
        return {
            panes.conversation: conversation,
            panes.conversations: self.listed(conversation, request),
            panes.past: _turns(say, library, turns[:-1]),
            panes.current: current,
        }

    def listed(self, conversation: Conversation, request: gr.Request, query: str = "") -> str:
        """The list of the reader's conversations."""
        say = speaking(request)
        try:
            rows = self.conversations.rows(reader(request), query)
        except PageError as error:
            return side.notice(line(say, error), wrong=True)
        return side.conversations(say, rows, conversation.id, searched=bool(query.strip()))

    def header(self, request: gr.Request) -> str:
        """The line above all."""
        say = speaking(request)
        try:
            documents = len(self.asked_by(request).library.documents())
        except LibraryError:
            documents = 0  # the turn says what is wrong
        return render.header(say, documents, self.assistant.model_label)

    async def _one(
        self, turn: Turn, conversation: Conversation, quotes: bool, request: gr.Request
    ) -> AsyncIterator[Update]:
        """One turn, drawn anew at each of its events; none while the page has one at work."""
        session = str(request.session_hash)
        at_work = self.working(request)
        if at_work and turn.question not in ("", at_work.question):  # pressed twice is asked once
            yield {self.panes.outbox: side.notice(speaking(request)("at_work"))}
            return
        if at_work or not turn.question:
            yield self.panes.unchanged()
            return
        work = self.at_work[session] = _Work(turn.question)
        try:
            async for update in self._updates(turn, conversation, quotes, request):
                yield update
        finally:
            del self.at_work[session]
        if work.then is not None:
            yield self.drawn(work.then, request)

    async def _updates(
        self, turn: Turn, conversation: Conversation, quotes: bool, request: gr.Request
    ) -> AsyncIterator[Update]:
        """What each step changes on the page, which ends ready, whatever comes."""
        panes, say = self.panes, speaking(request)
        library = self.asked_by(request).library
        earlier = tuple(each for each in conversation.turns if each.number != turn.number)
        is_new = not conversation.id
        conversation, unkept = self._kept(request, conversation, turn)
        yield {
            panes.conversation: conversation,
            panes.conversations: self.listed(conversation, request) if is_new else gr.skip(),
            panes.past: _turns(say, library, earlier),
            panes.current: render.turn(say, turn, {}),
            panes.outbox: unkept + side.taken(turn.question),
        }
        last = turn
        try:
            async for last in self._steps(turn, earlier, quotes, request):
                if last.working:  # kept for a page that is loaded again
                    conversation, _ = self._kept(request, conversation, last)
                    yield {panes.current: render.turn(say, last, {})}
        finally:  # also where the reader left the page in the middle
            ended = last.ended("stopped") if last.working else last
            conversation, unkept = self._kept(request, conversation, ended)
        kept = self._as_kept(conversation, request)  # with its new name, and what was thought of it
        here = kept.with_turn(ended) if kept.id else conversation
        drawn = render.turn(say, ended, {})
        yield {panes.conversation: here, panes.current: drawn, panes.outbox: unkept}

    def _as_kept(self, conversation: Conversation, request: gr.Request) -> Conversation:
        """The conversation with what the reader's other pages asked of it; a new one where one of
        them deleted it."""
        if not conversation.id:
            return conversation
        try:
            kept = self.conversations.read(reader(request), conversation.id) or Conversation()
        except PageError:
            return conversation
        unkept = (each for each in conversation.turns if kept.id and not kept.turn(each.number))
        return replace(kept, turns=(*kept.turns, *unkept))

    def _kept(
        self, request: gr.Request, conversation: Conversation, turn: Turn
    ) -> tuple[Conversation, str]:
        """The conversation with the turn kept, and what to say where that failed."""
        try:
            return self.conversations.keep(reader(request), conversation, turn), ""
        except PageError as error:
            told = side.notice(line(speaking(request), error), wrong=True)
            return conversation.with_turn(turn), told

    async def _steps(
        self, turn: Turn, earlier: tuple[Turn, ...], quotes: bool, request: gr.Request
    ) -> AsyncIterator[Turn]:
        say, stop = speaking(request), self.at_work[str(request.session_hash)].stop
        now = turn
        try:
            async for events in stream(self._events(request, turn, earlier, quotes), stop):
                for event in events:
                    now = now.after(event)
                yield now
            if now.working:
                yield self._ended(say, now, stop)
        except Exception as error:  # an outer edge: one turn of the chat
            yield replace(now, error=line(say, error))

    def _ended(self, say: Words, turn: Turn, stop: asyncio.Event) -> Turn:
        if stop.is_set():
            return turn.ended("stopped")
        return turn.ended("done") if turn.checking else replace(turn, error=say("broken"))

    def _events(
        self, request: gr.Request, turn: Turn, earlier: tuple[Turn, ...], quotes: bool
    ) -> Events:
        say, assistant = speaking(request), self.asked_by(request)
        sure = strictness(request, assistant.strictness)

        def events() -> Iterator[Event | Checked]:
            if not assistant.library.documents():
                raise LibraryError(say("empty_library", command=self.index_command))
            if turn.checking:
                return self._one_of_some(assistant.check(turn.question))
            asked = assistant.ask(turn.question, history(earlier), quotes=quotes, strictness=sure)
            return self._one_of_some(asked)

        return events

    def _one_of_some(self, events: Iterator[Event | Checked]) -> Iterator[Event | Checked]:
        """Everybody's search is done at once, so that all have something to read; the model then
        answers some at a time, or each would wait for all."""
        with contextlib.ExitStack() as answering:
            for event in events:
                yield event
                if isinstance(event, Found):
                    answering.enter_context(self.answering)


def _offered(library: Library) -> tuple[int, tuple[str, ...]]:
    """How many documents there are, and questions to start with."""
    rows = library.documents()
    return len(rows), examples(library, rows)


def _turns(say: Words, library: Library, turns: tuple[Turn, ...]) -> str:
    """Turns that rest, as they stand against what is in the library now."""
    return render.turns(say, turns, standings(library, citations(turns)))


def _next(conversation: Conversation) -> int:
    return max((turn.number for turn in conversation.turns), default=0) + 1


def _valid(said: str) -> str:
    """Text that can be kept and sent on: half characters of a browser become "?"."""
    return said.encode("utf-8", "replace").decode()
