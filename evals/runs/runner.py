"""Runs cases: asks each one, keeps the answer or the error, and stops early without losing any."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from tqdm import tqdm

from evals.cases import Case
from evals.errors import EvalError
from evals.results import Result, Source
from evals.runs.pool import Task, at_once
from index.documents import Document, Sentence
from index.errors import LibraryError
from rag.answer import Answer, Citation, Event, Found, Message
from rag.errors import AssistantError

__all__ = ["Answerer", "Kept", "Pace", "Run", "Texts", "run_case", "run_cases"]

WARM_UP = "What is this about?"


class Texts(Protocol):
    """Where the cited documents are looked up."""

    def document(self, document_id: str, /) -> Document | None:
        """The document of this id, if there is one."""

    def sentences(self, document_id: str, /) -> Sequence[Sentence]:
        """Its sentences, in order."""


class Answerer(Protocol):
    """What can be graded: `rag.assistant.Assistant`, and any other through an adapter."""

    @property
    def library(self) -> Texts:
        """The documents that it answers from."""

    def ask(self, question: str, history: Sequence[Message] = ()) -> Iterator[Event]:
        """Answer in a stream of events, the last of them the `Answer`."""

    def over(self, documents: Mapping[str, str]) -> "AbstractContextManager[Answerer]":
        """The same models over other documents, by name and text."""


class Kept(Protocol):
    """Where results are kept as they come."""

    def done(self) -> Sequence[Result]:
        """Those that are there already."""

    def keep(self, result: Result, /) -> None:
        """One more."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How often each case is asked, and how many at once."""

    repeats: int = 1
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class Run:
    """The results in the order of the cases; `interrupted` where a person stopped it early."""

    results: tuple[Result, ...]
    interrupted: bool = False


Turn = tuple[Case, int]


def run_cases(
    answerer: Answerer,
    cases: Sequence[Case],
    *,
    label: str = "cases",
    pace: Pace = Pace(),
    kept: Kept | None = None,
) -> Run:
    """Ask every case, of its own documents or else of those that `answerer` answers from.

    Each result goes to `kept` at once; what is done there is not asked again. Cases that share
    documents of their own are asked one after the other, so that each corpus is indexed once.
    Ctrl-C ends the run and keeps what is done.
    """
    done = kept.done() if kept else []
    order = [(case, repeat) for repeat in range(1, pace.repeats + 1) for case in cases]
    results = {(result.case.id, result.repeat): result for result in done}
    sources = {source: source for result in done for source in result.sources.values()}
    open_turns = [turn for turn in order if (turn[0].id, turn[1]) not in results]
    interrupted = False
    # Off where stderr is no terminal, so that a log isn't full of half bars.
    with tqdm(
        total=len(order),
        initial=len(order) - len(open_turns),
        desc=label,
        unit="case",
        file=sys.stderr,
        disable=None,
    ) as bar:
        try:
            with closing(at_once(_tasks(answerer, open_turns), pace.jobs)) as answered:
                for result in map(partial(_sharing, sources), answered):
                    if kept:
                        kept.keep(result)
                    results[result.case.id, result.repeat] = result
                    bar.update()
        except KeyboardInterrupt:
            interrupted = True
    turns = [(case.id, repeat) for case, repeat in order]
    return Run(tuple(results[turn] for turn in turns if turn in results), interrupted)


def run_case(answerer: Answerer, case: Case) -> Result:
    """One case by itself, whose seconds nobody looks at: nothing is warmed up for it."""
    own = answerer.over(case.documents) if case.documents else nullcontext(answerer)
    try:
        with own as over:
            return _ask(over, case, 1)
    except Exception as error:  # an edge: a corpus that can't be indexed is its case's error
        return Result(case, None, _message(error))


def _sharing(known: dict[Source, Source], result: Result) -> Result:
    """The result with its documents as they are in memory already: a thousand answers may cite the
    same long one."""
    shared = {id_: known.setdefault(each, each) for id_, each in result.sources.items()}
    return replace(result, sources=shared)


def _tasks(answerer: Answerer, turns: Sequence[Turn]) -> list[Task]:
    """What can run at once: each turn of the shared documents, then each corpus of a case's own."""
    corpora: dict[tuple[tuple[str, str], ...], list[Turn]] = {}
    for case, repeat in turns:
        corpora.setdefault(tuple(sorted(case.documents.items())), []).append((case, repeat))
    shared = corpora.pop((), [])
    tasks = [partial(_ask_shared, answerer, turn) for turn in shared]
    return [*tasks, *(partial(_ask_own, answerer, group) for group in corpora.values())]


def _ask_shared(answerer: Answerer, turn: Turn, first: bool) -> Iterator[Result]:
    if first:
        _warm_up(answerer, whole=True)
    yield _ask(answerer, *turn)


def _ask_own(answerer: Answerer, group: Sequence[Turn], first: bool) -> Iterator[Result]:
    with ExitStack() as stack:
        try:
            over = stack.enter_context(answerer.over(group[0][0].documents))
            _warm_up(over, whole=first)
        except Exception as error:  # an edge: a corpus that can't be indexed is its cases' error
            yield from (Result(case, None, _message(error), repeat=n) for case, n in group)
            return
        for case, repeat in group:
            yield _ask(over, case, repeat)


def _ask(answerer: Answerer, case: Case, repeat: int) -> Result:
    try:
        answer, found = _last(answerer.ask(case.question, case.history))
        sources = _sources(answerer.library, answer, found)
        return Result(case, answer, sources=sources, found=found, repeat=repeat)
    except Exception as error:  # an edge: one case of an eval
        return Result(case, None, _message(error), repeat=repeat)


def _warm_up(answerer: Answerer, *, whole: bool) -> None:
    """Latency is measured warm: open the index, and with `whole` load the model too."""
    try:
        events = answerer.ask(WARM_UP)
        if whole:
            _last(events)
        else:
            next(events, None)
            _close(events)
    except Exception:  # noqa: S110 (an edge: the first case meets the same error, and tells it)
        pass


def _last(events: Iterator[Event]) -> tuple[Answer, tuple[Citation, ...] | None]:
    """The answer, and what the last search found; None where it shows none."""
    answer, found = None, None
    for event in events:
        answer = event if isinstance(event, Answer) else None
        found = event.sentences if isinstance(event, Found) else found
    if answer is None:
        raise AssistantError("the stream of events ended without an answer")
    return answer, found


def _close(events: Iterator[Event]) -> None:
    close = getattr(events, "close", None)
    if close:
        close()


def _sources(
    library: Texts, answer: Answer, found: tuple[Citation, ...] | None
) -> dict[str, Source]:
    cited = {citation.document_id for claim in answer.claims for citation in claim.citations}
    cited |= {citation.document_id for citation in (*answer.related, *(found or ()))}
    documents = {name: library.document(name) for name in cited}
    return {
        name: Source(document.text, _spans(library.sentences(name)))
        for name, document in documents.items()
        if document is not None
    }


def _spans(sentences: Sequence[Sentence]) -> tuple[tuple[int, int], ...]:
    """Headings are left out: they stand for what follows, and state nothing to be cited for."""
    return tuple((sentence.start, sentence.end) for sentence in sentences if not sentence.heading)


def _message(error: Exception) -> str:
    if isinstance(error, AssistantError | LibraryError | EvalError):
        return str(error)
    return f"{type(error).__name__}: {error}"
