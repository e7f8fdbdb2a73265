"""Exact checks of a claim against the text that it cites: no model, a few microseconds each.

Each check returns the reasons why the claim can't stand, in words that a person (and the model
that is asked to repair it) can read; none means that it passed. They catch what a small judge
lets slip: a number moved to another noun, a hedge dropped, a name that isn't there, a "could"
that became a "will", two parties changed round.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rag.quantities import Quantity, dates, quantities
from rag.roles import turned
from rag.wording import changes, negated, opposed, renamed, renumbered, strengthened
from rag.words import OPPOSITES, Word, content_words, stem, words

__all__ = [
    "CHECKS",
    "Failure",
    "Source",
    "check_roles",
    "failures",
    "has_no_synonym",
    "missing_numbers",
    "missing_words",
]

_NEGATORS = frozenset("""not no never cannot without neither nor n't""".split())
_MODALS = frozenset(
    """could may might would should can likely possibly potentially perhaps""".split()
)
_INTENTS = frozenset(
    stem(word)
    for word in """propose proposal plan intend offer promise expect prepare agree threaten hope
    want try aim seek consider pledge vow attempt""".split()
)


@dataclass(frozen=True, slots=True)
class Source:
    """The text a claim cites. `context` is what stands around it: neighbours, title, headings."""

    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """What a claim fails by. `wrong`: the source says something else, so there is no answer in it
    as the model reads it; otherwise the claim only says it badly."""

    reason: str
    wrong: bool = False


def failures(claim: str, source: Source) -> list[Failure]:
    """Every check that `claim` fails against `source`, most telling first."""
    return [
        Failure(reason, wrong=name in WRONG)
        for name, check in CHECKS.items()
        for reason in check(claim, source)
    ]


def missing_words(text: str, source: Source) -> list[Word]:
    """The content words of `text` that neither `source` nor its context has, numbers aside.

    Whether such a word is said there in other words, no exact check can tell; see `rag.judge`.
    """
    there = {word.key for word in content_words(f"{source.context}\n{source.text}")}
    counted = [range(one.start, one.end) for one in quantities(text)]
    counted += [range(date.start, date.end) for date in dates(text)]
    return [
        word
        for word in content_words(text)
        if word.key not in there and not any(word.start in span for span in counted)
    ]


def missing_numbers(text: str, source: Source) -> list[str]:
    """The quantities and dates of `text` that neither `source` nor its context has."""
    there = f"{source.context}\n{source.text}"
    known, known_dates = quantities(there), dates(there)
    years = {date.year for date in known_dates}
    missing = [
        text[one.start : one.end]
        for one in quantities(text)
        if not any(other.low <= one.low and one.high <= other.high for other in known)
        and one.low not in years
    ]
    missing += [
        text[date.start : date.end]
        for date in dates(text)
        if not any(date.within(other) for other in known_dates)
    ]
    return missing


def has_no_synonym(word: Word, source: Source) -> bool:
    """Whether nothing but the word itself will do: a unit, or one whose opposite is there."""
    there = {other.key for other in content_words(source.text)}
    return word.unit or bool(OPPOSITES.get(word.key, frozenset()) & there)


def check_numbers(claim: str, source: Source) -> Iterator[str]:
    """Every quantity of the claim stands in the source or around it: value, unit, and what of."""
    for quantity, equal in _matched(claim, f"{source.text}\n{source.context}"):
        said = claim[quantity.hedge_start : quantity.end]
        if not equal:
            yield f"the number {said!r} is not in the source"
        elif not any(_same_noun(quantity, other, source) for other in equal):
            yield f"{said!r} counts something else in the source"


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
    there, years = quantities(text), {date.year for date in dates(text)}
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
    shared = next((noun for noun in one.nouns if noun in other.nouns), None)
    if shared is not None:  # "8,000 Russian soldiers" are not "8,000 North Korean soldiers"
        mine, theirs = (set(its[: its.index(shared)]) for its in (one.nouns, other.nouns))
        return not mine or not theirs or bool(mine & theirs)
    if not one.nouns or not other.nouns:
        return True
    there = {word.key for word in content_words(source.text)}
    return one.nouns[-1] not in there


