"""What happens to documents: shown, added, removed, and noticed when a shell adds some."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.utils import get_upload_folder

from index.documents import DEFAULT_COLLECTION, Document, Sentence
from index.ledger import FILENAME
from index.library import Library
from ui import reading, side
from ui.dialogs import dialogs
from ui.failures import line
from ui.panes import Panes, Update, speaking, strictness
from ui.stream import to_its_end
from ui.talk import Talk
from ui.turns import Conversation
from ui.uploads import MOST_FILES, Added, Upload, add, group, remove, rename

__all__ = ["Shelf"]


@dataclass
class _Drop:
    """Files that came at once, and what became of them as far as they are done."""

    uploads: list[Upload] = field(default_factory=list)
    done: list[Added] = field(default_factory=list)
    ended: bool = False

    def fail(self, reason: str, until: int | None = None) -> None:
        """Give a reason for those that are still to do."""
        rest = self.uploads[len(self.done) : until]
        self.done += [Added(each.name, "failed", reason) for each in rest]


class Shelf:
    """The documents, on every open page."""

    def __init__(self, talk: Talk, panes: Panes) -> None:
        self.talk = talk
        self.panes = panes
        self._read: tuple[tuple[str, str], list[Sentence]] = (("", ""), [])
        self._drops: dict[str, list[_Drop]] = {}  # of each page that is at some

    def loaded(self, request: gr.Request) -> Update:
        """A fresh page: everything in the reader's language, and what there is to read."""
        say, panes, assistant = speaking(request), self.panes, self.talk.asked_by(request)
        try:
            rows = assistant.library.documents()
            only = assistant.library.document(rows[0].id) if len(rows) == 1 else None
            rest = self.talk.drawn(Conversation(), request)
            rest[panes.library] = self._listed(request)
            rest[panes.source] = self._article(request, only) if only else ""
        except Exception as error:  # an outer edge: the page says what is wrong
            rest = {panes.source: reading.gone(say, line(say, error))}
        return {
            panes.head: self.talk.header(request),
            panes.top: side.top(say),
            panes.dialogs: dialogs(
                say, assistant.model_label, strictness(request, assistant.strictness)
            ),
            panes.question: gr.update(placeholder=say("ask_about"), label=say("your_question")),
            panes.ask: gr.update(value=say("ask")),
            panes.stop: gr.update(value=say("stop")),
            panes.quotes: gr.update(label=say("quotes_only")),
            **rest,
        }

    def shown(self, event: gr.EventData, request: gr.Request) -> Update:
        """The document that a footnote points to."""
        say = speaking(request)
        try:
            document = self._library(request).document(str(event.document))
            at = int(getattr(event, "start", 0))
            if document is None:
                drawn = reading.gone(say, say("gone"))
            else:
                drawn = self._article(request, document, _spans(event), at=at)
        except Exception as error:  # an outer edge: the pane says what is wrong
            drawn = reading.gone(say, line(say, error))
        return {self.panes.source: drawn}

    def unfolded(self, event: gr.EventData, request: gr.Request) -> Update:
        """Further sheets of a long document that is shown already."""
        document = self._library(request).document(str(event.document))
        if document is None:
            return self.panes.unchanged()
        numbers = {int(number) for number in event.sheets}
        sentences = self._sentences(request, document)
        drawn = reading.sheets(speaking(request), document, sentences, _spans(event), numbers)
        return {self.panes.sheets: drawn}

    def looked(
        self, conversation: Conversation, event: gr.EventData, request: gr.Request
    ) -> Update:
        """What changed since the page last looked: documents that a shell indexed or removed."""
        say, panes = speaking(request), self.panes
        try:
            if str(event.known) == self._stamp():
                return self.panes.unchanged()
            listed = {panes.head: self.talk.header(request), panes.library: self._listed(request)}
            return listed | self.settled(conversation, request)
        except Exception as error:  # an outer edge: the column says what is wrong
            return {panes.library: side.notice(line(say, error), wrong=True)}

    def settled(self, conversation: Conversation, request: gr.Request) -> Update:
        """The chat as it stands against the documents there are now; not while it is at work."""
        if self.talk.working(request):
            return self.panes.unchanged()
        return self.talk.drawn(conversation, request)

    def added(self, event: gr.EventData, request: gr.Request) -> Iterator[Update]:
        """Files that have arrived, indexed one by one, with what became of each; to the last one,
        though the reader leaves the page."""
        session = str(request.session_hash)
        drops = self._drops.setdefault(session, [])
        drops.append(drop := _Drop())
        try:
            for name in self._adding(drop, event, request):
                yield {self.panes.library: self._reported(request, drops, name)}
            listed = self._reported(request, drops)
            yield {self.panes.library: listed, self.panes.head: self.talk.header(request)}
        finally:  # also where the reader left the page in the middle
            drop.ended = True
            if all(each.ended for each in drops):
                self._drops.pop(session, None)

    def _adding(self, drop: "_Drop", event: gr.EventData, request: gr.Request) -> Iterator[str]:
        """The name of each file before it is indexed; then each says what became of it."""
        say = speaking(request)
        try:
            drop.uploads = _arrived(event.files)
            taken = drop.uploads[:MOST_FILES]
            adding = to_its_end(add(self._library(request), taken))
            for upload in taken:
                yield upload.name
                drop.done.append(next(adding))
        except Exception as error:  # an outer edge: each file says what became of it
            drop.fail(line(say, error), MOST_FILES)
        drop.fail(say("too_many", n=MOST_FILES))

    def _reported(self, request: gr.Request, drops: Sequence["_Drop"], now: str = "") -> str:
        """The library, with what became of the files of every drop that the page is at."""
        left = sum(len(each.uploads) - len(each.done) for each in drops)
        return self._listed(
            request, [one for each in drops for one in each.done], left=left, now=now
        )

    def removed(self, event: gr.EventData, request: gr.Request) -> Update:
        """A document goes."""
        say, panes = speaking(request), self.panes
        source = str(event.source)
        try:
            remove(self._library(request), str(event.document))
        except Exception as error:  # an outer edge: the page says what is wrong
            return {panes.outbox: side.notice(line(say, error), wrong=True)}
        return {
            panes.library: self._listed(request),
            panes.head: self.talk.header(request),
            panes.outbox: side.notice(say("removed", source=source)),
        }

    def renamed(self, event: gr.EventData, request: gr.Request) -> Update:
        """A document is given another name; where it is open, it is shown by that."""
        listed = self._arranged(
            request,
            lambda: {"name": rename(self._library(request), str(event.document), str(event.name))},
            "document_renamed",
        )
        return listed | (self.shown(event, request) if hasattr(event, "spans") else {})

    def gathered(self, event: gr.EventData, request: gr.Request) -> Update:
        """A document is put into a collection, or out of all where no name is given."""
        name = str(event.collection).strip().removeprefix("@")

        def put() -> dict[str, str]:
            group(self._library(request), str(event.document), name or DEFAULT_COLLECTION)
            return {"name": name}

        return self._arranged(request, put, "gathered" if name else "ungathered")

    def _arranged(
        self, request: gr.Request, work: Callable[[], dict[str, str]], told: str
    ) -> Update:
        """The library once it was changed, and what was done, or why it wasn't."""
        say, panes = speaking(request), self.panes
        try:
            done = side.notice(say(told, **work()))
        except Exception as error:  # an outer edge: the page says what is wrong
            done = side.notice(line(say, error), wrong=True)
        return {panes.library: self._listed(request), panes.outbox: done}

    def dismissed(self, request: gr.Request) -> Update:
        """The report of what was added goes."""
        return {self.panes.library: self._listed(request)}

    def _library(self, request: gr.Request) -> Library:
        """What the reader sees of the library."""
        return self.talk.asked_by(request).library

    def _listed(
        self,
        request: gr.Request,
        added: Sequence[Added] = (),
        *,
        left: int = 0,
        now: str = "",
    ) -> str:
        say, stamp, rows = speaking(request), self._stamp(), self._library(request).documents()
        return side.library(say, rows, added, left=left, now=now, stamp=stamp)

    def _stamp(self) -> str:
        """What changes with everything that is written to the library."""
        written = [
            self.talk.assistant.library.folder / f"{FILENAME}{each}" for each in ("", "-wal")
        ]
        stats = [path.stat() for path in written if path.exists()]
        return "-".join(f"{stat.st_mtime_ns}.{stat.st_size}" for stat in stats)

    def _sentences(self, request: gr.Request, document: Document) -> list[Sentence]:
        """A document's sentences: those of the last one are kept, for its sheets to come."""
        known, sentences = self._read
        if known != (document.id, self._stamp()):
            known = (document.id, self._stamp())
            sentences = self._library(request).sentences(document.id)
            self._read = known, sentences
        return sentences

    def _article(
        self,
        request: gr.Request,
        document: Document,
        spans: Sequence[tuple[int, int]] = (),
        *,
        at: int = 0,
    ) -> str:
        sentences = self._sentences(request, document)
        return reading.article(speaking(request), document, sentences, spans, at=at)


def _spans(event: gr.EventData) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in event.spans]


def _arrived(files: Any) -> list[Upload]:
    """The files of an event; only what lies where Gradio puts what it takes in has arrived."""
    folder = Path(get_upload_folder()).resolve()
    uploads = []
    for each in files:
        path = Path(str(each["path"])).resolve()
        here = path.is_relative_to(folder) and path.is_file()
        size = max(int(each["size"]), path.stat().st_size if here else 0)
        uploads.append(Upload(str(each["name"]), path if here else None, size))
    return uploads
