"""Our verdict on claims beside the labels that people gave them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import KEY, MODEL, FakeServer, Script

import footnoted
from evals.benchmarks.support import Judged, Reading, main
from evals.cases import split_of

EVIDENCE = [{"doc_id": "a", "sentences": ["Rye needs a sourdough.", "It has 12 ovens."]}]
CLAIMS = {
    "Rye needs a sourdough.": "supported",
    "Rye does not need a sourdough.": "contradicted",
    "It has 13 ovens.": "contradicted",
    "The bakery has 12 ovens and a mill.": "not_enough_info",
}


def ids_of(half: str) -> Iterator[str]:
    return (str(number) for number in range(99) if split_of(str(number)) == half)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Every claim once in each half."""
    lines = [
        json.dumps({"id": id_, "claim": claim, "evidence": EVIDENCE, "label": label})
        for half in ("calibration", "test")
        for id_, (claim, label) in zip(ids_of(half), CLAIMS.items(), strict=False)
    ]
    for name in ("scifact_verify", "begin_wow"):
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path


def judged(label: str, *rows: tuple[Reading, ...]) -> Judged:
    return Judged("x", label, rows)


def test_a_claim_scores_as_its_weakest_sentence_does_in_what_fits_it_best() -> None:
    low, high = Reading(True, False, 0.2), Reading(True, False, 0.9)
    one = judged("supported", (low, high), (high, Reading(True, False, 0.6)))

    assert one.score(lambda reading: reading.states or 0.0) == 0.9
    assert judged("supported", (high,), (low,)).score(lambda reading: reading.states or 0.0) == 0.2


def test_a_claim_without_evidence_scores_nothing() -> None:
    assert judged("supported", ()).score(lambda reading: 1.0) == 0.0


def test_without_a_model_the_exact_checks_score_alone(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")

    code = main(["--data", str(data), "--set", "begin_wow", "--run", str(data / "kept")])

    lines = (data / "kept" / "begin_wow.none.jsonl").read_text().splitlines()
    kept = {row["label"]: row["readings"][0][0] for row in map(json.loads, lines)}
    said = capsys.readouterr().out
    assert code == 0
    assert kept["supported"] == [True, False, None]
    assert kept["contradicted"][0] is False
    assert "begin_wow, no model: 4 claims of the test half (1 supported), cuts from 4" in said
    assert "exact checks alone" in said
    assert "0.833" in said
    assert "the judge" not in said


def test_with_a_model_each_way_to_score_is_told_and_no_claim_is_read_twice(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = Script(states_claim=lambda text, claim: 0.99 if claim in text else 0.02)
    flags = ["--data", str(data), "--set", "begin_wow", "--run", str(data / "kept")]
    with FakeServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("FOOTNOTED_MODEL", MODEL)
        first = main(flags), len(server.requests), capsys.readouterr().out
        again = main(flags), len(server.requests), capsys.readouterr().out

    assert again == first
    assert re.search(r"the judge alone +0\.5\d +1\.000", first[2])
    assert re.search(r"as footnoted verify decides +0\.50 +1\.000", first[2])


def test_kept_readings_that_are_none_are_a_usage_error(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    (data / "begin_wow.none.jsonl").write_text('{"id": 3}\n')

    assert main(["--data", str(data), "--set", "begin_wow", "--run", str(data)]) == 2
    assert "holds no readings" in capsys.readouterr().err


def test_the_suites_are_run_by_the_eval_command(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")

    code = footnoted.main(["eval", "--suite", "scifact_verify", "--data", str(data)])

    assert code == 0
    assert "scifact_verify, no model: 4 claims" in capsys.readouterr().out


def test_a_suite_refuses_flags_that_it_does_not_have(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--suite", "begin_wow", "--data", str(data), "--jobs", "2"]

    assert footnoted.main(["eval", *flags]) == 2
    assert "unrecognized arguments: --jobs 2" in capsys.readouterr().err


def test_missing_data_is_a_usage_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path)]) == 2

    assert "can't be read" in capsys.readouterr().err
