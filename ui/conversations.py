"""Conversations that outlive a restart: one SQLite file in the data folder.

A turn is kept as it was shown, citations and all, when it is asked and again when it ends. Every
call names the user, and sees that user's conversations only.
"""

import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from ui.errors import ConversationsUnusable
from ui.turns import Conversation, Turn

__all__ = ["LISTED", "Conversations", "Row", "now"]

FILENAME = "conversations.sqlite"
FORMAT = 1
TITLE_LENGTH = 80
LISTED = 200

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, user TEXT NOT NULL, title TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS by_user ON conversations (user, changed);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    number INTEGER NOT NULL, text TEXT NOT NULL, record TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as a list shows it; `changed` is when, in ISO 8601."""

    id: str
    title: str
    changed: str


class Conversations:
    """The file of conversations, made when the first one is kept; safe to share between threads.

    Every method raises ConversationsUnusable where the file can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILENAME
        self._guard = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def rows(self, user: str, query: str = "") -> list[Row]:
        """The user's conversations, latest first: those with every word of the query in them.

        There is one more than LISTED where there are more.
        """
        conditions, values = "user = ?", [user]
        for word in query.split():
            conditions += (
                " AND (holds(title, ?) OR EXISTS (SELECT 1 FROM turns"
                " WHERE conversation = id AND holds(text, ?)))"
            )
            values += [word.casefold()] * 2
        with self._using() as file:
            found = file.execute(
                f"SELECT id, title, changed FROM conversations WHERE {conditions} "  # noqa: S608  our own words
                f"ORDER BY changed DESC, id LIMIT {LISTED + 1}",
                values,
            ).fetchall()
        return [Row(*each) for each in found]

    def read(self, user: str, id_: str) -> Conversation | None:
        """A conversation of the user; a turn whose end was never kept was stopped by a restart."""
        with self._using() as file:
            row = file.execute(
                "SELECT title FROM conversations WHERE id = ? AND user = ?", (id_, user)
            ).fetchone()
            records = file.execute(
                "SELECT record FROM turns WHERE conversation = ? ORDER BY number", (id_,)
            ).fetchall()
        if row is None:
            return None
        turns = [_format().validate_json(record) for (record,) in records]
        ended = (each.ended("stopped") if each.working else each for each in turns)
        return Conversation(id_, row[0], tuple(ended))

    def keep(self, user: str, conversation: Conversation, turn: Turn) -> Conversation:
        """Keep a turn; the conversation with it, under an id if it had none.

        A turn of a conversation that was deleted meanwhile is not kept.
        """
        title = conversation.title or " ".join(turn.question.split())[:TITLE_LENGTH]
        id_ = conversation.id or secrets.token_urlsafe(9)
        with self._using() as file:
            if conversation.id:
                changed = file.execute(
                    "UPDATE conversations SET changed = ? WHERE id = ? AND user = ?",
                    (now(), id_, user),
                ).rowcount
            else:
                file.execute(
                    "INSERT INTO conversations VALUES (?, ?, ?, ?)", (id_, user, title, now())
                )
                changed = 1
            if changed:
                record = _format().dump_json(turn).decode()
                values = (id_, turn.number, _text(turn), record)
                file.execute("INSERT OR REPLACE INTO turns VALUES (?, ?, ?, ?)", values)
        return replace(conversation, id=id_, title=title).with_turn(turn)

    def rename(self, user: str, id_: str, title: str) -> None:
        """Give a conversation another title; an empty one is no title and changes nothing."""
        title = " ".join(title.split())[:TITLE_LENGTH]
        if title:
            with self._using() as file:
                file.execute(
                    "UPDATE conversations SET title = ? WHERE id = ? AND user = ?",
                    (title, id_, user),
                )

    def delete(self, user: str, id_: str) -> None:
        """Delete a conversation and all its turns."""
        with self._using() as file:
            file.execute("DELETE FROM conversations WHERE id = ? AND user = ?", (id_, user))

    def close(self) -> None:
        """Let go of the file."""
        with self._guard:
            connection, self._connection = self._connection, None
            if connection is not None:
                connection.close()

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """The file, in one transaction."""
        try:
            with self._guard:
                if self._connection is None:
                    self._connection = _opened(self.path)
                with self._connection:
                    yield self._connection
        except (sqlite3.Error, OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error).splitlines()[0]
            raise ConversationsUnusable(
                f"the conversations in {self.path} can't be kept or read ({reason}): check the "
                "folder's room and permissions; answers are shown all the same"
            ) from error


def now() -> str:
    """The time, in ISO 8601 to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _opened(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        file.execute("PRAGMA foreign_keys = ON")
        file.create_function("holds", 2, _holds, deterministic=True)
        (found,) = file.execute("PRAGMA user_version").fetchone()
        if found not in (0, FORMAT):
            raise ValueError(f"it has format {found} and this version reads {FORMAT}")  # noqa: TRY301
        file.execute("PRAGMA journal_mode = WAL")
        file.executescript(f"{SCHEMA} PRAGMA user_version = {FORMAT};")
    except BaseException:
        file.close()
        raise
    return file


@lru_cache(maxsize=1)
def _format() -> Any:
    """How a turn is written as JSON and read back: by its dataclasses' own fields."""
    from pydantic import TypeAdapter

    return TypeAdapter(Turn)


def _text(turn: Turn) -> str:
    """What a turn is searched by."""
    return "\n".join([turn.question, *(claim.text for claim in turn.claims)])


def _holds(text: str, word: str) -> bool:
    """Whether a word stands in a text in any case; SQLite's LIKE knows only that of A to Z."""
    return word in text.casefold()
