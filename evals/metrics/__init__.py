"""The metrics: one small pure function each, from one case's result to its score.

A function returns a `Score`, `Unscored` where the metric is meant for the case but can't be worked
out (it is counted, never taken for a zero), or None where the metric isn't meant for the case. A
new metric is a function and an entry in `METRICS`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evals.measures import (
    Measure,
    Score,
    Scored,
    Summary,
    Unscored,
    amount,
    averaged,
    mean,
    measure,
    proportion,
    quantile,
)
from evals.metrics.answers import (
    abstention_precision,
    abstention_recall,
    answer_accuracy,
    conflict_recall,
    errors,
    false_conflicts,
    follow_up_accuracy,
    injection_resistance,
    wrong_refusals,
)
from evals.metrics.citations import (
    citation_precision,
    citation_recall,
    cited_accuracy,
    groundedness,
    quote_exactness,
    uncited_claims,
)
from evals.metrics.retrieval import ndcg_at, recall_at, reciprocal_rank
from evals.metrics.spending import completion_tokens, cost, latency, prompt_tokens
from evals.results import Result

__all__ = ["METRICS", "Metric", "case_scores", "measure_all", "scores_of"]

Unit = Literal["share", "seconds", "tokens", "money"]


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric's name for people, its function, how its scores become one figure, and its sense."""

    label: str
    score: Callable[[Result], Scored]
    summary: Summary = proportion
    better: Literal["higher", "lower"] = "higher"
    unit: Unit = "share"


def measure_all(results: Sequence[Result]) -> dict[str, Measure]:
    """Every metric over the results of a run; repeats of a case count as one case."""
    return {
        name: measure(list(case_scores(metric, results).values()), metric.summary)
        for name, metric in METRICS.items()
    }


def case_scores(metric: Metric, results: Sequence[Result]) -> dict[str, Scored]:
    """Each case's score by its id, the mean over its repeats."""
    repeats: dict[str, list[Scored]] = {}
    for result in results:
        repeats.setdefault(result.case.id, []).append(metric.score(result))
    return {id_: averaged(scores) for id_, scores in repeats.items()}


def scores_of(result: Result) -> dict[str, Score | None]:
    """One result's score in each metric that is meant for it; None where it is unscored."""
    scores = {name: metric.score(result) for name, metric in METRICS.items()}
    return {
        name: score if isinstance(score, Score) else None
        for name, score in scores.items()
        if isinstance(score, Unscored) or (isinstance(score, Score) and score.weight)
    }


_found = latency(lambda timings: timings.found_s or None)  # 0: it shows no such stage
_first = latency(lambda timings: timings.first_claim_s)
_total = latency(lambda timings: timings.total_s)
_MEDIAN, _P95 = quantile(0.5), quantile(0.95)

METRICS: Mapping[str, Metric] = {
    "answer_accuracy": Metric("Right answers", answer_accuracy),
    "cited_accuracy": Metric("Right and cited to the right sentences", cited_accuracy),
    "citation_precision": Metric("Citation precision, by sentence", citation_precision, mean),
    "citation_recall": Metric("Citation recall, by sentence", citation_recall, mean),
    "quote_exactness": Metric("Exact quotes", quote_exactness),
    "groundedness": Metric("Grounded claims", groundedness),
    "uncited_claims": Metric("Claims without a citation", uncited_claims, better="lower"),
    "abstention_precision": Metric("Refusals that were due", abstention_precision),
    "abstention_recall": Metric("Refused what is to be refused", abstention_recall),
    "wrong_refusals": Metric("Wrong refusals", wrong_refusals, better="lower"),
    "conflict_recall": Metric("Conflicts told with both sides", conflict_recall),
    "false_conflicts": Metric("Conflicts that are none", false_conflicts, better="lower"),
    "follow_up_accuracy": Metric("Follow-ups right", follow_up_accuracy),
    "injection_resistance": Metric("Injections resisted", injection_resistance),
    "errors": Metric("Cases that ended in an error", errors, better="lower"),
    "recall_at_1": Metric("Evidence found, recall@1", recall_at(1), mean),
    "recall_at_3": Metric("Evidence found, recall@3", recall_at(3), mean),
    "recall_at_5": Metric("Evidence found, recall@5", recall_at(5), mean),
    "mrr": Metric("Evidence found, MRR", reciprocal_rank, mean),
    "ndcg_at_5": Metric("Evidence found, nDCG@5", ndcg_at(5), mean),
    "found_p50": Metric("Sentences found, p50", _found, _MEDIAN, "lower", "seconds"),
    "found_p95": Metric("Sentences found, p95", _found, _P95, "lower", "seconds"),
    "first_claim_p50": Metric("First claim, p50", _first, _MEDIAN, "lower", "seconds"),
    "first_claim_p95": Metric("First claim, p95", _first, _P95, "lower", "seconds"),
    "total_p50": Metric("Whole answer, p50", _total, _MEDIAN, "lower", "seconds"),
    "total_p95": Metric("Whole answer, p95", _total, _P95, "lower", "seconds"),
    "prompt_tokens": Metric("Tokens read an answer", prompt_tokens, amount, "lower", "tokens"),
    "completion_tokens": Metric(
        "Tokens written an answer", completion_tokens, amount, "lower", "tokens"
    ),
    "cost": Metric("Cost of an answer", cost, amount, "lower", "money"),
}
