"""A run beside an earlier one: what each metric lost, whether that is more than chance, and which
cases flipped.

Each metric is worked out on the cases that both runs could score. Its loss is significant by a
paired bootstrap (Efron and Tibshirani 1993, An Introduction to the Bootstrap, 16.4; for evals
Koehn 2004, EMNLP): the cases are drawn again with replacement, both runs' scores of a case
together, and p is the share of draws without a loss. As many metrics are judged at once, Holm's
method (1979, Scandinavian Journal of Statistics 6:65) keeps the chance of any false alarm under 5%.
Metrics in which so few cases moved that not even all of them falling would be significant aren't
counted among the many (Tarone 1990, Biometrics 46:515). The draws are seeded, so the same two runs
always get the same verdict.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from evals.cases import Case, fingerprint
from evals.errors import BaselineError
from evals.measures import ROUNDING, Floats, Score, averaged, resamples
from evals.metrics import METRICS, Metric, case_scores
from evals.results import Result

__all__ = [
    "Baseline",
    "Change",
    "Flips",
    "changes_since",
    "check_shared",
    "flips_since",
    "load_baseline",
]

LEVEL = 0.05  # the chance of a false alarm that is accepted, over all metrics together
DRAWS = 5000
CHUNK = 500  # draws at a time, so that thousands of cases fit into memory


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier run made of one case; `asked` is its fingerprint, `texts` are its answers,
    one a repeat."""

    question: str
    asked: str
    passed: bool
    texts: tuple[str, ...]
    scores: Mapping[str, Score]


@dataclass(frozen=True, slots=True)
class Baseline:
    """An earlier run, by the ids of its cases; `documents` is their digest, "" where unknown."""

    name: str
    cases: Mapping[str, Before]
    documents: str = ""

    def of(self, case: Case) -> Before | None:
        """What it made of a case that it asked in the same words, after the same conversation and
        of the same documents of its own, where it kept that."""
        before = self.cases.get(case.id)
        if before is None or before.question != case.question:
            return None
        return before if before.asked in ("", fingerprint(case)) else None


@dataclass(frozen=True, slots=True)
class Change:
    """One metric `before` and `after`, on the `cases` that both runs could score; `moved` of them
    have another score.

    `loss` is how much worse it is, in its own unit; `p` the chance of no loss at all, corrected
    for how many metrics are judged. `regressed`: the loss is over its tolerance and no chance.
    """

    before: float
    after: float
    loss: float
    p: float
    cases: int
    moved: int
    tolerance: float

    @property
    def best_p(self) -> float:
        """The least p that this many moved cases could reach: that none of them is drawn."""
        return float((1 - self.moved / self.cases) ** self.cases)

    @property
    def regressed(self) -> bool:
        """Whether it fails the verdict."""
        return self.loss > self.tolerance + ROUNDING and self.p <= LEVEL

    def __str__(self) -> str:
        return (
            f"{self.after:.3f}, {self.loss:.3f} worse than the baseline's {self.before:.3f} on "
            f"{self.cases} cases of both (tolerance {self.tolerance:g}, p = {self.p:.3f})"
        )


@dataclass(frozen=True, slots=True)
class Flips:
    """The ids of the cases that passed before and don't now, and the other way round.

    `compared` counts the cases of both runs.
    """

    broken: tuple[str, ...]
    mended: tuple[str, ...]
    compared: int


