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
from rag.nearest import nearest
from rag.tokens import Token, tokens
from rag.units import UNITS
from rag.words import (
    OPPOSITES,
    PREPOSITIONS,
    content_keys,
    content_words,
    is_adverb,
    is_calendar,
    is_people_of,
    is_title,
    words,
)

__all__ = ["misplaced", "surer"]

_CLAUSE_END = re.compile(r"[.,;:!?]\s")
_AND = re.compile(rf"{_CLAUSE_END.pattern}|\band\b")
_LED = re.compile(rf"\b(?:{'|'.join(sorted(PREPOSITIONS))})\s(?P<what>[^.;,]+)", re.I)
_LEADS_TO = re.compile(r"\b(?P<what>\w+)\s+of\s+\S?\Z")
SHORT = 3  # words; what replaces more is a clause in other words

_NUMBERED = re.compile(r"\bnos?\.:?\s*(?=\S*\d)", re.I)  # "Invoice no.: 0417"
_DENIALS = frozenset("not no never none neither nor without cannot nobody nothing hardly".split())
_DOUBTS = frozenset(
    """may might could should possibly probably perhaps likely potentially allegedly reportedly
    apparently supposedly presumably seems seem seemed appears appear appeared nearly almost
    virtually""".split()
)
_ALL = 4
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
_UNIVERSAL = frozenset("both whole entire any no none never must throughout everyone".split())
_PRONOUNS = frozenset(
    """he she it they him her his its them their this these that those i we you my our your who
    which""".split()
)
_TURNED = {
    frozenset(pair.split())
    for pair in """before after; over under; above below; more less; more fewer; most least; with
    without; inside outside; up down; can must; may must; first last; same different""".split(";")
}


@dataclass(frozen=True, slots=True)
class _Change:
    """Words of a claim (`new`) that stand where its source has others (`old`); either may be
    empty. `named`: a name follows that both have."""

    new: tuple[Token, ...]
    old: tuple[Token, ...]
    named: bool = False

    @property
    def does(self) -> bool:
        """Whether the claim goes on with a verb or the like, where its source has names."""
        if not (self.new and self.old):
            return False
        return self.new[0].text == self.new[0].low and self.old[0].capital

    @property
    def capital(self) -> bool:
        """Whether names stand for names, and nothing else is changed."""
        return all(token.capital for token in (*self.new, *self.old))

    def bare(self, *, names: bool = False) -> bool:
        """Whether no word that carries content is put in or left out; `names` are let pass."""
        both = (*self.new, *self.old)
        return not any(_weighs(token) and not (names and token.capital) for token in both)


def misplaced(
    claim: str, text: str, around: str = "", title: str = ""
) -> Iterator[tuple[str, str]]:
    """What stands in the claim where the source, in the same words, has another thing: each pair
    of a name, a number or an opposite, the claim's first.

    `around` is what stands beside the source: a word is a name that is one there. A name of the
    `title` may stand for any, unless nothing else is changed.
    """
    source = nearest(claim, text)
    here, there, of = (content_keys(each) for each in (claim, source, title))
    known, capital = _names(f"{title}\n{around}\n{text}")
    swaps: list[tuple[object, object]] = []
    for change in _changes(claim, source):
        for number, other in _renumbered(change):
            if not _of_its_own(claim, text, number, other):
                yield number, other
        yield from _opposed(change)
        for new, old in _renamed(change, known, capital):
            swaps.append((new.key, old.key))
            if new.key in of and not (old.name or old.key in known):
                continue  # "Reminder", "The fair": no name, and the title's may stand for it
            if new.key in of and change.does:  # "Made by Hartlow, Quay Road": Hartlow makes it
                continue
            strange = new.key not in there | of or change.bare(names=True)
            turned = (old.key, new.key) in swaps
            alone = change.capital and new.key not in there
            if turned or alone or (strange and old.key not in here):
                yield new.text, old.text


def surer(claim: str, text: str) -> Iterator[str]:
    """What the claim makes of "not", "may", "some" and "few": reasons, as check gives them."""
    claim, text = (_NUMBERED.sub("number ", each) for each in (claim, text))
    source = nearest(claim, text)
    for change in _changes(claim, source):
        if not change.bare():
            continue
        if (_count(change.new, _DENIALS) + _count(change.old, _DENIALS)) % 2:
            yield "the source says the opposite: a “not” was put in or left out"
        yield from _undoubted(change)
        yield from _enlarged(change)
    mine, theirs = ({word.text.lower() for word in words(each)} for each in (claim, text))
    most = max((_SHARES.get(word, 0) for word in mine), default=0)
    less = theirs & (_SHARES.keys() | _FEW)
    if (
        most == _ALL
        and less
        and not any(_SHARES.get(w) == _ALL for w in less) | bool(theirs & _UNIVERSAL)
    ):
        yield f"the source says {min(less)!r}"


@lru_cache(maxsize=1024)
def _changes(claim: str, text: str) -> tuple[_Change, ...]:
    """The places where `claim` has other words than `text`, or more, or fewer, in order.

    Source of the alignment: Ratcliff and Metzener, "Pattern matching: the Gestalt approach", 1988.
    """
    new, old = tokens(claim), tokens(text)
    matcher = SequenceMatcher(None, [t.key for t in new], [t.key for t in old], autojunk=False)
    return tuple(
        _Change(tuple(new[a:b]), tuple(old[c:d]), named=any(t.capital for t in new[b : b + 1]))
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    )


