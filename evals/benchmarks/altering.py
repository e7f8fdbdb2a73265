"""Claims that are no longer true: one thing of a sentence changed, by a rule for each kind.

A rule takes a true claim made from a sentence, and gives the altered claim with the passage that it
cites; None where the kind doesn't fit, or the change might leave the claim true.
"""

import itertools
import random
import re
from collections.abc import Callable

from evals.benchmarks.originals import Original, names
from evals.benchmarks.swaps import CREDIT, MODALITIES, OPPOSITES, QUANTIFIERS, SAID, UNITS
from rag.passage import Passage

__all__ = ["ALTERATIONS", "Altered"]

Altered = tuple[str, Passage] | None
Rule = Callable[[str, Original, random.Random], Altered]

ALIKE = 4  # letters
_MONTHS = """January February March April May June July August September October November
    December""".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTH = "|".join(_MONTHS)
_YEAR = re.compile(r"(?<![\d,.–$-])(?:1\d|20)\d\d(?![\d,.]\d|[\d–-]|s)(?! [a-z]+s\b)")
_NUMBER = re.compile(r"(?<![\w.,$–-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w]|[.,–-]\d|-)")
_SMALL = "two three four five six seven eight nine ten eleven twelve".split()
_SCALES = ["hundred", "thousand", "million", "billion", "trillion"]
_AUXILIARY = re.compile(r"\b(is|was|are|were|has|have|had|can|could|will|would|may|might|must)\b")
_DENIED = re.compile(
    r"\b(is|was|are|were|has|have|had|could|will|would|may|might|must|did|does|do|can) not\b"
)
_SUBJECT = re.compile(
    r"((?:The )?[A-Z][^,;:()\"]{2,40}?)(?:, [^,;]{5,80},| \([^()]*\))? "
    r"((?:is|was|has|had|became|won|wrote|died|led|made|took|began|[a-z]{3,}ed) [^;:]+\.)"
)
_VERBAL = re.compile(
    r"\s(?:(?:was|had|has)\s)?(?:\w{3,}ed|won|beat|wrote|led|built|gave|took|sent|sold|bought|left|met|"
    r"became|founded|lost|saw|succeeds|owns|plays|directs)\s(?:[a-z]+\s){0,6}?"
)
_DEMONYM = re.compile(
    r"(?:ish|ese|ian|ican|ean|French|Dutch|Greek|Democratic)$"
)  # may be true of all
_ENDS = r"(?=[,.;)]|\s(?:in|at|on|by|to|for|from|as|that|with|during|after|before|who|which)\b)"
_MUTUAL = re.compile(
    r"\b(?:met|married|and|or|with|between|both|merged|joined|together|as)\b", re.I
)


def _number(claim: str, original: Original, drawn: random.Random) -> Altered:
    spots = [m for m in _NUMBER.finditer(claim) if not _is_dated(claim, m)]
    spots += list(re.finditer(rf"\b(?:{'|'.join(_SMALL)})\b(?=\s[a-z]+s\b)", claim))
    if not spots:
        return None
    spot = drawn.choice(spots)
    other = _another_number(spot.group(), drawn)
    return _put(claim, spot, other, original) if not _held(other, original) else None


def _another_number(said: str, drawn: random.Random) -> str:
    if said in _SMALL:
        return drawn.choice([word for word in _SMALL if word != said])
    value, decimals = float(said.replace(",", "")), len(said.partition(".")[2])
    changed = round(value * drawn.uniform(1.15, 2.5) + 1, decimals)
    return f"{changed:,.{decimals}f}" if "," in said else f"{changed:.{decimals}f}"


def _magnitude(claim: str, original: Original, drawn: random.Random) -> Altered:
    spots = list(re.finditer(rf"\b(?:{'|'.join(_SCALES[1:4])})\b(?= [a-z]|\.)", claim))
    if spots:
        spot = drawn.choice(spots)
        at = _SCALES.index(spot.group())
        return _put(claim, spot, _SCALES[at + drawn.choice((-1, 1))], original)
    spots = [m for m in _NUMBER.finditer(claim) if "." not in m[0] and not _is_dated(claim, m)]
    if not spots:
        return None
    spot = drawn.choice(spots)
    value = int(spot.group().replace(",", "")) * drawn.choice((10, 100, 1000))
    other = f"{value:,}"
    return None if _held(other, original) or not value else _put(claim, spot, other, original)


