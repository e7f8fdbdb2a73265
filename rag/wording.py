"""What a claim changes in the wording of its source, where the words around it are the same.

A claim that goes along with a sentence word by word, and has another name, number or "all" in one
place of it, says another thing, whatever else the sentence has. A claim in words of its own has few
words in line with the source, and nothing is said of it here.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rag.modality import INTENTS
from rag.quantities import Quantity, dates, quantities
from rag.words import OPPOSITES, PREPOSITIONS, UNITS, Word, content_words, is_calendar, words

__all__ = [
    "Change",
    "changes",
    "names",
    "negated",
    "opposed",
    "renamed",
    "renumbered",
    "strengthened",
]

SHORT = 3  # words; what replaces more is a clause in other words

_DENIALS = frozenset("not no never none neither nor without cannot nobody nothing hardly".split())
_DOUBTS = frozenset(
    """may might could should possibly probably perhaps likely potentially allegedly reportedly
    apparently supposedly presumably seems seem seemed appears appear appeared""".split()
)
# How much of a thing is meant: a claim may say less than its source, not more.
_SHARES = {
    word: rank
    for rank, group in enumerate(
        (
            "some sometimes occasionally partly partially",
            "many several numerous often frequently commonly",
            "most mostly majority largely mainly primarily chiefly generally usually typically",
            "all every each always entirely completely fully wholly only solely exclusively",
        ),
        start=1,
    )
    for word in group.split()
}
_FEW = frozenset("few rarely seldom hardly minority little".split())
_PRONOUNS = frozenset(
    """he she it they him her them his its their this these that those who which""".split()
)
_TURNED = {
    frozenset(pair.split())
    for pair in """before after; over under; above below; more less; more fewer; most least; with
    without; inside outside; up down; can must; may must; first last; same different""".split(";")
}
_CONTRACTED = re.compile(r"(.+?)(?:n['’]t|(?<=can)not)", re.I)


@dataclass(frozen=True, slots=True)
class _Token:
    """A word or a number in its place; `key` is what two are compared by."""

    text: str
    key: object
    name: bool = False
    content: bool = False
    number: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """Words of a claim (`new`) that stand where its source has others (`old`); either may be
    empty."""

    new: tuple[_Token, ...]
    old: tuple[_Token, ...]

    @property
    def bare(self) -> bool:
        """Whether no word that carries content is put in or left out."""
        return not any(_is_content(token) for token in (*self.new, *self.old))

    @property
    def bare_but_names(self) -> bool:
        """The same, names aside."""
        return not any(_is_content(t) and not t.name for t in (*self.new, *self.old))


@lru_cache(maxsize=1024)
def changes(claim: str, text: str) -> tuple[Change, ...]:
    """The places where `claim` has other words than `text`, or more, or fewer, in order.

    Source of the alignment: Ratcliff and Metzener, "Pattern matching: the Gestalt approach", 1988.
    """
    new, old = _tokens(claim), _tokens(text)
    matcher = SequenceMatcher(None, [t.key for t in new], [t.key for t in old], autojunk=False)
    return tuple(
        Change(tuple(new[a:b]), tuple(old[c:d]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


def renamed(
    change: Change, claim: str, text: str, known: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Each name that stands where the source has another, which the claim doesn't have.

    `known` are the keys of all names in and around the source, wherever they stand in a sentence.
    """
    if any(str(token.key) in _PRONOUNS for token in change.old) or _abbreviates(change):
        return
    here, there = (_name_keys(each) for each in (claim, text))
    for lead, new in _names(change.new, known):
        for other, old in _names(change.old, known):
            strange = new.key not in there or change.bare_but_names
            if lead == other and strange and old.key not in here:
                yield new.text, old.text


def names(text: str) -> frozenset[str]:
    """The keys of the names in a text."""
    return frozenset(word.key for word in content_words(text) if word.name)


def renumbered(change: Change) -> Iterator[tuple[str, str]]:
    """A number that stands where the source has another of its own."""
    new, old = ([t for t in side if t.number] for side in (change.new, change.old))
    if len(new) == len(old) == 1 and change.bare and new[0].key != old[0].key:
        yield new[0].text, old[0].text


