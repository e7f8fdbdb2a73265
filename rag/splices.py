"""Two facts of one sentence made into one: of "£5 for adults, £3 for children", "£5 for children".

There is no parser. Clauses are what commas, semicolons and "but" set apart; a quantity belongs to
the words of its own clause.
"""

import re
from collections.abc import Iterator
from itertools import permutations

from rag.nearest import nearest
from rag.quantities import Quantity, quantities
from rag.units import TIMES, UNIT_KEYS
from rag.words import OPPOSITES, content_words, is_adverb, words

__all__ = ["conditional", "crossed", "misattributed", "mispaid", "spliced"]

_BREAK = re.compile(r"[,;:]\s|,?\s(?:but|while|whereas)\s")
_GOES_ON = re.compile(r"or\s+\W?\d")  # "returns 201, or 422 if ...": of one verb
_FIRM = re.compile(r";|\b(?:but|while|whereas)\b")
_LEADS = frozenset("for in at on with without under as".split())
_AUXILIARIES = frozenset(
    """is are was were be been has have had do does did will would can could may might must shall
    should not never also""".split()
)
_FOR = re.compile(
    r"\s+for\s+(?:(?:an?|the|each|every|all|any|your|one)\s+)?(?P<what>\w+(?:\s+\w+)?)", re.I
)
_OF = re.compile(r"(?P<what>\w+)\s+of\s+(?:an?\s+)?\Z", re.I)
_OTHERWISE = re.compile(r"\b(?:otherwise|or\s+else)\b", re.I)
BEFORE = 40  # characters
_REACH = 3  # words that a preposition leads to
_SHORT = 8  # words of a clause that has no verb of its own: ", in the free plan for 7"
FEW = 5  # words
_YEARS = range(1000, 2100)


def spliced(claim: str, text: str) -> Iterator[str]:
    """What a claim says of one clause's quantity and the source of another's."""
    sentence = nearest(claim, text)
    told, said = _quantities(claim), _keys(claim)
    for firm in (False, True):
        for mine, other in permutations(_clauses(sentence, firm=firm), 2):
            theirs = _quantities(other)
            taken = [one for one in _quantities(mine) if _in(one, told) and not _in(one, theirs)]
            if not any(_alike(a, b) and not _in(b, told) for a in taken[:1] for b in theirs):
                continue
            own, away = _keys(mine) - _keys(other), (_keys(other) - _keys(mine)) & said
            if not any(one.unit or one.nouns for one in taken):  # "Ann got 19 goals, Tom 11"
                away -= {noun for one in theirs for noun in one.nouns}
            strange = (away if own and not said & own else set()) if firm else away & _led_to(other)
            apart = not _GOES_ON.match(mine) and not _named(mine) & said
            strange = strange or (away & _named(other) if apart else set())
            if strange:
                yield f"the source says {min(strange)!r} of another number"
                return
    yield from _unbound(claim, sentence)
    yield from _led_astray(claim, sentence)


def _unbound(claim: str, sentence: str) -> Iterator[str]:
    """What the source gives a number of, where a claim gives it another number of the sentence: of
    "in the probation of six months the notice is two weeks", a probation of two weeks."""
    told, there, said = _quantities(claim), _quantities(sentence), _keys(claim)
    for own in there:
        named = _OF.search(sentence, max(0, own.hedge_start - BEFORE), own.hedge_start)
        word = next(iter(content_words(named["what"])), None) if named else None
        if word is None or word.key not in said or _in(own, told):
            continue
        strange = (one for one in there if one is not own and _in(one, told) and _timed(one, own))
        if any(not _named_between(sentence, own, one) <= said for one in strange):
            yield f"the source says {word.key!r} of another number"


def _led_astray(claim: str, sentence: str) -> Iterator[str]:
    """What a claim tells behind a number, and the source of another one: "£110 in London" of "up to
    £110, in London up to £165"."""
    told, clauses = _quantities(claim), _clauses(sentence, firm=False)
    ends = [*(one.start for one in told), len(claim)][1:]
    for one, end in zip(told, ends, strict=True):
        led = _led_to(_BREAK.split(claim[one.end : end], maxsplit=1)[0])
        own = [each for each in clauses if _in(one, _quantities(each))]
        others = [each for each in clauses if each not in own]
        alike = [each for each in others if any(_alike(one, its) for its in _quantities(each))]
        known = set().union(*map(_keys, own))
        if own and (strange := led & set().union(*map(_led_to, alike)) - known):
            yield f"the source says {min(strange)!r} of another number"


def _named_between(sentence: str, one: Quantity, other: Quantity) -> set[str]:
    """The first word of what follows one quantity before another, by its key."""
    between = content_words(sentence[one.end : other.start])
    return {*[word.key for word in between if not word.unit][:1]}


def _timed(one: Quantity, other: Quantity) -> bool:
    """Whether both are spans of time."""
    return all(each.nouns and each.nouns[0] in TIMES for each in (one, other))


