import math
import threading
from pathlib import Path

import numpy as np
import pytest

from index.embedding import DIMENSIONS, WINDOW, Embedder
from index.errors import WeightsUnusable
from index.graph import _tensors, build_graph
from index.runtime import Model
from index.weights import EMBEDDER

TEXTS = [
    "A man is eating food.",
    "A man is eating a piece of bread.",
    "Russia has proposed to supply between 600,000 and 700,000 tons of rice.",
    "The country prepares to launch a new military reconnaissance satellite. " * 8,
]


@pytest.fixture(scope="module")
def exact(cache: Path, embedder: Embedder) -> Embedder:
    """The same model in float32."""
    model = build_graph(cache / EMBEDDER.filename, quantise=False)
    return Embedder("float32", Model(model, "vectors"), embedder._tokenizer)


def by_hand(cache: Path, ids: list[int]) -> np.ndarray:
    """The model's definition (Devlin et al. 2019) in numpy: token vectors of one text."""
    t = _tensors(cache / EMBEDDER.filename)

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * t[f"{name}.weight"] + t[f"{name}.bias"]

    def dense(x: np.ndarray, name: str) -> np.ndarray:
        return x @ t[f"{name}.weight"].T + t[f"{name}.bias"]

    def heads(x: np.ndarray) -> np.ndarray:
        return x.reshape(len(ids), 12, 32).transpose(1, 0, 2)

    erf = np.vectorize(math.erf)
    e = "embeddings"
    x = t[f"{e}.word_embeddings.weight"][ids] + t[f"{e}.token_type_embeddings.weight"][0]
    x = norm(x + t[f"{e}.position_embeddings.weight"][: len(ids)], f"{e}.LayerNorm")
    for layer in range(6):
        p = f"encoder.layer.{layer}"
        q, k, v = (heads(dense(x, f"{p}.attention.self.{n}")) for n in ("query", "key", "value"))
        scores = np.exp(q @ k.transpose(0, 2, 1) / math.sqrt(32))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ v
        joined = mixed.transpose(1, 0, 2).reshape(len(ids), DIMENSIONS)
        joined = dense(joined, f"{p}.attention.output.dense")
        x = norm(x + joined, f"{p}.attention.output.LayerNorm")
        wide = dense(x, f"{p}.intermediate.dense")
        narrow = dense(wide * 0.5 * (1 + erf(wide / math.sqrt(2))), f"{p}.output.dense")
        x = norm(x + narrow, f"{p}.output.LayerNorm")
    return x


def test_the_float32_graph_is_the_model_by_its_definition(cache: Path, exact: Embedder) -> None:
    ids = [101, *exact._tokenizer.encode(TEXTS[2], add_special_tokens=False).ids, 102]

    mean = by_hand(cache, ids).mean(axis=0)

    assert exact.embed([TEXTS[2]])[0] == pytest.approx(mean / np.linalg.norm(mean), abs=1e-5)


def test_the_published_similarity_comes_out(exact: Embedder) -> None:
    # https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2's own example pair.
    vectors = exact.embed(TEXTS[:2])

    assert vectors[0] @ vectors[1] == pytest.approx(0.7553, abs=5e-4)


def test_int8_stays_close_to_float32(embedder: Embedder, exact: Embedder) -> None:
    cosines = (embedder.embed(TEXTS) * exact.embed(TEXTS)).sum(axis=1)

    assert cosines.min() >= 0.985


def test_a_text_has_the_same_vector_whatever_is_embedded_with_it(embedder: Embedder) -> None:
    together = embedder.embed(TEXTS)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])

    assert np.array_equal(together, alone)


def test_vectors_have_length_one_for_any_text(embedder: Embedder) -> None:
    vectors = embedder.embed(["", " ", "\x00", "🎉", "漢字", "word " * 1000])

    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(6), abs=1e-5)


def test_the_end_of_a_long_text_counts(embedder: Embedder) -> None:
    filler = "The weather was mild that day. " * 80
    (tokens,) = embedder.count_tokens([filler])

    plain, with_end = embedder.embed([filler, filler + "Rice and oil were shipped. " * 30])

    assert tokens > WINDOW
    assert plain @ with_end < 0.98


def test_no_texts_give_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, DIMENSIONS)


def test_a_span_has_the_mean_of_its_own_tokens(cache: Path, exact: Embedder) -> None:
    text = "Rice is good. Oil is not."
    encoding = exact._tokenizer.encode(text, add_special_tokens=False)
    states = by_hand(cache, [101, *encoding.ids, 102])
    first = sum(end <= 13 for _, end in encoding.offsets)

    _, spans = exact.embed_spans([text], [[(0, 13), (14, 25)]])

    expected = states[1 : 1 + first].mean(axis=0)
    assert spans[0][0] == pytest.approx(expected / np.linalg.norm(expected), abs=1e-5)


def test_spans_across_windows_and_without_tokens_have_vectors(embedder: Embedder) -> None:
    text = "word " * 600

    whole, spans = embedder.embed_spans([text], [[(0, len(text)), (5, 5), (1000, 2900)]])

    assert spans[0][0] @ whole[0] > 0.95
    assert spans[0][1] == pytest.approx(whole[0])
    assert np.linalg.norm(spans[0], axis=1) == pytest.approx(np.ones(3), abs=1e-5)


def test_threads_get_what_one_thread_gets(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS)
    found: list[np.ndarray] = []
    threads = [
        threading.Thread(target=lambda: found.append(embedder.embed(TEXTS))) for _ in range(4)
    ]

    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert np.abs(np.stack(found) - expected).max() < 1e-5


def test_missing_weights_are_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnusable, match=r"all-minilm-l6-v2\.safetensors.*make install"):
        Embedder.load(tmp_path)
