"""A conversation as the page keeps it: its turns, and what an event does to one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rag.answer import Answer, Citation, Claim, Event, Evidence, Found, Message
from rag.verify import Checked

__all__ = ["Conversation", "Feedback", "Turn", "citations", "history"]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What the reader thought of an answer; `reason` in their words, or ""."""

    liked: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question and what has come of it so far, or one text that is checked.

    `asked` is when, in ISO 8601. `checking`: the question is a text, and `checked` its sentences as
    far as they are done. `error` is the one line of a turn that failed; `stopped` says that the
    reader stopped it, `done` that a text was checked to its end.
    """

    number: int
    question: str
    asked: str = ""
    found: Found | None = None
    evidence: Evidence | None = None
    claims: tuple[Claim, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    checking: bool = False
    checked: tuple[Checked, ...] = ()
    done: bool = False
    feedback: Feedback | None = None

    @property
    def working(self) -> bool:
        """Whether more is to come."""
        return self.answer is None and not (self.error or self.stopped or self.done)

    def after(self, event: Event | Checked) -> "Turn":
        """This turn once the event has happened."""
        match event:
            case Found():
                return replace(self, found=event)
            case Evidence():
                return replace(self, evidence=event)
            case Claim():
                return replace(self, claims=(*self.claims, event))
            case Checked():
                return replace(self, checked=(*self.checked, event))
        return replace(self, answer=event, claims=event.claims)

    def ended(self, how: Literal["stopped", "done"]) -> "Turn":
        """This turn once nothing more comes."""
        return replace(self, stopped=True) if how == "stopped" else replace(self, done=True)


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns under a title; `id` is "" until the first question is kept."""

    id: str = ""
    title: str = ""
    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> "Conversation":
        """This conversation with a turn added, or put in the place of the one of its number."""
        others = (each for each in self.turns if each.number != turn.number)
        return replace(self, turns=tuple(sorted((*others, turn), key=lambda each: each.number)))

    def turn(self, number: int) -> Turn | None:
        """The turn of that number."""
        return next((each for each in self.turns if each.number == number), None)


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


def citations(turns: Sequence[Turn]) -> Iterator[Citation]:
    """Every footnote of the turns."""
    for turn in turns:
        for claim in turn.claims:
            yield from claim.citations
        for checked in turn.checked:
            yield from checked.citations