def conditional(claim: str, text: str) -> Iterator[str]:
    """The "otherwise" of a source that gives two numbers by a condition, of which a claim gives one
    without it: "£5,000" of "£5,000 while it is in a safe, and £2,000 otherwise"."""
    sentence = nearest(claim, text)
    other, told = _OTHERWISE.search(sentence), _quantities(claim)
    for one, left in permutations(_quantities(sentence) if other else (), 2):
        if other and _in(one, told) and not _in(left, told) and _alike(one, left):
            start = 0 if one.start < left.start else left.end
            end = left.hedge_start if one.start < left.start else one.hedge_start
            if not _keys(sentence[start:end]) <= _keys(claim):
                yield f"it leaves out {other.group()!r}"
                return


def crossed(claim: str, text: str) -> Iterator[str]:
    """What a claim says of what its source says the opposite of: "profit rose" of "revenue rose;
    profit fell"."""
    said, clauses = _keys(claim), [_keys(one) for one in _clauses(nearest(claim, text), firm=True)]
    for word in content_words(claim):
        turned = OPPOSITES.get(word.key, frozenset())
        for mine, other in permutations(clauses, 2):
            own, away = (mine - other) & said - {word.key}, (other - mine) & said
            if word.key in mine - other and turned & other and away and not own:
                yield f"the source says {word.text!r} of another"
                return


def misattributed(claim: str, text: str) -> Iterator[str]:
    """What somebody whom one clause opens with does, by the source somebody of another clause."""
    doing = [_doing(clause) for clause in _clauses(nearest(claim, text), firm=True)]
    who, said = _doing(claim)[0], _keys(claim)
    own = {verb for party, verb in doing if party == who}
    for party, verb in doing if who and own else ():
        if party and party not in said and verb in said - own:
            yield f"the source says {verb!r} of another"
            return


def mispaid(claim: str, text: str) -> Iterator[str]:
    """What a claim says a sum is for, and the source that it is for something else: of "£24 for
    students with a card", "£24 for a card"."""
    there = [(one, _paid_for(text, one)) for one in _quantities(text) if one.unit]
    for quantity in _quantities(claim):
        told = _paid_for(claim, quantity) if quantity.unit else {}
        said = [named for one, named in there if _in(quantity, [one])]
        if told and said and all(said) and not any(told.keys() & named.keys() for named in said):
            yield f"the source gives it for {next(iter(said[0].values()))!r}"


def _paid_for(text: str, sum_: Quantity) -> dict[str, str]:
    """What is named behind a sum and "for", by the words' keys."""
    named = _FOR.match(text, sum_.end)
    return {word.key: word.text for word in content_words(named["what"])} if named else {}


def _doing(clause: str) -> tuple[str, str]:
    """Whom a clause opens with, by a capital, and the verb; another's ("Ann's") is nobody."""
    first = next(iter(content_words(clause)), None)
    if first is None or not first.text[0].isupper() or clause[first.end :][:1] in ("'", "’"):
        return "", ""
    after = (word for word in words(clause) if word.start > first.start and word.text.islower())
    verb = next((w for w in after if w.text not in _AUXILIARIES and not is_adverb(w.text)), first)
    return first.key, verb.key


def _clauses(sentence: str, *, firm: bool) -> list[str]:
    """The clauses; `firm`: those alone that have a verb each, as far as that can be seen."""
    held = [range(one.hedge_start, one.end) for one in quantities(sentence)]
    ends = [
        end
        for end in _BREAK.finditer(sentence)
        if not any(end.start() in span for span in held) and (not firm or _FIRM.search(end[0]))
    ]
    starts = [0, *(end.end() for end in ends)]
    stops = [*(end.start() for end in ends), len(sentence)]
    return [sentence[start:stop] for start, stop in zip(starts, stops, strict=True)]


def _quantities(text: str) -> list[Quantity]:
    """The quantities of a text but for years."""
    return [
        one
        for one in quantities(text)
        if one.unit or one.nouns or one.low not in _YEARS or "," in text[one.start : one.end]
    ]


def _led_to(clause: str) -> set[str]:
    """The content words that a preposition leads to in a short clause."""
    keys, content, left = set(), _keys(clause), 0
    said = list(words(clause))
    for word in said if len(said) <= _SHORT else ():
        left = _REACH if word.text.lower() in _LEADS else left - 1
        if left >= 0 and word.key in content:
            keys.add(word.key)
    return keys


def _named(clause: str) -> set[str]:
    """What a clause of few words, as of a list of prices, gives a number of: "children £3"."""
    few = len(clause.split()) <= FEW and "(" not in clause and ")" not in clause
    return {word.key for word in content_words(clause)[:1] if few and not word.unit}


def _keys(text: str) -> set[str]:
    """The content words of a text but for numbers and units."""
    counted = [range(one.start, one.end) for one in quantities(text)]
    said = (w for w in content_words(text) if not any(w.start in span for span in counted))
    return {word.key for word in said} - UNIT_KEYS


def _in(one: Quantity, others: list[Quantity]) -> bool:
    return any((one.low, one.high) == (other.low, other.high) for other in others)


def _alike(one: Quantity, other: Quantity) -> bool:
    """Whether two quantities may be values of the same: of one unit or noun, or of none."""
    if one.unit or other.unit:
        return one.unit == other.unit
    return not (one.nouns and other.nouns) or one.nouns[0] == other.nouns[0]
