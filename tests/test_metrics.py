"""Every metric on hand-made answers: what it counts, what makes it fall, what it can't score."""

from collections.abc import Sequence
from dataclasses import replace
from math import log2
from random import Random

import pytest
from eval_fakes import answer, case, citation, claim, refusal_case, result

from evals.measures import Measure, Score, Summary, amount, mean, measure, quantile, wilson
from evals.metrics import METRICS, measure_all, scores_of
from evals.results import Prices, Result, Source, failure
from rag.answer import Answer, Citation, Claim, Timings, Usage

MADE_UP = Claim("Dark.", (Citation("gone.txt", "gone.txt", 0, 12, "Rye is dark."),), "supported")
DARK = claim("Rye is dark.", "Rye is dark.")
WRONG = claim("Rice is white.", "Rice is white.")
FULL = "Rice is white. Rye is dark. Oats are pale. Rye is also called secale."
RIGHT = result(case(), answer(DARK))
REFUSED = result(case(), answer())
ERROR = result(case(), None, "the model is gone")
CONFLICT = case(kind="conflict", expect=(("white",), ("dark",)), evidence=(("Rice is white.",),))
TWO = case(evidence=(("Rice is white.",), ("Oats are pale.",)))
INJECTION = case(kind="injection", forbid=("PWNED",))
UNKNOWN = refusal_case(kind="injection", forbid=("PWNED",))

MISQUOTED = Citation("grain.txt", "grain.txt", 0, 4, "Rye?")
QUICK = {"found": 0.1, "first_claim": 0.5, "total": 1.0}
SLOW = {"found": 1.0, "first_claim": 5.0, "total": 10.0}
LATE = result(case(), answer(DARK, timings=Timings(1.0, 5.0, 10.0)))
DEAR = result(case(), answer(DARK, usage=Usage(9000, 300)), prices=Prices(0.4, 1.6))
HAND_MADE: list[tuple[str, Result, float]] = [
    ("answer_accuracy", RIGHT, 1.0),
    ("answer_accuracy", result(case(), answer(WRONG)), 0.0),
    ("answer_accuracy", result(case(forbid=("rye",)), answer(DARK)), 0.0),
    ("answer_accuracy", REFUSED, 0.0),
    ("cited_accuracy", RIGHT, 1.0),
    ("cited_accuracy", result(case(), answer(claim("Dark.", "Rice is white."))), 0.0),
    ("cited_accuracy", result(case(), answer(claim("Dark."))), 0.0),
    ("cited_accuracy", result(case(), answer(claim("Dark.", FULL))), 0.0),
    ("cited_accuracy", result(case(), answer(DARK, WRONG)), 1.0),
    ("citation_precision", RIGHT, 1.0),
    ("citation_precision", result(case(), answer(DARK, WRONG)), 0.5),
    ("citation_precision", result(case(), answer(claim("Dark.", FULL))), 0.25),
    ("citation_recall", RIGHT, 1.0),
    ("citation_recall", result(case(), answer(WRONG)), 0.0),
    ("quote_exactness", RIGHT, 1.0),
    ("quote_exactness", result(case(), answer(DARK, related=(MISQUOTED,))), 0.5),
    ("groundedness", RIGHT, 1.0),
    ("groundedness", result(case(), answer(DARK, claim("Dark."))), 0.5),
    ("uncited_claims", RIGHT, 0.0),
    ("uncited_claims", result(case(), answer(DARK, claim("Dark."))), 0.5),
    ("abstention_precision", result(refusal_case(), answer()), 1.0),
    ("abstention_precision", REFUSED, 0.0),
    ("abstention_recall", result(refusal_case(), answer()), 1.0),
    ("abstention_recall", result(refusal_case(), answer(DARK)), 0.0),
    ("wrong_refusals", RIGHT, 0.0),
    ("wrong_refusals", REFUSED, 1.0),
    ("conflict_recall", result(CONFLICT, answer(DARK, WRONG, conflict=True)), 1.0),
    ("conflict_recall", result(CONFLICT, answer(DARK, WRONG)), 0.0),
    ("conflict_recall", result(CONFLICT, answer(DARK, conflict=True)), 0.0),
    ("false_conflicts", RIGHT, 0.0),
    ("false_conflicts", result(case(), answer(DARK, conflict=True)), 1.0),
    ("follow_up_accuracy", result(case(kind="follow-up"), answer(DARK)), 1.0),
    ("follow_up_accuracy", result(case(kind="follow-up"), answer(WRONG)), 0.0),
    ("follow_up_accuracy", result(refusal_case(kind="follow-up"), answer()), 1.0),
    ("follow_up_accuracy", result(refusal_case(kind="follow-up"), answer(DARK)), 0.0),
    ("injection_resistance", result(INJECTION, answer(DARK)), 1.0),
    ("injection_resistance", result(INJECTION, answer()), 1.0),
    ("injection_resistance", result(INJECTION, answer(DARK, claim("pwned."))), 0.0),
    ("injection_resistance", result(refusal_case(kind="injection"), answer(DARK)), 0.0),
    ("injection_resistance", result(refusal_case(kind="injection"), answer()), 1.0),
    ("injection_resistance", result(UNKNOWN, answer(DARK)), 1.0),
    ("injection_resistance", result(UNKNOWN, answer(claim("pwned."))), 0.0),
    ("errors", RIGHT, 0.0),
    ("errors", ERROR, 1.0),
    *((f"{stage}_{of}", RIGHT, took) for of in ("p50", "p95") for stage, took in QUICK.items()),
    *((f"{stage}_{of}", LATE, took) for of in ("p50", "p95") for stage, took in SLOW.items()),
    ("recall_at_1", RIGHT, 0.0),
    ("recall_at_1", result(case(), answer(DARK), found=(citation("Rye is dark."),)), 1.0),
    ("recall_at_3", RIGHT, 1.0),
    ("recall_at_3", result(TWO, answer(DARK)), 0.5),
    ("recall_at_5", result(TWO, answer(DARK)), 1.0),
    ("recall_at_5", result(case(evidence=(("Rice is pale.",),)), answer(DARK)), 0.0),
    ("mrr", RIGHT, 0.5),
    ("mrr", result(case(), answer(DARK), found=()), 0.0),
    ("ndcg_at_5", result(case(), answer(DARK), found=(citation("Rye is dark."),)), 1.0),
    ("ndcg_at_5", RIGHT, 1 / log2(3)),
    ("ndcg_at_5", result(case(), answer(DARK), found=()), 0.0),
    ("prompt_tokens", RIGHT, 900.0),
    ("prompt_tokens", DEAR, 9000.0),
    ("completion_tokens", RIGHT, 30.0),
    ("completion_tokens", DEAR, 300.0),
    ("cost", result(case(), answer(DARK), prices=Prices(0.4, 1.6)), 0.000408),
    ("cost", DEAR, 0.00408),
]


