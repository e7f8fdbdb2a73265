"""Runs cases: asks each one, keeps the answer or the error, and stops early without losing any."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Protocol

from tqdm import tqdm

from evals.cases import Case
from evals.results import Result, Source
from index.documents import Document, Sentence
from index.errors import LibraryError
from rag.answer import Answer, Event, Message
from rag.errors import AssistantError

__all__ = ["Answerer", "Run", "Texts", "run_cases"]

WARM_UP = "What is this about?"


class Texts(Protocol):
    """Where the cited documents are looked up."""

    def document(self, document_id: str, /) -> Document | None:
        """The document of this id, if there is one."""

    def sentences(self, document_id: str, /) -> Sequence[Sentence]:
        """Its sentences, in order."""


class Answerer(Protocol):
    """What can be graded: `rag.assistant.Assistant` and the tutorial stack are two of them."""

    @property
    def library(self) -> Texts:
        """The documents that it answers from."""

    def ask(self, question: str, history: Sequence[Message] = ()) -> Iterator[Event]:
        """Answer in a stream of events, the last of them the `Answer`."""

    def over(self, documents: Mapping[str, str]) -> "AbstractContextManager[Answerer]":
        """The same models over other documents, by name and text."""


@dataclass(frozen=True, slots=True)
class Run:
    """The results in the order of the cases; `interrupted` where a person stopped it early."""

    results: tuple[Result, ...]
    interrupted: bool = False


def run_cases(answerer: Answerer, cases: Sequence[Case], *, label: str = "cases") -> Run:
    """Ask every case, of its own documents or else of those that `answerer` answers from.

    Cases that share their documents are asked one after the other, so that each corpus is indexed
    once. Ctrl-C ends the run and keeps what is done.
    """
    done: dict[str, Result] = {}
    interrupted = False
    # Off where stderr is no terminal, so that a log isn't full of half bars.
    with tqdm(total=len(cases), desc=label, unit="case", file=sys.stderr, disable=None) as bar:
        try:
            for group in _by_corpus(cases):
                for result in _ask_group(answerer, group, first=not done):
                    done[result.case.id] = result
                    bar.update()
        except KeyboardInterrupt:
            interrupted = True
    return Run(tuple(done[case.id] for case in cases if case.id in done), interrupted)


def _by_corpus(cases: Sequence[Case]) -> list[list[Case]]:
    groups: dict[tuple[tuple[str, str], ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(tuple(sorted(case.documents.items())), []).append(case)
    return list(groups.values())


def _ask_group(answerer: Answerer, group: Sequence[Case], *, first: bool) -> Iterator[Result]:
    own = group[0].documents
    with ExitStack() as stack:
        try:
            over = stack.enter_context(answerer.over(own)) if own else answerer
            _warm_up(over, whole=first)
        except Exception as error:  # an edge: a corpus that can't be indexed is its cases' error
            yield from (Result(case, None, _message(error)) for case in group)
            return
        for case in group:
            yield _ask(over, case)


def _ask(answerer: Answerer, case: Case) -> Result:
    try:
        answer = _last(answerer.ask(case.question, case.history))
        return Result(case, answer, sources=_sources(answerer.library, answer))
    except Exception as error:  # an edge: one case of an eval
        return Result(case, None, _message(error))


def _warm_up(answerer: Answerer, *, whole: bool) -> None:
    """Latency is measured warm: open the index, and the first time load the model too."""
    try:
        events = answerer.ask(WARM_UP)
        if whole:
            _last(events)
        else:
            next(events, None)
            _close(events)
    except (AssistantError, LibraryError):
        pass  # the first case meets the same error, and tells it


def _last(events: Iterator[Event]) -> Answer:
    answer = None
    for event in events:
        answer = event if isinstance(event, Answer) else None
    if answer is None:
        raise AssistantError("the stream of events ended without an answer")
    return answer


def _close(events: Iterator[Event]) -> None:
    close = getattr(events, "close", None)
    if close:
        close()


def _sources(library: Texts, answer: Answer) -> dict[str, Source]:
    cited = {citation.document_id for claim in answer.claims for citation in claim.citations}
    cited |= {citation.document_id for citation in answer.related}
    found = {name: library.document(name) for name in cited}
    return {
        name: Source(document.text, _spans(library.sentences(name)))
        for name, document in found.items()
        if document is not None
    }


def _spans(sentences: Sequence[Sentence]) -> tuple[tuple[int, int], ...]:
    """Headings are left out: they stand for what follows, and state nothing to be cited for."""
    return tuple((sentence.start, sentence.end) for sentence in sentences if not sentence.heading)


def _message(error: Exception) -> str:
    if isinstance(error, AssistantError | LibraryError):
        return str(error)
    return f"{type(error).__name__}: {error}"
