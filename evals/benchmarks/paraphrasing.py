"""Claims that are as true as the sentence that they are made from, in other words or in part.

A rule gives the claim said otherwise; None where its kind doesn't fit.
"""

import random
import re
from collections.abc import Callable

from evals.benchmarks.originals import Original
from evals.benchmarks.synonyms import CONTRACTIONS, REPORTING, SHORT, SYNONYMS, UNITS

__all__ = ["PARAPHRASES", "SHORTENED"]

Rule = Callable[[str, Original, random.Random], str | None]

_MONTHS = """January February March April May June July August September October November
    December""".split()
_MONTH = "|".join(_MONTHS)
_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen""".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SPELT = {word: i for i, word in enumerate(_WORDS)} | {t: 10 * i for i, t in enumerate(_TENS, 2)}
_INTEGER = (
    r"(?<!- )(?<!and )(?<![\w.,$£€–)-])(?<!\d )\d{1,2}(?= (?!percent|to\b|and\b|or\b|million|b"
    r"illion|[ap]m\b|%)[a-z]{3,}s\b)"
)
_DATES = [
    (rf"\b({_MONTH}) (\d{{1,2}}), (\d{{4}})\b", r"\2 \1 \3"),
    (rf"\b(\d{{1,2}}) ({_MONTH}) (\d{{4}})\b", r"\2 \1, \3"),
    (rf"\b({_MONTH}) (\d{{1,2}})\b(?!,? \d{{4}}|[\d–-])", r"\2 \1"),
    (rf"\b(\d{{1,2}}) ({_MONTH})\b(?! \d)", r"\2 \1"),
]
_ACTIVE = {
    "written": "wrote", "built": "built", "led": "led", "won": "won", "taken": "took",
    "made": "made", "given": "gave", "bought": "bought", "sold": "sold", "held": "held",
    "sung": "sang", "driven": "drove",
}  # fmt: skip
_PASSIVE = re.compile(
    r"(?!In |On |At |It |They |He |She |That |This |By |After |During )([A-Z](?:(?! and | "
    r"was | is | that | which )[^,;:()\"]){2,60}?)(?<! was)(?<! is) (?:was|were) (\w+ed|"
    + "|".join(_ACTIVE)
    + r") by ((?:the |an? )?(?:[A-Z][\w.'-]+ ?){1,4})\."
)
_ACTION = re.compile(
    r"((?:The )?(?:[A-Z][\w.'-]+ ?){1,4}) (founded|directed|designed|created|defeated|publ"
    r"ished|produced"
    r"|invented|established|replaced|developed|discovered|acquired|conquered) ((?:the|an?)"
    r" [^,;:()]{3,60})\."
)
_FRONTED = re.compile(
    r"((?:In|On|By|During|After|Since|Until|At) (?:the )?[^,;:()\"]{3,35}), (?!and\b|or\b|"
    r"but\b|\d|[A-Z][a-z]+,)"
    r"((?:the |a |an |he |she |it |they |his |her |its )[^;:]+)\."
)
_PARENTHESIS = re.compile(r" \((?!born)[^()]*\)(?=[ .,;])")
_APPOSITION = re.compile(r", (?:who|which|whose) [^,;:()]{5,80},(?= [a-z])")
_ADVERBIAL = re.compile(
    r"^(?:However|Moreover|Furthermore|Additionally|In addition|Therefore|Thus|Consequentl"
    r"y|As a result"
    r"|For example|Nevertheless|Meanwhile|Similarly|In contrast|Overall|Hence|Finally|Instead), "
)
_ADVERB = re.compile(
    r" (?:also|however|therefore|thus|subsequently|eventually|then|soon|officially|origina"
    r"lly)(?= [a-z])"
)
_SECOND = re.compile(
    r",? (?:but|while|whereas|although|though) (?=(?:he|she|it|they|the|this|his|its|their"
    r") )[^;]+\.$|(?<!;)(?<=[a-z)])(?<![:;]); (?=(?:he|she|it|they|the|this|his|its|their)"
    r" )[^;:]+\.$"
)
_SAYING = re.compile(
    r"((?:The )?(?:[A-Z][\w.'-]+ ?){1,4}) (?:said|stated|argued|claimed|wrote|noted|report"
    r"ed|believed) that ([^;:\"]+)\."
)
_ACCORDING = re.compile(r"According to ((?:the )?(?:[A-Z][\w.'-]+ ?){1,5}), ([^;:\"]+)\.")


def _spelt(claim: str, _: Original, drawn: random.Random) -> str | None:
    spots = [m for m in re.finditer(_INTEGER, claim) if m[0] not in ("0", "1")]
    if spots and drawn.random() < 0.6:
        spot = drawn.choice(spots)
        tens, ones = divmod(int(spot.group()), 10)
        word = (
            _WORDS[int(spot[0])]
            if tens < 2
            else _TENS[tens - 2] + (f"-{_WORDS[ones]}" if ones else "")
        )
        return claim[: spot.start()] + word + claim[spot.end() :]
    spots = list(
        re.finditer(
            rf"\b(?:{'|'.join(_WORDS[2:] + _TENS)})\b(?= (?!thirds|quarters|tenths)[a-z]{{3,}}s\b)",
            claim,
        )
    )
    spots = [
        m
        for m in spots
        if not re.search(
            r"(?:-|–|\b(?:hundred|thousand|and|of|{}) |- )$".format("|".join(_TENS)) + r"",
            claim[: m.start()],
        )
    ]
    if not spots:
        return None
    spot = drawn.choice(spots)
    return claim[: spot.start()] + str(_SPELT[spot[0]]) + claim[spot.end() :]


def _separators(claim: str, _: Original, drawn: random.Random) -> str | None:
    style = drawn.choice(("", " ", "\u00a0"))
    said = re.sub(r"(?<=\d),(?=\d{3}\b(?!,\d{1,2}\b))", style, claim)
    return said if said != claim else None


def _scaled(claim: str, _: Original, drawn: random.Random) -> str | None:
    scales = {"thousand": 3, "million": 6, "billion": 9}
    match = re.search(r"(?<![\w.,–-])(\d+(?:\.\d+)?) (thousand|million|billion)\b", claim)
    if match:
        value = round(float(match[1]) * 10 ** scales[match[2]])
        return claim[: match.start()] + f"{value:,}" + claim[match.end() :]
    match = re.search(r"(?<![\w.,–-])(\d{1,3}),([05])00,000\b", claim)
    if not match:
        return None
    said = f"{match[1]}.{match[2]}".removesuffix(".0")
    return f"{claim[: match.start()]}{said} million{claim[match.end() :]}"


def _percent(claim: str, _: Original, drawn: random.Random) -> str | None:
    said = re.sub(r"(?<=\d)\s?%(?!\w)", drawn.choice((" percent", " per cent")), claim)
    if said == claim:
        said = re.sub(r"(?<=\d) (?:percent|per cent)\b", "%", claim)
    return said if said != claim else None


def _money(claim: str, _: Original, __: random.Random) -> str | None:
    said = re.sub(
        r"(?<![\w~])\$(\d[\d,.]*\d|\d)((?: (?:million|billion|thousand))?)\b(?![ -–]?\d)(?"
        r"! (?:million|billion|per))",
        r"\1\2 dollars",
        claim,
    )
    return said if said != claim else None


def _dropped(*patterns: re.Pattern[str]) -> Rule:
    def rule(claim: str, _: Original, __: random.Random) -> str | None:
        said = claim
        for pattern in patterns:
            said = pattern.sub("", said, count=1)
        said = said.rstrip(".") + "."
        return said[:1].upper() + said[1:] if said != claim and len(said.split()) > 4 else None

    return rule


def _from(table: list[tuple[str, str]]) -> Rule:
    def rule(claim: str, _: Original, drawn: random.Random) -> str | None:
        found = [(p, other) for p, other in table if re.search(rf"\b{p}(?!\w)", claim)]
        if not found:
            return None
        pattern, other = drawn.choice(found)
        said = re.sub(rf"\b{pattern}(?!\w)", other, claim, count=1)
        return said if said != claim else None

    return rule


def _units(claim: str, _: Original, drawn: random.Random) -> str | None:
    found = [(u, o) for u, o in UNITS if re.search(rf"(?<=\d )(?:square )?{u}\b(?![./])", claim)]
    if not found:
        return None
    unit, other = drawn.choice(found)
    return re.sub(rf"(?<=\d )((?:square )?){unit}\b(?![./])", rf"\g<1>{other}", claim, count=1)


def _abbreviated(claim: str, _: Original, drawn: random.Random) -> str | None:
    found = [(a, b) for a, b in SHORT if re.search(rf"\b{re.escape(a)}(?![\w.-])", claim)]
    if not found:
        return None
    name, other = drawn.choice(found)
    said = re.sub(rf"\b{re.escape(name)}(?![\w])", other, claim, count=1)
    return said[:1].upper() + said[1:]


def _passive(claim: str, _: Original, __: random.Random) -> str | None:
    match = _PASSIVE.fullmatch(claim)
    if match:
        thing = (
            match[1]
            if match[1].split()[0] not in ("The", "A", "An")
            else match[1][0].lower() + match[1][1:]
        )
        said = f"{match[3].strip()} {_ACTIVE.get(match[2], match[2])} {thing}."
        return said[:1].upper() + said[1:]
    match = _ACTION.fullmatch(claim)
    if not match:
        return None
    thing = match[3][:1].upper() + match[3][1:]
    who = match[1][0].lower() + match[1][1:] if match[1].startswith("The ") else match[1]
    return (
        None
        if re.search(r"\b(?:in|on|at|and|with|from|that|as|to)\b", thing)
        else f"{thing} was {match[2]} by {who}."
    )


def _reordered(claim: str, _: Original, __: random.Random) -> str | None:
    match = _FRONTED.fullmatch(claim)
    if not match or re.search(r"\b(?:and|which|who|but|that|because)\b", match[2]):
        return None
    return f"{match[2][:1].upper()}{match[2][1:]} {match[1][:1].lower()}{match[1][1:]}."


def _attribution(claim: str, _: Original, __: random.Random) -> str | None:
    match = _SAYING.fullmatch(claim)
    if match:
        who = match[1][0].lower() + match[1][1:] if match[1].startswith("The ") else match[1]
        return f"According to {who}, {match[2]}."
    match = _ACCORDING.fullmatch(claim)
    return f"{match[2][:1].upper()}{match[2][1:]}, according to {match[1]}." if match else None


def _resolved(claim: str, original: Original, __: random.Random) -> str | None:
    """A pronoun as the title's name, where the sentence before is about the title too."""
    title, before = original.passage.sentence.title, original.passage.sentence.before
    match = re.match(r"(He|She)(?= [a-z]+)", claim)
    person = re.fullmatch(r"(?:[A-Z][\w.'-]+ ?){2,3}", title)
    if not match or not person or not re.match(rf"{re.escape(title)}|{match[1]}\b", before):
        return None
    return title + claim[match.end() :]


