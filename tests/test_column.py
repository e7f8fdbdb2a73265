"""The left column in a real browser: names that are written, and what it covers on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from page_fakes import RealLibrary, ScriptedAssistant, seed_texts, serving
from page_reader import Reader, Site, opened
from test_room import QUESTION, menu, put

from index.embedding import Embedder
from index.ingest import add_text
from index.library import open_writer
from ui.conversations import Conversations
from ui.turns import Conversation, Turn

pytestmark = pytest.mark.browser

Read = Callable[..., Reader]


def test_another_conversation_is_renamed_while_an_answer_is_written(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .claim")
    menu(reader, "conversations", QUESTION, "rename")
    reader.page.keyboard.type("Rice")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#conversations .name >> text=Rice")
    reader.page.wait_for_timeout(400)

    assert reader.page.inner_text("#turn h2") == "a slow one"
    assert reader.page.is_visible("#stop")
    reader.page.click("#stop")
    reader.page.wait_for_selector("#turn .stopped")


def test_a_document_that_is_given_a_name_is_not_opened(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    put(site.assistant.library.folder, embedder, "scan.txt", "The lease ends in May.")
    reader.page.wait_for_selector("#library >> text=scan.txt")
    reader.page.click("#library .name >> text=seeds/")
    reader.page.wait_for_selector("#source .bar .name >> text=seeds/")
    menu(reader, "library", "scan.txt", "retitle")
    reader.page.keyboard.type("Lease")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#library .name >> text=Lease")
    reader.page.wait_for_timeout(400)

    assert reader.page.inner_text("#source .bar .name").startswith("seeds/")


@pytest.mark.parametrize("width", [390, 640, 1000])
def test_a_column_that_lies_over_the_chat_closes_by_its_button_and_by_a_press_beside_it(
    read: Read, site: Site, width: int
) -> None:
    reader = read(site, width, 844)
    reader.page.click(".menu")
    opened = reader.page.is_visible("#side")
    reader.page.click(".menu")
    by_button = reader.page.is_visible("#side")
    reader.page.click(".menu")
    reader.page.mouse.click(width - 10, 500)

    assert opened
    assert not by_button
    assert not reader.page.is_visible("#side")


def test_the_first_upload_ends_the_empty_page_and_removing_it_brings_it_back(
    read: Read, tmp_path: Path, embedder: Embedder
) -> None:
    with open_writer(tmp_path, embedder):
        pass  # an empty library
    with (
        RealLibrary(tmp_path, embedder) as library,
        serving(assistant := ScriptedAssistant(library)) as address,
    ):
        reader = read(Site(address, assistant))
        empty = reader.page.inner_text(".welcome h2")
        bread = {"name": "bread.txt", "mimeType": "text/plain", "buffer": b"Bread is baked twice."}
        reader.page.set_input_files("#files", [bread])
        reader.page.wait_for_selector(".welcome >> text=Ask about your documents")
        reader.page.click("[data-do=dismiss]")
        menu(reader, "library", "bread.txt", "sure")
        reader.page.click("#library [data-armed]")
        reader.page.wait_for_selector(f".welcome >> text={empty}")
        reader.page.close()

    assert empty == "There are no documents yet"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(("kind", "within"), [("bad", "textarea"), ("export", "button:last-child")])
def test_what_opens_below_an_answer_is_brought_into_sight(
    read: Read, site: Site, width: int, kind: str, within: str
) -> None:
    reader = read(site, width, 500)
    reader.answer("tell me everything")
    reader.page.locator(f"#turn .{kind} summary").click()
    reader.page.wait_for_timeout(300)

    assert reader.sees(f"#turn .{kind} {within}")


def test_what_opens_beside_a_low_name_is_brought_into_sight(read: Read, site: Site) -> None:
    reader = read(site, 390, 300)
    reader.answer(QUESTION)
    reader.page.click(".menu")
    summary = reader.page.locator("#library summary").last
    summary.evaluate("each => { each.scrollIntoView({ block: 'end' }); each.click(); }")
    reader.page.wait_for_timeout(300)

    assert reader.sees("#library details[open] [data-do=sure]")


def test_many_conversations_leave_the_library_and_its_report_in_sight(
    read: Read, tmp_path: Path, embedder: Embedder
) -> None:
    put(tmp_path, embedder, "article.txt", next(iter(seed_texts().values())))
    kept = Conversations(tmp_path)
    for number in range(60):
        kept.keep("", Conversation(), Turn(1, f"Question {number}"))
    kept.close()
    with (
        RealLibrary(tmp_path, embedder) as library,
        serving(assistant := ScriptedAssistant(library)) as address,
    ):
        reader = read(Site(address, assistant))
        shown = reader.sees("#library .name")
        files = [
            {"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"Bread, %d times." % n}
            for n in range(9)
        ]
        reader.page.set_input_files("#files", files)
        reader.page.wait_for_selector(".report >> text=9 files done")
        reported = reader.sees("[data-do=dismiss]")
        reader.page.close()

    assert shown
    assert reported


def test_the_address_names_no_conversation_that_was_deleted_or_left(
    reader: Reader, site: Site
) -> None:
    reader.answer("and how many officers?")
    named = reader.page.url
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    left = reader.page.url
    reader.page.goto(named)
    reader.page.wait_for_selector("#turn .claim")
    menu(reader, "conversations", "officers", "sure")
    reader.page.click("#conversations [data-armed]")
    reader.page.wait_for_selector(".welcome")
    deleted = reader.page.url

    assert "#c=" in named
    assert left == deleted == f"{site.address}/"


def test_a_document_that_is_removed_is_open_no_longer(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    put(site.assistant.library.folder, embedder, "gone.txt", "The lease ends in May.")
    reader.page.click("#library .name >> text=gone.txt")
    reader.page.wait_for_selector("article.document >> text=lease ends")
    menu(reader, "library", "gone.txt", "sure")
    reader.page.click("#library [data-armed]")
    reader.page.wait_for_selector(".notice >> text=is removed")

    assert not reader.page.is_visible("#source")


def test_what_is_in_no_collection_is_offered_as_that(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    put(site.assistant.library.folder, embedder, "lease.txt", "The lease ends in June.")
    reader.page.wait_for_selector("#library >> text=lease.txt")
    menu(reader, "library", "lease.txt", "gather")
    hint = reader.page.get_attribute("#side li input", "placeholder")
    reader.page.keyboard.type("home")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#library h3 >> text=@home")
    reader.page.focus("#question textarea")
    reader.page.keyboard.type("@def")
    offered = reader.page.inner_text("#mentions li")

    assert hint == "Name of a collection"
    assert offered.split("\n") == ["@default", "In no collection"]


def test_documents_stay_filtered_when_the_shell_indexes_another(
    read: Read, tmp_path: Path, embedder: Embedder
) -> None:
    with open_writer(tmp_path, embedder) as writer:
        for number in range(13):
            add_text(f"paper {number}.txt", f"The paper has {number} pages.", writer)
    with opened(tmp_path, embedder) as site:
        reader = read(site)
        reader.page.fill("[data-on=filter]", "paper 1")
        shown = reader.page.locator("#library li:visible").count()
        put(tmp_path, embedder, "letter.txt", "The letter has a page.")
        reader.page.wait_for_selector("#library li >> text=letter.txt", state="attached")

        assert shown == 4
        assert reader.page.locator("#library li:visible").count() == 4
        reader.page.close()
