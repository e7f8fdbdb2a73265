"""How far the verdict over two runs can be believed: false alarms, and regressions that are caught.

Run it with `python -m evals.benchmarks.verdict`. Runs are simulated, answers are real `Answer`s
that every metric scores, and the verdict is that of `footnoted eval --baseline`, with the
tolerances of a thresholds file; the bars are left out, as they compare with no earlier run.

An assistant is right on each case or not; `noise` is the share of cases that come out otherwise by
chance each time they are asked. A planted regression turns a share of the answerable cases, drawn
at random, from right to wrong: it answers with another sentence. Its identical runs are the same
run judged again.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from evals.baseline import Baseline, load_baseline
from evals.cases import Case
from evals.gate import THRESHOLDS, Bar, Thresholds, Verdict, judge, load_thresholds
from evals.measures import measure, wilson
from evals.metrics import METRICS, case_scores
from evals.report.data import Report, Side, as_json
from evals.results import Result, Source
from index.terminal import guarded
from rag.answer import Answer, Citation, Claim, Timings, Usage

__all__ = ["main"]

Flags = NDArray[np.bool_]

TEXT = "Rye is dark. Rice is white."
SPANS = ((0, 12), (13, 27))
RIGHT_SHARE = 0.8  # of the answerable cases, before any noise
REFUSED_SHARE = 0.9  # of those to be refused
UNANSWERABLE_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Setting:
    """How many cases a run has, how much of it is chance, and the share of answers that is lost."""

    cases: int
    noise: float
    lost: float = 0.0


def main(argv: Sequence[str] | None = None) -> int:
    """Print one row a setting; `--json` for programs."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.verdict")
    parser.add_argument("--runs", type=int, default=200, help="pairs of runs a setting (200)")
    parser.add_argument("--cases", type=int, nargs="+", default=[80, 160, 400, 800])
    parser.add_argument("--noise", type=float, nargs="+", default=[0.0, 0.02, 0.05])
    parser.add_argument("--lost", type=float, default=0.05, help="the planted regression (0.05)")
    parser.add_argument("--thresholds", type=Path, default=THRESHOLDS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(argv)
    thresholds = _tolerances(load_thresholds(options.thresholds))
    rows = []
    for cases in options.cases:
        for noise in options.noise:
            for lost in (0.0, options.lost):
                rows.append(_measured(Setting(cases, noise, lost), options.runs, thresholds))
                if not options.json:
                    print(_told(rows[-1]), flush=True)
    same = _identical(thresholds)
    if options.json:
        print(json.dumps({"settings": rows, "identical": same}))
    else:
        print(f"{same} of 20 identical runs judged alike")
    return 0


def _tolerances(thresholds: Thresholds) -> Thresholds:
    return Thresholds({name: Bar(tolerance=t) for name, t in thresholds.tolerances.items()})


def _measured(setting: Setting, runs: int, thresholds: Thresholds) -> dict[str, float]:
    started = time.perf_counter()
    alarms = sum(
        bool(_verdict(setting, seed, thresholds).misses)
        for seed in tqdm(range(runs), leave=False, disable=None)
    )
    low, high = wilson(alarms, runs)
    seconds = (time.perf_counter() - started) / runs
    return {
        "cases": setting.cases,
        "noise": setting.noise,
        "lost": setting.lost,
        "failed": alarms / runs,
        "low": low,
        "high": high,
        "seconds": seconds,
    }


def _told(row: dict[str, float]) -> str:
    what = (
        f"{row['lost']:.0%} of right answers lost: caught" if row["lost"] else "noise alone: alarm"
    )
    return (
        f"{row['cases']:>5.0f} cases, {row['noise']:.0%} by chance, {what} in {row['failed']:.1%} "
        f"({row['low']:.1%} to {row['high']:.1%}), {row['seconds']:.2f} s a verdict"
    )


def _verdict(setting: Setting, seed: int, thresholds: Thresholds) -> Verdict:
    random = np.random.default_rng([seed, setting.cases, int(1000 * setting.noise)])
    cases = [_case(number) for number in range(setting.cases)]
    good = np.array(
        [random.random() < (RIGHT_SHARE if case.answerable else REFUSED_SHARE) for case in cases]
    )
    before = [
        _result(case, ok) for case, ok in zip(cases, _shaken(good, setting, random), strict=True)
    ]
    worse = good & ~_lost(cases, good, setting, random)
    after = [
        _result(case, ok) for case, ok in zip(cases, _shaken(worse, setting, random), strict=True)
    ]
    measures = {
        name: measure(list(case_scores(METRICS[name], after).values()), METRICS[name].summary)
        for name in thresholds.bars
    }
    return judge(after, measures, thresholds, _baseline(before))


def _identical(thresholds: Thresholds) -> int:
    """How many of 20 further judgements of the same two runs agree with the first."""
    setting = Setting(160, 0.05, 0.05)
    first = _verdict(setting, 0, thresholds)
    return sum(_verdict(setting, 0, thresholds) == first for _ in range(20))


def _shaken(good: Flags, setting: Setting, random: np.random.Generator) -> Flags:
    return np.asarray(good ^ (random.random(len(good)) < setting.noise))


def _lost(
    cases: Sequence[Case], good: Flags, setting: Setting, random: np.random.Generator
) -> Flags:
    """Which answerable cases the regression breaks: `lost` of all of them, among the right ones."""
    answerable = np.array([case.answerable for case in cases])
    candidates = np.flatnonzero(answerable & good)
    count = min(len(candidates), round(setting.lost * int(answerable.sum())))
    broken = np.zeros(len(cases), dtype=bool)
    broken[random.choice(candidates, count, replace=False)] = True
    return broken


def _case(number: int) -> Case:
    unanswerable = (number * UNANSWERABLE_SHARE) % 1 < UNANSWERABLE_SHARE
    if unanswerable:
        return Case(str(number), "unanswerable", f"What is {number}?", False)
    evidence = (("Rye is dark.",),)
    return Case(str(number), "fact", f"How is rye {number}?", True, (), (("dark",),), (), evidence)


def _result(case: Case, good: bool) -> Result:
    """Right: the cited sentence, or a refusal. Wrong: another sentence, or an answer."""
    sources = {"a": Source(TEXT, SPANS)}
    spans = () if good and not case.answerable else (SPANS[0] if good else SPANS[1],)
    claims = tuple(
        Claim(
            TEXT[start:end], (Citation("a", "a", start, end, TEXT[start:end]),), "supported", ("x",)
        )
        for start, end in spans
    )
    timings = Timings(0.01, 1.0 if claims else None, 1.0)
    answer = Answer(
        case.question,
        case.question,
        claims,
        not claims,
        False,
        (),
        (),
        "",
        "m",
        Usage(1, 1),
        timings,
    )
    return Result(case, answer, sources=sources, found=())


def _baseline(results: Sequence[Result]) -> Baseline:
    """Through the report's own JSON, as a baseline comes."""
    report = Report("", "all", "", len(results), Side("", tuple(results), {}))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(as_json(report), file)
        file.flush()
        return load_baseline(Path(file.name))


if __name__ == "__main__":
    sys.exit(guarded(main))
