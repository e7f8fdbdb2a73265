"""The road of a question: condense, retrieve, rank, judge, write, verify. No step looks back."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.library import Library
from index.ranking import RankedSentence, rank_sentences
from index.reranker import Reranker
from index.retriever import HybridRetriever
from rag.answer import Event, Message
from rag.asked import asked, core
from rag.chat import ChatModel, Turn
from rag.condense import joined, needs_conversation, standalone
from rag.dating import newest_first
from rag.instructions import is_overview, summary_of, topics
from rag.joint import joint_passages
from rag.overview import DOCUMENTS, key_sentences, known_by, summarised
from rag.parts import halves, names_both, sides
from rag.run import Run
from rag.thresholds import Thresholds

__all__ = ["Chain"]

CHUNKS = 8
READ = 20
ALL_CHUNKS = 40  # where everything is asked for
ALL_READ = 60
QUOTES = 3


@dataclass(slots=True)
class Chain:
    """What every question of one library is answered with; `model` is None in quotes mode."""

    library: Library
    retriever: HybridRetriever
    reranker: Reranker
    model: ChatModel | None
    thresholds: Thresholds
    timeout_s: float

    def run(self, question: str, history: Sequence[Message]) -> Generator[Event, None, None]:
        """Found, then Evidence and Claims, last the Answer. Raises ModelError and LibraryError.

        A follow-up is searched for as it stands at once, and again once it has been made
        standalone.
        """
        turn = self.model.turn(self.timeout_s) if self.model else None
        run = Run(question, turn)
        scope = self.retriever.scope
        if is_overview(question):
            yield from self._overview(run, summarised(self.library, scope))
        elif named := known_by(self.library, scope, summary_of(question)):
            yield from self._overview(run, named)
        else:
            yield from self._found(run, history)
        yield newest_first(run.answer(self.model.name if self.model else ""), self.library)

    def _overview(self, run: Run, documents: list[str]) -> Iterator[Event]:
        """A summary of the documents themselves."""
        if len(documents) > DOCUMENTS:
            run.unsaid = (
                f"There are {len(documents)} documents, too many for one summary: write @ and the "
                "name of the one to summarise."
            )
            return
        sentences = key_sentences(self.library, documents)
        yield run.found(run.question, sentences)
        yield from run.quotes(sentences)

    def _found(self, run: Run, history: Sequence[Message]) -> Iterator[Event]:
        """What is near the question, and what it says."""
        question, turn = run.question, run.turn
        if turn and history and needs_conversation(question):
            earlier = joined(history, question)
            yield run.found(earlier, self.find(earlier))
            question = standalone(turn, history, question)
        found = self.find(question)
        yield run.found(question, found)
        if turn is None:
            yield from run.quotes(found[:QUOTES])
        else:
            rewritten = history if question != run.question else ()
            yield from self._answered(run, turn, core(question), found, rewritten)

    def _answered(
        self,
        run: Run,
        turn: Turn,
        question: str,
        found: Sequence[RankedSentence],
        history: Sequence[Message],
    ) -> Iterator[Event]:
        about = topics(question)
        for topic in about:
            judge = run.judge(turn, topic, self.thresholds)
            yield from run.described(judge, self.find(topic))
        if about:
            return
        earlier = [message.content for message in history if message.role == "user"]
        if parts := halves(question, earlier):
            yield from self._halves(run, turn, parts)
        elif compared := sides(question):
            if asked(question).yes_no:
                found = [one for one in found if names_both(f"{one.title} {one.text}", compared)]
            yield from self._asked(run, turn, question, found)
            if not run.claims:
                yield from self._sides(run, turn, compared)
        else:
            yield from self._asked(run, turn, question, found)

    def _halves(self, run: Run, turn: Turn, parts: Mapping[str, str]) -> Iterator[Event]:
        """Either of two questions that were asked at once."""
        for said, question in parts.items():
            part = self._part(run, turn, question)
            if not part.claims:
                run.unanswered.append(said)
            yield from run.beside([part])

    def _sides(self, run: Run, turn: Turn, sides: Sequence[Sequence[str]]) -> Iterator[Event]:
        """What is said of either of two things that are compared; nothing unless it is of both."""
        parts: list[Run] = []
        for questions in sides:
            tries = (self._part(run, turn, question) for question in questions)
            told = next((part for part in tries if part.claims), None)
            if told is None:
                return
            parts.append(told)
        yield from run.beside(parts)

    def _part(self, run: Run, turn: Turn, question: str) -> Run:
        """A part of a question, answered by itself; its record is the whole's."""
        part = Run(question, turn, judges=run.judges)
        for _ in self._asked(part, turn, question, self.find(question)):
            pass
        return part

    def _asked(
        self, run: Run, turn: Turn, question: str, found: Sequence[RankedSentence]
    ) -> Iterator[Event]:
        """What answers one question: one sentence, its other sides, or two sentences together."""
        judge = run.judge(turn, question, self.thresholds)
        if asked(question).everything:
            everything = self.find(question, ALL_READ, chunks=ALL_CHUNKS)
            yield from run.everything(judge, everything, self._sentences())
        if not run.claims:
            yield from run.judged(judge, found)
        if not (run.claims or judge.want.yes_no or turn.half_spent):
            yield from run.together(judge, joint_passages(question, found, self.near))

    def find(
        self, text: str, sentences: int = READ, *, chunks: int = CHUNKS
    ) -> list[RankedSentence]:
        """The sentences nearest to a question or a claim, best first, of its nearest chunks."""
        return self.reranker.reranked(text, self.near(text, sentences, chunks=chunks))

    def near(
        self, text: str, sentences: int = READ, *, chunks: int = CHUNKS
    ) -> list[RankedSentence]:
        """The same by their words and vectors alone, which is enough where words are looked for."""
        nodes = self.retriever.nearest(text, chunks)
        return rank_sentences(
            self.library, text, [node.node.node_id for node in nodes], k=sentences
        )

    def _sentences(self) -> int:
        """How many sentences there are to search."""
        scope = self.retriever.scope
        rows = self.library.documents(scope.collection)
        return sum(row.sentences for row in rows if scope.document in ("", row.id))
