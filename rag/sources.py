"""The text that a claim cites, and which words and numbers of another it has."""

import re
from dataclasses import dataclass

from rag.clock import says_closing
from rag.dates import dates
from rag.initials import is_short_for
from rag.quantities import quantities
from rag.spans import LIFE
from rag.units import UNIT_KEYS
from rag.words import DENIALS, OPPOSITES, Word, content_keys, content_words, stem

__all__ = [
    "Source",
    "has_denial",
    "has_no_synonym",
    "missing_numbers",
    "missing_words",
    "said_keys",
]

_CLOSING = frozenset(map(stem, "close shut".split()))
_ENDING = frozenset(map(stem, "end expire".split()))
_LIVING = frozenset(map(stem, "born birth die death".split()))
_LIVED = re.compile(rf"{LIFE}\)")
_UNTIL = re.compile(
    r"\b(?:extend(?:s|ed)?|prolonged|runs?|lasts?|continues?|valid|stays?)\b[^.;]*?\b(?:until|till)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Source:
    """The text a claim cites. `context` is what stands beside it; `title` is its document's."""

    text: str
    context: str = ""
    title: str = ""

    @property
    def whole(self) -> str:
        """All of it: the title, what stands beside, the text."""
        return "\n".join((self.title, self.context, self.text))


def said_keys(text: str) -> set[str]:
    """The keys of the words that a text has, of the units of its numbers ("30s", "41 °C"), of
    "close" or "end" where it says until when something is open or goes on, and of "born" and "die"
    where it has the years of somebody's life."""
    units = {key for one in quantities(text) for key in one.nouns[:1]} & UNIT_KEYS
    units |= {"degree"} if units & {"celsius", "fahrenheit"} else set()
    ends = _ENDING if _UNTIL.search(text) else set()
    ends |= _LIVING if _LIVED.search(text) else set()
    return content_keys(text) | units | ends | (_CLOSING if says_closing(text) else set())


def missing_words(text: str, source: Source) -> list[Word]:
    """The content words of `text` that neither `source` nor its context has, numbers aside.

    Whether such a word is said there in other words, no exact check can tell; see `rag.judge`.
    """
    there = content_keys(source.whole) | said_keys(source.text)
    counted = [range(one.start, one.end) for one in quantities(text)]
    counted += [range(date.start, date.end) for date in dates(text)]
    return [
        word
        for word in content_words(text)
        if word.key not in there
        and not any(word.start in span for span in counted)
        and not is_short_for(word, text, source.whole)
        and not (word.unit and _has_unit(source.text, word.text))
    ]


def _has_unit(text: str, unit: str) -> bool:
    """Whether a text has a unit by itself, as a table does: "Unit: g/L"."""
    return re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", text) is not None


def missing_numbers(text: str, source: Source) -> list[str]:
    """The quantities and dates of `text` that neither `source` nor its context has."""
    there = source.whole
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
    return word.unit or bool(OPPOSITES.get(word.key, frozenset()) & content_keys(source.text))


def has_denial(word: Word, source: Source) -> bool:
    """Whether the source has what denies a word: its opposite, or "costs" for "free"."""
    return bool(DENIALS.get(word.key, frozenset()) & content_keys(source.text))
