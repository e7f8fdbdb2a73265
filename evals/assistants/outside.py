"""Another assistant behind the surface that the runner grades: it is asked through a function, and
its citations are looked up in the documents, which we read ourselves."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from evals.assistants.replies import (
    Places,
    answer_in_words,
    answer_of_contract,
    answer_of_response,
    found_by,
    object_in,
)
from evals.errors import SubjectError
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from rag.answer import Answer, Citation, Event, Evidence, Found, Message, Timings

__all__ = ["Asked", "Outside", "Reply"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What another assistant is given; `documents` is the folder that it is to answer from."""

    question: str
    history: tuple[Message, ...]
    documents: Path | None
    own: bool  # whether the documents are the case's own, and not those of the run


Reply = Callable[[Asked], Any]


class Outside:
    """Asks `reply`, and turns what it gives into an `Answer`: the contract's object, a text, or a
    LlamaIndex `Response`. Its seconds are ours to measure."""

    def __init__(
        self,
        reply: Reply,
        library: Library,
        embedder: Embedder,
        documents: Path | None,
        *,
        own: bool = False,
    ) -> None:
        self.library = library
        self._reply = reply
        self._embedder = embedder
        self._documents = documents
        self._own = own
        self._places = Places(library)

    def ask(self, question: str, history: Sequence[Message] = ()) -> Iterator[Event]:
        """The Answer, after what was found where the assistant shows it. Raises SubjectError."""
        yield Evidence(())  # whoever stops here, to open an index that is ours, has asked nobody
        started = time.monotonic()
        raw = self._reply(Asked(question, tuple(history), self._documents, self._own))
        total_s = time.monotonic() - started
        answer, found = self._understood(raw, question)
        if found is not None:
            yield Found(question, found)
        yield replace(answer, timings=Timings(total_s=total_s))

    @contextmanager
    def over(self, documents: Mapping[str, str]) -> Iterator["Outside"]:
        """The same assistant, told to answer from a folder of these texts."""
        with (
            tempfile.TemporaryDirectory(prefix="footnoted-") as folder,
            tempfile.TemporaryDirectory(prefix="footnoted-") as data,
        ):
            with open_writer(Path(data), self._embedder) as writer:
                for name, text in documents.items():
                    _write(Path(folder), name, text)
                    add_text(name, text, writer)
            with open_library(Path(data), self._embedder) as library:
                yield Outside(self._reply, library, self._embedder, Path(folder), own=True)

    def _understood(self, raw: Any, question: str) -> tuple[Answer, tuple[Citation, ...] | None]:
        if isinstance(raw, Answer):
            return raw, None
        if isinstance(raw, str):
            told = object_in(raw)
            if told is None:
                return answer_in_words(raw, (), question), None
            raw = told
        if isinstance(raw, Mapping):
            answer = answer_of_contract(raw, question, self._places)
            return answer, found_by(raw, self._places)
        if hasattr(raw, "source_nodes"):
            return answer_of_response(raw, question, self._places)
        raise SubjectError(
            f"the reply is a {type(raw).__name__}: give a text, the object that `footnoted ask "
            "--json` prints, or a LlamaIndex Response"
        )


def _write(folder: Path, name: str, text: str) -> None:
    """A case's document as a file; a name that leads out of the folder is refused."""
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise SubjectError(f"the document's name {name!r} is no path inside a folder")
    target = folder.joinpath(*path.parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, "utf-8", errors="replace")
