"""The one composition root: all that an answer needs, put together from the settings."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from index.documents import Scope
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.reranker import Reranker
from rag.answer import Answer, Event, Message
from rag.chain import Chain
from rag.chat import ChatModel, Connect
from rag.errors import BadQuestion
from rag.mentions import addressed, held_against
from rag.models import ModelSource, open_model
from rag.server import Endpoint
from rag.settings import Settings
from rag.thresholds import Strictness, thresholds_for
from rag.verify import Checked, check_text

__all__ = ["Assistant", "open_assistant"]

LONGEST_QUESTION = 4000
LONGEST_TEXT = 50_000


class Assistant:
    """Answers questions from one library; may be asked from several threads at once.

    `model` is None in quotes mode. Close it, or use it as a context manager.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        reranker: Reranker,
        models: ModelSource | None,
        timeout_s: float,
        strictness: Strictness = "balanced",
    ) -> None:
        self.library = library
        self.strictness = strictness
        self._embedder = embedder
        self._reranker = reranker
        self._models = models
        self._timeout_s = timeout_s

    @property
    def model(self) -> str:
        """The chat model's name; "" in quotes mode."""
        return self._models.name if self._models else ""

    @property
    def model_label(self) -> str:
        """The chat model as a person would name it."""
        return self._models.label if self._models else "no model: quotes only"

    @property
    def endpoint(self) -> Endpoint | None:
        """Where the chat model answers; None in quotes mode. Starts the embedded one."""
        return self._models.current().endpoint if self._models else None

    def seen_by(self, reader: str) -> "Assistant":
        """The same assistant over what one reader of the page sees of the library."""
        seen = self.library.seen_by(reader)
        return self._over(seen)

    def ask(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        quotes: bool = False,
        collection: str = "",
        strictness: Strictness | None = None,
    ) -> Iterator[Event]:
        """Answer as a stream: Found, then Evidence and Claims, last the Answer.

        `quotes` shows the nearest sentences and asks no model; `strictness` is the assistant's own
        unless it is given. A collection that is named here, or
        as `@name` in the question, is searched and no other; `@file` searches one document. Raises
        BadQuestion, ModelError and LibraryError; closing the iterator stops the work.
        """
        question = _valid(" ".join(question.split()))
        if not question or len(question) > LONGEST_QUESTION:
            length = f"has {len(question)} characters" if question else "is empty"
            raise BadQuestion(f"the question {length}: ask one of 1 to {LONGEST_QUESTION}")
        history = [Message(message.role, _valid(message.content)) for message in history]
        of = addressed(question, history, self.library, collection)
        chain = self._chain(quotes=quotes, scope=of.scope, strictness=strictness)
        with contextlib.closing(chain.run(of.question, of.history)) as events:
            for event in events:
                yield replace(event, question=question) if isinstance(event, Answer) else event

    def answer(
        self,
        question: str,
        history: Sequence[Message] = (),
        *,
        quotes: bool = False,
        collection: str = "",
        strictness: Strictness | None = None,
    ) -> Answer:
        """The whole answer at once; raises as `ask` does."""
        events = self.ask(
            question, history, quotes=quotes, collection=collection, strictness=strictness
        )
        *_, last = events
        if not isinstance(last, Answer):
            raise TypeError(f"the last event is {type(last).__name__}, not an Answer")
        return last

    def check(self, text: str, *, collection: str = "") -> Iterator[Checked]:
        """Any text held against a collection, sentence by sentence; a model judges, if one is set.

        It may begin with `@NAME`, as a question may. Raises BadQuestion where there is nothing to
        check or too much, or nothing to hold it against, ModelError and LibraryError.
        """
        if not text.strip() or len(text) > LONGEST_TEXT:
            length = f"has {len(text):,} characters" if text.strip() else "is empty"
            raise BadQuestion(f"the text {length}: give one of 1 to {LONGEST_TEXT:,} characters")
        text, scope = held_against(_valid(text), self.library, collection)
        yield from check_text(text, self._chain(quotes=False, scope=scope))

    def warm(self) -> None:
        """Load what the first question would wait for: the models, and the first run of each."""
        self._chain(quotes=False, scope=Scope())
        self._embedder.embed(["warm"])
        self._reranker.scores("warm", ["warm"])

    @contextlib.contextmanager
    def over(self, documents: Mapping[str, str]) -> Iterator["Assistant"]:
        """The same models over a small corpus of its own, given as texts by name."""
        with tempfile.TemporaryDirectory(prefix="footnoted-") as folder:
            with open_writer(Path(folder), self._embedder) as writer:
                for name, text in documents.items():
                    add_text(name, text, writer)
            with open_library(Path(folder), self._embedder) as library:
                yield self._over(library)

    def close(self) -> None:
        """Close the library and the model."""
        self.library.close()
        if self._models:
            self._models.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _over(self, library: Library) -> "Assistant":
        """The same models over another library."""
        return Assistant(
            library,
            self._embedder,
            self._reranker,
            self._models,
            self._timeout_s,
            self.strictness,
        )

    def _chain(self, *, quotes: bool, scope: Scope, strictness: Strictness | None = None) -> Chain:
        from index.retriever import HybridRetriever  # imports LlamaIndex, 1.5 s

        return Chain(
            self.library,
            HybridRetriever(self.library, scope=scope),
            self._reranker,
            None if quotes or not self._models else self._models.current(),
            thresholds_for(self.model, strictness or self.strictness),
            self._timeout_s,
        )


def open_assistant(settings: Settings, connect: Connect = ChatModel) -> Assistant:
    """The assistant that the settings describe; `connect` opens its chat model at an endpoint.

    Raises SettingsError, and LibraryError where the library or the weights can't be used.
    """
    models = open_model(settings, connect)
    embedder, reranker = Embedder.load(settings.cache), Reranker.load(settings.cache)
    library = open_library(settings.data, embedder, chroma_url=settings.chroma_url)
    return Assistant(library, embedder, reranker, models, settings.timeout_s, settings.strictness)


def _valid(text: str) -> str:
    """The text as Unicode that can be sent on: bytes of a shell that were no UTF-8 become "?"."""
    return text.encode("utf-8", "replace").decode()
