"""`@name` in a question: the collection, or the one document, that it is asked of."""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from index.documents import DEFAULT_COLLECTION, Scope, folded
from index.library import DocumentRow, Library
from rag.answer import Message
from rag.condense import needs_conversation
from rag.errors import BadQuestion

__all__ = ["Addressed", "addressed", "held_against", "mention_of"]

# A mention, with the little word that leads to it: "what is the fee in @contracts?"
_MENTION = re.compile(
    r"""(?:(?:^|(?<=\s))(?:in|from|within|of|according\ to|under)\s+)?
    (?<!\S)@(?:"(?P<quoted>[^"]+)"|(?P<word>[^\s"]+))""",
    re.I | re.X,
)
_FILE = re.compile(
    r"(?<![^\s(])[\"“]?(?P<file>[^\s\"“”@]+\.\w{2,5})(?=[\"”?!.,;:)]*(?:\s|$))[\"”]?"
)
_AFTER = "?!.,;:)"
_QUOTED = re.compile(r"\s|[?!.,;:)]$")  # no single word, or one that ends in what follows words
_NEAR = 5  # names that a message lists


@dataclass(frozen=True, slots=True)
class Addressed:
    """A question and its conversation without mentions, and what it searches."""

    question: str
    history: tuple[Message, ...]
    scope: Scope


def addressed(
    question: str, history: Sequence[Message], library: Library, collection: str = ""
) -> Addressed:
    """Read what a question is asked of; `collection` where it was named beside the question.

    A follow-up that can't stand alone stays where the conversation is. Raises BadQuestion for a
    name that is unknown, or stands for several things.
    """
    names = _Names(library)
    start = names.collection(collection) if collection else None
    text, scope = names.read(question, start)
    if not text:
        raise BadQuestion("the question names what to search and asks nothing: ask something of it")
    said, last = _without(history, names)
    if scope is None:
        scope = last if last and needs_conversation(text) else names.default()
    return Addressed(text, said, scope)


def held_against(text: str, library: Library, collection: str = "") -> tuple[str, Scope]:
    """A text and the collection that it is held against: the one named, or that it begins with
    (`@NAME`, left out then), or the default one. Raises BadQuestion as `addressed`."""
    names = _Names(library)
    if collection:
        return text, names.collection(collection)
    said = text.lstrip()
    first = _MENTION.match(said)
    if first and (found := names.known(_name(first))):
        return said[first.end() :].lstrip(_AFTER + " "), Scope(found)
    return text, names.default()


def _without(
    history: Sequence[Message], names: "_Names"
) -> tuple[tuple[Message, ...], Scope | None]:
    """The conversation without its mentions, and the last thing that one was of."""
    said, last = [], None
    for message in history:
        text, scope = message.content, None
        if message.role == "user":
            try:
                text, scope = names.read(message.content, None)
            except BadQuestion:  # it has gone since
                last = None
        last = scope or last
        said.append(replace(message, content=text))
    return tuple(said), last


