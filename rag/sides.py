"""Whether two claims are sides of one answer, or say the same, by their words and names."""

import re
from collections.abc import Mapping

from rag.passage import Passage
from rag.rates import without_rate
from rag.words import Word, content_keys, content_words, is_calendar

__all__ = ["differ", "repeats", "restates", "strays"]

BEFORE = 5  # characters
_AT = re.compile(r"\b(?:in|at|near)\s\Z", re.I)
_WHO = re.compile(r"\bwho(?:m|se)?\b", re.I)


def repeats(question: str, claim: str, passage: Passage) -> bool:
    """Whether a passage has all that a claim answers to a question, so that it may well agree; if
    somebody is asked for, it names nobody else."""
    told, there = _told(question, claim), _told(question, passage.text)
    if not told.keys() <= content_keys(f"{passage.text}\n{passage.sentence.title}"):
        return False
    others = [word for word in there.values() if word.name and word.key not in told]
    return not _WHO.search(question) or all(is_calendar(word.text) for word in others)


def differ(question: str, claim: str, other: str) -> bool:
    """Whether two claims answer a question with other names, or without a word in common."""
    one, two = _told(question, claim), _told(question, other)
    named = [{key for key, word in told.items() if word.name} for told in (one, two)]
    if _WHO.search(question) and _names_any(claim, one) != _names_any(other, two):
        return False  # one of them names nobody
    mine, theirs = named if all(named) else (one.keys(), two.keys())
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _names_any(claim: str, told: Mapping[str, Word]) -> bool:
    """Whether a claim tells of somebody: a word with a capital, as "Ann paid it" opens with her,
    and not behind "in" or "at", as a place is."""
    return any(
        word.text[0].isupper() and not _AT.search(claim, max(0, word.start - BEFORE), word.start)
        for word in told.values()
    )


def strays(question: str, claim: str, other: str) -> bool:
    """Whether another claim has no word of what a claim says of the question, names aside."""
    asked = {word.key for word in content_words(question) if not word.name}
    shared = asked & content_keys(claim)
    return bool(shared) and not shared & content_keys(other)


def restates(question: str, claim: str, other: str) -> bool:
    """Whether another claim says, with another value, what a claim says of the question: it has at
    least half of the words that the two of them share, else more than half of the claim's."""
    words = [content_keys(text) for text in (without_rate(question), claim, other)]
    shared = words[0] & words[1]
    if shared:
        return 2 * len(shared & words[2]) >= len(shared)
    return 2 * len(words[1] & words[2]) > len(words[1])


def _told(question: str, claim: str) -> dict[str, Word]:
    """What a claim says that its question doesn't, by the words' keys."""
    known = content_keys(question)
    return {word.key: word for word in content_words(claim) if word.key not in known}
