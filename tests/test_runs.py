"""Runs that are kept: gone on with after a stop, scored again, at once, repeated, replayed."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import TEXT, FakeAssistant, answer, case, claim, refusal_case
from fakes import KEY, FakeServer, Script, status
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.__main__ import main
from evals.cases import case_to_json
from evals.errors import RecordingError, RunError
from evals.metrics import measure_all
from evals.report.data import by_repeat, unsteady
from evals.results import Result
from evals.runs.changes import Nearest
from evals.runs.folder import Manifest, RunFolder, kept_cases, kept_results
from evals.runs.lines import Lines, read_lines
from evals.runs.runner import Pace, run_cases
from evals.runs.traffic import Replay
from rag.answer import Answer, Usage

DARK = claim("Rye is dark.", "Rye is dark.")
MANIFEST = Manifest("Footnoted, scripted", "scripted-1b", "0" * 16, "2026-01-01T00:00:00+00:00")
CASES = [case(id=f"rye-{number}", question=f"Rye {number}?") for number in range(6)]
RYE = {
    "id": "rye",
    "kind": "fact",
    "question": "What colour is rye?",
    "answerable": True,
    "expect": [["dark"]],
    "evidence": [["Rye is dark."]],
}


class Asked(FakeAssistant):
    """Counts what it is asked, and stops as by Ctrl-C before the question `stop`."""

    def __init__(self, stop: str = "") -> None:
        super().__init__(self._answer)
        self.stop = stop
        self.questions: list[str] = []

    def _answer(self, question: str) -> Answer:
        if question == self.stop:
            raise KeyboardInterrupt
        self.questions.append(question)
        return answer(DARK, question=question)


# The folder


def run_in(path: Path, assistant: FakeAssistant, **pace: int) -> list[Result]:
    with RunFolder(path, MANIFEST, CASES) as folder:
        run = run_cases(assistant, CASES, pace=Pace(**pace), kept=folder)
    return list(run.results)


def test_a_run_that_was_stopped_goes_on_where_it_was_and_asks_nothing_twice(
    tmp_path: Path,
) -> None:
    stopped, resumed = Asked(stop="Rye 3?"), Asked()

    first = run_in(tmp_path, stopped)
    second = run_in(tmp_path, resumed)

    assert [got.case.id for got in first] == ["rye-0", "rye-1", "rye-2"]
    assert resumed.questions[1:] == ["Rye 3?", "Rye 4?", "Rye 5?"]
    assert second[:3] == first
    assert len(second) == 6


def test_a_kept_answer_comes_back_whole(tmp_path: Path) -> None:
    asked = run_in(tmp_path, FakeAssistant(lambda q: answer(DARK, claim("Pale."), conflict=True)))

    assert kept_results(tmp_path, CASES) == asked


def test_an_error_is_asked_again_when_the_run_goes_on(tmp_path: Path) -> None:
    def fail(question: str) -> Answer:
        raise RuntimeError(question)

    assert run_in(tmp_path, FakeAssistant(fail))[0].error == "RuntimeError: Rye 0?"

    assert run_in(tmp_path, Asked())[0].passed


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_line_that_a_crash_cut_short_is_asked_again_and_no_other(
    tmp_path: Path, cut: int
) -> None:
    run_in(tmp_path, Asked())
    file = tmp_path / "answers.jsonl"
    file.write_bytes(file.read_bytes()[:-cut])
    again = Asked()

    assert len(run_in(tmp_path, again)) == 6
    assert again.questions[1:] == ["Rye 5?"]


def test_a_case_that_changed_is_asked_again(tmp_path: Path) -> None:
    run_in(tmp_path, Asked())
    changed = [case(id="rye-0", question="Rye, again?"), *CASES[1:]]

    [first, *_] = kept_results(tmp_path, changed)

    assert first.error == "it was asked in another form than the case has now: run it again"


def test_a_run_that_goes_on_keeps_the_cases_as_they_are_now_and_those_it_leaves_out(
    tmp_path: Path,
) -> None:
    run_in(tmp_path, Asked())
    changed, new = case(id="rye-0", question="Rye, again?"), case(id="rye-new")

    with RunFolder(tmp_path, MANIFEST, [changed, new]) as folder:
        run_cases(Asked(), [changed, new], kept=folder)

    assert kept_cases(tmp_path) == [changed, *CASES[1:], new]
    assert not any(got.error for got in kept_results(tmp_path, kept_cases(tmp_path)))


def test_what_a_case_expects_may_change_without_asking_again(tmp_path: Path) -> None:
    run_in(tmp_path, Asked())
    stricter = [case(id="rye-0", question="Rye 0?", expect=(("brown",),))]

    [got] = kept_results(tmp_path, stricter)

    assert (got.error, got.passed) == ("", False)


def test_another_assistants_run_is_not_gone_on_with(tmp_path: Path) -> None:
    run_in(tmp_path, Asked())
    other = Manifest("Another", "scripted-1b", "0" * 16, "2026-01-01T00:00:00+00:00")

    with pytest.raises(RunError, match="the assistant was 'Footnoted, scripted' and is 'Another'"):
        RunFolder(tmp_path, other, CASES)


def test_two_runs_never_write_to_one_folder(tmp_path: Path) -> None:
    with RunFolder(tmp_path, MANIFEST, CASES), pytest.raises(RunError, match="being written to"):
        RunFolder(tmp_path, MANIFEST, CASES)


def test_a_folder_of_other_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(RunError, match="holds other files"):
        RunFolder(tmp_path, MANIFEST, CASES)


@pytest.mark.parametrize("text", ["", "[]", '{"assistant": 1}', "no", "[" * 100_000])
def test_a_folder_that_is_no_runs_says_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)

    with pytest.raises(RunError, match="is no run's folder"):
        kept_results(tmp_path, CASES)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=3), st.text(max_size=9)), max_size=5), st.data())
def test_whatever_is_cut_off_a_file_the_whole_lines_before_it_stay(
    tmp_path_factory: pytest.TempPathFactory, values: list[dict[str, Any]], data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("lines") / "lines.jsonl"
    ends = [0]
    with Lines(file) as lines:
        for value in values:
            lines.append(value)
            ends.append(file.stat().st_size)
    cut = data.draw(st.integers(0, ends[-1]))
    file.write_bytes(file.read_bytes()[:cut])
    whole = sum(0 < end <= cut for end in ends)

    with Lines(file) as lines:
        lines.append({"last": "one"})

    assert list(read_lines(file)) == [*values[:whole], {"last": "one"}]


# At once, and again


def test_jobs_ask_cases_at_the_same_time_and_keep_their_order() -> None:
    together = threading.Barrier(3, timeout=5)

    def say(question: str) -> Answer:
        if question not in ("What is this about?", "Rye 0?"):
            together.wait()
        return answer(DARK, question=question)

    cases = CASES[:4]
    run = run_cases(FakeAssistant(say), cases, pace=Pace(jobs=3))

    assert [got.case.id for got in run.results] == [one.id for one in cases]
    assert all(got.passed for got in run.results)


def test_an_error_in_one_job_is_its_cases_alone() -> None:
    def say(question: str) -> Answer:
        if question == "Rye 2?":
            raise RuntimeError("gone")
        return answer(DARK, question=question)

    run = run_cases(FakeAssistant(say), CASES, pace=Pace(jobs=4))

    assert [got.error for got in run.results] == ["", "", "RuntimeError: gone", "", "", ""]


class StopsAtTheThird:
    """Keeps results, and is stopped as by Ctrl-C at the third."""

    def __init__(self) -> None:
        self.results: list[Result] = []

    def done(self) -> list[Result]:
        return []

    def keep(self, result: Result) -> None:
        self.results.append(result)
        if len(self.results) == 3:
            raise KeyboardInterrupt


def test_jobs_that_are_stopped_end_soon_and_keep_what_is_done() -> None:
    threads = threading.active_count()

    def say(question: str) -> Answer:
        time.sleep(0.01)
        return answer(DARK, question=question)

    cases = [case(id=str(number)) for number in range(200)]
    run = run_cases(FakeAssistant(say), cases, pace=Pace(jobs=2), kept=StopsAtTheThird())

    assert run.interrupted
    assert len(run.results) == 2
    assert threading.active_count() <= threads


@pytest.mark.parametrize("jobs", [1, 3])
def test_what_would_end_a_program_stops_the_run_and_leaves_no_case_out_unsaid(jobs: int) -> None:
    run = run_cases(Asked(stop="Rye 3?"), CASES, pace=Pace(jobs=jobs))

    assert run.interrupted
    assert "rye-3" not in {result.case.id for result in run.results}


def test_repeats_tell_what_varies_and_which_cases_are_unsteady() -> None:
    turns: Iterator[Answer] = iter([answer(DARK), answer(DARK), answer(), answer()])
    assistant = FakeAssistant(lambda question: next(turns))

    run = run_cases(assistant, [case()], pace=Pace(repeats=3))

    assert [(got.repeat, got.passed) for got in run.results] == [(1, True), (2, False), (3, False)]
    assert unsteady(run.results) == {"rye": (1, 3)}
    values, spread = by_repeat(run.results)["answer_accuracy"]
    assert values == [1.0, 0.0, 0.0]
    assert spread == pytest.approx(0.577, abs=1e-3)
    measure = measure_all(run.results)["answer_accuracy"]
    assert (measure.value, measure.scored) == (pytest.approx(1 / 3), 1)


# Traffic, over a server that speaks the OpenAI protocol


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with documents and cases, and no model set."""
    (tmp_path / "grain").mkdir()
    (tmp_path / "grain" / "grain.txt").write_text(TEXT)
    oil = case_to_json(refusal_case(id="oil", question="Oil?", kind="unanswerable"))
    (tmp_path / "cases.jsonl").write_text(f"{json.dumps(RYE)}\n{json.dumps(oil)}\n")
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    return tmp_path


