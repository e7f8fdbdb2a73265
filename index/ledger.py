"""The ledger: one SQLite file that holds everything that a library knows, and is its truth."""

import contextlib
import errno
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.errors import DataFolderUnusable

__all__ = ["FILENAME", "match_expression", "open_ledger", "translated"]

FILENAME = "ledger.sqlite"
FORMAT = 2

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS documents (
    id TEXT PRIMARY KEY, source TEXT NOT NULL UNIQUE, title TEXT NOT NULL, text TEXT NOT NULL,
    media_type TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL, pages TEXT NOT NULL,
    layout TEXT NOT NULL DEFAULT ''
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
    context, body, tokenize = 'porter unicode61 remove_diacritics 2'
);
"""

STOPWORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has
    have having he her here hers him his how i if in into is it its itself just me more most my no
    nor not now of off on once only or other our out over own s same she should so some such t than
    that the their them then there these they this those through to too under until up very was we
    were what when where which while who whom whose why will with would you your""".split()
)


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


def match_expression(query: str, ledger: sqlite3.Connection, chunks: int) -> str:
    """An FTS5 expression that asks for any of the query's telling words; "" if it has none.

    Every word is quoted, so nothing in a question is taken for syntax. Words in more than 40% of
    a large library's chunks are left out: they cost most and tell nothing.
    """
    words = list(dict.fromkeys(re.findall(r"\w+", query.casefold())))
    telling = [word for word in words if word not in STOPWORDS] or words
    if chunks > 5000 and len(telling) > 1:
        count = "SELECT count(*) FROM words WHERE words MATCH ?"
        held = {word: ledger.execute(count, (f'"{word}"',)).fetchone()[0] for word in telling}
        telling = [word for word in telling if held[word] <= 0.4 * chunks] or telling
    return " OR ".join(f'"{word}"' for word in telling[:64])
