"""How far our groundedness agrees with people: the verify sets of the public benchmark.

`footnoted eval --suite NAME --data DIR`, or `python -m evals.benchmarks.support --data DIR`. Each
sentence of a claim is held against its evidence as `footnoted verify` does, the likeliest sentences
of the evidence first; all of them must be supported, so a claim scores as its weakest sentence does
in the sentence of the evidence that fits it best. Without a chat model (FOOTNOTED_MODEL=none) the
exact checks score alone. The cut between supported and not is set on claims of the calibration
half, and what is told is of the test half.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from evals.benchmarks.agreement import agreement, best_cut
from evals.benchmarks.mutations import turns
from evals.benchmarks.originals import in_document, records
from evals.cases import drawn, split_of
from evals.errors import EvalError
from evals.exits import exit_code
from evals.measures import Interval
from evals.runs.lines import Lines, read_lines
from index.terminal import guarded
from rag import prompts
from rag.chat import Turn
from rag.passage import Passage
from rag.sources import missing_words
from rag.thresholds import thresholds_for
from rag.verify import READ, against, claims

__all__ = ["Judged", "Reading", "main", "told"]

SETS = ("scifact_verify", "begin_wow")
SUPPORTED = "supported"


@dataclass(frozen=True, slots=True)
class Reading:
    """One sentence of a claim held against one of the evidence: whether it `passes` every exact
    check, has words of its own (`free`), and P(yes) that it is stated; None where no model is."""

    passes: bool
    free: bool
    states: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with the label that people gave it, and the readings of each of its sentences."""

    id: str
    label: str
    readings: tuple[tuple[Reading, ...], ...]

    def score(self, way: Callable[[Reading], float]) -> float:
        """The least of its sentences' scores, each the best of its readings."""
        return min(max(map(way, row), default=0.0) for row in self.readings)


def main(argv: Sequence[str] | None = None) -> int:
    """Print how each set's labels were met; 2 where the data is missing."""
    options = _parser().parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    sets = options.sets or SETS
    for name in sets:
        lines = _lines(options, name)
        with turns() as (turn, model):
            judged = list(_judged(lines, turn, _kept(options.run, name, model)))
        print("\n".join(told(name, judged, model)))
    return 0


def told(name: str, judged: Sequence[Judged], model: str) -> Iterator[str]:
    """The table of one set: every way to score, its cut, and how the test half agrees with people.

    Raises EvalError where one half has no claims of both labels.
    """
    halves = {half: [one for one in judged if split_of(one.id) == half] for half in _HALVES}
    label = [one.label == SUPPORTED for one in halves["test"]]
    head = f"{name}, {model or 'no model'}: {len(label)} claims of the test half"
    yield f"{head} ({sum(label)} supported), cuts from {len(halves['calibration'])} others"
    yield f"{'':28}{'cut':>6}{'balanced accuracy':>25}{'AUC':>25}{'r':>25}"
    for way, score in _ways(model).items():
        cut = 0.5
        if way in _FITTED:
            known = halves["calibration"]
            cut = best_cut([one.label == SUPPORTED for one in known], _scores(known, score))
        found = agreement(label, _scores(halves["test"], score), cut)
        shown = (
            f"{_shown(found.accuracy):>24}{_shown(found.area):>22}{_shown(found.correlation):>22}"
        )
        yield f"{way:28}{cut:6.2f}{shown}"


_HALVES = ("calibration", "test")
_EXACT, _JUDGE, _BOTH = "exact checks alone", "the judge alone", "both"
_VERIFY = "as footnoted verify decides"
_FITTED = (_JUDGE, _BOTH)


