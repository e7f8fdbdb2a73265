"""The verdict over a run: the bars that a metric must hold, and what it lost against a baseline."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from evals.baseline import Baseline, Change, Flips, changes_since, flips_since
from evals.errors import ThresholdsError
from evals.measures import ROUNDING, Measure
from evals.metrics import METRICS
from evals.results import Prices, Result
from index.terminal import counted

__all__ = [
    "NO_ERRORS",
    "THRESHOLDS",
    "Bar",
    "Thresholds",
    "Verdict",
    "judge",
    "load_thresholds",
    "misses",
]

THRESHOLDS = Path(str(files("evals"))) / "thresholds.toml"


@dataclass(frozen=True, slots=True)
class Bar:
    """What one metric must hold; None where nothing is asked."""

    min: float | None = None
    max: float | None = None
    tolerance: float | None = None

    def __str__(self) -> str:
        sides = [f">= {self.min:g}"] if self.min is not None else []
        return ", ".join(sides + ([f"<= {self.max:g}"] if self.max is not None else []))


NO_ERRORS = Bar(max=0.0)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The bars by metric, and what tokens cost where that is known."""

    bars: Mapping[str, Bar] = field(default_factory=dict)
    prices: Prices | None = None

    @property
    def tolerances(self) -> dict[str, float]:
        """How much each metric may lose against a baseline; metrics without one aren't compared."""
        return {n: bar.tolerance for n, bar in self.bars.items() if bar.tolerance is not None}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a run missed, a line each by its metric; the bars that no case of it could be held to;
    and how it compares with its baseline if it has one."""

    misses: Mapping[str, str] = field(default_factory=dict)
    idle: tuple[str, ...] = ()
    changes: Mapping[str, Change] = field(default_factory=dict)
    flips: Flips | None = None


def judge(
    results: Sequence[Result],
    measures: Mapping[str, Measure],
    thresholds: Thresholds,
    baseline: Baseline | None = None,
) -> Verdict:
    """The verdict over a run; a run that was stopped early may share no case with the baseline."""
    bars = thresholds.bars
    idle = tuple(name for name, bar in bars.items() if str(bar) and _idle(measures[name]))
    if baseline is None:
        return Verdict(misses(measures, bars, {}), idle)
    flips = flips_since(baseline, results)
    changes = changes_since(baseline, results, thresholds.tolerances)
    return Verdict(misses(measures, bars, changes), idle, changes, flips)


def load_thresholds(path: Path = THRESHOLDS) -> Thresholds:
    """A TOML file of a table a metric, with `min`, `max` and `tolerance`, and one of `prices`.

    Where it sets no bar to `errors`, there may be none: the other metrics leave out what ended in
    one, so that a model that died early would hold every bar.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError:
        raise ThresholdsError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    except OSError as error:
        raise ThresholdsError(f"{path} can't be read: {error.strerror}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ThresholdsError(f"{path} is no TOML: {error}.") from None
    prices = tables.pop("prices", None)
    bars = {name: _bar(path, name, table) for name, table in tables.items()}
    if "cost" in bars and prices is None:
        raise ThresholdsError(f"{path}: [cost] can't be worked out without [prices]: give both.")
    errors = bars.get("errors", NO_ERRORS)
    bars["errors"] = replace(errors, max=errors.max or 0.0)
    return Thresholds(bars, None if prices is None else _prices(path, prices))


def misses(
    measures: Mapping[str, Measure], bars: Mapping[str, Bar], changes: Mapping[str, Change]
) -> dict[str, str]:
    """One line for every bar that is missed and every metric that fell behind the baseline."""
    why = {name: _miss(measures[name], bar, changes.get(name)) for name, bar in bars.items()}
    return {name: f"{METRICS[name].label} ({name}): {told}" for name, told in why.items() if told}


def _bar(path: Path, name: str, table: object) -> Bar:
    if name not in METRICS:
        raise ThresholdsError(f"{path}: there is no metric {name}; there are {', '.join(METRICS)}.")
    numbers = _numbers(path, name, table, ("min", "max", "tolerance"))
    if not numbers:
        raise ThresholdsError(
            f"{path}: [{name}] asks for nothing: give it a min, a max or a tolerance."
        )
    if METRICS[name].unit == "share":
        _check_share(path, name, numbers)
    if numbers.get("min", 0) > numbers.get("max", math.inf):
        raise ThresholdsError(f"{path}: [{name}] min is over its max, which nothing can hold.")
    return Bar(**numbers)


def _check_share(path: Path, name: str, numbers: Mapping[str, float]) -> None:
    """A share has one good end, and a bar at the other is held by whatever is bad."""
    for key, value in numbers.items():
        if value > 1:
            raise ThresholdsError(f"{path}: [{name}] {key} is a share from 0 to 1, not {value!r}.")
    better = METRICS[name].better
    bar, wrong = ("min", "max") if better == "higher" else ("max", "min")
    if wrong in numbers:
        raise ThresholdsError(f"{path}: [{name}] {better} is better, so its bar is a {bar}.")


def _prices(path: Path, table: object) -> Prices:
    numbers = _numbers(path, "prices", table, ("prompt", "completion"))
    if len(numbers) < 2:
        raise ThresholdsError(
            f"{path}: [prices] holds prompt and completion, each the price of a million tokens."
        )
    return Prices(**numbers)


def _numbers(path: Path, name: str, table: object, keys: tuple[str, ...]) -> dict[str, float]:
    *most, last = keys
    if not isinstance(table, dict) or set(table) - set(keys):
        raise ThresholdsError(f"{path}: [{name}] holds {', '.join(most)} and {last}, nothing else.")
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ThresholdsError(f"{path}: [{name}] {key} is a number, not {value!r}.")
        if not 0 <= value < math.inf:  # nan is below no bar, so it would hold whatever comes
            raise ThresholdsError(f"{path}: [{name}] {key} is a number from 0 on, not {value!r}.")
    return dict(table)


def _idle(measure: Measure) -> bool:
    """Whether no case was meant to be scored, so that nothing can be said of its bar."""
    return measure.value is None and not measure.unscored


def _miss(measure: Measure, bar: Bar, change: Change | None) -> str:
    value = measure.value
    if value is None:  # where all of it failed to score, that is no pass
        missed = str(bar) and not _idle(measure)
        return f"it could not be scored ({counted(measure.unscored, 'case')})" if missed else ""
    if bar.min is not None and value < bar.min - ROUNDING:
        return f"{value:.3f}, below its bar of {bar.min:g}"
    if bar.max is not None and value > bar.max + ROUNDING:
        return f"{value:.3f}, above its bar of {bar.max:g}"
    return str(change) if change is not None and change.regressed else ""
