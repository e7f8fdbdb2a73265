"""Our verdict on claims beside the labels that people gave them."""

import json
from pathlib import Path

import pytest
from fakes import KEY, MODEL, FakeServer, Script

import footnoted
from evals.benchmarks.support import Verdict, balanced, main
from evals.errors import EvalError

EVIDENCE = [{"doc_id": "a", "sentences": ["Rye needs a sourdough.", "It has 12 ovens."]}]
CLAIMS = {
    "Rye needs a sourdough.": "supported",
    "Rye does not need a sourdough.": "contradicted",
    "It has 13 ovens.": "contradicted",
    "The bakery has 12 ovens and a mill.": "not_enough_info",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    lines = [
        json.dumps({"id": str(i), "claim": claim, "evidence": EVIDENCE, "label": label})
        for i, (claim, label) in enumerate(CLAIMS.items())
    ]
    for name in ("scifact_verify", "begin_wow"):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path


def verdicts(*shares: tuple[str, int, int]) -> list[Verdict]:
    """For each (label, right, all), as many verdicts."""
    return [
        Verdict(f"{label}{i}", label, (i < right) == (label == "supported"))
        for label, right, count in shares
        for i in range(count)
    ]


def test_balanced_accuracy_is_the_mean_of_both_sides_however_many_each_has() -> None:
    value, low, high = balanced(verdicts(("supported", 9, 10), ("contradicted", 45, 90)))

    assert value == pytest.approx(0.7)
    assert low < value < high


def test_claims_of_one_label_alone_have_no_balanced_accuracy() -> None:
    with pytest.raises(EvalError, match="one label alone"):
        balanced(verdicts(("supported", 1, 2)))


def test_without_a_model_what_no_exact_check_speaks_against_counts_as_supported(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    kept = data / "kept.jsonl"

    code = main(["--data", str(data), "--split", "all", "--json", str(kept)])

    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    assert code == 0
    assert [row["supported"] for row in rows[:4]] == [True, False, False, True]
    assert "exact checks alone: balanced accuracy 83.3%" in capsys.readouterr().out


def test_with_a_model_what_it_does_not_find_stated_is_not_supported(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(states_claim=lambda _, claim: 0.02 if "mill" in claim else 0.99)
    with FakeServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("FOOTNOTED_MODEL", MODEL)
        code = main(["--data", str(data), "--split", "all", "--set", "begin_wow"])

    assert code == 0
    assert f"begin_wow, {MODEL}: balanced accuracy 100.0%" in capsys.readouterr().out


def test_the_suites_are_run_by_the_eval_command(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    monkeypatch.setattr("evals.benchmarks.support.split_of", lambda _: "test")

    code = footnoted.main(["eval", "--suite", "scifact_verify", "--data", str(data)])

    assert code == 0
    assert "scifact_verify, exact checks alone" in capsys.readouterr().out


def test_missing_data_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2

    assert "can't be read" in capsys.readouterr().err
