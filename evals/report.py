"""A run's report: as a table for the shell, and as JSON that a later run compares with."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import get_args

from evals.cases import Kind, split_of
from evals.gate import Bar
from evals.measures import Measure
from evals.metrics import METRICS, measure_all, scores_of
from evals.results import Result, failure
from rag.export import answer_to_json

__all__ = ["Report", "Side", "as_json", "as_text", "figure", "interval", "passed_by_kind"]


@dataclass(frozen=True, slots=True)
class Side:
    """One assistant's results, under the name that a reader knows it by."""

    label: str
    results: tuple[Result, ...]

    @property
    def measures(self) -> dict[str, Measure]:
        """Every metric over its results."""
        return measure_all(self.results)


@dataclass(frozen=True, slots=True)
class Report:
    """All that the shell's table, the JSON, the JUnit file and the page show."""

    cases: str
    split: str
    started: str
    asked: int
    ours: Side
    theirs: Side | None = None
    interrupted: bool = False
    bars: Mapping[str, Bar] | None = None
    misses: Sequence[str] = ()

    @property
    def partial(self) -> str:
        """What an interrupted run says of itself; "" for a whole one."""
        if not self.interrupted:
            return ""
        done = len(self.ours.results)
        return f"Partial: stopped after {done} of {self.asked} cases; nothing is said of the rest."


def figure(name: str, measure: Measure) -> str:
    """A metric's value for people: `93.3%`, `0.21 s`, or a dash where nothing was scored."""
    return _shown(name, measure.value)


def interval(name: str, measure: Measure) -> str:
    """Its 95% interval for people."""
    if measure.value is None:
        return ""
    return f"{_shown(name, measure.low)} to {_shown(name, measure.high)}"


def passed_by_kind(results: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """For each kind that was asked, how many cases passed and how many there were."""
    kinds = {kind: [r for r in results if r.case.kind == kind] for kind in get_args(Kind)}
    return {
        kind: (sum(not (failure(r) or r.error) for r in group), len(group))
        for kind, group in kinds.items()
        if group
    }


def as_text(report: Report) -> str:
    """The table with intervals and unscored counts, then every case that didn't pass."""
    parts = [f"{report.ours.label}: {len(report.ours.results)} cases of {report.cases}"]
    parts += [report.partial, _table(report), _kinds(report), _failures(report.ours.results)]
    return _printable("\n\n".join(part for part in [*parts, _verdict(report)] if part))


def as_json(report: Report) -> dict[str, object]:
    """The whole report as JSON; `--baseline` reads its `metrics`."""
    return {
        "cases": report.cases,
        "split": report.split,
        "started": report.started,
        "asked": report.asked,
        "interrupted": report.interrupted,
        "passed": not report.misses,
        "misses": list(report.misses),
        "assistant": report.ours.label,
        "metrics": _metrics(report.ours),
        "results": [_result(result) for result in report.ours.results],
        "compared": None
        if report.theirs is None
        else {
            "assistant": report.theirs.label,
            "metrics": _metrics(report.theirs),
            "results": [_result(result) for result in report.theirs.results],
        },
    }


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2f} s" if METRICS[name].unit == "seconds" else f"{100 * value:.1f}%"


def _metrics(side: Side) -> dict[str, object]:
    return {name: asdict(measure) for name, measure in side.measures.items()}


def _result(result: Result) -> dict[str, object]:
    case = result.case
    return {
        "id": case.id,
        "kind": case.kind,
        "split": split_of(case.id),
        "question": case.question,
        "answerable": case.answerable,
        "expect": case.expect,
        "answer": None if result.answer is None else answer_to_json(result.answer),
        "error": result.error or None,
        "failure": failure(result) or None,
        "scores": scores_of(result),
    }


def _table(report: Report) -> str:
    theirs = report.theirs.measures if report.theirs else None
    head = ["", "value", "95% interval", "scored", "unscored", "bar"]
    rows = [head + ([report.theirs.label, "95% interval"] if report.theirs else [])]
    for name, measure in report.ours.measures.items():
        bar = str((report.bars or {}).get(name, ""))
        row = [METRICS[name].label, figure(name, measure), interval(name, measure)]
        row += [str(measure.scored), str(measure.unscored), bar]
        rows.append(
            row + ([figure(name, theirs[name]), interval(name, theirs[name])] if theirs else [])
        )
    return _aligned(rows)


def _kinds(report: Report) -> str:
    sides = [report.ours, *([report.theirs] if report.theirs else [])]
    passed = [passed_by_kind(side.results) for side in sides]
    rows = [["passed, by kind", *(side.label for side in sides)]]
    for kind in passed[0]:
        counts = [by_kind.get(kind, (0, 0)) for by_kind in passed]
        rows.append([kind, *(f"{count} of {total}" for count, total in counts)])
    return _aligned(rows)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def _failures(results: Sequence[Result]) -> str:
    failed = [_failed(result) for result in results if result.error or failure(result)]
    return "\n\n".join(failed) if failed else "Every case passed."


def _failed(result: Result) -> str:
    case, answer = result.case, result.answer
    wanted = " and ".join(group[0] for group in case.expect) if case.answerable else "a refusal"
    lines = [
        f"{case.id}: {(result.error and 'error') or failure(result)}",
        f"  asked     {case.question}",
    ]
    lines.append(f"  expected  {wanted or 'an answer'}")
    lines.append(f"  got       {result.error if answer is None else answer.text}")
    return "\n".join(lines)


def _verdict(report: Report) -> str:
    missed = "\n".join(f"MISSED  {line}" for line in report.misses)
    return missed or "Every bar is held."


def _line(text: str) -> str:
    return " ".join(text.split())


def _printable(text: str) -> str:
    """Without control characters, which a document could use to rewrite a terminal."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text
    )
