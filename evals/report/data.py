"""A run's report: what every form of it is made from, and the JSON for a later comparison."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import get_args

from evals.baseline import Baseline
from evals.cases import Kind, fingerprint, split_of
from evals.gate import Thresholds, Verdict
from evals.measures import Measure
from evals.metrics import METRICS, measure_all, scores_of
from evals.results import Result, failure
from index.terminal import counted
from rag.export import answer_to_json

__all__ = [
    "Report",
    "Side",
    "as_json",
    "by_repeat",
    "cut",
    "figure",
    "interval",
    "passed_by_kind",
    "shown",
    "side_of",
    "unsteady",
]

LONGEST = 2000  # characters of what was asked, or answered, in a log or a job's summary

_UNITS = {
    "share": lambda value: f"{100 * value:.1f}%",
    "seconds": lambda value: f"{value:.2f} s",
    "tokens": lambda value: f"{value:.0f}",
    "money": lambda value: f"{value:.6f}",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One assistant's results and every metric over them, under the name a reader knows it by."""

    label: str
    results: tuple[Result, ...]
    measures: Mapping[str, Measure]

    @property
    def repeats(self) -> int:
        """How often each case was asked."""
        return max((result.repeat for result in self.results), default=1)


@dataclass(frozen=True, slots=True)
class Report:
    """All that the shell's table, the JSON, the JUnit file and the page show.

    `asked` counts the answers of a whole run, every repeat of a case by itself; `documents` is the
    digest of those that were asked of.
    """

    cases: str
    split: str
    started: str
    asked: int
    ours: Side
    beside: tuple[Side, ...] = ()
    documents: str = ""
    interrupted: bool = False
    thresholds: Thresholds = field(default_factory=Thresholds)
    baseline: Baseline | None = None
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def sides(self) -> list[Side]:
        """Ours, and those beside it."""
        return [self.ours, *self.beside]

    @property
    def held(self) -> str:
        """What is said where no bar is missed."""
        if self.interrupted:
            return "No bar was missed so far"
        set_ = self.thresholds.bars.keys() - {"errors"}
        return "Every bar is held" if set_ else "No case ended in an error, and no other bar is set"

    @property
    def against(self) -> str:
        """What this run and its baseline have in common; "" where it has none."""
        flips, baseline = self.verdict.flips, self.baseline
        if flips is None or baseline is None:
            return ""
        here = len({result.case.id for result in self.ours.results}) - flips.compared
        there = len(baseline.cases) - flips.compared
        told = f"Against the baseline, on {counted(flips.compared, 'case')} of both"
        told += f" ({here} only here, {there} only there)" if here or there else ""
        changed = baseline.documents and baseline.documents != self.documents
        told += ", over other documents" if changed else ""
        judged = bool(self.thresholds.tolerances)
        return told if judged else f"{told}; no metric has a tolerance, so none can regress"

    @property
    def idle(self) -> str:
        """The bars that say nothing of this run; "" where there are none."""
        names = "; ".join(f"{METRICS[name].label} ({name})" for name in self.verdict.idle)
        return f"Not judged, as no case of this run can be held to it: {names}." if names else ""

    @property
    def partial(self) -> str:
        """What an interrupted run says of itself; "" for a whole one."""
        if not self.interrupted:
            return ""
        last = self.sides[-1]
        told = f"{len(last.results)} of {self.asked} answers of {last.label}"
        return f"Partial: stopped after {told}; nothing is said of the rest."


def side_of(label: str, results: Sequence[Result]) -> Side:
    """A side with its metrics worked out."""
    return Side(label, tuple(results), measure_all(results))


def figure(name: str, measure: Measure) -> str:
    """A metric's value for people: `93.3%`, `0.21 s`, or a dash where nothing was scored."""
    return shown(name, measure.value)


def interval(name: str, measure: Measure) -> str:
    """Its 95% interval for people; "" where there is none."""
    if measure.low is None:
        return ""
    return f"{shown(name, measure.low)} to {shown(name, measure.high)}"


def shown(name: str, value: float | None) -> str:
    """A value of a metric in its unit; a dash for none."""
    return "-" if value is None else _UNITS[METRICS[name].unit](value)


def cut(text: str) -> str:
    """A text that may be very long, as much of it as a log shows."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def passed_by_kind(results: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """For each kind that was asked, how many results passed and how many there were."""
    kinds = {kind: [r for r in results if r.case.kind == kind] for kind in get_args(Kind)}
    return {
        kind: (sum(result.passed for result in group), len(group))
        for kind, group in kinds.items()
        if group
    }


def by_repeat(results: Sequence[Result]) -> dict[str, tuple[list[float], float]]:
    """Each metric's value in each repeat, and their standard deviation; none for a single run."""
    numbers = sorted({result.repeat for result in results})
    if len(numbers) < 2:
        return {}
    runs = [measure_all([r for r in results if r.repeat == number]) for number in numbers]
    values = {name: [run[name].value for run in runs] for name in METRICS}
    return {
        name: (scored, statistics.stdev(scored))
        for name, row in values.items()
        if len(scored := [value for value in row if value is not None]) > 1
    }


def unsteady(results: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """The cases that passed in some repeats and not in others: how many passed, and of how many."""
    passed: dict[str, list[bool]] = {}
    for result in results:
        passed.setdefault(result.case.id, []).append(result.passed)
    return {id_: (sum(row), len(row)) for id_, row in passed.items() if 0 < sum(row) < len(row)}


def as_json(report: Report) -> dict[str, object]:
    """The whole report as JSON; `--baseline` reads its `results`."""
    verdict = report.verdict
    return {
        "cases": report.cases,
        "split": report.split,
        "started": report.started,
        "documents": report.documents,
        "asked": report.asked,
        "interrupted": report.interrupted,
        "passed": not (verdict.misses or report.interrupted),
        "misses": list(verdict.misses.values()),
        "idle": list(verdict.idle),
        "assistant": report.ours.label,
        "metrics": _metrics(report.ours),
        "repeats": {
            name: {"values": values, "sd": spread}
            for name, (values, spread) in by_repeat(report.ours.results).items()
        },
        "baseline": None
        if verdict.flips is None
        else {
            "changes": {
                name: {**asdict(change), "regressed": change.regressed}
                for name, change in verdict.changes.items()
            },
            "flips": asdict(verdict.flips),
        },
        "results": [_result(result) for result in report.ours.results],
        "compared": [
            {
                "assistant": side.label,
                "metrics": _metrics(side),
                "results": [_result(result) for result in side.results],
            }
            for side in report.beside
        ],
    }


def _metrics(side: Side) -> dict[str, object]:
    return {name: asdict(measure) for name, measure in side.measures.items()}


def _result(result: Result) -> dict[str, object]:
    case, scores = result.case, scores_of(result)
    return {
        "id": case.id,
        "repeat": result.repeat,
        "kind": case.kind,
        "split": split_of(case.id),
        "question": case.question,
        "asked": fingerprint(case),
        "answerable": case.answerable,
        "expect": case.expect,
        "answer": None if result.answer is None else answer_to_json(result.answer),
        "error": result.error or None,
        "failure": failure(result) or None,
        "scores": {name: score and score.value / score.weight for name, score in scores.items()},
        "weights": {name: score.weight for name, score in scores.items() if score},
    }
