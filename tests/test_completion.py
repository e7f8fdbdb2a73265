"""`@` in the question, completed in a real browser; and the library by its collections."""

from collections.abc import Callable, Iterator

import pytest
from page_reader import Reader, Site, opened

from index.embedding import Embedder
from index.ingest import add_text
from index.library import open_writer
from rag.mentions import addressed

pytestmark = pytest.mark.browser

HOUSE = '@contracts @"lease of the house.txt"'


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("mentioned")
    with open_writer(folder, embedder) as writer:
        add_text("rice.txt", "Russia proposed to supply 600,000 tons of rice.", writer)
        add_text("a<b>&c.txt", "The fee is 5 euros.", writer)
        add_text('the "old" one.txt', "It is old.", writer)
    with open_writer(folder, embedder, collection="contracts") as writer:
        add_text("lease of the house.txt", "The lease ends in May.", writer)
    with opened(folder, embedder) as site:
        yield site


@pytest.fixture
def reader(read: Callable[..., Reader], site: Site) -> Reader:
    return read(site)


def write(reader: Reader, words: str) -> None:
    reader.page.focus("#question textarea")
    reader.page.keyboard.type(words)


def written(reader: Reader) -> str:
    return str(reader.page.input_value("#question textarea"))


def offered(reader: Reader) -> list[str]:
    reader.page.wait_for_selector("#mentions:visible")
    return [str(each) for each in reader.page.locator("#mentions [role=option]").all_inner_texts()]


def test_an_at_sign_offers_collections_before_documents(reader: Reader) -> None:
    write(reader, "what is due in @")

    names = [each.split("\n")[0] for each in offered(reader)]
    assert names[:2] == ["@contracts", "@default"]
    assert set(names[2:]) == {"rice.txt", "a<b>&c.txt", "lease of the house.txt"}
    assert reader.page.evaluate("document.activeElement.matches('#question textarea')")


def test_arrows_choose_and_enter_takes_a_name_in_quotes_that_the_question_then_reads(
    reader: Reader, site: Site
) -> None:
    write(reader, "when does it end in @")
    offered(reader)
    reader.page.keyboard.type("LEASE")
    reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("ArrowUp")
    active = reader.page.get_attribute("#question textarea", "aria-activedescendant")
    assert reader.page.get_attribute(f"#{active}", "aria-selected") == "true"
    reader.page.keyboard.press("Enter")

    assert written(reader) == f"when does it end in {HOUSE} "
    assert not reader.page.is_visible("#mentions")
    assert reader.page.locator("#turn .turn").count() == 0
    asked = addressed(written(reader), (), site.assistant.library)
    assert asked.question == "when does it end"
    assert asked.scope.collection == "contracts"
    assert asked.scope.document


def test_tab_takes_the_first_and_the_rest_of_the_question_stays(reader: Reader) -> None:
    write(reader, "fee?")
    reader.page.keyboard.press("Home")
    write(reader, "@a<")
    assert offered(reader) == ["a<b>&c.txt"]
    reader.page.keyboard.press("Tab")

    assert written(reader) == "@a<b>&c.txt fee?"


def test_escape_and_words_that_fit_nothing_offer_nothing_and_enter_asks(reader: Reader) -> None:
    write(reader, "how much rice @ri")
    offered(reader)
    reader.page.keyboard.press("Escape")
    assert not reader.page.is_visible("#mentions")
    reader.page.keyboard.type("chmond")
    assert not reader.page.is_visible("#mentions")
    reader.page.keyboard.press("Enter")

    reader.page.wait_for_selector("#turn h2 >> text=how much rice @richmond")


def test_a_press_takes_a_name(reader: Reader) -> None:
    write(reader, "@ri")
    reader.page.click("#mentions li >> text=rice.txt")

    assert written(reader) == "@rice.txt "


def test_the_library_is_listed_by_collection(reader: Reader) -> None:
    groups = [
        str(each).split("\n") for each in reader.page.locator(".collection").all_inner_texts()
    ]

    assert groups[0][0].startswith("@contracts")
    assert groups[0][1] == "lease of the house"
    assert groups[1][0].startswith("In no collection")
