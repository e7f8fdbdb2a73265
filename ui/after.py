"""What stands below an answer: why it is this one, and what a reader can do with it."""

from collections.abc import Sequence

from rag.answer import Answer, Citation, Refused
from ui.language import Words
from ui.markup import button, sentences, text
from ui.turns import Turn, citations

__all__ = ["FORMATS", "actions", "offered", "why"]

FORMATS = {"md": "Markdown", "html": "HTML", "json": "JSON"}
OFFERED = 8


def why(say: Words, this: Turn) -> str:
    """Why this answer: what was searched for and found, what was set aside, by whom, how long."""
    if this.found is None:
        return ""
    rows = [
        (say("searched_for"), f"<q dir='auto'>{text(this.found.standalone_question)}</q>"),
        (say("found"), sentences(say, this.found.sentences, f"{this.number}-found")),
    ]
    if this.answer is not None:
        rows += _made(say, this.answer)
    listed = "".join(f"<dt>{text(name)}</dt><dd>{value}</dd>" for name, value in rows)
    return f'<details class="why"><summary>{text(say("why"))}</summary><dl>{listed}</dl></details>'


def actions(say: Words, this: Turn) -> str:
    """What can be done with a turn that has ended."""
    if this.working:
        return ""
    number = this.number
    edit = button(say("edit"), "edit", question=this.question, later=say("edit_later"))
    asked = [] if this.checking else [edit]
    again = [] if this.checking else [button(say("ask_again"), "retry", turn=number)]
    said = bool(this.answer)
    copy = [button(say("copy"), "copy", turn=number)] if said else []
    export = [_exports(say, this)] if said or this.checked else []
    link = [button(say("link"), "link", turn=number, copied=say("link_copied"))]
    opinion = [_opinion(say, this)] if said else []
    return (
        f'<div class="actions" role="group" aria-label="{text(say("with_this_answer"))}">'
        f"{''.join([*copy, *export, *link, *asked, *again, *opinion])}</div>"
    )


def offered(this: Turn) -> list[Citation]:
    """The sentences that a reader may say should have been cited: all that were shown."""
    shown = [*citations([this]), *(this.found.sentences if this.found else ())]
    shown += this.answer.related if this.answer else ()
    return list(dict.fromkeys(shown))[:OFFERED]


def _made(say: Words, answer: Answer) -> list[tuple[str, str]]:
    rows = [(say("set_aside"), _refused(say, answer.refused))] if answer.refused else []
    used, timings = answer.usage, answer.timings
    stages = [say("stage_found", ms=_ms(timings.found_s))]
    if timings.first_claim_s is not None:
        stages.append(say("stage_first", ms=_ms(timings.first_claim_s - timings.found_s)))
    stages.append(say("stage_all", ms=_ms(timings.total_s)))
    tokens = say("tokens", read=used.prompt_tokens, written=used.completion_tokens)
    return [
        *rows,
        (say("model"), text(answer.model or say("none"))),
        *([(say("tokens_name"), text(tokens))] if answer.model else []),
        (say("time"), text(" · ".join(stages))),
    ]


def _ms(seconds: float) -> str:
    return f"{max(0.0, seconds) * 1000:.0f}"


def _refused(say: Words, refused: Sequence[Refused]) -> str:
    items = "".join(
        f'<li><span dir="auto">{text(each.text)}</span>'
        f'<span class="where">{text(say.said(each.reason))}</span></li>'
        for each in refused
    )
    return f'<ul class="plain refused">{items}</ul>'


def _exports(say: Words, this: Turn) -> str:
    formats = "".join(
        button(name, "export", format=suffix, turn=this.number) for suffix, name in FORMATS.items()
    )
    summary = text(say("export"))
    return f'<details class="export"><summary>{summary}</summary><div>{formats}</div></details>'


def _opinion(say: Words, this: Turn) -> str:
    liked = this.feedback is not None and this.feedback.liked
    disliked = this.feedback is not None and not this.feedback.liked
    pressed = "true" if liked else "false"
    return (
        f'<button type="button" data-do="like" data-turn="{this.number}" aria-pressed="{pressed}">'
        f"{text(say('good'))}</button>"
        f'<details class="bad"><summary data-pressed="{"true" if disliked else "false"}">'
        f"{text(say('bad'))}</summary>{_complaint(say, this)}</details>"
    )


def _complaint(say: Words, this: Turn) -> str:
    """The form that keeps a reason, or makes an eval case of the turn."""
    reason = this.feedback.reason if this.feedback and not this.feedback.liked else ""
    choices = "".join(
        f'<label class="choice"><input type="checkbox" name="sentence" value="{at}">'
        f'<span dir="auto">{text(each.quote)}</span></label>'
        for at, each in enumerate(offered(this))
    )
    return (
        f'<form data-turn="{this.number}"><label>{text(say("what_is_wrong"))}'
        f'<textarea name="reason" rows="2" maxlength="1000" dir="auto">{text(reason)}</textarea>'
        f"</label><fieldset><legend>{text(say('should_have_cited'))}</legend>{choices}"
        f'<p class="where">{text(say("none_of_them"))}</p></fieldset>'
        f"{button(say('send'), 'dislike', turn=this.number)}"
        f"{button(say('make_case'), 'case', turn=this.number)}</form>"
    )
