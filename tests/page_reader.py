"""Somebody who reads the page in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from page_fakes import RealLibrary, ScriptedAssistant, serving

from index.embedding import Embedder

# Whether the middle of each line of an element is what a reader sees there.
SEEN = """element => [...element.getClientRects()].every(line => element.contains(
    document.elementFromPoint(line.x + line.width / 2, line.y + line.height / 2)))"""


@dataclass
class Site:
    address: str
    assistant: ScriptedAssistant


@contextmanager
def opened(folder: Path, embedder: Embedder) -> Iterator[Site]:
    """The page over the library in a folder, of an assistant that follows a script."""
    with (
        RealLibrary(folder, embedder) as library,
        serving(assistant := ScriptedAssistant(library)) as address,
    ):
        yield Site(address, assistant)


@dataclass
class Reader:
    """Somebody who reads the page, and all that their browser asked for and complained of."""

    page: Any
    requests: list[str]
    complaints: list[str]

    def ask(self, question: str) -> None:
        self.page.fill("#question textarea", question)
        self.page.keyboard.press("Enter")
        asked = self.page.locator("#turn h2").filter(has_text=question)  # any text: no selector
        asked.wait_for()

    def answer(self, question: str) -> str:
        self.ask(question)
        self.page.wait_for_selector('#turn .turn[aria-busy="false"]')
        return str(self.page.inner_text("#turn .reply"))

    def hear(self, kind: str, said: str) -> None:
        if kind == "error":
            self.complaints.append(said)

    def lit(self) -> str:
        self.page.wait_for_selector(".s.chosen")
        return "".join(self.page.locator(".s.chosen").all_text_contents())

    def sees(self, selector: str) -> bool:
        return bool(self.page.locator(selector).first.evaluate(SEEN))

    def style(self, selector: str, name: str) -> str:
        script = "(element, name) => getComputedStyle(element)[name]"
        return str(self.page.locator(selector).first.evaluate(script, name))

    def left_for(self, address: str) -> list[str]:
        return [url for url in self.requests if not url.startswith(address)]
