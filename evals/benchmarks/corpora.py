"""The retrieval sets of the public benchmark, and a library of each, made by the project's floor.

Vectors are kept in a file of `build/`, by the text they are of, so that a second run is quick.
"""

import gzip
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from evals.cases import split_of
from evals.errors import EvalError
from index import chunks
from index.embedding import DIMENSIONS, Embedder, Span, Vectors
from index.ingest import add_text
from index.library import open_library, open_writer

__all__ = ["SETS", "Corpus", "Query", "RememberingEmbedder", "filled", "load"]

MAKERS = ("blocks", "chunks", "sentences", "embedding", "graph", "prepare", "tables", "ledger")
SETS = ("scifact_retrieval", "wikimix_retrieval", "mtrag_retrieval")


@dataclass(frozen=True, slots=True)
class Query:
    """A question, what its asker said before it (oldest first), and the documents it is after."""

    id: str
    text: str
    earlier: tuple[str, ...]
    relevant: frozenset[str]

    @property
    def told(self) -> str:
        """The question after the one before it: a follow-up can't be read without that."""
        return " ".join((*self.earlier[-1:], self.text))

    @property
    def half(self) -> str:
        """`calibration` or `test`, by the hash of its id."""
        return split_of(self.id)


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents by id, as (title, text), and the queries that are asked of them."""

    name: str
    documents: dict[str, tuple[str, str]]
    queries: tuple[Query, ...]


def load(name: str, data: Path) -> Corpus:
    """The set of that name; raises EvalError where its files are missing or not what they were."""
    if name not in SETS:
        raise EvalError(f"there is no benchmark {name}: give --suite one of {', '.join(SETS)}")
    queries = tuple(map(_query, _lines(data / f"{name}.jsonl")))
    held = _lines(data / "corpus" / f"{name.removesuffix('_retrieval')}.jsonl.gz")
    documents = {one["doc_id"]: (one["title"], _without(one["text"], one["title"])) for one in held}
    unknown = {id_ for query in queries for id_ in query.relevant} - documents.keys()
    if unknown or not queries:
        raise EvalError(f"the set {name} in {data} is not whole: fetch it again")
    return Corpus(name, documents, queries)


def filled(corpus: Corpus, embedder: Embedder) -> Path:
    """The folder of a library of a corpus; each document is a Markdown file with its title above.

    It lies in `build/` and is made once for each state of the code that makes libraries.
    """
    made_by = hashlib.sha256(b"".join(map(_source, MAKERS)))
    folder = Path("build", "bench", f"{corpus.name}-{made_by.hexdigest()[:12]}")
    with open_library(folder, embedder) as library:
        held = {row.source for row in library.documents()}
    missing = [id_ for id_ in corpus.documents if f"{id_}.md" not in held]
    if missing:
        with open_writer(folder, embedder) as writer:
            for id_ in tqdm(missing, f"indexing {corpus.name}", disable=None):
                title, text = corpus.documents[id_]
                add_text(f"{id_}.md", f"# {title}\n\n{text}", writer)
    return folder


class RememberingEmbedder(Embedder):
    """An embedder that looks up what it has read before, in a file."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        super().__init__(embedder.name, embedder._model, embedder._tokenizer)
        file.parent.mkdir(parents=True, exist_ok=True)
        self._known = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._known.execute("PRAGMA journal_mode = WAL")
        self._known.execute("PRAGMA synchronous = OFF")  # what is lost is made again
        self._known.execute("CREATE TABLE IF NOT EXISTS known (key BLOB PRIMARY KEY, vectors BLOB)")

    def embed_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[Span]]
    ) -> tuple[Vectors, list[Vectors]]:
        """As Embedder's; vectors that were read before are as they were, to float16."""
        keys = [self._key(text, own) for text, own in zip(texts, spans, strict=True)]
        found = {key: held for key in keys if (held := self._get(key)) is not None}
        fresh = [at for at, key in enumerate(keys) if key not in found]
        vectors, pooled = super().embed_spans([texts[a] for a in fresh], [spans[a] for a in fresh])
        for at, vector, own in zip(fresh, vectors, pooled, strict=True):
            found[keys[at]] = np.vstack([vector, own])
            self.remember(texts[at], spans[at], found[keys[at]])
        stacks = [found[key] for key in keys]
        whole = np.stack([stack[0] for stack in stacks]) if stacks else vectors
        return whole, [stack[1:] for stack in stacks]

    def remember(self, text: str, spans: Sequence[Span], vectors: Vectors) -> None:
        """Keep a text's vector and those of its spans, (1 + spans, 384)."""
        values = (self._key(text, spans), vectors.astype(np.float16).tobytes())
        self._known.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", values)

    def _get(self, key: bytes) -> Vectors | None:
        row = self._known.execute("SELECT vectors FROM known WHERE key = ?", (key,)).fetchone()
        if row is None:
            return None
        return np.frombuffer(row[0], np.float16).reshape(-1, DIMENSIONS).astype(np.float32)

    def _key(self, text: str, spans: Sequence[Span]) -> bytes:
        named = f"{self.name}\0{[tuple(span) for span in spans]}\0{text}"
        return hashlib.sha256(named.encode("utf-8", "surrogatepass")).digest()


def _source(module: str) -> bytes:
    return Path(chunks.__file__).with_name(f"{module}.py").read_bytes()


def _query(raw: dict[str, Any]) -> Query:
    earlier = [turn["text"] for turn in raw.get("history", []) if turn["role"] == "user"]
    return Query(raw["id"], raw["query"], tuple(earlier), frozenset(raw["relevant"]))


def _without(text: str, title: str) -> str:
    return text.removeprefix(title).lstrip() or text


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with (
            gzip.open(path, "rt", encoding="utf-8")
            if path.suffix == ".gz"
            else path.open(encoding="utf-8") as lines
        ):
            yield from map(json.loads, lines)
    except (OSError, ValueError) as error:
        raise EvalError(
            f"{path} can't be read ({error}): --data names the public benchmark's folder"
        ) from error
