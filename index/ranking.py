"""The sentences of found chunks, the likeliest to state the answer first."""

import math
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from index.columns import Columns, columns, names_columns
from index.documents import Document, Sentence
from index.lexical import codes, terms
from index.library import Library
from index.sentences import is_dateline, is_question, is_run_in

__all__ = [
    "Candidate",
    "RankedSentence",
    "called",
    "overlaps",
    "page_at",
    "rank_sentences",
    "ranking_words",
]

LONG = 10  # sentences; below that an opening is a part of the matter
OPENING = 400  # characters
NEAR = 12  # characters before a sentence that tell whether it is an item
ITEMS = 12  # of a list that are taken with what leads to it
_BULLET = re.compile(r"(?:^|\n)[ \t]*(?:[-*•–+]|\d{1,2}[.)]|[a-z][.)])[ \t]+\Z")
_WEEKDAY = re.compile(r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day")
OVERLAP = 0.5  # the weight of shared words beside the cosine; set on half of squad2 and clapnq


@dataclass(frozen=True, slots=True)
class RankedSentence:
    """A sentence with what a judge needs to read it.

    `before` and `after` are its neighbours in the same paragraph, `heading` is the nearest one
    above it within the document, "" where there is none; `before_start` and `heading_start` are
    where they begin. `title` is its document's, and `opening` what that opens with, "" where it is
    short; a higher `score` is nearer to the question. What leads to a list ("Please bring:") is
    `before` each of its `items`. `columns` are those of the Markdown table that it is a row of.
    """

    sentence: Sentence
    source: str
    title: str
    text: str
    page: int | None
    before: str
    after: str
    score: float
    before_start: int = 0
    heading: str = ""
    heading_start: int = 0
    opening: str = ""
    items: "tuple[RankedSentence, ...]" = ()
    columns: Columns | None = None

    @property
    def said(self) -> str:
        """The sentence as it is read: a table's row by the names of its columns."""
        return self.columns.row if self.columns else self.text

    @property
    def position(self) -> tuple[str, int]:
        """Where it stands: its document's id, and its start there."""
        return self.sentence.document, self.sentence.start


def rank_sentences(
    library: Library, question: str, chunk_ids: Sequence[str], k: int
) -> list[RankedSentence]:
    """The `k` sentences of these chunks that are nearest to the question, best first.

    Score: the cosine of the question and the sentence's pooled vector, plus how much of the
    question's telling words the sentence has; what answers a question, as in a list of them, has
    that question's score if it is better. Headings, questions and the names of a table's columns
    state nothing and are left out, unless there is nothing else.
    """
    if library.embedder is None:
        raise ValueError("rank_sentences needs a library that was opened with an embedder")
    candidates = list(_candidates(library, chunk_ids))
    if not candidates:
        return []
    cosines = np.stack([each.vector for each in candidates]) @ library.embedder.question(question)
    shared = overlaps(question, [candidate.words for candidate in candidates])
    found = zip(candidates, cosines + OVERLAP * np.array(shared), strict=True)
    scores = {candidate.position: float(score) for candidate, score in found}
    stating = [each for each in candidates if each.states] or candidates
    ranked = [(each, max(scores[each.position], scores.get(each.asked, 0.0))) for each in stating]
    best = sorted(ranked, key=lambda one: -one[1])[:k]
    return [candidate.ranked(score) for candidate, score in best]


def called(title: str, source: str) -> str:
    """What a document goes by: its title, and the words of its file's name."""
    return f"{title}\n{re.sub(r'[-_./]', ' ', source)}"


def page_at(document: Document, offset: int) -> int | None:
    """The page that `offset` lies on; None for a document without pages."""
    at = bisect_right(document.pages, offset, key=lambda page: page[0]) - 1
    return document.pages[at][1] if at >= 0 else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence among those of its document, with its pooled vector, (384,)."""

    document: Document
    sentences: Sequence[Sentence]
    sentence: Sentence
    vector: "np.ndarray[tuple[int], np.dtype[np.float32]]"

    @property
    def words(self) -> set[str]:
        """Its terms and codes, as the lexical search has them."""
        return ranking_words(self._text(self.sentence))

    @property
    def states(self) -> bool:
        """Whether it is no heading, no question, no date or heading that a paragraph opens with,
        and no row that names a table's columns."""
        one, text = self.sentence, self.document.text
        said = text[one.start : one.end]
        leads = is_question(said) or (self._leads(one) and bool(self._neighbour(1)))
        return not (one.heading or leads or names_columns(text, one.start, one.end))

    @property
    def position(self) -> tuple[str, int]:
        """Its document's id and its number there."""
        return self.document.id, self.sentence.number

    @property
    def asked(self) -> tuple[str, int]:
        """The position of the question that it answers; its own where it answers none."""
        answers = is_question(self._neighbour(-1))
        return self.document.id, self.sentence.number - answers

    def ranked(self, score: float) -> RankedSentence:
        """The sentence with its surroundings."""
        document, sentence, heading = self.document, self.sentence, self._heading()
        lead = self._lead()
        return RankedSentence(
            sentence=sentence,
            source=document.source,
            title=document.title,
            text=self._text(sentence),
            page=page_at(document, sentence.start),
            before=self._text(lead) if lead else self._neighbour(-1),
            after=self._neighbour(1),
            score=score,
            before_start=(lead or self.sentences[max(0, sentence.number - 1)]).start,
            heading=document.text[heading.start : heading.end] if heading else "",
            heading_start=heading.start if heading else 0,
            opening=self._opening(),
            items=tuple(self._items(score)),
            columns=columns(document.text, sentence.start),
        )

    def _text(self, sentence: Sentence) -> str:
        return self.document.text[sentence.start : sentence.end]

    def _is_item(self, sentence: Sentence) -> bool:
        start = max(0, sentence.start - NEAR)
        return _BULLET.search(self.document.text, start, sentence.start) is not None

    def _lead(self) -> Sentence | None:
        """What leads to the list that the sentence is an item of."""
        if not self._is_item(self.sentence):
            return None
        above = reversed(self.sentences[: self.sentence.number])
        lead = next((one for one in above if not self._is_item(one)), None)
        return lead if lead and not lead.heading and self._text(lead).endswith(":") else None

    def _items(self, score: float) -> Iterator[RankedSentence]:
        """The items of the list that the sentence leads to."""
        if self._text(self.sentence).endswith(":"):
            rest = self.sentences[self.sentence.number + 1 :][:ITEMS]
            for item in takewhile(self._is_item, rest):
                yield Candidate(self.document, self.sentences, item, self.vector).ranked(score)

    def _opening(self) -> str:
        """What a document of many sentences opens with, before this one: it often says of whom it
        all is."""
        opening = ""
        above = self.sentences[: self.sentence.number] if len(self.sentences) >= LONG else ()
        for one in above:
            longer = f"{opening}\n{self._text(one)}".strip()
            if len(longer) > OPENING:
                break
            opening = longer
        return opening

    def _heading(self) -> Sentence | None:
        """The nearest heading above, or the question or the date that the paragraph opens with;
        none where that is the document's title."""
        if opened := self._opened_with():
            return opened
        above = self.sentences[: self.sentence.number]
        heading = next((one for one in reversed(above) if one.heading), None)
        if heading and self.document.text[heading.start : heading.end] != self.document.title:
            return heading
        return None

    def _opened_with(self) -> Sentence | None:
        """The heading or the date that the sentence's paragraph opens with, but no date of one that
        names a day of its own; or the question that it answers if not by its first sentence."""
        below = self.sentence
        for above in reversed(self.sentences[: self.sentence.number]):
            between = self.document.text[above.end : below.start]
            if is_question(self._text(above)):
                return None if below is self.sentence else above
            if above.heading or "\n" in between:
                break
            below = above
        leads = below is not self.sentence and self._leads(below)
        own = is_dateline(self._text(below)) and _WEEKDAY.search(self._text(self.sentence))
        return below if leads and not own else None

    def _leads(self, sentence: Sentence) -> bool:
        """Whether a sentence opens its paragraph, and is a date or a heading."""
        said, above = self._text(sentence), self.sentences[: sentence.number][-1:]
        between = self.document.text[above[0].end : sentence.start] if above else "\n"
        answers = any(is_question(self._text(one)) for one in above)
        return "\n" in between and not answers and (is_dateline(said) or is_run_in(said))

    def _neighbour(self, step: int) -> str:
        at = self.sentence.number + step
        if not 0 <= at < len(self.sentences) or self.sentences[at].heading:
            return ""
        text, other = self.document.text, self.sentences[at]
        between = text[min(self.sentence.end, other.end) : max(self.sentence.start, other.start)]
        # A break between paragraphs: an empty line, or a line that ends in a full stop.
        said = text[other.start : other.end]
        if step < 0 and self._leads(other):
            return ""  # it is read as a heading
        asked = step < 0 and is_question(said) and not between.strip("-*•> \t\r\n")
        return said if asked or not re.search(r"[\r\n]", between) else ""


def _candidates(library: Library, chunk_ids: Sequence[str]) -> Iterator[Candidate]:
    """Every sentence of the chunks once; what was removed meanwhile is left out."""
    documents: dict[str, tuple[Document, list[Sentence]]] = {}
    seen: set[tuple[str, int]] = set()
    for id_ in chunk_ids:
        chunk = library.chunk(id_)
        if chunk is None:
            continue
        if chunk.document not in documents:
            document = library.document(chunk.document)
            if document is None:
                continue
            documents[chunk.document] = document, library.sentences(chunk.document)
        document, sentences = documents[chunk.document]
        vectors = library.sentence_vectors(chunk.document, chunk.first, chunk.last)
        for number, vector in zip(range(chunk.first, chunk.last), vectors, strict=False):
            if (chunk.document, number) not in seen and number < len(sentences):
                seen.add((chunk.document, number))
                yield Candidate(document, sentences, sentences[number], vector)


def overlaps(question: str, candidates: Sequence[set[str]]) -> list[float]:
    """The share of the question's words that each candidate has, weighted by how rare they are."""
    asked = ranking_words(question)
    held = Counter(word for words in candidates for word in words & asked)
    n = len(candidates)
    idf = {word: math.log(1 + (n - held[word] + 0.5) / (held[word] + 0.5)) for word in asked}
    total = sum(idf.values())
    return [
        sum(idf[word] for word in words & asked) / total if total else 0.0 for words in candidates
    ]


def ranking_words(text: str) -> set[str]:
    """The terms and codes of a text, as the lexical search has them."""
    return {*terms(text), *codes(text)}