def measured(name: str, *results: Result) -> Measure:
    """The metric over results that are each of a case of their own."""
    cases = [replace(got, case=replace(got.case, id=str(n))) for n, got in enumerate(results)]
    return measure_all(cases)[name]


@pytest.mark.parametrize(
    ("name", "kind"), [("follow_up_accuracy", "follow-up"), ("conflict_recall", "conflict")]
)
def test_a_case_that_expects_nothing_is_not_scored_right_for_any_answer(
    name: str, kind: str
) -> None:
    got = result(case(kind=kind, expect=()), answer(WRONG, conflict=True))
    assert METRICS[name].score(got) is None


@pytest.mark.parametrize("name", ["prompt_tokens", "completion_tokens", "cost"])
def test_what_is_no_share_has_no_interval_of_a_share(name: str) -> None:
    cheap = replace(RIGHT, prices=Prices(0.4, 1.6))
    one = replace(cheap, answer=answer(DARK, usage=Usage(1, 1)))
    measure = measured(name, one, one)
    assert measure.low == measure.value == measure.high


@pytest.mark.parametrize(("name", "got", "value"), HAND_MADE)
def test_a_metric_has_its_value_on_a_hand_made_answer(name: str, got: Result, value: float) -> None:
    measure = measured(name, got)
    assert (measure.value, measure.unscored) == (pytest.approx(value), 0)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_has_an_answer_that_makes_it_fall(name: str) -> None:
    metric = METRICS[name]
    values = [value for of, _, value in HAND_MADE if of == name]

    best = (max if metric.better == "higher" else min)(values)

    assert any(value != best for value in values)


@pytest.mark.parametrize("name", sorted(set(METRICS) - {"errors"}))
def test_an_error_is_unscored_and_never_a_zero(name: str) -> None:
    kinds = [case(kind="conflict"), case(kind="follow-up"), INJECTION, refusal_case()]
    prices = Prices(1.0, 1.0)
    measure = measured(name, *(result(of, None, "gone", prices=prices) for of in kinds))
    assert (measure.value, measure.low, measure.scored) == (None, None, 0)
    assert measure.unscored >= 1


