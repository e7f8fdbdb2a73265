"""What a text denies, or calls only possible or intended."""

import re
from collections.abc import Iterator

from rag.words import content_words, is_adverb, stem, words

__all__ = ["INTENTS", "intends", "is_intended", "marks"]

DENIED, POSSIBLE = "negated", "only possible or intended"
_NEGATORS = frozenset("""not no never cannot without neither nor n't""".split())
_MODALS = frozenset(
    """could may might would should can cannot likely possibly potentially perhaps""".split()
)
INTENTS = frozenset(
    stem(word)
    for word in """propose proposal plan intend offer promise expect prepare agree threaten hope
    want try aim seek consider pledge vow attempt""".split()
)
_DENYING = re.compile(r"(.+)n['’]t")
# "may 10" and "in May": the month.
_MONTH = re.compile(r"(?<=\d )May\b|\bMay(?=,? \d)|(?<=[a-z,] )May\b")
_LINKS = frozenset("also thus therefore hence then even still indeed thereby soon".split())


def marks(text: str) -> dict[str, list[frozenset[str]]]:
    """For each content word's key, the marks ("negated", "only possible or intended") on each use.

    A mark reaches the content word after its marker, and adverbs on the way, in the same clause.
    """
    marked: dict[str, list[frozenset[str]]] = {}
    content = {word.start: word for word in content_words(text)}
    months = {match.start() for match in _MONTH.finditer(text)}
    for clause in re.finditer(r"[^,;:.!?()]+", text):
        live: frozenset[str] = frozenset()
        for word in words(clause.group()):
            start = clause.start() + word.start
            here = content.get(start)
            if here is not None:
                marked.setdefault(here.key, []).append(live)
                live = live if _passes(word.text.lower()) else frozenset()
            if start not in months:
                live |= frozenset(_opened(word.text.lower(), word.key))
    return marked


def intends(text: str) -> bool:
    """Whether anything in a text is called possible or intended."""
    return any(word.key in INTENTS or word.text.lower() in _MODALS for word in words(text))


def is_intended(text: str, at: int) -> bool:
    """Whether the clause that leads to an offset calls something intended."""
    clause = re.split(r"[,;:.!?()—]\s", text[:at])[-1]
    return any(word.key in INTENTS for word in words(clause))


def _passes(word: str) -> bool:
    return word in _LINKS or is_adverb(word)


def _opened(word: str, key: str) -> Iterator[str]:
    denying = _DENYING.fullmatch(word)
    if word in _NEGATORS or denying:
        yield DENIED
    bare = denying[1] if denying else word
    if bare in _MODALS or key in INTENTS or word == "can't":
        yield POSSIBLE
