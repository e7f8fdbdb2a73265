"""Sentences of public sets as the chain would cite them: what claims are made from."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.cases import split_of
from evals.errors import EvalError
from index.documents import Sentence
from index.ranking import RankedSentence
from index.sentences import split_sentences
from rag.passage import Passage
from rag.verify import claims
from rag.words import FUNCTION_WORDS

__all__ = ["SETS", "Original", "answered", "in_document", "names", "originals", "records"]

SETS = ("squad2", "hotpotqa", "musique", "scifact_verify", "clapnq", "ramdocs", "mtrag")
SHORTEST, LONGEST = 6, 45  # words
SHORTEST_NAME = 3  # letters
_PLAIN = re.compile(r"[A-Z][^\n`|\[\]{}=<>*#]+\.")  # no markup, no list, no table
_SPACED = re.compile(r"\s[,.;]|``|''|\s-[lr]rb-", re.I)  # text that was tokenised
_SPOKEN = re.compile(r"\b(?:I|you|your|we|our|us|my|me)\b", re.I)  # said to somebody, by somebody
_CAPITAL = r"[A-Z][^\W\d_]+(?:['’-][A-Z]?[^\W\d_]+)*(?<!['’]s)"
_NAME = re.compile(rf"\b{_CAPITAL}(?: (?:(?:of|de|van|von|del|al|the) )?{_CAPITAL})*")
_NO_NAMES = frozenset(
    """Although Speaking Beyond Until Under Over
    January February March April May June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday The This That These Those He She It
    They We I
    In On At By For From Of To As But And Or If When While After Before During Since Although Though
    Because His Her Its Their There Here Some Many Most All Both Each Every Other Another One Two
    However Also Moreover Thus Therefore You What Which Who Where How Why Our My Your""".split()
)


@dataclass(frozen=True, slots=True)
class Original:
    """A sentence of a document, as it is cited, and what else the document has.

    `others` are the document's other sentences; `names` all names that it mentions; `strangers`
    names of another document. `half` is the document's, so that no text is in both.
    """

    document: str
    passage: Passage
    others: tuple[Passage, ...]
    names: tuple[str, ...]
    strangers: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sentence itself."""
        return self.passage.sentence.text

    def mentioned(self, text: str) -> list[str]:
        """The document's names that stand in `text`, none of them a part of another."""
        found = [name for name in self.names if re.search(rf"\b{re.escape(name)}\b", text)]
        return [one for one in found if not any(one in other and one != other for other in found)]

    @property
    def half(self) -> str:
        """`calibration` or `test`, by the hash of the document's id."""
        return split_of(self.document)


def originals(data: Path, sets: Sequence[str] = SETS) -> list[Original]:
    """The plain sentences of every document in these sets. Raises EvalError."""
    documents = dict(pair for name in sets for pair in _documents(data, name))
    found: list[Original] = []
    strangers: tuple[str, ...] = ()
    for document, (title, text) in documents.items():
        passages = in_document(title, text, document)
        own = names(text, text)
        found += [
            Original(document, one, tuple(p for p in passages if p is not one), own, strangers)
            for one in passages
            if _is_plain(one.sentence.text)
        ]
        strangers = own or strangers
    return found


def answered(data: Path, name: str = "clapnq") -> list[tuple[str, Original]]:
    """The sentences that people wrote as answers, each with what it cites: all of the sentences
    that its answer was marked to rest on, as one text. Raises EvalError."""
    found = []
    strangers: tuple[str, ...] = ()
    for record in records(data, name):
        gold = [each for each in record["gold_sentences"] if record["answers"]]
        titles = {one["doc_id"]: (one["title"], one["text"]) for one in record["passages"]}
        if not gold:
            continue
        document = gold[0]["doc_id"]
        title, whole = titles[document]
        text = " ".join(each["text"] for each in gold if each["doc_id"] == document)
        passage = Passage(
            RankedSentence(
                Sentence(document, 0, 0, len(text)), title, title, text, None, "", "", 1.0
            )
        )
        own = names(whole, whole)
        one = Original(document, passage, (), own, strangers)
        found += [(claim, one) for claim in claims(record["answers"][0])]
        strangers = own or strangers
    return found


def records(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """The lines of a set. Raises EvalError where its file is missing or not what it was."""
    path = data / f"{name}.jsonl"
    try:
        with path.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)
    except (OSError, ValueError) as error:
        raise EvalError(
            f"{path} can't be read ({error}): --data names the public benchmark's folder"
        ) from error


def in_document(title: str, text: str, document: str) -> list[Passage]:
    """Each sentence of a text with its neighbours, as a library would give it."""
    spans = split_sentences(text, document)
    return [_passage(title, text, spans, at) for at in range(len(spans))]


def names(text: str, known: str) -> tuple[str, ...]:
    """The names in `text`, in order: capitals where no sentence begins in it or in `known`."""
    found = []
    for match in _NAME.finditer(text):
        name = match.group()
        first, _, rest = name.partition(" ")
        if first in _NO_NAMES:
            name = rest
        opens = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".!?:"
        proper = not opens or re.search(rf"[a-z,] {re.escape(name)}\b", known) is not None
        common = name.split(" ")[0].lower() in FUNCTION_WORDS or len(name) < SHORTEST_NAME
        if name and proper and not common and name.split(" ")[0] not in _NO_NAMES:
            found.append(name)
    return tuple(dict.fromkeys(found))


def _documents(data: Path, name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    for record in records(data, name):
        for one in record.get("passages", []):
            yield one["doc_id"], (one["title"], one["text"])
        for one in record.get("evidence", []):
            yield one["doc_id"], (one.get("title", ""), " ".join(one["sentences"]))


def _passage(title: str, text: str, spans: Sequence[Sentence], at: int) -> Passage:
    span = spans[at]
    said = text[span.start : span.end]
    before, after = _neighbour(text, spans, at, -1), _neighbour(text, spans, at, 1)
    start = spans[at - 1].start if before else 0
    return Passage(RankedSentence(span, title, title, said, None, before, after, 1.0, start))


def _neighbour(text: str, spans: Sequence[Sentence], at: int, step: int) -> str:
    """The sentence before or after, where it is in the same paragraph."""
    if not 0 <= at + step < len(spans):
        return ""
    one, other = sorted((spans[at], spans[at + step]), key=lambda span: span.start)
    if "\n" in text[one.end : other.start]:
        return ""
    return text[spans[at + step].start : spans[at + step].end]


def _is_plain(text: str) -> bool:
    return (
        SHORTEST <= len(text.split()) <= LONGEST
        and _PLAIN.fullmatch(text) is not None
        and _SPACED.search(text) is None
        and _SPOKEN.search(text) is None
        and text.count("(") == text.count(")")
        and text.count('"') % 2 == 0
    )
