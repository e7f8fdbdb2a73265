"""Small libraries that are changed step by step, and what must hold of them after any step."""

import hashlib
import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.documents import DEFAULT_COLLECTION, Document, Scope, document_id
from index.embedding import DIMENSIONS, Embedder, Vectors
from index.library import Library, open_library, open_writer

__all__ = ["SCENARIOS", "HashEmbedder", "State", "Step", "after", "perform", "problems", "start"]

State = dict[tuple[str, str], str]  # a document's text by its collection and source

WORDS = "mill abbey ferry glass oil sheep book lamp cellar river bishop market bell stone".split()


class HashEmbedder(Embedder):
    """Vectors from a text's hash: as good as real ones for a store, and no model is loaded."""

    def __init__(self) -> None:
        self.name = "hash"

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """How many words each text has."""
        return [len(text.split()) for text in texts]

    def embed_spans(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Vectors, list[Vectors]]:
        """As `Embedder.embed_spans`."""
        pooled = [
            self._vectors([text[start:end] for start, end in own])
            for text, own in zip(texts, spans, strict=True)
        ]
        return self._vectors(texts), pooled

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        made = np.zeros((len(texts), DIMENSIONS), np.float32)
        for row, text in enumerate(texts):
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
            made[row] = np.random.default_rng(seed).normal(size=DIMENSIONS)
        unit: Vectors = made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-12)
        return unit


@dataclass(frozen=True, slots=True)
class Step:
    """One change: `what` is store, remove, move (to the source `text`) or rebuild."""

    what: str
    collection: str = DEFAULT_COLLECTION
    source: str = ""
    text: str = ""


def start(seed: int) -> State:
    """The texts of a small library in two collections."""
    names = [(DEFAULT_COLLECTION, "one"), (DEFAULT_COLLECTION, "two"), ("vault", "one")]
    return {name: _tale(random.Random(f"{seed} {name}"), 40) for name in names}  # noqa: S311


def _ingest(seed: int) -> list[Step]:
    rng = random.Random(seed)  # noqa: S311  no secret
    collections = (DEFAULT_COLLECTION, "vault", "annex")  # the last is new
    return [Step("store", name, f"new in {name}", _tale(rng, 30)) for name in collections]


def _update(seed: int) -> list[Step]:
    before = start(seed)[DEFAULT_COLLECTION, "one"]
    cut = before.replace(before.split(". ")[7], "Nobody knows what stood here")
    shorter = ". ".join(cut.split(". ")[:20]) + "."
    return [
        Step("store", DEFAULT_COLLECTION, "one", cut),
        Step("move", DEFAULT_COLLECTION, "two", "three"),
        Step("store", DEFAULT_COLLECTION, "one", shorter),
    ]


def _delete(_: int) -> list[Step]:
    return [Step("remove", DEFAULT_COLLECTION, "one"), Step("remove", "vault", "one")]


def _rebuild(_: int) -> list[Step]:
    return [Step("rebuild")]


SCENARIOS: dict[str, Callable[[int], list[Step]]] = {
    "ingest": _ingest,
    "update": _update,
    "delete": _delete,
    "rebuild": _rebuild,
}


def perform(folder: Path, step: Step) -> None:
    """Make one change to the library, as the shell would: a writer is opened for it and closed."""
    rebuild = step.what == "rebuild"
    with open_writer(folder, HashEmbedder(), collection=step.collection, rebuild=rebuild) as writer:
        row = next((r for r in writer.documents(step.collection) if r.source == step.source), None)
        if step.what == "store":
            writer.store(writer.prepare(_document(step)))
        elif step.what == "remove":
            writer.remove(step.source)
        elif step.what == "move" and row is not None:
            writer.move(row.id, source=step.text, path="", title=step.text)


def after(state: State, step: Step) -> State:
    """The texts once a step is done."""
    changed = dict(state)
    name = step.collection, step.source
    if step.what == "store":
        changed[name] = step.text
    elif step.what == "remove":
        del changed[name]
    elif step.what == "move":
        changed[step.collection, step.text] = changed.pop(name)
    return changed


def problems(folder: Path, expected: Sequence[State]) -> list[str]:
    """What is wrong with a library that must hold one of the expected states.

    A reader looks at it as the crash left it, the ledger is checked as it is, and after the next
    writer was opened the whole, Chroma included.
    """
    from index.checkup import CHECKS
    from index.doctor import examine

    with open_library(folder, HashEmbedder()) as library:
        wrong = _as_seen(library, expected)
    ledger = sqlite3.connect(folder / "ledger.sqlite")
    wrong += [f"{f.check}: {f.what}" for check in CHECKS.values() for f in check(ledger)]
    ledger.close()
    open_writer(folder, HashEmbedder()).close()
    wrong += [f"after: {one.check}: {one.what}" for one in examine(folder, None).found]
    return wrong


def _as_seen(library: Library, expected: Sequence[State]) -> list[str]:
    """What a reader is shown that no expected state has."""
    wrong = []
    seen: State = {}
    for row in library.documents():
        document = library.document(row.id)
        seen[row.collection, row.source] = document.text if document else ""
    if seen not in expected:
        states = " or ".join(str(sorted(state)) for state in expected)
        wrong.append(f"holds {sorted(seen)} or other texts, where {states} was acknowledged")
    for collection in {name for name, _ in seen}:
        found = library.dense(HashEmbedder().embed(["bell"])[0], 50, Scope(collection))
        dangling = [id_ for id_, _ in found if library.chunk(id_) is None]
        wrong += [f"finds the chunk {id_} that isn't there" for id_ in dangling]
        if not found:
            wrong.append(f"finds nothing in {collection}")
    return wrong


def _document(step: Step) -> Document:
    id_ = document_id(step.source, step.text)
    return Document(id_, step.source, step.source, step.text, "text/plain", "", "")


def _tale(rng: random.Random, sentences: int) -> str:
    return " ".join(
        f"The {rng.choice(WORDS)} of {rng.choice(WORDS)} gave {rng.randint(2, 999)} "
        f"{rng.choice(WORDS)}s to the {rng.choice(WORDS)} in {rng.randint(1100, 1900)}."
        for _ in range(sentences)
    )
