"""`python -m evals.benchmarks.ingest --data DIR`: how quickly texts are embedded, and taken in.

The texts are a public set's abstracts. Each round runs every side once, in an order that is drawn
anew, so that a busy machine is busy for all of them; medians over rounds are reported. Chroma's
default function gets the same weights as float32 ONNX; it reads 256 tokens of a text and pads to as
many. With `--python FILE`, a Python that has llama-index-embeddings-huggingface and
llama-index-vector-stores-chroma, sentence-transformers and the LlamaIndex stack on it run beside.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from evals.benchmarks.corpora import load
from evals.benchmarks.huggingface import lay_out
from evals.exits import exit_code
from index.chunks import group
from index.embedding import Embedder, Vectors
from index.errors import LibraryError
from index.folders import cache_folder
from index.ingest import Summary, ingest
from index.library import open_writer
from index.sentences import split_sentences
from index.terminal import guarded
from index.weights import EMBEDDER, TOKENIZER, weights_path

__all__ = ["main"]

OURS, CHROMA, TORCH = "Footnoted", "Chroma's default function", "sentence-transformers"
ALONE, STACK = "the embedder alone", "LlamaIndex stack, HuggingFace"
PER_FILE = 20  # abstracts, about 30 kB
Embed = Callable[[Sequence[str]], Vectors]
Ask = Callable[[dict[str, Any]], dict[str, Any]]


def main(argv: Sequence[str] | None = None) -> int:
    """Print both tables; 1 where a bar is missed, 2 where the data is missing."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.ingest")
    add = parser.add_argument
    add("--data", type=Path, default=Path("../shared/bench"), help="the public benchmark's folder")
    add("--python", type=Path, metavar="FILE", help="a Python that has torch and the stack")
    add("--rounds", type=int, default=5)
    add("--texts", type=int, default=400, help="abstracts that are embedded and taken in")
    options = parser.parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    documents = load("scifact_retrieval", options.data).documents.values()
    abstracts = [f"{title}\n\n{text}" for title, text in documents][: options.texts]
    files = [
        "\n\n".join(abstracts[at : at + PER_FILE]) for at in range(0, len(abstracts), PER_FILE)
    ]
    embedder = Embedder.load(cache_folder())
    with ExitStack() as held:
        ask = held.enter_context(_child(options.python)) if options.python else None
        missed = _embedding(embedder, abstracts, ask, options.rounds)
        missed += _ingesting(embedder, files, ask, options.rounds)
    print("\n".join(missed) or "every bar is held")
    return 1 if missed else 0


def _embedding(
    embedder: Embedder, abstracts: Sequence[str], ask: Ask | None, rounds: int
) -> list[str]:
    texts = [chunk for text in abstracts for chunk in _chunks(text, embedder)][: len(abstracts)]
    sides: dict[str, Embed] = {OURS: embedder.embed, CHROMA: _chromas()}
    if ask is not None:
        sides[TORCH] = lambda some: np.array(ask({"embed": list(some)})["vectors"])
    made = {name: embed(texts[:100]) for name, embed in sides.items()}
    took = _rounds({name: _call(embed, texts) for name, embed in sides.items()}, rounds)
    print(f"\nembedding {len(texts)} chunks of text, 2 cores or as many as there are")
    missed = []
    for name, seconds in took.items():
        cosine = float((made[name] * made[OURS]).sum(axis=1).min())
        times = seconds / took[OURS]
        print(
            f"  {name:32}{len(texts) / seconds:8.0f} texts/s{times:8.2f} times as long as ours, "
            f"least cosine with ours {cosine:.4f}"
        )
        least = {OURS: 1.0, CHROMA: 2.0, TORCH: 1.3}[name]
        if times < least:
            missed.append(f"missed: {least} times {name}")
        if cosine < 0.985:
            missed.append(f"missed: a cosine of .985 with {name}")
    return missed


