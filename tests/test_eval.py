"""A run of cases, its verdict and its reports."""

import base64
import hashlib
import json
import os
import re
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from eval_fakes import TEXT, FakeAssistant, answer, case, claim, refusal_case, result
from fakes import FakeServer, Script, when

from evals.__main__ import main
from evals.baseline import flips_since, load_baseline
from evals.cases import Case
from evals.errors import BaselineError, ThresholdsError
from evals.gate import Bar, Thresholds, Verdict, judge, load_thresholds, misses
from evals.measures import Measure, Score
from evals.metrics import METRICS, measure_all
from evals.report.data import Report, as_json, side_of
from evals.report.junit import as_junit
from evals.report.markdown import as_markdown
from evals.report.page import as_html
from evals.report.shell import as_text
from evals.results import Result, Source
from evals.runs.runner import run_cases
from rag.answer import Answer, Citation, Claim, Message
from rag.errors import ModelUnreachable

DARK = claim("Rye is dark.", "Rye is dark.")
HOSTILE = '<script src="https://evil.example/x.js"></script>\x00\x1b[2J'
SMALL = {"id": "rye", "kind": "fact", "question": "What colour is rye?", "answerable": True}
RYE = SMALL | {"expect": [["dark"]], "evidence": [["Rye is dark."]]}
OIL = SMALL | {"id": "oil", "kind": "unanswerable", "question": "Oil?", "answerable": False}


def says_dark(question: str) -> Answer:
    return answer(DARK, question=question)


def rye_is_dark(text: str, question: str) -> float:
    return 0.95 if "Rye is dark" in text and "rye" in question else 0.02


def report(*results: Result, **changes: object) -> Report:
    values = {
        "cases": "cases.jsonl",
        "split": "all",
        "started": "2026-01-01T00:00:00+00:00",
        "asked": len(results),
        "ours": side_of("Footnoted", results),
        "thresholds": Thresholds({"answer_accuracy": Bar(min=0.9), "errors": Bar(max=0.0)}),
    }
    return Report(**(values | changes))  # type: ignore[arg-type]


def hostile_report() -> Report:
    of = case(id=HOSTILE, question=HOSTILE, expect=((HOSTILE,),), forbid=(HOSTILE,))
    shown = answer(claim(HOSTILE, "Rice is white."))
    return report(result(of, shown), result(case(), None, HOSTILE), cases=HOSTILE)


# Runs


def test_a_run_keeps_the_order_of_the_cases_and_asks_each_of_its_own_documents() -> None:
    own = {"own.txt": TEXT}
    cases = [case(id="a", documents=own), case(id="b"), case(id="c", documents=own)]
    assistant = FakeAssistant(says_dark)
    run = run_cases(assistant, cases)
    assert [r.case.id for r in run.results] == ["a", "b", "c"]
    assert assistant.opened == [own]
    assert not run.interrupted


def test_the_cited_documents_come_with_their_sentences() -> None:
    [got] = run_cases(FakeAssistant(says_dark), [case()]).results
    assert got.sources["grain.txt"].text == TEXT
    assert len(got.sources["grain.txt"].sentences) == 4
    assert got.right


def test_answers_that_cite_one_document_hold_it_once() -> None:
    first, second = run_cases(FakeAssistant(says_dark), [case(id="a"), case(id="b")]).results

    assert first.sources["grain.txt"] is second.sources["grain.txt"]


def test_a_case_that_errors_is_an_error_and_the_next_one_is_asked() -> None:
    def say(question: str) -> Answer:
        if question == "Oil?":
            raise ModelUnreachable("no connection to the model")
        return says_dark(question)

    run = run_cases(FakeAssistant(say), [refusal_case(id="oil", question="Oil?"), case()])
    assert [r.error for r in run.results] == ["no connection to the model", ""]
    assert run.results[0].answer is None


