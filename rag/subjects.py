"""Whom or what a source restricts its sentence to, where a claim goes on in its words without."""

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.nearest import nearest
from rag.words import (
    PREPOSITIONS,
    Word,
    content_keys,
    content_words,
    is_adverb,
    words,
)

__all__ = ["narrower", "widened"]

_LABELLED = re.compile(r"[^.;:]*:\s")
LONGEST = 4  # words that a subject is restricted by
_READERS = frozenset("you i we".split())
_NO_SUBJECT = PREPOSITIONS | frozenset(
    """a an the this that these those my your his her its our their it they he she you we i there
    each every both either neither no any if when while where as not""".split()
)


def widened(claim: str, text: str) -> Iterator[str]:
    """What a claim leaves out of the subject that its source opens with.

    "Colour" of "Colour printing costs 40p", told as "Printing costs 40p"; "students" of "Students
    may borrow ten books", told to "you".
    """
    source = nearest(claim, text)
    mine, theirs = list(words(claim)), list(words(source))
    of_readers = bool(mine) and mine[0].text.lower() in _READERS
    left = _before(mine[of_readers:], theirs)
    if left and _restricts(left, theirs[len(left)], source, of_readers=of_readers):
        content, said = content_words(" ".join(word.text for word in left)), content_keys(claim)
        yield from (word.text for word in content[:1] if word.key not in said)
    yield from _passed_over(claim, source)
    yield from _of_us(claim, source)


def _passed_over(claim: str, source: str) -> Iterator[str]:
    """What a labelled source goes on to speak of, where a claim goes on from the label to what is
    said of that: "red lentils" of "Lentil soup: red lentils take 15 minutes"."""
    label = _LABELLED.match(source)
    if label is None:
        return
    named = [word.key for word in words(label.group())]
    said = list(words(claim))
    if not named or [word.key for word in said[: len(named)]] != named or len(said) == len(named):
        return
    after = list(words(source[label.end() :]))
    verb = next((at for at, one in enumerate(after) if one.key == said[len(named)].key), 0)
    subject = " ".join(one.text for one in after[:verb]) if verb <= LONGEST else ""
    told = content_keys(claim)
    yield from [word.text for word in content_words(subject) if word.key not in told][:1]


def _of_us(claim: str, source: str) -> Iterator[str]:
    """The "we" of a source of which a claim tells its reader: "You pay 6%" of "We pay 6%"."""
    said = list(words(claim))
    if not said or said[0].text.lower() != "you":
        return
    told = {word.key for word in said[1:]}
    for one, after in pairwise(words(source)):
        if one.text.lower() in ("we", "i") and after.key in told and not is_adverb(after.text):
            alone = not re.search(r"\byou\b", source[: one.start], re.I)
            if alone and after.key in content_keys(after.text):
                yield one.text


def narrower(text: str, than: str) -> bool:
    """Whether a text opens with whom or what it is said of, and another text says nothing of them:
    "Registered machines are guaranteed for three years", than "The guarantee is three years"."""
    theirs, said = list(words(text)), content_keys(than)
    content = {word.start for word in content_words(text)}
    shared = (at for at, one in enumerate(theirs) if one.start in content and one.key in said)
    at = next(shared, 0)
    opening = theirs[:at]
    if not 0 < at <= LONGEST or not any(word.start in content for word in opening):
        return False
    if _LABELLED.match(text):  # "Cash and bank balance: £200"
        return False
    return _restricts(opening, theirs[at], text, of_readers=True)


def _before(claim: list[Word], source: list[Word]) -> list[Word]:
    """What stands in the source before the two words that the claim begins with."""
    opening = [word.key for word in claim[:2]]
    starts = (at for at in range(1, LONGEST + 1) if [w.key for w in source[at : at + 2]] == opening)
    return source[: next(starts, 0)] if len(opening) == 2 else []


def _restricts(left: list[Word], rest: Word, source: str, *, of_readers: bool) -> bool:
    """Whether words before the rest of a subject say which of its kind it is; to readers ("you"),
    they may name it, too."""
    first, *others = (word.text.lower() for word in left)
    apart = source[left[-1].end : rest.start].strip()  # "This year, ..."
    labelled = ":" in source[left[0].start : rest.start]  # "Lena: we meet at eight"
    if apart or labelled or is_adverb(first) or {first, rest.text.lower()} & _NO_SUBJECT:
        return False
    named = any(word.name for word in left) or rest.text[0].isupper()
    return of_readers or not (named or any(one in _NO_SUBJECT for one in others))
