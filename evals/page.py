"""The report as one HTML file that needs no other: no script, no font, nothing from any host."""

from collections.abc import Iterable
from html import escape

from evals.metrics import METRICS
from evals.report import Report, Side, figure, interval, passed_by_kind
from evals.results import Result, failure
from rag.answer import Answer, Citation

__all__ = ["as_html"]

# Whatever a document or a model managed to write into the page, it can fetch and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --good: #1a7f37; --bad: #c62828 }
@media (prefers-color-scheme: dark) { :root { --good: #5fce7d; --bad: #ff8a80 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2rem }
.wide { overflow-x: auto }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums }
th, td { text-align: left; padding: .3rem .7rem; border-bottom: 1px solid var(--line) }
td.figure { white-space: nowrap }
details { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 .8rem }
summary { cursor: pointer; padding: .5rem 0; overflow-wrap: anywhere }
dt { font-weight: 600; margin-top: .6rem } dd { margin: 0 0 0 1rem; overflow-wrap: anywhere }
blockquote { margin: .2rem 0; padding: .2rem .8rem; border-left: 3px solid var(--line) }
blockquote { background: var(--soft); white-space: pre-wrap; overflow-wrap: anywhere }
.good { color: var(--good) } .bad { color: var(--bad) } .quiet { opacity: .75; font-size: .85rem }
@media print { details { break-inside: avoid } }
"""


def as_html(report: Report) -> str:
    """The verdict, the metrics, the kinds, then every case; those that failed come first, open."""
    title = f"Eval report: {report.ours.label}"
    failed = [result for result in report.ours.results if _status(result)]
    passed = [result for result in report.ours.results if not _status(result)]
    return "".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            _about(report),
            _verdict(report),
            "<h2>Metrics</h2>",
            _metrics(report),
            "<h2>Passed, by kind</h2>",
            _kinds(report),
            f"<h2>Not passed ({len(failed)})</h2>",
            *(_case(report, result) for result in failed),
            f"<h2>Passed ({len(passed)})</h2>",
            *(_case(report, result) for result in passed),
            "</body></html>\n",
        ]
    )


def _about(report: Report) -> str:
    about = f"{len(report.ours.results)} cases of {report.cases}, split: {report.split}"
    partial = f'<p class="bad">{escape(report.partial)}</p>' if report.partial else ""
    return f'<p class="quiet">{escape(about)}. Run on {escape(report.started)}.</p>{partial}'


def _verdict(report: Report) -> str:
    if not report.misses:
        return '<p class="good">✓ Every bar is held.</p>'
    lines = "".join(f"<li>{escape(line)}</li>" for line in report.misses)
    return f'<p class="bad">✗ Missed:</p><ul>{lines}</ul>'


def _metrics(report: Report) -> str:
    theirs = report.theirs.measures if report.theirs else None
    head = ["Metric", "Value", "95% interval", "Scored", "Unscored", "Bar"]
    head += [report.theirs.label, "95% interval"] if report.theirs else []
    rows = []
    for name, measure in report.ours.measures.items():
        bar = str((report.bars or {}).get(name, ""))
        row = [METRICS[name].label, figure(name, measure), interval(name, measure)]
        row += [str(measure.scored), str(measure.unscored), bar]
        beside = [figure(name, theirs[name]), interval(name, theirs[name])] if theirs else []
        rows.append(row + beside)
    return _grid(head, rows)


def _kinds(report: Report) -> str:
    sides = _sides(report)
    passed = [passed_by_kind(side.results) for side in sides]
    rows = [
        [kind, *("{} of {}".format(*counts.get(kind, (0, 0))) for counts in passed)]
        for kind in passed[0]
    ]
    return _grid(["Kind", *(side.label for side in sides)], rows)


def _sides(report: Report) -> list[Side]:
    return [report.ours, *([report.theirs] if report.theirs else [])]


def _grid(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{_row(row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="wide" tabindex="0">{table}</div>'


def _row(cells: Iterable[str]) -> str:
    first, *others = cells
    figures = "".join(f'<td class="figure">{escape(cell)}</td>' for cell in others)
    return f'<th scope="row">{escape(first)}</th>{figures}'


def _status(result: Result) -> str:
    return "ended in an error" if result.answer is None else failure(result)


def _case(report: Report, result: Result) -> str:
    case, why = result.case, _status(result)
    mark = f'<span class="bad">✗ {escape(why)}</span>' if why else '<span class="good">✓</span>'
    turns = "".join(_entry(f"{turn.role} before", escape(turn.content)) for turn in case.history)
    beside = "".join(
        _entry(side.label, _got(other))
        for side in _sides(report)
        for other in side.results
        if other.case.id == case.id
    )
    return (
        f"<details{' open' if why else ''}><summary>{escape(case.question)} {mark}"
        f' <span class="quiet">{escape(case.kind)} · {escape(case.id)}</span></summary><dl>{turns}'
        f"{_entry('Expected', _expected(result))}{beside}</dl></details>"
    )


def _expected(result: Result) -> str:
    case = result.case
    if not case.answerable:
        said = "A refusal: the documents don't say."
    else:
        said = " and ".join(" or ".join(group) for group in case.expect) or "An answer."
    forbidden = f" Never: {', '.join(case.forbid)}." if case.forbid else ""
    quotes = "".join(_quote(" / ".join(group)) for group in case.evidence)
    return escape(said + forbidden) + quotes


def _got(result: Result) -> str:
    if result.answer is None:
        return f'<span class="bad">Error: {escape(result.error)}</span>'
    if not result.answer.claims:
        return f"Refused: {escape(result.answer.text)}"
    conflict = "<em>The documents disagree.</em> " if result.answer.conflict else ""
    return conflict + _footnoted(result.answer)


def _footnoted(answer: Answer) -> str:
    notes: list[Citation] = []
    text = []
    for claim in answer.claims:
        notes += [citation for citation in claim.citations if citation not in notes]
        marks = "".join(f"<sup>[{notes.index(c) + 1}]</sup>" for c in claim.citations)
        text.append(f"{escape(claim.text)}{marks}")
    quotes = "".join(
        f'<div class="quiet">[{number}] {escape(note.source)}</div>{_quote(note.quote)}'
        for number, note in enumerate(notes, start=1)
    )
    return " ".join(text) + quotes


def _entry(term: str, description: str) -> str:
    return f"<dt>{escape(term)}</dt><dd>{description}</dd>"


def _quote(text: str) -> str:
    return f"<blockquote>{escape(text)}</blockquote>"
