"""What a checkup finds, mended from what is still sound: the documents' own texts."""

import sqlite3
import uuid
from collections.abc import Callable, Iterable

from index.checkup import Finding
from index.embedding import Embedder
from index.errors import EmbedderMismatch, UnreadableDocument
from index.ledger import WORDS, next_generation, setting, transaction, words_table
from index.prepare import prepare
from index.rows import DOCUMENT, as_document
from index.tables import index_words, renew

__all__ = ["mend_ledger"]

LOST = "%~lost-"  # what the name of no reader's collection begins with: see `index.seen`
CUT_AGAIN = ("headings", "offsets", "orphans", "vectors")  # findings about a document's parts


def mend_ledger(
    ledger: sqlite3.Connection, findings: Iterable[Finding], load: Callable[[], Embedder]
) -> None:
    """Mend what can be, in one transaction; what can't be stays, for the next checkup to find.

    `load` gives the embedder where texts have to be embedded again. Raises WeightsUnusable,
    EmbedderMismatch where the library was made with another, and UnreadableDocument once all else
    is mended.
    """
    found = list(findings)
    if any(finding.check == "sqlite" for finding in found):
        ledger.execute("REINDEX")
        return
    with transaction(ledger):
        if any(finding.check == "notes" for finding in found):
            _mend_notes(ledger, [finding.document for finding in found if finding.check == "notes"])
        if any(finding.check == "collections" for finding in found):
            _name_collections(ledger)
        broken = {finding.collection for finding in found if finding.check == "words"}
        for collection in sorted(broken):
            _index_again(ledger, collection)
        if any(finding.check == "orphans" for finding in found):
            _drop_orphans(ledger)
        again = {f.document for f in found if f.check in CUT_AGAIN}
        unreadable = _cut_again(ledger, sorted(again), load()) if again else []
        next_generation(ledger)
    if unreadable:
        raise unreadable[0]


def _mend_notes(ledger: sqlite3.Connection, documents: list[str]) -> None:
    """Settings that are missing are made anew; pages that can't be read are forgotten."""
    if not setting(ledger, "generation").isdigit():
        ledger.execute("INSERT OR REPLACE INTO settings VALUES ('generation', '0')")
    if not setting(ledger, "library"):
        ledger.execute("INSERT OR REPLACE INTO settings VALUES ('library', ?)", (uuid.uuid4().hex,))
    forget = "UPDATE documents SET pages = '[]', sha256 = '' WHERE id = ?"  # its file is read anew
    ledger.executemany(forget, [(id_,) for id_ in documents])


def _name_collections(ledger: sqlite3.Connection) -> None:
    """A collection whose name is lost may have been a reader's own, so none of them may see it."""
    ledger.execute(
        "INSERT INTO collections SELECT DISTINCT collection, ? || collection FROM documents "
        "WHERE collection NOT IN (SELECT number FROM collections)",
        (LOST,),
    )


def _drop_orphans(ledger: sqlite3.Connection) -> None:
    for table in ("sentences", "chunks"):
        ledger.execute(
            f"DELETE FROM {table} WHERE document NOT IN (SELECT id FROM documents)"  # noqa: S608
        )
    for (number,) in ledger.execute("SELECT number FROM collections").fetchall():
        table = words_table(number)
        rows = "SELECT row FROM chunks WHERE collection = ?"
        ledger.execute(f"DELETE FROM {table} WHERE rowid NOT IN ({rows})", (number,))  # noqa: S608


def _index_again(ledger: sqlite3.Connection, collection: int) -> None:
    table = words_table(collection)
    ledger.execute(f"DROP TABLE IF EXISTS {table}")
    ledger.execute(WORDS.format(table=table))
    documents = ledger.execute("SELECT id FROM documents WHERE collection = ?", (collection,))
    for (id_,) in documents.fetchall():
        index_words(ledger, id_, collection)


def _cut_again(
    ledger: sqlite3.Connection, documents: list[str], embedder: Embedder
) -> list[UnreadableDocument]:
    """Split and embed documents from their stored texts; why some of them can't be."""
    made_with = setting(ledger, "embedder")
    if made_with != embedder.name:
        raise EmbedderMismatch(
            f"it was made with the embedder {made_with} and this is {embedder.name}: run "
            "`footnoted index --rebuild`"
        )
    unreadable = []
    for id_ in documents:
        row = ledger.execute(f"{DOCUMENT} WHERE id = ?", (id_,)).fetchone()
        if row is None:
            continue
        number = "SELECT collection FROM documents WHERE id = ?"
        (collection,) = ledger.execute(number, (id_,)).fetchone()
        try:
            renew(ledger, prepare(as_document(row), embedder), collection)
        except UnreadableDocument as error:
            unreadable.append(error)
    return unreadable
