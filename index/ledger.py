"""The ledger: one SQLite file that holds everything that a library knows, and is its truth."""

import contextlib
import errno
import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

from index.documents import DEFAULT_COLLECTION
from index.errors import DataFolderUnusable

__all__ = [
    "FILENAME",
    "collection_number",
    "next_generation",
    "open_ledger",
    "setting",
    "transaction",
    "translated",
    "upgrade",
    "words_table",
]

FILENAME = "ledger.sqlite"
FORMAT = "2"
DEFAULT_NUMBER = 1  # of the collection that has no name of its own

# `chunks.key` names what was embedded, and by which embedder: the same key, the same vector.
TABLES = (
    "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS collections (number INTEGER PRIMARY KEY, name TEXT UNIQUE)",
    """CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    media_type TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL, pages TEXT NOT NULL,
    layout TEXT NOT NULL DEFAULT '',
    collection INTEGER NOT NULL REFERENCES collections (number), UNIQUE (collection, source)
)""",
    """CREATE TABLE IF NOT EXISTS sentences (
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading INTEGER NOT NULL,
    vector BLOB NOT NULL, id TEXT NOT NULL, PRIMARY KEY (document, number)
) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS chunks (
    row INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL,
    vector BLOB NOT NULL, collection INTEGER NOT NULL, key TEXT NOT NULL,
    UNIQUE (document, number)
)""",
    "CREATE INDEX IF NOT EXISTS chunks_by_key ON chunks (collection, key)",
)
WORDS = """CREATE VIRTUAL TABLE IF NOT EXISTS {table} USING fts5 (
    context, body, codes, tokenize = 'porter unicode61 remove_diacritics 2'
)"""


def open_ledger(
    folder: Path, *, create: bool = False, outdated: bool = False
) -> sqlite3.Connection:
    """The ledger of `folder`, for use from any thread under the caller's lock.

    With `outdated`, one of an older format is opened too, for `upgrade`. Raises
    DataFolderUnusable when it is no ledger, or the folder can't hold one.
    """
    with translated(folder):
        if create:
            folder.mkdir(parents=True, exist_ok=True)
        mode = "rwc" if create else "rw"
        name = (folder / FILENAME).absolute().as_uri()
        ledger = sqlite3.connect(
            f"{name}?mode={mode}", uri=True, timeout=30, check_same_thread=False
        )
        try:
            _prepare(ledger, create=create)
            _check_format(ledger, folder, outdated=outdated)
        except BaseException:
            ledger.close()
            raise
        return ledger


@contextlib.contextmanager
def transaction(ledger: sqlite3.Connection) -> Iterator[None]:
    """All that is written within, or, where anything is raised, nothing of it."""
    ledger.execute("BEGIN IMMEDIATE")
    try:
        yield
        ledger.execute("COMMIT")
    except BaseException:
        if ledger.in_transaction:
            ledger.execute("ROLLBACK")
        raise


def upgrade(ledger: sqlite3.Connection) -> None:
    """Bring the tables of format 1 to this one, in the caller's transaction.

    The documents' texts are taken over; the caller splits and embeds them.
    """
    if setting(ledger, "format") == FORMAT:
        return
    ledger.execute("CREATE TEMP TABLE kept AS SELECT * FROM documents")
    for table in ("words", "chunks", "sentences", "documents"):
        ledger.execute(f"DROP TABLE {table}")
    _create(ledger)
    ledger.execute(
        "INSERT INTO documents SELECT id, source, title, text, media_type, sha256, path, pages, "
        "'', ? FROM kept",
        (DEFAULT_NUMBER,),
    )
    ledger.execute("DROP TABLE kept")
    ledger.execute("UPDATE settings SET value = ? WHERE name = 'format'", (FORMAT,))


def setting(ledger: sqlite3.Connection, name: str) -> str:
    """What the ledger notes under a name; "" where it notes nothing."""
    row = ledger.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def next_generation(ledger: sqlite3.Connection) -> None:
    """Let every reader know that what it has seen, of Chroma too, has changed."""
    ledger.execute("UPDATE settings SET value = value + 1 WHERE name = 'generation'")


def collection_number(ledger: sqlite3.Connection, name: str) -> int:
    """The number of a collection, which its tables go by; 0 where there is none of that name."""
    row = ledger.execute("SELECT number FROM collections WHERE name = ?", (name,)).fetchone()
    return int(row[0]) if row else 0


def words_table(collection: int) -> str:
    """The FTS5 table of a collection: each has its own, so that none weighs on another's ranks."""
    return "words" if collection == DEFAULT_NUMBER else f"words_{collection:d}"


def _prepare(ledger: sqlite3.Connection, *, create: bool) -> None:
    ledger.isolation_level = None  # transactions are begun by name
    ledger.execute("PRAGMA foreign_keys = ON")
    ledger.execute("PRAGMA synchronous = NORMAL" if not create else "PRAGMA synchronous = FULL")
    if create:
        ledger.execute("PRAGMA journal_mode = WAL")
        with transaction(ledger):
            known = "SELECT 1 FROM sqlite_master WHERE name = 'settings'"
            if ledger.execute(known).fetchone() is None:
                _create(ledger)


def _create(ledger: sqlite3.Connection) -> None:
    for table in (*TABLES, WORDS.format(table=words_table(DEFAULT_NUMBER))):
        ledger.execute(table)
    ledger.execute(
        "INSERT OR IGNORE INTO collections VALUES (?, ?)", (DEFAULT_NUMBER, DEFAULT_COLLECTION)
    )
    noted = {"format": FORMAT, "generation": "0", "library": uuid.uuid4().hex}
    ledger.executemany("INSERT OR IGNORE INTO settings VALUES (?, ?)", noted.items())


def _check_format(ledger: sqlite3.Connection, folder: Path, *, outdated: bool) -> None:
    found = setting(ledger, "format")
    if found == FORMAT or (found == "1" and outdated):
        return
    if found == "1":
        raise DataFolderUnusable(
            f"the library in {folder} was made by an older version (format 1, this one reads "
            f"{FORMAT}): run `footnoted index --rebuild`, which needs no file again"
        )
    raise DataFolderUnusable(
        f"the library in {folder} has format {found or 'unknown'} and this version reads "
        f"{FORMAT}: index your documents into another folder with --data"
    )


@contextlib.contextmanager
def translated(folder: Path) -> Iterator[None]:
    """What SQLite and the file system say about `folder`, as DataFolderUnusable in one line."""
    try:
        yield
    except sqlite3.Error as error:
        raise DataFolderUnusable(f"the data folder {folder} {_sqlite_reason(error)}") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            reason = _FULL
        elif isinstance(error, FileExistsError | NotADirectoryError):
            reason = "is a file, not a folder: name another with --data"
        else:
            reason = f"can't be used ({error.strerror or error}): name another with --data"
        raise DataFolderUnusable(f"the data folder {folder} {reason}") from error


_FULL = "can't grow, its disk is full: make room and index again; what was indexed is kept"


def _sqlite_reason(error: sqlite3.Error) -> str:
    said = str(error)
    if "full" in said:
        return _FULL
    if "disk I/O error" in said:
        return f"can't be written ({said}): check its disk; what was indexed before is kept"
    if "readonly" in said or "unable to open" in said:
        return f"can't be opened for writing ({said}): check its permissions, or use --data"
    if "not a database" in said or "malformed" in said or "no such table" in said:
        return f"holds no ledger that can be read ({said}): name another folder with --data"
    return f"failed ({said})"
