"""A run from its flags to its verdict: who is asked what, what is kept, and how it is graded."""

import argparse
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evals.baseline import check_shared, load_baseline
from evals.benchmarks.questions import questions
from evals.cases import SEED_CASES, Case, load_cases, of_split, sample_of
from evals.errors import CasesError, EvalError, RunError
from evals.evidence import lost_evidence
from evals.gate import NO_ERRORS, THRESHOLDS, Thresholds, judge, load_thresholds
from evals.report.data import Report, Side, side_of
from evals.results import Result
from evals.runs.folder import Manifest, RunFolder, kept_cases, kept_manifest, kept_results
from evals.runs.runner import Pace, run_cases
from index.terminal import complain
from rag.settings import Settings

if TYPE_CHECKING:
    from evals.assistants.opening import Subject

__all__ = ["graded"]

COMPARED, LONGEST_NAME, MOST_TOLD = "compared", 60, 10
UNASKED = "the run has no answer to it: go on with --run and its folder, or leave the case out"


def graded(options: argparse.Namespace) -> Report:
    """The report of the run that the flags describe, or of an earlier one scored again.

    Raises EvalError for what can't be run, and what opening an assistant raises.
    """
    _check_flags(options)
    thresholds = _thresholds(options)
    baseline = load_baseline(options.baseline) if options.baseline else None
    cases = _cases(options)
    if baseline:
        check_shared(baseline, cases)
    report = (_rescored if options.rescore else _run)(options, cases, thresholds)
    verdict = judge(report.ours.results, report.ours.measures, thresholds, baseline)
    return replace(report, thresholds=thresholds, baseline=baseline, verdict=verdict)


def _check_flags(options: argparse.Namespace) -> None:
    """What can't go together, and reports that can't be written, are noticed before the run."""
    chosen = [
        f"--{name}"
        for name in ("rescore", "replay", "record", "assistant")
        if getattr(options, name)
    ]
    if len(chosen) > 1:
        raise EvalError(f"{chosen[0]} and {chosen[1]} don't go together: give one of them")
    if options.compare and (chosen or options.repeats > 1):
        raise EvalError(f"--compare doesn't go with {(chosen or ['--repeats'])[0]}: leave one out")
    if options.rescore and options.run:
        raise EvalError("--rescore reads a run's folder and --run writes one: give one of them")
    if options.suite and (options.cases or options.rescore or options.annotations):
        raise EvalError("--suite has no file of cases: leave out --cases, --rescore, --annotations")
    _check_targets(options)


def _check_targets(options: argparse.Namespace) -> None:
    """A report that can't be written would cost the run, and one over another costs that. Over the
    baseline it may be, which is how that is brought up to date."""
    named = (options.json, options.junit, options.html, options.markdown, options.record)
    taken = {each.resolve() for each in (options.cases, options.thresholds, options.replay) if each}
    for target in filter(None, named):
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise EvalError(f"{target} can't be written: name a file in a folder that exists")
        if target.resolve() in taken and not target.is_char_device():
            raise EvalError(f"{target} is named twice, and would be written over: name another")
        taken.add(target.resolve())


def _run(options: argparse.Namespace, cases: Sequence[Case], thresholds: Thresholds) -> Report:
    from evals.assistants.opening import Opening, opened  # heavy: Chroma and onnxruntime

    settings = Settings.from_environment(os.environ, data=None if options.suite else options.data)
    shared = _shared(options, cases)
    opening = Opening(options.assistant, shared, options.record, options.replay)
    pace = Pace(options.repeats, options.jobs)
    with opened(settings, opening) as subject, ExitStack() as stack:
        peers = _peers(options, subject, shared, stack)
        _tell_lost_evidence(cases, subject.texts())
        manifest = _manifest(subject, pace)
        with RunFolder(options.run or _new_folder(settings.data), manifest, cases) as folder:
            complain(f"the answers are kept in {folder.path}")
            run = run_cases(subject.answerer, cases, label="footnoted", pace=pace, kept=folder)
            started = folder.manifest.started
        ours = _side(subject.label, run.results, thresholds, timed=subject.timed)
        report = _report(options, cases, started, ours)
        report = replace(report, documents=subject.documents, interrupted=run.interrupted)
        report = replace(report, thresholds=thresholds)
        return report if run.interrupted else _beside(report, cases, peers, folder.path)


def _tell_lost_evidence(cases: Sequence[Case], texts: Iterable[str]) -> None:
    """A quote with a slip of the pen, or of a sentence that is gone, fails every answer."""
    lost = list(lost_evidence(cases, texts))
    for case, quote in lost[:MOST_TOLD]:
        complain(f"{case.id}: no document has its evidence “{quote:.80}”, so no answer can cite it")
    if len(lost) > MOST_TOLD:
        complain(f"and so for {len(lost) - MOST_TOLD} more")


