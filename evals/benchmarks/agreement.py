"""How far scores agree with people's yes and no: three measures with their 95% intervals, and the
cut between a yes and a no that agrees best."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.errors import EvalError
from evals.measures import Floats, Interval, resamples

__all__ = ["Agreement", "agreement", "best_cut"]

RESAMPLES = 2000
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Each the value with its 95% interval (percentile bootstrap over claims).

    `accuracy` is balanced: the mean of the shares that are right among the yes and the no. `area`
    is that under the ROC curve: the chance that a yes scores above a no (ties count a half;
    Hanley and McNeil 1982, Radiology 143:29). `correlation` is Pearson's r of score and label.
    """

    accuracy: Interval
    area: Interval
    correlation: Interval


def agreement(labels: Sequence[bool], scores: Sequence[float], cut: float) -> Agreement:
    """How scores agree with labels, where a score of `cut` or more is a yes.

    Raises EvalError where the labels are all alike.
    """
    yes, given = _arrays(labels, scores)
    return Agreement(
        _bounded(lambda one, other: _accuracy(one, other >= cut), yes, given),
        _bounded(_area, yes, given),
        _bounded(_correlation, yes, given),
    )


def best_cut(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """The cut with the best balanced accuracy, halfway between two scores; the lowest of equals.

    Raises EvalError where the labels are all alike.
    """
    yes, given = _arrays(labels, scores)
    values = np.unique(given)
    cuts = [float(values[0]), *((values[1:] + values[:-1]) / 2).tolist()]
    return float(max(cuts, key=lambda cut: _accuracy(yes, given >= cut)))


def _arrays(labels: Sequence[bool], scores: Sequence[float]) -> tuple[Flags, Floats]:
    yes = np.array(labels, dtype=np.bool_)
    if yes.all() or not yes.any():
        raise EvalError("the claims have one label alone: take more of them")
    return yes, np.array(scores, dtype=np.float64)


def _bounded(statistic: Callable[[Flags, Floats], float], yes: Flags, given: Floats) -> Interval:
    picks = resamples(len(yes), RESAMPLES)
    drawn = [statistic(yes[pick], given[pick]) for pick in picks if 0 < yes[pick].sum() < len(yes)]
    told = [value for value in drawn if not np.isnan(value)] or [float("nan")]
    low, high = np.quantile(told, (0.025, 0.975))
    return statistic(yes, given), float(low), float(high)


def _accuracy(yes: Flags, found: Flags) -> float:
    return float((found[yes].mean() + (~found[~yes]).mean()) / 2)


def _area(yes: Flags, given: Floats) -> float:
    ordered = np.sort(given[~yes])
    below = np.searchsorted(ordered, given[yes], "left")
    not_above = np.searchsorted(ordered, given[yes], "right")
    return float((below + not_above).mean() / 2 / len(ordered))


def _correlation(yes: Flags, given: Floats) -> float:
    """NaN where every score is the same: nothing can go along with it."""
    if np.ptp(given) == 0:
        return float("nan")
    return float(np.corrcoef(yes, given)[0, 1])
