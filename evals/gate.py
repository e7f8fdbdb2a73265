"""The verdict over a run: bars that a metric must hold, and what it was in an earlier run."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from evals.errors import BaselineError, ThresholdsError
from evals.measures import Measure
from evals.metrics import METRICS

__all__ = ["THRESHOLDS", "Bar", "load_baseline", "load_thresholds", "misses"]

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


def load_thresholds(path: Path = THRESHOLDS) -> dict[str, Bar]:
    """The bars of a TOML file: a table a metric, with `min`, `max` and `tolerance`."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ThresholdsError(f"{path} can't be read: {error}.") from None
    except tomllib.TOMLDecodeError as error:
        raise ThresholdsError(f"{path} is no TOML: {error}.") from None
    return {name: _bar(path, name, table) for name, table in tables.items()}


def load_baseline(path: Path) -> dict[str, float]:
    """The value of each metric in an earlier run's `--json` report; unscored ones are left out."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        values = {name: row["value"] for name, row in report["metrics"].items()}
        return {name: float(value) for name, value in values.items() if value is not None}
    except OSError as error:
        raise BaselineError(f"{path} can't be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BaselineError(
            f"{path} is no report of an earlier run: make one with `footnoted eval --json {path}`."
        ) from None


def misses(
    measures: Mapping[str, Measure], bars: Mapping[str, Bar], baseline: Mapping[str, float]
) -> list[str]:
    """One line for every bar that is missed and every metric that fell behind the baseline."""
    lines = (_miss(name, measures[name], bar, baseline.get(name)) for name, bar in bars.items())
    return [line for line in lines if line]


def _bar(path: Path, name: str, table: object) -> Bar:
    if name not in METRICS:
        raise ThresholdsError(f"{path}: there is no metric {name}; there are {', '.join(METRICS)}.")
    if not isinstance(table, dict) or set(table) - {"min", "max", "tolerance"}:
        raise ThresholdsError(f"{path}: [{name}] holds min, max and tolerance, nothing else.")
    for key, value in table.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ThresholdsError(f"{path}: [{name}] {key} is a number, not {value!r}.")
    return Bar(**table)


def _miss(name: str, measure: Measure, bar: Bar, before: float | None) -> str:
    value = measure.value
    if value is None:
        # Nothing was meant to be scored: no verdict. All of it failed to score: no pass either.
        return f"{name} could not be scored ({measure.unscored} cases)" if measure.unscored else ""
    if bar.min is not None and value < bar.min:
        return f"{name} is {value:.3f}, below its bar of {bar.min:g}"
    if bar.max is not None and value > bar.max:
        return f"{name} is {value:.3f}, above its bar of {bar.max:g}"
    if before is not None and bar.tolerance is not None:
        worse = before - value if METRICS[name].better == "higher" else value - before
        if worse > bar.tolerance + 1e-9:
            return (
                f"{name} is {value:.3f}, {worse:.3f} worse than the baseline's {before:.3f} "
                f"(tolerance {bar.tolerance:g})"
            )
    return ""
