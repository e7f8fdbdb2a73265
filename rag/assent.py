"""Whether a "yes" says what was asked, and what says the opposite: "Is oak cheaper than beech?" is
not answered by "yes, beech is cheaper than oak"."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set

from rag.bounds import bounds
from rag.changes import tells_change
from rag.modality import NO_LONGER, denies, is_denied
from rag.quantities import quantities
from rag.wording import misplaced
from rag.words import (
    DENIALS,
    PREPOSITIONS,
    Word,
    content_keys,
    content_words,
    is_calendar,
    stem,
    words,
)

__all__ = [
    "contradicts",
    "denied",
    "dissents",
    "gainsays",
    "touched",
    "touches",
    "unattributed",
    "unbound",
]

_YES = re.compile(r"^\W*(?:yes|yeah|indeed|correct)\b\W*", re.I)
_NO = re.compile(r"^\W*no\s*[,.;:]\s*", re.I)
_DONE = re.compile(r"^\W*(?:(?:and|but|so)\s+)?(?:did|has|have|had|was|were)\b", re.I)
_COMING = re.compile(r"\b(?:will|shall|going\s+to|\w+['’]ll)\b", re.I)
_THAN = re.compile(r"\bthan\b", re.I)
_CONDITION = re.compile(
    r"\b(?:if|unless|except|excluding|only|when|where|while|until|without|outside|otherwise)\b",
    re.I,
)
_EXCEPTION = re.compile(r"\b(?:unless|except|excluding|apart\s+from)\b", re.I)
# Why something is so says nothing of what it is said of.
_REASON = re.compile(r"\b(?:because|since|owing\s+to|due\s+to)\b[^,;.]*", re.I)
ALLOW = stem("allow")
_ALLOWING = frozenset(map(stem, "allow permit welcome".split()))
# "May" with a capital is the month; "can't" has the "n" of its "can".
_MAY = re.compile(r"\b(?:may|[Cc]an|[Mm]ust)(?P<not>\s*not|n?['’]t)?\b|\b[Cc]annot\b")
_ASKS_LEAVE = re.compile(r"^\W*(?:(?:and|but|so)\s+)?(?:may|can|could)\b", re.I)
# "... work fine", "never use ...": leave that is given or refused without the word.
_FINE = re.compile(
    r"\b(?:is|are|be|works?|does|do)\s+(?:\w+ly\s+)?(?:fine|ok|okay|all\s+right)\b", re.I
)
_NEVER = re.compile(r"^\W*(?:never|do\s+not|don['’]t)\b", re.I)
_REPORTS = re.compile(
    r"\b(?P<verb>(?:suggest|claim|alleg|contend|speculat|suspect|argu|believ|say|said)\w*)\s+that\b",
    re.I,
)
_SAYING = frozenset(map(stem, "say said".split()))
_BY_WHOM = re.compile(r"\baccording\s+to\b", re.I)
ALIKE = 0.5  # of the words of two sentences; of one thing they have no fewer in common


def dissents(question: str, draft: str) -> Iterator[str]:
    """Why a draft that says yes says something else than the question asks."""
    said = _said(draft)
    if not said:
        return
    if denies(said) and not denies(question):
        yield "it says yes and denies it"
    if _DONE.match(question) and _COMING.search(said) and not _COMING.search(question):
        yield "it says yes and tells what will be"
    if tells_change(said) and not tells_change(question):
        yield "it says yes and tells what was changed"
    for new, old in misplaced(said, question):
        yield f"it says yes and has {new!r} for {old!r}"
    if _exchanged(question, said):
        yield "it says yes and compares them the other way round"


def unbound(draft: str, source: str) -> Iterator[str]:
    """What a draft that says yes leaves out, and the source says yes only within or under: "for two
    hours", "if". No draft leaves out an exception: "shut, except on Sundays" is not "shut on
    Sundays".
    """
    said = _said(draft)
    for match in (_CONDITION if said else _EXCEPTION).finditer(source):
        if not re.search(rf"\b{match.group()}\b", draft, re.I):
            yield f"it leaves out {match.group()!r}"
    if not said:
        return
    if verb := unattributed(draft, source, asserted=True):
        yield f"it leaves out {verb!r}"
    told = {(one.low, one.high) for one in quantities(said)}
    for one in bounds(source):
        if (one.low, one.high) not in told:
            yield f"it leaves out {source[one.start : one.end]!r}"


def unattributed(draft: str, source: str, *, asserted: bool = False) -> str:
    """How a source only reports what somebody suggests or claims, or, if `asserted`, says, where a
    draft tells that as so; "" where it doesn't."""
    if _BY_WHOM.search(draft):
        return ""
    told, here = content_keys(draft), {word.key for word in words(draft)}
    for match in _REPORTS.finditer(source):
        verb = stem(match["verb"])
        known = verb in here or (verb in _SAYING and not asserted)
        if not known and told & content_keys(source[match.end() :]):
            return match.group()
    return ""


def denied(draft: str) -> str:
    """What follows a "no" and denies it, which says it once; else the draft."""
    no = _NO.match(draft)
    return draft[no.end() :] if no and denies(draft[no.end() :]) else draft