def _unit(claim: str, original: Original, drawn: random.Random) -> Altered:
    found = []
    for unit, other in UNITS:
        before, after = (r"(?<=\d)", "") if unit == "%" else (r"(?<=\d )", r"\b(?! ago)")
        if unit in "$£":
            before, after = "(?<![A-Z])", r"(?=\d)"
        found += [(m, other) for m in re.finditer(before + re.escape(unit) + after, claim)]
    if not found:
        return None
    spot, other = drawn.choice(found)
    return _put(claim, spot, other, original)


def _date(claim: str, original: Original, drawn: random.Random) -> Altered:
    spots = list(_YEAR.finditer(claim))
    spots += re.finditer(rf"\b(?:{_MONTH})\b(?=,? \d)|\b(?:{'|'.join(_DAYS)})\b", claim)
    if not spots:
        return None
    spot = drawn.choice(spots)
    said = spot.group()
    if said.isdigit():
        other = str(int(said) + drawn.choice([-30, -11, -7, -3, -2, -1, 1, 2, 3, 5, 12]))
    else:
        other = drawn.choice(
            [one for one in (_MONTHS if said in _MONTHS else _DAYS) if one != said]
        )
    return None if _held(other, original) else _put(claim, spot, other, original)


def _far_name(claim: str, original: Original, drawn: random.Random) -> Altered:
    mine = original.mentioned(claim)
    theirs = [name for name in original.strangers if not _shares(name, original.names)]
    if not mine or not theirs:
        return None
    return _renamed(claim, drawn.choice(mine), drawn.choice(theirs), original)


def _near_name(claim: str, original: Original, drawn: random.Random) -> Altered:
    mine = original.mentioned(claim)
    near = f"{original.passage.sentence.before}\n{original.passage.sentence.after}"
    theirs = [n for n in names(near, near) if not _shares(n, [claim, original.text])]
    if not mine or not theirs:
        return None
    name = drawn.choice(mine)
    return _renamed(claim, name, drawn.choice(theirs), original)


def _roles(claim: str, original: Original, drawn: random.Random) -> Altered:
    """Two names on the sides of a verb that isn't mutual change places."""
    found = original.mentioned(claim)
    pairs = []
    for one in found:
        for other in found:
            match = re.search(
                rf"\b{re.escape(one)}\b({_VERBAL.pattern}){re.escape(other)}{_ENDS}", claim
            )
            if match and not _MUTUAL.search(match[1]) and not _shares(one, [other]):
                pairs.append((match, one, other))
    if not pairs:
        return None
    match, one, other = drawn.choice(pairs)
    turned = other + match.group()[len(one) : -len(other)] + one
    return _put(claim, match, turned, original)


def _counts_exchanged(claim: str, original: Original, drawn: random.Random) -> Altered:
    """Two numbers of different things change places: "500 officers and three generals"."""
    spots = [m for m in _NUMBER.finditer(claim) if not _is_dated(claim, m) and _counted(claim, m)]
    spots += [m for m in re.finditer(rf"\b(?:{'|'.join(_SMALL)})\b", claim) if _counted(claim, m)]
    spots = sorted(spots, key=lambda m: m.start())
    pairs = [
        (a, b) for a, b in itertools.pairwise(spots)
        if a[0] != b[0] and _counted(claim, a) != _counted(claim, b)
        and not re.fullmatch(r"\W*(?:to|and|or|of|out of|in|by)?\W*", claim[a.end() : b.start()])
    ]  # fmt: skip
    if not pairs:
        return None
    a, b = drawn.choice(pairs)
    said = f"{claim[: a.start()]}{b[0]}{claim[a.end() : b.start()]}{a[0]}{claim[b.end() :]}"
    return said, original.passage


def _negation(claim: str, original: Original, drawn: random.Random) -> Altered:
    denied = _DENIED.search(claim)
    if denied:
        return _put(claim, denied, denied[1], original)
    spot = _AUXILIARY.search(claim)
    if spot is None or re.match(r"\s+(?:not|no|never|nor|neither|only)\b", claim[spot.end() :]):
        return None
    word = drawn.choice(("not", "not", "never"))
    if spot[0] in ("is", "was", "are", "were", "has") and drawn.random() < 0.3:
        return _put(claim, spot, f"{spot[0]}n't", original)
    return _put(claim, spot, f"{spot[0]} {word}", original)


def _from(table: list[tuple[str, str]]) -> Rule:
    def rule(claim: str, original: Original, drawn: random.Random) -> Altered:
        found = [
            (match, other)
            for pattern, other in table
            for match in re.finditer(rf"\b(?:{pattern})(?:(?<=\s)|\b)", claim)
        ]
        if not found:
            return None
        spot, other = drawn.choice(found)
        return _put(claim, spot, other, original)

    return rule


