"""The flags of `footnoted eval`."""

import argparse
from pathlib import Path

from evals.benchmarks import SUITES

__all__ = ["count", "parser"]

SPECS = ("command", "openai", "python")

EPILOG = """\
further verbs, each with its own --help:
  footnoted eval new DOCUMENTS --out FILE   draft cases from a folder of documents
  footnoted eval review FILE                accept, mend or drop drafts
  footnoted eval convert FILE               to and from ragas, deepeval, promptfoo, inspect_ai
"""


def parser() -> argparse.ArgumentParser:
    """The parser of the run itself."""
    made = argparse.ArgumentParser(
        prog="footnoted eval",
        description="Run eval cases, check their thresholds, and say which cases failed.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _what(made.add_argument_group("what is asked, and who"))
    _how(made.add_argument_group("how it is run"))
    _reports(made.add_argument_group("the verdict and its reports"))
    return made


_SUITES = ", ".join(SUITES)


def _what(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--cases", type=Path, metavar="FILE", help="cases, JSON Lines (those that come with it)")
    add("--documents", type=Path, default=Path("seeds"), metavar="DIR", help="asked of (seeds/)")
    add("--split", choices=["all", "calibration", "test"], default="all", help="which half to run")
    add(
        "--assistant",
        metavar="SPEC",
        help="grade another: command:LINE, openai:MODEL@URL or python:MODULE:NAME",
    )
    add(
        "--compare",
        action="append",
        type=_peer,
        default=[],
        metavar="SPEC",
        help="set another beside, over the same model: tutorial (the plain LlamaIndex stack), or "
        "as for --assistant; may be given again",
    )
    add("--data", type=Path, metavar="DIR", help="the data folder; answers are kept in its evals/")
    add("--suite", choices=SUITES, metavar="NAME", help=f"a public set in --data: {_SUITES}")
    add("--sample", type=count, metavar="N", help="only N of the cases, the same ones each time")


def _how(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--jobs", type=count, default=1, metavar="N", help="how many cases at once (1)")
    add("--repeats", type=count, default=1, metavar="N", help="ask each case N times (1)")
    add("--run", type=Path, metavar="DIR", help="keep the answers here, and go on from it")
    add("--rescore", type=Path, metavar="DIR", help="score a run's answers again, asking nobody")
    add("--record", type=Path, metavar="FILE", help="write the model's traffic down")
    add("--replay", type=Path, metavar="FILE", help="answer from a recording, without a model")


def _reports(group: argparse._ArgumentGroup) -> None:
    add = group.add_argument
    add("--thresholds", type=Path, metavar="FILE", help="bars and tolerances")
    add("--baseline", type=Path, metavar="FILE", help="an earlier --json report to hold up to")
    add("--json", type=Path, metavar="FILE", help="write the report as JSON")
    add("--junit", type=Path, metavar="FILE", help="write the report as JUnit XML")
    add("--html", type=Path, metavar="FILE", help="write the report as one HTML page")
    add("--markdown", type=Path, metavar="FILE", help="write the report for a CI job's summary")
    add("--annotations", action="store_true", help="print workflow commands of GitHub Actions")


def _peer(text: str) -> str:
    """What can stand beside ours; argparse tells what can't."""
    if text != "tutorial" and text.partition(":")[0] not in SPECS:
        raise argparse.ArgumentTypeError(
            f"{text!r} is none of tutorial, command:LINE, openai:MODEL@URL, python:MODULE:NAME"
        )
    return text


def count(text: str) -> int:
    """A number of things from 1 to 1000; argparse tells what else was given."""
    number = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 1000")
    return number
