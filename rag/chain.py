"""The road of a question: condense, retrieve, rank, judge, write, verify. No step looks back."""

import itertools
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.library import Library
from index.ranking import RankedSentence, rank_sentences
from index.retriever import HybridRetriever
from rag.answer import Answer, Citation, Claim, Event, Evidence, Found, Message, Timings
from rag.asked import core, values
from rag.chat import ChatModel, Turn
from rag.condense import joined, needs_conversation, standalone
from rag.conflict import disagree
from rag.instructions import is_overview, topics
from rag.judge import Judge, listed
from rag.overview import DOCUMENTS, key_sentences, summarised
from rag.passage import Passage, cite
from rag.thresholds import Thresholds
from rag.words import content_words, stem
from rag.write import compose, quoted

__all__ = ["Chain"]

CHUNKS = 8
READ = 20
JUDGED = 5
OTHER_SIDES = 3
QUOTES = 3
CLAIMS = 4
DESCRIBED = 10  # sentences that are read on one topic
DESCRIPTION = 5  # of them, how many are shown


@dataclass(slots=True)
class Chain:
    """What every question of one library is answered with; `model` is None in quotes mode."""

    library: Library
    retriever: HybridRetriever
    model: ChatModel | None
    thresholds: Thresholds
    timeout_s: float

    def run(self, question: str, history: Sequence[Message]) -> Generator[Event, None, None]:
        """Found, then Evidence and Claims, last the Answer. Raises ModelError and LibraryError.

        A follow-up is searched for as it stands at once, and again once it has been made
        standalone.
        """
        turn = self.model.turn(self.timeout_s) if self.model else None
        run = _Run(question, turn)
        if is_overview(question):
            yield from self._overview(run)
        else:
            yield from self._answered(run, history)
        yield run.answer(self.model.name if self.model else "")

    def _overview(self, run: "_Run") -> Iterator[Event]:
        documents = summarised(self.library, self.retriever.scope)
        if len(documents) > DOCUMENTS:
            run.unsaid = (
                f"There are {len(documents)} documents, too many for one summary: write @ and the "
                "name of the one to summarise."
            )
            return
        sentences = key_sentences(self.library, documents)
        yield run.found(run.question, sentences)
        yield from run.quotes(sentences)

    def _answered(self, run: "_Run", history: Sequence[Message]) -> Iterator[Event]:
        question, turn = run.question, run.turn
        if turn and history and needs_conversation(question):
            yield run.found(*self._find(joined(history, question)))
            question = standalone(turn, history, question)
        found = self._find(question)
        yield run.found(*found)
        about = topics(core(question))
        if turn is None:
            yield from run.quotes(found[1][:QUOTES])
        elif about:
            for topic in about:
                judge = Judge(turn, topic, self.thresholds)
                yield from run.described(judge, self._find(topic)[1][:DESCRIBED])
        else:
            judge = Judge(turn, core(question), self.thresholds)
            yield from run.judged(judge, found[1])

    def _find(self, question: str) -> tuple[str, list[RankedSentence]]:
        chunks = [node.node.node_id for node in self.retriever.retrieve(question)]
        return question, rank_sentences(self.library, question, chunks, k=READ)