def test_an_error_that_nobody_foresaw_is_named_by_its_type() -> None:
    def say(question: str) -> Answer:
        return answer(DARK, question={}[question])

    [got] = run_cases(FakeAssistant(say), [case(documents={"a.txt": TEXT})]).results
    assert got.error == "KeyError: 'What colour is rye?'"


def test_documents_that_cannot_be_indexed_are_their_cases_error() -> None:
    class Broken(FakeAssistant):
        @contextmanager
        def over(self, documents: Mapping[str, str]) -> Iterator[FakeAssistant]:
            raise ModelUnreachable("the disk is full")
            yield self

    run = run_cases(Broken(says_dark), [case(id="a", documents={"x": "y"}), case(id="b")])
    assert [r.error for r in run.results] == ["the disk is full", ""]


def test_a_run_that_is_stopped_keeps_what_is_done_and_says_so() -> None:
    def say(question: str) -> Answer:
        if question == "stop":
            raise KeyboardInterrupt
        return says_dark(question)

    run = run_cases(FakeAssistant(say), [case(id="a"), case(id="b", question="stop"), case(id="c")])
    assert run.interrupted
    assert [r.case.id for r in run.results] == ["a"]
    text = as_text(report(*run.results, interrupted=True, asked=3))
    assert "Partial: stopped after 1 of 3 answers of Footnoted;" in text


def test_a_run_that_is_stopped_passes_nothing() -> None:
    stopped = report(interrupted=True, asked=3)
    text = as_text(stopped)
    assert as_json(stopped)["passed"] is False
    assert "No bar was missed so far." in text
    assert "Every case passed" not in text
    assert "Every case passed" not in as_markdown(stopped)
    assert "Every bar is held" not in as_html(stopped)


def test_a_stop_while_another_is_asked_says_whose_answers_are_missing() -> None:
    got = result(case(), answer(DARK))
    beside = (side_of("the tutorial", [got]),)
    stopped = report(got, result(case(id="b"), answer(DARK)), beside=beside, interrupted=True)
    assert "stopped after 1 of 2 answers of the tutorial;" in as_text(stopped)


