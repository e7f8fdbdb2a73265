"""The benchmark of altered claims and true paraphrases, on a benchmark of four documents."""

import json
from pathlib import Path

import pytest
from fakes import KEY, MODEL, FakeServer, Script

from evals.benchmarks.mutations import Case, cases, main
from evals.benchmarks.originals import SETS, answered, originals

TEXTS = {
    "Ruritania": "Ruritania is a land of 4,500 lakes (some of them salt) and 12 harbours. In March "
    "1954, the parliament of Ruritania could not pass the law. The lakes are about 30 km long. "
    "According to Hentzau, the law was written by Mohr. Later Ruritania attacked Freedonia, but it "
    "did not win. Hentzau was a general in Strelsau.",
    "Freedonia": "Freedonia has 31 mines and three schools. However, the mines of Freedonia may "
    "close on May 3, 1987. Most of the miners moved to Sylvania in 1990. The firm of Firefly and "
    "the bank of Teasdale are in Sylvania. Firefly defeated Teasdale in 1991.",
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Every set of it: the first with the documents, clapnq with an answer that a person wrote."""
    for name in SETS:
        (tmp_path / f"{name}.jsonl").write_text("")
    passages = [{"doc_id": name, "title": name, "text": text} for name, text in TEXTS.items()]
    (tmp_path / "squad2.jsonl").write_text(json.dumps({"passages": passages}) + "\n")
    gold = [{"doc_id": "Ruritania", "text": "Ruritania is a land of 4,500 lakes."}]
    written = {"answers": ["It has 4,500 lakes."], "gold_sentences": gold, "passages": passages}
    (tmp_path / "clapnq.jsonl").write_text(json.dumps(written) + "\n")
    return tmp_path


@pytest.fixture
def found(data: Path) -> list[Case]:
    return cases(originals(data), answered(data), "all")


def test_every_altered_claim_differs_from_its_source_or_cites_another_sentence(
    found: list[Case],
) -> None:
    altered = [case for case in found if case.altered]

    assert {"number", "date", "negation", "modality", "citation moved"} <= {c.kind for c in altered}
    assert all(c.claim != c.original or c.passage.sentence.text != c.original for c in altered)


def test_a_paraphrase_cites_the_sentence_that_it_is_made_from(found: list[Case]) -> None:
    true = [case for case in found if not case.altered]

    assert {"parenthesis dropped", "date format", "written by people"} <= {c.kind for c in true}
    assert all(case.claim != case.original for case in true)
    assert all(case.passage.sentence.text == case.original for case in true)


def test_the_same_seed_makes_the_same_claims_and_no_document_is_in_both_halves(data: Path) -> None:
    halves = [
        {c.passage.sentence.title for c in cases(originals(data), answered(data), half)}
        for half in ("calibration", "test")
    ]

    assert cases(originals(data), answered(data), "all") == cases(
        originals(data), answered(data), "all"
    )
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == set(TEXTS)


def test_the_share_that_is_blocked_is_told_by_kind(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "kept.jsonl"

    code = main(["--data", str(data), "--split", "all", "--json", str(kept)])

    said = capsys.readouterr().out
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    blocked = [row for row in rows if row["altered"] and row["exact"]]
    share = len(blocked) / sum(row["altered"] for row in rows)
    assert code == 0
    assert "all altered claims" in said
    assert "all true paraphrases" in said
    assert f"blocked {share:6.1%}" in said


@pytest.mark.parametrize(("yes", "blocked"), [(0.02, "100.0%"), (0.99, "0.0%")])
def test_the_judge_decides_on_what_no_exact_check_blocks(
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    yes: float,
    blocked: str,
) -> None:
    with FakeServer(Script(states_claim=lambda *_: yes)) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("FOOTNOTED_MODEL", MODEL)
        code = main(["--data", str(data), "--split", "all", "--judge", "5"])

    (row,) = [line for line in capsys.readouterr().out.splitlines() if "all true" in line]
    assert code == 0
    assert f"blocked {blocked}" in " ".join(row.split())
    assert server.requests


def test_the_judge_needs_a_model_and_the_benchmark_its_data(
    data: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")

    assert main(["--data", str(data), "--split", "all", "--judge", "5"]) == 2
    assert main(["--data", str(tmp_path / "none")]) == 2
    said = capsys.readouterr().err
    assert "set FOOTNOTED_MODEL" in said
    assert "--data names the public benchmark's folder" in said


def test_a_sample_is_printed_to_be_read(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(data), "--split", "all", "--show", "3"]) == 0

    assert capsys.readouterr().out.count("  source: ") == 3
