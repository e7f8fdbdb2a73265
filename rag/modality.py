"""What a text denies, or calls only possible or intended."""

import re
from collections.abc import Iterator

from index.sentences import split_sentences
from rag.words import content_words, is_adverb, is_participle, stem, words

__all__ = [
    "INTENTS",
    "NO_LONGER",
    "POSSIBLE",
    "denies",
    "foretold",
    "intends",
    "is_denied",
    "is_intended",
    "markers",
    "marks",
    "orders",
]

DENIED, POSSIBLE = "negated", "only possible or intended"
_NEGATORS = frozenset("""not no never cannot without neither nor n't""".split())
_MODALS = frozenset(
    """could may might would should can cannot likely possibly potentially perhaps""".split()
)
INTENTS = frozenset(
    stem(word)
    for word in """propose proposal plan intend offer promise expect prepare agree threaten hope
    want try aim seek consider pledge vow attempt meant supposed""".split()
)
_DENYING = re.compile(r"(.+)n['’]t")
# "may 10" and "in May": the month. "The Basic plan costs": what one pays for. "You should" is
# advice.
_PAID = (
    "free|paid|family|student|business|basic|plus|premium|standard|data|phone|pension|savings"
    "|insurance|health|meal|payment|monthly|annual|yearly|trial"
)
_PLAIN = re.compile(
    r"(?<=\d )May\b|\bMay(?=,? \d)|(?<=[a-z,] )May\b"
    rf"|\b(?i:the|an?|our|this|that|each|every|in|on|with|under)\s(?:[A-Z]\w*|(?:{_PAID}))\s"
    r"(?P<plan>plan)\b(?!\s(?:to|for|on)\b)"
    r"|\b(?i:you\s+(?P<advice>should))\b|\b(?P<agreed>agreed)\s(?:at|value|price|sum)\b"
    r"|\b(?i:(?P<agree>agree[sd]?)\s+that)\b|\b(?i:(?P<meant>meant|supposed))\b(?!\s+to\b)"
)
NO_LONGER = re.compile(r"\b(?:no|not\s+any)\s+longer\b", re.I)
_NOT = re.compile(rf"{NO_LONGER.pattern}|\b(?:instead\s+of|rather\s+than)\b", re.I)
_CLAUSE_END = re.compile(r"[,;:.!?()—]\s")
_CLAUSE = re.compile(r"[^,;:.!?()]+")
_COMING = re.compile(
    r"\b(?:will|shall|must|won['’]t|\w+['’]ll|(?:has|have|is|are|needs?|due)\s+to)\b", re.I
)
_NOT_PAST = frozenset("the a an is are be being to can may must should would could".split())
_LINKS = frozenset("also thus therefore hence then even still indeed thereby soon".split())


def marks(text: str, *, able: bool = True) -> dict[str, list[frozenset[str]]]:
    """For each content word's key, the marks ("negated", "only possible or intended") on each use.

    A mark reaches the content word after its marker, and adverbs on the way, in the same clause.
    Without `able`, "can" marks nothing: what is so can be so. "You should" is advice, and the
    rule itself.
    """
    marked: dict[str, list[frozenset[str]]] = {}
    used = (word for word in words(text) if word.key == "use")  # what is used can be denied, too
    content = {word.start: word for word in (*content_words(text), *used)}
    plain = _plain(text)
    for clause in _CLAUSE.finditer(text):
        live: frozenset[str] = frozenset()
        for word in words(clause.group()):
            start = clause.start() + word.start
            here = content.get(start)
            if here is not None:
                marked.setdefault(here.key, []).append(live)
                live = live if _passes(word.text.lower()) else frozenset()
            if start not in plain and (able or word.text.lower() != "can"):
                live |= frozenset(_opened(word.text.lower(), word.key))
    return marked


def denies(text: str) -> bool:
    """Whether anything in a text is negated."""
    said = (word.text.lower() for word in words(text))
    return any(word in _NEGATORS or _DENYING.fullmatch(word) for word in said)


def is_denied(text: str) -> dict[str, bool]:
    """For each content word's key, whether it is not denied: "no longer open" denies "open", and
    "at nine instead of at sunset" denies "sunset".

    A word that is denied once and once not is left out.
    """
    uses = marks(_NOT.sub("not", text))
    said = {key: {DENIED not in use for use in each} for key, each in uses.items()}
    return {key: each.pop() for key, each in said.items() if len(each) == 1}


def foretold(claim: str, text: str) -> Iterator[str]:
    """What a claim tells as done, and the text only as what will be, or has to: "measured", "will
    measure"."""
    coming, mine = _coming(text), _coming(claim)
    for clause in _CLAUSE.findall(claim):
        before = ""
        for word in words(clause):
            low = word.text.lower()
            done = is_participle(low) and before not in _NOT_PAST
            if done and coming.get(word.key) and not mine.get(word.key):
                yield word.text
            before = before if is_adverb(low) else low


def _coming(text: str) -> dict[str, bool]:
    """The keys of a text's verbs, and whether each use of it comes after a "will" or a "has to"."""
    found: dict[str, bool] = {}
    for clause in _CLAUSE.findall(text):
        content = {word.start for word in content_words(clause)}
        ahead = {match.end() for match in _COMING.finditer(clause)}
        coming = False
        for word in words(clause):
            low = word.text.lower()
            if word.start in content:
                found[word.key] = found.get(word.key, True) and coming
                coming = coming and _passes(low)
            coming = coming or word.end in ahead
    return found


def orders(text: str) -> set[str]:
    """The keys of what a text tells its reader to do: of the words that its sentences open with."""
    spans = (text[one.start : one.end] for one in split_sentences(text))
    firsts = (next(iter(words(sentence)), None) for sentence in spans)
    return {first.key for first in firsts if first and not is_participle(first.text.lower())}


def markers(text: str) -> set[str]:
    """The keys of the words by which a text calls something possible or intended."""
    said = words(text)
    return {one.key for one in said if one.key in INTENTS or one.text.lower() in _MODALS}


def intends(text: str) -> bool:
    """Whether anything in a text is called possible or intended."""
    return bool(markers(text))


def is_intended(text: str, at: int) -> bool:
    """Whether the clause that leads to an offset calls something intended."""
    start = max((end.end() for end in _CLAUSE_END.finditer(text, 0, at)), default=0)
    plain = _plain(text)
    said = (word for word in words(text[start:at]) if start + word.start not in plain)
    return any(word.key in INTENTS for word in said)


def _plain(text: str) -> set[int]:
    """Where a month, a name or advice stands that looks like a modal or an intention."""
    return {match.start(match.lastgroup or 0) for match in _PLAIN.finditer(text)}


def _passes(word: str) -> bool:
    return word in _LINKS or is_adverb(word)


def _opened(word: str, key: str) -> Iterator[str]:
    denying = _DENYING.fullmatch(word)
    if word in _NEGATORS or denying:
        yield DENIED
    bare = denying[1] if denying else word
    if bare in _MODALS or key in INTENTS or word == "can't":
        yield POSSIBLE
