"""Ways through the page in a real browser: back, by name, by key, in other scripts, on paper."""

from collections.abc import Callable

import pytest
from page_fakes import seed_texts
from page_reader import Reader, Site
from test_room import QUESTION, menu, put

from index.embedding import Embedder
from index.readers.pdf import read_pdf
from ui.conversations import LISTED, Conversations
from ui.turns import Conversation, Turn

pytestmark = pytest.mark.browser

Read = Callable[..., Reader]
SOLDIERS = "How many soldiers were sent?"


@pytest.fixture(scope="module")
def site(site: Site, embedder: Embedder) -> Site:
    put(site.assistant.library.folder, embedder, "ferry.txt", "The ferry leaves at nine.")
    return site


def shown(reader: Reader, heading: str) -> None:
    reader.page.locator("#turn h2").filter(has_text=heading).wait_for()


def test_back_and_forward_lead_from_conversation_to_conversation(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    reader.answer(SOLDIERS)
    reader.page.click(f"#conversations .name >> text={QUESTION}")
    shown(reader, QUESTION)
    reader.page.go_back()
    shown(reader, SOLDIERS)
    reader.page.go_back()
    shown(reader, QUESTION)
    reader.page.go_forward()
    shown(reader, SOLDIERS)
    reader.page.wait_for_timeout(300)

    current = reader.page.get_attribute("#conversations [data-current]", "data-current")
    assert reader.page.url.endswith(f"#c={current}")


def test_back_leads_from_an_empty_page_to_the_conversation_and_forward_to_it(
    reader: Reader,
) -> None:
    reader.answer(QUESTION)
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    reader.page.wait_for_timeout(300)
    reader.page.go_back()
    shown(reader, QUESTION)
    reader.page.go_forward()
    reader.page.wait_for_selector(".welcome")
    reader.page.wait_for_timeout(300)

    assert "#" not in reader.page.url


def test_a_document_that_is_opened_by_its_name_has_nothing_lit(reader: Reader) -> None:
    reader.answer(SOLDIERS)
    reader.page.click("#turn .chip >> nth=0")
    reader.lit()
    reader.page.click("#library .name >> text=seeds/")
    reader.page.wait_for_timeout(500)

    assert reader.page.locator(".s.cited, .s.chosen, [aria-pressed=true].chip").count() == 0
    assert not reader.page.is_visible("#source .steps")
    assert reader.page.evaluate("document.querySelector('#source').scrollTop") == 0


def test_an_open_document_is_shown_by_the_name_that_it_is_given(reader: Reader) -> None:
    reader.page.click("#library .name >> text=ferry.txt")
    reader.page.wait_for_selector("#source .bar .name >> text=ferry.txt")
    menu(reader, "library", "ferry.txt", "retitle")
    reader.page.keyboard.type("Boats")
    reader.page.keyboard.press("Enter")

    reader.page.wait_for_selector("#source .bar .name >> text=Boats")


def test_who_writes_while_the_page_becomes_narrow_goes_on_writing(reader: Reader) -> None:
    reader.page.focus("#question textarea")
    reader.page.set_viewport_size({"width": 640, "height": 400})
    reader.page.wait_for_timeout(300)
    reader.page.keyboard.type("rice")

    assert reader.page.input_value("#question textarea") == "rice"


def test_on_a_phone_the_focus_goes_where_the_menu_leads_and_back(read: Read, site: Site) -> None:
    reader = read(site, 390, 844)
    reader.page.click(".menu")
    reader.page.click("#library .name >> text=seeds/")
    reader.page.wait_for_selector("article.document")
    reader.page.click("#source .close")
    closed = reader.page.evaluate("document.activeElement.className")
    reader.page.click(".menu")
    reader.page.click("[data-do=new]")

    assert closed == "menu"
    assert reader.page.evaluate("document.activeElement.matches('#question textarea')")


def test_footnotes_are_walked_by_keyboards_that_write_brackets_with_alt(reader: Reader) -> None:
    reader.answer(SOLDIERS)
    reader.page.click("#turn .chip >> nth=0")
    reader.lit()
    key = "key => document.body.dispatchEvent(new KeyboardEvent('keydown', key))"
    reader.page.evaluate(key, {"key": "]", "altKey": True, "bubbles": True})

    reader.page.wait_for_selector(".step >> text=footnote 2 of 2")


def test_the_first_footnote_and_the_last_are_reached_by_key_before_any_is_open(
    reader: Reader,
) -> None:
    reader.answer(SOLDIERS)
    reader.page.evaluate("document.activeElement.blur()")
    reader.page.keyboard.press("[")
    reader.page.wait_for_selector(".step >> text=footnote 2 of 2")
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    reader.answer(SOLDIERS)
    reader.page.evaluate("document.activeElement.blur()")
    reader.page.keyboard.press("]")

    reader.page.wait_for_selector(".step >> text=footnote 1 of 2")


def test_what_is_open_of_one_answer_is_not_marked_in_another(reader: Reader) -> None:
    reader.answer(SOLDIERS)
    reader.page.click("#turn .chip >> nth=0")
    reader.lit()
    reader.page.click("[data-do=new]")
    reader.page.wait_for_selector(".welcome")
    reader.answer(QUESTION)
    reader.page.wait_for_timeout(300)

    assert reader.page.locator("#turn .chip").count() == 1
    assert reader.page.locator("#turn .chip[aria-pressed=true], .s.chosen").count() == 0


def test_what_is_being_written_about_an_answer_stays_when_its_document_changes(
    reader: Reader, site: Site, embedder: Embedder
) -> None:
    reader.answer(QUESTION)
    reader.page.click("#turn .bad > summary")
    reader.page.fill("#turn .bad textarea", "It leaves out")
    source = next(iter(seed_texts()))
    put(site.assistant.library.folder, embedder, source, f"A line. {seed_texts()[source]}")
    reader.page.wait_for_selector("#turn .stale")
    written = reader.page.input_value("#turn .bad textarea")
    reader.page.locator("#turn .bad[open] [data-do=dislike]").click()
    reader.page.wait_for_selector(".notice >> text=Kept")
    put(site.assistant.library.folder, embedder, source, seed_texts()[source])

    assert written == "It leaves out"
    assert not reader.page.is_visible("#turn .bad textarea")
    assert reader.page.input_value("#turn .bad textarea") == "It leaves out"


def test_copying_where_there_is_no_clipboard_leaves_the_focus_where_it_was(reader: Reader) -> None:
    reader.answer(QUESTION)
    reader.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    reader.page.focus("#turn [data-do=copy]")
    reader.page.keyboard.press("Enter")
    reader.page.wait_for_selector(".notice >> text=Copied.")

    assert reader.page.evaluate("document.activeElement.dataset.do") == "copy"


def test_a_question_is_written_and_shown_from_the_side_that_its_script_begins_at(
    reader: Reader,
) -> None:
    hebrew = "כמה עולה השכירות?"
    reader.page.fill("#question textarea", hebrew)
    written = reader.style("#question textarea", "direction")
    reader.answer(hebrew)

    assert written == "rtl"
    assert reader.style("#turn h2", "direction") == "rtl"
    assert reader.style("#turn h2", "borderRightWidth") == "3px"


def test_sides_that_disagree_are_printed_with_each_source_once(reader: Reader) -> None:
    reader.answer(SOLDIERS)
    printed = "".join(read_pdf(reader.page.pdf()).text.split())

    assert printed.count("97629c477015eee1.txt") == 2


def files(name: str, count: int) -> list[dict[str, object]]:
    texts = (f"The fee of {name} {at} is {at} euros. " * 300 for at in range(count))
    return [
        {"name": f"{name}{at}.txt", "mimeType": "text/plain", "buffer": each.encode()}
        for at, each in enumerate(texts)
    ]


def test_what_has_arrived_is_added_to_the_last_file_though_the_page_is_left(
    reader: Reader, read: Read, site: Site
) -> None:
    before = len(site.assistant.library.documents())
    reader.page.set_input_files("#files", files("left", 12))
    reader.page.wait_for_selector(".report li")
    reader.page.close()

    read(site).page.wait_for_selector(f".head .documents >> text={before + 12} documents")


def test_files_that_come_while_others_are_added_stand_in_one_report(reader: Reader) -> None:
    reader.page.set_input_files("#files", files("first", 12))
    reader.page.wait_for_selector(".report li")
    empty = {"name": "second.txt", "mimeType": "text/plain", "buffer": b""}
    reader.page.set_input_files("#files", [empty])
    reader.page.wait_for_selector(".report >> text=13 files done, 1 of them not added")

    assert reader.page.locator(".report li").count() == 13
    assert reader.page.is_visible(".report [data-do=dismiss]")


def test_who_leaves_while_files_are_on_their_way_is_asked_whether_to(reader: Reader) -> None:
    asked = []
    reader.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    reader.page.route("**/upload*", lambda route: None)  # it never arrives
    reader.page.click("#question textarea")
    reader.page.set_input_files("#files", files("sent", 2))
    reader.page.wait_for_selector(".notice >> text=Sending file 1 of 2")
    reader.page.reload()
    reader.page.wait_for_selector(".welcome")
    reader.page.reload()

    assert asked == ["beforeunload"]


# A folder as a browser hands one over, of entries that can or can't be read.
DROP = """names => {
    const unread = (yes, no) => no(new Error("NotReadable"));
    const read = yes => yes(new File(["The pass costs 12 euros."], "pass.txt"));
    const entries = names.map(name => ({
        name, isFile: true, fullPath: `/tickets/${name}`,
        file: name === "locked.txt" ? unread : read,
    }));
    const rest = [entries, []];
    const createReader = () => ({ readEntries: yes => yes(rest.shift() ?? []) });
    const folder = { name: "tickets", fullPath: "/tickets", createReader };
    const event = new Event("drop", { bubbles: true, cancelable: true });
    const items = [{ webkitGetAsEntry: () => folder }];
    event.dataTransfer = { types: ["Files"], files: [], items };
    document.body.dispatchEvent(event);
}"""


def test_a_folder_with_a_file_that_can_not_be_read_is_added_without_it(reader: Reader) -> None:
    reader.page.evaluate(DROP, ["locked.txt", "pass.txt"])
    reader.page.wait_for_selector(".report >> text=2 files done")
    said = reader.page.locator(".report li").all_inner_texts()

    assert said[0].startswith("tickets/locked.txt not added\nit did not arrive")
    assert said[1] == "tickets/pass.txt added"


def test_a_folder_without_files_is_said_to_be_empty(reader: Reader) -> None:
    reader.page.evaluate(DROP, [])

    reader.page.wait_for_selector(".notice >> text=There is no file in it")


def test_of_very_many_conversations_it_says_that_there_are_older_ones(
    read: Read, site: Site
) -> None:
    conversations = Conversations(site.assistant.library.folder)
    for at in range(LISTED + 1):
        conversations.keep("", Conversation(), Turn(1, f"Question {at}"))
    page = read(site).page
    shown = page.locator("#conversations li").count()
    told = page.inner_text("#conversations .none")
    page.fill("[data-on=search]", "Question 199")
    page.locator("#conversations li").nth(1).wait_for(state="detached")

    assert shown == LISTED
    assert told == "These are the 200 latest; older ones are found by searching."
    assert page.locator("#conversations .none").count() == 0
