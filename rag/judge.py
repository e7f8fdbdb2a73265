"""Judging: which of the found sentences state the answer.

Cheapest first. A word of the question that the documents don't have settles it without the model;
then the model reads one sentence at a time and P(yes) of its reply is held against a threshold;
last, each word that the sentence doesn't have itself is asked for on its own: a small model that
is taken in by "how many sailors?" still knows that the text doesn't speak of sailors.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.ranking import RankedSentence
from rag import prompts
from rag.answer import Citation, Refused
from rag.asked import Asked, asked, values
from rag.chat import Turn
from rag.checks import Source, has_no_synonym, missing_numbers, missing_words
from rag.thresholds import Thresholds
from rag.words import Word, content_words

__all__ = ["Judge", "Passage", "cite", "cite_before"]

# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"""^\W*(?:he|she|they|his|her|its|their|this|these|those|that|such|both|however|therefore|thus
    |it(?!\s+(?:is|was|has\s+been)\s+\w+\s+that\b)|in\s+(?:response|addition|turn|contrast)
    |instead|similarly|the\s+(?:former|latter))\b""",
    re.I | re.X,
)
_ORDERS = re.compile(
    r"""\b(?:ignore|disregard|forget|override)\b.{0,40}\b(?:instructions?|rules?|prompts?|above|previous|
    prior|earlier|documents?|text|sources?)\b
    |\byou\s+(?:are|must|should|will|shall)\s+(?:now\s+)?(?:always\s+|only\s+)?(?:act|answer|reply|respond|say|
    tell|pretend|reveal|output|print|obey)\b
    |\bsystem\s*(?:prompt|message|note|override)\b
    |\b(?:ai|llm|language\s+model|assistants?|chatbots?)\b.{0,60}\b(?:must|should|shall|instructed|ordered|
    told|reply|answer|respond|say|reveal|output)\b
    |\b(?:reply|respond|answer)\s+(?:only\s+)?(?:with|that|to\s+(?:every|any|all))\b""",
    re.I | re.X,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with what a judge sees of it: itself, and the one before where it leans on it."""

    sentence: RankedSentence
    probability: float = 0.0

    @property
    def text(self) -> str:
        """What the model reads."""
        before = self.sentence.before if self.leans else ""
        return f"{before} {self.sentence.text}".strip()

    @property
    def leans(self) -> bool:
        """Whether the sentence can't be understood without the one before it."""
        return bool(_LEANS.search(self.sentence.text)) and bool(self.sentence.before)

    @property
    def source(self) -> Source:
        """The same, as the exact checks take it."""
        near = (self.sentence.title, self.sentence.before, self.sentence.after)
        return Source(self.sentence.text, "\n".join(near))


def cite(found: RankedSentence) -> Citation:
    """The citation of a found sentence."""
    place = found.sentence
    return Citation(place.document, found.source, place.start, place.end, found.text, found.page)


def cite_before(found: RankedSentence) -> Citation:
    """The citation of the sentence before a found one."""
    start, quote = found.before_start, found.before
    document = found.sentence.document
    return Citation(document, found.source, start, start + len(quote), quote, found.page)


@dataclass(slots=True)
class Judge:
    """Judges the found sentences for one question; keeps what it refused and why."""

    turn: Turn
    question: str
    vocabulary: frozenset[str]
    thresholds: Thresholds
    refused: list[Refused] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)
    _spoken_of: dict[tuple[str, str], float] = field(default_factory=dict)

    @property
    def want(self) -> Asked:
        """What the question asks for."""
        return asked(self.question)

    def accepted(self, found: Iterable[RankedSentence]) -> Iterator[Passage]:
        """The passages that state the answer, in the order they were found. Raises ModelError."""
        for sentence in found:
            passage = Passage(sentence)
            reason = self._plain_reason(passage)
            if reason is None:
                probability = self._states_answer(passage)
                reason = self._judged_reason(passage, probability)
                if reason is None:
                    yield Passage(sentence, probability or 0.0)
                    continue
            self.refuse(sentence.text, reason)

    def refuse(self, text: str, reason: str) -> None:
        """Keep a record of what isn't shown, and why."""
        self.refused.append(Refused(text, reason))

    def _plain_reason(self, passage: Passage) -> str | None:
        """What rules a passage out without asking the model."""
        if _ORDERS.search(passage.sentence.text):
            return "it gives orders to its reader"
        unknown = [
            word.text
            for word in missing_words(self.question, passage.source)
            if self._has_no_other_name(word, passage.source)
        ]
        unknown += missing_numbers(self.question, passage.source)
        if unknown:
            self.missing.update(unknown)
            return f"it doesn't mention {_listed(unknown)}"
        if self.want.quantity and not self._gives_value(passage.sentence.text):
            return "it gives no number of what was asked"
        return None

    def _gives_value(self, text: str) -> bool:
        """Whether a sentence itself has a value of what was asked, in the units asked for."""
        units = {word.key for word in content_words(self.question) if word.unit}
        there = {word.key for word in content_words(text)}
        return units <= there and bool(values(self.want, text))

    def _judged_reason(self, passage: Passage, probability: float | None) -> str | None:
        if probability is None:
            return "the model could not judge it"
        if probability < self.thresholds.states_answer:
            return f"it doesn't state the answer ({probability:.2f})"
        unspoken = self._unspoken(passage)
        if unspoken:
            self.missing.update(unspoken)
            return f"it doesn't speak of {_listed(unspoken)}"
        return None

    def _unspoken(self, passage: Passage) -> list[str]:
        """The words of the question that `passage` says neither itself nor in other words."""
        return [
            word.text
            for word in missing_words(self.question, passage.source)
            if self._speaks_of(passage, word.text) < self.thresholds.spoken_of
        ]

    def _has_no_other_name(self, word: Word, source: Source) -> bool:
        """A unit, an opposite, or a name that is nowhere in the document."""
        unknown_name = word.name and word.key not in self.vocabulary
        return unknown_name or has_no_synonym(word, source)

    def _states_answer(self, passage: Passage) -> float | None:
        return self.turn.yes([prompts.judge(passage.text, self.question)])[0]

    def _speaks_of(self, passage: Passage, word: str) -> float:
        key = (passage.text, word)
        if key not in self._spoken_of:
            self._spoken_of[key] = self.turn.yes([prompts.speaks_of(*key)])[0] or 0.0
        return self._spoken_of[key]


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in dict.fromkeys(names))