class _Names:
    """The names that the library's collections and documents go by, read when one is needed."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._collections: dict[str, int] | None = None
        self._rows: list[DocumentRow] = []

    def read(self, text: str, scope: Scope | None) -> tuple[str, Scope | None]:
        """The text without its mentions, and the scope that they name; the given one for none."""
        found = list(_MENTION.finditer(text))
        if not found:
            return (text, scope) if scope else self._read_file(text)
        self._load()
        for name in sorted(map(_name, found), key=lambda name: not self._collection(name)):
            scope = self._narrowed(scope, name)
        left = " ".join(_MENTION.sub(_punctuation, text).split())
        return re.sub(r"\s+(?=[?!.,;:)])", "", left).lstrip(_AFTER + " "), scope

    def _read_file(self, text: str) -> tuple[str, Scope | None]:
        """The same of a text that names one document of the default collection by its file."""
        for named in _FILE.finditer(text):
            self._load()
            rows = [row for row in self._rows if row.collection == DEFAULT_COLLECTION]
            found = _called(named["file"], rows, _file)
            if len(found) == 1:
                asked = f"{text[: named.start()]}the document{text[named.end() :]}"
                return asked, Scope(DEFAULT_COLLECTION, found[0].id)
        return text, None

    def collection(self, name: str) -> Scope:
        """The scope of a collection."""
        if known := self.known(name):
            return Scope(known)
        raise BadQuestion(f"there is no collection {name!r}: {self._there_are()}")

    def known(self, name: str) -> str:
        """What a collection is called that is named so; "" for none."""
        self._load()
        return self._collection(name)

    def default(self) -> Scope:
        """What a question that names nothing searches."""
        self._collections = self._library.collections()
        if self._collections and DEFAULT_COLLECTION not in self._collections:
            raise BadQuestion(
                "no collection is named, and the default one holds nothing: write @NAME before it; "
                f"{self._there_are()}"
            )
        return Scope()

    def _narrowed(self, scope: Scope | None, name: str) -> Scope:
        collection = self._collection(name)
        if collection and (scope is None or scope == Scope(collection)):
            return Scope(collection)
        if collection or (scope and scope.document):
            raise BadQuestion(
                f"a question is asked of one thing, and @{name} is a second: ask twice"
            )
        rows = [row for row in self._rows if scope is None or row.collection == scope.collection]
        found = _called(name, rows, lambda row: row.source) or _called(name, rows, _file)
        if len({(row.collection, row.source) for row in found}) == 1:
            found = sorted(found, key=lambda row: not row.own)[:1]  # one's own before a shared one
        if len(found) == 1:
            return Scope(found[0].collection, found[0].id)
        raise BadQuestion(self._ambiguous(name, found) if found else self._unknown(name, rows))

    def _collection(self, name: str) -> str:
        """The collection that is meant: the very one, else one that differs only in its case."""
        known = self._collections or {}
        alike = (one for one in known if folded(one) == folded(name))
        return name if name in known else next(alike, "")

    def _ambiguous(self, name: str, found: list[DocumentRow]) -> str:
        listed = ", ".join(mention_of(row) for row in found[:_NEAR])
        return f"@{name} stands for {len(found)} documents: write one of {listed}"

    def _unknown(self, name: str, rows: list[DocumentRow]) -> str:
        known = {one: f"@{one}" for one in self._collections or ()}
        for row in rows:
            known[row.source] = known[_file(row)] = mention_of(row)
        near = dict.fromkeys(known[one] for one in _near(name, known))
        listed = f"near it are {', '.join(near)}" if near else self._there_are()
        return (
            f"@{name} is no collection and no document here: {listed}; a word that begins so is "
            f'put in quotes ("@{name}")'
        )

    def _there_are(self) -> str:
        listed = ", ".join(f"@{one}" for one in list(self._collections or ())[:20])
        return f"the collections are {listed}" if listed else "nothing is indexed yet"

    def _load(self) -> None:
        if self._collections is None:
            self._collections = self._library.collections()
            self._rows = self._library.documents()


def _name(mention: re.Match[str]) -> str:
    return str(mention["quoted"] or mention["word"].rstrip(_AFTER))


def _punctuation(mention: re.Match[str]) -> str:
    word = mention["word"] or ""
    return word[len(word.rstrip(_AFTER)) :]


def _called(
    name: str, rows: Iterable[DocumentRow], of: Callable[[DocumentRow], str]
) -> list[DocumentRow]:
    return [row for row in rows if folded(of(row)) == folded(name)]


def _near(name: str, known: Iterable[str]) -> list[str]:
    """The known names that one may have been meant for, the nearest first."""
    meant = folded(name)
    by_name = {folded(one): one for one in known}
    close = difflib.get_close_matches(meant, by_name, n=_NEAR, cutoff=0.6)
    holding = [one for one in by_name if meant in one]
    return [by_name[one] for one in dict.fromkeys([*close, *holding])][:_NEAR]


def _file(row: DocumentRow) -> str:
    return row.source.rpartition("/")[2]


def mention_of(row: DocumentRow) -> str:
    """How a document is mentioned so that nothing else can be meant."""
    source = f'@"{row.source}"' if _QUOTED.search(row.source) else f"@{row.source}"
    return source if row.collection == DEFAULT_COLLECTION else f"@{row.collection} {source}"