def load_baseline(path: Path) -> Baseline:
    """An earlier run's `--json` report; raises BaselineError where the file is none."""
    try:
        report = json.loads(path.read_text(encoding="utf-8-sig"))
        rows: dict[str, list[dict[str, Any]]] = {}
        for row in report["results"]:
            rows.setdefault(row["id"], []).append(row)
        cases = {id_: _before(repeats) for id_, repeats in rows.items()}
    except OSError as error:
        raise BaselineError(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        raise BaselineError(
            f"{path} is no report of an earlier run: make one with `footnoted eval --json {path}`."
        ) from None
    return Baseline(str(path), cases, str(report.get("documents", "")))


def check_shared(baseline: Baseline, cases: Iterable[Case]) -> None:
    """Raises BaselineError where the earlier run asked none of the cases, so nothing compares."""
    if not any(map(baseline.of, cases)):
        raise BaselineError(
            f"{baseline.name} has none of these cases with the same question: name the report of "
            "an earlier run of them"
        )


def changes_since(
    baseline: Baseline, results: Sequence[Result], tolerances: Mapping[str, float]
) -> dict[str, Change]:
    """Each metric that has a tolerance and that both runs could score on some same case."""
    now = [result for result in results if baseline.of(result.case)]
    found: dict[str, Change] = {}
    for name, tolerance in tolerances.items():
        metric = METRICS[name]
        pairs = _pairs(name, metric, baseline, now)
        if pairs is not None:
            found[name] = _change(metric, pairs, tolerance)
    return _corrected(found)


def flips_since(baseline: Baseline, results: Sequence[Result]) -> Flips:
    """Which of the cases of both runs passed in one and not in the other; all repeats must."""
    passed: dict[str, bool] = {}
    for result in results:
        if baseline.of(result.case):
            passed[result.case.id] = passed.get(result.case.id, True) and result.passed
    before = {id_: baseline.cases[id_].passed for id_ in passed}
    return Flips(
        tuple(id_ for id_ in passed if before[id_] and not passed[id_]),
        tuple(id_ for id_ in passed if passed[id_] and not before[id_]),
        len(passed),
    )


def _before(repeats: Sequence[dict[str, Any]]) -> Before:
    names = dict.fromkeys(name for row in repeats for name in row["scores"])
    scores = {name: averaged([_score(row, name) for row in repeats]) for name in names}
    return Before(
        str(repeats[0]["question"]),
        str(repeats[0].get("asked", "")),
        all(row["failure"] is None and row["error"] is None for row in repeats),
        tuple(str(row["answer"]["text"]) for row in repeats if row["answer"]),
        {name: score for name, score in scores.items() if isinstance(score, Score)},
    )


def _score(row: dict[str, Any], name: str) -> Score | None:
    share, weight = row["scores"].get(name), float(row.get("weights", {}).get(name, 1.0))
    if share is None:
        return None
    value = float(share) * weight
    if not math.isfinite(value):  # nothing is worse than nan, so nothing would regress
        raise ValueError(f"{name} is {share}")
    return Score(value, weight)


def _pairs(name: str, metric: Metric, baseline: Baseline, now: Sequence[Result]) -> Floats | None:
    """(value, weight) before and after, by case: shape (4, cases). None where there is no case."""
    rows = [
        (old.value, old.weight, new.value, new.weight)
        for id_, new in case_scores(metric, now).items()
        if isinstance(new, Score) and (old := baseline.cases[id_].scores.get(name)) is not None
        if old.weight and new.weight
    ]
    return np.array(rows, dtype=np.float64).T if rows else None


def _change(metric: Metric, pairs: Floats, tolerance: float) -> Change:
    statistic, sign = metric.summary.statistic, 1.0 if metric.better == "higher" else -1.0
    before, after = (float(statistic(*pairs[side : side + 2])) for side in (0, 2))
    loss = sign * (before - after)
    p = _chance(lambda one: sign * (statistic(*one[:2]) - statistic(*one[2:])), pairs, loss)
    moved = int((pairs[:2] != pairs[2:]).any(axis=0).sum())
    return Change(before, after, loss, p, pairs.shape[1], moved, tolerance)


def _chance(loss_of: Callable[[Floats], Floats], pairs: Floats, loss: float) -> float:
    """The share of draws without a loss; where there was none, nothing has to be drawn."""
    if loss <= 0:
        return 1.0
    without = sum(
        int((loss_of(pairs[:, resamples(pairs.shape[1], CHUNK, seed=chunk)]) <= 0).sum())
        for chunk in range(DRAWS // CHUNK)
    )
    return (1 + without) / (1 + DRAWS)


def _corrected(changes: Mapping[str, Change]) -> dict[str, Change]:
    """Holm: the smallest p times the number of metrics, the next times one less, never falling."""
    judged = [name for name, change in changes.items() if change.best_p <= LEVEL]
    corrected: dict[str, Change] = {}
    least = 0.0
    for rank, name in enumerate(sorted(judged, key=lambda name: changes[name].p)):
        least = max(least, min(1.0, changes[name].p * (len(judged) - rank)))
        corrected[name] = replace(changes[name], p=least)
    return {name: corrected.get(name, replace(changes[name], p=1.0)) for name in changes}