def opposed(change: Change) -> Iterator[tuple[str, str]]:
    """Each word that stands where the source has its opposite."""
    if max(len(change.new), len(change.old)) > SHORT:
        return
    for new in change.new:
        for old in change.old:
            pair = frozenset((new.text.lower(), old.text.lower()))
            if old.key in OPPOSITES.get(str(new.key), frozenset()) or pair in _TURNED:
                yield new.text, old.text


def negated(change: Change) -> bool:
    """Whether a "not" is put in or left out, and nothing else."""
    new, old = (_count(side, _DENIALS) for side in (change.new, change.old))
    return change.bare and (new + old) % 2 == 1


def strengthened(change: Change) -> Iterator[str]:
    """What a change makes of "may", "some" and "few": surer, more, or another thing."""
    if not change.bare:
        return
    new, old = ({t.text.lower() for t in side} for side in (change.new, change.old))
    for doubt in sorted(old & _DOUBTS | {t.text for t in change.old if t.key in INTENTS}):
        if not new & (_DOUBTS | {"can", "would"}) and not any(t.key in INTENTS for t in change.new):
            yield f"the source says {doubt!r}"
    most, least = (max((_SHARES.get(w, 0) for w in side), default=0) for side in (new, old))
    if most > max(least, 1) or (most and old & _FEW) or (new & _FEW and not old & _FEW):
        said = sorted(new & (_SHARES.keys() | _FEW))
        yield f"the source doesn't say {said[0]!r} here" if said else "the source says less"


def _tokens(text: str) -> list[_Token]:
    tokens = [
        (one.start, _Token(text[one.start : one.end], _rounded(one), number=True))
        for one in quantities(text)
    ]
    tokens += [
        (date.start, _Token(text[date.start : date.end], (date.month, date.day, date.year)))
        for date in dates(text)
    ]
    spans = [(start, start + len(token.text)) for start, token in tokens]
    content = {word.start for word in content_words(text)}
    for word in words(text):
        if not any(start <= word.start < end for start, end in spans):
            tokens += [(word.start, token) for token in _split(word, word.start in content)]
    return [token for _, token in sorted(tokens, key=lambda each: each[0])]


def _rounded(quantity: Quantity) -> tuple[float, float]:
    return float(f"{quantity.low:.9g}"), float(f"{quantity.high:.9g}")


def _split(word: Word, content: bool) -> Iterator[_Token]:
    """The word as a token; "isn't" as "is" and "not"."""
    denied = _CONTRACTED.fullmatch(word.text)
    if denied is None:
        yield _Token(word.text, word.key, word.name, content)
        return
    verb = {"ca": "can", "wo": "will", "sha": "shall"}.get(denied[1].lower(), denied[1])
    yield from (_Token(verb, verb.lower()), _Token("not", "not"))


def _is_content(token: _Token) -> bool:
    known = token.text.lower()
    marks = known in _DENIALS | _DOUBTS | _FEW or known in _SHARES or known == "able"
    return token.content and not (marks or token.key in INTENTS) and not known.endswith("ly")


def _names(side: Sequence[_Token], known: Collection[str]) -> Iterator[tuple[str, _Token]]:
    """Each name with the preposition that leads to it, "" where none does."""
    lead = ""
    for token in side:
        named = token.name or (token.text[0].isupper() and token.key in known)
        if str(token.key) in PREPOSITIONS:
            lead = str(token.key)
        elif named and token.text[0].isalpha() and not _is_measure(token.text):
            yield lead, token


def _is_measure(word: str) -> bool:
    return is_calendar(word) or word.lower() in UNITS


def _name_keys(text: str) -> set[str]:
    return {word.key for word in content_words(text)}


def _abbreviates(change: Change) -> bool:
    """Whether one side is spelt by the initials of the other."""
    new, old = (
        [t.text.replace(".", "") for t in side if t.text[0].isupper()]
        for side in (change.new, change.old)
    )
    return any(
        short.isupper() and len(short) > 1 and short == "".join(word[0] for word in words_)
        for one, words_ in ((new, old), (old, new))
        for short in one
    )


def _count(side: Sequence[_Token], known: frozenset[str]) -> int:
    return sum(token.text.lower() in known for token in side)