def test_every_repeat_of_a_case_is_counted_where_a_run_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "stopping.py").write_text(
        "asked = []\n"
        "def answer(question):\n"
        "    asked.append(question)\n"
        "    if len(asked) == 4:\n"
        "        raise KeyboardInterrupt\n"
        "    return 'Rye is dark.'"
    )
    (tmp_path / "cases.jsonl").write_text(f"{json.dumps(RYE)}\n{json.dumps(OIL)}")
    (tmp_path / "grain").mkdir()
    (tmp_path / "grain" / "grain.txt").write_text(TEXT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    flags = ["--cases", "cases.jsonl", "--documents", "grain", "--repeats", "3"]

    assert main([*flags, "--assistant", "python:stopping:answer"]) == 130
    assert "Partial: stopped after 2 of 6 answers of python:" in capsys.readouterr().out


# The verdict


def test_the_bars_that_come_with_it_are_read_and_are_metrics() -> None:
    bars = load_thresholds().bars
    assert bars["cited_accuracy"].min == 0.72
    assert set(bars) <= set(METRICS)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[speed]\nmin = 1", "there is no metric speed"),
        ("errors = 1", "[errors] holds min, max and tolerance"),
        ("[errors]\nmost = 1", "[errors] holds min, max and tolerance"),
        ('[errors]\nmax = "none"', "[errors] max is a number, not 'none'"),
        ("[errors]\nmax = true", "[errors] max is a number, not True"),
        ("[errors]\nmax = nan", "[errors] max is a number from 0 on, not nan"),
        ("[errors]\ntolerance = -0.1", "[errors] tolerance is a number from 0 on, not -0.1"),
        ("[errors]\nmax = 5", "[errors] max is a share from 0 to 1, not 5"),
        ("[wrong_refusals]\nmin = 0.1", "[wrong_refusals] lower is better, so its bar is a max"),
        ("[answer_accuracy]\nmax = 0.7", "[answer_accuracy] higher is better, so its bar is a min"),
        ("[total_p50]\nmin = 9\nmax = 5", "[total_p50] min is over its max"),
        ("[errors]", "[errors] asks for nothing: give it a min, a max or a tolerance"),
        ("[cost]\nmax = 0.01", "[cost] can't be worked out without [prices]"),
        ("[errors", "is no TOML"),
    ],
)
def test_a_thresholds_file_that_is_wrong_says_where(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "bars.toml"
    file.write_text(text)
    with pytest.raises(ThresholdsError, match=re.escape(why)):
        load_thresholds(file)


def test_a_bar_in_seconds_or_tokens_may_be_over_one(tmp_path: Path) -> None:
    file = tmp_path / "bars.toml"
    file.write_text("\N{BYTE ORDER MARK}[total_p50]\nmax = 20\n[prompt_tokens]\nmax = 3000\n")
    assert load_thresholds(file).bars["total_p50"] == Bar(max=20)


@pytest.mark.parametrize(
    ("text", "bar"),
    [
        ("[answer_accuracy]\nmin = 0.5", Bar(max=0.0)),
        ("[answer_accuracy]\nmin = 0.5\n[errors]\nmax = 0.1", Bar(max=0.1)),
        ("[errors]\ntolerance = 0.1", Bar(max=0.0, tolerance=0.1)),
        ("[prices]\nprompt = 1\ncompletion = 2", Bar(max=0.0)),
        ("", Bar(max=0.0)),
    ],
)
def test_bars_that_set_none_to_errors_allow_none(tmp_path: Path, text: str, bar: Bar) -> None:
    file = tmp_path / "bars.toml"
    file.write_text(text)
    assert load_thresholds(file).bars["errors"] == bar


@pytest.mark.parametrize(
    "text", ["[]", "{}", '{"metrics": {"errors": {}}}', "no", "[1]", "[" * 100_000]
)
def test_a_baseline_that_is_no_report_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(text)
    with pytest.raises(BaselineError, match="no report of an earlier run"):
        load_baseline(file)


@pytest.mark.parametrize(
    "changes",
    [
        {"question": "And oats?"},
        {"history": (Message("user", "What of rye?"),)},
        {"documents": {"grain.txt": "Rye is red."}},
    ],
)
def test_a_case_that_is_asked_otherwise_than_in_the_baseline_is_not_compared(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    file = tmp_path / "baseline.json"
    file.write_text(json.dumps(as_json(report(result(case(), answer(DARK))))))

    flips = flips_since(load_baseline(file), [result(case(**changes), answer())])

    assert flips.compared == 0


@pytest.mark.parametrize("score", ["NaN", "1e999", "-Infinity"])
def test_a_baseline_that_nothing_can_fall_behind_is_refused(tmp_path: Path, score: str) -> None:
    file = tmp_path / "baseline.json"
    row = as_json(report(result(case(), answer(DARK))))
    text = json.dumps(row).replace('"answer_accuracy": 1.0', f'"answer_accuracy": {score}')
    file.write_text(text)
    with pytest.raises(BaselineError, match="no report of an earlier run"):
        load_baseline(file)


def test_a_baseline_without_any_tolerance_says_that_nothing_can_regress(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    of = [result(case(), answer(DARK))]
    file.write_text(json.dumps(as_json(report(*of))))
    earlier, bars = load_baseline(file), Thresholds({"answer_accuracy": Bar(min=0.1)})
    verdict = judge(of, measure_all(of), bars, earlier)

    told = as_text(report(*of, baseline=earlier, thresholds=bars, verdict=verdict))

    assert "no metric has a tolerance, so none can regress: no case flipped." in told


def test_a_missed_bar_is_named_with_its_value() -> None:
    measures = measure_all([result(case(), answer())])
    bars = {"answer_accuracy": Bar(min=0.9), "wrong_refusals": Bar(max=0.08)}
    assert misses(measures, bars, {}) == {
        "answer_accuracy": "Right answers (answer_accuracy): 0.000, below its bar of 0.9",
        "wrong_refusals": "Wrong refusals (wrong_refusals): 1.000, above its bar of 0.08",
    }


def test_a_bar_that_is_reached_exactly_is_held() -> None:
    value = sum([0.9] * 21) / 21
    reached = {"citation_recall": Measure(value, 0.8, 1.0, 21, 0, 21)}

    assert value < 0.9
    assert misses(reached, {"citation_recall": Bar(min=0.9)}, {}) == {}


def test_what_could_not_be_scored_at_all_does_not_pass() -> None:
    measures = measure_all([result(case(), None, "gone")])
    bars = {"answer_accuracy": Bar(min=0.9), "conflict_recall": Bar(min=0.9)}
    assert misses(measures, bars, {}) == {
        "answer_accuracy": "Right answers (answer_accuracy): it could not be scored (1 case)"
    }


def test_a_bar_that_no_case_can_be_held_to_is_named_as_not_judged() -> None:
    results = [result(case(), answer(DARK))]
    bars = {
        "conflict_recall": Bar(min=0.9),
        "answer_accuracy": Bar(min=0.9),
        "false_conflicts": Bar(tolerance=0.1),
    }

    verdict = judge(results, measure_all(results), Thresholds(bars))

    assert verdict.idle == ("conflict_recall",)
    got = report(*results, thresholds=Thresholds(bars), verdict=verdict)
    told = "can be held to it: Conflicts told with both sides (conflict_recall)."
    assert told in as_text(got)
    assert told in as_html(got)
    assert told in as_markdown(got).replace("\\", "")
    assert as_json(got)["idle"] == ["conflict_recall"]


# Reports


def test_the_table_names_intervals_unscored_counts_and_the_cases_that_failed() -> None:
    text = as_text(report(result(case(), answer()), result(case(id="oats"), None, "gone")))
    assert re.search(r"Right answers +0\.0% +0\.0% to 79\.3% +1 +1 +>= 0\.9", text)
    assert "rye: refused what the documents do say\n  asked     What colour is rye?" in text
    assert "expected  dark\n  got       The documents don't say." in text
    assert "oats: error" in text
    assert "got       gone" in text


def test_the_shell_is_never_sent_control_characters() -> None:
    assert "\x1b" not in as_text(hostile_report())
    assert "\x00" not in as_text(hostile_report())


def test_no_text_of_a_case_begins_a_line_that_a_ci_system_would_take_for_an_order() -> None:
    evil = "rye\n::error::evil"
    of = case(id=evil, question=evil, expect=((evil,),), forbid=(evil,))
    text = as_text(report(result(of, answer(DARK)), result(of, answer(claim(evil)))))
    assert not [line for line in text.splitlines() if line.startswith("::")]


def test_the_json_report_is_a_baseline_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_text(json.dumps(as_json(report(result(case(), answer(DARK))))))
    baseline = load_baseline(file)
    assert baseline.cases["rye"].scores["answer_accuracy"] == Score(1.0)
    assert "conflict_recall" not in baseline.cases["rye"].scores
    [row] = json.loads(file.read_text())["results"]
    assert row["answer"]["claims"][0]["citations"][0]["quote"] == "Rye is dark."
    assert row["scores"]["cited_accuracy"] == 1.0
    assert row["split"] in ("calibration", "test")


def test_junit_has_a_test_for_every_case_and_every_bar() -> None:
    got = report(
        result(case(), answer(DARK)),
        result(case(id="refused"), answer()),
        result(case(id="broken"), None, "gone"),
        verdict=Verdict({"answer_accuracy": "0.500, below its bar of 0.9"}),
    )
    cases, bars = ET.fromstring(as_junit(got))
    counted = {"tests": "3", "failures": "1", "errors": "1", "skipped": "0"}
    assert cases.attrib == {"name": "cases"} | counted
    assert bars.attrib == {"name": "bars"} | counted | {"tests": "2", "errors": "0"}


def test_a_bar_that_nothing_could_be_held_to_is_no_passed_test() -> None:
    bars = {
        "answer_accuracy": Bar(min=0.9),
        "conflict_recall": Bar(min=0.9),
        "citation_recall": Bar(tolerance=0.1),
    }
    got = report(result(case(), answer(DARK)), thresholds=Thresholds(bars))
    _, told = ET.fromstring(as_junit(got))
    assert [len(test.findall("skipped")) for test in told] == [0, 1, 1]


def test_junit_of_a_run_that_was_stopped_is_no_success() -> None:
    cases, _ = ET.fromstring(as_junit(report(interrupted=True, asked=3)))

    assert cases.get("errors") == "1"
    assert "Partial: stopped after 0 of 3 answers" in ET.tostring(cases, "unicode")


def test_junit_survives_what_xml_cannot_write() -> None:
    cases, _ = ET.fromstring(as_junit(hostile_report()))
    assert len(cases) == 2


def test_the_page_fetches_nothing_and_runs_nothing() -> None:
    page = as_html(hostile_report())
    [script] = re.findall(r"<script>(.*?)</script>", page, re.S)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert page.count("<script") == 1
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page
    assert re.findall(r"<[^>]+(?:src|href)\s*=", page) == []
    assert "url(" not in page
    assert "&lt;script src=&quot;https://evil.example/x.js&quot;&gt;" in page


def test_the_page_shows_each_case_with_its_footnotes_and_what_was_expected() -> None:
    page = as_html(report(result(case(), answer(DARK)), result(refusal_case(), answer())))
    assert "<dd>Rye is dark.<sup>[1]</sup></dd>" in page
    assert '<mark class="cited gold">Rye is dark.</mark><sup>[1]</sup>' in page
    assert "A refusal: the documents don&#x27;t say." in page
    assert "Refused: The documents don&#x27;t say." in page


def test_a_book_that_is_cited_whole_is_shown_by_its_ends_and_its_evidence() -> None:
    book = f"It begins. {'Oats are pale. ' * 9000}Rye is dark. {'Hay is green. ' * 9000}It ends."
    whole = Citation("grain.txt", "grain.txt", 0, len(book), book)
    got = answer(Claim("Dark.", (whole,), "supported"))

    page = as_html(report(result(case(), got, sources={"grain.txt": Source(book)})))

    assert len(page) < 30_000
    assert all(part in page for part in ("It begins.", ">Rye is dark.</mark>", "It ends."))


def test_a_compared_stack_stands_beside_in_every_report() -> None:
    theirs = side_of("LlamaIndex tutorial", [result(case(), answer(claim("Dark, I say.")))])
    got = report(result(case(), answer(DARK)), beside=(theirs,))
    assert "LlamaIndex tutorial" in as_text(got)
    assert "Dark, I say." in as_html(got)
    assert as_json(got)["compared"]


def test_a_column_beside_says_what_could_not_be_scored() -> None:
    theirs = side_of("theirs", [result(case(), answer(DARK)), result(case(id="b"), None, "gone")])

    told = as_text(report(result(case(), answer(DARK)), beside=(theirs,)))

    assert re.search(r"^Right answers .*100\.0% \(20\.7% to 100\.0%, 1 unscored\)$", told, re.M)


# The command, over a server that speaks the OpenAI protocol


@pytest.fixture
def cases_file(tmp_path: Path) -> Path:
    (tmp_path / "grain").mkdir()
    (tmp_path / "grain" / "grain.txt").write_text(TEXT)
    file = tmp_path / "cases.jsonl"
    file.write_text(f"{json.dumps(RYE)}\n{json.dumps(OIL)}\n")
    return file


def evaluated(cases_file: Path, *flags: object) -> int:
    folder = cases_file.parent / "grain"
    data = cases_file.parent / "data"
    given = ("--cases", cases_file, "--documents", folder, "--data", data, *flags)
    return main([*map(str, given)])


def test_a_suite_is_run_on_the_folder_that_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.md").write_text("# Rice\n")
    record = {"set": "docling_parse", "file": "a.md", "must_contain": ["rice", "rye"]}
    (tmp_path / "docling_parse.jsonl").write_text(json.dumps(record))

    code = main(["--suite", "docling_parse", "--data", str(tmp_path)])

    assert code == 0
    assert "docling_parse: 1 of 2 kept (50.0%)" in capsys.readouterr().out


def test_a_suite_without_a_folder_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--suite", "docling_parse"]) == 2
    assert "--suite needs the benchmark's folder" in capsys.readouterr().err


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    script = Script(states_answer=rye_is_dark, speaks_of=lambda *_: 0.97)
    with FakeServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", server.endpoint.api_key or "")
        monkeypatch.setenv("FOOTNOTED_MODEL", server.endpoint.model)
        yield script


def test_a_run_that_holds_every_bar_exits_0_and_writes_its_reports(
    served: Script, cases_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = cases_file.parent
    targets = [folder / name for name in ("r.json", "r.xml", "r.html")]
    flags = ("--json", targets[0], "--junit", targets[1], "--html", targets[2])
    assert evaluated(cases_file, *flags) == 0
    assert "Every bar is held." in capsys.readouterr().out
    assert json.loads(targets[0].read_text())["passed"] is True
    assert ET.parse(targets[1]).getroot().tag == "testsuites"
    assert targets[2].read_text().startswith("<!doctype html>")
    assert evaluated(cases_file, "--baseline", targets[0]) == 0


def test_a_missed_bar_exits_1_and_names_the_case(
    served: Script, cases_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    served.states_answer = when("nothing")
    assert evaluated(cases_file) == 1
    out = capsys.readouterr().out
    assert "rye: refused what the documents do say" in out
    assert "MISSED  Wrong refusals (wrong_refusals): 1.000" in out


def test_an_endpoint_that_cannot_be_reached_is_an_error_of_each_case(
    cases_file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("FOOTNOTED_TIMEOUT", "1")
    assert evaluated(cases_file) == 1
    assert "MISSED  Cases that ended in an error (errors): 1.000" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["--jobs", "2", "--compare", "tutorial", "--repeats", "2"], "--compare doesn't go with"),
        (["--cases", "nowhere.jsonl"], "nowhere.jsonl does not exist"),
        (["--documents", "nowhere"], "nowhere is no folder of documents"),
        (["--baseline", "nowhere.json"], "nowhere.json can't be read"),
        (["--thresholds", "nowhere.toml"], "nowhere.toml can't be read"),
        (["--html", "nowhere/r.html"], "nowhere/r.html can't be written"),
        (["--html", "r.x", "--json", "./r.x"], "r.x is named twice, and would be written over"),
        (["--thresholds", "bars.toml", "--json", "bars.toml"], "bars.toml is named twice"),
    ],
)
def test_bad_usage_exits_2_with_one_line(
    cases_file: Path, flags: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(cases_file, *flags) == 2
    err = capsys.readouterr().err
    assert why in err
    assert err.count("\n") == 1
    assert not (cases_file.parent / "data").exists()


def test_a_baseline_of_other_cases_is_noticed_before_anything_is_asked(
    cases_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    earlier = cases_file.parent / "earlier.json"
    earlier.write_text(json.dumps(as_json(report(result(case(id="other"), None, "down")))))

    assert evaluated(cases_file, "--baseline", earlier) == 2
    assert "has none of these cases" in capsys.readouterr().err
    assert not (cases_file.parent / "data").exists()


def test_a_split_without_cases_is_refused(cases_file: Path) -> None:
    cases_file.write_text(json.dumps(RYE | {"id": "number-rice"}))
    assert evaluated(cases_file, "--split", "calibration") == 2


def test_an_unknown_flag_exits_2() -> None:
    assert main(["--split", "half"]) == 2


def test_cases_of_their_own_documents_need_no_folder(
    served: Script, cases_file: Path, tmp_path: Path
) -> None:
    own: Case | dict[str, object] = RYE | {"documents": {"grain.txt": TEXT}}
    cases_file.write_text(json.dumps(own))
    data = str(tmp_path / "data")
    flags = ["--cases", str(cases_file), "--documents", str(tmp_path / "none"), "--data", data]
    assert main(flags) == 0


# Others beside ours

BOT = """
import json, os, sys
with open({asked!r}, "a") as log:
    log.write(os.environ["OPENAI_BASE_URL"] + " " + os.environ["OPENAI_MODEL"] + "\\n")
quote = {{"source": "grain.txt", "quote": "Rye is dark."}}
print(json.dumps({{"text": "Rye is dark [1].", "citations": [quote]}}))
"""


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    (tmp_path / "bot.py").write_text(BOT.format(asked=str(tmp_path / "asked")))
    return tmp_path / "bot.py"


def test_others_are_asked_the_same_over_the_same_model_and_nothing_twice(
    served: Script, cases_file: Path, bot: Path, tmp_path: Path
) -> None:
    others = ("--compare", f"command:{sys.executable} {bot}", "--compare", "tutorial")
    flags = ("--run", tmp_path / "run", *others, "--json", tmp_path / "r.json")

    codes = evaluated(cases_file, *flags), evaluated(cases_file, *flags)

    told = (tmp_path / "asked").read_text().splitlines()
    mine, tutorial = json.loads((tmp_path / "r.json").read_text())["compared"]
    assert codes == (0, 0)
    assert told == [f"{os.environ['OPENAI_BASE_URL']} {os.environ['FOOTNOTED_MODEL']}"] * 3
    assert mine["metrics"]["cited_accuracy"]["value"] == 1.0
    assert tutorial["assistant"] == "LlamaIndex tutorial"
    assert len(tutorial["results"]) == 2


def test_who_stands_beside_has_a_cost_too(served: Script, cases_file: Path, tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text("[prices]\nprompt = 1\ncompletion = 2")
    flags = ("--thresholds", tmp_path / "prices.toml", "--json", tmp_path / "r.json")

    assert evaluated(cases_file, *flags, "--compare", "tutorial") == 0

    [tutorial] = json.loads((tmp_path / "r.json").read_text())["compared"]
    tokens, cost = tutorial["metrics"]["prompt_tokens"], tutorial["metrics"]["cost"]
    assert (cost["scored"], cost["unscored"]) == (tokens["scored"], tokens["unscored"])
    assert cost["scored"] + cost["unscored"]


def test_two_that_differ_only_at_the_end_of_a_long_command_stand_side_by_side(
    served: Script, cases_file: Path, bot: Path, tmp_path: Path
) -> None:
    command = f"command:{sys.executable} {bot} {'a-long-way-of-' * 5}asking"
    others = ("--compare", f"{command} --one", "--compare", f"{command} --two")

    assert evaluated(cases_file, *others, "--json", tmp_path / "r.json") == 0

    compared = json.loads((tmp_path / "r.json").read_text())["compared"]
    assert [side["assistant"][-5:] for side in compared] == ["--one", "--two"]


def test_what_cannot_be_opened_to_stand_beside_costs_no_question(
    served: Script, cases_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ("--compare", "python:nowhere:answer", "--run", tmp_path / "run")

    assert evaluated(cases_file, *flags) == 2

    assert "python:nowhere:answer can't be imported" in capsys.readouterr().err
    assert not (tmp_path / "run").exists()


def test_what_is_no_assistant_cannot_stand_beside(
    cases_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluated(cases_file, "--compare", "lecture") == 2
    assert "'lecture' is none of tutorial, command:LINE" in capsys.readouterr().err