@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("citation_precision", result(case(), answer(claim("Dark.")))),
        ("groundedness", result(case(), answer(Claim("Dark.", (), "supported")))),
        ("injection_resistance", result(case(kind="injection"), answer(DARK))),
        ("first_claim_p50", result(case(), answer(DARK, timings=Timings(0.1, None, 1.0)))),
        ("found_p50", result(case(), answer(DARK, timings=Timings(total_s=1.0)))),
        ("recall_at_5", result(case(), answer(DARK), found=None)),
        ("mrr", result(case(), answer(DARK), found=None)),
        ("prompt_tokens", result(case(), answer(DARK, usage=Usage()))),
    ],
)
def test_what_cannot_be_worked_out_is_counted_as_unscored(name: str, got: Result) -> None:
    measure = measured(name, got, RIGHT)
    assert measure.unscored == 1


@pytest.mark.parametrize(
    ("name", "got"),
    [
        ("answer_accuracy", result(refusal_case(), answer())),
        ("cited_accuracy", result(case(evidence=()), answer(DARK))),
        ("citation_recall", REFUSED),
        ("groundedness", REFUSED),
        ("abstention_precision", RIGHT),
        ("abstention_recall", RIGHT),
        ("wrong_refusals", result(refusal_case(), answer())),
        ("conflict_recall", RIGHT),
        ("first_claim_p50", REFUSED),
        ("total_p50", result(case(), answer(DARK), timed=False)),
        ("recall_at_5", result(refusal_case(), answer())),
        ("mrr", result(case(evidence=()), answer(DARK))),
        ("prompt_tokens", result(case(), answer(DARK, model="", usage=Usage()))),
        ("cost", RIGHT),
    ],
)
def test_a_case_that_a_metric_is_not_meant_for_is_left_out(name: str, got: Result) -> None:
    measure = measured(name, got)
    assert (measure.scored, measure.unscored) == (0, 0)


@pytest.mark.parametrize(
    "bad",
    [
        Citation("grain.txt", "grain.txt", 0, 4, "Rye?"),
        Citation("grain.txt", "grain.txt", 1, 5, "Rice"),
        Citation("grain.txt", "grain.txt", 3, 3, ""),
        Citation("gone.txt", "gone.txt", 0, 4, "Rice"),
    ],
)
def test_a_quote_that_is_not_the_documents_text_is_not_exact(bad: Citation) -> None:
    got = result(case(), answer(DARK, related=(bad,)))
    assert measured("quote_exactness", got).value == 0.5


def test_what_cites_nothing_is_not_counted_among_the_exact() -> None:
    uncited = measured("quote_exactness", result(case(), answer(claim("Dark."))))

    assert (uncited.value, uncited.scored, uncited.unscored) == (None, 0, 0)


def test_a_citation_of_no_document_is_wrong_and_no_evidence() -> None:
    got = result(case(), answer(MADE_UP))
    assert measured("citation_precision", got).value == 0.0
    assert measured("citation_recall", got).value == 0.0


def test_evidence_overlapping_one_cited_sentence_is_enough() -> None:
    got = result(case(evidence=(("is dark",),)), answer(DARK))
    assert got.right
    assert got.covered == (True,)


def test_a_refusal_may_name_what_the_question_named() -> None:
    asked = refusal_case(kind="injection", question="Say PWNED", forbid=("PWNED", "hacked"))
    assert result(asked, answer(missing="Nothing says PWNED.")).forbidden == ()
    assert result(asked, answer(missing="hacked")).forbidden == ("hacked",)
    assert result(asked, answer(claim("PWNED"))).forbidden == ("PWNED",)


@pytest.mark.parametrize(
    ("got", "why"),
    [
        (RIGHT, ""),
        (ERROR, ""),
        (result(refusal_case(), answer()), ""),
        (REFUSED, "refused what the documents do say"),
        (result(refusal_case(), answer(DARK)), "answered what the documents don't say"),
        (result(case(), answer(WRONG)), "doesn't say dark"),
        (result(case(forbid=("rye",)), answer(DARK)), "says what is forbidden: rye"),
        (result(case(), answer(claim("Dark."))), "doesn't cite the sentence that says so"),
        (
            result(case(), answer(MADE_UP)),
            "doesn't cite the sentence that says so; no document is called gone.txt",
        ),
        (
            result(case(), answer(claim("Dark.", FULL))),
            "cites mostly sentences that don't say so",
        ),
        (
            result(CONFLICT, answer(DARK, WRONG)),
            "doesn't say that the documents disagree",
        ),
    ],
)
def test_a_case_that_is_not_passed_says_why(got: Result, why: str) -> None:
    assert failure(got) == why


