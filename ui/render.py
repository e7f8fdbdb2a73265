"""The chat as HTML: pure functions, from what happened to what is shown.

Every text that comes from a person, a document, a file's name or a model goes through `text`, which
escapes it. Nothing here is Markdown, and no link or image is ever made of what a text says.
"""

import html
from collections.abc import Sequence

from rag.answer import Answer, Citation, Claim, Refused
from ui.turns import Turn

__all__ = ["count", "header", "text", "turn", "turns", "welcome"]

VERDICTS = {
    "supported": ("✓ verified", "Written by the model, then checked against its footnotes"),
    "quoted": ("“ quoted", "The document's own words"),
}


def turns(conversation: Sequence[Turn]) -> str:
    """Several turns, oldest first."""
    return "".join(turn(each) for each in conversation)


def turn(this: Turn) -> str:
    """One turn: the question, and its answer as far as it has come."""
    busy = "true" if this.working else "false"
    return (
        f'<article class="turn" aria-busy="{busy}" aria-label="Question {this.number}">'
        f'<h2 class="question" dir="auto">{text(this.question)}</h2>'
        f'{_searched(this)}<div class="reply">{_reply(this)}</div></article>'
    )


def header(documents: int, model_label: str) -> str:
    """The line above all: what is indexed, and what answers."""
    return (
        '<header class="head"><h1>Footnoted</h1><p>'
        f'<button type="button" data-library>{count(documents, "document")}</button>'
        f'<span aria-hidden="true"> · </span><span class="model">{text(model_label)}</span>'
        "</p></header>"
    )


def welcome(documents: int, questions: Sequence[str], index_command: str) -> str:
    """What a reader sees before the first question."""
    if not documents:
        return (
            '<section class="welcome"><h2>There are no documents yet</h2>'
            "<p>Add files or folders from a shell, then ask about them here:</p>"
            f'<pre tabindex="0"><code>{text(index_command)}</code></pre></section>'
        )
    asks = "".join(
        f'<li><button type="button" class="example" data-ask="{text(question)}" dir="auto">'
        f"{text(question)}</button></li>"
        for question in questions
    )
    examples = f'<p class="lead">Try one of these:</p><ul class="plain">{asks}</ul>' if asks else ""
    return (
        '<section class="welcome"><h2>Ask about your documents</h2>'
        "<p>Each sentence of an answer carries a footnote. "
        "It opens the very sentence that says so.</p>"
        f"{examples}</section>"
    )


def text(value: str) -> str:
    """Any text, safe between tags and inside a quoted attribute."""
    return html.escape(value, quote=True)


