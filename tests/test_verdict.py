"""The verdict against a baseline, and how a CI job is told of it."""

import json
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from eval_fakes import answer, case, claim, refusal_case, result

from evals.baseline import Baseline, changes_since, check_shared, flips_since, load_baseline
from evals.benchmarks.verdict import main as measure_verdict
from evals.cases import case_to_json
from evals.errors import BaselineError, ThresholdsError
from evals.gate import Bar, Thresholds, judge, load_thresholds
from evals.report.annotations import as_annotations
from evals.report.data import Report, as_json, side_of
from evals.report.junit import as_junit
from evals.report.markdown import as_markdown
from evals.report.page import as_html
from evals.report.shell import as_text
from evals.results import Result

DARK, WRONG = claim("Rye is dark.", "Rye is dark."), claim("Rice is white.", "Rice is white.")
ACCURACY = Thresholds({"answer_accuracy": Bar(tolerance=0.02)})
HOSTILE = "x\n::error::y | <b>*z*</b> `q` @me https://evil.example"


def results(right: Sequence[bool]) -> list[Result]:
    return [
        result(case(id=f"case-{number}"), answer(DARK if good else WRONG))
        for number, good in enumerate(right)
    ]


def baseline(tmp_path: Path, of: Sequence[Result]) -> Baseline:
    file = tmp_path / "baseline.json"
    report = Report("cases.jsonl", "all", "now", len(of), side_of("Footnoted", of))
    file.write_text(json.dumps(as_json(report)))
    return load_baseline(file)


def report(tmp_path: Path, before: Sequence[Result], after: Sequence[Result]) -> Report:
    ours, earlier = side_of("Footnoted", after), baseline(tmp_path, before)
    verdict = judge(after, ours.measures, ACCURACY, earlier)
    return Report(
        "cases.jsonl",
        "all",
        "now",
        len(after),
        ours,
        thresholds=ACCURACY,
        baseline=earlier,
        verdict=verdict,
    )


@pytest.mark.parametrize(
    ("lost", "cases", "missed"),
    [
        (0, 100, 0),
        (1, 20, 0),  # 5 points, and one case may be chance
        (5, 100, 1),  # 5 points, and five cases are none
        (10, 1000, 0),  # 1 point is no chance, and within the tolerance
    ],
)
def test_only_a_loss_over_the_tolerance_that_is_no_chance_fails(
    tmp_path: Path, lost: int, cases: int, missed: int
) -> None:
    before = results([True] * cases)
    after = results([False] * lost + [True] * (cases - lost))

    verdict = judge(after, side_of("", after).measures, ACCURACY, baseline(tmp_path, before))

    assert len(verdict.misses) == missed


def test_as_many_gains_as_losses_are_no_regression(tmp_path: Path) -> None:
    before = results([True] * 50 + [False] * 8 + [True] * 2)
    after = results([True] * 42 + [False] * 8 + [True] * 10)

    change = changes_since(baseline(tmp_path, before), after, {"answer_accuracy": 0.0})

    assert not change["answer_accuracy"].regressed


def test_a_regression_says_from_what_to_what_on_how_many_cases(tmp_path: Path) -> None:
    got = report(tmp_path, results([True] * 60), results([False] * 9 + [True] * 51))

    [line] = got.verdict.misses.values()

    assert line.startswith(
        "Right answers (answer_accuracy): 0.850, 0.150 worse than the baseline's 1.000 on "
        "60 cases of both (tolerance 0.02, p = 0.000"
    )


def test_the_more_metrics_are_judged_the_surer_a_loss_must_be(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True] * 100))
    after = results([False] * 4 + [True] * 96)
    many = ["answer_accuracy", "cited_accuracy", "citation_precision", "citation_recall"]

    alone = changes_since(before, after, {"answer_accuracy": 0.0})
    among = changes_since(before, after, dict.fromkeys(many, 0.0))

    assert alone["answer_accuracy"].regressed
    assert among["answer_accuracy"].p == pytest.approx(4 * alone["answer_accuracy"].p)
    assert not among["answer_accuracy"].regressed


def test_a_metric_in_which_nothing_moved_is_not_counted_among_the_many(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True] * 100))
    after = results([False] * 4 + [True] * 96)
    idle = ["errors", "quote_exactness", "uncited_claims", "groundedness"]

    among = changes_since(before, after, dict.fromkeys(["answer_accuracy", *idle], 0.0))

    assert among["answer_accuracy"].regressed
    assert among["errors"].p == 1.0


def test_a_case_that_ended_in_an_error_is_left_out_and_never_a_loss(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True] * 40))
    after = [result(case(id="case-0"), None, "gone"), *results([True] * 40)[1:]]

    change = changes_since(before, after, {"answer_accuracy": 0.0})["answer_accuracy"]

    assert (change.after, change.cases) == (1.0, 39)


