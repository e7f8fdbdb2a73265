"""Opens the assistant that is graded, over a library that is made for the run and dropped after."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Self

from evals.assistants.command import open_command
from evals.assistants.endpoint import open_endpoint
from evals.assistants.outside import Outside, Reply
from evals.assistants.python import open_python
from evals.errors import CasesError, RecordingError, SubjectError
from evals.runs.runner import Answerer
from evals.runs.traffic import Recorder, Replay
from index.embedding import Embedder
from index.errors import LibraryError
from index.ingest import ingest
from index.library import Library, open_library, open_writer
from index.terminal import complain
from rag.assistant import Assistant, open_assistant
from rag.chat import ChatModel
from rag.server import Endpoint
from rag.settings import Settings

__all__ = ["Opening", "Subject", "fill_library", "opened"]

REPLAYED = "http://replay.invalid/v1"  # nothing is ever sent there


@dataclass(frozen=True, slots=True)
class Opening:
    """What to open: ours, or another by `spec` (`command:…`, `openai:…`, `python:…`); over the
    documents of `folder`, if there are any; recording the model's traffic, or replaying it.

    Another is told of the chat model at `endpoint`, so that it can ask the same one as ours.
    """

    spec: str | None = None
    folder: Path | None = None
    record: Path | None = None
    replay: Path | None = None
    endpoint: Endpoint | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """An opened assistant, its name for a reader, its model's name, its documents' digest, and what
    reads their texts, one at a time."""

    answerer: Answerer
    label: str
    model: str
    documents: str
    texts: Callable[[], Iterator[str]]
    timed: bool = True

    @classmethod
    def over(
        cls, answerer: Answerer, label: str, model: str, library: Library, *, timed: bool = True
    ) -> Self:
        """One that answers from the documents of a library."""
        return cls(answerer, label, model, _digest(library), partial(_texts, library), timed)


@contextmanager
def opened(settings: Settings, opening: Opening) -> Iterator[Subject]:
    """The assistant, ready to be asked; raises what opening a library and a model raises."""
    folder = opening.folder
    if folder is not None and not folder.is_dir():
        raise CasesError(f"{folder} is no folder of documents: name one with --documents DIR")
    with tempfile.TemporaryDirectory(prefix="footnoted-eval-") as data:
        settings = replace(settings, data=Path(data))
        if opening.spec is not None:
            with _outside(settings, opening) as subject:
                yield subject
        else:
            with _ours(settings, opening) as subject:
                yield subject


@contextmanager
def _ours(settings: Settings, opening: Opening) -> Iterator[Subject]:
    replay = Replay(opening.replay) if opening.replay else None
    with ExitStack() as stack:
        if replay:
            settings = replace(settings, base_url=REPLAYED, api_key=None, model=replay.model)
            assistant = stack.enter_context(open_assistant(settings, replay.connect))
        elif opening.record:
            assistant = stack.enter_context(_recorded(settings, opening.record))
        else:
            assistant = stack.enter_context(open_assistant(settings))
        if not assistant.model:
            complain("no model is set: answers are the nearest sentences only")
        fill_library(settings.data, opening.folder, assistant.library.embedder)
        label = f"{replay.label}, replayed" if replay else assistant.model_label
        label = f"Footnoted, {label}"
        yield Subject.over(
            assistant, label, assistant.model, assistant.library, timed=replay is None
        )


@contextmanager
def _recorded(settings: Settings, target: Path) -> Iterator[Assistant]:
    recorders: list[Recorder] = []

    def connect(endpoint: Endpoint) -> ChatModel:
        return recorders[0].connect(endpoint)

    with open_assistant(settings, connect) as assistant:
        if not assistant.model:
            raise RecordingError("--record needs a chat model, and none is set")
        with closing(Recorder(target, model=assistant.model, label=assistant.model_label)) as one:
            recorders.append(one)
            yield assistant


@contextmanager
def _outside(settings: Settings, opening: Opening) -> Iterator[Subject]:
    spec = str(opening.spec)
    reply = _reply(spec, settings, opening.endpoint)
    embedder = Embedder.load(settings.cache)
    fill_library(settings.data, opening.folder, embedder)
    with open_library(settings.data, embedder) as library:
        folder = opening.folder.absolute() if opening.folder else None
        answerer = Outside(reply, library, embedder, folder)
        yield Subject.over(answerer, spec, "", library)


def _reply(spec: str, settings: Settings, endpoint: Endpoint | None) -> Reply:
    kind, _, rest = spec.partition(":")
    kinds: Mapping[str, Callable[[], Reply]] = {
        "command": lambda: open_command(rest, settings.timeout_s, endpoint),
        "openai": lambda: open_endpoint(rest, settings.api_key, settings.timeout_s),
        "python": lambda: open_python(rest, settings.timeout_s, endpoint),
    }
    if kind not in kinds:
        raise SubjectError(
            f"--assistant {spec} is none of command:LINE, openai:MODEL@URL, python:MODULE:NAME"
        )
    return kinds[kind]()


def fill_library(data: Path, folder: Path | None, embedder: Embedder | None) -> None:
    """Index a folder, saying which files can't be read. Raises LibraryError where none can."""
    if folder is None:
        return
    with open_writer(data, embedder) as writer:
        summary = ingest([folder], writer)
    for failed in summary.failed:
        complain(f"{failed.source}: {failed.reason}")
    if not summary.added:
        raise LibraryError(f"{folder} holds no document that can be read")


def _texts(library: Library) -> Iterator[str]:
    """Every document, never all of them at once."""
    for row in library.documents():
        if document := library.document(row.id):
            yield document.text


def _digest(library: Library) -> str:
    """Sixteen hex digits that name these documents."""
    rows = "\n".join(f"{row.source}\0{row.sha256}" for row in library.documents())
    return hashlib.sha256(rows.encode("utf-8", "surrogatepass")).hexdigest()[:16]
