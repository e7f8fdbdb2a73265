"""What is written to the ledger: a document put in its place, moved, or dropped. The caller begins
and ends the transaction, but for a collection that is made."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from index.documents import DEFAULT_COLLECTION, Document, document_id, sentence_ids
from index.ledger import WORDS, collection_number, transaction, words_table
from index.lexical import codes
from index.prepare import Prepared
from index.rows import as_int8

__all__ = [
    "drop",
    "free_id",
    "index_words",
    "make_collection",
    "move",
    "put",
    "renew",
    "words_of",
]

Words = tuple[str, str, str]  # the context, body and codes of a row of words


def put(ledger: sqlite3.Connection, prepared: Prepared, collection: int) -> set[str]:
    """Put a document in the place of the one that has its source, if any; the keys that went.

    Chunks that only moved keep their rows, and the words that are indexed under them.
    """
    ledger.execute("PRAGMA defer_foreign_keys = ON")  # its id changes before its chunks follow
    document = prepared.document
    before = ledger.execute(
        "SELECT id, title FROM documents WHERE collection = ? AND source = ?",
        (collection, document.source),
    ).fetchone()
    id_, title = before or ("", "")
    spare = _spare(ledger, id_, title)
    _put_document(ledger, document, collection, id_)
    _put_sentences(ledger, prepared, id_)
    for at, key in enumerate(prepared.keys):
        context = _context(document.title, prepared.chunks[at].headings)
        rows = spare.get((key, context))
        if rows:
            _shift_chunk(ledger, prepared, at, rows.pop())
        else:
            _put_chunk(ledger, prepared, at, (collection, key, context))
    gone = [(row, key) for (key, _), rows in spare.items() for row in rows]
    return _drop_chunks(ledger, gone, collection)


def drop(ledger: sqlite3.Connection, id_: str) -> set[str]:
    """Drop a document; the keys that went with it."""
    row = ledger.execute("SELECT collection FROM documents WHERE id = ?", (id_,)).fetchone()
    rows = ledger.execute("SELECT row, key FROM chunks WHERE document = ?", (id_,)).fetchall()
    gone = _drop_chunks(ledger, rows, row[0]) if row else set()
    ledger.execute("DELETE FROM documents WHERE id = ?", (id_,))
    return gone


def move(ledger: sqlite3.Connection, id_: str, *, source: str, path: str, title: str) -> None:
    """Give a document another source and path; its id stays, as its text does."""
    collection, before = ledger.execute(
        "SELECT collection, title FROM documents WHERE id = ?", (id_,)
    ).fetchone()
    ledger.execute(
        "UPDATE documents SET source = ?, path = ?, title = ? WHERE id = ?",
        (source, path, title, id_),
    )
    if title != before:
        index_words(ledger, id_, collection)


def index_words(ledger: sqlite3.Connection, id_: str, collection: int) -> None:
    """Index the words of a document's chunks anew."""
    table = words_table(collection)
    for row, words in words_of(ledger, id_):
        ledger.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608  our own name
        _put_words(ledger, table, row, words)


def words_of(ledger: sqlite3.Connection, id_: str) -> list[tuple[int, Words]]:
    """For each chunk of a document its row, and what its words are indexed from."""
    document = "SELECT title, text FROM documents WHERE id = ?"
    title, text = ledger.execute(document, (id_,)).fetchone()
    chunks = 'SELECT row, start, "end", headings FROM chunks WHERE document = ?'
    return [
        (row, _words(_context(title, json.loads(headings)), text[start:end]))
        for row, start, end, headings in ledger.execute(chunks, (id_,))
    ]


def renew(ledger: sqlite3.Connection, prepared: Prepared, collection: int) -> None:
    """Put a document as `put` does, but keep nothing of what is stored of it."""
    id_ = prepared.document.id
    rows = ledger.execute("SELECT row, key FROM chunks WHERE document = ?", (id_,)).fetchall()
    _drop_chunks(ledger, rows, collection)
    put(ledger, prepared, collection)


def make_collection(ledger: sqlite3.Connection, name: str) -> int:
    """The number of a collection, which is made where it is missing, whole or not at all."""
    number = collection_number(ledger, name)
    if not number:
        with transaction(ledger):
            made = ledger.execute("INSERT INTO collections (name) VALUES (?)", (name,))
            number = made.lastrowid or 0
            ledger.execute(WORDS.format(table=words_table(number)))
    return number


