"""A found sentence as it is judged and cited: with its heading, with the one that it leans on, and
with one of another document where the two answer together."""

import math
import re
from dataclasses import dataclass, replace
from itertools import combinations

from index.ranking import RankedSentence, called
from index.sentences import is_question
from rag.answer import Citation
from rag.cells import is_row
from rag.sources import Source, missing_numbers, missing_words
from rag.words import content_words

__all__ = ["Passage", "cite", "names"]

# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"""^\W*(?:he|she|they|his|her|its|their|this|these|those|that|such|both|however|therefore|thus
    |it(?!\s+(?:is|was|has\s+been)\s+\w+\s+that\b)|in\s+(?:response|addition|turn|contrast)
    |instead|similarly|the\s+(?:former|latter)|(?:after|before|until|by)\s+(?:that|this|then))\b""",
    re.I | re.X,
)
_ENDS = (".", "!", "?", ":", "”", '"')
_FULL_NAME = re.compile(r"\b[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)+")
_LABELLED = re.compile(r"^[A-Z][\w ]{0,20}:[ \t]+([A-Z][\w'’-]+)", re.M)
_NUMBER = re.compile(r"\d[\d.,]*\b")
# How much a sentence's log odds lose by its rank. On 113 questions of five calibration sets, rank
# and judge together choose the right sentence for 61 and believe one for 15 of the 39 that nothing
# answers, where the judge alone comes to 48 and 17. From 3 to 7 it is much the same.
BEHIND = 5


@dataclass(frozen=True, slots=True)
class Passage:
    """What a judge reads of a sentence: the heading above it, the sentence before where it leans
    on that, and itself. `probability` is that of its stating the answer, by the judge alone;
    `behind` is how far its score is behind the best that may state it. `first` is the sentence of
    another document that is read before it, each then under its document's title."""

    sentence: RankedSentence
    probability: float = 0.0
    behind: float = 0.0
    first: RankedSentence | None = None

    @property
    def likelihood(self) -> float:
        """The probability of its stating the answer, by the judge and by its rank."""
        odds = self.probability / max(1 - self.probability, 1e-9) * math.exp(-BEHIND * self.behind)
        return odds / (1 + odds)

    @property
    def text(self) -> str:
        """What the model reads."""
        if self.first:
            return "\n".join(one.titled for one in self.each)
        heading = [self.sentence.heading] * bool(self.sentence.heading)
        return "\n".join(
            [*heading, self.prose, *(f"- {item.text}" for item in self.sentence.items)]
        )

    @property
    def document(self) -> str:
        """The id of the document that its sentence is of."""
        return self.sentence.sentence.document

    @property
    def titled(self) -> str:
        """The prose behind its document's title."""
        return f"{self.sentence.title}: {self.prose}"

    def below(self, above: str) -> str:
        """What the model reads, below its document's title or what that opens with."""
        return f"{above}\n{self.text}"

    @property
    def each(self) -> "tuple[Passage, ...]":
        """The passage of each document by itself, in the order in which they are read."""
        own = replace(self, first=None)
        return (replace(own, sentence=self.first), own) if self.first else (own,)

    @property
    def said(self) -> str:
        """The sentence alone, without what it leans on; both, where there are two."""
        return " ".join(one.sentence.said for one in self.each)

    @property
    def prose(self) -> str:
        """The same without the heading."""
        before = self.sentence.before if self.leans else ""
        return f"{before} {self.sentence.said}".strip()

    @property
    def leans(self) -> bool:
        """Whether the sentence can't be understood without the one before it."""
        before = self.sentence.before
        led = before.endswith(":") or bool(self.answering)
        return led or (bool(before) and bool(_LEANS.search(self.sentence.text)))

    @property
    def answering(self) -> str:
        """The question that its sentence answers, as in a list of questions; "" if it is none."""
        return self.sentence.before if is_question(self.sentence.before) else ""

    @property
    def source(self) -> Source:
        """The same, as the exact checks take it."""
        found = [one.sentence for one in self.each]
        beside = "\n".join(f"{one.before}\n{one.after}" for one in found)
        heading, text = self.sentence.heading, self.text
        if heading and not self.first:  # its words do not run on into the sentence's
            text = f"{heading}.{text.removeprefix(heading)}"
        return Source(text, beside, "\n".join(map(_about, found)))

    def citations(self, claim: str) -> tuple[Citation, ...]:
        """The fewest of the passage's sentences that have all of the claim's words and numbers.

        Where none has them all, those that have the most; of two documents, from each. The names of
        a row's columns are always among them.
        """
        if self.first:
            return tuple(note for one in self.each for note in one.citations(claim))
        parts, names = self._parts(), self._columns
        choices = [
            choice for size in range(1, len(parts) + 1) for choice in combinations(parts, size)
        ]
        choices = [choice for choice in choices if names is None or names in choice]
        lacking = {choice: self._lacking(claim, choice) for choice in choices}
        return min(
            choices, key=lambda choice: (lacking[choice], len(choice), parts[-1] not in choice)
        )

    @property
    def above(self) -> Citation | None:
        """What leads to the list that the sentence is an item of, what names the columns of the row
        that it is, the question that it answers, else the heading above it, where it is
        no sentence of its own: without that it may say the opposite ("Not covered")."""
        if self._columns:
            return self._columns
        if self.answering:
            return self._before
        if is_row(self.sentence.text) or self.sentence.text.endswith(_ENDS):
            return None
        return self._before if self.sentence.before.endswith(":") else self._heading

    @property
    def _before(self) -> Citation:
        return _cite_text(self.sentence, self.sentence.before, self.sentence.before_start)

    @property
    def _columns(self) -> Citation | None:
        found, names = self.sentence, self.sentence.columns
        return _cite_text(found, names.text, names.start) if names else None

    @property
    def _heading(self) -> Citation | None:
        found = self.sentence
        return _cite_text(found, found.heading, found.heading_start) if found.heading else None

    def _parts(self) -> list[Citation]:
        """The sentences of the passage in the document's order, its own last."""
        above = [each for each in (self._heading, self._columns) if each]
        return above + [self._before] * self.leans + [cite(self.sentence)]

    def _lacking(self, claim: str, choice: tuple[Citation, ...]) -> int:
        there = Source("\n".join(part.quote for part in choice), self.sentence.title)
        return len(missing_words(claim, there)) + len(missing_numbers(claim, there))


def _about(found: RankedSentence) -> str:
    """What says of which document a sentence is: its title, its file, and the names and numbers
    that it opens with."""
    known = [*names(found.opening), *_NUMBER.findall(found.opening)]
    return " ".join([called(found.title, found.source), *known])


def names(opening: str) -> list[str]:
    """The names that a document opens with; "From: Ann Lee" has both of hers, and "Patient: Milo"
    his, though the one may look like a sentence's first word."""
    said = [word.text for word in content_words(opening) if word.name]
    return said + _FULL_NAME.findall(opening) + _LABELLED.findall(opening)


def cite(found: RankedSentence) -> Citation:
    """The citation of a found sentence."""
    return _cite_text(found, found.text, found.sentence.start)


def _cite_text(found: RankedSentence, quote: str, start: int) -> Citation:
    document = found.sentence.document
    return Citation(document, found.source, start, start + len(quote), quote, found.page)
