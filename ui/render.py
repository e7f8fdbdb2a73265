"""The chat as HTML: pure functions, from what happened to what is shown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.answer import Answer, Citation, Claim
from rag.standing import Standing
from rag.verify import Checked
from ui.after import actions, why
from ui.language import Words
from ui.markup import button, limits, mark, sentences, text, where
from ui.turns import Turn

__all__ = ["header", "turn", "turns", "welcome"]

Standings = Mapping[Citation, Standing]


@dataclass(frozen=True, slots=True)
class _Notes:
    """What a turn's footnotes are drawn with: the number and the standing of each."""

    say: Words
    turn: int
    numbers: Mapping[Citation, int]
    standings: Standings


def turns(say: Words, conversation: Sequence[Turn], standings: Standings) -> str:
    """Several turns, oldest first."""
    return "".join(turn(say, each, standings) for each in conversation)


def turn(say: Words, this: Turn, standings: Standings) -> str:
    """One turn: the question, and its answer as far as it has come.

    A footnote whose standing is given and is not "stands" is marked, and opens where it is now.
    """
    busy = "true" if this.working else "false"
    kind = "turn checking" if this.checking else "turn"
    label = text(say("checked_text" if this.checking else "question", number=this.number))
    return (
        f'<article class="{kind}" aria-busy="{busy}" aria-label="{label}" '
        f'data-turn="{this.number}">'
        f'<h2 class="question" dir="auto">{text(this.question)}</h2>'
        f'{_searched(say, this)}<div class="reply">{_reply(say, this, standings)}</div>'
        f"{actions(say, this)}</article>"
    )


def header(say: Words, documents: int, model_label: str) -> str:
    """The line above all: what is indexed, and what answers."""
    model = text(say.said(model_label))
    return (
        f'<header class="head" data-language="{say.language}"><h1>Footnoted</h1>'
        f'<button type="button" class="menu" data-do="menu" aria-expanded="false">'
        f"{text(say('menu'))}</button>"
        f'<p><span class="documents">{text(say("documents", n=documents))}</span>'
        f'<span aria-hidden="true"> · </span><span class="model">{model}</span></p>'
        f'<nav aria-label="{text(say("tools"))}">{button(say("check"), "dialog", dialog="check")}'
        f"{button(say('settings'), 'dialog', dialog='settings')}</nav></header>"
    )


def welcome(say: Words, documents: int, questions: Sequence[str], index_command: str) -> str:
    """What a reader sees before the first question."""
    if not documents:
        return (
            f'<section class="welcome"><h2>{text(say("no_documents"))}</h2>'
            f"<p>{text(say('drop_files'))}</p>"
            f"<p>{button(say('add_files'), 'pick', input='files')} "
            f"{button(say('add_folder'), 'pick', input='folder')}</p>"
            f"<p>{text(say('or_from_a_shell'))}</p>"
            f'<pre tabindex="0"><code>{text(index_command)}</code></pre></section>'
        )
    asks = "".join(
        f'<li><button type="button" class="example" data-do="ask" data-question="{text(question)}" '
        f'dir="auto">{text(question)}</button></li>'
        for question in questions
    )
    lead = f'<p class="lead">{text(say("try_one"))}</p>'
    examples = f'{lead}<ul class="plain">{asks}</ul>' if asks else ""
    return (
        f'<section class="welcome"><h2>{text(say("ask_about"))}</h2>'
        f"<p>{text(say('what_it_is'))}</p>{examples}</section>"
    )


def _searched(say: Words, this: Turn) -> str:
    if this.found is None or _same(this.found.standalone_question, this.question):
        return ""
    standalone = text(this.found.standalone_question)
    return f'<p class="searched" dir="auto">{text(say("searched_for"))} <q>{standalone}</q></p>'


def _same(one: str, other: str) -> bool:
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def _reply(say: Words, this: Turn, standings: Standings) -> str:
    said = _checks(say, this, standings) if this.checking else ""
    if this.answer is not None:
        return _answer(say, this, this.answer, standings)
    notes = _Notes(say, this.number, _numbered(this.claims), standings)
    said = said or _claims(notes, this.claims)
    if this.error:
        return f"{said}{_error(say, this)}{why(say, this)}"
    if this.done:
        return said or f'<p class="missing">{text(say("nothing_to_check"))}</p>'
    doing = say("stopped") if this.stopped else _doing(say, this)
    state = "stopped" if this.stopped else "doing"
    found = why(say, this) if this.stopped else _found(say, this)
    return f'{said}<p class="{state}" role="status">{text(doing)}</p>{found}'


def _doing(say: Words, this: Turn) -> str:
    if this.checking:
        return say("checking", n=len(this.checked))
    if this.evidence is not None:
        return say("writing", n=len(this.evidence.sentences))
    if this.found is not None:
        return say("reading", n=len(this.found.sentences))
    return say("looking")


def _found(say: Words, this: Turn) -> str:
    """What was found, to read while the answer is made."""
    if this.found is None or not this.found.sentences:
        return ""
    listed = sentences(say, this.found.sentences, f"{this.number}-found")
    label = text(say("sentences_found"))
    return f'<section class="found" aria-label="{label}">{listed}</section>'


