"""Two sentences that answer together, where none does alone.

"Who founded the network that shows X?": one document says which network shows X, another who
founded it. The second is searched for by the names that the first sentence brings and what it
leaves of the question: iterative retrieval, as in P. Qi et al., arXiv:1910.07000, without a model.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice

from index.ranking import RankedSentence, overlaps, ranking_words
from rag.passage import Passage
from rag.words import content_keys, content_words, is_calendar

__all__ = ["joint_passages"]

Find = Callable[[str], Sequence[RankedSentence]]

# On the calibration halves of hotpotqa and musique the right pair is among the first four for 13 of
# 20 and 9 of 16 questions; with more of either, for none more.
FIRSTS = 8  # sentences that a second is searched for
SECONDS = 4  # of other documents, that are found then


def joint_passages(question: str, found: Sequence[RankedSentence], find: Find) -> list[Passage]:
    """The pairs that may answer the question, the likeliest first: of two documents, with a name
    in common that the question doesn't have, and each with words of it that the other hasn't."""
    pairs = list(_linked(question, found[:FIRSTS], find))
    words = [[_words(one) for one in pair] for pair in pairs]
    shares = overlaps(question, [*(a | b for a, b in words), *chain.from_iterable(words)])
    joint, alone = shares[: len(pairs)], shares[len(pairs) :]
    scored = [
        (first.score + joint[at], Passage(second, first=first))
        for at, (first, second) in enumerate(pairs)
        if joint[at] > max(alone[2 * at : 2 * at + 2])
    ]
    return [passage for _, passage in sorted(scored, key=lambda one: -one[0])]


def _linked(
    question: str, firsts: Sequence[RankedSentence], find: Find
) -> Iterator[tuple[RankedSentence, RankedSentence]]:
    """Each sentence with those of other documents that a shared name links to it, once."""
    known = content_keys(question)
    seen: set[frozenset[tuple[str, int]]] = set()
    for first in firsts:
        others = (one for one in find(_left(question, first)) if _apart(first, one))
        for second in islice(others, SECONDS):
            pair = frozenset({first.position, second.position})
            if pair not in seen and _links(first, second) - known:
                seen.add(pair)
                yield first, second


def _left(question: str, first: RankedSentence) -> str:
    """What a sentence leaves of the question, and the names that it brings."""
    asked = content_words(question)
    known = {word.key for word in asked}
    there = content_keys(f"{first.title} {first.text}")
    left = [word.text for word in asked if word.key not in there]
    brought = [w.text for w in content_words(first.text) if w.name and w.key not in known]
    return " ".join(left + brought)


def _apart(one: RankedSentence, other: RankedSentence) -> bool:
    return one.sentence.document != other.sentence.document


def _links(one: RankedSentence, other: RankedSentence) -> set[str]:
    """The names that either sentence shares with the other, or with what that is about. Two that
    are only about the same (two versions of one paper), or of one month, are not linked."""
    mine, theirs = _names(one), _names(other)
    return (mine & theirs) | (mine & content_keys(other.title)) | (theirs & content_keys(one.title))


def _names(found: RankedSentence) -> set[str]:
    named = (word for word in content_words(found.text) if word.name and len(word.text) > 2)
    return {word.key for word in named if not is_calendar(word.text)}


def _words(found: RankedSentence) -> set[str]:
    return ranking_words(f"{found.title} {found.text}")
