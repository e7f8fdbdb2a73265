"""The table of metrics, the same rows for the shell, the job summary and the page."""

from evals.measures import Measure
from evals.metrics import METRICS
from evals.report.data import Report, by_repeat, figure, interval, passed_by_kind, shown

__all__ = ["kinds_table", "metrics_table"]

Row = list[str]


def metrics_table(report: Report) -> list[Row]:
    """A head and a row a metric that was meant for some case; further columns where they apply:
    the spread over repeats, the baseline, one for each assistant beside."""
    spread = by_repeat(report.ours.results)
    head = ["Metric", "Value", "95% interval", "Scored", "Unscored", "Bar"]
    head += ["sd of repeats"] if spread else []
    head += ["Baseline, same cases", "Change"] if report.baseline else []
    head += [side.label for side in report.beside]
    rows = [head]
    for name, measure in report.ours.measures.items():
        if not (measure.scored or measure.unscored):
            continue
        row = [METRICS[name].label, figure(name, measure), interval(name, measure)]
        row += [str(measure.scored), str(measure.unscored)]
        row.append(str(report.thresholds.bars.get(name, "")))
        row += [f"{spread[name][1]:.3f}" if name in spread else ""] if spread else []
        row += _change(report, name) if report.baseline else []
        rows.append(row + _beside(report, name))
    return rows


def kinds_table(report: Report) -> list[Row]:
    """A head and, for each kind, how many passed, on each side."""
    passed = [passed_by_kind(side.results) for side in report.sides]
    rows = [["Passed, by kind", *(side.label for side in report.sides)]]
    for kind in passed[0]:
        counts = [by_kind.get(kind, (0, 0)) for by_kind in passed]
        rows.append([kind, *(f"{count} of {total}" for count, total in counts)])
    return rows


def _change(report: Report, name: str) -> Row:
    """Both on the cases of both runs only, so they may differ from the value of the whole run."""
    change = report.verdict.changes.get(name)
    if change is None:
        return ["", ""]
    gain = change.after - change.before
    sign = "+" if gain >= 0 else "-"
    told = f"{sign}{shown(name, abs(gain))}"
    if change.regressed:
        told += " regressed"
    elif change.loss > change.tolerance:
        told += f" (p = {change.p:.2f})"
    return [shown(name, change.before), told]


def _beside(report: Report, name: str) -> Row:
    return [_told(name, side.measures[name]) for side in report.beside]


def _told(name: str, measure: Measure) -> str:
    """A figure with its interval and its unscored cases, in one cell."""
    unscored = f"{measure.unscored} unscored" if measure.unscored else ""
    aside = ", ".join(filter(None, (interval(name, measure), unscored)))
    return figure(name, measure) + (f" ({aside})" if aside else "")
