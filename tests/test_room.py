"""The reading room in a real browser: what outlives a page, over the real library."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from page_fakes import (
    HOSTILE_NAME,
    SAID_OF_RICE,
    RealLibrary,
    ScriptedAssistant,
    seed_texts,
    serving,
)
from page_reader import Reader, Site

import footnoted
from evals.cases import load_cases
from index.embedding import Embedder
from index.ingest import add_text
from index.library import open_writer
from index.readers.pdf import read_pdf
from ui.uploads import remove

pytestmark = pytest.mark.browser

Read = Callable[..., Reader]
QUESTION = "How much rice did Russia propose?"


def put(folder: Path, embedder: Embedder, source: str, text: str) -> None:
    with open_writer(folder, embedder) as writer:
        add_text(source, text, writer)


def listed(reader: Reader) -> list[str]:
    return [str(text) for text in reader.page.locator("#conversations .name").all_inner_texts()]


def beside(reader: Reader) -> Reader:
    """The same reader at another page of the same conversation."""
    page = reader.page.context.new_page()
    page.goto(reader.page.url)
    page.wait_for_selector("#turn .turn")
    return Reader(page, [], [])


def menu(reader: Reader, column: str, name: str, does: str) -> None:
    """Open what is behind a name's "…" and press a button of it."""
    item = reader.page.locator(f"#{column} li:has(summary)").filter(has_text=name).first
    item.locator("summary").click()
    item.locator(f"[data-do={does}]").first.click()


def test_a_conversation_outlives_a_restart_with_its_footnotes_and_the_page_goes_on_by_itself(
    read: Read, tmp_path: Path, embedder: Embedder
) -> None:
    put(tmp_path, embedder, "article.txt", next(iter(seed_texts().values())))
    with RealLibrary(tmp_path, embedder) as library:
        assistant = ScriptedAssistant(library)
        with serving(assistant) as address:
            reader = read(Site(address, assistant))
            reader.answer(QUESTION)
            reader.page.fill("#question textarea", "half a question")
            reader.page.evaluate("window.beforeTheRestart = true")
        reader.page.wait_for_selector(".notice[role=alert] >> text=does not answer")
        reader.complaints.clear()  # the browser's own: nobody answered
        with serving(assistant, port=int(address.rpartition(":")[2])):
            reader.page.wait_for_function("!window.beforeTheRestart")
            reader.page.wait_for_selector("#turn .claim")
            reader.complaints.clear()
            reader.page.click("#turn .chip")

            assert SAID_OF_RICE in reader.page.inner_text("#turn")
            assert "600,000 and 700,000" in reader.lit()
            assert reader.page.input_value("#question textarea") == "half a question"
            assert listed(reader) == [QUESTION]
            reader.page.close()