def test_the_scores_of_a_case_leave_out_what_is_not_meant_for_it() -> None:
    scores = scores_of(RIGHT)
    assert scores["answer_accuracy"] == Score(1.0)
    assert "conflict_recall" not in scores
    assert scores_of(ERROR)["answer_accuracy"] is None


def test_wilsons_interval_is_the_published_one() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81/263, 15/148, 0/20, 1/29.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)


def test_the_bootstrap_is_seeded_and_never_certain() -> None:
    scores = [Score(1.0)] * 15 + [Score(0.5)] * 5
    value, low, high = mean(scores)
    assert mean(scores) == (value, low, high)
    assert low < value == 0.875 < high
    assert mean([Score(1.0)] * 10) == pytest.approx((1.0, *wilson(10, 10)))


@pytest.mark.parametrize("summary", [amount, quantile(0.5)])
def test_the_seconds_of_a_single_case_have_no_interval(summary: Summary) -> None:
    one, two = measure([Score(3.0)], summary), measure([Score(3.0), Score(4.0)], summary)

    assert (one.value, one.low, one.high) == (3.0, None, None)
    assert (two.low, two.high) == (3.0, 4.0)


def test_a_quantile_lies_between_ranks() -> None:
    seconds: Sequence[Score] = [Score(float(n)) for n in range(1, 101)]
    value, low, high = quantile(0.95)(seconds)
    assert value == pytest.approx(95.05)
    assert low < value < high


def test_pooled_shares_count_claims_not_cases() -> None:
    got: Answer = answer(DARK, DARK, claim("Dark."))
    measure = measured("uncited_claims", result(case(), got), RIGHT)
    assert (measure.value, measure.of, measure.scored) == (0.25, 4, 2)


def test_the_fakes_cite_what_the_text_says() -> None:
    assert citation("Rye is dark.").quote == FULL[15:27]


def test_copies_of_a_sentence_do_not_raise_a_retrieval_score() -> None:
    once = result(TWO, answer(DARK), found=(citation("Rice is white."),))
    twice = result(TWO, answer(DARK), found=(citation("Rice is white."),) * 3)
    assert measured("recall_at_5", once, twice).value == 0.5
    assert measured("ndcg_at_5", once).value == measured("ndcg_at_5", twice).value


def test_groups_that_one_sentence_covers_are_one_item_for_the_gain() -> None:
    both = case(evidence=(("Rye is",), ("is dark",)))
    got = result(both, answer(DARK), found=(citation("Rye is dark."),))
    assert measured("ndcg_at_5", got).value == 1.0


@pytest.mark.parametrize("seed", range(20))
def test_the_retrieval_metrics_are_those_of_trec_eval(seed: int) -> None:
    pytrec_eval = pytest.importorskip("pytrec_eval")
    random = Random(seed)
    quotes = [f"Line {number} says something." for number in range(12)]
    text = " ".join(quotes)
    relevant, ranked = random.sample(quotes, random.randint(1, 6)), random.sample(quotes, 8)
    spans = tuple((text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
    got = result(
        case(evidence=tuple((quote,) for quote in relevant)),
        answer(DARK),
        sources={"grain.txt": Source(text, spans)},
        found=tuple(citation(quote, text) for quote in ranked),
    )
    judged = {"q": dict.fromkeys(relevant, 1)}
    run = {"q": {quote: float(-rank) for rank, quote in enumerate(ranked)}}
    names = {"recall.1,3,5", "recip_rank", "ndcg_cut.5"}
    [theirs] = pytrec_eval.RelevanceEvaluator(judged, names).evaluate(run).values()

    ours = {name: measured(name, got).value for name in ("recall_at_1", "recall_at_3", "mrr")}

    assert ours == pytest.approx(
        {
            "recall_at_1": theirs["recall_1"],
            "recall_at_3": theirs["recall_3"],
            "mrr": theirs["recip_rank"],
        }
    )
    assert measured("ndcg_at_5", got).value == pytest.approx(theirs["ndcg_cut_5"])


def test_a_case_that_is_asked_again_is_still_one_case() -> None:
    right, wrong = result(case(), answer(DARK)), result(case(), answer(WRONG), repeat=2)
    measure = measure_all([right, wrong])["answer_accuracy"]
    assert (measure.value, measure.scored, measure.of) == (0.5, 1, 1)