def test_cases_that_flipped_are_named_both_ways(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True, False, True, False]))
    after = [*results([False, True, True, False]), result(case(id="new"), answer(WRONG))]

    flips = flips_since(before, after)

    assert (flips.broken, flips.mended, flips.compared) == (("case-0",), ("case-1",), 4)


def test_a_case_with_another_question_is_not_compared(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True, True]))
    after = [result(case(id="case-0", question="Other?"), answer(WRONG)), results([True] * 2)[1]]

    assert flips_since(before, after).compared == 1


def test_a_baseline_of_other_cases_is_refused(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True]))

    with pytest.raises(BaselineError, match="has none of these cases"):
        check_shared(before, [case(id="other")])


def test_a_run_stopped_before_any_case_of_the_baseline_has_a_verdict(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True]))
    other = [result(case(id="other"), answer(DARK))]

    verdict = judge(other, side_of("", other).measures, ACCURACY, before)

    assert verdict.flips is not None
    assert (verdict.flips.compared, dict(verdict.changes)) == (0, {})


def test_the_same_two_runs_get_the_same_verdict_every_time(tmp_path: Path) -> None:
    before = baseline(tmp_path, results([True] * 45 + [False] * 15))
    after = results([False] * 7 + [True] * 53)

    verdicts = [judge(after, side_of("", after).measures, ACCURACY, before) for _ in range(20)]

    assert verdicts == [verdicts[0]] * 20


