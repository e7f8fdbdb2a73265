"""Lexical search: what a text says word by word, and the chunks that say it, by FTS5's bm25.

A word is compared by its stem. What is written with signs (`AX-4410/b`, `C++`, `600,000`,
`jo@example.org`, `§ 12`) is also a code: one term for the whole of it, however its hyphens and
thousands are set, so that it is found exactly.
"""

import math
import re
import sqlite3
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

__all__ = [
    "STOPWORDS",
    "Counts",
    "asked_for",
    "codes",
    "counted",
    "folded",
    "occurrences",
    "quoted",
    "search",
    "stem",
    "terms",
    "words",
]

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has
    have having he her here hers him his how i if in into is it its itself just me more most my no
    nor not now of off on once only or other our out over own s same she should so some such t than
    that the their them then there these they this those through to too under until up very was we
    were what when where which while who whom whose why will with would you your""".split()
)
# Reading a word's postings takes time in proportion to their number, so that in a large library the
# rarest words of a question find its chunks, and all of them score what was found.
POSTINGS = 5_000
MOST_WORDS = 64
WORD = re.compile(r"[^\W_]+")
GROUPED = r"(?<![\w.,])\d{1,3}(?:[,'’ ]\d{3})+(?!\d)(?:\.\d+)?"
# Words are matched whole, plain ones too, so that none is tried again from each of its letters.
SIGNED = r"[^\W_]++(?:(?:[-‐‑–/.'’+&@_:]++[^\W_]++)+[+#]*|[+#]+)"  # noqa: RUF001
CODE = re.compile(rf"{GROUPED}|§+\s*\w[\w.]*|{SIGNED}|(?<!\w)[.#@][^\W_]+|[^\W_]++")
# Hyphens, apostrophes and what groups thousands are set one way or another; a full stop between
# letters, too.
UNSTABLE = re.compile(r"[-‐‑–'’_,\s]|(?<=[^\W\d])\.(?=[^\W\d])")  # noqa: RUF001
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
QUOTED = re.compile(r"[\"“”„«]([^\"“”„«»]+)[\"“”»]")
REST = re.compile(r"[^\W_]*")
ENDINGS = ("ings", "ing", "edly", "ed", "es", "s", "ly")
INFLECTED = frozenset(("", *ENDINGS))

Scored = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Counts:
    """In how many of about `total` chunks each word or phrase of a question is, by FTS5 table."""

    held: Mapping[str, Mapping[str, float]]
    total: int

    def rarity(self, word: str) -> float:
        """How much it tells: its inverse document frequency, as bm25 has it."""
        count = sum(counts.get(word, 0.0) for counts in self.held.values())
        return math.log(1 + (max(self.total - count, 0) + 0.5) / (count + 0.5))


def counted(ledger: sqlite3.Connection, asked: Sequence[str], tables: Sequence[str]) -> Counts:
    """The words and phrases counted in each of the FTS5 tables."""
    held = {table: _held(ledger, asked, table) for table in tables}
    return Counts(held, max(_rows(ledger, table) for table in tables))  # numbered together


def search(
    ledger: sqlite3.Connection, counts: Counts, k: int, *, table: str, document: str = ""
) -> Scored:
    """The `k` chunks that have the most telling of the counted words, by bm25, best first.

    `table` is the FTS5 table to search, which finds nothing if it came after the counting; with a
    `document`, only its chunks are found.
    """
    # Each is the quicker for its kind. The + keeps SQLite from asking FTS5 once a chunk.
    rank = f"bm25({table})" if document else "rank"
    own = f"JOIN chunks AS own ON own.row = {table}.rowid AND +own.document = ?" if document else ""
    found = ledger.execute(
        "SELECT document || ':' || number, -score FROM "  # noqa: S608  our own names
        f"(SELECT {table}.rowid AS found, {rank} AS score FROM {table} {own} "
        f"WHERE {table} MATCH ? ORDER BY {rank} LIMIT ?) JOIN chunks ON row = found "
        "ORDER BY score, found",
        (*filter(None, [document]), _expression(counts.held.get(table, {})), k),
    )
    return [(str(id_), float(score)) for id_, score in found]


def asked_for(*turns: str) -> list[str]:
    """The phrases, codes and words that a question's turns look for, each once."""
    said = [[each for turn in turns for each in part(turn)] for part in (quoted, codes, words)]
    telling = said[-1] or WORD.findall(folded(turns[0]))
    return list(dict.fromkeys((*said[0], *said[1], *telling)))