@lru_cache(maxsize=1024)
def _names(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """The keys of a text's names, and of all words that it never writes without a capital."""
    found = content_words(text)
    low = {word.key for word in found if not word.text[0].isupper()}
    names = frozenset(word.key for word in found if word.name)
    return names, frozenset(word.key for word in found if word.key not in low)


def _renamed(
    change: _Change, known: Collection[str], capital: Collection[str]
) -> Iterator[tuple[Token, Token]]:
    """Each name with the one in whose place it stands: under the same preposition, or none."""
    if _abbreviates(change):
        return
    alone = all(token.capital for token in change.old)  # it may open the sentence, so be no name
    for lead, new in _led(change.new):
        for other, old in _led(change.old):
            names = all(t.name or t.key in known for t in (new, old))
            opens = alone and (new.name or new.key in capital)
            there = any(new.low in token.low.split("-") for token in change.old)
            titled = there and change.named and is_title(new.low)  # "Major-General Sir Archibald"
            alike = titled or is_people_of(new.low, old.low)
            if lead == other and (names or opens) and not alike:
                yield new, old


def _led(side: Sequence[Token]) -> Iterator[tuple[str, Token]]:
    """Each word with a capital and the preposition that leads to it, if any, up to a pronoun."""
    lead = ""
    for token in side:
        if token.low in _PRONOUNS:
            return
        if token.low in PREPOSITIONS:
            lead = token.low
        elif token.capital and not is_calendar(token.text) and token.low not in UNITS:
            yield lead, token
        elif token.content and not token.capital:
            lead = ""


def _abbreviates(change: _Change) -> bool:
    """Whether one side is spelt by the initials of the other."""
    new, old = (
        [t.text.replace(".", "") for t in side if t.text[0].isupper()]
        for side in (change.new, change.old)
    )
    return any(
        len(short) > 1 and short == "".join(word[0] for word in spelt)
        for one, spelt in ((new, old), (old, new))
        for short in one
    )


def _renumbered(change: _Change) -> Iterator[tuple[str, str]]:
    """A number that stands where the source has another of its own."""
    new, old = ([t for t in side if t.number] for side in (change.new, change.old))
    if len(new) == len(old) == 1 and change.bare() and new[0].key != old[0].key:
        yield new[0].text, old[0].text


def _of_its_own(claim: str, text: str, new: str, old: str) -> bool:
    """Whether a number stands, elsewhere in a text, in a clause with a word that the claim has and
    the clauses of the other number haven't: "at 125%, on Sundays at 150%"; or right behind such a
    word: "after your allowance of £12,570 your income is £29,300"."""
    leads = [_LEADS_TO.search(text[: text.find(number)]) for number in (new, old)]
    named = [content_keys(lead["what"]) if lead else set() for lead in leads]
    if named[0] and named[0] <= content_keys(claim) and named[0] != named[1]:
        return True
    if _own(_CLAUSE_END.split(text), new, old) & content_keys(claim):
        return True
    led = _LED.search(claim)  # "five at the far landings", and not "the far landing brings five"
    return bool(led and _own(_AND.split(text), new, old) & content_keys(led["what"]))


def _own(clauses: Sequence[str], new: str, old: str) -> set[str]:
    """The keys of what only the clauses of the one number have, and not those of the other."""
    mine, theirs = (" ".join(one for one in clauses if number in one) for number in (new, old))
    own = {word.key for word in content_words(mine) if not word.unit}
    return own - content_keys(f"{new} {theirs}")


def _opposed(change: _Change) -> Iterator[tuple[str, str]]:
    """Each word that stands where the source has its opposite."""
    until = any(
        token.low in ("until", "till") for token in change.old
    )  # "closes at", "is open until"
    if until or max(len(change.new), len(change.old)) > SHORT:
        return
    for new in change.new:
        for old in change.old:
            turned = old.key in OPPOSITES.get(str(new.key), frozenset())
            if turned or frozenset((new.low, old.low)) in _TURNED:
                yield new.text, old.text


def _undoubted(change: _Change) -> Iterator[str]:
    new, old = (
        {t.low for t in side if (t.low in _DOUBTS and t.text != "May") or t.key in INTENTS}
        for side in (change.new, change.old)
    )
    if old and not new and not any(t.low in ("can", "would") for t in change.new):
        yield f"the source says {min(old)!r}"


def _enlarged(change: _Change) -> Iterator[str]:
    new, old = ({token.low for token in side} for side in (change.new, change.old))
    most, least = (max((_SHARES.get(w, 0) for w in side), default=0) for side in (new, old))
    if most > max(least, 1) or (most and old & _FEW) or (new & _FEW and not old & _FEW):
        said = min(new & (_SHARES.keys() | _FEW))
        yield f"the source doesn't say {said!r} here"


def _weighs(token: Token) -> bool:
    """Whether a token carries content, and is none of the marks that are looked at here."""
    marks = token.low in _DENIALS | _DOUBTS | _FEW or token.low in _SHARES or token.low == "able"
    return token.content and not (marks or token.key in INTENTS or is_adverb(token.low))


def _count(side: Sequence[Token], known: frozenset[str]) -> int:
    return sum(token.low in known for token in side)
