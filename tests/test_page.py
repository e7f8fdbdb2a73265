"""The page in a real browser, with a scripted assistant over the real seed article."""

from collections.abc import Callable, Iterator

import pytest
from page_fakes import (
    HOSTILE_NAME,
    HOSTILE_TEXT,
    SAID_OF_RICE,
    TABLE,
    TABLE_NAME,
    ScriptedAssistant,
    ScriptedLibrary,
    seed_texts,
    serving,
)
from page_reader import Reader, Site

from rag.answer import Message

pytestmark = pytest.mark.browser

RICE = (
    "In response, Russia has proposed to supply between 600,000 and 700,000 tons of rice, "
    "providing a significant portion—over half—of the country's food requirements for the "
    "current year."
)
HOSTILE_QUESTION = 'what is the budget <img src=x onerror="window.pwned=1"> ${window.pwned=1}'


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    texts = {**seed_texts(), HOSTILE_NAME: HOSTILE_TEXT, TABLE_NAME: TABLE}
    assistant = ScriptedAssistant(ScriptedLibrary(texts))
    with serving(assistant) as address:
        yield Site(address, assistant)


@pytest.fixture(scope="module")
def bare_site() -> Iterator[Site]:
    assistant = ScriptedAssistant(ScriptedLibrary({}))
    with serving(assistant) as address:
        yield Site(address, assistant)


@pytest.fixture
def reader(read: Callable[..., Reader], site: Site) -> Reader:
    return read(site)


def test_a_footnote_opens_the_document_at_the_sentence_that_says_so(reader: Reader) -> None:
    answer = reader.answer("How much rice did Russia propose?")
    reader.page.click("#turn .chip")

    assert "between 600,000 and 700,000 tons of rice" in answer
    assert "verified" in answer
    assert reader.lit() == RICE
    assert reader.sees(".s.chosen")
    assert reader.page.get_attribute(".s.chosen", "aria-current") == "true"
    assert reader.style(".s.chosen", "backgroundColor") == "rgb(255, 208, 46)"


def test_a_cited_row_of_a_table_is_lit_as_a_row_under_the_names_of_its_columns(
    reader: Reader,
) -> None:
    reader.answer("How many people has Monaco?")
    reader.page.click("#turn .chip")
    reader.lit()
    said = reader.page.inner_text("tr:has(.chosen)").split()
    background = reader.style("tr:has(.chosen)", "backgroundColor")
    lefts = "row => [...row.children].map(cell => Math.round(cell.getBoundingClientRect().left))"
    rows = reader.page.locator("#source tr")

    assert " ".join(said) == "Country Monaco People 39 thousand Joined 2004"
    assert background == "rgb(255, 208, 46)"
    assert rows.nth(0).evaluate(lefts) == rows.nth(2).evaluate(lefts)
    assert reader.sees("tr:has(.chosen) .s:text('39 thousand')")


def test_each_sentence_of_an_answer_carries_its_footnotes(reader: Reader) -> None:
    reader.answer("tell me everything")

    assert reader.page.locator("#turn .claim").count() == 6
    assert reader.page.locator("#turn .claim:not(:has(.chip))").count() == 0
    assert reader.page.locator("#turn .claim >> nth=0").locator(".chip").count() == 1
    assert reader.page.locator("#turn .claim >> nth=1").locator(".chip").count() == 2


def test_what_is_indexed_and_what_answers_is_shown(reader: Reader) -> None:
    shown = reader.page.inner_text(".head")

    assert "3 documents" in shown
    assert "Scripted 1B on this computer" in shown


def test_a_footnote_says_what_it_quotes_without_a_mouse(reader: Reader) -> None:
    reader.answer("How much rice?")
    reader.page.focus("#turn .chip")
    reader.page.keyboard.press("Enter")

    assert RICE in reader.page.get_attribute("#turn .chip", "aria-label")
    assert reader.lit() == RICE


def test_a_refusal_is_calm_and_offers_the_nearest_sentences(reader: Reader) -> None:
    answer = reader.answer("and how much oil?")
    reader.page.click("#turn .sentence")

    assert "The documents don't say. What is near the question doesn't speak of “oil”." in answer
    assert "nearest sentences" in answer
    assert reader.page.locator("#turn [role=alert], #turn .chip").count() == 0
    assert reader.lit() == RICE


def test_sources_that_disagree_are_both_shown_and_it_is_said(reader: Reader) -> None:
    answer = reader.answer("How many soldiers were sent?")

    assert "The sources disagree." in answer
    assert "10,000" in answer
    assert "around 12,000" in answer
    assert "verified" in answer
    assert "quoted" in answer