def words(text: str) -> list[str]:
    """A text's words in their order, without the commonest, in lower case and without accents."""
    return [word for word in WORD.findall(folded(text)) if word not in STOPWORDS]


def terms(text: str) -> list[str]:
    """The stems of a text's `words`, in their order."""
    return [stem(word) for word in words(text)]


def codes(text: str) -> list[str]:
    """What a text writes with signs, each as one term that FTS5 takes for a word."""
    return [
        re.sub(r"\W", lambda sign: f"x{ord(sign[0]):x}", UNSTABLE.sub("", code))
        for code in CODE.findall(folded(text))
        if not code.isalnum()
    ]


def quoted(text: str) -> list[str]:
    """The phrases that a text sets in quotation marks."""
    return [phrase.strip() for phrase in QUOTED.findall(text) if WORD.search(phrase)]


def folded(text: str) -> str:
    """The text in lower case and without accents; its length may change."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return _FOREIGN.sub(_without_marks, unicodedata.normalize("NFKD", folded))


def _without_marks(signs: re.Match[str]) -> str:
    return "".join(sign for sign in signs[0] if not unicodedata.combining(sign))


def occurrences(text: str, term: str) -> int:
    """How many words of this stem a `folded` text has."""
    count, at = 0, text.find(term)
    while at >= 0:
        end = at + len(term)
        if at == 0 or not text[at - 1].isalnum():
            ending = REST.match(text, end)
            count += ending is not None and ending[0] in INFLECTED
        at = text.find(term, end)
    return count


def stem(word: str) -> str:
    """The word without its commonest endings: as good here as Porter's, and quicker."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _expression(held: Mapping[str, float]) -> str:
    """An FTS5 expression that asks for any of the rarest words, codes and phrases.

    All are quoted, so nothing in a question is taken for syntax.
    """
    first = dict(islice(held.items(), MOST_WORDS))
    return " OR ".join(map(_phrase, _affordable(first))) or '""'


def _affordable(held: Mapping[str, float]) -> list[str]:
    """The rarest of the words that are there, as many as can be read in time; always one."""
    chosen: list[str] = []
    read = 0.0
    for word, count in sorted(held.items(), key=lambda pair: pair[1]):
        read += count
        if chosen and read > POSTINGS:
            break
        if count:
            chosen.append(word)
    return chosen


def _held(ledger: sqlite3.Connection, asked: Iterable[str], table: str) -> dict[str, float]:
    """In how many chunks each word or phrase is; more than POSTINGS are estimated."""
    counted = (
        f"SELECT count(*), max(rowid) FROM (SELECT rowid FROM {table} "  # noqa: S608  our own name
        f"WHERE {table} MATCH ? LIMIT {POSTINGS})"
    )
    total = _rows(ledger, table)
    held: dict[str, float] = {}
    for word in asked:
        count, last = ledger.execute(counted, (_phrase(word),)).fetchone()
        held[word] = count if count < POSTINGS else count * total / last
    return held


def _rows(ledger: sqlite3.Connection, table: str) -> int:
    """About how many chunks there are: to count them takes too long in a large library."""
    return int(ledger.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0)  # noqa: S608


def _phrase(words: str) -> str:
    return '"' + words.replace('"', " ").replace("\0", " ") + '"'
