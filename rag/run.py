"""One question on its way: what is judged, written and shown of what was found for it."""

import itertools
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.ranking import RankedSentence
from rag.answer import Answer, Citation, Claim, Coverage, Event, Evidence, Found, Timings
from rag.chat import Turn
from rag.judge import Judge, listed
from rag.orders import gives_orders
from rag.passage import Passage, cite
from rag.reading import (
    JUDGED,
    Told,
    conflicts_with,
    disagrees_with,
    further,
    in_order,
    likeliest_first,
    may_differ_from,
    no_side,
)
from rag.subjects import narrower
from rag.thresholds import Thresholds
from rag.words import content_words, stem
from rag.write import compose, quote, quoted

__all__ = ["Run"]

PAIRS = 4  # of two sentences that may answer together
CLAIMS = 6
LISTED = 10  # sentences that are read on one topic, or for the rest of a list
SHOWN = 5  # of them, how many are shown


@dataclass(slots=True)
class Run:
    """What one question has brought so far; `turn` is None in quotes mode."""

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
    coverage: Coverage = field(default_factory=Coverage)
    judges: list[Judge] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    unsaid: str = ""

    def elapsed(self) -> float:
        """Seconds since the question came."""
        return time.monotonic() - self.started

    def found(self, question: str, sentences: Sequence[RankedSentence]) -> Found:
        """What was searched for, and the nearest sentences."""
        if self.found_s is None:
            self.found_s = self.elapsed()
        self.standalone = question
        self.related = tuple(map(cite, sentences[:JUDGED]))
        return Found(question, self.related)

    def judge(self, turn: Turn, question: str, thresholds: Thresholds) -> Judge:
        """A judge of what is found for a question or a topic, whose record is the answer's."""
        self.judges.append(Judge(turn, question, thresholds))
        return self.judges[-1]

    def quotes(self, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """Quotes mode: the nearest sentences, called just that."""
        for sentence in found:
            yield self._show(quoted(Passage(sentence)))

    def described(self, judge: Judge, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """The sentences that speak of a topic, quoted in their documents' order.

        A small model that is to explain something makes causes and owners up that no check knows to
        be wrong; what speaks of it, it tells well.
        """
        passages = list(itertools.islice(judge.described(found[:LISTED]), SHOWN))
        if not passages:
            judge.missing.add(judge.question)
            self.without.append(judge.question)
            return
        self.confidence = max(self.confidence or 0.0, *(each.probability for each in passages))
        yield Evidence(tuple(cite(passage.sentence) for passage in passages))
        for passage in sorted(passages, key=lambda one: one.sentence.position):
            if quoted(passage) not in self.claims:
                yield from self._told(passage, quoted(passage))

    def everything(
        self, judge: Judge, found: Sequence[RankedSentence], searched: int
    ) -> Iterator[Event]:
        """All that states a part of the answer, read until half of the question's time is gone."""
        self.coverage = Coverage(0, searched)
        for passage in judge.further(self._in_time(judge.turn, found)):
            self.confidence = max(self.confidence or 0.0, passage.probability)
            yield from self._told(passage, quoted(passage))

    def _in_time(self, turn: Turn, found: Sequence[RankedSentence]) -> Iterator[RankedSentence]:
        for sentence in itertools.takewhile(lambda _: not turn.half_spent, found):
            self.coverage = replace(self.coverage, read=self.coverage.read + 1)
            yield sentence

    def judged(self, judge: Judge, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """The claims, each from a passage that was judged to state the answer, or its other side.

        It is one claim, unless the documents disagree or a list is asked for. Where the nearest
        sentences have none, a few more are read.
        """
        told: Told = []
        passages = in_order(judge, found)
        likeliest = likeliest_first(judge, passages, told)
        yield from self._from(judge, itertools.chain(likeliest, judge.doubted), told)
        if not told:
            judge.doubted.clear()  # what is wrong with them is told by now
            clear = judge.cleared(further(passages))
            yield from self._from(judge, itertools.chain(clear, judge.doubted), told)
        if judge.want.several and self.claims:
            yield from self._rest(judge, found[:LISTED])

    def together(self, judge: Judge, pairs: Sequence[Passage]) -> Iterator[Event]:
        """One claim from two sentences of different documents, which answer together."""
        stating = _until_clear(judge, judge.together(pairs[:PAIRS]))
        for pair in sorted(stating, key=lambda pair: -pair.probability):
            yield Evidence(tuple(cite(one.sentence) for one in pair.each))
            claim = compose(judge, pair)
            if claim is not None:
                self.confidence = pair.probability
                yield self._show(claim)
                return

    def beside(self, parts: Sequence["Run"]) -> Iterator[Event]:
        """What was told for the parts of a question, each claim once."""
        for part in parts:
            self.conflict = self.conflict or part.conflict
            self.coverage = part.coverage if part.coverage.of else self.coverage
            for claim in part.claims:
                self.confidence = min(self.confidence or 1.0, part.confidence or 0.0)
                told = [shown.text for shown in self.claims]
                if claim.text not in told:
                    yield Evidence(claim.citations)
                    yield self._show(replace(claim, disputed=part.conflict))
                elif part.conflict:
                    self.claims[told.index(claim.text)] = replace(claim, disputed=True)

    def _from(self, judge: Judge, passages: Iterable[Passage], told: Told) -> Iterator[Event]:
        """A claim from the first passage that gives one, and from each that gives another side;
        they are added to `told`."""
        for passage in passages:
            disagrees = disagrees_with(judge, passage, told)
            may_differ = not disagrees and may_differ_from(judge, passage, told)
            if not (disagrees or may_differ or _opens(judge, passage, bool(told))):
                continue
            yield Evidence(tuple(cite(one.sentence) for one in (*(p for p, _ in told), passage)))
            if passage.sentence.items and not told:
                yield from self._listed(judge, passage, told)
                return
            claim = compose(judge, passage, other_side=disagrees)
            if disagrees and claim and narrower(passage.said, claim.text):
                claim = quoted(passage)  # of some only, which the claim leaves out
            if claim is None or claim.text in [shown.text for shown in self.claims]:
                continue
            if reason := no_side(judge, told, passage, claim, named=may_differ):
                judge.refuse(claim.text, reason)
                continue
            conflict = (may_differ or disagrees) and conflicts_with(judge, passage, told)
            self.conflict = self.conflict or conflict
            told.append((passage, claim))
            self.confidence = max(self.confidence or 0.0, passage.likelihood)
            yield from self._told(passage, claim)
            self._tell_apart(told)
            if len(told) == CLAIMS:
                return

    def _tell_apart(self, told: Told) -> None:
        """Claims of one document by the headings that they stand under, where these differ."""
        places = {(one.document, one.sentence.heading) for one, _ in told}
        if len(places) < 2 or len({document for document, _ in places}) > 1:
            return
        headings = {claim: passage.sentence.heading for passage, claim in told}
        self.claims = [
            replace(claim, apart=headings.get(claim, claim.apart)) for claim in self.claims
        ]

    def _listed(self, judge: Judge, passage: Passage, told: Told) -> Iterator[Event]:
        """What leads to a list, and its items, as they stand."""
        self.confidence = max(self.confidence or 0.0, passage.likelihood)
        for each in (passage.sentence, *passage.sentence.items):
            if gives_orders(each.text):
                judge.refuse(each.text, "it gives orders to its reader")
                continue
            told.append((Passage(each), quote(cite(each))))
            yield self._show(quote(cite(each)))

    def _rest(self, judge: Judge, found: Sequence[RankedSentence]) -> Iterator[Event]:
        """The rest of a list: what else states a part of it, as it stands in its document."""
        cited = {(note.document_id, note.start) for one in self.claims for note in one.citations}
        unread = [each for each in found if each.position not in cited]
        for passage in itertools.islice(judge.further(unread), SHOWN):
            yield from self._told(passage, quoted(passage))

    def _told(self, passage: Passage, claim: Claim) -> Iterator[Event]:
        """A claim; before one that is quoted and no sentence of its own, what stands above it."""
        above = passage.above if claim.verdict == "quoted" else None
        if above and quote(above) not in self.claims:
            yield self._show(quote(above))
        yield self._show(claim)

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
            coverage=self.coverage,
        )
        if self.turn:
            refused = tuple(each for judge in self.judges for each in judge.refused)
            whole = replace(whole, refused=refused, usage=self.turn.usage)
        if self.claims:
            return replace(whole, missing=self._unspoken())
        unclear = map(cite, (one.sentence for each in self.judges for one in each.unwritten))
        nearest = tuple(dict.fromkeys((*unclear, *self.related)))
        return replace(whole, abstained=True, missing=self._missing(), related=nearest)

    def _unspoken(self) -> str:
        """What was asked for beside what is answered, and isn't there."""
        if self.unanswered:
            return f"The documents don't answer {listed(self.unanswered)}."
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
        if any(judge.unwritten for judge in self.judges):
            return (
                "The documents don't clearly say. "
                "The nearest sentence may answer it, but no claim could be verified from it."
            )
        return "The documents don't say: no sentence near it was found to state the answer."


def _until_clear(judge: Judge, passages: Iterable[Passage]) -> Iterator[Passage]:
    for passage in passages:
        yield passage
        if judge.is_clear(passage):
            return


def _opens(judge: Judge, passage: Passage, answered: bool) -> bool:
    """Whether a passage opens the answer; one that is in doubt doesn't."""
    if passage in judge.doubted:
        judge.refuse(passage.sentence.text, judge.doubt(passage))
        return False
    return not answered
