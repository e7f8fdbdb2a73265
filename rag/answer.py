"""What an answer is, and the events that bring it."""

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Answer",
    "Citation",
    "Claim",
    "Coverage",
    "Event",
    "Evidence",
    "Found",
    "Message",
    "Refused",
    "Timings",
    "Usage",
]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation so far."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A sentence of a document. Invariant: `document.text[start:end] == quote`."""

    document_id: str
    source: str
    start: int
    end: int
    quote: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer, checked before it is shown.

    `supported`: written by the model and verified against its citations. `quoted`: the evidence's
    own words. `checks` names the checks that it passed. `disputed`: it is one of those that
    disagree, in an answer that has others beside them. `apart` tells it apart from those beside it,
    by its heading, or by its document's date in ISO 8601; "" where nothing does.
    """

    text: str
    citations: tuple[Citation, ...]
    verdict: Literal["supported", "quoted"]
    checks: tuple[str, ...] = ()
    disputed: bool = False
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """A sentence that was not shown, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that the chat model read and wrote for one answer."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of how many sentences were read for a question that asks for everything; 0 of 0
    for any other."""

    read: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds since the question was asked; `first_claim_s` is None where no claim was made."""

    found_s: float = 0.0
    first_claim_s: float | None = None
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Found:
    """The nearest sentences, best first, before any of them is judged.

    `standalone_question` is what was searched for. A follow-up brings a second Found, once it has
    been made standalone, which takes the first one's place.
    """

    standalone_question: str
    sentences: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentences that were judged to state the answer."""

    sentences: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. `missing` says what the documents don't say: all of it when it abstains, or
    the part of a comparison that they don't speak of.

    `confidence` is the judge's probability for the best of what it is written from; None where
    nobody judged.
    """

    question: str
    standalone_question: str
    claims: tuple[Claim, ...]
    abstained: bool
    conflict: bool
    related: tuple[Citation, ...]
    refused: tuple[Refused, ...] = ()
    missing: str = ""
    model: str = ""
    usage: Usage = field(default_factory=Usage)
    timings: Timings = field(default_factory=Timings)
    confidence: float | None = None
    coverage: Coverage = field(default_factory=Coverage)

    @property
    def text(self) -> str:
        """The answer as prose; when it abstains, the sentence that says so."""
        return " ".join(claim.text for claim in self.claims) if self.claims else self.missing

    @property
    def sides(self) -> tuple[Claim, ...]:
        """The claims that disagree, where there is a conflict."""
        disputed = tuple(claim for claim in self.claims if claim.disputed)
        return (disputed or self.claims) if self.conflict else ()

    @property
    def others(self) -> tuple[Claim, ...]:
        """The claims that nothing disagrees with."""
        sides = self.sides
        return tuple(claim for claim in self.claims if claim not in sides)


Event = Found | Evidence | Claim | Answer
