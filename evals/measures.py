"""From the scores of single cases to one figure with its 95% interval. numpy only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Measure",
    "Score",
    "Unscored",
    "mean",
    "measure",
    "proportion",
    "quantile",
    "wilson",
]

_Z = 1.959963984540054  # the normal distribution's 97.5% quantile
_RESAMPLES = 2000
_SEED = 20240607


@dataclass(frozen=True, slots=True)
class Score:
    """What one case adds to a metric: `value` of `weight` (3 of 4 claims), or a plain value."""

    value: float
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Unscored:
    """The metric is meant for this case, but could not be worked out; never counted as a zero."""

    reason: str


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric over a run. `value` is None where nothing could be scored.

    `scored` and `unscored` count cases; `of` counts what the value is a share of (claims, quotes
    or cases).
    """

    value: float | None
    low: float | None
    high: float | None
    scored: int
    unscored: int
    of: int


Interval = tuple[float, float, float]
Summary = Callable[[Sequence[Score]], Interval]


def measure(scores: Sequence[Score | Unscored | None], summary: Summary) -> Measure:
    """One figure from each case's score; None is a case that the metric is not meant for."""
    scored = [score for score in scores if isinstance(score, Score)]
    unscored = sum(isinstance(score, Unscored) for score in scores)
    total = sum(score.weight for score in scored)
    if not total:
        return Measure(None, None, None, len(scored), unscored, 0)
    value, low, high = summary(scored)
    return Measure(value, low, high, len(scored), unscored, total)


def proportion(scores: Sequence[Score]) -> Interval:
    """Successes by trials, with Wilson's interval (Wilson 1927, JASA 22:209)."""
    hits, total = sum(score.value for score in scores), sum(score.weight for score in scores)
    return (hits / total, *wilson(hits, total))


def mean(scores: Sequence[Score]) -> Interval:
    """The mean over cases, each a share of 0 to 1, with the percentile bootstrap's interval.

    Where every case has the same share, resampling sees no spread at all and would claim
    certainty: Wilson's interval, the wider one, stands in.
    """
    values = np.array([score.value for score in scores])
    if np.ptp(values) == 0.0:
        return (float(values[0]), *wilson(float(values.sum()), len(values)))
    means = _resampled(values).mean(axis=1)
    return float(values.mean()), *_middle(means)


def quantile(share: float) -> Summary:
    """The quantile of the cases' values (linear between ranks), bootstrapped."""

    def summary(scores: Sequence[Score]) -> Interval:
        values = np.array([score.value for score in scores])
        return float(np.quantile(values, share)), *_middle(
            np.quantile(_resampled(values), share, axis=1)
        )

    return summary


def wilson(hits: float, total: int) -> tuple[float, float]:
    """Wilson's 95% score interval: it holds near 0 and 1, and for few trials."""
    share, z2 = hits / total, _Z * _Z
    centre = share + z2 / (2 * total)
    spread = _Z * ((share * (1 - share) + z2 / (4 * total)) / total) ** 0.5
    scale = 1 + z2 / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def _resampled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    picks = np.random.default_rng(_SEED).integers(0, len(values), (_RESAMPLES, len(values)))
    return values[picks]


def _middle(values: NDArray[np.float64]) -> tuple[float, float]:
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
