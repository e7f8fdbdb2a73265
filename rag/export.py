"""An answer as the contract's JSON object, and as text for a terminal."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from index.terminal import printable
from rag.answer import Answer, Citation, Claim

__all__ = ["answer_to_json", "answer_to_text"]


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The object that `footnoted ask --json` prints; its keys are a contract."""
    return {
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "abstained": answer.abstained,
        "conflict": answer.conflict,
        "text": answer.text,
        "claims": [_claim(claim) for claim in answer.claims],
        "related": [asdict(citation) for citation in answer.related],
        "refused": [asdict(refused) for refused in answer.refused],
        "model": answer.model,
        "usage": asdict(answer.usage),
        "timings": asdict(answer.timings),
        **({"coverage": asdict(answer.coverage)} if answer.coverage.of else {}),
    }


def answer_to_text(answer: Answer, say: Callable[[str], str] = str) -> str:
    """The answer with numbered footnotes, each with its source and quote, for a terminal.

    `say` puts what is said beside it into the reader's language.
    """
    notes: list[Citation] = []
    lines = [_with_marks(claim, notes, say) for claim in answer.others]
    if answer.conflict:
        lines += [""] * bool(lines) + [say("The documents disagree:"), ""]
    lines += [_with_marks(claim, notes, say) for claim in answer.sides]
    lines += [say(answer.missing)] * bool(answer.missing)
    if answer.coverage.of:
        read, of = answer.coverage.read, answer.coverage.of
        lines += ["", say(f"Read {read} of {of} sentences for this.")]
    if not answer.model and answer.claims:
        lines = [say("No model was asked: these are the documents' own sentences."), "", *lines]
    if answer.standalone_question != answer.question:
        lines = [say(f"Searched for: {answer.standalone_question}"), "", *lines]
    lines += [
        "",
        *(f"[{at}] {_line(note, say)}" for at, note in enumerate(notes, start=1)),
    ]
    if answer.abstained and answer.related:
        lines += [say("Nearest sentences, none found to be an answer:")]
        lines += [f"  - {_line(note, say)}" for note in answer.related]
    return "\n".join(printable(line) for line in lines).rstrip()


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "verdict": claim.verdict,
        "citations": [asdict(citation) for citation in claim.citations],
    }


def _with_marks(claim: Claim, notes: list[Citation], say: Callable[[str], str]) -> str:
    for citation in claim.citations:
        if citation not in notes:
            notes.append(citation)
    marks = "".join(f"[{notes.index(citation) + 1}]" for citation in claim.citations)
    apart = f", {_line_of(claim.apart)}" if claim.apart else ""
    return f"{_line_of(claim.text)} {marks} ({say(claim.verdict)}{apart})"


def _line(citation: Citation, say: Callable[[str], str]) -> str:
    page = f", {say(f'page {citation.page}')}" if citation.page is not None else ""
    return f"{citation.source}{page}: {say(f'“{_line_of(citation.quote)}”')}"


def _line_of(text: str) -> str:
    return " ".join(text.split())
