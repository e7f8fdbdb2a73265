"""What must hold in a library, one function a check: each tells what it finds broken."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from index.documents import Chunk, Document, Sentence, sentence_ids
from index.embedding import DIMENSIONS
from index.ledger import setting, words_table
from index.prepare import chunk_keys
from index.rows import CHUNK, DOCUMENT, SENTENCE, as_chunk, as_document, as_sentence, vectors_by_key
from index.tables import words_of
from index.terminal import counted
from index.vectors import Chroma, ChromaBroken

__all__ = ["CHECKS", "Finding", "findings"]

ENDING = ("sqlite", "notes", "headings", "collections", "vectors")  # whose findings end a checkup
CLOSE = 0.99  # the cosine of a vector in Chroma and in the ledger, which rounds it


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: `check` names what was looked at, `document` the id it is about.

    `collection` is the number of the collection, where it is about one.
    """

    check: str
    what: str
    document: str = ""
    collection: int = 0


def findings(ledger: sqlite3.Connection, chroma: Chroma) -> Iterator[Finding]:
    """Everything that is wrong: in the ledger, the file itself first, and in Chroma beside it.

    Where what the next checks read is broken, it ends there.
    """
    for name, check in CHECKS.items():
        found = list(check(ledger))
        yield from found
        if found and name in ENDING:
            return
    yield from _chroma(ledger, chroma)


def _chroma(ledger: sqlite3.Connection, chroma: Chroma) -> Iterator[Finding]:
    """What Chroma holds that the ledger doesn't know, lacks, or has otherwise."""
    numbers = {row[0] for row in ledger.execute("SELECT number FROM collections")}
    try:
        for number in sorted(chroma.collections() - numbers):
            yield Finding("chroma", f"holds a collection {number} that the ledger doesn't know")
        for number in sorted(numbers):
            yield from _vectors_differ(ledger, chroma, number)
    except ChromaBroken as error:
        yield Finding("chroma", f"can't be read: {error}")


