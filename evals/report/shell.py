"""The report as text for a terminal."""

from collections.abc import Sequence

from evals.report.data import Report, cut, unsteady
from evals.report.table import kinds_table, metrics_table
from evals.results import Result, failure
from index.terminal import counted, printable

__all__ = ["as_text"]


def as_text(report: Report) -> str:
    """The table with intervals and unscored counts, then every case that didn't pass, the verdict
    last."""
    answers = counted(len(report.ours.results), "answer")
    parts = [f"{report.ours.label}: {answers} to {report.cases}"]
    parts += [report.partial, _aligned(metrics_table(report)), _aligned(kinds_table(report))]
    parts += [_failures(report.ours.results), _unsteady(report), _flips(report)]
    parts += [report.idle, _verdict(report)]
    text = "\n\n".join(part for part in parts if part)
    return "\n".join(printable(line) for line in text.split("\n"))


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _failures(results: Sequence[Result]) -> str:
    failed = [_failed(result) for result in results if not result.passed]
    if results and not failed:
        return "Every case passed."
    return "\n\n".join(failed)


def _failed(result: Result) -> str:
    case, answer = result.case, result.answer
    wanted = " and ".join(group[0] for group in case.expect) if case.answerable else "a refusal"
    again = f" (repeat {result.repeat})" if result.repeat > 1 else ""
    lines = [
        f"{_line(case.id)}{again}: {'error' if answer is None else _line(failure(result))}",
        f"  asked     {_line(case.question)}",
        f"  expected  {_line(wanted or 'an answer')}",
        f"  got       {_line(result.error if answer is None else answer.text)}",
    ]
    return "\n".join(lines)


def _unsteady(report: Report) -> str:
    rows = unsteady(report.ours.results).items()
    return "\n".join(f"UNSTEADY  {_line(id_)}: passed {n} of {of} times" for id_, (n, of) in rows)


def _flips(report: Report) -> str:
    flips = report.verdict.flips
    if flips is None:
        return ""
    lines = [f"{report.against}:"]
    lines += [f"BROKE   {_line(id_)}" for id_ in flips.broken]
    lines += [f"MENDED  {_line(id_)}" for id_ in flips.mended]
    return "\n".join(lines if len(lines) > 1 else [f"{lines[0]} no case flipped."])


def _verdict(report: Report) -> str:
    missed = "\n".join(f"MISSED  {line}" for line in report.verdict.misses.values())
    return missed or f"{report.held}."


def _line(text: str) -> str:
    return cut(" ".join(text.split()))
