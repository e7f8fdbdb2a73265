"""A conversation, or one answer of it, as a file: Markdown, HTML or JSON, with its references.

Each holds the W3C annotations of its citations, so that `footnoted verify FILE` can check it.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from index.documents import Document
from index.library import Library
from rag.annotations import annotation, embed
from rag.answer import Answer, Citation, Claim
from rag.export import answer_to_json
from ui.language import Words
from ui.markup import limits, text, where
from ui.turns import Conversation

__all__ = ["FORMATS", "Export", "exported"]

_STYLE = (
    "body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 Georgia,serif;"
    "overflow-wrap:anywhere}"
    "h2{font-size:1.1rem}li{margin:.4rem 0}cite{color:#555;font-style:normal}"
)
# All that Markdown, or HTML within it, would act on: nothing of a document becomes a link or tag.
_ACTS = re.compile(r"([\\`*_\[\]<>&!|~#$(){}])")
_OPENS = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.M)


@dataclass(frozen=True, slots=True)
class Export:
    """A file for the reader: its name, its media type, its content."""

    name: str
    media_type: str
    content: str


def exported(say: Words, library: Library, conversation: Conversation, suffix: str) -> Export:
    """The answers of a conversation in one of FORMATS, its labels in a language.

    Raises LibraryError.
    """
    media_type, write = FORMATS[suffix]
    answers = [turn.answer for turn in conversation.turns if turn.answer is not None]
    documents: dict[str, Document | None] = {}
    for answer in answers:
        for claim in answer.claims:
            for each in claim.citations:
                if each.document_id not in documents:
                    documents[each.document_id] = library.document(each.document_id)
    made = {
        "format": "footnoted",
        "title": conversation.title,
        "answers": [_answer(answer, documents) for answer in answers],
    }
    stem = re.sub(r"[^\w-]+", "-", conversation.title).strip("-")[:60] or say("conversation")
    return Export(f"{stem}.{suffix}", media_type, write(say, conversation.title, answers, made))


def _answer(answer: Answer, documents: dict[str, Document | None]) -> dict[str, Any]:
    return {
        **answer_to_json(answer),
        "missing": answer.missing,
        "annotations": [
            annotation(claim.text, citation, documents.get(citation.document_id))
            for claim in answer.claims
            for citation in claim.citations
        ],
    }


def _json(say: Words, title: str, answers: Sequence[Answer], made: dict[str, Any]) -> str:
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _markdown(say: Words, title: str, answers: Sequence[Answer], made: dict[str, Any]) -> str:
    notes = _notes(answers)
    lines = [f"# {_plain(title)}", ""]
    for answer in answers:
        lines += [f"## {_plain(answer.question)}", ""]
        for lead, claims in _told(say, answer):
            lines += [_plain(lead), ""] if lead else []
            for claim in claims:
                lines += [_plain(claim.text) + _marks(claim, notes, "[^{}]"), ""]
        for each in limits(say, answer):
            lines += [_plain(each), ""]
        if nearest := _nearest(answer):
            listed = (f"- {_footnote(say, note)}" for note in nearest)
            lines += [_plain(say("nearest_sentences")), "", *listed, ""]
    lines += [f"[^{number}]: {_footnote(say, note)}" for note, number in notes.items()]
    return "\n".join([*lines, "", f"<!-- footnoted\n{embed(made)}\n-->", ""])


def _html(say: Words, title: str, answers: Sequence[Answer], made: dict[str, Any]) -> str:
    notes = _notes(answers)
    said = "".join(
        f'<h2 dir="auto">{text(answer.question)}</h2>'
        + "".join(
            (f"<p>{text(lead)}</p>" if lead else "")
            + "".join(
                f'<p dir="auto">{text(claim.text)}'
                f"{_marks(claim, notes, '<sup><a href=#n{0}>{0}</a></sup>')}</p>"
                for claim in claims
            )
            for lead, claims in _told(say, answer)
        )
        + "".join(f'<p dir="auto">{text(each)}</p>' for each in limits(say, answer))
        + _listed(say, answer)
        for answer in answers
    )
    listed = "".join(
        f'<li id="n{number}" dir="auto">{_cited(say, note)}' for note, number in notes.items()
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html><html lang="{say.language}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f"<title>{text(title)}</title><style>{_STYLE}</style>"
        f'<h1 dir="auto">{text(title)}</h1>{said}<ol>{listed}</ol>'
        f'<script type="application/ld+json" id="footnoted">{embed(made)}</script>\n'
    )


def _listed(say: Words, answer: Answer) -> str:
    nearest = "".join(f'<li dir="auto">{_cited(say, note)}' for note in _nearest(answer))
    return f"<p>{text(say('nearest_sentences'))}</p><ul>{nearest}</ul>" if nearest else ""


def _told(say: Words, answer: Answer) -> list[tuple[str, tuple[Claim, ...]]]:
    """The claims, and behind them those that disagree, each with what is said before them."""
    unasked = say("no_model_set") if answer.claims and not answer.model else ""
    disagree = say("sources_disagree") if answer.conflict else ""
    return [(unasked, answer.others), (disagree, answer.sides)]


def _nearest(answer: Answer) -> tuple[Citation, ...]:
    """The sentences that a refusal shows."""
    return answer.related if answer.abstained else ()


def _notes(answers: Sequence[Answer]) -> dict[Citation, int]:
    claims = (claim for one in answers for claim in (*one.others, *one.sides))
    cited = [note for claim in claims for note in claim.citations]
    return {note: number for number, note in enumerate(dict.fromkeys(cited), start=1)}


def _marks(claim: Claim, notes: dict[Citation, int], form: str) -> str:
    return "".join(form.format(notes[note]) for note in dict.fromkeys(claim.citations))


def _footnote(say: Words, note: Citation) -> str:
    return f"{_plain(_place(say, note))}: “{_plain(note.quote)}”"


def _cited(say: Words, note: Citation) -> str:
    return f"<q>{text(note.quote)}</q> <cite>{text(_place(say, note))}</cite>"


def _place(say: Words, note: Citation) -> str:
    return f"{where(say, note)}, {say('characters', start=note.start, end=note.end)}"


def _plain(said: str) -> str:
    """Text as one line of Markdown that shows it to the letter."""
    line = " ".join(said.split())
    return _OPENS.sub(r"\1\\\2", _ACTS.sub(r"\\\1", line))


FORMATS: dict[str, tuple[str, Callable[[Words, str, Sequence[Answer], dict[str, Any]], str]]] = {
    "md": ("text/markdown", _markdown),
    "html": ("text/html", _html),
    "json": ("application/json", _json),
}