def _ways(model: str) -> Mapping[str, Callable[[Reading], float]]:
    """How a reading is scored, by name; those of the judge where there is one."""
    exact: dict[str, Callable[[Reading], float]] = {_EXACT: lambda one: float(one.passes)}
    if not model:
        return exact
    limits = thresholds_for(model)

    def decided(one: Reading) -> float:
        enough = limits.paraphrases if one.free else limits.supports
        return float(one.passes and (one.states or 0.0) >= enough)

    return {
        **exact,
        _JUDGE: lambda one: one.states or 0.0,
        _BOTH: lambda one: (one.states or 0.0) * one.passes,
        _VERIFY: decided,
    }


def _lines(options: argparse.Namespace, name: str) -> list[dict[str, Any]]:
    """The claims of both halves, `--sample` of each, in the order that they are drawn in."""
    found = {line["id"]: line for line in records(options.data, name)}
    halves = [[id_ for id_ in found if split_of(id_) == half] for half in _HALVES]
    return [found[id_] for half in halves for id_ in drawn(half)[: options.sample]]


def _kept(folder: Path | None, name: str, model: str) -> Path | None:
    """The file that the readings of a set are kept in, one for each model."""
    if folder is None:
        return None
    folder.mkdir(parents=True, exist_ok=True)
    plain = "".join(char if char.isalnum() else "-" for char in model or "none")
    return folder / f"{name}.{plain}.jsonl"


def _judged(
    lines: Sequence[dict[str, Any]], turn: Callable[[], Turn | None], kept: Path | None
) -> Iterator[Judged]:
    """Every claim judged; what is kept isn't asked again. Raises ModelError."""
    before = _read(kept)
    for line in tqdm(lines, "checking", disable=None):
        one = before.get(line["id"])
        if one is None:
            one = Judged(line["id"], line["label"], tuple(_readings(line, turn())))
            if kept:
                _keep(kept, one)
        yield one


def _readings(line: dict[str, Any], turn: Turn | None) -> Iterator[tuple[Reading, ...]]:
    passages = [
        passage
        for document in line["evidence"]
        for passage in in_document(
            document.get("title", ""), " ".join(document["sentences"]), document["doc_id"]
        )
    ]
    for claim in list(claims(line["claim"])) or [line["claim"]]:
        nearest = sorted(passages, key=lambda each: len(missing_words(claim, each.source)))
        yield tuple(_reading(claim, passage, turn) for passage in nearest[:READ])


def _reading(claim: str, passage: Passage, turn: Turn | None) -> Reading:
    passes = not against(claim, passage)
    free = bool(missing_words(claim, passage.source))
    states = turn.yes([prompts.judge_claim(passage.text, claim)])[0] or 0.0 if turn else None
    return Reading(passes, free, states)


def _keep(path: Path, one: Judged) -> None:
    rows = [[[each.passes, each.free, each.states] for each in row] for row in one.readings]
    with Lines(path) as lines:
        lines.append({"id": one.id, "label": one.label, "readings": rows})


def _read(path: Path | None) -> dict[str, Judged]:
    if path is None or not path.exists():
        return {}
    try:
        return {
            row["id"]: Judged(row["id"], row["label"], _of(row["readings"]))
            for row in read_lines(path)
        }
    except (ValueError, KeyError, TypeError) as error:
        raise EvalError(f"{path} holds no readings ({error!r}): name another --run DIR") from None


def _of(rows: list[list[list[Any]]]) -> tuple[tuple[Reading, ...], ...]:
    return tuple(tuple(Reading(*each) for each in row) for row in rows)


def _scores(judged: Sequence[Judged], way: Callable[[Reading], float]) -> list[float]:
    return [one.score(way) for one in judged]


def _shown(interval: Interval) -> str:
    value, low, high = interval
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.support", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="the public benchmark's folder")
    add("--set", dest="sets", action="append", choices=SETS, help="one set (both)")
    add("--sample", type=int, metavar="N", help="only N claims of each half, the same each time")
    add("--run", type=Path, metavar="DIR", help="keep the readings here, and go on from it")
    return parser


if __name__ == "__main__":
    sys.exit(guarded(main))
