"""Exact checks of a claim against the text that it cites: no model, a few milliseconds in all.

Each check returns the reasons why the claim can't stand, in words that a person (and the model
that is asked to repair it) can read; none means that it passed. They catch what a small judge
lets slip: a number moved to another noun, a hedge dropped, a name that isn't there, a "could"
that became a "will", two parties changed round.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from index.sentences import is_question
from rag.cells import in_their_units, is_row, other_columns
from rag.dates import dates
from rag.modality import POSSIBLE, foretold, intends, is_intended, markers, marks, orders
from rag.nearest import nearest
from rag.quantities import Quantity, quantities
from rag.roles import received, turned
from rag.sources import Source
from rag.spans import misdated, mistimed, of_then, outdated, unchanged
from rag.splices import conditional, crossed, misattributed, mispaid, spliced
from rag.subjects import widened
from rag.units import UNIT_KEYS
from rag.wording import misplaced, surer
from rag.words import content_keys, content_words, counts_people, words

__all__ = [
    "CHECKS",
    "Failure",
    "check_roles",
    "failures",
]

_ADVICE = re.compile(r"\b(?:should|must|ought)\b", re.I)
# A claim may take its subject from the sentence beside the cited one, and not what it says of it.
AWAY = 3  # words


@dataclass(frozen=True, slots=True)
class Failure:
    """What a claim fails by. `wrong`: the source says something else, so there is no answer in it
    as the model reads it; `hollow`: the claim answers nothing; otherwise it only says it badly."""

    reason: str
    wrong: bool = False
    hollow: bool = False


def failures(claim: str, source: Source) -> list[Failure]:
    """Every check that `claim` fails against `source`, most telling first."""
    return [
        Failure(reason, wrong=name in WRONG)
        for name, check in CHECKS.items()
        for reason in check(claim, source)
    ]


def check_numbers(claim: str, source: Source) -> Iterator[str]:
    """Every quantity of the claim stands in the source or around it: value, unit, and what of."""
    own = len(source.whole) - len(source.text)
    for quantity, all_equal in _matched(claim, source.whole):
        equal = [one for one in all_equal if one.start >= own] or all_equal
        said = claim[quantity.hedge_start : quantity.end]
        if not equal:
            yield f"the number {said!r} is not in the source"
        elif not any(_same_noun(quantity, other, source) for other in equal):
            yield f"{said!r} counts something else in the source"
        elif all(_elsewhere(claim, source, other) for other in equal):
            yield f"{said!r} stands in another column"
    mine, theirs = _followed(claim), _followed(source.text)
    for one, other in combinations(sorted(mine.keys() & theirs.keys()), 2):
        if mine[one] != mine[other] and (mine[one], mine[other]) == (theirs[other], theirs[one]):
            yield f"{one[0]:g} and {other[0]:g} have changed places"


def _elsewhere(claim: str, source: Source, found: Quantity) -> bool:
    """Whether a claim names another column of the row that has the quantity."""
    return any(other_columns(claim, source.whole, found.start))


def _followed(text: str) -> dict[tuple[float, float], str]:
    """The word that follows each quantity that stands in a text once."""
    found = quantities(text)
    counts = Counter((one.low, one.high) for one in found)
    after = {(one.low, one.high): next(iter(words(text[one.end :])), None) for one in found}
    return {value: word.key for value, word in after.items() if word and counts[value] == 1}


def check_hedges(claim: str, source: Source) -> Iterator[str]:
    """Every quantity of the claim is in the cited text itself, hedged as it is there."""
    for quantity, equal in _matched(claim, source.text):
        said = claim[quantity.hedge_start : quantity.end]
        if not equal:
            yield f"the number {said!r} stands near the source, not in it"
        elif all(other.hedge != quantity.hedge for other in equal):
            hedged = source.text[equal[0].hedge_start : equal[0].end]
            yield f"the source says {hedged!r}, not {said!r}"


def _matched(claim: str, text: str) -> Iterator[tuple[Quantity, list[Quantity]]]:
    """Each quantity of the claim with those of `text` that equal it; years of its dates aside."""
    there = [*quantities(text), *in_their_units(text)]
    years = {date.year for date in dates(text)}
    for quantity in quantities(claim):
        if quantity.low not in years:
            yield quantity, [other for other in there if _same_value(quantity, other)]


def _same_value(one: Quantity, other: Quantity) -> bool:
    close = all(
        abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1.0)
        for a, b in ((one.low, other.low), (one.high, other.high))
    )
    alike = one.unit == other.unit or (not one.unit and other.unit != "percent")
    return close and alike and one.ordinal == other.ordinal


def _same_noun(one: Quantity, other: Quantity, source: Source) -> bool:
    """Whether both count the same: a shared word, or a thing that is named nowhere in the source,
    so that its being the same is for the judge to say."""
    if _degrees(one, other):
        return True
    shared = next((noun for noun in one.nouns if noun in other.nouns), None)
    if shared is not None:  # "8,000 Russian soldiers" are not "8,000 North Korean soldiers"
        mine, theirs = (set(its[: its.index(shared)]) for its in (one.nouns, other.nouns))
        return not mine or not theirs or bool(mine & theirs)
    if not one.nouns or not other.nouns:
        return True
    if one.nouns[0] in UNIT_KEYS or other.nouns[0] in UNIT_KEYS:
        return False
    if counts_people(one.nouns) and not counts_people(other.nouns):
        return not any(counts_people(each.nouns) for each in quantities(source.text))
    return one.nouns[-1] not in content_keys(source.text)


def _degrees(one: Quantity, other: Quantity) -> bool:
    """Whether one is of degrees and the other too, of a scale that the first doesn't contradict."""
    scales = {"celsius", "fahrenheit"}
    for mine, theirs in ((one.nouns, other.nouns), (other.nouns, one.nouns)):
        if mine[:1] == ("degree",) and scales & {*theirs[:1]}:
            return not scales & {*mine[1:2]} or mine[1] == theirs[0]
    return False


