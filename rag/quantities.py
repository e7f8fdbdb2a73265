"""Numbers, ranges, money and percentages in a text, with what they count and their hedges.

Two quantities are compared by value, so 600,000 = 600 000 = 0.6 million = six hundred thousand.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.dates import dates, plain
from rag.nouns import nouns_after
from rag.numerals import FRACTIONS, HEDGES, SCALES, SPELT, TWO_WORD_HEDGES, Hedge
from rag.units import JOINED, UNITS, joined_unit
from rag.words import stem

__all__ = ["CHANGE", "Hedge", "Quantity", "quantities"]

BEFORE = 80  # characters that are looked at before a number
LONGEST = 24  # characters; a longer run of digits is a code or a key
_SCREENS = ("240", "360", "480", "720", "1080", "1440", "2160")  # "1080p" are lines
_CURRENCIES = (
    *("dollar", "euro", "sterling", "yen", "ruble", "yuan", "krw", "rupee", "franc", "krona"),
    *("krone", "zloty", "koruna", "forint"),
)
_SPELT_WORD = "|".join([*SPELT, "hundred", "thousand", "million", "billion", "trillion", "dozen"])
_NUMBER = re.compile(
    rf"""(?P<money>US\$|[$€£¥])?\s?
    (?:(?P<digits>\d{{1,3}}(?:[,\u00a0\u202f\ ]\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
       (?:[\s-]?(?P<scale>hundred|thousand|million|billion|trillion|dozen|bn|mn|k
           |(?(money)m|(?<=\d)m(?!\s(?:long|wide|high|deep|tall|away|up|down|from)\b)))\b
         |(?P<pence>p)\b(?!\.m))?
      |\b(?P<spelt>(?:{_SPELT_WORD})(?:[\s-]+(?:and\s+(?!\w+[\s-]+(?:hundred|thousand|million|billion)))?(?:{_SPELT_WORD}))*)\b)
    (?P<ordinal>st|nd|rd|th)?(?:(?!\w)|(?<=\d)(?={JOINED}))\s?(?P<percent>%|per\s?cent\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_FRACTION = re.compile(
    r"\b(?:(?:(?P<many>one|two|three|an?)[\s-])?(?P<part>half|third|quarter)s?\b"
    r"|(?P<most>one|two|three|four|five|seven|an?)[\s-](?P<small>fifth|sixth|eighth|tenth)s?\b(?=\sof\b))"
    r"(?!\s*-?\s*(?:year|life))(?:\s+an?\s+(?P<scale>hundred|thousand|million|billion|trillion|dozen)\b)?",
    re.I,
)
_OFTEN = re.compile(
    r"\b(?P<often>once|twice)\b(?=\s+(?:an?|per|each|every|daily|weekly|monthly|yearly|annually)\b)",
    re.I,
)
_NAMED = re.compile(r"(?<=[a-z] )[A-Z][a-z]+ [A-Z][a-z]\Z")
_MINUS = re.compile(r"(?<![\w)])[-−]\Z")  # noqa: RUF001
_AND_A_HALF = re.compile(
    r"\s+and\s+a\s+half\b(?:\s+(?P<scale>thousand|million|billion|trillion)\b)?", re.I
)
_YEARS = re.compile(r"[12]\d{3}[-–—/](?:\d{2}|[12]\d{3})")
CHANGE = re.compile(
    r"""\b(?:(?:go|goes|going|went|gone|mov|come|came)\w*\s+(?:up|down)|r(?:ais|is)\w+|rose|increas\w*|gr[oe]w\w*
    |climb\w*|jump\w*|f[ae]ll\w*|drop\w*|decreas\w*|declin\w*|cut\w*|reduc\w*|shr[aiu]nk\w*|lower\w*
    |chang\w*|mov\w+|shift\w*|postpon\w*|reschedul\w*|(?:put|brought)\s+\w+|extend\w*|shorten\w*
    |expand\w*|improv\w*|doubl\w*|swell\w*|up|down)\b
    [^.;:]*\bfrom\s+\S{0,4}\Z""",
    re.I | re.X,
)
_SPAN = re.compile(r"(?:\([12]\d{3}\s?[-–—]|\bfrom\s[12]\d{3}\s(?:to|until))\s?[12]\d{3}\Z")
_IN_YEAR = re.compile(r"\bin\s[12]\d{3}\Z", re.I)
_OF = re.compile(r"\bof\s+(?:the|these|those|all|its|our|their)?\s*\Z", re.I)
_OF_WHOM = re.compile(r"^[^.;:]*\bof\s+(?:whom|which|them|these|those)\W*\Z", re.I)
_ASIDE = re.compile(r"[^,.;:]*,\s*")
_RANGE_JOIN = re.compile(r"\s*(?:and|to|-|–|—|until)\s*(?:US\$|[$€£¥])?\s*$", re.I)
_WORD = re.compile(r"[\w~]+|[^\w\s]")
_ONLY = re.compile(r"\b(?:only|just|exactly|least|most)\s+\Z", re.I)
_NOT = re.compile(r"\b(?:no|not)\s+\Z", re.I)
_BETWEEN = re.compile(r"\bbetween\s+\S*\s*\Z", re.I)
_OPENING = re.compile(r"\b(?:between|from)\s+\Z", re.I)
_HEADED = re.compile(r"\((?P<unit>[^()\s]{1,10})\):\s*\Z")  # the cell of a table: "Price (EUR): 12"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number or a range with what it counts.

    `low == high` unless it is a range. `unit` is "percent", a currency's key or "". `nouns` are the
    keys of the words that follow it and say what it counts. `start` and `end` span number, range
    and currency; `hedge_start` is where its hedge begins (`start` where it has none). `past`: it is
    what something was before it changed ("380" of "went up from 380 to 455").
    """

    low: float
    high: float
    unit: str
    nouns: tuple[str, ...]
    hedge: Hedge
    start: int
    end: int
    hedge_start: int
    ordinal: bool = False
    past: bool = False


@lru_cache(maxsize=4096)
def quantities(text: str) -> tuple[Quantity, ...]:
    """The quantities of a text in order, those inside a date left out, ranges made whole."""
    taken = [(date.start, date.end) for date in dates(text)]
    found: list[Quantity] = []
    for quantity in sorted(_singles(text), key=lambda one: (one.start, -one.end)):
        if any(start <= quantity.start < end for start, end in taken):
            continue
        if found:
            quantity = _in_full(text, found[-1], quantity)
        if found and _is_change(text, found[-1], quantity):
            found[-1:] = _changed(found[-1], quantity)
        elif found and _is_range(text, found[-1], quantity):
            found[-1] = _joined(text, found[-1], quantity)
        elif not found or quantity.start >= found[-1].end:
            found.append(_of_whole(text, found[-1], quantity) if found else quantity)
    return tuple(found)


def _singles(text: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(text):
        value = _value(match)
        if value is None or _is_part_of_a_name(text, match):
            continue
        start = match.start() + (len(match.group()) - len(match.group().lstrip()))
        end = match.start() + len(match.group().rstrip())
        if _MINUS.search(text[max(0, start - 2) : start]):
            value, start = -value, start - 1
        half = _AND_A_HALF.match(text, end)
        if half:
            scale = SCALES[plain(half["scale"])] if half["scale"] else 1.0
            value, end = (value + 0.5) * scale, half.end()
        yield _quantity(text, value, _unit(match), (start, end), bool(match["ordinal"]))
    for match in _OFTEN.finditer(text):  # "twice a week" is two times a week
        often = _quantity(text, 1.0 + (plain(match["often"]) == "twice"), "", match.span(), False)
        yield replace(often, nouns=(stem("time"),))
    for match in _FRACTION.finditer(text):
        many, part = match["many"] or match["most"] or "", match["part"] or match["small"]
        share = SPELT.get(many.lower(), 1.0) * FRACTIONS[plain(part)]
        if match["scale"]:
            value = share / 100 * SCALES[plain(match["scale"])]
            yield _quantity(text, value, "", match.span(), False)
        else:
            yield _quantity(text, share, "percent", match.span(), False)


def _quantity(text: str, value: float, unit: str, span: tuple[int, int], ordinal: bool) -> Quantity:
    start, end = span
    hedge, hedge_start = _hedge(text, start)
    joined, stop = joined_unit(text, start, end) or ("", end)
    nouns = (*filter(None, [joined]), *nouns_after(text, stop))
    if headed := _HEADED.search(text, max(0, start - BEFORE), start):
        nouns = (*filter(None, [UNITS.get(headed["unit"].lower())]), *nouns)
    if not unit and nouns[:1] and nouns[0] in (*_CURRENCIES, "percent"):
        unit = nouns[0]
    return Quantity(value, value, unit, nouns, hedge, start, end, hedge_start, ordinal)


def _value(match: re.Match[str]) -> float | None:
    if match["digits"]:
        if len(match["digits"]) > LONGEST:
            return None
        if match["pence"] and (match["money"] or match["digits"] in _SCREENS):
            return None
        scale = SCALES[plain(match["scale"])] if match["scale"] else 1.0
        value = float(re.sub(r"[,\s\u00a0\u202f]", "", match["digits"])) * scale
        return value / 100 if match["pence"] else value
    total = current = 0.0
    for word in re.findall(r"[a-z]+", plain(match["spelt"])):
        if word in SPELT:
            current += SPELT[word]
        elif word in ("hundred", "dozen"):
            current = (current or 1.0) * SCALES[word]
        elif word in SCALES:
            total += (current or 1.0) * SCALES[word]
            current = 0.0
    return total + current


def _is_part_of_a_name(text: str, match: re.Match[str]) -> bool:
    """F-16, COVID-19, B12, 3.1.0, 5G, "the Three Peaks Race", "one of the": no quantities."""
    if match["digits"]:
        start, end = match.span("digits")
        bare = not (match["scale"] or match["pence"] or match["ordinal"])
        if bare and text[end : end + 1].isalpha() and not joined_unit(text, start, end):
            return True
        before, after = text[max(0, start - 3) : start], text[end : end + 2]
        return bool(re.search(r"[^\W\d_][-.]?\Z|\d\.\Z", before) or re.match(r"\.\d", after))
    if _NAMED.match(text, match.start("spelt"), match.end("spelt") + 3):
        return True
    only = _ONLY.search(text, max(0, match.start() - BEFORE), match.start("spelt"))
    return (
        (match["spelt"] or "").lower() == "one"
        and not only
        and not re.match(
            r"\s*(?:(?:hundred|thousand|million|billion|percent|in|and\s+a\s+half)\b"
            r"|(?:hour|day|week|month|year)['’]s\b)",
            text[match.end() : match.end() + BEFORE],
            re.I,
        )
    )


def _unit(match: re.Match[str]) -> str:
    if match["percent"]:
        return "percent"
    if match["pence"]:
        return "sterling"
    return UNITS.get((match["money"] or "").lower(), "")


def _hedge(text: str, start: int) -> tuple[Hedge, int]:
    """The hedge before a number and where it begins: at most three words are looked at."""
    before = [*_WORD.finditer(text, max(0, start - BEFORE), start)][-3:]
    for i, match in reversed(list(enumerate(before))):
        word = match.group().lower()
        earlier = before[i - 1] if i else None
        lead = earlier.group().lower() if earlier else ""
        if word in ("than", "to", "least", "most"):
            hedge = TWO_WORD_HEDGES.get(f"{lead} {word}")
            if hedge is None or earlier is None:
                return "", start
            negated = _NOT.search(text, max(0, earlier.start() - BEFORE), earlier.start())
            if negated and word == "than":
                return ("at most" if hedge == "at least" else "at least"), negated.start()
            return hedge, earlier.start()
        if word in HEDGES:
            return HEDGES[word], match.start()
        if word not in ("a", "an", "the", "total", "of"):
            break
    return "", start


def _in_full(text: str, year: Quantity, second: Quantity) -> Quantity:
    """The "04" of "2003–04" as the year that it is short for; what is none, as it is."""
    if not _YEARS.fullmatch(text[year.start : second.end]) or second.low >= 100:
        return second
    meant = year.low // 100 * 100 + second.low
    later = meant if meant > year.low else meant + 100
    return replace(second, low=later, high=later)


def _of_whole(text: str, whole: Quantity, part: Quantity) -> Quantity:
    """The part of a whole also counts what that does: "of the 212 members, 187 came"."""
    between = text[whole.end : part.hedge_start]
    leads = _OF.search(text, max(0, whole.hedge_start - BEFORE), whole.hedge_start)
    if _OF_WHOM.search(between) or (leads and _ASIDE.fullmatch(between)):
        return replace(part, nouns=(*part.nouns, *whole.nouns))
    return part


def _is_change(text: str, first: Quantity, second: Quantity) -> bool:
    """Whether something was the first and is the second: "went up from 380 to 455"."""
    to = re.fullmatch(r"\s*to\s*", text[first.end : second.start], re.I)
    return bool(to and CHANGE.search(text, max(0, first.start - BEFORE), first.start))


def _changed(first: Quantity, second: Quantity) -> tuple[Quantity, Quantity]:
    unit, nouns = first.unit or second.unit, first.nouns or second.nouns
    return replace(first, unit=unit, nouns=nouns, past=True), replace(second, unit=unit)


def _is_range(text: str, first: Quantity, second: Quantity) -> bool:
    between = text[first.end : second.start]
    joined = _RANGE_JOIN.fullmatch(between) or _YEARS.fullmatch(text[first.start : second.end])
    if not joined or first.low != first.high or first.low >= second.low:
        return False
    if first.unit and second.unit and first.unit != second.unit:
        return False  # "by 3% to £40"
    if not second.nouns and _SPAN.search(text[max(0, first.start - 8) : second.end]):
        return False  # it began in the one and ended in the other
    if second.unit and _IN_YEAR.search(text[max(0, first.start - 8) : first.end]):
        return False  # "from €5 in 2023 to €6 in 2024"
    and_ = between.strip().lower() == "and"
    return not and_ or bool(_BETWEEN.search(text, max(0, first.start - BEFORE), first.start))


def _joined(text: str, first: Quantity, second: Quantity) -> Quantity:
    low = first.low
    scale = re.search(r"[a-z]+$", text[second.start : second.end], re.I)
    if scale and low < 1000 and plain(scale[0]) in SCALES:  # "between 4 and 5 million"
        scaled = low * SCALES[plain(scale[0])]
        low = scaled if scaled <= second.high else low
    begin = first.hedge_start
    opening = _OPENING.search(text, max(0, begin - BEFORE), begin)
    return replace(
        second,
        low=low,
        unit=first.unit or second.unit,
        hedge=first.hedge,
        start=first.start,
        hedge_start=opening.start() if opening else first.hedge_start,
    )
