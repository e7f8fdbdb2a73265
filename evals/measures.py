"""From the scores of single cases to one figure with its 95% interval. numpy only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ROUNDING",
    "Floats",
    "Interval",
    "Measure",
    "Score",
    "Scored",
    "Summary",
    "Unscored",
    "amount",
    "averaged",
    "mean",
    "measure",
    "proportion",
    "quantile",
    "resamples",
    "wilson",
]

_Z = 1.959963984540054  # the normal distribution's 97.5% quantile
_RESAMPLES = 2000
ROUNDING = 1e-9  # the mean of many 0.9 may come out as a little less
_SEED = 20240607

Floats = NDArray[np.float64]
Interval = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Score:
    """What one case adds to a metric: `value` of `weight` (3 of 4 claims), or a plain value."""

    value: float
    weight: float = 1


@dataclass(frozen=True, slots=True)
class Unscored:
    """The metric is meant for this case, but could not be worked out; never counted as a zero."""

    reason: str


Scored = Score | Unscored | None


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric over a run. `value` is None where nothing could be scored, its interval from `low`
    to `high` also where a single case can't tell it.

    `scored` and `unscored` count cases; `of` counts what the value is a share of (claims, quotes
    or cases).
    """

    value: float | None
    low: float | None
    high: float | None
    scored: int
    unscored: int
    of: float


@dataclass(frozen=True, slots=True)
class Summary:
    """How the scores of the cases become one figure.

    `statistic` takes their values and weights along the last axis, so that many resamples are
    worked out at once; `bounds` gives the 95% interval of one sample.
    """

    statistic: Callable[[Floats, Floats], Floats]
    bounds: Callable[[Floats, Floats], tuple[float, float]]

    def __call__(self, scores: Sequence[Score]) -> Interval:
        """The figure and its 95% interval."""
        values = np.array([score.value for score in scores], dtype=np.float64)
        weights = np.array([score.weight for score in scores], dtype=np.float64)
        return (float(self.statistic(values, weights)), *self.bounds(values, weights))


def measure(scores: Sequence[Scored], summary: Summary) -> Measure:
    """One figure from each case's score; None is a case that the metric is not meant for."""
    scored = [score for score in scores if isinstance(score, Score)]
    unscored = sum(isinstance(score, Unscored) for score in scores)
    total = sum(score.weight for score in scored)
    if not total:
        return Measure(None, None, None, len(scored), unscored, 0)
    value, low, high = summary(scored)
    if len(scored) == 1 and low == high:  # one case has no spread, which is no certainty
        return Measure(value, None, None, 1, unscored, total)
    return Measure(value, low, high, len(scored), unscored, total)


def averaged(scores: Sequence[Scored]) -> Scored:
    """One case's score from its repeats: the mean of those that could be scored.

    So a case that is asked five times is still one case, and intervals don't shrink by asking it
    again.
    """
    if len(scores) == 1:
        return scores[0]
    scored = [score for score in scores if isinstance(score, Score)]
    if scored:
        count = len(scored)
        return Score(sum(s.value for s in scored) / count, sum(s.weight for s in scored) / count)
    return next((score for score in scores if score is not None), None)


def wilson(hits: float, total: float) -> tuple[float, float]:
    """Wilson's 95% score interval: it holds near 0 and 1, and for few trials."""
    share, z2 = hits / total, _Z * _Z
    centre = share + z2 / (2 * total)
    spread = _Z * ((share * (1 - share) + z2 / (4 * total)) / total) ** 0.5
    scale = 1 + z2 / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def quantile(share: float) -> Summary:
    """The quantile of the cases' values (linear between ranks), bootstrapped."""

    def statistic(values: Floats, _: Floats) -> Floats:
        return np.asarray(np.quantile(values, share, axis=-1))

    return Summary(statistic, _bootstrap(statistic))


def resamples(size: int, count: int, *, seed: int = _SEED) -> NDArray[np.intp]:
    """`count` samples with replacement of the indices 0 to `size`, the same ones each time."""
    return np.random.default_rng(seed).integers(0, size, (count, size))


def _ratio(values: Floats, weights: Floats) -> Floats:
    return np.asarray(values.sum(axis=-1) / weights.sum(axis=-1))


def _mean(values: Floats, _: Floats) -> Floats:
    return np.asarray(values.mean(axis=-1))


def _wilson(values: Floats, weights: Floats) -> tuple[float, float]:
    return wilson(float(values.sum()), float(weights.sum()))


def _bootstrap(
    statistic: Callable[[Floats, Floats], Floats],
) -> Callable[[Floats, Floats], tuple[float, float]]:
    def bounds(values: Floats, weights: Floats) -> tuple[float, float]:
        picks = resamples(len(values), _RESAMPLES)
        low, high = np.quantile(statistic(values[picks], weights[picks]), (0.025, 0.975))
        return float(low), float(high)

    return bounds


def _mean_bounds(values: Floats, weights: Floats) -> tuple[float, float]:
    if np.ptp(values) == 0.0:
        return wilson(float(values.sum()), len(values))
    return _bootstrap(_mean)(values, weights)


# Successes by trials, with Wilson's interval (Wilson 1927, JASA 22:209).
proportion = Summary(_ratio, _wilson)
# The mean share over cases with the percentile bootstrap's interval. Where every case has the same,
# resampling sees no spread at all and would claim certainty: Wilson's, the wider one, stands in.
mean = Summary(_mean, _mean_bounds)
# The mean of what is no share, such as tokens, with the percentile bootstrap's interval.
amount = Summary(_mean, _bootstrap(_mean))