def check_dates(claim: str, source: Source) -> Iterator[str]:
    """Every date of the claim is in the source, with no part added."""
    there = dates(source.text)
    for date in dates(claim):
        if not any(date.within(other) for other in there):
            yield f"the date {claim[date.start : date.end]!r} is not in the source"


def check_spans(claim: str, source: Source) -> Iterator[str]:
    """No beginning is told as an end, nor the other way round."""
    yield from misdated(claim, source.whole)
    yield from mistimed(claim, source.text)
    yield from outdated(claim, source.text)
    yield from unchanged(claim)
    yield from of_then(claim, source.text)


def check_polarity(claim: str, source: Source) -> Iterator[str]:
    """What the source negates, or calls possible or intended, the claim must so call too; what
    either orders should be done."""
    theirs, mine, firm = marks(source.text), marks(claim), marks(claim, able=False)
    advises = _ADVICE.search(f"{claim}\n{source.text}")
    ordered = orders(source.text) ^ orders(claim) if advises else set()
    kept = bool(markers(claim) & markers(source.text))
    for key in mine.keys() & theirs.keys():
        for mark in {mark for use in (*mine[key], *theirs[key]) for mark in use}:
            here = all(mark in use for use in mine[key])
            put_in = all(mark in use for use in firm[key])
            always = all(mark in use for use in theirs[key])
            never = not any(mark in use for use in theirs[key])
            if mark == POSSIBLE and (key in ordered or (kept and always)):
                continue
            if (always and not here) or (never and put_in):
                yield f"the source does{'' if always else ' not'} mark {key!r} as {mark}"


def check_intent(claim: str, source: Source) -> Iterator[str]:
    """What the source gives as intended or to come isn't given as fact: proposed is not done."""
    for done in foretold(claim, source.text):
        yield f"the source gives {done!r} as yet to come, not as done"
    if intends(claim):
        return
    there = quantities(source.text)
    for quantity in quantities(claim):
        same = [other for other in there if _same_value(quantity, other)]
        if same and all(is_intended(source.text, other.start) for other in same):
            said = claim[quantity.start : quantity.end]
            yield f"the source gives {said!r} as intended, not as done"


def check_roles(claim: str, source: Source, *, asked: bool = False) -> Iterator[str]:
    """Who does what to whom is not turned round, in the source or in what stands beside it; `asked`
    where the claim is a question."""
    found = list(turned(claim, nearest(claim, source.text), asked=asked))
    for beside in source.context.splitlines():
        others = f"{source.text}\n{source.context.replace(beside, '')}"
        known = content_keys(others)
        found += turned(claim, beside, known, asked=asked)
    for one, other in found[:1]:
        yield f"in the source {one} and {other} stand the other way round"
    for party in () if asked else received(claim, nearest(claim, source.text)):
        yield f"in the source it is done to {party}"


def check_places(claim: str, source: Source) -> Iterator[str]:
    """Nothing stands in a place where the source, in the same words, has another thing."""
    if is_row(source.text) or is_question(nearest(claim, source.text)):  # which says nothing
        return
    for new, old in misplaced(claim, source.text, source.context, source.title):
        yield f"the source has {old!r} where the claim has {new!r}"


def check_splices(claim: str, source: Source) -> Iterator[str]:
    """No quantity of one clause is told of what another clause gives its own quantity of, and
    nothing of whom another clause is about."""
    if not is_row(source.text):
        yield from spliced(claim, source.text)
        yield from misattributed(claim, source.text)
        yield from crossed(claim, source.text)


def check_sums(claim: str, source: Source) -> Iterator[str]:
    """A sum is for what the source says that it is for."""
    yield from mispaid(claim, source.text)


def check_strength(claim: str, source: Source) -> Iterator[str]:
    """A "not", a "may" or an "all" neither comes nor goes in a sentence that stays the same, and an
    "otherwise" doesn't go."""
    yield from surer(claim, source.text)
    yield from conditional(claim, source.text)


def check_subjects(claim: str, source: Source) -> Iterator[str]:
    """What the source says of some ("colour printing", "students") is not said of all."""
    for left_out in widened(claim, source.text):
        yield f"the source says it of {left_out!r}"


def check_nearness(claim: str, source: Source) -> Iterator[str]:
    """What a claim says is in the text that it cites, not for the most part beside it."""
    text, beside, title = (
        content_keys(part) for part in (source.text, source.context, source.title)
    )
    said = content_words(claim)
    away = [word for word in said if word.key in beside - text - title]
    own = sum(word.key in text for word in said) + sum(
        bool(equal) for _, equal in _matched(claim, source.text)
    )
    most = sum(not word.name for word in away) >= AWAY and len(away) > own
    if most or (len(away) > 1 and not own):
        yield "most of it stands near the source, not in it"


Check = Callable[[str, Source], Iterable[str]]
CHECKS: dict[str, Check] = {
    "numbers": check_numbers,
    "dates": check_dates,
    "spans": check_spans,
    "roles": check_roles,
    "hedges": check_hedges,
    "places": check_places,
    "splices": check_splices,
    "sums": check_sums,
    "polarity": check_polarity,
    "strength": check_strength,
    "subjects": check_subjects,
    "nearness": check_nearness,
    "intent": check_intent,
}
# Not "splices": a sentence of which the model tells another number has the one that was asked for.
WRONG = ("numbers", "dates", "spans", "roles", "places")