def count(number: int, thing: str) -> str:
    """ "1 sentence", "2 sentences"."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _searched(this: Turn) -> str:
    if this.found is None or _same(this.found.standalone_question, this.question):
        return ""
    standalone = text(this.found.standalone_question)
    return f'<p class="searched" dir="auto">Searched for: <q>{standalone}</q></p>'


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _reply(this: Turn) -> str:
    if this.error:
        return f"{_claims(this, this.claims)}{_error(this)}{_found(this, folded=True)}"
    if this.answer is not None:
        return _answer(this, this.answer)
    doing = "Stopped." if this.stopped else _doing(this)
    state = "stopped" if this.stopped else "doing"
    return (
        f'{_claims(this, this.claims)}<p class="{state}" role="status">{doing}</p>'
        f"{_found(this, folded=this.stopped)}"
    )


def _doing(this: Turn) -> str:
    if this.evidence is not None:
        return f"Writing from {count(len(this.evidence.sentences), 'sentence')}…"
    if this.found is not None:
        return f"Reading {count(len(this.found.sentences), 'sentence')}…"
    return "Looking through the documents…"


def _error(this: Turn) -> str:
    what = "The answer broke off." if this.claims else "No answer."
    return (
        f'<div class="error" role="alert"><p><strong>{what}</strong> '
        f'<span class="reason">{text(this.error)}</span></p>'
        f'<button type="button" class="again" data-ask="{text(this.question)}">Ask again</button>'
        "</div>"
    )


def _answer(this: Turn, answer: Answer) -> str:
    if answer.abstained or not answer.claims:
        missing = answer.missing or "The documents don't say."
        return f'<p class="missing" dir="auto">{text(missing)}</p>{_related(this, answer)}'
    return (
        f"{_lead(answer)}{_claims(this, answer.claims, sources=answer.conflict)}"
        f"{_found(this, folded=True)}{_refused(answer.refused)}"
    )


def _lead(answer: Answer) -> str:
    if not answer.model:
        return '<p class="lead">No model is set: these are the nearest sentences.</p>'
    if answer.conflict:
        return (
            '<p class="lead conflict"><span aria-hidden="true">≠ </span>The sources disagree.</p>'
        )
    return ""


def _claims(this: Turn, claims: Sequence[Claim], *, sources: bool = False) -> str:
    numbers: dict[tuple[str, int, int], int] = {}
    for claim in claims:
        for citation in claim.citations:
            numbers.setdefault(_place(citation), len(numbers) + 1)
    return "".join(_claim(this, claim, numbers, sources=sources) for claim in claims)


def _place(citation: Citation) -> tuple[str, int, int]:
    return citation.document_id, citation.start, citation.end


def _claim(
    this: Turn, claim: Claim, numbers: dict[tuple[str, int, int], int], *, sources: bool
) -> str:
    *others, last = [
        _mark(
            citation,
            f"{this.number}-footnote",
            numbers[place],
            f'class="chip" title="{text(citation.quote)}&#10;{text(_where(citation))}" '
            f'aria-label="Footnote {numbers[place]}: {text(citation.quote)} '
            f'({text(_where(citation))})"',
            str(numbers[place]),
        )
        for place, citation in {_place(each): each for each in claim.citations}.items()
    ] or [""]
    badge, why = VERDICTS[claim.verdict]
    said_by = " · ".join(dict.fromkeys(_where(citation) for citation in claim.citations))
    where = f'<span class="where">{text(said_by)}</span>' if sources else ""
    return (
        f'<p class="claim {claim.verdict}"><span class="said" dir="auto">{text(claim.text)}</span>'
        f'<span class="chips">{"".join(others)}<span class="last">{last} '
        f'<span class="badge" title="{why}">{badge}</span></span></span>{where}</p>'
    )


def _mark(citation: Citation, group: str, number: int, attributes: str, shown: str) -> str:
    """A button that opens the document at the citation; `shown` is HTML already."""
    return (
        f'<button type="button" data-group="{group}" data-number="{number}" '
        f'data-document="{text(citation.document_id)}" data-start="{citation.start}" '
        f'data-end="{citation.end}" {attributes}>{shown}</button>'
    )


def _where(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page is not None else ""
    return f"{citation.source}{page}"


def _related(this: Turn, answer: Answer) -> str:
    if not answer.related:
        return ""
    return (
        '<p class="lead">The nearest sentences, none of which answers it:</p>'
        f"{_sentences(answer.related, f'{this.number}-related')}"
    )


def _found(this: Turn, *, folded: bool) -> str:
    if this.found is None or not this.found.sentences:
        return ""
    listed = _sentences(this.found.sentences, f"{this.number}-found")
    if not folded:
        return f'<section class="found" aria-label="Sentences found">{listed}</section>'
    found = f"Found {count(len(this.found.sentences), 'sentence')}"
    return f'<details class="found"><summary>{found}</summary>{listed}</details>'


def _sentences(citations: Sequence[Citation], group: str) -> str:
    items = "".join(
        "<li>"
        + _mark(
            citation,
            group,
            number,
            'class="sentence" dir="auto"',
            f'<span class="quote">{text(citation.quote)}</span>'
            f'<span class="where">{text(_where(citation))}</span>',
        )
        + "</li>"
        for number, citation in enumerate(citations, start=1)
    )
    return f'<ol class="plain">{items}</ol>'


def _refused(refused: Sequence[Refused]) -> str:
    if not refused:
        return ""
    items = "".join(
        f'<li><span dir="auto">{text(each.text)}</span>'
        f'<span class="where">{text(each.reason)}</span></li>'
        for each in refused
    )
    return (
        f'<details class="refused"><summary>Set aside: {count(len(refused), "sentence")}, '
        f'and why</summary><ul class="plain">{items}</ul></details>'
    )
