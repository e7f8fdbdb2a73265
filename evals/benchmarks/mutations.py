"""Whether verification tells altered claims from true ones said otherwise.

Run it with `python -m evals.benchmarks.mutations --data DIR`. From sentences of public sets, rules
make claims that are no longer true (`altering`) and others that still are (`paraphrasing`), seeded.
Each is held against the sentence that it cites as `footnoted verify` does: by the exact checks, and
with `--judge N` by the chat model of the settings too, on N altered and N true claims. Documents
are split by hash: rules are tuned on the calibration half, and the test half is reported.
"""

import argparse
import contextlib
import itertools
import json
import os
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tqdm import tqdm

from evals.benchmarks.altering import ALTERATIONS
from evals.benchmarks.originals import Original, answered, originals
from evals.benchmarks.paraphrasing import PARAPHRASES, SHORTENED
from evals.errors import EvalError
from evals.exits import exit_code
from evals.measures import wilson
from index.terminal import guarded, printable
from rag.chat import Turn
from rag.passage import Passage
from rag.verify import against, unjudged

__all__ = ["Case", "Held", "cases", "main", "turns"]

SEED = 20240607
MOST = 10_000  # claims of each sort, of both halves together
WRITTEN = "written by people"
SHORTENED_SHARE = 0.5  # of the altered claims are made from a part of their sentence


@dataclass(frozen=True, slots=True)
class Case:
    """A claim, the passage that it cites, and whether the claim was `altered` or is still true."""

    kind: str
    altered: bool
    claim: str
    passage: Passage
    original: str


@dataclass(frozen=True, slots=True)
class Held:
    """What was found against a case: `exact` by the exact checks, `judged` by the model."""

    case: Case
    exact: str
    judged: str = ""

    @property
    def blocked(self) -> bool:
        """Whether the claim would not be called supported."""
        return bool(self.exact or self.judged)


