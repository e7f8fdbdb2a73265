"""What is read for a question, and in which order: the nearest sentences until one is likeliest,
then only what may be another side of what is told."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from index.ranking import RankedSentence
from rag.answer import Claim
from rag.conflict import agree, count_alike, disagree, is_conflict
from rag.judge import Judge
from rag.passage import Passage
from rag.sides import differ, repeats, restates, strays
from rag.sources import Source, has_denial, missing_words
from rag.substance import FRAGMENT
from rag.values import values

__all__ = [
    "JUDGED",
    "Told",
    "conflicts_with",
    "disagrees_with",
    "further",
    "in_order",
    "likeliest_first",
    "may_differ_from",
    "no_side",
]

Told = list[tuple[Passage, Claim]]  # what is answered, each with what it is written from

JUDGED = 5
WIDER = 10  # how far it is read where the nearest say nothing
# A sentence whose score is so much less than the best is not read. On seven calibration sets that
# leaves out a third of the readings, and 18 of 384 that state the answer.
FAR = 0.6
MOST = 0.9  # P(yes) is hardly ever more; with .95 a sixth more is read, and no more is right
OTHER_SIDES = 6


def in_order(judge: Judge, found: Sequence[RankedSentence]) -> list[Passage]:
    """The found sentences, each by how far it is behind the best that may state the answer."""
    best = next((each.score for each in found[:JUDGED] if judge.may_state(each)), 0.0)
    return [Passage(each, behind=max(0.0, best - each.score)) for each in found]


def likeliest_first(judge: Judge, passages: Sequence[Passage], told: Told) -> Iterator[Passage]:
    """The passages that state the answer, the likeliest first; once it is told, what may be another
    side of it. Raises ModelError.

    The nearest are read until none of the rest, which are further behind, could be likelier. What
    can't state a yes, as it has another value, may still gainsay it.
    """
    seen: list[Passage] = []
    barred: list[Passage] = []
    unread = _worth_reading(judge, passages)
    further_off = [one for one in passages if judge.want.yes_no and one not in unread]
    enough = judge.enough
    while unread and _at_most(unread[0]) >= enough:
        one = unread.pop(0)
        if judge.want.yes_no and not judge.may_state(one.sentence):
            barred.append(one)
        elif passage := judge.accept(one):
            seen.append(passage)
            enough = max(enough, passage.likelihood)
    yield from sorted(seen, key=partial(_order, judge))
    for one in [*barred, *unread, *(further_off if told else [])]:
        passage = None
        if told and (disagrees_with(judge, one, told) or may_differ_from(judge, one, told)):
            passage = judge.accept(replace(one, behind=0.0), other_side=True)
        elif one in barred or (not told and _at_most(one) >= judge.enough):
            passage = judge.accept(one)
        if passage:
            yield passage


def further(passages: Sequence[Passage]) -> list[RankedSentence]:
    """The sentences that are read where the nearest say nothing."""
    return [one.sentence for one in _near(passages)[JUDGED:WIDER]]


def disagrees_with(judge: Judge, passage: Passage, told: Told) -> bool:
    """Whether a passage gives another value than one of those that are told."""
    return any(disagree(judge.want, one, passage, said.text) for one, said in told)


def conflicts_with(judge: Judge, passage: Passage, told: Told) -> bool:
    """Whether a passage that disagrees with what is told is no exception from all of it."""
    return any(is_conflict(judge.want, one, passage) for one, _ in told)


def may_differ_from(judge: Judge, passage: Passage, told: Told) -> bool:
    """Whether a passage of a further document may give another answer than those that are told."""
    if not (judge.want.single and told) or judge.is_doubtful(passage):
        return False
    known = {one.document for one, _ in told}
    return passage.document not in known and not any(
        repeats(judge.question, said.text, passage) for _, said in told
    )


def no_side(judge: Judge, told: Told, passage: Passage, claim: Claim, *, named: bool) -> str:
    """Why a claim is no other side of what is told, "" where it is one; `named` where it may only
    give another name."""
    texts = [said.text for _, said in told]
    whole = claim.text if len(claim.text.split()) >= FRAGMENT else passage.said
    whole += passage.answering
    if not told:
        return ""
    if set(claim.citations) <= {note for _, said in told for note in said.citations}:
        return "it rests on what is told already"
    valued = not judge.want.valued or bool(values(judge.want, whole))
    if not (valued or named) or _of_something_else(judge, told, passage, whole, named=named):
        return "it speaks of something else than what is told"
    if any(agree(judge.want, text, claim.text) for text in texts) or (
        named and not all(differ(judge.question, text, claim.text) for text in texts)
    ):
        return "it says the same in other words"
    return ""


def _of_something_else(
    judge: Judge, told: Told, passage: Passage, whole: str, *, named: bool
) -> bool:
    """Whether a claim tells nothing of what is told, by its words and what it counts."""
    if named:
        return all(strays(judge.question, said.text, whole) for _, said in told)
    return not any(
        restates(judge.question, said.text, whole)
        or count_alike(judge.want, one.sentence.text, passage.sentence.text)
        for one, said in told
    )


def _worth_reading(judge: Judge, passages: Sequence[Passage]) -> list[Passage]:
    """The nearest, and further ones for the other sides: the first of each other document, where a
    value was asked for with one, and then what else has one."""
    nearest = _near(passages)[:JUDGED]
    sides = [each for each in passages if each not in nearest]
    if judge.want.valued:
        sides = [each for each in sides if values(judge.want, each.sentence.text)]
    elif not judge.want.single:
        return nearest
    others = _of_others(nearest, sides)
    if not judge.want.single:
        others += [each for each in sides if each not in others]
    return [*nearest, *others[:OTHER_SIDES]]


def _of_others(nearest: Sequence[Passage], sides: Sequence[Passage]) -> list[Passage]:
    """The first passage of each document that none of the nearest is from."""
    known = {each.document for each in nearest}
    firsts: dict[str, Passage] = {}
    for each in sides:
        firsts.setdefault(each.document, each)
    return [each for document, each in firsts.items() if document not in known]


def _order(judge: Judge, passage: Passage) -> tuple[int, float]:
    """The likeliest first; for a yes or a no, first what has more of the question's own words, as a
    small model says yes to what is so elsewhere."""
    if not judge.want.yes_no:
        return 0, -passage.likelihood
    own = Source(passage.text)
    lacking = [one for one in missing_words(judge.want.asking, own) if not has_denial(one, own)]
    return len(lacking), -passage.likelihood


def _near(passages: Sequence[Passage]) -> list[Passage]:
    return [each for each in passages if each.behind <= FAR]


def _at_most(passage: Passage) -> float:
    """How likely a passage that wasn't read could turn out to be."""
    return replace(passage, probability=MOST).likelihood