def _integrity(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """SQLite's own check of the file's pages, rows and indexes."""
    try:
        said = [row[0] for row in ledger.execute("PRAGMA integrity_check(20)")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    yield from (Finding("sqlite", one) for one in said if one != "ok")


def _headings(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """Every chunk's path of headings can be read."""
    unreadable = "SELECT document, number FROM chunks WHERE NOT json_valid(headings)"
    for document, number in ledger.execute(unreadable):
        yield Finding("headings", f"chunk {number} of {document} has none to read", document)


def _collections(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """Every document is in a collection that has a name."""
    nameless = (
        "SELECT collection, count(*) FROM documents WHERE collection NOT IN "
        "(SELECT number FROM collections) GROUP BY collection"
    )
    for number, count in ledger.execute(nameless):
        said = f"the name of a collection with {counted(count, 'document')} is lost"
        yield Finding("collections", said, "", number)


def _orphans(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """Sentences and chunks of documents that aren't there, and chunks of another collection."""
    for table in ("sentences", "chunks"):
        orphans = (
            f"SELECT document, count(*) FROM {table} WHERE document NOT IN "  # noqa: S608
            "(SELECT id FROM documents) GROUP BY document"
        )
        for document, count in ledger.execute(orphans):
            yield Finding("orphans", f"{count} {table} of a document that isn't there", document)
    misplaced = (
        "SELECT DISTINCT documents.id, source FROM documents JOIN chunks ON document = id "
        "WHERE chunks.collection <> documents.collection"
    )
    for document, source in ledger.execute(misplaced):
        yield Finding("orphans", f"{source} and its chunks are in different collections", document)


def _offsets(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """Every sentence and chunk is cut from its document's text, whole, in order, by its offsets."""
    embedder = setting(ledger, "embedder")
    for (id_,) in ledger.execute("SELECT id FROM documents ORDER BY source").fetchall():
        document = as_document(ledger.execute(f"{DOCUMENT} WHERE id = ?", (id_,)).fetchone())
        ordered = "WHERE document = ? ORDER BY number"
        sentences = [as_sentence(row) for row in ledger.execute(f"{SENTENCE} {ordered}", (id_,))]
        chunks = [as_chunk(row) for row in ledger.execute(f"{CHUNK} {ordered}", (id_,))]
        keys = [
            row[0]
            for row in ledger.execute(f"SELECT key FROM chunks {ordered}", (id_,))  # noqa: S608
        ]
        wrong = _misfit(document, sentences, chunks)
        if not wrong and keys != chunk_keys(embedder, document.text, sentences, chunks):
            wrong = "has chunks that are not what was embedded"
        if wrong:
            yield Finding("offsets", f"{document.source} {wrong}", id_)


def _misfit(document: Document, sentences: list[Sentence], chunks: list[Chunk]) -> str:
    """What is wrong with how a document is cut; "" where nothing is."""
    if not sentences or not chunks:
        return "has no sentence or no chunk"
    return _sentences_misfit(document.text, sentences) or _chunks_misfit(sentences, chunks)


def _sentences_misfit(text: str, sentences: list[Sentence]) -> str:
    at = 0
    for number, one in enumerate(sentences):
        if one.number != number or not at <= one.start < one.end <= len(text):
            return f"has a sentence {one.number} out of its place"
        if text[one.start : one.end] != text[one.start : one.end].strip():
            return f"has a sentence {one.number} that is cut wrong"
        at = one.end
    same = [one.id for one in sentences] == sentence_ids(text, sentences)
    return "" if same else "has sentences whose ids are not theirs"


def _chunks_misfit(sentences: list[Sentence], chunks: list[Chunk]) -> str:
    first = 0
    for number, chunk in enumerate(chunks):
        if (chunk.number, chunk.first) != (number, first) or not first < chunk.last:
            return f"has a chunk {chunk.number} out of its place"
        first = chunk.last
        inside = sentences[chunk.first : first]
        if not inside or (chunk.start, chunk.end) != (inside[0].start, inside[-1].end):
            return f"has a chunk {chunk.number} that is cut wrong"
    return "" if first == len(sentences) else "has sentences that are in no chunk"


def _vectors(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """Every sentence and chunk has a vector of its size, of numbers, that isn't all zero."""
    for table, kind in (("sentences", np.int8), ("chunks", np.float16)):
        size = DIMENSIONS * np.dtype(kind).itemsize
        rows = ledger.execute(f"SELECT document, number, vector FROM {table}")  # noqa: S608
        for document, number, vector in rows:
            values = np.frombuffer(vector, kind).astype(np.float32) if len(vector) == size else None
            if values is None or not np.isfinite(values).all() or not values.any():
                one = table.removesuffix("s")
                yield Finding("vectors", f"{one} {number} of {document} has no vector", document)


def _words(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """The lexical index holds every chunk's words, and nothing else."""
    for number, name in ledger.execute("SELECT number, name FROM collections").fetchall():
        wrong = _words_differ(ledger, number, words_table(number))
        if wrong:
            yield Finding("words", f"the words of the collection {name} {wrong}", "", number)


def _words_differ(ledger: sqlite3.Connection, number: int, table: str) -> str:
    try:
        ledger.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")  # noqa: S608
        rows = ledger.execute(f"SELECT rowid, context, body, codes FROM {table}")  # noqa: S608
        held = {row: tuple(words) for row, *words in rows}
    except sqlite3.DatabaseError as error:
        return f"can't be read: {error}"
    documents = ledger.execute("SELECT id FROM documents WHERE collection = ?", (number,))
    for (id_,) in documents.fetchall():
        for row, words in words_of(ledger, id_):
            if held.pop(row, None) != words:
                return f"lack those of chunk {row}"
    return f"hold {len(held)} that no chunk has" if held else ""


def _notes(ledger: sqlite3.Connection) -> Iterator[Finding]:
    """The settings and every document's notes can be read."""
    if not setting(ledger, "generation").isdigit() or not setting(ledger, "library"):
        yield Finding("notes", "the ledger's own settings are missing")
    for id_, source, pages in ledger.execute("SELECT id, source, pages FROM documents"):
        try:
            numbered = [(int(start), int(page)) for start, page in json.loads(pages)]
        except (ValueError, TypeError):
            yield Finding("notes", f"{source} has pages that can't be read", id_)
        else:
            if numbered != sorted(numbered):
                yield Finding("notes", f"{source} has pages out of order", id_)


def _vectors_differ(ledger: sqlite3.Connection, chroma: Chroma, number: int) -> Iterator[Finding]:
    known: dict[str, np.ndarray[tuple[int], np.dtype[np.float32]]] = {}
    for _, keys, vectors in vectors_by_key(ledger, number):
        known.update(zip(keys, vectors, strict=True))
    total, unknown, other = len(known), 0, 0
    for keys, vectors in chroma.held(number):
        for key, vector in zip(keys, vectors, strict=True):
            own = known.pop(key, None)
            if own is None:
                unknown += 1
            elif float(own @ vector) < CLOSE * float(np.linalg.norm(own) * np.linalg.norm(vector)):
                other += 1
    lacking = len(known)
    for count, what in ((lacking, "lacks"), (unknown, "holds dangling"), (other, "has otherwise")):
        if count:
            said = f"{what} {count} vectors (the ledger knows {total})"
            yield Finding("chroma", said, "", number)


CHECKS: dict[str, Callable[[sqlite3.Connection], Iterator[Finding]]] = {
    "sqlite": _integrity,
    "notes": _notes,
    "headings": _headings,
    "collections": _collections,
    "orphans": _orphans,
    "vectors": _vectors,
    "offsets": _offsets,
    "words": _words,
}
