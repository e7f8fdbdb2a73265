"""The report's page in a real browser: filters from the keyboard, on a phone, and no other host."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import FOUND, answer, case, citation, claim, refusal_case, result
from page_fakes import ARGUMENTS, CHROMIUM

from evals.baseline import load_baseline
from evals.gate import judge, load_thresholds
from evals.report.data import Report, as_json, side_of
from evals.report.page import as_html

pytestmark = pytest.mark.browser

DARK, WRONG = claim("Rye is dark.", "Rye is dark."), claim("Rice is white.", "Rice is white.")
HOSTILE = (
    "<img src=https://evil.example/x onerror=window.pwned=1><script>window.pwned=1</script>"
    "</details></main><style>@import 'https://evil.example/x'</style>" + "unbroken" * 60
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not Path(CHROMIUM).exists() and not os.environ.get("FOOTNOTED_REQUIRE_BROWSER"):
        pytest.skip(f"no Chromium at {CHROMIUM}: THE REPORT'S PAGE IS NOT TESTED")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with cases of three kinds, one of which broke since its baseline."""
    folder = tmp_path_factory.mktemp("report")
    oil = refusal_case(id="oil", kind="unanswerable", question="How much oil?")
    evil = case(id="evil", kind="injection", question=HOSTILE, expect=((HOSTILE,),))
    before = [result(case(), answer(DARK))]
    now = [
        result(case(), answer(WRONG)),
        result(oil, answer()),
        result(evil, answer(claim(HOSTILE, "Rice is white."))),
    ]
    earlier = Report("cases.jsonl", "all", "now", 1, side_of("Footnoted", before))
    (folder / "baseline.json").write_text(json.dumps(as_json(earlier)))
    baseline = load_baseline(folder / "baseline.json")
    ours = side_of("Footnoted", now)
    bars = load_thresholds()
    verdict = judge(now, ours.measures, bars, baseline)
    told = Report(
        "c",
        "all",
        "now",
        3,
        ours,
        beside=(side_of("LlamaIndex tutorial", now),),
        thresholds=bars,
        baseline=baseline,
        verdict=verdict,
    )
    file = folder / "report.html"
    file.write_text(as_html(told), "utf-8")
    return file


@pytest.fixture
def page(browser: Any, report_file: Path) -> Iterator[Any]:
    """The report, opened; whatever a test does, no other host is asked and nothing is run."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(report_file.as_uri())
    yield opened
    assert asked == [report_file.as_uri()]
    assert opened.evaluate("window.pwned") is None
    context.close()


def shown(page: Any) -> list[str]:
    cases = page.locator(".case:visible").all()
    return [str(one.get_attribute("data-kind")) for one in cases]


def test_what_failed_comes_first_and_open(page: Any) -> None:
    assert shown(page) == ["fact", "injection", "unanswerable"]
    assert page.locator(".case[open]").count() == 2


def test_cases_are_found_by_text_from_the_keyboard(page: Any) -> None:
    page.keyboard.press("/")
    page.keyboard.type("oil")

    assert shown(page) == ["unanswerable"]
    assert page.locator("output").inner_text() == "1 shown"

    page.keyboard.press("Escape")

    assert len(shown(page)) == 3


def test_cases_are_chosen_by_kind_and_by_what_became_of_them(page: Any) -> None:
    page.locator("select[name=kind]").focus()
    page.keyboard.type("inj")
    assert shown(page) == ["injection"]

    page.locator("select[name=kind]").select_option("")
    page.locator("select[name=state]").select_option("passed")
    assert shown(page) == ["unanswerable"]

    page.locator("select[name=state]").select_option("broke")
    assert shown(page) == ["fact"]


def test_a_footnote_is_lit_where_it_stands_in_the_source(page: Any) -> None:
    lit = page.locator(".case[data-kind=fact] mark.cited")

    assert lit.inner_text() == "Rice is white."
    assert page.locator(".case[data-kind=fact] mark.gold").inner_text() == "Rye is dark."


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_cut_off_on_a_phone(page: Any, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_no_column_lies_beyond_the_edge_of_a_laptop(page: Any) -> None:
    wide = page.locator(".wide").first

    assert "LlamaIndex tutorial" in wide.inner_text()
    assert wide.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_paper_has_no_filters(page: Any) -> None:
    page.emulate_media(media="print")

    assert not page.locator(".filters").is_visible()
    assert page.locator("h1").is_visible()


def test_the_labels_of_a_plot_stand_apart(browser: Any, tmp_path: Path) -> None:
    deep = tuple(citation(f"{quote}.") for quote in FOUND) * 15
    sure = [
        result(case(id=str(number)), answer(said, confidence=0.9), found=deep)
        for number, said in enumerate((DARK, WRONG))
    ]
    (tmp_path / "deep.html").write_text(
        as_html(Report("c", "all", "now", 2, side_of("Footnoted", sure))), "utf-8"
    )
    page = browser.new_page()
    page.goto((tmp_path / "deep.html").as_uri())

    overlapping = page.evaluate(
        """() => [...document.querySelectorAll('svg')].flatMap((svg) => {
          const boxes = [...svg.querySelectorAll('text')].map((one) => one.getBoundingClientRect());
          const shared = (a, b) => Math.min(  // a box has 3 px of air around its letters
            Math.min(a.right, b.right) - Math.max(a.left, b.left),
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
          return boxes.flatMap((a, n) => boxes.slice(n + 1).filter((b) => shared(a, b) > 3));
        }).length"""
    )

    page.close()
    assert overlapping == 0