def _attribution(claim: str, original: Original, drawn: random.Random) -> Altered:
    """Who said it, or whose work it is, is another who is named in the document."""
    found: list[re.Match[str]] = []
    for name in original.mentioned(claim):
        here = rf"\b{re.escape(name)}\b"
        found += re.finditer(rf"{here}(?= {SAID}\b)|(?<=ccording to ){here}", claim)
        if re.search(rf"\b{CREDIT} by (?:the )?{here}", claim):
            found += re.finditer(rf"(?<= by ){here}|(?<= by the ){here}", claim)
    theirs = [n for n in original.names if not _shares(n, [claim, original.text])]
    if not found or not theirs:
        return None
    return _put(claim, drawn.choice(found), drawn.choice(theirs), original)


def _spliced(claim: str, original: Original, drawn: random.Random) -> Altered:
    """One who is named, with what another sentence says of another; either sentence is cited."""
    mine = _SUBJECT.fullmatch(claim)
    if mine is None or _named(mine[1], original) is None:
        return None
    found = []
    for other in original.others:
        theirs = _SUBJECT.fullmatch(other.sentence.text)
        if theirs and _differ(mine[1], theirs[1], original):
            found.append((theirs, other))
    if not found:
        return None
    theirs, other = drawn.choice(found)
    return f"{mine[1]} {theirs[2]}", drawn.choice((original.passage, other))


def _moved(claim: str, original: Original, drawn: random.Random) -> Altered:
    """The claim is as it was, and cites the sentence before or after."""
    sentence = original.passage.sentence
    near = [
        one for one in original.others
        if one.sentence.text in (sentence.before, sentence.after) and len(one.sentence.text) > 30
        and not (one.leans and one.sentence.before == sentence.text)
    ]  # fmt: skip
    return (claim, drawn.choice(near)) if near else None


def _put(claim: str, spot: re.Match[str], other: str, original: Original) -> Altered:
    said = claim[: spot.start()] + other + claim[spot.end() :]
    said = said[:1].upper() + said[1:]
    return (said, original.passage) if said != claim else None


def _renamed(claim: str, name: str, other: str, original: Original) -> Altered:
    said = re.sub(rf"\b{re.escape(name)}\b", other.replace("\\", ""), claim)
    return (said, original.passage) if said != claim else None


def _is_dated(claim: str, spot: re.Match[str]) -> bool:
    near = claim[max(0, spot.start() - 12) : spot.end() + 12]
    return _YEAR.fullmatch(spot.group()) is not None or re.search(_MONTH, near) is not None


def _counted(claim: str, spot: re.Match[str]) -> str:
    after = re.match(r"\s+([a-z]{3,})", claim[spot.end() :])
    return after[1] if after else ""


def _held(value: str, original: Original) -> bool:
    """Whether the source, or what stands around it, has the new value too."""
    near = original.passage.sentence
    return value in f"{near.title} {near.before} {near.text} {near.after}"


def _shares(name: str, others: tuple[str, ...] | list[str]) -> bool:
    """Whether a name may be that of the same thing as others: they begin alike somewhere, or it
    could be true of anybody."""
    there = {word[:ALIKE] for word in re.findall(r"\w+", " ".join(others).lower())}
    own = {word[:ALIKE] for word in re.findall(r"\w+", name.lower()) if len(word) > 2}
    return bool(own & there) or name.isupper() or _DEMONYM.search(name) is not None


def _named(subject: str, original: Original) -> str | None:
    bare = re.sub(r"^(?:The|An?) ", "", subject)
    return bare if bare in (*original.names, original.passage.sentence.title) else None


def _differ(mine: str, theirs: str, original: Original) -> bool:
    """Whether two subjects are surely of two things: the other's is a name, and not the title's."""
    title = original.passage.sentence.title
    named = _named(theirs, original) is not None
    return named and not (_shares(mine, [theirs]) or _shares(theirs, [title]))


ALTERATIONS: dict[str, Rule] = {
    "number": _number,
    "magnitude": _magnitude,
    "unit": _unit,
    "date": _date,
    "name from elsewhere": _far_name,
    "name from beside": _near_name,
    "roles exchanged": _roles,
    "counts exchanged": _counts_exchanged,
    "negation": _negation,
    "quantifier": _from(QUANTIFIERS),
    "modality": _from(MODALITIES),
    "opposite": _from(OPPOSITES),
    "attribution": _attribution,
    "two facts spliced": _spliced,
    "citation moved": _moved,
}