def _rescored(options: argparse.Namespace, cases: Sequence[Case], thresholds: Thresholds) -> Report:
    folder = options.rescore
    manifest = kept_manifest(folder)
    results = kept_results(folder, cases)
    if not results:
        raise CasesError(f"{folder} holds no answer to any of these cases")
    repeats = max(manifest.repeats, *(result.repeat for result in results))
    whole = _whole(results, cases, repeats)
    ours = _side(manifest.assistant, whole, thresholds, timed=manifest.timed)
    report = _report(options, cases, manifest.started, ours)
    return replace(report, documents=manifest.documents, asked=len(whole))


def _whole(results: Sequence[Result], cases: Sequence[Case], repeats: int) -> list[Result]:
    """Every turn of a run in its order: what a stopped one never got to is no answer, and nothing
    is said of a whole run without it."""
    kept = {(result.case.id, result.repeat): result for result in results}
    turns = [(case, repeat) for repeat in range(1, repeats + 1) for case in cases]
    return [
        kept.get((case.id, repeat), Result(case, None, UNASKED, repeat=repeat))
        for case, repeat in turns
    ]


def _cases(options: argparse.Namespace) -> list[Case]:
    chosen = of_split(_asked(options), options.split)
    if not chosen:
        raise CasesError(f"{_named(options)} has no case in the split {options.split}")
    return sample_of(chosen, options.sample) if options.sample else chosen


def _thresholds(options: argparse.Namespace) -> Thresholds:
    """The bars; those that come with it are for the cases that come with it, and for a team's. No
    run passes whose model died."""
    if options.suite and options.thresholds is None:
        return Thresholds({"errors": NO_ERRORS})
    return load_thresholds(options.thresholds or THRESHOLDS)


def _asked(options: argparse.Namespace) -> list[Case]:
    if options.suite:
        return questions(options.data, options.suite)
    if options.rescore and not options.cases:
        return kept_cases(options.rescore)
    return load_cases(options.cases or SEED_CASES)


def _named(options: argparse.Namespace) -> str:
    """Where the cases come from, for a reader."""
    kept = options.rescore / "cases.jsonl" if options.rescore else SEED_CASES
    return options.suite or str(options.cases or kept)


def _shared(options: argparse.Namespace, cases: Sequence[Case]) -> Path | None:
    """The documents of the run; None where every case has its own."""
    return options.documents if any(not case.documents for case in cases) else None


def _manifest(subject: "Subject", pace: Pace) -> Manifest:
    started = datetime.now(UTC).isoformat(timespec="seconds")
    return Manifest(
        subject.label, subject.model, subject.documents, started, pace.repeats, subject.timed
    )


def _new_folder(data: Path) -> Path:
    """A folder of its own for a run that names none."""
    kept, stamp = data / "evals", datetime.now(UTC).strftime("%Y%m%d-%H%M%S-")
    try:
        kept.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=stamp, dir=kept))
    except OSError as error:
        raise RunError(f"{kept} can't be made ({error.strerror}): name one with --run") from None


def _side(label: str, results: Sequence[Result], thresholds: Thresholds, *, timed: bool) -> Side:
    """The results with what grading needs to know beside the answers."""
    priced = [replace(result, timed=timed, prices=thresholds.prices) for result in results]
    return side_of(label, priced)


def _report(options: argparse.Namespace, cases: Sequence[Case], started: str, ours: Side) -> Report:
    asked = len(cases) * options.repeats
    return Report(_named(options), options.split, started, asked, ours)


def _peers(
    options: argparse.Namespace, ours: "Subject", shared: Path | None, stack: ExitStack
) -> dict[str, "Subject"]:
    """Those that are to stand beside ours, by their specs; opened before anybody is asked, so that
    one that can't be costs no run."""
    from evals.assistants.peers import beside
    from rag.assistant import Assistant

    if not options.compare:
        return {}
    settings = Settings.from_environment(os.environ)
    assert isinstance(ours.answerer, Assistant)  # noqa: S101  --compare goes with ours alone
    return {
        spec: stack.enter_context(beside(spec, ours.answerer, settings, shared))
        for spec in options.compare
    }


def _beside(
    report: Report, cases: Sequence[Case], peers: Mapping[str, "Subject"], kept: Path
) -> Report:
    """The same cases, asked of each assistant that is to stand beside ours."""
    for spec, peer in peers.items():
        folder = kept / COMPARED / _folder_name(spec)
        with RunFolder(folder, _manifest(peer, Pace()), cases) as run_folder:
            run = run_cases(peer.answerer, cases, label=spec, pace=Pace(), kept=run_folder)
        side = _side(peer.label, run.results, report.thresholds, timed=peer.timed)
        report = replace(report, beside=(*report.beside, side), interrupted=run.interrupted)
        if run.interrupted:
            break
    return report


def _folder_name(spec: str) -> str:
    """A name that a person knows the spec by, and that no other spec has."""
    words = re.sub(r"[^a-z0-9]+", "-", spec.lower()).strip("-")[:LONGEST_NAME]
    return f"{words}-{hashlib.sha256(spec.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
