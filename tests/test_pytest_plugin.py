"""The pytest plugin: each eval case an item."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from eval_fakes import TEXT, case, refusal_case

from evals.cases import case_to_json

pytest_plugins = ["pytester"]

BOT = """
import json

def answer(question, history):
    quote = "Rye is dark."
    if "Oil" in question:
        return {"text": "The documents don't say.", "abstained": True}
    return {"claims": [{"text": quote, "citations": [{"source": "grain.txt", "quote": quote}]}]}
"""


@pytest.fixture
def place(cache: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTED_CACHE", str(cache))
    pytester.makepyfile(bot=BOT)
    (pytester.path / "grain").mkdir()
    (pytester.path / "grain" / "grain.txt").write_text(TEXT)
    cases = [case(), refusal_case(id="oil", question="Oil?"), case(id="brown", expect=(("b",),))]
    lines = [json.dumps(case_to_json(one)) for one in cases]
    (pytester.path / "cases.jsonl").write_text("\n".join(lines))
    return pytester.path


def run(pytester: pytest.Pytester, *flags: str) -> pytest.RunResult:
    plugin = ("-p", "evals.pytest_plugin", "-p", "no:footnoted", "-p", "no:randomly")
    return pytester.runpytest_inprocess(*plugin, *flags)


FLAGS = ("--footnoted-documents", "grain", "--footnoted-assistant", "python:bot:answer")


def test_each_case_is_a_test_and_a_failed_one_says_what_is_wrong(
    pytester: pytest.Pytester, place: Path
) -> None:
    got = run(pytester, "--footnoted", "cases.jsonl", *FLAGS)

    got.assert_outcomes(passed=2, failed=1)
    got.stdout.fnmatch_lines(
        ["*brown*", "doesn't say b", "asked     What colour is rye?", "got       Rye is dark."]
    )
    got.stdout.no_fnmatch_line("*Traceback*")


def test_cases_are_chosen_by_name_and_by_kind(pytester: pytest.Pytester, place: Path) -> None:
    by_name = run(pytester, "--footnoted", "cases.jsonl", *FLAGS, "-k", "oil")
    by_kind = run(pytester, "--footnoted", "cases.jsonl", *FLAGS, "-k", "fact and not brown")

    by_name.assert_outcomes(passed=1, deselected=2)
    by_kind.assert_outcomes(passed=2, deselected=1)


def test_a_file_that_is_no_cases_is_one_clear_error(pytester: pytest.Pytester, place: Path) -> None:
    (place / "cases.jsonl").write_text("no")

    got = run(pytester, "--footnoted", "cases.jsonl", *FLAGS)

    got.stdout.fnmatch_lines(["*cases.jsonl, line 1: is no JSON*"])
    assert got.ret == pytest.ExitCode.INTERRUPTED


def test_an_assistant_that_cannot_be_opened_is_one_clear_error(
    pytester: pytest.Pytester, place: Path
) -> None:
    got = run(pytester, "--footnoted", "cases.jsonl", "--footnoted-assistant", "python:bot:gone")

    got.assert_outcomes(errors=3)
    got.stdout.fnmatch_lines(["--assistant python:bot:gone can't be imported: *"])
    got.stdout.no_fnmatch_line("*Traceback*")


def test_a_file_may_be_named_by_a_path_that_leads_up(
    pytester: pytest.Pytester, place: Path
) -> None:
    got = run(pytester, "--footnoted", "grain/../cases.jsonl", *FLAGS, "-k", "oil")

    got.assert_outcomes(passed=1)


def test_each_case_is_asked_once(pytester: pytest.Pytester, place: Path) -> None:
    pytester.makepyfile(
        counting="asked = []\n"
        "def answer(question, documents):\n"
        "    asked.append(question)\n"
        "    return f'It was asked {len(asked)} times.'"
    )
    own = case(id="own", expect=(("asked 4 times",),), evidence=(), documents={"a.txt": TEXT})
    with (place / "cases.jsonl").open("a") as file:
        file.write("\n" + json.dumps(case_to_json(own)))
    spec = ("--footnoted-assistant", "python:counting:answer", "--footnoted-documents", "grain")

    got = run(pytester, "--footnoted", "cases.jsonl", *spec)

    got.assert_outcomes(failed=3, passed=1)


def test_cases_without_documents_are_not_asked_of_none(
    pytester: pytest.Pytester, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")

    got = run(pytester, "--footnoted", "cases.jsonl")

    got.assert_outcomes(failed=3)
    got.stdout.fnmatch_lines(["it is asked of no document: give --footnoted-documents DIR"])


def test_no_citation_is_wrong_for_want_of_the_documents(
    pytester: pytest.Pytester, place: Path
) -> None:
    got = run(pytester, "--footnoted", "cases.jsonl", "--footnoted-assistant", "python:bot:answer")

    got.assert_outcomes(failed=2, passed=1)
    got.stdout.fnmatch_lines(["its citations can't be looked up in no document: give *"])


def test_a_folder_that_is_missing_is_bad_usage(pytester: pytest.Pytester, place: Path) -> None:
    got = run(pytester, "--footnoted", "cases.jsonl", "--footnoted-documents", "nowhere")

    assert got.ret == pytest.ExitCode.USAGE_ERROR
    got.stderr.fnmatch_lines(["*--footnoted-documents nowhere is no folder*"])


def test_an_answer_cannot_write_over_the_terminal(pytester: pytest.Pytester, place: Path) -> None:
    pytester.makepyfile(evil="def answer(question): return 'Rye is \\x1b[2J pale.'")
    spec = ("--footnoted-assistant", "python:evil:answer", "--footnoted-documents", "grain")

    got = run(pytester, "--footnoted", "cases.jsonl", *spec)

    got.stdout.fnmatch_lines(["got       Rye is \ufffd[[]2J pale."])
    got.stdout.no_fnmatch_line("*\x1b*")


def test_another_assistant_is_not_said_to_be_replayed(
    pytester: pytest.Pytester, place: Path
) -> None:
    got = run(pytester, "--footnoted", "cases.jsonl", *FLAGS, "--footnoted-replay", "r.jsonl")

    assert got.ret == pytest.ExitCode.USAGE_ERROR
    got.stderr.fnmatch_lines(["*leave --footnoted-replay out*"])


def test_one_case_is_run_by_the_name_that_pytest_told(
    pytester: pytest.Pytester, place: Path
) -> None:
    got = run(pytester, "cases.jsonl::oil", "--footnoted", "cases.jsonl", *FLAGS)

    got.assert_outcomes(passed=1)


def test_a_file_that_is_missing_is_bad_usage(pytester: pytest.Pytester) -> None:
    got = run(pytester, "--footnoted", "nowhere.jsonl")

    assert got.ret == pytest.ExitCode.USAGE_ERROR
    got.stderr.fnmatch_lines(["*--footnoted nowhere.jsonl is no file*"])


def test_unused_it_imports_nothing_of_ours() -> None:
    code = (
        "import sys, pytest, evals.pytest_plugin as plugin\n"
        "heavy = {name.split('.')[0] for name in sys.modules}\n"
        "print(heavy & {'numpy', 'chromadb', 'openai', 'index', 'rag', 'llama_index'})"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "set()"
