"""Writing a claim from a judged passage, and verifying it before anyone sees it.

The model writes one sentence. Exact checks and then the judge hold it against what it cites. What
fails is written once more with the reason given; what fails again is replaced by the passage's own
words. So nothing that is shown goes unverified, and a weak model costs style, not truth.
"""

import re
from collections.abc import Iterator

from rag import prompts
from rag.answer import Citation, Claim
from rag.checks import CHECKS, Source, failures, missing_words
from rag.judge import Judge, Passage, cite, cite_before
from rag.quantities import quantities
from rag.words import content_words

__all__ = ["compose", "quoted"]

MAX_TOKENS = 90
_FIRST_SENTENCE = re.compile(
    r"^.*?(?<![A-Z])(?<!\b[A-Z][a-z])(?<!\bMrs)[.!?](?=\s+[\"“(]?[A-Z0-9]|\s*$)", re.S
)
_NO_ANSWER = re.compile(
    r"\b(?:text|passage|document|article|it)\s+(?:does\s*n[o']t|doesn’t|do\s+not)\s+(?:\w+\s+)?(?:state|say|"
    r"mention|specify|provide|give|contain|include|answer)|\bnot\s+(?:stated|mentioned|specified|provided)\b"
    r"|\bno\s+information\b|\bI\s+(?:cannot|can't|can’t|don't|don’t)\b|\bI'm\s+sorry\b",
    re.I,
)


def compose(judge: Judge, passage: Passage) -> Claim | None:
    """One verified claim that answers the judge's question from `passage`.

    None where the model finds no answer in it. Raises ModelError.
    """
    prompt = prompts.write(passage.text, judge.question)
    for prompt_again in (True, False):
        draft = _draft(judge, prompt, passage)
        if _NO_ANSWER.search(draft):
            judge.refuse(passage.sentence.text, "the model finds no answer in it")
            return None
        reasons = _reasons(judge, passage, draft)
        if not reasons:
            return Claim(
                draft, _citations(passage, draft), "supported", (*CHECKS, "words", "judge")
            )
        judge.refuse(draft, "; ".join(reasons))
        if prompt_again:
            prompt = prompts.repair(passage.text, judge.question, draft, reasons)
    return quoted(passage)


def quoted(passage: Passage) -> Claim:
    """The passage's own words as a claim."""
    return Claim(passage.sentence.text, (cite(passage.sentence),), "quoted", ("quote",))


def _citations(passage: Passage, claim: str) -> tuple[Citation, ...]:
    """The sentence, with the one before where the claim has words that only that one has."""
    own = cite(passage.sentence)
    if not passage.leans:
        return (own,)
    elsewhere = Source(passage.sentence.text, passage.sentence.title)
    lacking = {word.key for word in missing_words(claim, elsewhere)}
    before = {word.key for word in content_words(passage.sentence.before)}
    return (cite_before(passage.sentence), own) if lacking & before else (own,)


def _draft(judge: Judge, prompt: str, passage: Passage) -> str:
    """The model's first sentence, its numbers hedged as the source hedges them."""
    reply = " ".join(judge.turn.write(prompt, MAX_TOKENS).split())
    first = _FIRST_SENTENCE.match(reply)
    sentence = (first.group() if first else reply).strip()
    if sentence and sentence[-1] not in ".!?":
        sentence += "."
    return _with_hedges(sentence, passage.text)


def _with_hedges(claim: str, source: str) -> str:
    """`claim` with each number that the source hedges, or gives as a range, as it stands there.

    A small model drops "about" more often than not; the source's own words mend that exactly.
    """
    there = quantities(source)
    for quantity in reversed(quantities(claim)):
        same = [
            one for one in there if one.low == quantity.low and one.nouns[:1] == quantity.nouns[:1]
        ]
        if not same or quantity.low != quantity.high:
            continue
        if any(
            (one.low, one.high, one.hedge) == (quantity.low, quantity.high, quantity.hedge)
            for one in same
        ):
            continue
        exact = source[same[0].hedge_start : same[0].end]
        claim = claim[: quantity.hedge_start] + exact + claim[quantity.end :]
    return claim[:1].upper() + claim[1:]


def _reasons(judge: Judge, passage: Passage, draft: str) -> list[str]:
    """Why a draft can't be shown; cheapest check first, the model asked last."""
    for reasons in _stages(judge, passage, draft):
        if reasons:
            return reasons
    return []


def _stages(judge: Judge, passage: Passage, draft: str) -> Iterator[list[str]]:
    yield _empty_handed(judge, draft)
    yield failures(draft, passage.source)
    yield _new_words(judge, passage, draft)
    states = judge.turn.yes([prompts.judge_claim(passage.text, draft)])[0] or 0.0
    yield (
        []
        if states >= judge.thresholds.states_claim
        else [f"the source doesn't state it ({states:.2f})"]
    )


def _new_words(judge: Judge, passage: Passage, draft: str) -> list[str]:
    """The words that neither the source has nor the question, whose words were judged before."""
    asked_for = {word.key for word in content_words(judge.question)}
    return [
        f"“{word.text}” is not in the source"
        for word in missing_words(draft, passage.source)
        if word.key not in asked_for
    ]


def _empty_handed(judge: Judge, draft: str) -> list[str]:
    """Whether a draft says nothing that the question didn't."""
    if judge.want.yes_no:
        return []
    if judge.want.quantity:
        return [] if quantities(draft) else ["it gives no number"]
    known = {word.key for word in content_words(judge.question)}
    new = any(word.key not in known for word in content_words(draft)) or quantities(draft)
    return [] if new else ["it only says the question again"]