def free_id(ledger: sqlite3.Connection, document: Document, collection: int) -> str:
    """The document's id, or another where a document elsewhere has it.

    The same text under the same source may stand in two collections; and a file that was renamed
    keeps its id, which a new file in its old place would have.
    """
    named = document.source
    if document.collection != DEFAULT_COLLECTION:
        named = f"{document.collection}\0{named}"
    id_, taken = document_id(named, document.text), 0
    owner = "SELECT collection, source FROM documents WHERE id = ?"
    own = (collection, document.source)
    while ledger.execute(owner, (id_,)).fetchone() not in (None, own):
        taken += 1
        id_ = document_id(f"{named}\0{taken}", document.text)
    return id_


def _spare(ledger: sqlite3.Connection, id_: str, title: str) -> dict[tuple[str, str], list[int]]:
    """A stored document's rows of chunks, by what they were made from; out of the way by number."""
    spare: dict[tuple[str, str], list[int]] = defaultdict(list)
    held = "SELECT row, key, headings FROM chunks WHERE document = ? ORDER BY number DESC"
    for row, key, headings in ledger.execute(held, (id_,)):
        spare[key, _context(title, json.loads(headings))].append(row)
    ledger.execute("UPDATE chunks SET number = -1 - number WHERE document = ?", (id_,))
    return spare


def _put_document(
    ledger: sqlite3.Connection, document: Document, collection: int, before: str
) -> None:
    values = (
        *(document.id, document.source, document.title, document.text, document.media_type),
        *(document.sha256, document.path, json.dumps(document.pages), document.layout, collection),
    )
    if before:
        ledger.execute(
            "UPDATE documents SET id = ?, source = ?, title = ?, text = ?, media_type = ?, "
            "sha256 = ?, path = ?, pages = ?, layout = ?, collection = ? WHERE id = ?",
            (*values, before),
        )
    else:
        marks = ", ".join("?" * len(values))
        ledger.execute(f"INSERT INTO documents VALUES ({marks})", values)  # noqa: S608


def _put_sentences(ledger: sqlite3.Connection, prepared: Prepared, before: str) -> None:
    ledger.execute("DELETE FROM sentences WHERE document = ?", (before,))
    ids = sentence_ids(prepared.document.text, prepared.sentences)
    vectors = as_int8(prepared.sentence_vectors)
    ledger.executemany(
        "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (prepared.document.id, s.number, s.start, s.end, s.heading, vector.tobytes(), id_)
            for s, vector, id_ in zip(prepared.sentences, vectors, ids, strict=True)
        ],
    )


def _shift_chunk(ledger: sqlite3.Connection, prepared: Prepared, at: int, row: int) -> None:
    chunk = prepared.chunks[at]
    ledger.execute(
        'UPDATE chunks SET document = ?, number = ?, first = ?, last = ?, start = ?, "end" = ?, '
        "headings = ? WHERE row = ?",
        (
            *(prepared.document.id, chunk.number, chunk.first, chunk.last, chunk.start, chunk.end),
            *(json.dumps(chunk.headings, ensure_ascii=False), row),
        ),
    )


def _put_chunk(
    ledger: sqlite3.Connection, prepared: Prepared, at: int, made: tuple[int, str, str]
) -> None:
    chunk, (collection, key, context) = prepared.chunks[at], made
    vector = prepared.chunk_vectors[at].astype(np.float16).tobytes()
    row = ledger.execute(
        "INSERT INTO chunks VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(prepared.document.id, chunk.number, chunk.first, chunk.last, chunk.start, chunk.end),
            *(json.dumps(chunk.headings, ensure_ascii=False), vector, collection, key),
        ),
    ).lastrowid
    body = prepared.document.text[chunk.start : chunk.end]
    _put_words(ledger, words_table(collection), row or 0, _words(context, body))


def _words(context: str, body: str) -> Words:
    return context, body, " ".join(codes(f"{context}\n{body}"))


def _put_words(ledger: sqlite3.Connection, table: str, row: int, words: Words) -> None:
    query = f"INSERT INTO {table} (rowid, context, body, codes) VALUES (?, ?, ?, ?)"  # noqa: S608
    ledger.execute(query, (row, *words))


def _drop_chunks(
    ledger: sqlite3.Connection, chunks: Iterable[tuple[int, str]], collection: int
) -> set[str]:
    """Drop rows of chunks, with their words; the keys that no chunk of the collection has now."""
    gone = list(chunks)
    rows = [(row,) for row, _ in gone]
    table = words_table(collection)
    ledger.executemany(f"DELETE FROM {table} WHERE rowid = ?", rows)  # noqa: S608
    ledger.executemany("DELETE FROM chunks WHERE row = ?", rows)
    left = "SELECT 1 FROM chunks WHERE collection = ? AND key = ?"
    return {key for _, key in gone if ledger.execute(left, (collection, key)).fetchone() is None}


def _context(title: str, headings: Sequence[str]) -> str:
    """What a chunk's words are indexed under, beside its own text."""
    return " ".join(dict.fromkeys((title, *headings)))
