"""`footnoted eval`: run cases, judge them against the bars, write the reports."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evals.cases import SEED_CASES, Case, load_cases, of_split
from evals.errors import CasesError, ComparisonError, EvalError
from evals.gate import THRESHOLDS, load_baseline, load_thresholds, misses
from index.errors import LibraryError
from rag.errors import AssistantError, SettingsError
from rag.settings import Settings

if TYPE_CHECKING:
    from evals.report import Report
    from evals.tutorial import Tutorial
    from rag.assistant import Assistant

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb; 1 where a bar is missed or the work failed, 2 for bad usage, 130 if stopped."""
    options = _parser().parse_args(argv)
    try:
        return _eval(options)
    except (EvalError, SettingsError) as error:
        print(f"footnoted: {error}", file=sys.stderr)
        return 2
    except (AssistantError, LibraryError, OSError) as error:
        print(f"footnoted: {error}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted eval",
        description="Run eval cases, check their thresholds, and say which cases failed.",
    )
    add = parser.add_argument
    add("--cases", type=Path, default=SEED_CASES, metavar="FILE", help="cases, JSON Lines (seeds)")
    add("--documents", type=Path, default=Path("seeds"), metavar="DIR", help="asked of (seeds/)")
    add("--split", choices=["all", "calibration", "test"], default="all", help="which half to run")
    add("--compare", choices=["tutorial"], help="set the plain LlamaIndex tutorial stack beside")
    add("--thresholds", type=Path, default=THRESHOLDS, metavar="FILE", help="bars and tolerances")
    add("--baseline", type=Path, metavar="FILE", help="an earlier --json report to hold up to")
    add("--json", type=Path, metavar="FILE", help="write the report as JSON")
    add("--junit", type=Path, metavar="FILE", help="write the report as JUnit XML")
    add("--html", type=Path, metavar="FILE", help="write the report as one HTML page")
    add("--data", type=Path, metavar="DIR", help="the data folder; a run leaves it as it is")
    add("--suite", help=argparse.SUPPRESS)
    return parser


def _eval(options: argparse.Namespace) -> int:
    if options.suite is not None:
        raise EvalError(
            "--suite is not there yet: this version runs no public benchmarks; run cases of your "
            "own with --cases FILE --documents DIR"
        )
    cases = of_split(load_cases(options.cases), options.split)
    if not cases:
        raise CasesError(f"{options.cases} has no case in the split {options.split}")
    bars = load_thresholds(options.thresholds)
    baseline = load_baseline(options.baseline) if options.baseline else {}
    _check_targets(options)
    settings = Settings.from_environment(os.environ, data=options.data)
    folder = options.documents if any(not case.documents for case in cases) else None
    with _open(settings, folder) as assistant:
        if not assistant.model:
            print("No model is set: answers are the nearest sentences only.", file=sys.stderr)
        report = _grade(assistant, cases, options.compare, settings.timeout_s)
    judged = misses(report.ours.measures, bars, baseline)
    titled = replace(report, cases=str(options.cases), split=options.split)
    return _deliver(replace(titled, bars=bars, misses=judged), options)


@contextmanager
def _open(settings: Settings, folder: Path | None) -> "Iterator[Assistant]":
    """The assistant over a library of `folder` that is made for this run and dropped after it."""
    from index.ingest import ingest
    from index.library import open_writer
    from rag.assistant import open_assistant

    if folder is not None and not folder.is_dir():
        raise CasesError(f"{folder} is no folder of documents: name one with --documents DIR")
    with (
        tempfile.TemporaryDirectory(prefix="footnoted-eval-") as data,
        open_assistant(replace(settings, data=Path(data))) as assistant,
    ):
        if folder is not None:
            with open_writer(Path(data), assistant.library.embedder) as writer:
                summary = ingest([folder], writer)
            for failed in summary.failed:
                print(f"footnoted: {failed.source}: {failed.reason}", file=sys.stderr)
            if not summary.added:
                raise LibraryError(f"{folder} holds no document that can be read")
        yield assistant


def _grade(
    assistant: "Assistant", cases: Sequence[Case], compare: str | None, timeout_s: float
) -> "Report":
    """Run the cases, and the tutorial stack on the same ones if asked to."""
    from evals.report import Report, Side
    from evals.runner import run_cases

    started = datetime.now(UTC).isoformat(timespec="seconds")
    stack = _tutorial(assistant, timeout_s) if compare else None
    run = run_cases(assistant, cases, label="footnoted")
    ours = Side(f"Footnoted, {assistant.model_label}", run.results)
    if stack is None or run.interrupted:
        return Report("", "", started, len(cases), ours, interrupted=run.interrupted)
    beside = run_cases(stack, cases, label="tutorial")
    theirs = Side("LlamaIndex tutorial", beside.results)
    return Report("", "", started, len(cases), ours, theirs, interrupted=beside.interrupted)


def _tutorial(assistant: "Assistant", timeout_s: float) -> "Tutorial":
    try:
        from evals.tutorial import open_tutorial
    except ImportError as error:
        raise ComparisonError(
            f"--compare tutorial needs {error.name}: pip install 'footnoted[dev]'"
        ) from None
    from index.llama import FootnotedEmbedding

    endpoint, library = assistant.endpoint, assistant.library
    if endpoint is None or library.embedder is None:
        raise ComparisonError("--compare tutorial needs a chat model, and none is set")
    found = [library.document(row.id) for row in library.documents()]
    texts = {document.source: document.text for document in found if document}
    return open_tutorial(endpoint, FootnotedEmbedding(library.embedder), texts, timeout_s)


def _check_targets(options: argparse.Namespace) -> None:
    """A report that can't be written is noticed before the run, not after it."""
    for target in (options.json, options.junit, options.html):
        if target and (target.is_dir() or not target.absolute().parent.is_dir()):
            raise EvalError(f"{target} can't be written: name a file in a folder that exists")


def _deliver(report: "Report", options: argparse.Namespace) -> int:
    from evals.junit import as_junit
    from evals.page import as_html
    from evals.report import as_json, as_text

    print(as_text(report))
    if options.json:
        _write(options.json, json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n")
    if options.junit:
        _write(options.junit, as_junit(report))
    if options.html:
        _write(options.html, as_html(report))
    if report.interrupted:
        print("footnoted: stopped", file=sys.stderr)
        return 130
    return 1 if report.misses else 0


def _write(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
