"""What a reader does while an answer is written, in a real browser."""

from collections.abc import Callable

import pytest
from page_reader import Reader, Site
from test_room import QUESTION, put

from index.embedding import Embedder
from ui.conversations import Conversations

pytestmark = pytest.mark.browser

Read = Callable[..., Reader]
SLOW = "a slow one"


@pytest.fixture
def reader(read: Read, site: Site) -> Reader:
    """Somebody to whom one question was answered, and a second is being answered."""
    reader = read(site)
    reader.answer(QUESTION)
    reader.ask(SLOW)
    reader.page.wait_for_selector("#turn .claim >> nth=1")
    return reader


def stop(reader: Reader) -> None:
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")


def test_an_answer_goes_on_though_its_conversation_is_pressed(reader: Reader) -> None:
    reader.page.click("#conversations [aria-current] .name")
    reader.page.wait_for_timeout(400)
    claims = reader.page.locator("#turn .claim").count()
    reader.page.wait_for_selector(f"#turn .claim >> nth={claims}")

    assert reader.page.is_visible("#stop")
    stop(reader)


def test_a_text_to_check_is_not_lost_to_an_answer_that_is_being_written(reader: Reader) -> None:
    reader.page.click("[data-dialog=check]")
    reader.page.fill("#check textarea", "It covers half of the need.")
    reader.page.click("#check [data-do=check]")
    reader.page.wait_for_selector(".notice >> text=still being written")
    stop(reader)
    reader.page.click("[data-dialog=check]")
    kept = reader.page.input_value("#check textarea")
    reader.page.click("#check [data-do=check]")
    reader.page.wait_for_selector("#turn .check.contradicted")

    assert kept == "It covers half of the need."
    assert reader.page.input_value("#check textarea") == ""


def test_a_question_that_is_asked_too_soon_is_told_so_and_stays(reader: Reader) -> None:
    reader.page.fill("#question textarea", QUESTION)
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".notice >> text=still being written")
    asked = reader.page.inner_text("#turn h2")
    stop(reader)

    assert asked == SLOW
    assert reader.page.input_value("#question textarea") == QUESTION


def test_what_is_thought_of_an_answer_is_kept_while_the_next_one_is_written(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    reader.page.click("#past [data-do=like]")
    reader.page.wait_for_selector("#past [data-do=like][aria-pressed=true]")
    claims = reader.page.locator("#turn .claim").count()
    stop(reader)
    put(site.assistant.library.folder, embedder, "more.txt", "The lease ends in May.")
    reader.page.wait_for_selector("#library >> text=more.txt")
    reader.page.wait_for_timeout(400)

    assert claims >= 2
    assert reader.page.is_visible("#past [data-do=like][aria-pressed=true]")


def test_what_came_of_an_answer_is_kept_before_it_ends(reader: Reader, site: Site) -> None:
    id_ = reader.page.get_attribute("#conversations [data-current]", "data-current")
    kept = Conversations(site.assistant.library.folder).read("", id_)
    stop(reader)

    assert kept.turns[-1].found is not None
    assert len(kept.turns[-1].claims) >= 2
