"""The page for everybody: axe-core in the browser, the keyboard alone, text from the right."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from page_fakes import TABLE, TABLE_NAME, ScriptedAssistant, ScriptedLibrary, seed_texts, serving
from page_reader import Reader, Site

pytestmark = pytest.mark.browser

Read = Callable[..., Reader]
HEBREW = "רוסיה הציעה 600,000 טונות של אורז. זה המשפט השני."


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    texts = {**seed_texts(), "hebrew.txt": HEBREW, TABLE_NAME: TABLE}
    with serving(assistant := ScriptedAssistant(ScriptedLibrary(texts))) as address:
        yield Site(address, assistant)


def violations(page: Any) -> list[str]:
    """What axe-core calls serious or critical, with where it is."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']][:3]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def states(reader: Reader, width: int) -> Iterator[str]:
    """Walks the page, and says where it is each time."""
    page = reader.page
    yield "welcome"
    reader.answer("How many soldiers were sent?")
    page.click("#turn .chip >> nth=0")
    reader.lit()
    yield "a conflict, with its source open"
    page.keyboard.press("Escape")
    reader.answer("How many people has Monaco?")
    page.click("#turn .chip")
    reader.lit()
    yield "a row of a table"
    page.keyboard.press("Escape")
    reader.answer("and how many officers?")
    page.click("#turn .why > summary")
    page.click("#turn .bad > summary")
    page.click("#turn .export summary")
    yield "an answer with all that is folded away"
    reader.answer("and how much oil?")
    yield "a refusal"
    reader.answer("unreachable, please")
    yield "an error"
    page.click("[data-dialog=check]")
    page.fill("dialog#check textarea", "Cats are kind. Russia gave half of it.")
    yield "a text to check"
    page.click("dialog#check [data-do=check]")
    page.wait_for_selector("#turn .turn[aria-busy=false] .check >> nth=1")
    yield "a text that was checked"
    page.click("[data-dialog=settings]")
    yield "the settings"
    page.keyboard.press("Escape")
    if width < 1000:
        page.click(".menu")
    page.click("#conversations summary >> nth=0")
    yield "the left column, a menu open"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 390)])
def test_axe_finds_nothing_serious_in_any_state(
    read: Read, site: Site, scheme: str, width: int
) -> None:
    reader = read(site, width, 844)
    reader.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")

    found = {state: violations(reader.page) for state in states(reader, width)}

    assert {state: wrong for state, wrong in found.items() if wrong} == {}


def test_everything_is_reached_by_the_keyboard_and_its_focus_is_seen(
    read: Read, site: Site
) -> None:
    reader = read(site)
    reader.answer("How many soldiers were sent?")
    reader.page.keyboard.press("Escape")
    reader.page.focus("#top button")
    reached, outlines = [], set()
    for _ in range(40):
        reader.page.keyboard.press("Tab")
        focus = "(e => [e.dataset.do ?? e.id ?? e.tagName, e.tagName])(document.activeElement)"
        does, tag = reader.page.evaluate(focus)
        reached.append(does or tag)
        outlines.add(reader.style(":focus", "outlineStyle") if tag != "BODY" else "solid")

    assert {"open", "read", "pick", "copy", "link", "edit", "retry", "like", "ask"} <= set(reached)
    assert outlines <= {"solid", "auto"}


def test_text_that_runs_from_the_right_is_set_so(read: Read, site: Site) -> None:
    reader = read(site)
    reader.page.click("#library .name >> text=hebrew.txt")
    reader.page.wait_for_selector("article.document .s")

    assert reader.style("article.document p", "direction") == "rtl"


def test_nothing_moves_for_who_asked_for_less_motion(read: Read, site: Site) -> None:
    reader = read(site)
    reader.page.emulate_media(reduced_motion="reduce")
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .doing")
    script = "getComputedStyle(document.querySelector('#turn .doing'), '::before').animationName"
    moving = reader.page.evaluate(script)
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")

    assert moving == "none"


def pressed(reader: Reader, selector: str) -> None:
    """Press a button by keyboard."""
    reader.page.focus("#question textarea")
    reader.page.keyboard.press("Shift+Tab")  # so that it counts as reached by keyboard
    reader.page.focus(selector)
    reader.page.keyboard.press("Enter")


def test_the_focus_stays_near_when_what_had_it_goes(read: Read, site: Site) -> None:
    reader = read(site)
    at = "document.activeElement"
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .claim")
    pressed(reader, "#stop")
    reader.page.wait_for_selector("#turn .stopped")
    reader.page.wait_for_function(f"{at}.matches('#question textarea')")
    pressed(reader, "#turn [data-do=retry]")
    reader.page.wait_for_function(f"{at}.matches('#question textarea')")
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")
    reader.answer("and how many officers?")
    pressed(reader, "#turn .bad > summary")
    pressed(reader, "#turn .bad [data-do=dislike]")
    reader.page.wait_for_function(f"{at}.matches('#turn .bad > summary')")
    pressed(reader, "#turn [data-do=like]")
    reader.page.wait_for_selector("#turn [data-do=like][aria-pressed=true]")
    reader.page.wait_for_function(f"{at}.matches('#turn [data-do=like]')")
    pressed(reader, "#conversations summary >> nth=0")
    pressed(reader, "#conversations details[open] [data-do=sure]")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".welcome")
    reader.page.wait_for_function(f"{at}.matches('#side *')")
