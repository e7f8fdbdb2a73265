"""Any text held against the documents: each sentence supported, contradicted, or not found.

Cheapest first, as for an answer's own claims: the very words in a document settle it; exact checks
rule a passage out; only then the model is asked whether the passage states the sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from index.documents import Sentence
from index.sentences import split_sentences
from rag import prompts
from rag.answer import Citation
from rag.chain import Chain
from rag.chat import Turn
from rag.checks import Failure, check_polarity, failures
from rag.passage import Passage, cite
from rag.sources import has_no_synonym, missing_words
from rag.thresholds import Thresholds
from rag.words import content_words

__all__ = ["READ", "Checked", "Verdict", "against", "check_text", "claims", "unjudged"]

READ = 5
NO_MODEL = "no model is set, so only the documents' own words are recognised"
# What an assistant's footnotes and a list's markers put around a sentence.
_FOOTNOTE = re.compile(r"\s*\[\^?\d{1,3}\](?:\([^)\s]*\))?")
_MARKER = re.compile(r"^(?:[-*+•>]\s+|\(?\d{1,3}[.)]\s+)+")
# Markdown's emphasis, around words: an assistant's answer is full of it.
_EMPHASIS = re.compile(r"(?<![\w*_`])[*_`]+(?=\S)|(?<=\S)[*_`]+(?![\w*_`])")

Verdict = Literal["supported", "contradicted", "not found"]


@dataclass(frozen=True, slots=True)
class Checked:
    """One sentence of a text: `text` is as it was checked, `reason` says why it isn't supported.

    `citations` are what states it or contradicts it; where it is not found, what is nearest.
    """

    text: str
    verdict: Verdict
    citations: tuple[Citation, ...] = ()
    reason: str = ""


def check_text(text: str, chain: Chain) -> Iterator[Checked]:
    """Every sentence that states something, in order; headings and questions are passed over.

    Raises ModelError and LibraryError.
    """
    for claim in claims(text):
        yield _checked(claim, chain)


def claims(text: str) -> Iterator[str]:
    """The sentences of a text that state something, without footnotes and markers of a list."""
    plain = _FOOTNOTE.sub("", text)
    for sentence in split_sentences(plain):
        claim = _MARKER.sub("", " ".join(plain[sentence.start : sentence.end].split()))
        if _states(sentence, claim):
            yield claim


def _states(sentence: Sentence, claim: str) -> bool:
    return not sentence.heading and not claim.endswith("?") and bool(content_words(claim))


def _checked(claim: str, chain: Chain) -> Checked:
    passages = [Passage(sentence) for sentence in chain.near(claim, READ)]
    same = next((each for each in passages if _says_it(each, claim)), None)
    if same is not None:
        return Checked(claim, "supported", (cite(same.sentence),))
    reasons: list[str] = []
    turn = chain.model.turn(chain.timeout_s) if chain.model else None
    for passage in passages:
        held = against(claim, passage) or unjudged(claim, passage, turn, chain.thresholds)
        if not held:
            return Checked(claim, "supported", passage.citations(claim))
        reasons.append(held[0].reason)
    return _unsupported(claim, passages, reasons)


def _says_it(passage: Passage, claim: str) -> bool:
    said, wanted = (
        _EMPHASIS.sub("", " ".join(each.split())).casefold().strip("“”\"'. ")
        for each in (passage.sentence.text, claim)
    )
    return wanted == said


def against(claim: str, passage: Passage) -> list[Failure]:
    """What exact checks hold against a passage that is to support a claim."""
    exact = [
        Failure(f"“{word.text}” is not in the source")
        for word in missing_words(claim, passage.source)
        if word.text[0].isupper() or has_no_synonym(word, passage.source)
    ]
    return failures(claim, passage.source) + exact


def unjudged(claim: str, passage: Passage, turn: Turn | None, limits: Thresholds) -> list[Failure]:
    """What the model holds against it; words that the passage doesn't have need a surer judge."""
    new = missing_words(claim, passage.source)
    if turn is None and new:
        return [Failure(f"the nearest sentence doesn't have “{new[0].text}”; {NO_MODEL}")]
    if turn is None:
        return [Failure(NO_MODEL)]
    enough = limits.paraphrases if new else limits.supports
    states = turn.yes([prompts.judge_claim(passage.text, claim)])[0] or 0.0
    if states >= enough:
        return []
    return [Failure(f"the nearest sentence doesn't state it ({states:.2f})")]


def _unsupported(claim: str, passages: Sequence[Passage], reasons: Sequence[str]) -> Checked:
    for passage in passages:
        if reason := _contradicted(claim, passage):
            return Checked(claim, "contradicted", (cite(passage.sentence),), reason)
    if not passages:
        return Checked(claim, "not found", (), "nothing in the documents is near it")
    nearest = cite(passages[0].sentence)
    return Checked(claim, "not found", (nearest,), reasons[0])


def _contradicted(claim: str, passage: Passage) -> str:
    """How a passage that speaks of all that the claim speaks of says something else; else ""."""
    if missing_words(claim, passage.source):
        return ""
    wrong = [failure.reason for failure in failures(claim, passage.source) if failure.wrong]
    # A "could" or a "plans to" more or less is another claim, not the opposite one.
    wrong += [each for each in check_polarity(claim, passage.source) if each.endswith("negated")]
    return wrong[0] if wrong else ""
