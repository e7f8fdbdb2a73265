"""Instructions rather than questions: to summarise, explain, describe or compare something."""

import re

from rag.words import content_keys, stem

__all__ = ["is_overview", "summary_of", "topics"]

_POLITE = r"(?:(?:please|can\s+you|could\s+you|would\s+you|i\s+(?:want|need))\s+(?:please\s+)?)?"
_A_SUMMARY = (
    r"(?:a\s+|an\s+|the\s+|me\s+)*(?:(?:brief|short|quick|concise|general)\s+)?"
    r"(?:summary|overview|gist|outline|(?:main|key)\s+(?:points?|takeaways?|ideas?))"
)
_SUMMARISE = re.compile(
    rf"""^\W*{_POLITE}(?:summari[sz]e|sum\s+up|tl;?dr
    |(?:(?:give|write|make|show|tell|what\s+(?:is|are)|what['’]s)\s+(?:me\s+)?)?{_A_SUMMARY}
    (?=\s+(?:of|on|about|for)\b|\W*$))\b""",
    re.I | re.X,
)
# Overviews only where what they name is the document: else they ask for a fact.
_ABOUT = re.compile(
    r"^\W*what(?:(?:\s+is|\s+are|['’]s)\s+(?P<thing>.*)\babout|\s+do(?:es)?\s+(?P<who>.*)\bsay)\W*$",
    re.I,
)
_DIFFERENCE = r"(?:what(?:['’]s|\s+(?:is|are))\s+the\s+)?differences?\s+between"
_EXPLAIN = re.compile(
    rf"""^\W*{_POLITE}(?:explain|describe|discuss|outline|compare|contrast|tell\s+me\s+(?:more\s+)?about
    |what\s+(?:can\s+you\s+tell\s+me|do\s+you\s+know)\s+about
    |{_DIFFERENCE})\s+(?:to\s+me\s+|me\s+)?""",
    re.I | re.X,
)
_COMPARE = re.compile(rf"^\W*{_POLITE}(?:compare|contrast|{_DIFFERENCE})\b", re.I)
_AND = re.compile(r"\s*\b(?:and|versus|vs\.?)\b\s*", re.I)
_BETWEEN = re.compile(r"\s*\b(?:and|with|to|versus|vs\.?|against)\b\s*", re.I)
_LEADING = re.compile(r"^(?:(?:of|on|about|for|the)\s+)+", re.I)
_TRAILING = re.compile(r"\s+(?:to|for)\s+(?:me|us)$", re.I)
# What names the documents themselves, not anything that they speak of.
_DOCUMENT = frozenset(
    map(
        stem,
        "article document text report paper page file story book note post piece content thing "
        "everything all point say whole entire summary overview main key sentence paragraph short "
        "brief few word detail".split(),
    )
)


def is_overview(question: str) -> bool:
    """Whether a summary of the documents is asked for, and not of something that they speak of."""
    if match := _SUMMARISE.search(question):
        return not _topical(question[match.end() :])
    match = _ABOUT.search(question)
    return match is not None and not _topical(match["thing"] or match["who"] or "")


def summary_of(question: str) -> set[str]:
    """The keys of the words that name what is to be summarised; none where no summary is wanted."""
    match = _SUMMARISE.search(question)
    return _topical(question[match.end() :]) if match else set()


def topics(question: str) -> tuple[str, ...]:
    """What an instruction is about: one thing, or several that are to be compared; else nothing."""
    match = _EXPLAIN.search(question) or _SUMMARISE.search(question)
    about = question[match.end() :].strip(" .?!:") if match else ""
    if not _topical(about):
        return ()
    parts = [about]
    if between := _COMPARE.search(question):
        parts = (_AND if "differ" in between[0].lower() else _BETWEEN).split(about)
    bare = (_TRAILING.sub("", _LEADING.sub("", part)).strip() for part in parts)
    return tuple(filter(None, bare))


def _topical(text: str) -> set[str]:
    """The keys of the words that name no document as such, but something that one speaks of."""
    return content_keys(text) - _DOCUMENT