def _error(say: Words, this: Turn) -> str:
    what = say("broke_off") if this.claims or this.checked else say("no_answer")
    return (
        f'<div class="error" role="alert"><p><strong>{text(what)}</strong> '
        f'<span class="reason">{text(say.said(this.error))}</span></p></div>'
    )


def _answer(say: Words, this: Turn, answer: Answer, standings: Standings) -> str:
    if answer.abstained or not answer.claims:
        missing = say.said(answer.missing) or say("documents_dont_say")
        shown = f'<p class="missing" dir="auto">{text(missing)}</p>'
        return f"{shown}{_related(say, this, answer)}{why(say, this)}"
    notes = _Notes(say, this.number, _numbered((*answer.others, *answer.sides)), standings)
    told = _claims(notes, answer.others)
    if not answer.model:
        told = f'<p class="lead">{text(say("no_model_set"))}</p>{told}'
    if answer.conflict:
        sides = _claims(notes, answer.sides, sources=True)
        told += f'{_disagree(say)}<div class="sides">{sides}</div>'
    beside = (f'<p class="lead" dir="auto">{text(each)}</p>' for each in limits(say, answer))
    return f"{told}{''.join(beside)}{why(say, this)}"


def _disagree(say: Words) -> str:
    mark = '<span aria-hidden="true">≠ </span>'
    return f'<p class="lead conflict">{mark}{text(say("sources_disagree"))}</p>'


def _related(say: Words, this: Turn, answer: Answer) -> str:
    if not answer.related:
        return ""
    listed = sentences(say, answer.related, f"{this.number}-related")
    return f'<p class="lead">{text(say("nearest_sentences"))}</p>{listed}'


def _claims(notes: "_Notes", claims: Sequence[Claim], *, sources: bool = False) -> str:
    return "".join(
        f'<div class="claim {claim.verdict}">'
        f'<span class="said" dir="auto">{text(claim.text)}</span> '
        f"{_chips(notes, claim.citations, claim.verdict)}"
        f"{_sources(notes.say, claim) if sources or claim.apart else ''}"
        f"{_stale(notes.say, claim.citations, notes.standings)}</div>"
        for claim in claims
    )


def _checks(say: Words, this: Turn, standings: Standings) -> str:
    """The sentences of a text that was checked, each with its verdict."""
    notes = _Notes(say, this.number, _numbered(this.checked), standings)
    return "".join(
        f'<div class="claim check {each.verdict.replace(" ", "-")}">'
        f'<span class="said" dir="auto">{text(each.text)}</span> '
        f"{_chips(notes, each.citations, each.verdict)}"
        f'<span class="where">{text(say.said(each.reason))}</span>'
        f"{_stale(say, each.citations, standings)}</div>"
        for each in this.checked
    )


def _numbered(said: Sequence[Claim | Checked]) -> dict[Citation, int]:
    """The number of each footnote: a sentence that is cited twice keeps its number."""
    numbers: dict[Citation, int] = {}
    for each in said:
        for citation in each.citations:
            numbers.setdefault(citation, len(numbers) + 1)
    return numbers


def _chips(notes: _Notes, citations: Sequence[Citation], verdict: str) -> str:
    """The footnotes of a sentence; the last one and the badge are never parted."""
    *others, last = [_chip(notes, each) for each in dict.fromkeys(citations)] or [""]
    key = verdict.replace(" ", "_")
    badge = (
        f'<span class="badge" title="{text(notes.say(f"{key}_why"))}">{text(notes.say(key))}</span>'
    )
    return f'<span class="chips">{"".join(others)}<span class="last">{last} {badge}</span></span>'


def _chip(notes: _Notes, citation: Citation) -> str:
    standing, number = notes.standings.get(citation), notes.numbers[citation]
    stale = standing is not None and standing.state != "stands"
    place = where(notes.say, citation)
    label = notes.say("footnote", number=number, quote=citation.quote, where=place)
    return mark(
        standing.now if standing and standing.now else citation,
        f"{notes.turn}-footnote",
        number,
        f'class="chip{" stale" if stale else ""}" data-quote="{text(citation.quote)}" '
        f'data-where="{text(place)}" aria-label="{text(label)}"',
        str(number),
    )


def _sources(say: Words, claim: Claim) -> str:
    """Who says a claim, and what tells it apart; on paper its footnotes say the first already."""
    said_by = dict.fromkeys(where(say, citation) for citation in claim.citations)
    sources = text(" · ".join(said_by))
    apart = f'<span class="sources"> · </span>{text(claim.apart)}' if claim.apart else ""
    return f'<span class="where"><span class="sources">{sources}</span>{apart}</span>'


def _stale(say: Words, citations: Sequence[Citation], standings: Standings) -> str:
    states = {standings[each].state for each in citations if each in standings} - {"stands"}
    return "".join(
        f'<span class="stale {state}" role="note">{text(say(f"stale_{state}"))}</span>'
        for state in sorted(states)
    )