def check_dates(claim: str, source: Source) -> Iterator[str]:
    """Every date of the claim is in the source, with no part added."""
    there = dates(source.text)
    for date in dates(claim):
        if not any(date.within(other) for other in there):
            yield f"the date {claim[date.start : date.end]!r} is not in the source"


def check_polarity(claim: str, source: Source) -> Iterator[str]:
    """What the source negates, or calls possible or intended, the claim must so call too."""
    theirs, mine = _marks(source.text), _marks(claim)
    for key in mine.keys() & theirs.keys():
        for mark in {m for marks in (*mine[key], *theirs[key]) for m in marks}:
            here = all(mark in marks for marks in mine[key])
            always = all(mark in marks for marks in theirs[key])
            never = not any(mark in marks for marks in theirs[key])
            if (always and not here) or (never and here):
                yield f"the source does{'' if always else ' not'} mark {key!r} as {mark}"


def _marks(text: str) -> dict[str, list[frozenset[str]]]:
    """For each content word's key, the marks ("negated", "only possible or intended") on each use.

    A mark reaches the content word after its marker, in the same clause.
    """
    marked: dict[str, list[frozenset[str]]] = {}
    content = {word.start: word for word in content_words(text)}
    for clause in re.finditer(r"[^,;:.!?()]+", text):
        live: dict[str, int] = {}
        for word in words(clause.group()):
            here = content.get(clause.start() + word.start)
            if here is not None:
                marks = frozenset(mark for mark, reach in live.items() if reach > 0)
                marked.setdefault(here.key, []).append(marks)
                live = {mark: reach - 1 for mark, reach in live.items()}
            live |= _opened(word.text.lower(), word.key)
    return marked


def _opened(word: str, key: str) -> dict[str, int]:
    if word in _NEGATORS or word.endswith(("n't", "n’t")):
        return {"negated": 1}
    if word in _MODALS or key in _INTENTS:
        return {"only possible or intended": 1}
    return {}


def check_intent(claim: str, source: Source) -> Iterator[str]:
    """A quantity that the source gives as intended isn't given as fact: proposed is not done."""
    if any(word.key in _INTENTS or word.text.lower() in _MODALS for word in words(claim)):
        return
    there = quantities(source.text)
    for quantity in quantities(claim):
        same = [other for other in there if _same_value(quantity, other)]
        if same and all(_is_intended(source.text, other) for other in same):
            said = claim[quantity.start : quantity.end]
            yield f"the source gives {said!r} as intended, not as done"


def _is_intended(text: str, quantity: Quantity) -> bool:
    clause = re.split(r"[,;:.!?()—]\s", text[: quantity.start])[-1]
    return any(word.key in _INTENTS for word in words(clause))


def check_roles(claim: str, source: Source) -> Iterator[str]:
    """Who does what to whom is not turned round, in the source or in what stands around it."""
    for text in (source.text, *source.context.splitlines()):
        for one, other in turned(claim, text):
            yield f"in the source {one} and {other} stand the other way round"
            return


def check_places(claim: str, source: Source) -> Iterator[str]:
    """Nothing stands in a place where the source, in the same words, has another thing."""
    for change in changes(claim, source.text):
        for new, old in (
            *renamed(change, claim, source.text),
            *renumbered(change),
            *opposed(change),
        ):
            yield f"the source has {old!r} where the claim has {new!r}"


def check_strength(claim: str, source: Source) -> Iterator[str]:
    """A "not", a "may" or an "all" neither comes nor goes in a sentence that stays the same."""
    for change in changes(claim, source.text):
        if negated(change):
            yield "the source says the opposite: a “not” was put in or left out"
        yield from strengthened(change)


Check = Callable[[str, Source], Iterable[str]]
CHECKS: dict[str, Check] = {
    "numbers": check_numbers,
    "dates": check_dates,
    "roles": check_roles,
    "hedges": check_hedges,
    "places": check_places,
    "polarity": check_polarity,
    "strength": check_strength,
    "intent": check_intent,
}
WRONG = ("numbers", "dates", "roles", "places")
