"""What a question asks for, as far as its words alone tell."""

import re
from dataclasses import dataclass
from functools import lru_cache

from rag.quantities import Date, Quantity, dates, nouns_after, quantities
from rag.words import stem

__all__ = ["Asked", "asked", "values"]

_HOW_MANY = re.compile(r"\bhow\s+(?:many|much)\b", re.I)
_NUMBER_OF = re.compile(
    r"\b(?:what|which|the)\s+(?:\w+\s+)?(?:number|amount|quantity)\s+of\b", re.I
)
_WHEN = re.compile(r"\b(?:when|(?:what|which|on what|in which)\s+(?:date|day|year|month))\b", re.I)
_OPEN = re.compile(
    r"""^\W*(?:and\s+|but\s+|so\s+)?(?:list|name\s+all|why|explain|describe|summari[sz]e|compare)\b
    |^\W*(?:and\s+)?(?:in\s+)?(?:what|which)\s+(?:\w+\s+)?(?:are|were|ways|kinds|types|things)\b
    |\bwhat\s+(?:all|else|(?:do|does|did)\s.*\b(?:get|gain|receive|obtain|offer|include|contain)s?)\b
    |\bhow\s+(?:do|does|did|is|are|was|were|could|would|will|can|has|have)\b""",
    re.I | re.X,
)
_YES_NO = re.compile(
    r"^\W*(?:and\s+|but\s+|so\s+)?(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|"
    r"should|may|might)\b",
    re.I,
)
_MONEY = frozenset(stem(word) for word in "money cash dollar pay paid cost price revenue".split())
_PARTIAL_BEFORE = re.compile(
    r"\b(?:including|of\s+(?:them|these|those|whom|which))\W+\w*\W*$", re.I
)
_PARTIAL_AFTER = re.compile(
    r"\b(?:already|so\s+far|to\s+date|of\s+(?:them|these|those|whom))\b", re.I
)
_CLAUSE_END = re.compile(r"[,;:.!?]\s|\band\b")


@dataclass(frozen=True, slots=True)
class Asked:
    """`quantity`: a number is wanted, of `nouns` where the question names them. `date`: a date is.
    `several`: the answer may stand in several sentences. `yes_no`: a yes or a no is wanted."""

    quantity: bool
    date: bool
    several: bool
    yes_no: bool
    nouns: tuple[str, ...]


@lru_cache(maxsize=1024)
def asked(question: str) -> Asked:
    """Read a standalone question."""
    many = _HOW_MANY.search(question) or _NUMBER_OF.search(question)
    return Asked(
        quantity=many is not None,
        date=_WHEN.search(question) is not None,
        several=many is None and _OPEN.search(question) is not None,
        yes_no=_YES_NO.search(question) is not None,
        nouns=nouns_after(question, many.end()) if many else (),
    )


def values(want: Asked, text: str) -> list[Quantity] | list[Date]:
    """The values in `text` that could answer: quantities of the asked-for noun, or dates.

    A quantity of a part ("including 500 officers", "8,000 have already arrived") is left out where
    the text also has the whole.
    """
    if want.date:
        return dates(text)
    if not want.quantity:
        return []
    bound = [one for one in quantities(text) if _counts(want, one)]
    whole = [one for one in bound if not partial(text, one)]
    return whole or bound


def partial(text: str, quantity: Quantity) -> bool:
    """Whether a quantity is said to be a part of another."""
    clause_end = _CLAUSE_END.search(text, quantity.end)
    clause = text[quantity.end : clause_end.start() if clause_end else len(text)]
    before = text[: quantity.hedge_start]
    return bool(_PARTIAL_BEFORE.search(before) or _PARTIAL_AFTER.search(clause))


def _counts(want: Asked, quantity: Quantity) -> bool:
    if not want.nouns:
        return True
    if set(want.nouns) & _MONEY:
        return bool(quantity.unit) and quantity.unit != "percent"
    if want.nouns[-1] in quantity.nouns:
        return True
    return not set(want.nouns) & set(quantity.nouns) and not quantity.unit