def test_footnotes_are_walked_by_keys_and_by_buttons(reader: Reader) -> None:
    reader.answer("How many soldiers were sent?")
    reader.page.click("#turn .chip >> nth=0")
    first = reader.lit()
    reader.page.keyboard.press("]")
    second = reader.lit()
    reader.page.click("[data-by='1']")
    again = reader.lit()
    where = reader.page.inner_text(".step")
    reader.page.keyboard.press("Escape")

    assert "10,000" in first
    assert "12,000" in second
    assert again == first
    assert where == "footnote 1 of 2"
    assert not reader.page.is_visible("#source")


def test_the_question_is_reached_by_a_key_and_focus_is_seen(reader: Reader) -> None:
    reader.answer("How much rice?")
    reader.page.click("#turn .chip")
    reader.page.keyboard.press("/")
    typing = reader.page.evaluate("document.activeElement.matches('#question textarea')")
    outlines = [reader.style(":focus", "outlineStyle")]
    reader.page.keyboard.press("Tab")
    outlines += [reader.style(":focus", "outlineStyle")]

    assert typing
    assert outlines == ["solid", "solid"]


def test_found_sentences_are_there_to_read_while_it_works(reader: Reader, site: Site) -> None:
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .doing:has-text('Reading 5 sentences')")
    reader.page.click("#turn section.found .sentence")
    lit = reader.lit()
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")

    assert lit == RICE


def test_found_sentences_come_first_and_the_answer_claim_by_claim(reader: Reader) -> None:
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn section.found .sentence")
    at_first = reader.page.locator("#turn .claim").count()
    reader.page.wait_for_selector("#turn .claim")
    reader.page.wait_for_selector("#turn .claim >> nth=1")
    still_at_work = reader.page.is_visible("#turn .doing:has-text('Writing from 1 sentence')")
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")

    assert at_first == 0
    assert still_at_work


def test_who_reads_on_by_keyboard_keeps_their_place_while_the_answer_comes(
    reader: Reader,
) -> None:
    reader.ask("a slow one")
    reader.page.focus("#turn section.found .sentence >> nth=1")
    reader.page.wait_for_selector("#turn .claim >> nth=2")
    focused = reader.page.evaluate("document.activeElement.dataset.number")
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")

    assert focused == "2"


def test_one_page_has_one_turn_at_work(reader: Reader, site: Site) -> None:
    reader.answer("unreachable, please")
    reader.ask("a slow one")
    asked = len(site.assistant.histories)
    reader.page.locator("#past [data-do=retry]").evaluate("button => button.click()")
    reader.page.wait_for_selector("#turn .claim >> nth=2")
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")

    assert len(site.assistant.histories) == asked
    assert reader.page.inner_text("#turn h2") == "a slow one"


def test_the_work_ends_when_the_reader_leaves(reader: Reader, site: Site) -> None:
    site.assistant.ended.clear()
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .claim")
    reader.page.close()

    assert site.assistant.ended.wait(10)


def test_stop_ends_the_work_keeps_what_came_and_leaves_the_page_ready(
    reader: Reader, site: Site
) -> None:
    site.assistant.ended.clear()
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .claim")
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")
    kept = reader.page.locator("#turn .claim").count()
    reader.page.wait_for_timeout(500)

    assert kept >= 1
    assert reader.page.locator("#turn .claim").count() == kept
    assert reader.page.is_visible("#turn .turn[aria-busy=false] .stopped")
    assert site.assistant.ended.wait(10)
    assert "600,000" in reader.answer("How much rice?")


def test_an_error_is_one_line_and_the_next_question_works(reader: Reader) -> None:
    reader.answer("unreachable, please")
    reason = reader.page.inner_text("#turn .reason")
    after = reader.answer("How much rice?")

    assert reason == "no connection to http://127.0.0.1:9: is the server running?"
    assert "600,000" in after
    assert reader.page.is_visible("#ask")
    assert not reader.page.is_visible("#stop")


def test_an_answer_that_breaks_off_keeps_what_was_verified(reader: Reader) -> None:
    shown = reader.answer("one that breaks off")

    assert SAID_OF_RICE in shown
    assert "The answer broke off." in shown
    assert "closed the connection" in shown
    assert reader.page.locator("#turn .chip").count() == 1


def test_an_error_that_nobody_foresaw_shows_none_of_its_message(reader: Reader) -> None:
    shown = reader.answer("broken, please")

    assert "Something went wrong" in shown
    assert "sk-secret" not in reader.page.content()
    assert "600,000" in reader.answer("How much rice?")


def test_a_follow_up_carries_the_conversation_and_shows_what_was_searched_for(
    reader: Reader, site: Site
) -> None:
    reader.answer("How much rice?")
    reader.answer("and how many officers?")

    assert "How many officers did North Korea send" in reader.page.inner_text("#turn .searched")
    assert list(site.assistant.histories[-1]) == [
        Message("user", "How much rice?"),
        Message("assistant", SAID_OF_RICE),
    ]


def test_what_failed_the_checks_is_folded_away_with_its_reason(reader: Reader) -> None:
    reader.answer("and how many officers?")
    folded = reader.page.is_visible("#turn .refused li")
    reader.page.click("#turn .why > summary")

    assert not folded
    assert "“500 generals” is in no cited sentence" in reader.page.inner_text("#turn .refused")