def _said(draft: str) -> str:
    """What follows a "yes", "" where there is none."""
    yes = _YES.match(draft)
    return draft[yes.end() :] if yes else ""


def _exchanged(question: str, said: str) -> bool:
    """Whether what stands on one side of "than" alone stands on the other in what is said."""
    sides = [_THAN.split(text, maxsplit=1) for text in (question, said)]
    if any(len(pair) < 2 for pair in sides):
        return False
    (more, less), (here, there) = (tuple(map(content_keys, pair)) for pair in sides)
    one, other = more - less, less - more
    return bool(one & (there - here) and other & (here - there))


def gainsays(asking: str, one: str, other: str) -> bool:
    """Whether one of two texts denies what the other says, and has no less of what was asked.

    A word of both is denied in one of them only, or one has the opposite of a word of the question
    that the other has; or one allows what the other doesn't.
    """
    if not touches(asking, one, other):
        return False
    asked = _keys(asking) | ({ALLOW} if _ASKS_LEAVE.match(asking) else set())
    mine, theirs = _signs(one, asked), _signs(other, asked)
    return any(mine[key] != theirs[key] for key in mine.keys() & theirs.keys())


def touches(asking: str, one: str, other: str) -> bool:
    """Whether a text has half of a question's words, or their opposites, and another has those;
    what is denied at no time in particular is denied at the question's, too."""
    asked = {_key(word): word for word in content_words(asking)}
    mine, theirs = (touched(asked.keys(), _keys(text)) for text in (one, other))
    lacking = [asked[key].text for key in mine - theirs]
    timed = any(is_calendar(word.text) for word in content_words(other))
    never = denies(other) and not timed and all(map(is_calendar, lacking))
    return 2 * len(mine) >= len(asked) and (never or not lacking)


def contradicts(one: str, other: str) -> bool:
    """Whether a text that gainsays another is no exception from it: both speak of the same, and
    neither names a condition, or somebody or some place that the other doesn't."""
    if any(_CONDITION.search(text) for text in (one, other)):
        return False
    mine, theirs = (_things(text) for text in (one, other))
    same = touched(mine.keys(), theirs.keys()) | touched(theirs.keys(), mine.keys())
    own = [word for word in (mine | theirs).values() if _key(word) not in same and not _times(word)]
    names = {_key(word) for word in own if word.name}
    if names & mine.keys() and names & theirs.keys():
        return False
    if _led_to(one, own) & _led_to(other, own):
        return False  # "in the hall", "in the garden"
    return len(same) >= ALIKE * (len(same) + len(own))


def _led_to(text: str, own: Sequence[Word]) -> set[str]:
    """The prepositions of a text that lead to one of some words."""
    keys, content = {word.key for word in own}, {word.start for word in content_words(text)}
    found, lead = set(), ""
    for word in words(text):
        if word.start not in content:
            lead = word.text.lower() if word.text.lower() in PREPOSITIONS else lead
        else:
            found |= {lead} if lead and word.key in keys else set()
            lead = ""
    return found


def _key(word: Word) -> str:
    """The key of a word; of what is permitted or welcome, that of what is allowed."""
    return ALLOW if word.key in _ALLOWING else word.key


def _keys(text: str) -> set[str]:
    """The keys of a text's words, and that of what is allowed where it says what one may do."""
    leave = _MAY.search(text) or _FINE.search(text) or _NEVER.search(text)
    return {_key(word) for word in content_words(text)} | ({ALLOW} if leave else set())


def _things(text: str) -> dict[str, Word]:
    """The words that say what a text speaks of, and not why or with whose leave, by their keys."""
    told = _NEVER.sub("", _FINE.sub("", text))
    said = content_words(_REASON.sub("", NO_LONGER.sub("not", told)))
    return {_key(word): word for word in said}


def _times(word: Word) -> bool:
    """Whether a word only says when, or how much: another one makes no other thing."""
    return word.unit or is_calendar(word.text)


def touched(asked: Set[str], there: Set[str]) -> set[str]:
    """Those of some words that are among others, themselves or by an opposite."""
    return {key for key in asked if key in there or DENIALS.get(key, frozenset()) & there}


def _signs(text: str, asked: set[str]) -> dict[str, bool]:
    """Whether a text says each of its words, or denies it; for a word that was asked for, its
    opposite denies it, too. What it does both with is left out."""
    said = is_denied(text)
    for key in asked - said.keys():
        turned = {not said[other] for other in DENIALS.get(key, ()) if other in said}
        if len(turned) == 1:
            said[key] = turned.pop()
    if ALLOW in asked and (allows := _allows(text, said)) is not None:
        said[ALLOW] = allows
    return said


def _allows(text: str, said: Mapping[str, bool]) -> bool | None:
    """Whether a text allows something, or forbids it; None where it says neither, or both."""
    allowing = {said[key] for key in _ALLOWING if key in said}
    may = [one for one in _MAY.finditer(text) if one["not"] or one[0].lower() != "must"]
    leave = allowing or {one["not"] is None and one[0].lower() != "cannot" for one in may}
    leave |= {True} if _FINE.search(text) else set()
    leave |= {False} if _NEVER.search(text) else set()
    return leave.pop() if len(leave) == 1 else None
