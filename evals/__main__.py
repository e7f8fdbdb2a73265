"""`footnoted eval`: run cases, judge them against the bars, write the reports."""

import argparse
import importlib
import json
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.benchmarks import QUESTIONS, SUITES
from evals.errors import EvalError
from evals.exits import Terminated, exit_code
from index.terminal import complain, guarded

if TYPE_CHECKING:
    from evals.report.data import Report

__all__ = ["main"]

VERBS = {
    "new": "evals.drafting.new",
    "review": "evals.drafting.review",
    "convert": "evals.drafting.convert",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb; 1 where a bar is missed or the work failed, 2 for bad usage, 130 if stopped."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    return guarded(lambda: exit_code(lambda: _main(arguments)))


def _main(arguments: list[str]) -> int:
    if arguments and arguments[0] in VERBS:
        return int(importlib.import_module(VERBS[arguments[0]]).run(arguments[1:]))
    return _eval(arguments)


def _eval(arguments: list[str]) -> int:
    from evals.options import parser

    options = parser().parse_args(arguments)
    if options.suite and options.data is None:
        raise EvalError("--suite needs the benchmark's folder: name it with --data DIR")
    if options.suite and SUITES[options.suite] != QUESTIONS:
        return _suite(options, parser().parse_args([]))
    from evals.grading import graded

    if threading.current_thread() is threading.main_thread():
        # What a job's end sends: whoever was asked ends, too.
        signal.signal(signal.SIGTERM, _terminated)
    report = graded(options)
    _deliver(report, options)
    if report.interrupted:
        complain("stopped: go on with --run and the folder of the answers")
        return 130
    return 1 if report.verdict.misses else 0


def _terminated(*_: object) -> None:
    raise Terminated(128 + signal.SIGTERM)


def _suite(options: argparse.Namespace, unset: argparse.Namespace) -> int:
    """Run a public set that asks no questions, by a protocol of its own, with the flags that were
    given; it refuses those that it doesn't have."""
    given = {name: value for name, value in vars(options).items() if value != getattr(unset, name)}
    del given["suite"], given["data"]
    flags = [part for name, value in given.items() for part in (f"--{name}", str(value))]
    benchmark = importlib.import_module(SUITES[options.suite])
    return int(benchmark.main(["--data", str(options.data), "--set", options.suite, *flags]))


def _deliver(report: "Report", options: argparse.Namespace) -> None:
    from evals.report.annotations import as_annotations
    from evals.report.data import as_json
    from evals.report.junit import as_junit
    from evals.report.markdown import as_markdown
    from evals.report.page import as_html
    from evals.report.shell import as_text

    print(as_text(report))
    if options.json:
        _write(options.json, json.dumps(as_json(report), ensure_ascii=False, indent=1) + "\n")
    for target, form in (
        (options.junit, as_junit),
        (options.html, as_html),
        (options.markdown, as_markdown),
    ):
        if target:
            _write(target, form(report))
    if options.annotations:
        print(as_annotations(report, _lines(Path(report.cases))))


def _lines(cases: Path) -> dict[str, int]:
    """The line of each case in its file."""
    from evals.cases import read_objects

    return {str(raw["id"]): number for number, raw in read_objects(cases) if isinstance(raw, dict)}


def _write(target: Path, text: str) -> None:
    target.write_text(text, encoding="utf-8", errors="replace")


if __name__ == "__main__":
    sys.exit(main())