def _several(claim: str, original: Original, drawn: random.Random) -> str | None:
    """Two or three paraphrases, one after the other."""
    said, done = claim, 0
    for kind in drawn.sample(sorted(PARAPHRASES.keys() - {"several at once"}), 10):
        other = PARAPHRASES[kind](said, original, drawn) if done < 3 else None
        said, done = other or said, done + (other is not None)
    return said if done > 1 else None


_DROPS = {
    "parenthesis dropped": _dropped(_PARENTHESIS),
    "relative clause dropped": _dropped(_APPOSITION),
    "adverbial dropped": _dropped(_ADVERBIAL, _ADVERB),
    "second clause dropped": _dropped(_SECOND),
}
SHORTENED: tuple[Rule, ...] = (*_DROPS.values(), _reordered)
PARAPHRASES: dict[str, Rule] = {
    "numbers spelt or in digits": _spelt,
    "separators": _separators,
    "millions written out": _scaled,
    "percent": _percent,
    "money": _money,
    "date format": _from(_DATES),
    "abbreviation": _abbreviated,
    "unit": _units,
    "passive and active": _passive,
    **_DROPS,
    "clauses reordered": _reordered,
    "attribution fronted": _attribution,
    "reporting verb": _from([(f"{verb}(?= that)", other) for verb, other in REPORTING]),
    "synonym": _from(SYNONYMS),
    "contraction": _from(CONTRACTIONS),
    "pronoun resolved": _resolved,
    "several at once": _several,
}
