"""The report as workflow commands, which GitHub Actions shows beside the changed lines."""

from collections.abc import Iterator, Mapping

from evals.report.data import Report, cut
from evals.results import Result, failure
from index.terminal import printable

__all__ = ["as_annotations"]

SHOWN = 10  # of each level: GitHub shows no more a step


def as_annotations(report: Report, lines: Mapping[str, int]) -> str:
    """Errors for what was missed and for cases that broke, warnings for others that didn't pass.

    `lines` has the line of each case in its file. Without a baseline nothing is known to have
    broken, and cases are warnings: the bars decide.
    """
    broken = set(report.verdict.flips.broken) if report.verdict.flips else set()
    failed = {r.case.id: r for r in report.ours.results if not r.passed}
    misses = report.verdict.misses.values()
    errors = [_command("error", {"title": "eval"}, line) for line in misses]
    errors += [_case("error", report, failed[id_], lines) for id_ in failed if id_ in broken]
    others = [_case("warning", report, failed[id_], lines) for id_ in failed if id_ not in broken]
    return "\n".join([*_most("error", errors), *_most("warning", others)])


def _case(level: str, report: Report, result: Result, lines: Mapping[str, int]) -> str:
    answer = result.answer
    why = result.error if answer is None else failure(result)
    got = f"\ngot: {cut(answer.text)}" if answer else ""
    place = {"file": report.cases, "line": str(lines.get(result.case.id, 1))}
    title = f"{result.case.id}: {'error' if answer is None else 'not passed'}"
    return _command(
        level, place | {"title": title}, f"{cut(why)}\nasked: {cut(result.case.question)}{got}"
    )


def _most(level: str, commands: list[str]) -> Iterator[str]:
    if len(commands) <= SHOWN:
        yield from commands
        return
    yield from commands[: SHOWN - 1]
    more = f"and {len(commands) - SHOWN + 1} more: see the report"
    yield _command(level, {"title": "eval"}, more)


def _command(level: str, properties: Mapping[str, str], message: str) -> str:
    """`::level key=value,…::message`, escaped so that no answer can end it and begin another."""
    marked = ",".join(
        f"{key}={_escaped(value).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
    )
    return f"::{level} {marked}::{_escaped(message)}"


def _escaped(text: str) -> str:
    lines = (printable(line) for line in text.splitlines())
    return "%0A".join(line.replace("%", "%25") for line in lines)
