"""The report as Markdown, for the summary of a CI job or a comment on a pull request."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from evals.report.data import Report, cut, unsteady
from evals.report.table import kinds_table, metrics_table
from evals.results import Result, failure
from index.terminal import counted, printable

__all__ = ["as_markdown"]

# A job summary of more than 1 MiB is not shown at all.
LISTED = 50  # cases


def as_markdown(report: Report) -> str:
    """The verdict, what flipped, the tables, then the cases that didn't pass, folded away."""
    verdict = report.verdict
    title = "✗ Missed" if verdict.misses else f"✓ {report.held}"
    answers = counted(len(report.ours.results), "answer")
    about = f"{answers} of {_text(report.ours.label)} to {_code(report.cases)}"
    parts = [f"## {title}", about, report.partial]
    parts += [_items(verdict.misses.values()), _text(report.idle), _flips(report)]
    parts += [_grid(metrics_table(report)), _grid(kinds_table(report)), _unsteady(report)]
    parts += [_failures(report.ours.results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _flips(report: Report) -> str:
    flips = report.verdict.flips
    if flips is None:
        return ""
    lines = [f"✗ broke: {_code(id_)}" for id_ in flips.broken]
    lines += [f"✓ mended: {_code(id_)}" for id_ in flips.mended]
    head = f"{report.against}: "
    return head + (f"{len(lines)} flipped.\n\n" + _list(lines) if lines else "no case flipped.")


def _unsteady(report: Report) -> str:
    rows = unsteady(report.ours.results).items()
    return _list(f"unsteady: {_code(id_)} passed {n} of {of} times" for id_, (n, of) in rows)


def _failures(results: Sequence[Result]) -> str:
    failed = [result for result in results if not result.passed]
    if not failed:
        return "Every case passed." if results else ""
    more = f"\n\nand {len(failed) - LISTED} more." if len(failed) > LISTED else ""
    rows = [["Case", "Asked", "What is wrong", "Got"], *map(_failed, failed[:LISTED])]
    head = f"<details><summary>{len(failed)} not passed</summary>"
    return f"{head}\n\n{_grid(rows)}{more}\n\n</details>"


def _failed(result: Result) -> list[str]:
    answer = result.answer
    why = "error" if answer is None else failure(result)
    got = answer.text if answer else result.error
    return [cut(text) for text in (result.case.id, result.case.question, why, got)]


def _grid(rows: Sequence[Sequence[str]]) -> str:
    head, *body = ["| " + " | ".join(map(_text, row)) + " |" for row in rows]
    rule = "|" + " --- |" * len(rows[0])
    return "\n".join([head, rule, *body])


def _items(lines: Iterable[str]) -> str:
    return _list(map(_text, lines))


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _code(text: str) -> str:
    return "`" + printable(" ".join(text.replace("`", "'").split())) + "`"


def _text(text: str) -> str:
    """Text that Markdown takes for nothing else: a document or a model may have written it."""
    plain = escape(printable(" ".join(text.split())), quote=False)
    escaped = re.sub(r"([\\`*_{}\[\]()#+!|~$])", r"\\\1", plain)
    return re.sub(r"(?i)(https?|www\.|@)", "\\1\N{ZERO WIDTH SPACE}", escaped)