@dataclass(slots=True)
class _Run:
    """One question on its way."""

    question: str
    turn: Turn | None
    started: float = field(default_factory=time.monotonic)
    standalone: str = ""
    found_s: float | None = None
    first_claim_s: float | None = None
    related: tuple[Citation, ...] = ()
    claims: list[Claim] = field(default_factory=list)
    conflict: bool = False
    confidence: float | None = None
    judges: list[Judge] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    unsaid: str = ""

    def elapsed(self) -> float:
        return time.monotonic() - self.started

    def found(self, question: str, sentences: Sequence[RankedSentence]) -> Found:
        """What was searched for, and the nearest sentences."""
        if self.found_s is None:
            self.found_s = self.elapsed()
        self.standalone = question
        self.related = tuple(map(cite, sentences[:JUDGED]))
        return Found(question, self.related)

    def quotes(self, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """Quotes mode: the nearest sentences, called just that."""
        for sentence in found:
            yield self._show(Claim(sentence.text, (cite(sentence),), "quoted", ("quote",)))

    def described(self, judge: Judge, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """The sentences that speak of a topic, quoted in their documents' order.

        A small model that is to explain something makes causes and owners up that no check knows to
        be wrong; what speaks of it, it tells well.
        """
        self.judges.append(judge)
        passages = list(itertools.islice(judge.described(found), DESCRIPTION))
        if not passages:
            judge.missing.add(judge.question)
            self.without.append(judge.question)
            return
        yield Evidence(tuple(cite(passage.sentence) for passage in passages))
        self.confidence = max(self.confidence or 0.0, *(each.probability for each in passages))
        for passage in sorted(passages, key=lambda one: _position(one.sentence)):
            claim = quoted(passage)
            if claim not in self.claims:
                yield self._show(claim)

    def judged(self, judge: Judge, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """The claims, each from a passage that was judged to state the answer, or its other side.

        It is one claim, unless the documents disagree or a list is asked for.
        """
        self.judges.append(judge)
        kept: list[tuple[Passage, Claim]] = []
        accepted = _best_first(judge.accepted(_worth_reading(judge, found)), judge)
        for passage in itertools.chain(accepted, judge.doubted):
            disagrees = any(disagree(judge.want, one, passage, said.text) for one, said in kept)
            if not disagrees and not _opens(judge, passage, bool(kept)):
                continue
            yield Evidence(tuple(cite(one.sentence) for one in (*(p for p, _ in kept), passage)))
            claim = compose(judge, passage, other_side=disagrees)
            if claim is not None and claim.text not in [shown.text for shown in self.claims]:
                kept.append((passage, claim))
                self.confidence = max(self.confidence or 0.0, passage.probability)
                self.conflict = self.conflict or disagrees
                yield self._show(claim)
            if len(kept) == CLAIMS:
                return
        if judge.want.several and kept:
            yield from self._further(judge, found[:DESCRIBED])

    def _further(self, judge: Judge, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """The rest of a list: what else speaks of what was asked, as it stands in its document."""
        cited = {(note.document_id, note.start) for one in self.claims for note in one.citations}
        unread = [each for each in found if _position(each) not in cited]
        for passage in itertools.islice(judge.described(unread), DESCRIPTION):
            yield self._show(quoted(passage))

    def _show(self, claim: Claim) -> Claim:
        if self.first_claim_s is None:
            self.first_claim_s = self.elapsed()
        self.claims.append(claim)
        return claim

    def answer(self, model: str) -> Answer:
        """The whole, once all is said."""
        empty = Answer(self.question, self.standalone, tuple(self.claims), False, self.conflict, ())
        timings = Timings(self.found_s or 0.0, self.first_claim_s, self.elapsed())
        whole = replace(
            empty,
            model=model,
            timings=timings,
            related=self.related,
            confidence=self.confidence,
        )
        if self.turn:
            refused = tuple(each for judge in self.judges for each in judge.refused)
            whole = replace(whole, refused=refused, usage=self.turn.usage)
        if self.claims:
            return replace(whole, missing=self._unspoken())
        return replace(whole, abstained=True, missing=self._missing())

    def _unspoken(self) -> str:
        """What was asked for beside what is answered, and isn't there."""
        return f"The documents don't speak of {listed(self.without)}." if self.without else ""

    def _missing(self) -> str:
        if self.unsaid:
            return self.unsaid
        if not self.related:
            return "The documents don't say: nothing in them is near the question."
        there = {word.key for near in self.related for word in content_words(near.quote)}
        missing = {name for judge in self.judges for name in judge.missing}
        lacking = [name for name in missing if stem(name) not in there]
        if lacking:
            names = listed(sorted(lacking))
            return f"The documents don't say. What is near the question doesn't speak of {names}."
        return "The documents don't say: no sentence in them states the answer."


def _position(found: RankedSentence) -> tuple[str, int]:
    return found.sentence.document, found.sentence.start


def _best_first(accepted: Iterator[Passage], judge: Judge) -> Iterator[Passage]:
    """The likeliest passage first; one that settles the question ends the search for a better."""
    seen: list[Passage] = []
    for passage in accepted:
        seen.append(passage)
        if passage.probability >= judge.thresholds.settles:
            break
    yield from sorted(seen, key=lambda passage: -passage.probability)
    yield from accepted


def _worth_reading(judge: Judge, found: Sequence[RankedSentence]) -> list[RankedSentence]:
    """The nearest, and a few further ones with a value that was asked for: the other sides."""
    nearest, further = [*found[:JUDGED]], found[JUDGED:]
    if not (judge.want.quantity or judge.want.date):
        return nearest
    valued = [sentence for sentence in further if values(judge.want, sentence.text)]
    return nearest + valued[:OTHER_SIDES]


def _opens(judge: Judge, passage: Passage, answered: bool) -> bool:
    """Whether a passage opens the answer; one that is in doubt doesn't."""
    if passage in judge.doubted:
        judge.refuse(passage.sentence.text, judge.doubt(passage))
        return False
    return not answered
