"""An assistant that follows a script, over real documents, to test the page and look at it.

`python -m tests.page_fakes PORT [--empty]` serves the page with it.
"""

import contextlib
import shutil
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from index.documents import Document, Sentence, document_id
from index.library import DocumentRow, Library
from index.seen import SeenLibrary
from index.sentences import split_sentences
from rag.answer import Answer, Citation, Claim, Event, Evidence, Found, Message, Refused
from rag.errors import ModelUnreachable
from rag.thresholds import Strictness
from rag.verify import Checked
from ui.__main__ import serve, web_app

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-gpu",
]
SEEDS = Path(__file__).parents[1] / "seeds"
FIVE = ("600,000", "four million tons", "chronic food", "$2,000", "10,000")
# What the embedded model says, word for word.
SAID_OF_RICE = "Russia proposed to supply between 600,000 and 700,000 tons of rice."
HOSTILE_NAME = 'a"><img src=x onerror=window.pwned=1>.txt'
HOSTILE_TEXT = (
    "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}} <title>Plans</title>.\n"
    "<script>window.pwned=1</script> The <img src=x onerror=window.pwned=1> budget is 5 million.\n"
    "![leak](https://evil.example/leak.png) <svg onload=window.pwned=1> </span></article> is it.\n"
    "<a href=\"javascript:window.pwned=1\">press</a> <style>@import 'https://evil.example/x';</style>"
    f" <iframe src=https://evil.example></iframe> {'unbroken' * 30} end here."
)

TABLE_NAME = "countries.csv"
TABLE = "\n".join(
    (
        "| Country: France; Capital: Paris; People: 68 million; Joined: 1958 |",
        "| Country: Iceland; Capital: Reykjavik; People: 390 thousand |",
        "| Country: Monaco; People: 39 thousand; Joined: 2004 |",
        "| Country: Portugal; Capital: Lisbon; People: 10 million; Joined: 1986 |",
    )
)


class Citing:
    """Citations of a library's sentences, by what they say."""

    def cite(self, *words: str) -> tuple[Citation, ...]:
        """The first sentence that holds each of the words."""
        return tuple(next(each for each in self.every() if word in each.quote) for word in words)

    def every(self) -> Iterator[Citation]:
        for row in self.documents():
            document = self.document(row.id)
            for at in self.sentences(row.id):
                quote = document.text[at.start : at.end]
                yield Citation(document.id, document.source, at.start, at.end, quote)


class SeenRealLibrary(Citing, SeenLibrary):
    """The library that people use, as one reader sees it."""


class RealLibrary(Citing, Library):
    """The library that people use."""

    def seen_by(self, reader: str) -> SeenRealLibrary:
        return SeenRealLibrary(self, reader)


