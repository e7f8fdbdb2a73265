"""A conversation, or one turn of it, as a file: Markdown, HTML or JSON, with its references.

Each holds the W3C annotations of its citations, so that `footnoted verify FILE` can check it.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.documents import Document
from index.library import Library
from rag.annotations import annotation, embed
from rag.answer import Answer, Citation, Claim
from rag.export import answer_to_json
from rag.verify import Checked
from ui.language import Words
from ui.markup import limits, text, where
from ui.turns import Conversation, Turn, citations

__all__ = ["FORMATS", "Export", "exported", "titled"]

_STYLE = (
    "body{max-width:40rem;margin:2rem auto;padding:0 1rem;font:1rem/1.6 Georgia,serif;"
    "overflow-wrap:anywhere}"
    "h2{font-size:1.1rem}li{margin:.4rem 0}cite,small{color:#555;font-style:normal}"
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


@dataclass(frozen=True, slots=True)
class _Part:
    """What a file tells of one turn: under its heading, what is said in groups, each with what is
    said before it; what is said beside it, and the sentences that a refusal shows."""

    heading: str
    groups: tuple[tuple[str, tuple[Claim | Checked, ...]], ...]
    beside: tuple[str, ...] = ()
    nearest: tuple[Citation, ...] = ()


def exported(say: Words, library: Library, conversation: Conversation, suffix: str) -> Export:
    """The answers of a conversation, and the texts that were checked in it, in one of FORMATS, its
    labels in a language.

    Raises LibraryError.
    """
    media_type, write = FORMATS[suffix]
    turns = [turn for turn in conversation.turns if turn.answer or turn.checked]
    cited = {note.document_id for note in citations(turns)}
    documents = {each: library.document(each) for each in cited}
    title = conversation.title
    made = {
        "format": "footnoted",
        "title": title,
        "answers": [_answer(turn.answer, documents) for turn in turns if turn.answer],
        "checked": [_checked(turn, documents) for turn in turns if turn.checked],
    }
    parts = [_part(say, turn, title) for turn in turns]
    stem = re.sub(r"[^\w-]+", "-", title).strip("-")[:60] or say("conversation")
    return Export(f"{stem}.{suffix}", media_type, write(say, title, parts, made))


def titled(say: Words, turn: Turn) -> str:
    """What a turn goes by: its question, on one line; a text by its number."""
    if turn.checking:
        return say("checked_text", number=turn.number)
    return " ".join(turn.question.split())


def _answer(answer: Answer, documents: dict[str, Document | None]) -> dict[str, Any]:
    return {
        **answer_to_json(answer),
        "missing": answer.missing,
        "annotations": _annotations(answer.claims, documents),
    }


def _checked(turn: Turn, documents: dict[str, Document | None]) -> dict[str, Any]:
    return {
        "text": turn.question,
        "sentences": [asdict(each) for each in turn.checked],
        "annotations": _annotations(turn.checked, documents),
    }


def _annotations(
    said: Sequence[Claim | Checked], documents: dict[str, Document | None]
) -> list[dict[str, Any]]:
    return [
        annotation(each.text, citation, documents.get(citation.document_id))
        for each in said
        for citation in each.citations
    ]


def _part(say: Words, turn: Turn, title: str) -> _Part:
    """A turn; what has its title already needs no heading."""
    heading, answer = titled(say, turn), turn.answer
    heading = "" if heading == title else heading
    if answer is None:
        return _Part(heading, (("", turn.checked),))
    unasked = say("no_model_set") if answer.claims and not answer.model else ""
    disagree = say("sources_disagree") if answer.conflict else ""
    return _Part(
        heading,
        ((unasked, answer.others), (disagree, answer.sides)),
        tuple(limits(say, answer)),
        answer.related if answer.abstained else (),
    )


def _json(say: Words, title: str, parts: Sequence[_Part], made: dict[str, Any]) -> str:
    return json.dumps(made, ensure_ascii=False, indent=1) + "\n"


def _markdown(say: Words, title: str, parts: Sequence[_Part], made: dict[str, Any]) -> str:
    notes = _notes(parts)
    lines = [f"# {_plain(title)}", ""]
    for part in parts:
        lines += [f"## {_plain(part.heading)}", ""] if part.heading else []
        for lead, said in part.groups:
            lines += [_plain(lead), ""] if lead and said else []
            for each in said:
                badge = f"({_plain(_badge(say, each))})"
                lines += [f"{_plain(each.text)}{_marks(each, notes, '[^{}]')} {badge}", ""]
        for line in part.beside:
            lines += [_plain(line), ""]
        if part.nearest:
            listed = (f"- {_footnote(say, note)}" for note in part.nearest)
            lines += [_plain(say("nearest_sentences")), "", *listed, ""]
    lines += [f"[^{number}]: {_footnote(say, note)}" for note, number in notes.items()]
    return "\n".join([*lines, "", f"<!-- footnoted\n{embed(made)}\n-->", ""])


def _html(say: Words, title: str, parts: Sequence[_Part], made: dict[str, Any]) -> str:
    notes = _notes(parts)
    said = "".join(_part_html(say, part, notes) for part in parts)
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


def _part_html(say: Words, part: _Part, notes: dict[Citation, int]) -> str:
    heading = f'<h2 dir="auto">{text(part.heading)}</h2>' if part.heading else ""
    said = "".join(
        (f"<p>{text(lead)}</p>" if lead and group else "")
        + "".join(
            f'<p dir="auto">{text(each.text)}'
            f"{_marks(each, notes, '<sup><a href=#n{0}>{0}</a></sup>')} "
            f"<small>{text(_badge(say, each))}</small></p>"
            for each in group
        )
        for lead, group in part.groups
    )
    beside = "".join(f'<p dir="auto">{text(each)}</p>' for each in part.beside)
    return heading + said + beside + _listed(say, part)


def _listed(say: Words, part: _Part) -> str:
    nearest = "".join(f'<li dir="auto">{_cited(say, note)}' for note in part.nearest)
    return f"<p>{text(say('nearest_sentences'))}</p><ul>{nearest}</ul>" if nearest else ""


def _badge(say: Words, said: Claim | Checked) -> str:
    """What the page's badge says: verified, quoted, or why a checked sentence isn't supported; of
    a claim also what tells it apart."""
    beside = say.said(said.reason) if isinstance(said, Checked) else said.apart
    return ": ".join(filter(None, [say(said.verdict.replace(" ", "_")), beside]))


def _notes(parts: Sequence[_Part]) -> dict[Citation, int]:
    said = (each for part in parts for _, group in part.groups for each in group)
    cited = [note for each in said for note in each.citations]
    return {note: number for number, note in enumerate(dict.fromkeys(cited), start=1)}


def _marks(said: Claim | Checked, notes: dict[Citation, int], form: str) -> str:
    return "".join(form.format(notes[note]) for note in dict.fromkeys(said.citations))


def _footnote(say: Words, note: Citation) -> str:
    return f"{_plain(_place(say, note))}: {say.said(f'“{_plain(note.quote)}”')}"


def _cited(say: Words, note: Citation) -> str:
    return f"<q>{text(note.quote)}</q> <cite>{text(_place(say, note))}</cite>"


def _place(say: Words, note: Citation) -> str:
    return f"{where(say, note)}, {say('characters', start=note.start, end=note.end)}"


def _plain(said: str) -> str:
    """Text as one line of Markdown that shows it to the letter."""
    line = " ".join(said.split())
    return _OPENS.sub(r"\1\\\2", _ACTS.sub(r"\\\1", line))


FORMATS: dict[str, tuple[str, Callable[[Words, str, Sequence[_Part], dict[str, Any]], str]]] = {
    "md": ("text/markdown", _markdown),
    "html": ("text/html", _html),
    "json": ("application/json", _json),
}