def test_repeats_count_as_one_case_in_a_verdict(tmp_path: Path) -> None:
    once = results([False] * 3 + [True] * 30)
    again = [result(got.case, got.answer, repeat=n) for n in (1, 2, 3) for got in once]

    change = changes_since(
        baseline(tmp_path, results([True] * 33)), again, {"answer_accuracy": 0.0}
    )["answer_accuracy"]

    assert (change.cases, change.moved) == (33, 3)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[prices]\nprompt = 1", "[prices] holds prompt and completion"),
        (
            "[prices]\nprompt = 1\ncompletion = -1",
            "[prices] completion is a number from 0 on, not -1",
        ),
        ('[prices]\nprompt = "1"\ncompletion = 1', "[prices] prompt is a number, not '1'"),
    ],
)
def test_prices_that_are_none_say_so(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "bars.toml"
    file.write_text(text)

    with pytest.raises(ThresholdsError, match=re.escape(why)):
        load_thresholds(file)


def test_the_measurement_of_the_verdict_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert measure_verdict(["--runs", "2", "--cases", "30", "--noise", "0"]) == 0
    assert "20 of 20 identical runs judged alike" in capsys.readouterr().out


# Told


@pytest.fixture
def broken(tmp_path: Path) -> Report:
    return report(tmp_path, results([True] * 29 + [False]), results([False] * 9 + [True] * 21))


def test_the_shell_names_what_flipped(broken: Report) -> None:
    text = as_text(broken)

    assert "Against the baseline, on 30 cases of both:\nBROKE   case-0" in text
    assert "MENDED  case-29" in text
    assert "MISSED  Right answers (answer_accuracy): 0.700" in text


def test_what_only_one_of_two_runs_asked_and_other_documents_are_told(tmp_path: Path) -> None:
    got = report(tmp_path, results([True] * 3), [*results([True]), result(case(), answer(DARK))])
    assert got.baseline is not None
    got = replace(got, documents="now", baseline=replace(got.baseline, documents="then"))

    told = "on 1 case of both (1 only here, 2 only there), over other documents: "

    assert told + "no case flipped." in as_text(got)
    assert told.replace("(", "").replace(")", "") in re.sub(r"[()]", "", as_markdown(got))
    assert told + "0 broke, 0 mended." in as_html(got)


def test_a_report_names_its_documents_for_the_runs_after_it(tmp_path: Path) -> None:
    file = tmp_path / "baseline.json"
    earlier = Report("c", "all", "now", 1, side_of("F", results([True])), documents="abc")
    file.write_text(json.dumps(as_json(earlier)))

    assert load_baseline(file).documents == "abc"


def test_the_page_tells_the_difference_from_the_baseline_word_by_word(broken: Report) -> None:
    page = as_html(broken)

    assert "9 broke, 1 mended" in page
    assert "<del>Rye is dark.</del> <ins>Rice is white.</ins>" in page
    assert 'data-state="failed broke"' in page


def test_the_difference_of_very_long_answers_takes_no_time(tmp_path: Path) -> None:
    before, after = ("rice is white and " * 9000 + end for end in ("dry", "wet"))
    runs = [[result(case(), answer(claim(text, "Rice is white.")))] for text in (before, after)]
    started = time.monotonic()

    page = as_html(report(tmp_path, *runs))

    assert f"<del>{before}</del> <ins>{after}</ins>" in page
    assert time.monotonic() - started < 5


def test_the_markdown_has_the_verdict_the_flips_and_the_tables(broken: Report) -> None:
    text = as_markdown(broken)

    assert text.startswith("## ✗ Missed\n")
    assert "- ✗ broke: `case-0`" in text
    assert re.search(r"\| Right answers \| 70\.0% \| .* \| 96\.7% \| -26\.7% regressed \|", text)
    assert "<details><summary>9 not passed</summary>" in text


def test_a_long_answer_leaves_the_jobs_summary_short_enough_to_be_shown(tmp_path: Path) -> None:
    got = result(case(id="long"), answer(claim("Rye is pale. " * 100_000)))

    text = as_markdown(report(tmp_path, [got], [got]))

    assert len(text) < 20_000
    assert "1 answer of " in text
    assert " to `" in text


def test_markdown_takes_nothing_that_an_answer_says_for_markup(tmp_path: Path) -> None:
    got = result(case(id="a", question=HOSTILE), answer(claim(HOSTILE, "Rice is white.")))
    text = as_markdown(report(tmp_path, [got], [got]))

    [row] = [line for line in text.splitlines() if line.startswith("| a |")]

    assert row.replace("\\|", "").count("|") == 5
    assert "<b>" not in row
    assert "https://evil" not in row
    assert "@me" not in row


def test_markdown_has_no_control_characters(tmp_path: Path) -> None:
    got = report(tmp_path, results([True]), [result(case(id="case-0"), None, "gone\x00\x1b")])

    assert "gone\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}" in as_markdown(got)


def test_a_log_has_the_beginning_of_a_very_long_answer(tmp_path: Path) -> None:
    long = result(case(id="case-0"), answer(claim("rice " * 9000, "Rice is white.")))
    got = report(tmp_path, results([True]), [long])

    assert len(as_text(got)) < 6000
    assert len(as_annotations(got, {})) < 6000


def test_annotations_point_at_the_lines_of_the_cases(broken: Report) -> None:
    lines = as_annotations(broken, {"case-0": 7}).splitlines()

    assert lines[0].startswith("::error title=eval::Right answers (answer_accuracy): 0.700")
    assert lines[1].startswith(
        "::error file=cases.jsonl,line=7,title=case-0%3A not passed::doesn't say dark%0Aasked: "
    )
    assert len(lines) == 10


def test_there_are_no_more_annotations_than_are_shown(tmp_path: Path) -> None:
    got = report(tmp_path, results([True] * 40), results([False] * 40))

    lines = as_annotations(got, {}).splitlines()

    assert len(lines) == 10
    assert lines[-1] == "::error title=eval::and 32 more: see the report"


def test_no_answer_can_begin_an_annotation_of_its_own(tmp_path: Path) -> None:
    got = result(case(id="a:b,c", question=HOSTILE), answer(claim(HOSTILE, "Rice is white.")))

    text = as_annotations(report(tmp_path, [got], [got]), {})

    assert len(text.splitlines()) == 1
    assert "title=a%3Ab%2Cc%3A not passed::" in text


def test_an_annotation_cannot_write_over_the_terminal(tmp_path: Path) -> None:
    got = result(case(), answer(claim("Rye is \x1b[2J100%\r\npale.", "Rice is white.")))

    text = as_annotations(report(tmp_path, [got], [got]), {})

    assert text.endswith("got: Rye is \N{REPLACEMENT CHARACTER}[2J100%25%0Apale.")


def test_markdown_takes_no_price_for_a_formula(tmp_path: Path) -> None:
    got = result(case(), answer(claim("From $5 to 6$.", "Rice is white.")))

    assert "From \\$5 to 6\\$." in as_markdown(report(tmp_path, [got], [got]))


def test_junit_names_each_repeat(tmp_path: Path) -> None:
    twice = [result(case(), answer(DARK)), result(case(), answer(WRONG), repeat=2)]

    text = as_junit(report(tmp_path, twice, twice))

    assert 'name="rye (repeat 2)"' in text


def test_the_command_writes_all_its_reports_and_annotates(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from evals.__main__ import main
    from evals.runs.folder import Manifest, RunFolder

    cases = [case(), refusal_case(id="oil", question="Oil?")]
    manifest = Manifest("Footnoted, scripted", "scripted-1b", "0", "now")
    with RunFolder(tmp_path / "run", manifest, cases) as folder:
        folder.keep(result(cases[0], answer(WRONG)))
        folder.keep(result(cases[1], answer()))
    file = tmp_path / "cases.jsonl"
    file.write_text("\n" + "\n".join(json.dumps(case_to_json(one)) for one in cases))
    targets = {name: tmp_path / f"r.{name}" for name in ("json", "junit", "html", "markdown")}
    flags = [word for name, target in targets.items() for word in (f"--{name}", str(target))]

    code = main(["--rescore", str(tmp_path / "run"), "--cases", str(file), "--annotations", *flags])

    assert code == 1
    assert all(target.stat().st_size for target in targets.values())
    assert f"::warning file={file},line=2,title=rye%3A not passed::" in capsys.readouterr().out
