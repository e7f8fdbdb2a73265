"""Chroma kept in step with the ledger, by the library's one writer.

The ledger notes at which generation, and where, Chroma held what it says. The note is taken back
before Chroma is changed, and made again when the writer closes. A writer that finds it needn't open
Chroma, which takes longer than looking at a thousand unchanged files, and counts before its first
change. One that doesn't, as after a crash, compares key by key, and mends what differs.
"""

import contextlib
import sqlite3
from collections.abc import Sequence
from enum import Enum, auto

from index.embedding import Vectors
from index.ledger import next_generation, setting
from index.rows import vectors_by_key
from index.vectors import Chroma, ChromaBroken

__all__ = ["Filling"]

NOTE = "chroma"  # its name among the ledger's settings


class State(Enum):
    """How Chroma stands to the ledger, as far as this writer knows."""

    UNKNOWN = auto()  # a change was begun, and may have failed half-way
    NOTED = auto()
    IN_STEP = auto()
    BROKEN = auto()


class Filling:
    """What a writer does to Chroma; its caller holds the library's lock.

    Where Chroma can't be used nothing is raised, as the ledger is the truth: readers compare its
    vectors meanwhile, and the next writer brings it in step. What the ledger itself says (sqlite3's
    errors) is raised.
    """

    def __init__(self, ledger: sqlite3.Connection, chroma: Chroma) -> None:
        self._ledger = ledger
        self._chroma = chroma
        self._state = State.UNKNOWN

    def open(self) -> None:
        """Bring Chroma in step, unless it is noted to be, or was filled by this writer."""
        if setting(self._ledger, NOTE) == self._note():
            self._state = State.NOTED
        elif self._state is State.UNKNOWN:
            self._mend()

    def begin(self) -> None:
        """To be called before a change of the ledger that Chroma is to follow."""
        if self._state is State.UNKNOWN or (self._state is State.NOTED and not self._as_many()):
            self._mend()
        self._ledger.execute("DELETE FROM settings WHERE name = ?", (NOTE,))
        if self._state is not State.BROKEN:
            self._state = State.UNKNOWN

    def add(self, collection: int, keys: Sequence[str], vectors: Vectors) -> None:
        """Put vectors, (len(keys), 384), which the ledger is about to know."""
        try:
            if keys:
                self._chroma.upsert(collection, keys, vectors)
        except ChromaBroken:
            self._breaks()

    def delete(self, collection: int, keys: Sequence[str]) -> None:
        """Forget the vectors that the ledger has forgotten: with it a change ends."""
        try:
            if keys:
                self._chroma.delete(collection, keys)
            self._chroma.seen(self._generation())
            if self._state is State.UNKNOWN:
                self._state = State.IN_STEP
        except ChromaBroken:
            self._breaks()

    def again(self) -> None:
        """Throw all away, and fill Chroma from the ledger."""
        try:
            self._chroma.rebuild(vectors_by_key(self._ledger), self._generation())
            self._state = State.IN_STEP
        except ChromaBroken:
            self._breaks()

    def close(self) -> None:
        """Note that Chroma is in step, if it is."""
        with contextlib.suppress(sqlite3.Error):
            in_step = self._state in (State.NOTED, State.IN_STEP)
            if in_step and setting(self._ledger, NOTE) != self._note():
                noted = "INSERT OR REPLACE INTO settings VALUES (?, ?)"
                self._ledger.execute(noted, (NOTE, self._note()))

    def _as_many(self) -> bool:
        """Whether each collection has as many vectors in Chroma as in the ledger."""
        counted = (
            "SELECT number, (SELECT count(DISTINCT key) FROM chunks WHERE collection = c.number) "
            "FROM collections AS c"
        )
        known = self._ledger.execute(counted).fetchall()
        generation = self._generation()
        try:
            return all(self._chroma.count(number, generation) == keys for number, keys in known)
        except ChromaBroken:
            return False

    def _mend(self) -> None:
        """Bring Chroma to what the ledger says, or fill it anew where it can't be read."""
        self._chroma.close()  # this process may have opened it before another's crash
        numbers = self._ledger.execute("SELECT number FROM collections").fetchall()
        try:
            mended = [self._mend_collection(number) for (number,) in numbers]
            self._state = State.IN_STEP
        except ChromaBroken:
            mended = [True]
            self.again()
        if any(mended):
            next_generation(self._ledger)  # so that others open anew what they have opened
        self._chroma.seen(self._generation())

    def _mend_collection(self, number: int) -> bool:
        """Bring one collection in step; whether anything differed. A key names its vector."""
        query = "SELECT DISTINCT key FROM chunks WHERE collection = ?"
        known = {key for (key,) in self._ledger.execute(query, (number,))}
        held = self._chroma.keys(number)
        self._chroma.delete(number, sorted(held - known))
        if known - held:
            for _, keys, vectors in vectors_by_key(self._ledger, number):
                at = [row for row, key in enumerate(keys) if key not in held]
                self._chroma.upsert(number, [keys[row] for row in at], vectors[at])
        return held != known

    def _breaks(self) -> None:
        self._chroma.close()
        self._state = State.BROKEN  # not tried again by this writer: filling it takes its time

    def _generation(self) -> int:
        return int(setting(self._ledger, "generation"))

    def _note(self) -> str:
        return f"{self._generation()} {self._chroma.home!r}"