Check = Callable[[Case], Held]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the share that is blocked, by kind; 2 where the data is missing."""
    options = _parser().parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    found = cases(originals(options.data), answered(options.data), options.split)
    if options.show:
        return _shown(found, options.show)
    held = _judged(found, options.judge) if options.judge else list(map(_exact, _bar(found)))
    print("\n".join(_table(held)))
    if options.json:
        lines = [json.dumps(_as_json(one), ensure_ascii=False) for one in held]
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def cases(
    sources: Sequence[Original], answers: Sequence[tuple[str, Original]], split: str
) -> list[Case]:
    """The altered claims and the paraphrases of one half, or of `all`, the kinds as even as their
    numbers allow, at most `MOST` of each sort over both halves; with what people wrote themselves
    as a kind of its own."""
    chosen = [one for one in sources if split in ("all", one.half)]
    written = [(said, one) for said, one in answers if split in ("all", one.half)]
    most = MOST if split == "all" else MOST // 2
    altered = {kind: _altered(kind, chosen) for kind in ALTERATIONS}
    true = {kind: _paraphrased(kind, chosen) for kind in PARAPHRASES}
    altered[WRITTEN] = list(_rewritten(written))
    true[WRITTEN] = [Case(WRITTEN, False, said, one.passage, one.text) for said, one in written]
    return _evened(altered, most) + _evened(true, most)


@contextlib.contextmanager
def turns() -> Iterator[tuple[Callable[[], Turn | None], str]]:
    """A maker of turns with the chat model of the settings (None without one), and its name."""
    from rag.models import open_model
    from rag.settings import Settings

    settings = Settings.from_environment(os.environ)
    models = open_model(settings)
    if models is None:
        yield lambda: None, ""
        return
    with contextlib.closing(models):
        yield lambda: models.current().turn(settings.timeout_s), models.name


def _altered(kind: str, sources: Sequence[Original]) -> list[Case]:
    found = []
    for at, source in enumerate(sources):
        drawn = random.Random(f"{SEED} {kind} {at}")  # noqa: S311  a seed, no secret
        made = ALTERATIONS[kind](_part(source, drawn), source, drawn)
        if made:
            found.append(Case(kind, True, *made, source.text))
    return found


def _rewritten(written: Sequence[tuple[str, Original]]) -> Iterator[Case]:
    """What people wrote, with each alteration that fits it."""
    for at, (said, source) in enumerate(written):
        for kind in ALTERATIONS:
            drawn = random.Random(f"{SEED} {kind} {at}")  # noqa: S311  a seed, no secret
            made = ALTERATIONS[kind](said, source, drawn)
            if made:
                yield Case(WRITTEN, True, *made, said)


def _part(source: Original, drawn: random.Random) -> str:
    """The sentence, or a part of it that is true by itself."""
    if drawn.random() >= SHORTENED_SHARE:
        return source.text
    parts = (shorten(source.text, source, drawn) for shorten in SHORTENED)
    return next(filter(None, parts), source.text)


def _paraphrased(kind: str, sources: Sequence[Original]) -> list[Case]:
    found = []
    for at, source in enumerate(sources):
        drawn = random.Random(f"{SEED} {kind} {at}")  # noqa: S311  a seed, no secret
        said = PARAPHRASES[kind](source.text, source, drawn)
        if said:
            found.append(Case(kind, False, said, source.passage, source.text))
    return found


def _evened(by_kind: dict[str, list[Case]], most: int) -> list[Case]:
    """One of each kind in turn, as drawn, until there are enough or none are left."""
    drawn = random.Random(SEED)  # noqa: S311  a seed, no secret
    shuffled = [drawn.sample(found, len(found)) for found in by_kind.values()]
    rounds = itertools.zip_longest(*shuffled)
    return list(itertools.islice((one for each in rounds for one in each if one), most))


def _exact(case: Case) -> Held:
    found = against(case.claim, case.passage)
    return Held(case, found[0].reason if found else "")


def _judged(found: Sequence[Case], count: int) -> list[Held]:
    from rag.thresholds import thresholds_for

    sample = [case for sort in (True, False) for case in _sample(found, sort, count)]
    with turns() as (turn, name):
        if not name:
            raise EvalError("--judge needs a chat model: set FOOTNOTED_MODEL, or leave it out")
        limits, held = thresholds_for(name), []
        for case in _bar(sample):
            one = _exact(case)
            left = [] if one.exact else unjudged(case.claim, case.passage, turn(), limits)
            held.append(Held(case, one.exact, left[0].reason if left else ""))
    return held


def _sample(found: Sequence[Case], altered: bool, count: int) -> list[Case]:
    of = [case for case in found if case.altered is altered]
    return random.Random(SEED).sample(of, min(count, len(of)))  # noqa: S311  a seed, no secret


def _bar(found: Sequence[Case]) -> Any:
    return tqdm(found, "checking", disable=None)


def _table(held: Sequence[Held]) -> Iterator[str]:
    for altered, what in ((True, "altered claims"), (False, "true paraphrases")):
        of = [one for one in held if one.case.altered is altered]
        by_kind: dict[str, list[Held]] = defaultdict(list)
        for one in of:
            by_kind[one.case.kind].append(one)
        for kind, those in by_kind.items():
            yield _row(kind, those)
        yield _row(f"all {what}", of) + "\n"


def _row(name: str, held: Sequence[Held]) -> str:
    if not held:
        return f"{name:28} none"
    blocked, exact = sum(one.blocked for one in held), sum(bool(one.exact) for one in held)
    low, high = wilson(blocked, len(held))
    share = blocked / len(held)
    judged = f"  (exact checks alone {exact / len(held):.1%})" if exact != blocked else ""
    return f"{name:28}{len(held):>6} claims, blocked {share:6.1%} ({low:.1%} to {high:.1%}){judged}"


def _shown(found: Sequence[Case], count: int) -> int:
    """A sample to be read: whether each altered claim is false, and each paraphrase true."""
    for case in random.Random(SEED).sample(list(found), min(count, len(found))):  # noqa: S311
        cited = case.passage.sentence.text
        for what in (case.kind, f"  source: {case.original}", f"  claim:  {case.claim}"):
            print(printable(what))
        if cited != case.original:
            print(printable(f"  cites:  {cited}"))
    return 0


def _as_json(held: Held) -> dict[str, object]:
    case = held.case
    said = {"kind": case.kind, "altered": case.altered, "claim": case.claim}
    cited = {"cites": case.passage.text, "original": case.original}
    return {**said, **cited, "exact": held.exact, "judged": held.judged}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evals.benchmarks.mutations", description=__doc__
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="the public benchmark's folder")
    add("--split", choices=["calibration", "test", "all"], default="test", help="which half (test)")
    add("--judge", type=int, default=0, metavar="N", help="ask the chat model too, on N of each")
    add("--show", type=int, default=0, metavar="N", help="print N claims to be read, and no more")
    add("--json", type=Path, metavar="FILE", help="write one line a claim")
    return parser


if __name__ == "__main__":
    sys.exit(guarded(main))
