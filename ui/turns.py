"""A conversation as the page keeps it: its turns, and what an event does to one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer import Answer, Claim, Event, Evidence, Found, Message

__all__ = ["Turn", "history"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far.

    `error` is the one line of a turn that failed; `stopped` says that the reader stopped it.
    """

    number: int
    question: str
    found: Found | None = None
    evidence: Evidence | None = None
    claims: tuple[Claim, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False

    @property
    def working(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and not self.error and not self.stopped

    def after(self, event: Event) -> "Turn":
        """This turn once the event has happened."""
        if isinstance(event, Found):
            return replace(self, found=event)
        if isinstance(event, Evidence):
            return replace(self, evidence=event)
        if isinstance(event, Claim):
            return replace(self, claims=(*self.claims, event))
        return replace(self, answer=event, claims=event.claims)


def history(turns: Sequence[Turn]) -> tuple[Message, ...]:
    """What was said, for the assistant: the questions that were answered, each with its answer."""
    return tuple(
        message
        for turn in turns
        if turn.answer
        for message in (
            Message("user", turn.question),
            Message("assistant", turn.answer.text),
        )
    )
