"""A small real server that speaks the OpenAI protocol on loopback, and follows a script.

Servers differ and fail: `logprobs`, `refuses` and the faults (`status`, `hang`, `trickle`, `cut`,
`raw`, `drop`) play the ways in which they do.
"""

import json
import math
import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from index.embedding import Embedder
from index.folders import cache_folder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.reranker import Reranker
from rag import prompts
from rag.answer import Answer, Message
from rag.assistant import Assistant
from rag.models import ModelSource
from rag.server import Endpoint

KEY = "sk-test-0123456789-secret"
MODEL = "scripted-1b"

Body = dict[str, Any]
Reply = str | float
Fault = Callable[["_Handler"], None]
Answered = Callable[[Mapping[str, str], str], Answer]


@dataclass(frozen=True, slots=True)
class Request:
    """What the server was sent."""

    path: str
    key: str
    body: Body

    @property
    def prompt(self) -> str:
        """The text of the only message."""
        return str(self.body["messages"][0]["content"])


class FakeServer:
    """Serves `script(prompt, body)`: a text, or P(yes) as a float.

    `faults` are played first, one a request; then `always`, if it is set.
    """

    def __init__(
        self,
        script: Callable[[str, Body], Reply],
        *,
        logprobs: bool = True,
        refuses: Iterable[str] = (),
        names_refused: bool = True,
    ) -> None:
        self.script = script
        self.logprobs = logprobs
        self.refuses = frozenset(refuses)
        self.names_refused = names_refused
        self.faults: list[Fault] = []
        self.always: Fault | None = None
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._server = _Http(("127.0.0.1", 0), _Handler)
        self._server.fake = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/v1"

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.url, KEY, MODEL)

    @property
    def prompts(self) -> list[str]:
        return [request.prompt for request in self.requests]

    def sent(self, parameter: str) -> int:
        """How many requests carried a parameter."""
        return sum(parameter in request.body for request in self.requests)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Http(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    fake: FakeServer

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Http

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == f"Bearer {KEY}"
        self.reply(200 if known else 401, {"object": "list", "data": [{"id": MODEL}]})

    def do_POST(self) -> None:
        fake = self.server.fake
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers.get("Authorization", "").removeprefix("Bearer ")
        fake.requests.append(Request(self.path, key, body))
        fault = fake.faults.pop(0) if fake.faults else fake.always
        refused = sorted(fake.refuses & body.keys())
        if fault is not None:
            fault(self)
        elif refused:
            name = refused[0] if fake.names_refused else "a parameter"
            self.reply(400, {"error": {"message": f"{name} is not supported by this server"}})
        else:
            said = fake.script(str(body["messages"][0]["content"]), body)
            self.reply(200, completion(said, logprobs=fake.logprobs and "logprobs" in body))

    def reply(self, status: int, content: object, **headers: str) -> None:
        self.send(status, json.dumps(content).encode(), **headers)

    def send(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing is logged."""


def completion(said: Reply, *, logprobs: bool = True) -> Body:
    """A chat completion that says `said`; a float is P(yes)."""
    text = said if isinstance(said, str) else ("Yes" if said >= 0.5 else "No")
    choice: Body = {
        "index": 0,
        "finish_reason": "stop",
        "message": {"role": "assistant", "content": text},
    }
    if logprobs and isinstance(said, float):
        choice["logprobs"] = {"content": [_token(text, {"Yes": said, "No": 1.0 - said})]}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [choice],
        "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
    }


def _token(text: str, chances: Mapping[str, float]) -> Body:
    top = [
        {"token": word, "logprob": math.log(max(chance, 1e-9)), "bytes": None}
        for word, chance in chances.items()
    ]
    return {"token": text, "logprob": 0.0, "bytes": None, "top_logprobs": top}


def status(code: int, **headers: str) -> Fault:
    """An error of HTTP, whose text repeats the key that it was sent."""

    def fault(handler: _Handler) -> None:
        message = f"error {code} for {handler.headers.get('Authorization')}"
        handler.reply(code, {"error": {"message": message}}, **headers)

    return fault


def raw(content: bytes, media_type: str = "application/json") -> Fault:
    """A reply of 200 with these bytes."""
    return lambda handler: handler.send(200, content, Content_Type=media_type)


def answered(**changes: object) -> Fault:
    """A completion with these keys changed."""
    return lambda handler: handler.reply(200, completion("Yes") | changes)


def hang(handler: _Handler) -> None:
    """No reply at all."""
    handler.server.fake.closing.wait(30)
    handler.close_connection = True


def trickle(handler: _Handler) -> None:
    """A body that never ends, a byte now and then."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000000")
    handler.end_headers()
    while not handler.server.fake.closing.wait(0.1):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def cut(handler: _Handler) -> None:
    """A body that breaks off in the middle."""
    content = json.dumps(completion("Yes")).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[: len(content) // 2])
    handler.close_connection = True


def drop(handler: _Handler) -> None:
    """The connection is closed without a word."""
    handler.close_connection = True


def _never(*_: str) -> float:
    return 0.02


def _always(*_: str) -> float:
    return 0.97


def _echo(text: str, question: str) -> str:
    return text


@dataclass
class Script:
    """A chat model by its tasks, told apart by the prompts of `rag.prompts`.

    As it stands, it finds an answer nowhere; it believes each claim and writes the text again.
    """

    states_answer: Callable[[str, str], Reply] = _never
    states_claim: Callable[[str, str], Reply] = _always
    speaks_of: Callable[[str, str], Reply] = _never
    write: Callable[[str, str], str] = _echo
    question_about: Callable[[str, str], str] = _echo
    repair: Callable[[str, str], str] | None = None
    standalone: str = ""
    asked: list[tuple[str, ...]] = field(default_factory=list)

    def __call__(self, prompt: str, body: Body) -> Reply:
        """The reply of the task that the prompt sets."""
        for task, pattern in _FORMS:
            if match := pattern.fullmatch(prompt):
                self.asked.append((task, *match.groups()))
                return self._perform(task, match.groups())
        raise AssertionError(f"no prompt of rag.prompts: {prompt!r}")

    def tasks(self) -> list[str]:
        """What was asked of it, in order."""
        return [task for task, *_ in self.asked]

    def _perform(self, task: str, given: Sequence[str]) -> Reply:
        if task == "standalone":
            return self.standalone
        if task == "repair":
            return (self.repair or self.write)(given[0], given[1])
        performer: Callable[[str, str], Reply] = getattr(self, task)
        return performer(given[0], given[1])


def _form(prompt: str) -> re.Pattern[str]:
    """The pattern of all prompts of one form, given one with 1@, 2@, … in its places."""
    return re.compile(re.sub(r"[1-9]@", "(.*)", re.escape(prompt)), re.S)


_FORMS = (
    ("states_answer", _form(prompts.judge("1@", "2@"))),
    ("states_answer", _form(prompts.quotable("1@", "2@"))),
    ("states_claim", _form(prompts.judge_claim("1@", "2@"))),
    ("speaks_of", _form(prompts.speaks_of("1@", "2@"))),
    ("write", _form(prompts.write("1@", "2@"))),
    ("question_about", _form(prompts.question_about("1@", "2@"))),
    ("repair", _form(prompts.repair("1@", "2@", "3@", ["4@"]))),
    ("standalone", _form(prompts.standalone([Message("user", "1@")], "2@"))),
)


def when(words: str, chance: float = 0.95) -> Callable[[str, str], float]:
    """P(yes) is `chance` for a text whose last sentence has `words`, else next to nothing."""
    return lambda text, _: chance if words in text else 0.02


def saying(replies: Mapping[str, str]) -> Callable[[str, str], str]:
    """Writes the reply whose key is in the text; else the text again."""
    return lambda text, _: next((replies[key] for key in replies if key in text), text)


@contextmanager
def quoting_from(
    folder: Path, embedder: Embedder, documents: Mapping[str, str]
) -> Iterator[Assistant]:
    """An assistant of these texts, by name, without a model."""
    with open_writer(folder, embedder) as writer:
        for name, text in documents.items():
            add_text(name, text, writer)
    with open_library(folder, embedder) as library:
        yield without_model(library, 30)


@cache
def reranker() -> Reranker:
    return Reranker.load(cache_folder())


def without_model(library: Library, timeout_s: float) -> Assistant:
    """An assistant of this library that asks no model."""
    assert library.embedder is not None
    return Assistant(library, library.embedder, reranker(), None, timeout_s)


@contextmanager
def asking(assistant: Assistant, endpoint: Endpoint, timeout_s: float) -> Iterator[Assistant]:
    """The library and embedder of one assistant with the model at an endpoint."""
    source = ModelSource(endpoint, endpoint.model, "Scripted")
    embedder = assistant.library.embedder
    assert embedder is not None
    try:
        yield Assistant(assistant.library, embedder, reranker(), source, timeout_s)
    finally:
        source.close()
