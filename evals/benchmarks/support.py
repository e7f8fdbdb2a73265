"""How far the verdict on a claim agrees with people's: the verify sets of the public benchmark.

`footnoted eval --suite NAME --data DIR`, or `python -m evals.benchmarks.support --data DIR`. Each
sentence of a claim is held against its evidence as `footnoted verify` does, the likeliest sentences
of the evidence first; all of them must be supported. With a chat model set, it judges; without one
(FOOTNOTED_MODEL=none) a claim counts as supported that no exact check speaks against.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from evals.benchmarks.mutations import turns
from evals.benchmarks.originals import in_document, records
from evals.cases import split_of
from evals.errors import EvalError
from evals.exits import exit_code
from evals.measures import resamples
from index.terminal import guarded
from rag.chat import Turn
from rag.checks import missing_words
from rag.passage import Passage
from rag.thresholds import thresholds_for
from rag.verify import READ, against, claims, unjudged

__all__ = ["Verdict", "balanced", "main", "run"]

SETS = ("scifact_verify", "begin_wow")
SUPPORTED = "supported"
RESAMPLES = 2000

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim with the label that people gave it, and whether it was found supported here."""

    id: str
    label: str
    supported: bool

    @property
    def right(self) -> bool:
        """Whether both agree."""
        return self.supported == (self.label == SUPPORTED)


def main(argv: Sequence[str] | None = None) -> int:
    """Print how each set's labels were met; 2 where the data is missing."""
    options = _parser().parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    with turns() as (turn, model):
        found = {name: _one(name, options, turn, model) for name in options.sets or SETS}
    for name, verdicts in found.items():
        print(_told(name, verdicts, model or "exact checks alone"))
    if options.json:
        rows = [_as_json(name, each) for name, verdicts in found.items() for each in verdicts]
        options.json.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return 0


def run(
    lines: Sequence[dict[str, Any]], turn: Callable[[], Turn | None], model: str
) -> list[Verdict]:
    """The verdict on each record of a verify set. Raises ModelError."""
    return [
        Verdict(line["id"], line["label"], _is_supported(line, turn(), model))
        for line in tqdm(lines, "checking", disable=None)
    ]


def balanced(verdicts: Sequence[Verdict]) -> tuple[float, float, float]:
    """Balanced accuracy, the mean of the shares that are right among the supported claims and the
    others, with its 95% interval (percentile bootstrap over claims)."""
    labels = np.array([each.label == SUPPORTED for each in verdicts])
    right = np.array([each.right for each in verdicts])
    if labels.all() or not labels.any():
        raise EvalError("the claims have one label alone: take more of them")
    picks = resamples(len(verdicts), RESAMPLES)
    drawn = [_accuracy(labels[pick], right[pick]) for pick in picks]
    low, high = np.nanquantile(drawn, (0.025, 0.975))
    return _accuracy(labels, right), float(low), float(high)


def _accuracy(labels: Flags, right: Flags) -> float:
    sides = [right[labels], right[~labels]]
    return float(np.mean([side.mean() if len(side) else np.nan for side in sides]))


def _one(
    name: str, options: argparse.Namespace, turn: Callable[[], Turn | None], model: str
) -> list[Verdict]:
    lines = [
        line
        for line in records(options.data, name)
        if options.split in ("all", split_of(line["id"]))
    ]
    return run(lines[: options.limit], turn, model)


def _is_supported(line: dict[str, Any], turn: Turn | None, model: str) -> bool:
    passages = [
        passage
        for document in line["evidence"]
        for passage in in_document(
            document.get("title", ""), " ".join(document["sentences"]), document["doc_id"]
        )
    ]
    said = list(claims(line["claim"])) or [line["claim"]]
    return all(_is_stated(claim, passages, turn, model) for claim in said)


def _is_stated(claim: str, passages: Sequence[Passage], turn: Turn | None, model: str) -> bool:
    """Whether one of the passages with the most of the claim's words states it."""
    nearest = sorted(passages, key=lambda each: len(missing_words(claim, each.source)))
    return any(
        not against(claim, passage)
        and (turn is None or not unjudged(claim, passage, turn, thresholds_for(model)))
        for passage in nearest[:READ]
    )


def _told(name: str, verdicts: Sequence[Verdict], how: str) -> str:
    value, low, high = balanced(verdicts)
    counts = Counter(each.label for each in verdicts)
    found = Counter(each.label for each in verdicts if each.supported)
    rows = [f"  {label:16}{found[label]:>5} of {n:<5} supported" for label, n in counts.items()]
    head = f"{name}, {how}: balanced accuracy {value:.1%} ({low:.1%} to {high:.1%})"
    return "\n".join([head, *rows])


def _as_json(name: str, verdict: Verdict) -> dict[str, object]:
    return {
        "set": name,
        "id": verdict.id,
        "label": verdict.label,
        "supported": verdict.supported,
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.support", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="the public benchmark's folder")
    add("--set", dest="sets", action="append", choices=SETS, help="one set (both)")
    add("--split", choices=["calibration", "test", "all"], default="test", help="which half (test)")
    add("--limit", type=int, metavar="N", help="the first N claims of each set alone")
    add("--json", type=Path, metavar="FILE", help="write one line a claim")
    return parser


if __name__ == "__main__":
    sys.exit(guarded(main))
