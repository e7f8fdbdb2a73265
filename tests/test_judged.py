"""What judging is worth, worked out on made-up rankings, and asked of the model only once."""

from pathlib import Path
from typing import Any, cast

import pytest

from evals.benchmarks.corpora import Query
from evals.benchmarks.judged import Candidates, Judgements, fitted, reordered
from evals.benchmarks.pages import agreement


class Yes:
    """A turn that is sure of everything, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def yes(self, prompts: list[str]) -> list[float | None]:
        self.asked += prompts
        return [0.9]


def candidates(right: str, *, judged: str) -> Candidates:
    found = tuple((id_, 1 - at / 10, 0.9 * (id_ == judged)) for at, id_ in enumerate("abcdefgh"))
    return Candidates(Query("q", "?", (), frozenset(right)), found, tuple("abcdefgh"))


def test_a_judgement_moves_a_document_by_its_weight() -> None:
    found = candidates("g", judged="g").found

    assert reordered(found, 0.0)[0] == "a"
    assert reordered(found, 0.5).index("g") == 2
    assert reordered(found, 1.0)[0] == "g"


@pytest.mark.parametrize(("judged", "helps"), [("g", True), ("h", False)])
def test_judging_weighs_only_where_it_helps(judged: str, helps: bool) -> None:
    assert (fitted([[candidates("g", judged=judged)]]) > 0) == helps


def test_what_was_judged_is_not_asked_again(tmp_path: Path) -> None:
    turn = Yes()
    for _ in range(2):
        judgements = Judgements(tmp_path / "kept.jsonl", lambda: cast("Any", turn), "model")
        assert judgements.yes("Is rice dear?") == 0.9

    assert turn.asked == ["Is rice dear?"]


def test_agreement_is_counted_by_runs_of_four_words() -> None:
    precision, recall, f1 = agreement("menu a b c d e", "a b c d e f")

    assert (precision, recall, f1) == (2 / 3, 2 / 3, pytest.approx(2 / 3))