def test_a_page_that_is_loaded_again_shows_the_conversation_that_was_open(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.reload()
    reader.page.wait_for_selector("#turn .claim")

    assert SAID_OF_RICE in reader.page.inner_text("#turn")


def test_conversations_are_found_renamed_and_deleted(reader: Reader) -> None:
    reader.answer("How many soldiers, by the way?")
    menu(reader, "conversations", "by the way", "rename")
    reader.page.keyboard.type("Troops <img src=x onerror=window.pwned=1>")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#conversations .name >> text=Troops <img")
    reader.page.fill("[data-on=search]", "dispatched troops")
    reader.page.wait_for_function("document.querySelectorAll('#conversations li').length === 1")
    found = listed(reader)
    menu(reader, "conversations", "Troops", "sure")
    asked_once_more = reader.page.inner_text("#conversations [data-armed]")
    still_there = listed(reader)
    reader.page.click("#conversations [data-armed]")
    reader.page.wait_for_selector(".welcome")

    assert found == still_there == ["Troops <img src=x onerror=window.pwned=1>"]
    assert asked_once_more == "Delete? Press again"
    reader.page.wait_for_selector("#conversations >> text=None found.")
    assert reader.page.evaluate("window.pwned") is None


def test_what_two_pages_ask_of_one_conversation_is_all_kept(reader: Reader) -> None:
    reader.answer(QUESTION)
    other = beside(reader)
    reader.answer("How many soldiers were sent?")
    other.answer("and how much oil?")
    shown = other.page.locator("#log h2").all_inner_texts()
    other.page.reload()
    other.page.wait_for_selector("#past .turn")

    assert shown == [QUESTION, "How many soldiers were sent?", "and how much oil?"]
    assert other.page.locator("#log h2").all_inner_texts() == shown
    other.page.close()


def test_a_question_to_a_conversation_that_another_page_deleted_begins_a_new_one(
    reader: Reader,
) -> None:
    reader.answer("Is this conversation soon gone?")
    other = beside(reader)
    menu(reader, "conversations", "soon gone", "sure")
    reader.page.click("#conversations [data-armed]")
    reader.page.wait_for_selector(".welcome")
    other.answer(QUESTION)
    other.page.reload()
    other.page.wait_for_selector("#turn .claim")

    assert other.page.locator("#log h2").all_inner_texts() == [QUESTION]
    assert "Is this conversation soon gone?" not in listed(other)
    other.page.close()


def test_a_search_of_conversations_holds_while_one_after_another_is_opened(reader: Reader) -> None:
    for question in ("Tell me of the first owl", "Tell me of the second owl"):
        reader.page.click("[data-do=new]")
        reader.page.wait_for_selector(".welcome")
        reader.answer(question)
    reader.page.fill("[data-on=search]", "second owl")
    reader.page.wait_for_function("document.querySelectorAll('#conversations li').length === 1")
    reader.page.fill("[data-on=search]", "owl")
    reader.page.wait_for_function("document.querySelectorAll('#conversations li').length === 2")
    reader.page.click("#conversations .name >> text=first owl")
    reader.page.wait_for_selector("#turn h2 >> text=first owl")
    reader.page.wait_for_selector("#conversations [data-searched] li[aria-current]")

    assert listed(reader) == ["Tell me of the second owl", "Tell me of the first owl"]


def test_a_page_whose_beginning_was_lost_begins_again(browser: Any, site: Site) -> None:
    page = browser.new_page()
    once = iter([True])
    page.route(
        "**/run/predict", lambda route: route.abort() if next(once, False) else route.continue_()
    )
    page.goto(site.address)

    page.wait_for_selector("#turn .welcome")

    assert page.is_visible("#head .documents")
    page.close()


def test_nothing_is_asked_of_a_page_before_it_is_drawn(browser: Any, site: Site) -> None:
    page, held, free = browser.new_page(), list[Any](), threading.Event()
    page.route(
        "**/run/predict",
        lambda request: request.continue_() if free.is_set() else held.append(request),
    )
    page.goto(site.address)
    page.wait_for_selector("#question textarea", state="attached")
    shown = page.is_visible("#question textarea")
    free.set()
    for request in held:
        request.continue_()
    page.wait_for_selector(".welcome")

    assert not shown
    page.wait_for_function("document.activeElement.matches('#question textarea')")
    page.close()


def test_a_new_conversation_begins_without_what_was_said_before(reader: Reader, site: Site) -> None:
    reader.answer(QUESTION)
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    reader.answer("and how many officers?")

    assert site.assistant.histories[-1] == ()
    assert reader.page.locator("#past article").count() == 0


def test_another_conversation_can_be_opened_while_one_is_at_work(
    reader: Reader, site: Site
) -> None:
    reader.answer(QUESTION)
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    site.assistant.ended.clear()
    reader.ask("a slow one")
    reader.page.wait_for_selector("#turn .claim")
    reader.page.click(f"#conversations .name >> text={QUESTION}")
    reader.page.locator("#turn h2").filter(has_text=QUESTION).wait_for()
    reader.page.wait_for_timeout(400)

    assert reader.page.inner_text("#turn h2") == QUESTION
    assert site.assistant.ended.wait(10)
    assert reader.page.is_visible("#ask")
    assert not reader.page.is_visible("#stop")


def test_a_link_opens_the_conversation_at_its_answer(
    read: Read, reader: Reader, site: Site
) -> None:
    reader.answer(QUESTION)
    reader.answer("tell me everything")
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.click('#past article >> nth=0 >> text="Copy link"')
    reader.page.wait_for_selector(".notice")
    link = reader.page.evaluate("navigator.clipboard.readText()")
    other = read(site)
    other.page.goto(link)
    other.page.reload()
    other.page.wait_for_selector("#past .claim")
    other.page.wait_for_timeout(300)

    assert link.startswith(f"{site.address}/#c=")
    assert other.sees('article[data-turn="1"] h2')


def test_a_link_to_a_conversation_that_is_not_there_says_so(read: Read, site: Site) -> None:
    reader = read(site)
    reader.page.goto(f"{site.address}/#c=nobody&t=1")
    reader.page.reload()

    reader.page.wait_for_selector(".notice[role=alert]")

    assert "not there" in reader.page.inner_text(".notice")
    assert reader.page.url == f"{site.address}/"


@pytest.mark.parametrize("suffix", ["md", "html", "json"])
def test_an_exported_conversation_can_be_verified(
    reader: Reader, site: Site, suffix: str, tmp_path: Path
) -> None:
    reader.answer(QUESTION)
    with reader.page.expect_download() as download:
        item = reader.page.locator("#conversations li[aria-current]")
        item.locator("summary").click()
        item.locator(f"[data-format={suffix}]").click()
    download.value.save_as(file := tmp_path / f"export.{suffix}")

    assert SAID_OF_RICE.rstrip(".") in file.read_text("utf-8")
    assert footnoted.main(["verify", str(file), "--data", str(site.assistant.library.folder)]) == 0


@pytest.mark.parametrize("suffix", ["md", "html"])
def test_an_export_is_in_the_readers_language_and_can_be_verified_all_the_same(
    reader: Reader, site: Site, suffix: str, tmp_path: Path
) -> None:
    reader.page.context.set_extra_http_headers({"Accept-Language": "de"})
    reader.page.reload()
    reader.page.wait_for_selector(".welcome >> text=Fragen Sie Ihre Dokumente")
    reader.answer("How many soldiers were sent?")
    reader.answer("and how much oil?")
    with reader.page.expect_download() as download:
        item = reader.page.locator("#conversations li[aria-current]")
        item.locator("summary").click()
        item.locator(f"[data-format={suffix}]").click()
    download.value.save_as(file := tmp_path / f"export.{suffix}")
    said = file.read_text("utf-8").partition("footnoted")[0]

    assert "Die Quellen widersprechen sich" in said
    assert "Das steht nicht in den Dokumenten" in said
    assert "Zeichen" in said
    assert not any(word in said for word in ("disagree", "don't say", "characters"))
    assert footnoted.main(["verify", str(file), "--data", str(site.assistant.library.folder)]) == 0


def test_an_answer_is_copied_with_its_footnotes(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.answer(QUESTION)
    reader.page.click("#turn [data-do=copy]")
    reader.page.wait_for_selector(".notice >> text=Copied.")
    copied = reader.page.evaluate("navigator.clipboard.readText()")

    assert f"{SAID_OF_RICE} [1]" in copied
    assert "[1] seeds/" in copied


def test_what_is_copied_is_in_the_readers_language(reader: Reader) -> None:
    reader.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    reader.page.context.set_extra_http_headers({"Accept-Language": "de"})
    reader.page.reload()
    reader.page.wait_for_selector(".welcome >> text=Fragen Sie Ihre Dokumente")
    reader.answer("How many soldiers were sent?")
    reader.page.click("#turn [data-do=copy]")
    reader.page.wait_for_selector(".notice >> text=Kopiert.")
    copied = reader.page.evaluate("navigator.clipboard.readText()")

    assert copied.startswith("Die Dokumente widersprechen sich:")
    assert "[1] (geprüft)" in copied
    assert "[2] (zitiert)" in copied


def test_a_document_that_changed_marks_the_answers_that_cite_it(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    folder = site.assistant.library.folder
    put(folder, embedder, "a/deal.txt", "The treaty of rice. 600,000 sacks of oats were sold.")
    reader.answer("nearest, of the deal, to 600,000")
    put(
        folder,
        embedder,
        "a/deal.txt",
        "So it was, long before it all. 600,000 sacks of oats were sold.",
    )
    reader.page.wait_for_selector("#turn .stale.moved")
    reader.page.click("#turn .chip.stale")
    moved_to = reader.lit()
    put(folder, embedder, "a/deal.txt", "Nothing was ever sold to anyone.")
    reader.page.wait_for_selector("#turn .stale.gone")
    said = reader.page.inner_text("#turn .claim >> nth=0")
    with open_writer(folder, embedder) as writer:
        writer.remove("a/deal.txt")

    assert moved_to == "600,000 sacks of oats were sold."
    assert "600,000 sacks of oats were sold." in said
    assert "no longer" in said


def test_what_a_shell_indexes_and_removes_is_seen_by_itself(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    folder = site.assistant.library.folder
    put(folder, embedder, "from-a-shell.txt", "Rye needs a sourdough.")
    reader.page.wait_for_selector("#library >> text=from-a-shell.txt")
    counted = reader.page.inner_text(".head .documents")
    with open_writer(folder, embedder) as writer:
        writer.remove("from-a-shell.txt")
    reader.page.wait_for_selector("#library >> text=from-a-shell.txt", state="detached")

    assert counted == "2 documents"


def test_files_are_added_with_a_report_and_removed(reader: Reader, site: Site) -> None:
    reader.page.set_input_files(
        "#files",
        [
            {"name": HOSTILE_NAME, "mimeType": "text/plain", "buffer": b"The budget is 5 million."},
            {"name": "broken.txt", "mimeType": "text/plain", "buffer": b"\x00\x01\x02"},
            {"name": "tool.exe", "mimeType": "text/plain", "buffer": b"MZ"},
        ],
    )
    reader.page.wait_for_selector(".report >> text=3 files done, 2 of them not added")
    report = reader.page.inner_text(".report")
    failed = reader.page.locator(".report .failed").count()
    reader.page.click("[data-do=dismiss]")
    menu(reader, "library", "onerror", "sure")
    reader.page.click("#library [data-armed]")
    reader.page.wait_for_selector(".notice >> text=is removed")

    assert failed == 2
    assert "broken.txt" in report
    assert "binary file" in report
    assert HOSTILE_NAME in report
    assert [row.source for row in site.assistant.library.documents()] == [*seed_texts()]
    assert reader.page.evaluate("window.pwned") is None


def test_a_document_is_renamed_put_into_a_collection_and_asked_there(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    put(site.assistant.library.folder, embedder, "scan_0017.txt", "The lease ends in May.")
    reader.page.wait_for_selector("#library >> text=scan_0017.txt")
    menu(reader, "library", "scan_0017.txt", "retitle")
    reader.page.keyboard.type("Lease <img src=x onerror=window.pwned=1>")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#library .name >> text=Lease <img")
    menu(reader, "library", "Lease", "gather")
    reader.page.keyboard.type("home office")
    reader.page.keyboard.press("Enter")
    refused = reader.page.wait_for_selector(".notice[role=alert]").inner_text()
    menu(reader, "library", "Lease", "gather")
    reader.page.keyboard.type("home")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector("#library h3 >> text=@home")
    menu(reader, "library", "Lease", "gather")
    field = reader.page.locator("#side li input")
    offered = field.evaluate("field => [...field.list.options].map(each => each.value)")
    held = field.input_value()
    reader.page.keyboard.press("Escape")
    left = reader.page.locator("datalist").count()
    (row,) = site.assistant.library.documents("home")
    menu(reader, "library", "Lease", "sure")
    reader.page.click("#library [data-armed]")
    reader.page.wait_for_selector(".notice >> text=is removed")

    assert "use letters, digits" in refused
    assert (offered, held, left) == (["home"], "home", 0)
    assert row.source == row.title == "Lease <img src=x onerror=window.pwned=1>"
    assert reader.page.evaluate("window.pwned") is None


def test_files_are_dropped_anywhere_on_the_page(reader: Reader, site: Site) -> None:
    drop = """name => {
        const carried = new DataTransfer();
        carried.items.add(new File(["Rye needs a sourdough."], name));
        const options = { dataTransfer: carried, bubbles: true, cancelable: true };
        const event = type => new DragEvent(type, options);
        document.querySelector("#talk").dispatchEvent(event("dragover"));
        const shown = !document.querySelector("#drop").hidden;
        document.querySelector("#talk").dispatchEvent(event("drop"));
        return shown; }"""
    told_where = reader.page.evaluate(drop, "dropped.txt")
    reader.page.wait_for_selector(".report .added >> text=dropped.txt")
    menu(reader, "library", "dropped.txt", "sure")
    reader.page.click("#library [data-armed]")
    reader.page.wait_for_selector(".notice >> text=is removed")

    assert told_where


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with files of one name, one that can't be read, and one that is hidden."""
    for name in ("big/readme.md", "small/readme.md", "photo.jpg", ".hidden/secret.txt"):
        path = tmp_path / "ovens" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"The oven of {name} bakes bread.")
    return tmp_path / "ovens"


def added(reader: Reader, site: Site) -> dict[str, str]:
    """What the report says of each of three files, which are then removed again."""
    reader.page.wait_for_selector(".report >> text=3 files done", timeout=60_000)
    said = {
        line.locator("[dir=auto]").inner_text(): line.locator(".where, .what").last.inner_text()
        for line in reader.page.locator(".report li").all()
    }
    library = site.assistant.library
    for row in library.documents():
        if "uploads" in Path(row.path).parts:
            remove(library, row.id)
    return said


def test_a_folder_is_dropped_whole_and_each_file_of_it_is_told_of(
    reader: Reader, site: Site, folder: Path
) -> None:
    carried = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    devtools = reader.page.context.new_cdp_session(reader.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        event = {"type": kind, "x": 600, "y": 300, "data": carried}
        devtools.send("Input.dispatchDragEvent", event)

    said = added(reader, site)

    assert said["ovens/big/readme.md"] == said["ovens/small/readme.md"] == "added"
    assert "nothing reads .jpg" in said["ovens/photo.jpg"]
    assert len(said) == 3


def test_a_folder_is_chosen_without_a_mouse_and_hidden_files_stay_where_they_are(
    reader: Reader, site: Site, folder: Path
) -> None:
    # Chromium must know by then that choosers are handed over, not only after the key.
    reader.page.on("filechooser", lambda _: None)
    reader.page.focus("#library [data-do=pick][data-input=folder]")
    with reader.page.expect_file_chooser() as chooser:
        reader.page.keyboard.press("Enter")
    chooser.value.set_files(folder)

    said = added(reader, site)

    assert sorted(said) == ["ovens/big/readme.md", "ovens/photo.jpg", "ovens/small/readme.md"]


def test_progress_names_each_file_while_it_is_sent_and_while_it_is_read(
    reader: Reader, site: Site
) -> None:
    reader.page.evaluate(
        """() => {
            window.shown = new Set();
            const note = () => document.querySelectorAll(".report .now, #outbox .mine")
                .forEach(each => window.shown.add(each.textContent));
            new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
        }"""
    )
    files = [
        {"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"Bread is baked %d times." % n}
        for n in range(3)
    ]
    reader.page.set_input_files("#files", files)
    said = added(reader, site)
    shown = set(reader.page.evaluate("[...window.shown]"))

    assert {f"Sending file {n + 1} of 3: {n}.txt" for n in range(3)} <= shown
    assert {"0.txt", "1.txt", "2.txt"} <= shown
    assert said == dict.fromkeys(("0.txt", "1.txt", "2.txt"), "added")


def test_it_says_why_an_answer_is_this_one(reader: Reader) -> None:
    reader.answer("and how many officers?")
    reader.page.click("#turn .why > summary")
    why = reader.page.inner_text("#turn .why")
    reader.page.click("#turn .why .sentence >> nth=1")

    assert "How many officers did North Korea send to Russia?" in why
    assert "It sent 500 generals." in why
    assert "“500 generals” is in no cited sentence" in why
    assert "scripted" in why
    assert "ms in all" in why
    assert "10,000" in reader.lit()


def test_sides_that_disagree_stand_beside_each_other_and_on_a_phone_below(
    reader: Reader, read: Read, site: Site
) -> None:
    tops = """[...document.querySelectorAll("#turn .sides .claim")]
        .map(claim => claim.getBoundingClientRect().top)"""
    reader.answer("How many soldiers were sent?")
    beside = reader.page.evaluate(tops)
    phone = read(site, 390, 844)
    phone.answer("How many soldiers were sent?")
    below = phone.page.evaluate(tops)

    assert len(beside) == 2
    assert beside[0] == beside[1]
    assert below[0] < below[1]
    assert reader.page.locator("#turn .sides .where").count() == 2


def test_a_bad_answer_becomes_a_case_that_the_evals_run(reader: Reader, site: Site) -> None:
    reader.answer(QUESTION)
    reader.answer("and how many officers?")
    reader.page.click("#turn .bad > summary")
    reader.page.fill("#turn .bad textarea", "It should say <b>500</b>")
    reader.page.check("#turn .bad input >> nth=0")
    reader.page.click("#turn .bad [data-do=case]")
    reader.page.wait_for_selector(".notice >> text=eval case")
    reader.page.wait_for_selector("#turn .bad [data-pressed=true]")
    (case,) = load_cases(site.assistant.library.folder / "cases.jsonl")

    assert (case.question, case.kind, case.answerable) == ("and how many officers?", "fact", True)
    assert [message.content for message in case.history] == [QUESTION, SAID_OF_RICE]
    assert "500 officers" in case.evidence[0][0]
    assert any("500 officers" in text for text in case.documents.values())


def test_what_a_reader_thinks_of_an_answer_is_kept(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.click("#turn [data-do=like]")
    reader.page.wait_for_selector("#turn [data-do=like][aria-pressed=true]")
    reader.page.reload()

    reader.page.wait_for_selector("#turn [data-do=like][aria-pressed=true]")


def test_the_last_question_is_asked_again_in_its_place_and_what_is_typed_stays(
    reader: Reader, site: Site
) -> None:
    reader.answer("unreachable, please")
    reader.page.fill("#question textarea", "half a question")
    asked = len(site.assistant.histories)
    reader.page.click("#turn [data-do=retry]")
    reader.page.wait_for_selector("#turn .turn[aria-busy=false] .error")
    reader.page.wait_for_timeout(800)

    assert len(site.assistant.histories) == asked + 1
    assert reader.page.locator("#log article").count() == 1
    assert reader.page.input_value("#question textarea") == "half a question"


def test_a_question_is_edited(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.click("#turn [data-do=edit]")
    reader.page.keyboard.press("End")
    reader.page.keyboard.type(" and oil?")
    reader.page.keyboard.press("Enter")
    reader.page.locator("#turn h2").filter(has_text=f"{QUESTION} and oil?").wait_for()


def test_quotes_only_asks_no_model(reader: Reader, site: Site) -> None:
    reader.answer(QUESTION)
    reader.page.check("#quotes input")
    reader.answer("the nearest ones")

    assert site.assistant.quotes[-2:] == [False, True]


def test_how_sure_an_answer_must_be_is_the_readers_and_stays(
    reader: Reader, read: Read, site: Site
) -> None:
    reader.answer(QUESTION)
    reader.page.click("[data-dialog=settings]")
    before = reader.page.locator("[name=strictness]:checked").input_value()
    reader.page.check("[name=strictness][value=careful]")
    reader.page.keyboard.press("Escape")
    reader.answer("and how many officers?")
    reader.page.reload()
    reader.page.wait_for_selector("#turn .claim")
    reader.page.click("[data-dialog=settings]")
    after = reader.page.locator("[name=strictness]:checked").input_value()
    said = reader.page.inner_text("dialog#settings .levels")
    other = read(site)
    other.answer(QUESTION)

    assert (before, after) == ("balanced", "careful")
    assert site.assistant.levels[-3:] == ["balanced", "careful", "balanced"]
    assert "fewer wrong ones" in said


def test_a_strictness_that_is_none_is_not_taken(reader: Reader, site: Site) -> None:
    cookie = {"name": "footnoted_strictness", "value": "reckless", "url": site.address}
    reader.page.context.add_cookies([cookie])
    reader.answer(QUESTION)

    assert site.assistant.levels[-1] == "balanced"


def test_a_text_is_checked_sentence_by_sentence(reader: Reader) -> None:
    reader.page.click("[data-dialog=check]")
    draft = "Cats are <img src=x onerror=window.pwned=1> kind. Russia gave half of it."
    reader.page.fill("dialog#check textarea", draft)
    reader.page.click("dialog#check [data-do=check]")
    reader.page.wait_for_selector("#turn .turn[aria-busy=false] .check >> nth=1")
    verdicts = reader.page.locator("#turn .badge").all_inner_texts()
    reader.page.click("#turn .contradicted .chip")

    assert verdicts == ["? not found", "✗ contradicted"]
    assert "600,000" in reader.lit()
    assert "the number 'half' is not in the source" in reader.page.inner_text("#turn")
    assert reader.page.evaluate("window.pwned") is None


def test_a_text_that_was_checked_is_exported_with_its_verdicts(
    reader: Reader, tmp_path: Path
) -> None:
    reader.page.click("[data-dialog=check]")
    reader.page.fill("dialog#check textarea", "Russia gave half of it.")
    reader.page.click("dialog#check [data-do=check]")
    reader.page.click("#turn .export summary")
    with reader.page.expect_download() as download:
        reader.page.click("#turn .export [data-format=md]")
    download.value.save_as(file := tmp_path / "text.md")

    assert download.value.suggested_filename == "Text-1.md"
    assert "Russia gave half of it" in file.read_text("utf-8").partition("<!--")[0]
    assert "contradicted" in file.read_text("utf-8")


def test_a_footnote_shows_its_quote_on_hover_and_on_focus(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.hover("#turn .chip")
    hovered = reader.page.inner_text("#card")
    reader.page.mouse.move(0, 0)
    gone = not reader.page.is_visible("#card")
    reader.page.focus("#question textarea")
    reader.page.keyboard.press("Shift+Tab")
    reader.page.evaluate("document.querySelector('#turn .chip').focus({ focusVisible: true })")

    assert "between 600,000 and 700,000 tons of rice" in hovered
    assert "seeds/" in hovered
    assert gone
    assert reader.page.is_visible("#card")


def test_the_theme_is_the_readers_and_stays(reader: Reader) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    light = reader.page.evaluate(paper)
    reader.page.click("[data-dialog=settings]")
    reader.page.check("[name=theme][value=dark]")
    dark = reader.page.evaluate(paper)
    reader.page.keyboard.press("Escape")
    reader.page.reload()
    reader.page.wait_for_selector(".welcome")

    assert light != dark
    assert reader.page.evaluate(paper) == dark


def test_the_page_speaks_the_language_that_is_set(reader: Reader) -> None:
    reader.page.click("[data-dialog=settings]")
    reader.page.check("[name=language][value=de]")
    reader.page.wait_for_selector(".welcome >> text=Fragen Sie Ihre Dokumente")
    answer = reader.answer(QUESTION)
    refusal = reader.answer("and how much oil?")

    assert "spricht nicht von „oil“" in refusal
    assert reader.page.evaluate("document.documentElement.lang") == "de"
    assert reader.page.inner_text("#ask") == "Fragen"
    assert (
        reader.page.get_attribute("#question textarea", "placeholder")
        == "Fragen Sie Ihre Dokumente"
    )
    assert "geprüft" in answer


def test_what_is_open_closes_by_one_key_and_focus_goes_back(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.click("#conversations summary >> nth=0")
    reader.page.keyboard.press("Escape")
    closed = reader.page.locator("details.more[open]").count()
    focused = reader.page.evaluate("document.activeElement.tagName")

    assert closed == 0
    assert focused == "SUMMARY"


def test_on_a_phone_the_left_column_slides_over_and_back(read: Read, site: Site) -> None:
    reader = read(site, 390, 844)
    hidden = not reader.page.is_visible("#side")
    reader.page.click(".menu")
    reader.page.wait_for_timeout(300)
    seen = reader.sees("#side [data-do=new]")
    reader.page.keyboard.press("Escape")

    assert hidden
    assert seen
    assert not reader.page.is_visible("#side")


def test_two_readers_of_one_server_do_not_cross(read: Read, site: Site) -> None:
    one, two = read(site), read(site)
    one.ask("a slow one")
    two.answer(QUESTION)
    one.page.wait_for_selector("#turn .claim >> nth=1")
    one.page.click("#stop")
    one.page.wait_for_selector("#turn .stopped")

    assert two.page.inner_text("#turn h2") == QUESTION
    assert one.page.inner_text("#turn h2") == "a slow one"
    assert one.page.locator("#log article").count() == 1
    assert two.page.locator("#log article").count() == 1


def test_a_long_document_opens_at_the_sentence_and_is_all_there_soon(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    paragraphs = [f"Paragraph {n} says that the river rises in month {n}. " * 4 for n in range(600)]
    paragraphs[400] = "A soldier earns $2,000 a week in this tale. " + paragraphs[400]
    text = "\n\n".join(paragraphs)
    folder = site.assistant.library.folder
    put(folder, embedder, "a/long.txt", text)
    reader.answer("everything")
    reader.page.click("#turn .chip >> nth=0")
    lit = reader.lit()
    seen = reader.sees(".s.chosen")
    reader.page.wait_for_selector(".sheet[data-empty]", state="detached")
    still_seen = reader.sees(".s.chosen")
    pieces = reader.page.locator("article.document .s").all_text_contents()
    with open_writer(folder, embedder) as writer:
        writer.remove("a/long.txt")

    assert "$2,000 a week" in lit
    assert seen
    assert still_seen
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_the_answers_of_the_page_are_json_that_programs_read(
    reader: Reader, tmp_path: Path
) -> None:
    reader.answer(QUESTION)
    reader.page.click("#turn .export summary")
    with reader.page.expect_download() as download:
        reader.page.click("#turn .export [data-format=json]")
    download.value.save_as(file := tmp_path / "answer.json")
    (answer,) = json.loads(file.read_text("utf-8"))["answers"]
    reader.page.wait_for_selector("#turn .export:not([open])")

    kinds = [each["type"] for each in answer["annotations"][0]["target"]["selector"]]
    assert answer["question"] == QUESTION
    assert kinds == ["TextQuoteSelector", "TextPositionSelector"]


def test_an_exported_answer_is_named_by_its_question_and_fits_a_phone(
    reader: Reader, browser: Any, tmp_path: Path
) -> None:
    reader.answer("tell me everything")
    reader.answer(f"How much {'rice' * 50}?")
    reader.page.click("#turn .export summary")
    with reader.page.expect_download() as download:
        reader.page.click("#turn .export [data-format=html]")
    download.value.save_as(file := tmp_path / "answer.html")
    phone = browser.new_page(viewport={"width": 390, "height": 844}, is_mobile=True)
    phone.goto(file.as_uri())
    title, width = phone.title(), phone.evaluate("document.documentElement.scrollWidth")
    phone.close()

    assert title.startswith("How much rice")
    assert download.value.suggested_filename.startswith("How-much-rice")
    assert width == 390


def test_a_conversation_is_printed_whole_and_without_the_page_around_it(reader: Reader) -> None:
    reader.answer("tell me everything")
    reader.answer(QUESTION)
    printed = read_pdf(reader.page.pdf()).text

    assert "tell me everything" in printed
    assert "000_97629c477015eee1.txt: “In response" in printed
    assert SAID_OF_RICE in " ".join(printed.split())
    assert "New conversation" not in printed
    assert "Copy with footnotes" not in printed


@pytest.mark.parametrize("how", ["press", "Escape"])
def test_a_line_that_says_what_went_wrong_can_be_closed(read: Read, site: Site, how: str) -> None:
    reader = read(site)
    reader.page.goto(f"{site.address}/#c=nobody")
    told = reader.page.locator("#outbox .notice[role=alert]")
    told.wait_for()
    if how == "press":
        told.click()
    else:
        reader.page.keyboard.press(how)

    told.wait_for(state="detached")
    assert reader.page.is_visible("#source")  # the key closes one thing at a time


def test_what_is_being_typed_is_not_lost_to_an_edit_of_a_question(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.fill("#question textarea", "half a question")
    reader.page.click("#turn [data-do=edit]")
    reader.page.wait_for_selector(".notice >> text=already")

    assert reader.page.input_value("#question textarea") == "half a question"
