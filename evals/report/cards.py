"""One case on the report's page: what was asked, expected and answered, and where it stands."""

import difflib
import re
from html import escape

from evals.report.data import Report
from evals.report.passages import footnotes, passages
from evals.results import Result, failure
from rag.answer import Answer

__all__ = ["card"]

LONGEST = 4000  # words of two texts; to weave longer ones together takes seconds
ALIKE = 0.4  # texts that share less are shown one after the other, not woven together


def card(report: Report, result: Result) -> str:
    """A case, folded up where it passed."""
    case, flip = result.case, _flip(report, result)
    why = "ended in an error" if result.answer is None else failure(result)
    mark = f'<span class="bad">✗ {escape(why)}</span>' if why else '<span class="good">✓</span>'
    flipped = f' <span class="flip">{flip}</span>' if flip else ""
    again = f" · repeat {result.repeat}" if report.ours.repeats > 1 else ""
    about = f"{escape(case.kind)} · {escape(case.id)}{again}"
    state = f"{'failed' if why else 'passed'} {flip}".strip()
    return (
        f'<details class="case" data-kind="{escape(case.kind)}" data-state="{state}"'
        f'{" open" if why else ""}><summary><span class="asked">{escape(case.question)}</span> '
        f'{mark}{flipped} <span class="quiet">{about}</span></summary>'
        f"<dl>{_turns(result)}{_entry('Expected', _expected(result))}{_sides(report, result)}"
        f"{_before(report, result)}{_where(result)}</dl></details>"
    )


def _flip(report: Report, result: Result) -> str:
    flips = report.verdict.flips
    if flips is None:
        return ""
    named = {**dict.fromkeys(flips.broken, "broke"), **dict.fromkeys(flips.mended, "mended")}
    return named.get(result.case.id, "")


def _turns(result: Result) -> str:
    return "".join(
        _entry("Asked before" if turn.role == "user" else "Answered before", escape(turn.content))
        for turn in result.case.history
    )


def _expected(result: Result) -> str:
    case = result.case
    if not case.answerable:
        said = "A refusal: the documents don't say."
    else:
        said = " and ".join(" or ".join(group) for group in case.expect) or "An answer."
    forbidden = f" Never: {', '.join(case.forbid)}." if case.forbid else ""
    quotes = "".join(f"<q>{escape(' / '.join(group))}</q>" for group in case.evidence)
    return escape(said + forbidden) + (f'<div class="quiet">by {quotes}</div>' if quotes else "")


def _sides(report: Report, result: Result) -> str:
    """The answer, and that of an assistant beside it."""
    beside = [
        _entry(side.label, _got(other))
        for side in report.sides[1:]
        for other in side.results
        if other.case.id == result.case.id and other.repeat == result.repeat
    ]
    return _entry("Answered", _got(result)) + "".join(beside)


def _got(result: Result) -> str:
    answer = result.answer
    if answer is None:
        return f'<span class="bad">Error: {escape(result.error)}</span>'
    if not answer.claims:
        return f"Refused: {escape(answer.text)}"
    conflict = "<em>The documents disagree.</em> " if answer.conflict else ""
    return conflict + _with_marks(result, answer)


def _with_marks(result: Result, answer: Answer) -> str:
    notes = footnotes(result)
    return " ".join(
        escape(claim.text)
        + "".join(f"<sup>[{notes.index(note) + 1}]</sup>" for note in claim.citations)
        for claim in answer.claims
    )


def _before(report: Report, result: Result) -> str:
    """How the answer differs from the baseline's, word by word; nothing where it doesn't."""
    answer = result.answer
    before = report.baseline.of(result.case) if report.baseline else None
    if before is None or answer is None:
        return ""
    if not before.texts:
        return _entry("In the baseline", "It ended in an error.")
    if answer.text in before.texts:
        return ""
    return _entry("Since the baseline", _difference(before.texts[0], answer.text))


def _difference(before: str, after: str) -> str:
    old, new = re.findall(r"\S+\s*", before), re.findall(r"\S+\s*", after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > LONGEST or matcher.ratio() < ALIKE:
        return f"<del>{escape(before)}</del> <ins>{escape(after)}</ins>"
    parts = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, come = escape("".join(old[i1:i2])), escape("".join(new[j1:j2]))
        if tag == "equal":
            parts.append(come)
        else:
            parts.append(
                (f"<del>{gone}</del> " if gone else "") + (f"<ins>{come}</ins>" if come else "")
            )
    return "".join(parts)


def _where(result: Result) -> str:
    shown = passages(result)
    return _entry("In the documents", shown) if shown else ""


def _entry(term: str, description: str) -> str:
    return f"<dt>{escape(term)}</dt><dd>{description}</dd>"
