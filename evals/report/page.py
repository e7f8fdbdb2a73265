"""The report as one HTML file that needs no other: nothing in it comes from any host."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files

from evals.report.cards import card
from evals.report.data import Report, unsteady
from evals.report.plots import kinds_plot, latency_plot, recall_plot, risk_coverage_plot
from evals.report.table import kinds_table, metrics_table
from index.terminal import counted

__all__ = ["as_html", "framed"]

STATES = {"": "all", "failed": "not passed", "passed": "passed"}
_KEY = (
    '<p class="quiet key">In the documents, <mark class="cited">lit</mark> is cited and '
    '<mark class="gold">underlined</mark> is the evidence that is expected.</p>'
)
FLIPPED = {"broke": "broke since the baseline", "mended": "mended since the baseline"}


def as_html(report: Report) -> str:
    """The verdict, the metrics, the plots, then every case; those that failed come first, open."""
    title = f"Eval report: {report.ours.label}"
    parts = (
        _verdict(report),
        f"<section><h2>Metrics</h2>{_grid(metrics_table(report))}</section>",
        _plots(report),
        _kinds(report),
        _cases(report),
    )
    return framed(title, _about(report), "".join(parts), _asset("page.js"))


def framed(title: str, about: str, main: str, script: str = "") -> str:
    """A whole page of the report's style; `about` and `main` are HTML, `title` is text."""
    return "".join(
        [
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_asset('page.css')}</style></head><body>",
            f"<header><h1>{escape(title)}</h1>{about}</header><main>{main}",
            f"</main><script>{script}</script></body></html>\n",
        ]
    )


def _asset(name: str) -> str:
    return (files("evals.report") / name).read_text("utf-8")


def _policy(script: str) -> str:
    """Whatever a document or a model managed to write into the page, it can fetch nothing, and of
    all scripts only ours runs."""
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


def _about(report: Report) -> str:
    repeats = report.ours.repeats
    times = f", each asked {repeats} times" if repeats > 1 else ""
    asked = len({result.case.id for result in report.ours.results})
    cases = f"{counted(asked, 'case')} of {report.cases} (split: {report.split})"
    about = f"{cases}{times}. Run on {report.started}."
    replayed = any(not result.timed for result in report.ours.results)
    about += " Replayed from a recording: nothing is timed." if replayed else ""
    partial = f'<p class="bad">{escape(report.partial)}</p>' if report.partial else ""
    return f'<p class="quiet">{escape(about)}</p>{partial}'


def _verdict(report: Report) -> str:
    verdict = report.verdict
    if verdict.misses:
        lines = "".join(f"<li>{escape(line)}</li>" for line in verdict.misses.values())
        told = f'<p class="bad"><strong>✗ Missed</strong></p><ul>{lines}</ul>'
    else:
        told = f'<p class="good"><strong>✓ {report.held}</strong></p>'
    told += f"<p>{escape(report.idle)}</p>" if report.idle else ""
    return f'<section class="verdict">{told}{_flips(report)}{_unsteady(report)}</section>'


def _flips(report: Report) -> str:
    flips = report.verdict.flips
    if flips is None:
        return ""
    broken, mended = len(flips.broken), len(flips.mended)
    return f"<p>{report.against}: {broken} broke, {mended} mended.</p>"


def _unsteady(report: Report) -> str:
    rows = unsteady(report.ours.results)
    listed = ", ".join(f"{escape(id_)} ({n} of {of} times)" for id_, (n, of) in rows.items())
    return f"<p>Unsteady, passed only in some repeats: {listed}.</p>" if rows else ""


def _plots(report: Report) -> str:
    results = report.ours.results
    drawn = [plot(results) for plot in (kinds_plot, risk_coverage_plot, recall_plot, latency_plot)]
    return f'<section><h2>Plots</h2><div class="plots">{"".join(drawn)}</div></section>'


def _kinds(report: Report) -> str:
    if not report.beside:  # the plot says the same
        return ""
    return f"<section><h2>By kind</h2>{_grid(kinds_table(report))}</section>"


def _cases(report: Report) -> str:
    ordered = sorted(report.ours.results, key=lambda result: result.passed)
    cards = "".join(card(report, result) for result in ordered)
    return f"<section><h2>Cases</h2>{_filters(report)}{_KEY}{cards}</section>"


def _filters(report: Report) -> str:
    """Hidden without a script, which they need."""
    results = report.ours.results
    kinds = {"": "all"} | {str(r.case.kind): str(r.case.kind) for r in results}
    states = STATES | (FLIPPED if report.verdict.flips else {})
    return (
        '<form class="filters" hidden><label>Kind <select name="kind">'
        f'{_choices(kinds)}</select></label><label>Show <select name="state">{_choices(states)}'
        '</select></label><label class="grow">Text <input type="search" name="text" '
        'placeholder="in questions, answers and sources"></label>'
        f'<output aria-live="polite">{len(results)} shown</output></form>'
    )


def _choices(named: dict[str, str]) -> str:
    return "".join(
        f'<option value="{escape(value)}">{escape(name)}</option>' for value, name in named.items()
    )


def _grid(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    top = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    lines = "".join(f"<tr>{_row(row)}</tr>" for row in body)
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{lines}</tbody></table>"
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{escape(head[0])}">{table}</div>'
    )


def _row(cells: Iterable[str]) -> str:
    first, *others = cells
    figures = "".join(
        f'<td class="figure{" bad" if "regressed" in cell else ""}">{escape(cell)}</td>'
        for cell in others
    )
    return f'<th scope="row">{escape(first)}</th>{figures}'