def test_without_a_model_it_says_so(reader: Reader) -> None:
    answer = reader.answer("the nearest ones")

    assert "No model was asked: these are the nearest sentences." in answer


def test_an_example_is_asked_by_a_click(reader: Reader) -> None:
    example = reader.page.inner_text(".example >> nth=0")
    reader.page.click(".example >> nth=0")
    reader.page.wait_for_selector('#turn .turn[aria-busy="false"]')

    assert reader.page.inner_text("#turn h2") == example


def test_nothing_that_a_document_a_name_or_a_model_says_runs_or_leaves(
    reader: Reader, site: Site
) -> None:
    reader.answer(HOSTILE_QUESTION)
    reader.page.click("#turn .chip")
    first = reader.lit()
    reader.page.hover("#turn .chip")
    listed = reader.page.inner_text("#library")
    reader.page.wait_for_timeout(300)

    assert reader.page.evaluate("window.pwned") is None
    assert "${window.pwned=1}" in first
    assert HOSTILE_NAME in listed
    assert reader.left_for(site.address) == []
    assert reader.complaints == []
    drawn = ":is(#side, #log, #source, #outbox, #card) :is(script, img, svg, iframe, a, style)"
    assert reader.page.locator(drawn).count() == 0


def test_a_hostile_document_is_shown_to_the_letter(reader: Reader, site: Site) -> None:
    hostile = site.assistant.library.cite("constructor")[0].document_id
    reader.page.click(f'#library [data-document="{hostile}"]')
    reader.page.wait_for_selector(f'article[data-document="{hostile}"]')

    pieces = reader.page.locator("article.document .s").all_text_contents()
    spans = site.assistant.library.sentences(hostile)
    assert pieces == [HOSTILE_TEXT[span.start : span.end] for span in spans]


def test_a_document_that_is_gone_is_said_to_be_gone(reader: Reader, site: Site) -> None:
    reader.answer("How much rice?")
    kept = dict(site.assistant.library.texts)
    site.assistant.library.texts.clear()
    reader.page.click("#turn .chip")
    reader.page.wait_for_selector(".gone")
    site.assistant.library.texts.update(kept)

    assert "has changed or was removed" in reader.page.inner_text(".gone")


def test_on_a_phone_the_source_slides_over_the_chat_and_back(
    read: Callable[..., Reader], site: Site
) -> None:
    reader = read(site, 390, 844)
    closed_at_first = not reader.page.is_visible("#source")
    reader.answer("How much rice?")
    reader.page.click("#turn .chip")
    lit = reader.lit()
    reader.page.wait_for_timeout(300)
    seen = reader.sees(".s.chosen")
    behind = reader.page.evaluate("document.querySelector('#talk').inert")
    reader.page.keyboard.press("Escape")

    assert closed_at_first
    assert lit == RICE
    assert seen
    assert behind
    assert not reader.page.is_visible("#source")
    assert reader.sees("#turn .chip")
    assert reader.page.evaluate("document.activeElement.className") == "chip"


@pytest.mark.parametrize(
    "question",
    ["How many soldiers?", "everything", "and how many officers?", "oil", HOSTILE_QUESTION],
)
def test_nothing_is_wider_than_a_phone(
    read: Callable[..., Reader], site: Site, question: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site.assistant, "model_label", "someone/a-model-of-a-long-name" * 3)
    reader = read(site, 360, 740)
    reader.answer(question)
    wide = """[...document.querySelectorAll("html, #log, .head *, #turn *")]
        .filter(each => each.getBoundingClientRect().right > innerWidth).length"""

    assert reader.page.evaluate(wide) == 0


def test_the_quote_beside_a_footnote_is_whole_on_a_phone(
    read: Callable[..., Reader], site: Site
) -> None:
    reader = read(site, 390, 844)
    reader.answer("How many soldiers?")
    reader.page.evaluate("document.querySelector('#turn .chip').focus({ focusVisible: true })")
    shown = reader.page.locator("#card").bounding_box()

    assert shown["x"] >= 0
    assert shown["x"] + shown["width"] <= 390


def test_an_empty_library_says_what_to_do(read: Callable[..., Reader], bare_site: Site) -> None:
    reader = read(bare_site)
    welcome = reader.page.inner_text(".welcome")
    answer = reader.answer("How much rice?")

    assert "footnoted index PATH" in welcome
    assert "footnoted index PATH" in answer
    assert "0 documents" in reader.page.inner_text(".head")


def test_the_page_sees_a_document_that_was_indexed_since(
    read: Callable[..., Reader], bare_site: Site
) -> None:
    reader = read(bare_site)
    bare_site.assistant.library.texts.update(seed_texts())
    answer = reader.answer("How much rice?")
    bare_site.assistant.library.texts.clear()

    assert SAID_OF_RICE in answer
