"""Who does what to whom, as far as the order of words, "by" and other prepositions tell.

There is no parser here: a party has the role of its place beside a verb that both texts have, and
only two parties that have exchanged their roles are called turned round.
"""

import itertools
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rag.words import (
    PREPOSITIONS,
    Word,
    content_words,
    is_adverb,
    is_calendar,
    is_participle,
    stem,
    words,
)

__all__ = ["received", "turned"]

_BEING = frozenset("is are was were be been being get got gets".split())
_OWNS = frozenset("a an the his her its their our my your".split())
_BETWEEN = _OWNS | frozenset(
    """this that these those and former late new old young also not never then already recently
    soon later first currently""".split()
)
# "A met B" says the same as "B met A".
_MUTUAL = frozenset(
    stem(word)
    for word in """meet marry divorce border resemble equal join merge tie draw talk fight share
    differ agree cooperate compete correspond unite adjoin""".split()
)
_RECEIVES = ("to", "from")
_ENDS = ("to", "for", "from", "against")
NEAR = 4  # words back from a participle to its "was", from a party to its preposition


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words of a text, and which of them carry content, by where they begin."""

    text: str
    words: tuple[Word, ...]
    content: dict[int, str]

    def places(self, key: str) -> list[int]:
        """The indices of a content word."""
        return [i for i, word in enumerate(self.words) if self.content.get(word.start) == key]

    def low(self) -> list[str]:
        """The content words in small letters, which alone may be verbs, each once."""
        found = [i for i, word in enumerate(self.words) if word.start in self.content]
        verbs = [i for i in found if self.words[i].text[0].islower() and not self._is_owned(i)]
        return list(dict.fromkeys(self.content[self.words[i].start] for i in verbs))

    def _is_owned(self, i: int) -> bool:
        """Whether it is a noun: "the name", "his album"."""
        return i > 0 and self.words[i - 1].text.lower() in _OWNS

    def joined(self, i: int) -> bool:
        """Whether nothing but space stands between a word and the one before it."""
        return i > 0 and not self.text[self.words[i - 1].end : self.words[i].start].strip(" \"'“”")


def turned(
    claim: str, text: str, known: Container[str] = frozenset(), *, asked: bool = False
) -> Iterator[tuple[str, str]]:
    """Pairs of parties that have exchanged their roles beside a verb of both texts, which is none
    of the `known` ones.

    A question (`asked`) may have words of its own for a party, so one that is missing is no other.
    """
    mine, theirs = _clause(claim), _clause(text)
    shared = set(theirs.low())
    for verb in mine.low():
        if verb in _MUTUAL or verb in known or verb not in shared:
            continue
        if len(mine.places(verb)) != 1 or len(theirs.places(verb)) != 1:
            continue
        parties = _parties(mine, verb)
        roles = {key: (_role(mine, key, verb), _role(theirs, key, verb)) for key in parties}
        for one, other in itertools.permutations(roles, 2):
            if _exchanged(roles[one], roles[other]) or (
                not asked and _replaced(roles[one], roles[other])
            ):
                yield parties[one], parties[other]
                return


def received(claim: str, text: str) -> Iterator[str]:
    """Who does something by a claim, and by its source is whom it is done to, or had from."""
    mine, theirs = _clause(claim), _clause(text)
    for verb in set(mine.low()) & set(theirs.low()) - _MUTUAL:
        if not len(mine.places(verb)) == len(theirs.places(verb)) == 1:
            continue
        for key, party in _parties(mine, verb).items():
            behind = all(i > theirs.places(verb)[0] for i in theirs.places(key))
            done_to = behind and _role(theirs, key, verb) in _RECEIVES
            if done_to and _role(mine, key, verb) == "does":
                yield party
                return


def _exchanged(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two parties, each with its role here and there, have changed places."""
    here, there = zip(one, other, strict=True)
    return all(here) and here[0] != here[1] and here == there[::-1]


def _replaced(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether the first does what the other did, who is now at the other end of it."""
    here, there = zip(one, other, strict=True)
    return here[0] == there[1] == "does" and not there[0] and here[1] in _ENDS


def _parties(clause: _Clause, verb: str) -> dict[str, str]:
    """Keys and texts of the names beside a verb, and of what opens the clause."""
    found = [word for word in clause.words if word.start in clause.content]
    return {
        clause.content[word.start]: word.text
        for word in found
        if (word.name or word is found[0])
        and word.text[0].isalpha()
        and clause.content[word.start] != verb
        and not is_calendar(word.text)
    }


def _role(clause: _Clause, party: str, verb: str) -> str:
    """The role of every use of a party, or "" where it is not there or has several."""
    (at,) = clause.places(verb)
    roles = {_role_at(clause, i, at) for i in clause.places(party)}
    return roles.pop() if len(roles) == 1 else ""


def _role_at(clause: _Clause, i: int, verb: int) -> str:
    lead = _lead(clause, i, verb)
    passive = _is_passive(clause, verb)
    if lead == "by" and passive and i > verb:
        return "does"
    if lead:
        return lead
    if i < verb:
        return "bears" if passive else "does"
    return "second" if passive else "bears"


def _lead(clause: _Clause, i: int, verb: int) -> str:
    """The preposition that a party belongs to, "" where it has none."""
    for back in range(i, max(i - NEAR, 0), -1):
        before = clause.words[back - 1]
        low = before.text.lower()
        if not clause.joined(back) or back - 1 == verb:
            return ""
        if low in PREPOSITIONS:
            said = back > 1 and clause.words[back - 2].text.lower() == "according"
            return "according to" if said else low
        if not (before.name and not is_calendar(before.text)) and low not in _BETWEEN:
            return ""
    return ""


def _is_passive(clause: _Clause, verb: int) -> bool:
    if not is_participle(clause.words[verb].text.lower()):
        return False
    before = [word.text.lower() for word in clause.words[max(0, verb - NEAR) : verb]]
    after = [word.text.lower() for word in clause.words[verb + 1 : verb + 2]]
    return after == ["by"] or any(
        word in _BEING and all(_passes(other) for other in before[i + 1 :])
        for i, word in enumerate(before)
    )


def _passes(word: str) -> bool:
    return word in _BETWEEN or is_adverb(word)


@lru_cache(maxsize=2048)
def _clause(text: str) -> _Clause:
    content = {word.start: word.key for word in content_words(text)}
    found = tuple(
        Word(part.text, part.key, part.start, part.end, part.name)
        for part in words(re.sub(r"(?<=\w)-(?=\w)", " ", text))
    )
    return _Clause(text, found, content)
