"""Two readers who log in, in real browsers: what one adds and says, the other can't reach."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import without_model
from made import lines, pdf
from page_fakes import serving

from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer

pytestmark = pytest.mark.browser

LOGINS = [("ada", "secret-of-ada"), ("bob", "secret-of-bob"), ("cyd", "secret-of-cyd")]
SECRET = "The vault of ada holds a falcon of gold."
QUESTION = "What does the vault hold?"


@dataclass
class Two:
    """Ada's page, where she added SECRET as diary.pdf and asked QUESTION, and Bob's."""

    ada: Any
    bob: Any
    address: str
    library: Library

    @property
    def secret(self) -> str:
        """The id of what Ada added."""
        (row,) = self.library.documents("ada~default")
        return row.id


@pytest.fixture(scope="module")
def two(
    browser: Any, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Iterator[Two]:
    folder = tmp_path_factory.mktemp("apart")
    with open_writer(folder, embedder) as writer:
        add_text("town.txt", "The town hall has a vault of stone. It opens at nine.", writer)
    with (
        open_library(folder, embedder) as library,
        serving(without_model(library, 60), LOGINS) as address,
    ):
        ada, bob = (logged_in(browser, address, *login) for login in LOGINS[:2])
        content = pdf([lines(SECRET)])
        file = {"name": "diary.pdf", "mimeType": "application/pdf", "buffer": content}
        ada.set_input_files("#files", [file])
        ada.wait_for_selector(".report .added >> text=diary.pdf")
        ada.click("[data-do=dismiss]")
        ask(ada, QUESTION)
        yield Two(ada, bob, address, library)
        [page.context.close() for page in (ada, bob)]


def logged_in(browser: Any, address: str, user: str, password: str) -> Any:
    page = browser.new_context().new_page()
    page.set_default_timeout(15_000)
    page.goto(address)
    page.get_by_label("username").fill(user)
    page.get_by_label("password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_selector(".welcome")
    return page


ALERT = "#outbox .notice[role=alert]:not([data-old])"
ANSWERED = "#turn .turn[aria-busy=false]:not([data-old]) :is(.claim, .missing, .error)"


def forget(page: Any) -> None:
    """Mark what was told and answered before, so that the next is waited for."""
    page.evaluate(
        "document.querySelectorAll('#outbox .notice, #turn .turn')"
        ".forEach((each) => { each.dataset.old = ''; })"
    )


def ask(page: Any, question: str) -> str:
    forget(page)
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=question, exact=True).wait_for()
    page.wait_for_selector(ANSWERED)
    return str(page.inner_text("#turn"))


def press(page: Any, does: str, **data: str) -> None:
    """Press a button that the server never drew: what a reader sends who guesses."""
    page.evaluate(
        """([does, data]) => {
            const button = document.createElement("button");
            Object.assign(button.dataset, { do: does, ...data });
            document.querySelector("#library").append(button);
            button.click();
            button.remove(); }""",
        [does, data],
    )


def test_each_is_answered_from_what_is_shared_and_from_their_own(two: Two) -> None:
    mine = two.ada.inner_text("#turn")
    theirs = ask(two.bob, QUESTION)

    assert "falcon of gold" in mine
    assert "vault of stone" in mine
    assert "vault of stone" in theirs
    assert "falcon" not in theirs


def test_the_library_and_its_completion_offer_what_is_ones_own_and_what_is_shared(two: Two) -> None:
    two.bob.reload()
    two.bob.wait_for_selector("#library .name >> text=town.txt")
    seen = two.bob.inner_text("#library")
    two.bob.fill("#question textarea", "")
    two.bob.type("#question textarea", "what is in @")
    offered = two.bob.wait_for_selector("#mentions:visible").inner_text()

    assert "diary.pdf" in two.ada.inner_text("#library")
    assert "2 documents" in two.ada.inner_text(".head")
    assert "1 document" in two.bob.inner_text(".head")
    assert "diary" not in seen + offered
    assert "town.txt" in seen
    assert "town.txt" in offered
    two.bob.fill("#question textarea", "")


@pytest.mark.parametrize("name", ["@diary.pdf", "@ada~default"])
def test_anothers_document_and_collection_are_unknown_by_name(two: Two, name: str) -> None:
    said = ask(two.bob, f"{name} what does the vault hold?")

    assert "is no collection and no document here" in said
    assert "falcon" not in said


def test_what_is_shared_is_changed_by_no_reader(two: Two) -> None:
    two.bob.click("#library li:has-text('town.txt') summary")
    shown = two.bob.inner_text("#library details[open]")
    (row,) = two.library.documents("default")
    press(two.bob, "sure", then="remove", document=row.id, source="town.txt")
    two.bob.keyboard.press("Escape")

    assert "Shared by all readers" in shown
    assert "Remove" not in shown
    assert two.library.document(row.id) is not None


def test_a_guessed_id_opens_changes_and_removes_nothing(two: Two) -> None:
    id_ = two.secret
    press(two.bob, "read", document=id_)
    gone = two.bob.wait_for_selector("#source .gone").inner_text()
    two.bob.keyboard.press("Escape")
    refused = []
    for does, data in {
        "remove": {"source": "diary.pdf"},
        "retitle": {"name": "mine.pdf"},
        "gather": {"collection": "loot"},
    }.items():
        forget(two.bob)
        # The page's own buttons of these names open a field first; the armed one sends at once.
        armed = {"do": "sure", "armed": "", "then": does, "document": id_, **data}
        press(two.bob, **{"does": armed.pop("do"), **armed})
        refused.append(two.bob.wait_for_selector(ALERT).inner_text())

    assert "falcon" not in gone
    assert refused == ["this document was removed"] * 3
    assert [row.source for row in two.library.documents("ada~default")] == ["diary.pdf"]


def test_a_link_to_anothers_answer_and_its_export_say_that_it_is_not_there(two: Two) -> None:
    two.ada.wait_for_function("location.hash.startsWith('#c=')")
    link = two.ada.evaluate("location.href")
    conversation = link.partition("#c=")[2].partition("&")[0]
    two.bob.goto("about:blank")  # else only the page's fragment changes
    two.bob.goto(link)
    opened = two.bob.wait_for_selector(ALERT).inner_text()
    told = []
    for does, data in {"export": {"format": "json"}, "open": {}}.items():
        forget(two.bob)
        press(two.bob, does, conversation=conversation, **data)
        told.append(two.bob.wait_for_selector(ALERT).inner_text())
    for does, data in {"delete": {}, "rename": {"title": "taken"}}.items():
        press(two.bob, "sure", armed="", then=does, conversation=conversation, **data)
    two.bob.wait_for_timeout(500)
    two.ada.reload()
    two.ada.wait_for_selector("#turn .claim")

    assert all("not there" in each for each in (opened, *told))
    assert QUESTION in two.ada.inner_text("#conversations")
    assert "falcon of gold" in two.ada.inner_text("#turn")
    assert two.bob.locator("#conversations").filter(has_text="falcon").count() == 0


def test_a_link_opens_ones_own_answer_and_feedback_stays_with_it(two: Two) -> None:
    two.ada.click("#turn [data-do=like]")
    two.ada.wait_for_selector("#turn [data-do=like][aria-pressed=true]")
    two.ada.reload()
    two.ada.wait_for_selector("#turn [data-do=like][aria-pressed=true]")
    answer = ask(two.bob, QUESTION)

    assert "falcon" not in answer
    assert two.bob.locator("#turn [aria-pressed=true][data-do=like]").count() == 0


def test_pictures_of_pages_are_drawn_for_whose_document_it_is(two: Two) -> None:
    paths = [f"{two.address}/pictures/{two.secret}{rest}" for rest in ("", "/1")]

    mine = [two.ada.request.get(path) for path in paths]
    theirs = [two.bob.request.get(path) for path in paths]

    assert [each.status for each in mine] == [200, 200]
    assert [each.status for each in theirs] == [404, 404]
    assert "Cookie" in mine[1].headers["vary"]


def test_a_name_that_another_uses_too_takes_nothing_from_them(two: Two, browser: Any) -> None:
    cyd = logged_in(browser, two.address, *LOGINS[2])
    content = pdf([lines("The vault of cyd holds a heron.")])
    file = {"name": "diary.pdf", "mimeType": "application/pdf", "buffer": content}
    cyd.set_input_files("#files", [file])
    added = cyd.wait_for_selector(".report .added").inner_text()
    cyd.click("[data-do=dismiss]")
    cyd.click("#library .name >> text=diary.pdf")
    # Until then the one document that was there before is shown.
    cyd.wait_for_function("document.querySelector('article.document')?.textContent.includes('cyd')")
    shown = cyd.locator("article.document").text_content()
    cyd.context.close()

    assert "added" in added
    assert "heron" in shown
    assert Path(two.library.document(two.secret).path).read_bytes() == pdf([lines(SECRET)])