class ScriptedLibrary(Citing):
    """A library of given texts, by source."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = dict(texts)
        self._kept = tempfile.TemporaryDirectory(prefix="footnoted-page-")
        self.folder = Path(self._kept.name)

    def seen_by(self, reader: str) -> "ScriptedLibrary":
        """All of it: it is for pages without a login."""
        return self

    def documents(self) -> list[DocumentRow]:
        return [
            DocumentRow(each.id, each.source, each.title, "", "", len(self.sentences(each.id)))
            for each in map(self._read, self.texts)
        ]

    def document(self, id_: str) -> Document | None:
        return next((each for each in map(self._read, self.texts) if each.id == id_), None)

    def sentences(self, id_: str) -> list[Sentence]:
        document = self.document(id_)
        return _split(document.text, id_) if document else []

    def lexical(self, query: str, k: int) -> list[tuple[str, float]]:
        """Every document: there are few."""
        return [(f"{row.id}:0", 1.0) for row in self.documents()][:k]

    def _read(self, source: str) -> Document:
        text = self.texts[source]
        title = text.splitlines()[0] if text else source
        return Document(document_id(source, text), source, title, text, "text/plain", "")


@dataclass
class ScriptedAssistant:
    """Answers by the words of a question. `ended` is set when a turn is ended early."""

    library: ScriptedLibrary | RealLibrary | SeenRealLibrary
    model: str = "scripted"
    model_label: str = "Scripted 1B on this computer"
    strictness: Strictness = "balanced"
    histories: list[Sequence[Message]] = field(default_factory=list)
    quotes: list[bool] = field(default_factory=list)
    levels: list[Strictness] = field(default_factory=list)
    go_on: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)

    def seen_by(self, reader: str) -> "ScriptedAssistant":
        return replace(self, library=self.library.seen_by(reader))

    def ask(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        quotes: bool = False,
        strictness: Strictness = "balanced",
    ) -> Iterator[Event]:
        self.histories.append(history)
        self.quotes.append(quotes)
        self.levels.append(strictness)
        answers: dict[str, Callable[[str], Iterator[Event]]] = {
            "unreachable": self._unreachable,
            "breaks off": self._breaks_off,
            "broken": self._broken,
            "slow": self._slow,
            "oil": self._oil,
            "soldiers": self._soldiers,
            "budget": self._budget,
            "officers": self._officers,
            "nearest": self._quotes,
            "everything": self._everything,
            "Monaco": self._monaco,
        }
        yield from next((answers[word] for word in answers if word in question), self._rice)(
            question
        )

    def check(self, text: str) -> Iterator[Checked]:
        """Supported where a document has it, contradicted where it says "half", else not found."""
        for span in split_sentences(text):
            said = text[span.start : span.end]
            same = [each for each in self.library.every() if each.quote == said]
            nearest = tuple(same[:1]) or self.library.cite("600,000")
            if same:
                yield Checked(said, "supported", nearest)
            elif "half" in said:
                yield Checked(
                    said, "contradicted", nearest, "the number 'half' is not in the source"
                )
            else:
                yield Checked(said, "not found", nearest, f"“{said}” is not in the source")

    def warm(self) -> None:
        """Nothing to load."""

    def _rice(self, question: str) -> Iterator[Event]:
        (rice,) = self.library.cite("600,000")
        yield Found(question, self.library.cite(*FIVE))
        yield Evidence((rice,))
        claim = Claim(SAID_OF_RICE, (rice,), "supported")
        yield claim
        yield Answer(question, question, (claim,), False, False, (), model=self.model)

    def _officers(self, question: str) -> Iterator[Event]:
        standalone = "How many officers did North Korea send to Russia?"
        found = self.library.cite("500 officers", "10,000", "8,000")
        yield Found(standalone, found)
        yield Evidence(found[:1])
        claim = Claim("It sent approximately 500 officers.", found[:1], "supported")
        yield claim
        refused = (Refused("It sent 500 generals.", "“500 generals” is in no cited sentence"),)
        yield Answer(question, standalone, (claim,), False, False, (), refused, model=self.model)

    def _oil(self, question: str) -> Iterator[Event]:
        found = self.library.cite("600,000", "four million tons", "chronic food")
        yield Found(question, found)
        missing = "The documents don't say. What is near the question doesn't speak of “oil”."
        yield Answer(question, question, (), True, False, found, missing=missing, model=self.model)

    def _soldiers(self, question: str) -> Iterator[Event]:
        found = self.library.cite("10,000", "around 12,000", "8,000", "$2,000")
        yield Found(question, found)
        yield Evidence(found[:2])
        one = Claim(
            "It has dispatched at least 10,000 soldiers to Ukraine.", found[:1], "supported"
        )
        two = Claim(found[1].quote, found[1:2], "quoted")
        yield one
        yield two
        yield Answer(question, question, (one, two), False, True, (), model=self.model)

    def _monaco(self, question: str) -> Iterator[Event]:
        found = self.library.cite("Monaco", "Iceland")
        yield Found(question, found)
        yield Evidence(found[:1])
        claim = Claim("Monaco has 39 thousand people.", found[:1], "supported")
        yield claim
        yield Answer(question, question, (claim,), False, False, (), model=self.model)

    def _everything(self, question: str) -> Iterator[Event]:
        cited = self.library.cite(
            "$2,000", "10,000", "chronic food", "600,000", "satellite", "Kursk"
        )
        yield Found(question, cited)
        yield Evidence(cited)
        claims = tuple(Claim(each.quote, (each, cited[0]), "quoted") for each in cited)
        yield from claims
        yield Answer(question, question, claims, False, False, (), model=self.model)

    def _quotes(self, question: str) -> Iterator[Event]:
        found = self.library.cite("600,000", "four million tons", "chronic food")
        yield Found(question, found)
        claims = tuple(Claim(each.quote, (each,), "quoted") for each in found)
        yield Answer(question, question, claims, False, False, ())

    def _budget(self, question: str) -> Iterator[Event]:
        found = tuple(each for each in self.library.every() if each.source == HOSTILE_NAME)
        yield Found(f"{question} {HOSTILE_TEXT}", found)
        claim = Claim(f"It is {HOSTILE_TEXT}", found, "supported")
        yield claim
        refused = (Refused(HOSTILE_TEXT, HOSTILE_TEXT),)
        yield Answer(question, HOSTILE_TEXT, (claim,), False, True, (), refused, model=self.model)

    def _unreachable(self, question: str) -> Iterator[Event]:
        yield Found(question, self.library.cite("600,000"))
        raise ModelUnreachable("no connection to http://127.0.0.1:9: is the server running?")

    def _breaks_off(self, question: str) -> Iterator[Event]:
        (rice,) = self.library.cite("600,000")
        yield Found(question, (rice,))
        yield Claim(SAID_OF_RICE, (rice,), "supported")
        raise ModelUnreachable("the model's server closed the connection")

    def _broken(self, question: str) -> Iterator[Event]:
        raise ZeroDivisionError("sk-secret-key in a message")
        yield

    def _slow(self, question: str) -> Iterator[Event]:
        found = self.library.cite(*FIVE)
        try:
            yield Found(question, found)
            self.go_on.wait(1)
            yield Evidence(found[:1])
            for number in range(300):
                self.go_on.wait(0.1)
                yield Claim(f"Claim {number} of a long answer.", found[:1], "supported")
        except GeneratorExit:
            self.ended.set()
            raise


@lru_cache
def _split(text: str, id_: str) -> list[Sentence]:
    return split_sentences(text, id_)


def seed_texts() -> dict[str, str]:
    """The documents that a new user starts with, as `make run` names them."""
    return {f"seeds/{path.name}": path.read_text(encoding="utf-8") for path in SEEDS.glob("*.txt")}


@contextlib.contextmanager
def serving(
    assistant: ScriptedAssistant, logins: Sequence[tuple[str, str]] = (), *, port: int = 0
) -> Iterator[str]:
    """The address where a thread serves the page, as `footnoted chat` does."""
    import uvicorn

    with socket.create_server(("127.0.0.1", port)) as bound:
        app = web_app(assistant, logins=logins)
        config = uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


def main() -> None:
    """Serve the page with the scripted assistant, to look at it."""
    texts = {**seed_texts(), HOSTILE_NAME: HOSTILE_TEXT, TABLE_NAME: TABLE}
    texts = {} if "--empty" in sys.argv else texts
    with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as bound:
        serve(ScriptedAssistant(ScriptedLibrary(texts)), bound)


if __name__ == "__main__":
    main()
