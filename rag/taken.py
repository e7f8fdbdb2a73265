"""What a question takes for granted, and a passage has not: told without asking the model."""

import re

from index.ranking import RankedSentence
from rag.asked import asked
from rag.bounds import is_bounded, is_measured
from rag.changes import values_in
from rag.clock import is_another_day
from rag.dates import bare_months
from rag.passage import Passage
from rag.sources import (
    Source,
    has_denial,
    has_no_synonym,
    missing_numbers,
    missing_words,
    said_keys,
)
from rag.units import TIMES
from rag.values import gives
from rag.words import Word, content_keys, content_words, named_words

__all__ = [
    "gives_asked",
    "is_bare",
    "lacking",
    "of_another_than_its_title",
    "of_somebody_else",
    "other_values",
    "unmentioned",
]

# A question of what holds for somebody has numbers that the documents have only as bounds.
_PERSONAL = re.compile(r"\b(?:if|when|my|i|i['’]m|we|our|me|us|years?[\s-]old)\b", re.I)
_BY_HOW_MUCH = re.compile(r"\bby\s+how\s+(?:many|much)\b", re.I)
_DIFFERENCE = re.compile(r"\b(?:by|more|less|fewer|than|from|up|down|against)\b|%", re.I)
_HIM = ("he", "his", "him")
_HE_OR_SHE = re.compile(r"\b(?:he|his|him|she|her)\b", re.I)
_HE = re.compile(r"\W*(?P<one>he|his|she|her)\b", re.I)


def unmentioned(question: str, passage: Passage) -> list[str]:
    """The question's words for which nothing else will do, and which a passage hasn't."""
    words = lacking(question, passage)
    return [word.text for word in words if _is_exact(question, word, passage)]


def lacking(question: str, passage: Passage) -> list[Word]:
    """The words of the question that a passage hasn't; "is it open on Monday?" is decided by
    "closed" and by "Tuesday"."""
    want, source = asked(question), passage.source
    missing = missing_words(want.premise, source)
    if not want.yes_no:
        return missing
    known = [one for one in missing if not has_denial(one, source)]
    return [one for one in known if not is_another_day(one.text, source.text)]


def _is_exact(question: str, word: Word, passage: Passage) -> bool:
    """Whether nothing but the word itself will do; a day may be 24 hours, and somebody's years
    are known by their number."""
    if word.key in TIMES and (
        _PERSONAL.search(question)
        or any(there.key in TIMES for there in content_words(passage.text))
    ):
        return False
    return has_no_synonym(word, passage.source)


def other_values(question: str, source: Source) -> list[str]:
    """The numbers, dates and days that the question has and the source hasn't.

    Where the question offers a choice ("10,000 or 12,000?"), one of them is enough; whether
    something is within a bound is decided by that.
    """
    want, text = asked(question), source.text
    asking = want.asking
    days = [word.text for word in content_words(asking) if is_another_day(word.text, text)]
    missing = missing_numbers(asking, source)
    if _PERSONAL.search(asking):
        missing = [number for number in missing if not is_bounded(number, text)]
    if want.yes_no:
        missing = [number for number in missing if not is_measured(number, asking, text)]
    given = missing_numbers(asking, Source(""))
    choice = re.search(r"\bor\b", asking) is not None
    return days if choice and len(missing) < len(given) else [*days, *missing]


def is_bare(question: str, passage: Passage) -> bool:
    """Whether a sentence is a date or a number and no more, and what stands above it hasn't the
    question's words."""
    values = [*values_in(passage.said), *bare_months(passage.said)]
    spans = [range(value.start, value.end) for value in values]
    said = [word for word in content_words(passage.said) if not word.unit]
    if not spans or any(not any(word.start in span for span in spans) for word in said):
        return False
    asked_for, above = named_words(question), content_keys(passage.sentence.heading)
    if len(spans) > 1 and any(word.key in above for word in asked_for):  # where somebody worked
        return False
    return any(not word.name for word in lacking(question, passage))


def of_somebody_else(question: str, passage: Passage) -> list[str]:
    """Those whom a question names, if a passage speaks of a "he" or a "she" who is none of them, by
    the sentence that this leans on."""
    known = f"{passage.text}\n{passage.sentence.title}"
    return [word.text for word in _unnamed(question, known)] if passage.leans else []


def of_another_than_its_title(question: str, passage: Passage) -> list[str]:
    """Those whom a question and a document's title name, if that opens with a "she" and a passage
    with a "he", or the other way round, by the sentence that this leans on."""
    if not (passage.leans and _turns(passage.sentence)):
        return []
    title = content_keys(passage.sentence.title)
    return [word.text for word in _unnamed(question, passage.text) if word.key in title]


def _unnamed(question: str, text: str) -> list[Word]:
    """Those whom a question names, if a text names none of them."""
    known, named = content_keys(text), named_words(question)
    return [] if any(word.key in known for word in named) else list(named)


def _turns(found: RankedSentence) -> bool:
    """Whether a sentence opens with a "he" in a document that opens with a "she", or the other way
    round."""
    own, others = _HE.match(found.text), {one.lower() for one in _HE_OR_SHE.findall(found.opening)}
    he = own is not None and own["one"].lower() in _HIM
    return own is not None and bool(others) and all((other in _HIM) != he for other in others)


def gives_asked(question: str, passage: Passage) -> bool:
    """Whether a sentence itself has a value of what was asked; in the units asked for, which may
    stand in the sentence before: "27 days. After five years it is 30."."""
    want = asked(question)
    if _BY_HOW_MUCH.search(want.asking) and not _DIFFERENCE.search(passage.said):
        return False
    units = {word.key for word in content_words(want.premise) if word.unit}
    near = f"{passage.sentence.before} {passage.said}"
    in_units = units <= said_keys(near) or not want.quantity
    return gives(want, passage.said) and in_units