@pytest.fixture
def server() -> Iterator[FakeServer]:
    def states(text: str, question: str) -> float:
        return 0.95 if "Rye is dark" in text and "rye" in question else 0.02

    with FakeServer(Script(states_answer=states, speaks_of=lambda *_: 0.97)) as server:
        yield server


def evaluated(place: Path, *flags: object) -> int:
    where = ("--cases", place / "cases.jsonl", "--documents", place / "grain")
    return main([*map(str, (*where, "--data", place / "data", *flags))])


def record(place: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    with monkeypatch.context() as environment:
        environment.setenv("OPENAI_BASE_URL", server.url)
        environment.setenv("OPENAI_API_KEY", KEY)
        environment.setenv("FOOTNOTED_MODEL", server.endpoint.model)
        file = place / "traffic.jsonl"
        evaluated(place, "--record", file, "--json", place / "live.json")
    return file


def results(report: Path) -> list[tuple[Any, ...]]:
    rows = json.loads(report.read_text())["results"]
    return [(row["id"], row["failure"], row["answer"] and row["answer"]["text"]) for row in rows]


def test_a_replay_gives_the_same_answers_without_a_call(
    place: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = record(place, server, monkeypatch)
    asked = len(server.requests)

    assert evaluated(place, "--replay", file, "--json", place / "replay.json") == 0

    assert results(place / "replay.json") == results(place / "live.json")
    assert len(server.requests) == asked > 2
    metrics = json.loads((place / "replay.json").read_text())["metrics"]
    assert metrics["total_p50"]["value"] is None


def test_a_recording_holds_no_key(
    place: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.faults = [status(400)]

    file = record(place, server, monkeypatch)

    assert any(request.key for request in server.requests)
    assert KEY not in file.read_text()


def test_a_changed_prompt_is_an_error_of_the_case_that_names_the_change(
    place: Path,
    server: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = record(place, server, monkeypatch)
    monkeypatch.setattr(
        "rag.prompts.judge", lambda text, question: f"Text: {text}\n\nQuestion: {question}\n\nEh?"
    )
    asked = len(server.requests)

    assert evaluated(place, "--replay", file) == 1

    out = capsys.readouterr().out
    assert "rye: error" in out
    assert "traffic.jsonl has no reply to this request: the prompt changed: “" in out
    assert "Eh?”; record it again with --record" in out
    assert len(server.requests) == asked


def test_a_recording_goes_on_and_writes_nothing_twice(
    place: Path, server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = record(place, server, monkeypatch).read_text()

    assert record(place, server, monkeypatch).read_text() == before


@pytest.mark.parametrize(
    "text", ["", "no", '{"a": 1}\n', '{"footnoted_recording": 1}\n', "[" * 100_000 + "\n"]
)
def test_a_file_that_is_no_recording_says_so(tmp_path: Path, text: str) -> None:
    file = tmp_path / "traffic.jsonl"
    file.write_text(text)

    with pytest.raises(RecordingError, match="is no recording of model traffic"):
        Replay(file)


def test_a_recording_of_another_model_is_not_added_to(
    place: Path,
    server: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = record(place, server, monkeypatch)
    monkeypatch.setenv("OPENAI_BASE_URL", server.url)
    monkeypatch.setenv("FOOTNOTED_MODEL", "another")

    assert evaluated(place, "--record", file) == 2
    assert "holds traffic of scripted-1b, and this is another" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("request_", "change"),
    [
        ({"temperature": 1}, "its temperature was 0 and is 1"),
        ({"model": "b"}, "its model was 'a' and is 'b'"),
        ({"messages": [{"content": "Text: x\nIs it so?"}]}, "“Is that so?” became “Is it so?”"),
        ({"messages": [{"content": "all new"}]}, "nothing like it was asked"),
    ],
)
def test_a_change_is_told_by_the_nearest_request(request_: dict[str, Any], change: str) -> None:
    known = {"model": "a", "temperature": 0, "messages": [{"content": "Text: x\nIs that so?"}]}
    other = known | {"messages": [{"content": "Text: y\nIs that so?"}]}

    assert change in Nearest([other, known]).change(known | request_)


def test_a_run_is_scored_again_without_documents_or_a_model(
    place: Path,
    server: FakeServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = record(place, server, monkeypatch)
    evaluated(place, "--replay", file, "--run", place / "run")
    (place / "grain" / "grain.txt").unlink()
    capsys.readouterr()

    assert main(["--rescore", str(place / "run")]) == 0
    assert "Every case passed." in capsys.readouterr().out

    (place / "cases.jsonl").write_text(json.dumps(RYE | {"expect": [["brown"]]}) + "\n")
    assert main(["--rescore", str(place / "run"), "--cases", str(place / "cases.jsonl")]) == 1
    assert "rye: doesn't say brown" in capsys.readouterr().out


def test_a_stopped_run_that_is_scored_again_is_no_whole_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_in(tmp_path, Asked(), repeats=1)
    run_in(tmp_path, Asked(stop="Rye 4?"), repeats=2)
    bars = tmp_path / "bars.toml"
    bars.write_text("[answer_accuracy]\nmin = 0.9\n")
    flags = ["--thresholds", bars, "--rescore", tmp_path, "--json", tmp_path / "r.json"]

    assert main([*map(str, flags)]) == 1

    assert "rye-4 (repeat 2): error" in capsys.readouterr().out
    told = json.loads((tmp_path / "r.json").read_text())
    assert (told["asked"], told["metrics"]["answer_accuracy"]["scored"]) == (12, 6)
    assert [row["id"] for row in told["results"] if row["error"]] == ["rye-4", "rye-5"]


def test_tokens_cost_what_the_thresholds_file_says(place: Path, tmp_path: Path) -> None:
    with RunFolder(tmp_path / "run", MANIFEST, CASES[:1]) as folder:
        usage = Usage(2_000_000, 500_000)
        run_cases(FakeAssistant(lambda q: answer(DARK, usage=usage)), CASES[:1], kept=folder)
    prices = tmp_path / "prices.toml"
    prices.write_text("[prices]\nprompt = 0.4\ncompletion = 1.6\n")
    flags = ["--thresholds", prices, "--rescore", tmp_path / "run", "--json", tmp_path / "r.json"]

    assert main([*map(str, flags)]) == 0

    assert json.loads((tmp_path / "r.json").read_text())["metrics"]["cost"]["value"] == 1.6
