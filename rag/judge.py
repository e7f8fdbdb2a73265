"""Judging: which of the found sentences state the answer.

Cheapest first. A unit, a number or an opposite that the sentence doesn't have settles it without
the model; then the model reads one sentence at a time and P(yes) of its reply is held against a
threshold; last, each word that the sentence doesn't have itself is asked for on its own: a small
model that is taken in by "how many sailors?" still knows that the text doesn't speak of sailors.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from index.ranking import RankedSentence
from index.sentences import is_question
from rag import prompts
from rag.answer import Refused
from rag.asked import Asked, asked, topic
from rag.chat import Turn
from rag.checks import check_roles
from rag.dates import dates
from rag.orders import gives_orders
from rag.passage import Passage, names
from rag.places import asks_where
from rag.quantities import quantities
from rag.sources import Source, missing_words
from rag.taken import (
    gives_asked,
    is_bare,
    lacking,
    of_another_than_its_title,
    of_somebody_else,
    other_values,
    unmentioned,
)
from rag.thresholds import Thresholds
from rag.words import Word, content_keys, content_words, is_calendar, is_title

__all__ = ["Judge", "listed"]

# The weight of a second reading under the title. On five calibration sets (squad2 and ours) the mix
# told answered from unanswered questions better than either reading did (AUC 0.877, 0.854 alone).
TITLED = 0.3
IN_DOUBT = (0.55, 0.8)  # a reading outside hardly ever changes sides by the second, which takes 1 s
# On hotpotqa's calibration half, each question with the document that answers it and without, this
# keeps 7 of 10 right pairs and none of 13 wrong ones.
TOGETHER = 0.03
UNSPOKEN = 0.04  # what is less likely spoken of than this is not, however sure the judge is


@dataclass(slots=True)
class Judge:
    """Judges the found sentences for one question; keeps what it refused and why.

    `doubted` are passages that don't state the answer clearly, and may still give its other side;
    `unwritten` those that were taken to state it, and from which no claim could be verified.
    """

    turn: Turn
    question: str
    thresholds: Thresholds
    refused: list[Refused] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    doubted: list[Passage] = field(default_factory=list)
    unwritten: list[Passage] = field(default_factory=list)
    _replies: dict[str, float] = field(default_factory=dict)

    @property
    def want(self) -> Asked:
        """What the question asks for."""
        return asked(self.question)

    @property
    def enough(self) -> float:
        """The likelihood from which a passage states the answer."""
        return self.thresholds.decides if self.want.yes_no else self.thresholds.states_answer

    def may_state(self, found: RankedSentence) -> bool:
        """Whether nothing rules a sentence out without asking the model."""
        return self._plain_reason(Passage(found)) is None

    def accept(self, passage: Passage, *, other_side: bool = False) -> Passage | None:
        """The passage with its probability, if it states the answer; as its other side it need not
        have the question's numbers. Raises ModelError."""
        reason = self._plain_reason(passage, other_side=other_side)
        if reason is None:
            passage = replace(passage, probability=self._states_answer(passage))
            reason = self._judged_reason(passage)
        if reason is None:
            return passage
        if passage.probability >= self.thresholds.contradicts and not self._unspoken(passage):
            self.doubted.append(passage)
        else:
            self.refuse(passage.sentence.text, reason)
        return None

    def cleared(self, found: Iterable[RankedSentence]) -> Iterator[Passage]:
        """The passages that settle the question by themselves. Raises ModelError."""
        for passage in filter(None, (self.accept(Passage(sentence)) for sentence in found)):
            if self.is_clear(passage):
                yield passage
            else:
                self.refuse(passage.sentence.text, self.doubt(passage))

    def together(self, pairs: Iterable[Passage]) -> Iterator[Passage]:
        """The pairs that state the answer, more so than either of their sentences does alone.

        Raises ModelError.
        """
        for pair in pairs:
            reason = self._plain_reason(pair)
            if reason is None:
                pair = replace(pair, probability=self._states(pair.text))
                reason = self._judged_reason(pair) or self._alone(pair)
            if reason is None:
                yield pair
            else:
                self.refuse(pair.said, reason)

    def described(self, found: Iterable[RankedSentence]) -> Iterator[Passage]:
        """The sentences that speak of what was asked, or of the topic that `question` is.

        Nothing is to be written from them, so nothing but that is asked. Raises ModelError.
        """
        for sentence in found:
            passage = Passage(sentence)
            if gives_orders(passage.text):
                self.refuse(sentence.text, "it gives orders to its reader")
            elif (chance := self.speaks(passage)) >= self.thresholds.describes:
                yield Passage(sentence, chance)
            else:
                self.refuse(sentence.text, f"it doesn't speak of it ({chance:.2f})")

    def further(self, found: Iterable[RankedSentence]) -> Iterator[Passage]:
        """Those of the described sentences that also state a part of the answer, for a list."""
        for passage in self.described(found):
            if others := of_somebody_else(self.question, passage):
                self.refuse(passage.sentence.text, f"it doesn't speak of {listed(others)}")
                continue
            states = self._states(self.read(passage))
            if (passage.probability + states) / 2 >= self.thresholds.another:
                yield passage
            else:
                self.refuse(passage.sentence.text, self.doubt(replace(passage, probability=states)))

    def read(self, passage: Passage) -> str:
        """What the model reads of a passage: below its document's title, or below what that opens
        with, where the question has a word of the one, or a name of the other, that the passage
        hasn't."""
        if passage.first:
            return passage.text
        found = passage.sentence
        lacking = {word.key for word in missing_words(self.question, Source(passage.text))}
        if lacking & content_keys(found.title):
            return passage.below(found.title)
        named = content_keys(" ".join(names(found.opening)))
        return passage.below(found.opening) if lacking & named else passage.text

    def refuse(self, text: str, reason: str) -> None:
        """Keep a record of what isn't shown, and why."""
        self.refused.append(Refused(text, reason))

    def is_clear(self, passage: Passage) -> bool:
        """Whether a passage settles the question."""
        return passage.probability >= self.thresholds.settles

    def is_doubtful(self, passage: Passage) -> bool:
        """Whether a passage is known not to state the answer clearly enough, whatever its rank."""
        return passage in self.doubted and passage.probability < self.enough

    def speaks(self, passage: Passage) -> float:
        """P(yes) that a passage speaks of what was asked. Raises ModelError."""
        return self._speaks_of(passage, topic(self.question))

    def gives(self, passage: Passage) -> bool:
        """Whether a passage itself has a value, where one is asked for."""
        asks = self.want.quantity or self.want.date or self.want.measure
        said = passage.said
        timed = any(word.unit or is_calendar(word.text) for word in content_words(said))
        return not asks or timed or bool(quantities(said) or dates(said))

    def doubt(self, passage: Passage) -> str:
        """Why a passage is no answer, by its likelihood."""
        return f"it doesn't state the answer ({passage.likelihood:.2f})"

    def _plain_reason(self, passage: Passage, *, other_side: bool = False) -> str | None:
        """What rules a passage out without asking the model."""
        if gives_orders(passage.text):
            return "it gives orders to its reader"
        if is_question(passage.said) and not passage.sentence.items:
            return "it asks, and says nothing"
        unknown = unmentioned(self.question, passage)
        unknown += of_another_than_its_title(self.question, passage)
        unknown += [] if other_side else other_values(self.question, passage.source)
        if unknown:
            self.missing.update(unknown)
            return f"it doesn't mention {listed(unknown)}"
        if not gives_asked(self.question, passage):
            if asks_where(self.want.asking):
                return "it gives no place"
            return f"it gives no {self.want.time or 'number'} of what was asked"
        if is_bare(self.question, passage):
            return "it has only the number of it"
        if passage.first:  # who does what in one sentence is not read across two
            return None
        return next(iter(check_roles(self.want.asking, passage.source, asked=True)), None)

    def _judged_reason(self, passage: Passage) -> str | None:
        if passage.likelihood < self.enough:
            return self.doubt(passage)
        if unspoken := self._unspoken(passage):
            self.missing.add(unspoken)
            return f"it doesn't speak of {listed([unspoken])}"
        return None

    def _unspoken(self, passage: Passage) -> str:
        """The first word of the question that `passage` says neither itself nor in other words, ""
        where there is none. Names come first: they are what is missing most often.

        A passage that clearly states the answer may speak of a thing in passing; a name it must
        clearly mean.
        """
        missing = sorted(lacking(self.question, passage), key=lambda word: not word.name)
        return next((word.text for word in missing if not self._spoken(passage, word)), "")

    def _spoken(self, passage: Passage, word: Word) -> bool:
        if word.name and not is_title(word.text):
            return self._speaks_of_somebody(passage, word.text) >= self.thresholds.named
        chance = self._speaks_of(passage, word.text)
        joint = _joint(passage.probability, chance)
        return chance >= UNSPOKEN and joint >= self.thresholds.spoken_of

    def _alone(self, pair: Passage) -> str | None:
        """Why two sentences are no better than one."""
        alone = max(self._states(one.titled) for one in pair.each)
        return None if pair.probability >= alone + TOGETHER else self.doubt(pair)

    def _states_answer(self, passage: Passage) -> float:
        """P(yes); where it is in doubt, with that of the same under the document's title."""
        text = self.read(passage)
        alone = self._states(text)
        if text != passage.text or not IN_DOUBT[0] <= alone < IN_DOUBT[1]:
            return alone
        return (1 - TITLED) * alone + TITLED * self._states(passage.below(passage.sentence.title))

    def _states(self, text: str) -> float:
        """P(yes) that a text answers the question."""
        ask = prompts.quotable if self.want.yes_no else prompts.judge
        return self._yes(ask(text, self.question))

    def _speaks_of(self, passage: Passage, word: str) -> float:
        return self._yes(prompts.speaks_of(self.read(passage), word))

    def _speaks_of_somebody(self, passage: Passage, name: str) -> float:
        """The same of a name, read below the title: "Born in Hull", of whom the title may say it,
        else speaks of anybody."""
        title, read = passage.sentence.title, self.read(passage)
        text = read if passage.first or read.startswith(title) else f"{title}\n{read}"
        return self._yes(prompts.speaks_of(text, name))

    def _yes(self, prompt: str) -> float:
        """P(yes), asked once; a reply that is neither yes nor no is not taken for a yes."""
        if prompt not in self._replies:
            self._replies[prompt] = self.turn.yes([prompt])[0] or 0.0
        return self._replies[prompt]


def _joint(one: float, other: float) -> float:
    """The probability whose odds are the product of the odds of two."""
    yes, no = one * other, (1 - one) * (1 - other)
    return yes / (yes + no) if yes + no else 0.5


def listed(names: Sequence[str]) -> str:
    """The names in quotation marks, each once."""
    return ", ".join(f"“{name}”" for name in dict.fromkeys(names))
