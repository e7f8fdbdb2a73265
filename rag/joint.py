"""Two sentences that answer together, where none does alone.

"Who founded the network that shows X?": one document says which network shows X, another who
founded it. The second is searched for with the question and the first sentence together, as in
multi-hop dense retrieval (W. Xiong et al., arXiv:2009.12756).
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from index.ranking import RankedSentence, overlaps, ranking_words
from rag.passage import Passage
from rag.words import content_words

__all__ = ["joint_passages"]

Find = Callable[[str], Sequence[RankedSentence]]

# Set on the calibration halves of hotpotqa and musique, where the right pair is among the first
# four for 14 of 26 and 7 of 16 questions; that of further sentences for hardly any more.
FIRSTS = 4  # sentences that a second is searched for
SECONDS = 12  # of those that are found then


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
    asked = {word.key for word in content_words(question)}
    seen: set[frozenset[tuple[str, int]]] = set()
    for first in firsts:
        links = _names(first) - asked
        for second in find(f"{question} {first.text}")[:SECONDS]:
            pair = frozenset({first.position, second.position})
            apart = second.sentence.document != first.sentence.document
            if apart and pair not in seen and links & _names(second):
                seen.add(pair)
                yield first, second


def _names(found: RankedSentence) -> set[str]:
    named = {word.key for word in content_words(found.text) if word.name and len(word.text) > 2}
    return named | {word.key for word in content_words(found.title)}


def _words(found: RankedSentence) -> set[str]:
    return ranking_words(f"{found.title} {found.text}")
