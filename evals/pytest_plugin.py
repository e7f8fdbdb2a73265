"""A pytest plugin: `pytest --footnoted cases.jsonl` runs each eval case as a test.

    pytest --footnoted cases.jsonl --footnoted-documents docs
    pytest --footnoted cases.jsonl --footnoted-documents docs \\
        --footnoted-assistant python:mybot:answer

Nothing but the standard library is imported until a case is collected.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from evals.assistants.opening import Subject
    from evals.cases import Case
    from evals.results import Result

__all__ = ["CaseItem", "CasesFile"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """The flags, in a group of their own."""
    add = parser.getgroup("footnoted", "eval cases of an assistant").addoption
    add("--footnoted", metavar="FILE", help="run the eval cases of FILE, each as a test")
    add("--footnoted-documents", metavar="DIR", help="the documents that the cases are asked of")
    add(
        "--footnoted-assistant",
        metavar="SPEC",
        help="grade another assistant: command:LINE, openai:MODEL@URL or python:MODULE:NAME",
    )
    add("--footnoted-replay", metavar="FILE", help="answer from a recording, without a model")


def pytest_configure(config: pytest.Config) -> None:
    """Collect the file of cases beside whatever else is named."""
    named = config.getoption("footnoted")
    _check(config, named)
    if named and not any(_whole(arg.split("::")[0]) == _whole(named) for arg in config.args):
        config.args.append(str(_whole(named)))


def _check(config: pytest.Config, named: str | None) -> None:
    """What can't be run is bad usage, before anything is collected."""
    if named and not Path(named).is_file():
        raise pytest.UsageError(f"--footnoted {named} is no file: name a file of eval cases")
    if config.getoption("footnoted_assistant") and config.getoption("footnoted_replay"):
        raise pytest.UsageError("another assistant is not replayed: leave --footnoted-replay out")
    folder = config.getoption("footnoted_documents")
    if folder and not Path(folder).is_dir():
        raise pytest.UsageError(f"--footnoted-documents {folder} is no folder: name one")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CasesFile | None:
    """The file that was named, and no other."""
    named = parent.config.getoption("footnoted")
    if named and file_path == _whole(named):
        return CasesFile.from_parent(parent, path=file_path)
    return None


def _whole(named: str) -> Path:
    """The path in the form in which pytest tells of a file: no "..", and links as they are."""
    return Path(os.path.abspath(named))  # noqa: PTH100 (resolve() would follow links)


class CasesFile(pytest.File):
    """A file of cases, and the assistant that they are asked of while it is run."""

    def collect(self) -> Iterator[CaseItem]:
        """An item a case."""
        from evals.cases import load_cases
        from evals.errors import EvalError

        try:
            cases = load_cases(self.path)
        except EvalError as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=_line(case.id), case=case)

    def setup(self) -> None:
        """Open the assistant, once for all its cases."""
        from evals.assistants.opening import Opening, opened
        from evals.errors import EvalError
        from index.errors import LibraryError
        from rag.errors import AssistantError
        from rag.settings import Settings

        def path(name: str) -> Path | None:
            value = self.config.getoption(f"footnoted_{name}")
            return Path(value) if value else None

        opening = Opening(
            self.config.getoption("footnoted_assistant"),
            path("documents"),
            replay=path("replay"),
        )
        self._open = ExitStack()
        try:
            settings = Settings.from_environment(os.environ)
            self.subject: Subject = self._open.enter_context(opened(settings, opening))
        except (EvalError, LibraryError, AssistantError) as error:
            raise pytest.fail.Exception(str(error), pytrace=False) from None

    def teardown(self) -> None:
        """Close it."""
        self._open.close()


class CaseItem(pytest.Item):
    """One case: it fails with what is wrong with the answer."""

    def __init__(self, *, case: Case, **given: object) -> None:
        super().__init__(**given)  # type: ignore[arg-type]
        self.case = case
        self.extra_keyword_matches.add(case.kind)

    def runtest(self) -> None:
        """Ask and grade."""
        from evals.results import failure
        from evals.runs.runner import run_case

        if why := self._lacking():
            pytest.fail(f"{why}: give --footnoted-documents DIR", pytrace=False)
        result = run_case(self.listfile().subject.answerer, self.case)
        if result.answer is None:
            raise CaseFailedError(result, f"ended in an error: {result.error}")
        if why := failure(result):
            raise CaseFailedError(result, why)

    def _lacking(self) -> str:
        """What can't be done without documents, where there are none."""
        if self.case.documents or self.config.getoption("footnoted_documents"):
            return ""
        if not self.config.getoption("footnoted_assistant"):
            return "it is asked of no document"
        return "its citations can't be looked up in no document" if self.case.evidence else ""

    def listfile(self) -> CasesFile:
        """The file that it is a case of."""
        parent = self.parent
        if not isinstance(parent, CasesFile):
            raise TypeError(f"{self.name} is in no file of cases")
        return parent

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None
    ) -> str:
        """What was asked, expected and got, and no traceback of ours."""
        if isinstance(excinfo.value, CaseFailedError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Its file and its name."""
        return self.path, None, f"case {self.name}"


class CaseFailedError(Exception):
    """A case that didn't pass."""

    def __init__(self, result: Result, why: str) -> None:
        case, answer = result.case, result.answer
        wanted = " and ".join(" or ".join(group) for group in case.expect)
        expected = (wanted or "an answer") if case.answerable else "a refusal"
        lines = [f"asked     {_line(case.question)}", f"expected  {_line(expected)}"]
        lines += [f"got       {_line(answer.text)}"] if answer else []
        super().__init__("\n".join([_line(why), *lines]))


def _line(text: str) -> str:
    """A text in one line that can't write over the terminal: a model may have written it."""
    from index.terminal import printable

    return printable(" ".join(text.split()))
