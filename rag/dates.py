"""Dates that name a month, as far as they are given."""

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["ORDINALS", "Date", "bare_months", "dates", "plain"]

_MONTHS = "january february march april may june july august september october november december"
_MONTH_NUMBERS = {name: i for i, name in enumerate(_MONTHS.split(), start=1)}
_MONTH_NUMBERS |= {name[:3]: i for name, i in _MONTH_NUMBERS.items()} | {"sept": 9}
# Letters that match "s", "i" and "k" when case is ignored, and are others.
_LOOKALIKES = str.maketrans("ſıK", "sik")  # noqa: RUF001
_MONTH = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
ORDINALS = """first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth
    twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh
    twenty-eighth twenty-ninth thirtieth thirty-first""".split()
_DAYS = {word: str(day) for day, word in enumerate(ORDINALS, start=1)}
_ORDINAL = "|".join(sorted(_DAYS, key=len, reverse=True))
_DATE = re.compile(
    rf"""\b(?P<iso>(?P<y1>\d{{4}})-(?P<m1>\d{{2}})-(?P<d1>\d{{2}}))\b
    |\b(?P<m2>{_MONTH})\.?\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s?,?\s+(?P<y2>\d{{4}})\b)?
    |\b(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m3>{_MONTH})\b(?:\.?\s?,?\s+(?P<y3>\d{{4}})\b)?
    |\b(?P<d5>{_ORDINAL})\s+(?:day\s+)?of\s+(?P<m5>{_MONTH})\b(?:\s?,?\s+(?P<y5>\d{{4}})\b)?
    |\b(?P<m4>{_MONTH})\.?,?\s+(?P<y4>\d{{4}})\b""",
    re.IGNORECASE | re.VERBOSE,
)
_IN_MONTH = re.compile(
    r"\b(?:[Ii]n|[Bb]y|[Uu]ntil|[Ss]ince|[Ff]rom|[Dd]uring|of|to|[Ee]arly|[Ll]ate|[Mm]id|[Bb]efore|[Aa]fter)[\s-]"
    rf"(?P<month>{'|'.join(name.title() for name in _MONTHS.split())})\b"
)
_VERB = re.compile(r"\s+(?:not\s+|also\s+|only\s+)?[a-z]{2,}")


@dataclass(frozen=True, slots=True)
class Date:
    """A date as far as it is given; absent parts are None."""

    month: int | None
    day: int | None
    year: int | None
    start: int
    end: int

    def within(self, other: "Date") -> bool:
        """Whether `other` says all that this date says."""
        mine = ((self.month, other.month), (self.day, other.day), (self.year, other.year))
        return all(own is None or own == theirs for own, theirs in mine)


@lru_cache(maxsize=4096)
def dates(text: str) -> tuple[Date, ...]:
    """The dates of a text that name a month; a bare year is a quantity."""
    found = []
    for match in _DATE.finditer(text):
        parts = match.groupdict()
        month = parts["m1"] or parts["m2"] or parts["m3"] or parts["m4"] or parts["m5"]
        spelt = _DAYS[plain(parts["d5"])] if parts["d5"] else None
        day = parts["d1"] or parts["d2"] or parts["d3"] or spelt
        year = parts["y1"] or parts["y2"] or parts["y3"] or parts["y4"] or parts["y5"]
        if month == "may" and not year and _VERB.match(text, match.end()):
            continue  # "children under 16 may come"
        number = int(month) if month.isdigit() else _MONTH_NUMBERS[plain(month)]
        found.append(
            Date(
                number,
                int(day) if day else None,
                int(year) if year else None,
                match.start(),
                match.end(),
            )
        )
    return tuple(found)


def bare_months(text: str) -> list[Date]:
    """The months that a text names after a preposition, with neither day nor year: "in May"."""
    dated = [range(date.start, date.end) for date in dates(text)]
    found = (
        Date(_MONTH_NUMBERS[match["month"].lower()], None, None, *match.span("month"))
        for match in _IN_MONTH.finditer(text)
    )
    return [one for one in found if not any(one.start in span for span in dated)]


def plain(word: str) -> str:
    """A matched word in lower case, in the letters of the pattern that it matched."""
    return word.lower().translate(_LOOKALIKES)
