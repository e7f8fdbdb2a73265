"""The report's plots, drawn as SVG inside the page: no library, no script, no other host."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

from evals.measures import Score, wilson
from evals.metrics.retrieval import recall_at
from evals.report.data import passed_by_kind
from evals.results import Result
from rag.answer import Timings

__all__ = ["Axis", "chart", "kinds_plot", "latency_plot", "recall_plot", "risk_coverage_plot"]

WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BOTTOM = 60, 14, 26, 42
MOST_TICKS = 12  # beyond, their labels run into each other
BAR, LABELS = 26, 110

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One axis: its label, its end, and its ticks with what is written at each."""

    label: str
    start: float
    end: float
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Where a value lies, 0 at the start and 1 at the end."""
        return (min(max(value, self.start), self.end) - self.start) / (self.end - self.start)


def risk_coverage_plot(results: Sequence[Result]) -> str:
    """Wrong answers by answers given, as less and less sure ones are given (Geifman and El-Yaniv
    2017, NeurIPS). "" where no answer comes with a confidence."""
    sure = sorted(
        (
            (r.answer.confidence, r.passed)
            for r in results
            if r.answer and not r.answer.abstained and r.answer.confidence is not None
        ),
        key=lambda pair: -pair[0],
    )
    if not sure:
        return ""
    points: list[Point] = []
    wrong = 0
    for given, (_, passed) in enumerate(sure, start=1):
        wrong += not passed
        points.append((given / len(results), wrong / given))
    top = max(0.1, ceil(10 * max(risk for _, risk in points)) / 10)
    ends = f"{points[-1][0]:.0%} of the questions answered, {points[-1][1]:.0%} of them wrongly"
    return chart(
        ("Risk and coverage", ends),
        [("", points)],
        Axis("questions answered, surest first", 0, 1, _percents(1)),
        Axis("answered wrongly", 0, top, _percents(top)),
    )


def recall_plot(results: Sequence[Result]) -> str:
    """Recall@k for every k that was found. "" where nothing tells what was found."""
    deepest = max((len(result.found or ()) for result in results), default=0)
    points: list[Point] = []
    for k in range(1, deepest + 1):
        metric = recall_at(k)
        scores = [s.value for r in results if isinstance(s := metric(r), Score)]
        if scores:
            points.append((k, sum(scores) / len(scores)))
    if not points:
        return ""
    step = ceil(deepest / MOST_TICKS)
    ticks = [(k, str(k)) for k in range(1, deepest + 1) if k == 1 or k % step == 0]
    return chart(
        ("Recall at k", f"{points[-1][1]:.0%} of the evidence in the first {deepest} sentences"),
        [("", points)],
        Axis("sentences found, k", 1, max(2, deepest), ticks),
        Axis("evidence among them", 0, 1, _percents(1)),
    )


def latency_plot(results: Sequence[Result]) -> str:
    """The share of answers that have reached each stage by a time. "" where nothing is timed."""
    stages: list[tuple[str, Callable[[Timings], float | None]]] = [
        ("found", lambda timings: timings.found_s),
        ("first claim", lambda timings: timings.first_claim_s),
        ("whole answer", lambda timings: timings.total_s),
    ]
    timed = [result.answer.timings for result in results if result.answer and result.timed]
    times = {
        name: sorted(s for t in timed if (s := stage(t)) is not None and s > 0)
        for name, stage in stages
    }
    shown = {name: row for name, row in times.items() if row}
    if not shown:
        return ""
    low = _power(min(row[0] for row in shown.values()), down=True)
    high = max(low + 1, _power(max(row[-1] for row in shown.values()), down=False))
    series = [(name, _distribution(row)) for name, row in shown.items()]
    ticks = [(float(power), f"{10.0**power:g} s") for power in range(low, high + 1)]
    return chart(
        ("Latency", "answers that are there by a time; seconds, each tick ten times the last"),
        series,
        Axis("seconds since the question", low, high, ticks),
        Axis("answers", 0, 1, _percents(1)),
    )


def kinds_plot(results: Sequence[Result]) -> str:
    """What passed of each kind, with Wilson's 95% interval."""
    rows = []
    for number, (kind, (passed, total)) in enumerate(passed_by_kind(results).items()):
        y, (low, high) = number * BAR + 4, wilson(passed, total)
        x = [LABELS + share * (WIDTH - LABELS - 64) for share in (0, passed / total, low, high)]
        middle = y + BAR / 2 - 4
        rows.append(
            f'<text class="tick" x="{LABELS - 8}" y="{middle + 4:.1f}" text-anchor="end">'
            f'{escape(kind)}</text><rect class="bar" x="{x[0]:.1f}" y="{y}" '
            f'width="{x[1] - x[0]:.1f}" height="{BAR - 8}"/>'
            f'<path class="whisker" d="M{x[2]:.1f} {middle:.1f}H{x[3]:.1f}"/>'
            f'<text class="tick" x="{WIDTH - 58}" y="{middle + 4:.1f}">{passed} of {total}</text>'
        )
    about = ("Passed, by kind", "with the 95% interval of each share")
    return _figure(about, len(rows) * BAR + 8, "".join(rows)) if rows else ""


