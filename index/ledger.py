"""The ledger: one SQLite file that holds everything that a library knows, and is its truth."""

import contextlib
import errno
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.errors import DataFolderUnusable

__all__ = ["FILENAME", "open_ledger", "translated"]

FILENAME = "ledger.sqlite"
FORMAT = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    media_type TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL, pages TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS sentences (
    document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE, number INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading INTEGER NOT NULL,
    vector BLOB NOT NULL, PRIMARY KEY (document, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS chunks (
    row INTEGER PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL,
    vector BLOB NOT NULL, UNIQUE (document, number)
);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    context, body, codes, tokenize = 'porter unicode61 remove_diacritics 2'
);
"""


def open_ledger(folder: Path, *, create: bool = False) -> sqlite3.Connection:
    """The ledger of `folder`, for use from any thread under the caller's lock.

    Raises DataFolderUnusable when it is no ledger, or the folder can't hold one.
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
            _prepare(ledger, folder, create=create)
        except BaseException:
            ledger.close()
            raise
        return ledger


def _prepare(ledger: sqlite3.Connection, folder: Path, *, create: bool) -> None:
    ledger.isolation_level = None  # transactions are begun by name
    ledger.execute("PRAGMA foreign_keys = ON")
    ledger.execute("PRAGMA synchronous = NORMAL" if not create else "PRAGMA synchronous = FULL")
    if create:
        ledger.execute("PRAGMA journal_mode = WAL")
        ledger.executescript(f"BEGIN IMMEDIATE; {SCHEMA} COMMIT;")
        ledger.execute("INSERT OR IGNORE INTO settings VALUES ('format', ?)", (str(FORMAT),))
        ledger.execute("INSERT OR IGNORE INTO settings VALUES ('generation', '0')")
    (found,) = ledger.execute("SELECT value FROM settings WHERE name = 'format'").fetchone() or (
        "",
    )
    if found != str(FORMAT):
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
    if "readonly" in said or "unable to open" in said:
        return f"can't be opened for writing ({said}): check its permissions, or use --data"
    if "not a database" in said or "malformed" in said or "no such table" in said:
        return f"holds no ledger that can be read ({said}): name another folder with --data"
    return f"failed ({said})"
