"""The benchmarks' curves: one page, drawn from what the benchmarks wrote."""

import json
import re
from pathlib import Path

import pytest

from evals.benchmarks.curves import as_page, main
from evals.benchmarks.sides import OURS, STACK

SPENT = {"p50": 20.0, "CPU p50": 15.0, "p95": 30.0, "CPU p95": 22.0}
SCALE = [
    {"chunks": chunks, "everything": SPENT, "recall": {"1": 1.0, "10": 0.98}}
    for chunks in (10_000, 100_000)
]
RETRIEVAL = [
    {"set": "a set", "side": side, "recall": {"1": 0.5, "5": share, "20": 0.95}}
    for side, share in ((OURS, 0.9), (STACK, 0.8))
]


def test_time_is_drawn_against_size_and_recall_against_k() -> None:
    page = as_page(SCALE, RETRIEVAL)

    titles = re.findall("<strong>([^<]+)</strong>", page)
    assert titles == [
        "Time against size",
        "Recall against k, Chroma's index".replace("'", "&#x27;"),
        "Recall against k, a set",
    ]
    assert page.count("<svg") == 3
    assert all(f">{name}<" in page for name in ("10,000", "100,000", "p95", "Footnoted", "stack"))


def test_a_higher_recall_is_drawn_higher() -> None:
    page = as_page([], RETRIEVAL)

    ours, stack = (
        [float(point.split()[1]) for point in path.split("L")]
        for path in re.findall(r'<path class="series s\d" d="M([\d. L]+)"/>', page)
    )
    assert ours[0] == stack[0]
    assert ours[1] < stack[1]  # SVG counts down from the top


def test_one_size_alone_is_drawn() -> None:
    assert as_page(SCALE[:1], []).count("<svg") == 2


def test_the_page_is_written_beside_what_it_draws(tmp_path: Path) -> None:
    (tmp_path / "scale.json").write_text(json.dumps(SCALE))

    assert main(["--report", str(tmp_path)]) == 0

    assert "Time against size" in (tmp_path / "bench.html").read_text("utf-8")


@pytest.mark.parametrize("held", ["", "{", '[{"set": "of an older version"}]'])
def test_what_is_missing_or_broken_is_told_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], held: str
) -> None:
    (tmp_path / "scale.json").write_text(held) if held else None

    code = main(["--report", str(tmp_path)])

    said = capsys.readouterr().err
    assert (code, said.count("\n")) == (2, 1)
    assert "python -m" in said or "run its benchmark again" in said