def _percents(end: float) -> list[tuple[float, str]]:
    return [(end * quarter / 4, f"{100 * end * quarter / 4:.3g}%") for quarter in range(5)]


def _power(value: float, *, down: bool) -> int:
    exact = log10(max(value, 1e-4))
    return int(exact // 1) if down else ceil(exact)


def _distribution(values: Sequence[float]) -> list[Point]:
    """Steps up to each value, in powers of ten."""
    points: list[Point] = []
    for number, value in enumerate(values, start=1):
        place = log10(max(value, 1e-4))
        points += [(place, (number - 1) / len(values)), (place, number / len(values))]
    return points


def chart(
    about: tuple[str, str], series: Sequence[tuple[str, Sequence[Point]]], across: Axis, up: Axis
) -> str:
    """A figure of lines: `about` is its title and what it says, a series a name and its points."""

    def x(value: float) -> float:
        return LEFT + across.share(value) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - up.share(value) * (HEIGHT - TOP - BOTTOM)

    parts = [
        f'<path class="grid" d="M{LEFT} {y(value):.1f}H{WIDTH - RIGHT}"/>'
        f'<text class="tick" x="{LEFT - 6}" y="{y(value) + 4:.1f}" text-anchor="end">{text}</text>'
        for value, text in up.ticks
    ]
    parts += [
        f'<text class="tick" x="{x(value):.1f}" y="{HEIGHT - BOTTOM + 16}" '
        f'text-anchor="middle">{text}</text>'
        for value, text in across.ticks
    ]
    parts += [
        f'<text class="label" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 6}" '
        f'text-anchor="middle">{escape(across.label)}</text>',
        f'<text class="label" transform="translate(12 {(HEIGHT - BOTTOM + TOP) / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(up.label)}</text>',
    ]
    for number, (name, points) in enumerate(series):
        path = "L".join(f"{x(across_):.1f} {y(up_):.1f}" for across_, up_ in points)
        parts.append(f'<path class="series s{number}" d="M{path}"/>')
        parts.append(_dot(points, x, y) if len(points) == 1 or not name else "")
        parts.append(_name(number, name, min(112, (WIDTH - LEFT) // len(series))))
    return _figure(about, HEIGHT, "".join(parts))


def _dot(points: Sequence[Point], x: Callable[[float], float], y: Callable[[float], float]) -> str:
    across, up = points[-1]
    return f'<circle class="dot" cx="{x(across):.1f}" cy="{y(up):.1f}" r="4"/>'


def _name(number: int, name: str, width: int) -> str:
    """A line's name, beside a piece of the line: it is told by its dashes, not only its colour."""
    if not name:
        return ""
    x = LEFT + number * width
    return (
        f'<path class="series s{number}" d="M{x} 8h24"/>'
        f'<text class="tick" x="{x + 30}" y="12">{escape(name)}</text>'
    )


def _figure(about: tuple[str, str], height: float, content: Iterable[str] | str) -> str:
    title, told = about
    return (
        f'<figure><figcaption><strong>{escape(title)}</strong> <span class="quiet">'
        f'{escape(told)}</span></figcaption><svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(f"{title}: {told}")}">{"".join(content)}</svg></figure>'
    )
