import json
from pathlib import Path

import pytest
from made import lines, pdf

from evals.benchmarks.parsing import main


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A benchmark of two files, one of which is no PDF."""
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.pdf").write_bytes(pdf([lines("The infor-\nmation is here.")]))
    (tmp_path / "files" / "b.pdf").write_bytes(b"no")
    record = {
        "must_contain": ["The information", "Is here", "not there"],
        "must_not_contain": ["is"],
    }
    records = [
        {"set": "docling_parse", "file": "a.pdf", **record},
        {"set": "docling_parse", "file": "b.pdf", "must_contain": ["lost"]},
    ]
    text = "".join(json.dumps(each) + "\n" for each in records)
    (tmp_path / "docling_parse.jsonl").write_text(text)
    (tmp_path / "pypdf_parse.jsonl").write_text("")
    return tmp_path


def test_what_survives_and_what_intrudes_is_counted_by_file_and_by_set(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(data)]) == 0

    out = capsys.readouterr().out
    assert "lost: not there" in out
    assert "b.pdf  it is no PDF, or is damaged or cut short" in out
    assert "docling_parse: 2 of 4 kept (50.0%); 1 of 1 intruded; 1 of 2 files read" in out


def test_what_stands_only_in_a_pages_menu_is_counted_apart(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = "<nav><a>Cite this page</a></nav><p>Ducks swim.</p><script>quack()</script>"
    (data / "files" / "duck.html").write_text(f"<html><body>{body}</body></html>")
    wanted = ["Ducks swim", "Cite this page", "quack"]
    record = {"set": "docling_parse", "file": "duck.html", "must_contain": wanted}
    (data / "docling_parse.jsonl").write_text(json.dumps(record) + "\n")

    assert main(["--data", str(data)]) == 0

    out = capsys.readouterr().out
    assert "lost: quack" in out
    assert "lost: Cite" not in out
    assert "1 of 3 kept (33.3%; without 1 of menus 50.0%)" in out


def test_a_folder_without_the_benchmark_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["--data", str(tmp_path)])

    assert stop.value.code == 2
    assert "holds no docling_parse.jsonl" in capsys.readouterr().err