def _ingesting(embedder: Embedder, files: Sequence[str], ask: Ask | None, rounds: int) -> list[str]:
    size = sum(len(text.encode()) for text in files) / 1e6
    chunks = [chunk for text in files for chunk in _chunks(text, embedder)]
    with tempfile.TemporaryDirectory() as folder:
        for number, text in enumerate(files):
            Path(folder, f"{number:04}.txt").write_text(text, encoding="utf-8")
        sides: dict[str, Callable[[], object]] = {
            OURS: lambda: _taken_in(Path(folder), embedder),
            ALONE: _call(embedder.embed, chunks),
        }
        if ask is not None:
            sides[STACK] = lambda: ask({"ingest": list(files)})
        took = _rounds(sides, rounds)
        again = _again(Path(folder), embedder, rounds)
    print(f"\ntaking in {len(files)} files, {size:.2f} MB, {len(chunks)} chunks")
    for name, seconds in took.items():
        print(f"  {name:32}{size / seconds:8.3f} MB/s")
    faster = took[OURS] / again
    print(f"  the same again, unchanged: {1000 * again:.1f} ms, {faster:.0f} times as fast")
    missed = ["missed: the unchanged 500 times as fast"] * (faster < 500)
    if took[ALONE] / took[OURS] < 0.9:
        missed.append(f"missed: {took[ALONE] / took[OURS]:.0%} of the embedder alone, not 90%")
    if STACK in took and took[STACK] / took[OURS] < 2:
        missed.append(f"missed: {took[STACK] / took[OURS]:.2f} times the stack, not 2")
    return missed


def _rounds(sides: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """The median seconds of each side."""
    took: dict[str, list[float]] = {name: [] for name in sides}
    drawn = random.Random(3)  # noqa: S311  an order, no secret
    for _ in range(rounds):
        for name in drawn.sample(list(sides), len(sides)):
            start = time.perf_counter()
            sides[name]()
            took[name].append(time.perf_counter() - start)
    return {name: float(np.median(seconds)) for name, seconds in took.items()}


def _taken_in(folder: Path, embedder: Embedder) -> None:
    with (
        tempfile.TemporaryDirectory() as data,
        open_writer(Path(data), embedder) as writer,
    ):
        summary = ingest([folder], writer)
    if summary.failed:
        raise LibraryError(str(summary.failed[0]))


def _again(folder: Path, embedder: Embedder, rounds: int) -> float:
    """The median seconds that it takes to index what is indexed, the opening included."""
    with tempfile.TemporaryDirectory() as data:

        def once() -> Summary:
            with open_writer(Path(data), embedder) as writer:
                return ingest([folder], writer)

        first = once()
        took = []
        for _ in range(rounds):
            start = time.perf_counter()
            second = once()
            took.append(time.perf_counter() - start)
            if second.unchanged != first.added:
                raise LibraryError(f"{first.added} files were taken in, and {second} came after")
    return float(np.median(took))


def _chunks(text: str, embedder: Embedder) -> list[str]:
    sentences = split_sentences(text)
    chunks = group(text, sentences, embedder.count_tokens)
    return [text[chunk.start : chunk.end] for chunk in chunks]


def _call(embed: Embed, texts: Sequence[str]) -> Callable[[], Vectors]:
    return lambda: embed(texts)


def _chromas() -> Embed:
    """Chroma's default function, over the weights that are here in place of those it fetches."""
    import onnxruntime as ort
    from chromadb.utils.embedding_functions.onnx_mini_lm_l6_v2 import ONNXMiniLM_L6_V2
    from tokenizers import Tokenizer

    from index.graph import build_graph

    weights, tokenizer = (weights_path(one, cache_folder()) for one in (EMBEDDER, TOKENIZER))
    session = ort.InferenceSession(build_graph(weights, quantise=False))

    class Renamed:
        """Its inputs have other names here."""

        def run(self, _: None, inputs: dict[str, Any]) -> Any:
            ids, mask = inputs["input_ids"], inputs["attention_mask"]
            named = {"ids": ids.astype(np.int32), "mask": mask.astype(np.int32)}
            return session.run(["vectors"], named)

    function = ONNXMiniLM_L6_V2()
    padded = Tokenizer.from_file(str(tokenizer))
    padded.enable_truncation(max_length=256)
    padded.enable_padding(pad_id=0, pad_token="[PAD]", length=256)  # noqa: S106  no password
    vars(function).update(model=Renamed(), tokenizer=padded)
    return lambda texts: np.asarray(function._forward(list(texts)))


@contextmanager
def _child(python: Path) -> Iterator[Ask]:
    """The stack in its own Python: a function from a command to its answer."""
    cache = cache_folder()
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder, "model")
        lay_out(model, weights_path(EMBEDDER, cache), weights_path(TOKENIZER, cache))
        script = Path(__file__).with_name("huggingface.py")
        command = [str(python), str(script), str(model)]
        with subprocess.Popen(  # noqa: S603  the user named it
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as child:
            said, heard = cast("IO[str]", child.stdin), cast("IO[str]", child.stdout)

            def ask(command: dict[str, Any]) -> dict[str, Any]:
                said.write(json.dumps(command) + "\n")
                said.flush()
                return cast("dict[str, Any]", json.loads(heard.readline()))

            json.loads(heard.readline())
            yield ask
            said.close()


if __name__ == "__main__":
    sys.exit(guarded(main))
