"""The ranking metrics, held to trec_eval's own."""

import pytest
import pytrec_eval
from hypothesis import given
from hypothesis import strategies as st

from evals.benchmarks.ranked import ndcg_at, recall_at, reciprocal_rank

IDS = [f"d{number}" for number in range(30)]


@given(
    st.lists(st.sampled_from(IDS), unique=True, max_size=25),
    st.sets(st.sampled_from(IDS), min_size=1, max_size=12),
)
def test_the_ranking_metrics_are_those_of_trec_eval(ranked: list[str], relevant: set[str]) -> None:
    graded = {"q": dict.fromkeys(relevant, 1)}
    run = {"q": {id_: float(100 - place) for place, id_ in enumerate(ranked)}}
    judge = pytrec_eval.RelevanceEvaluator(graded, {"ndcg_cut.10", "recall.5", "recip_rank"})

    theirs = judge.evaluate(run).get("q", {"ndcg_cut_10": 0, "recall_5": 0, "recip_rank": 0})

    assert ndcg_at(10, ranked, relevant) == pytest.approx(theirs["ndcg_cut_10"])
    assert recall_at(5, ranked, relevant) == pytest.approx(theirs["recall_5"])
    assert reciprocal_rank(ranked, relevant) == pytest.approx(theirs["recip_rank"])
