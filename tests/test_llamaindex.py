"""The examples of docs/llamaindex.md, each a LlamaIndex program of its own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from index.embedding import Embedder
from index.ingest import ingest
from index.library import open_writer

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "llamaindex.md").read_text(encoding="utf-8")
EMBEDDER, SPLITTER, RETRIEVER, RERANKER = re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        (EMBEDDER, "Rye needs a sourdough.\n"),
        (SPLITTER, "0 Rice is good.\n14 Dr. No said so.\n30 Rice is good.\n"),
        (RERANKER, "Lund had 94,703 inhabitants in 2020.\n"),
    ],
)
def test_embedder_splitter_and_reranker_work_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str, printed: str
) -> None:
    assert said_by(program, tmp_path, monkeypatch) == printed


def test_the_retriever_serves_a_plain_query_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embedder: Embedder
) -> None:
    with open_writer(tmp_path / ".footnoted", embedder) as writer:
        ingest([ROOT / "seeds"], writer)
        texts = {row.source: writer.document(row.id) for row in writer.documents()}

    source, start, end = said_by(RETRIEVER, tmp_path, monkeypatch).rsplit(maxsplit=2)

    document = texts[source]
    assert document is not None
    assert "600,000 and 700,000 tons of rice" in document.text[int(start) : int(end)]


def said_by(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What a program prints that is run in `folder` by a Python of its own."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
