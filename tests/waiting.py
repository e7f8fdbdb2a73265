"""What a reader of the page waits for, in a real browser: `python -m tests.waiting [ROUNDS]`.

The real library, embedder and search, and no model, so that what is timed is the search and the
page. All is warm: the first round isn't counted. Prints the median and the slowest of the others;
exits 1 where a median is over its bar.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from index.embedding import Embedder
from index.folders import cache_folder
from index.ingest import add_text
from index.library import open_writer
from rag.assistant import open_assistant
from rag.settings import Settings
from tests.page_fakes import ARGUMENTS, CHROMIUM, seed_texts, serving

LONG = "register.txt"
SENTENCES = 9000  # about 3,000 characters a page, 300 pages
ASKED = 4500
# What is waited for, and the seconds that its median may take.
BARS = {
    "first paint": 2.0,
    "ready to be asked": 2.0,
    "from question to found sentences": 0.3,
    "300 pages open at the sentence": 0.1,
}
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
READY = "document.querySelector('#turn .example') && performance.now() / 1000"
# Seconds from a press to the end of the first frame that shows what is waited for.
TIMED = """([pressed, shown]) => new Promise(resolve => {
    const isShown = new Function(`return ${shown}`);
    const began = performance.now();
    const look = () => requestAnimationFrame(() =>
        isShown() ? setTimeout(() => resolve((performance.now() - began) / 1000)) : look());
    document.querySelector(pressed).click();
    look();
})"""
LIT = """[...document.querySelectorAll(".s.chosen")].some(lit => {
    const { top, bottom } = lit.getBoundingClientRect();
    return top > 0 && bottom < innerHeight; })"""


def main(rounds: int) -> int:
    """Measure, and print it."""
    taken: dict[str, list[float]] = {name: [] for name in BARS}
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        for at in range(rounds + 1):
            page = context.new_page()
            for name, seconds in zip(BARS, _waited(page, address, at), strict=True):
                taken[name].append(seconds)
            page.close()
        browser.close()
    over = [name for name, bar in BARS.items() if median(taken[name][1:]) > bar]
    for name, bar in BARS.items():
        counted = taken[name][1:]
        slowest = f"slowest {max(counted):.3f} s, bar {bar} s"
        print(f"{name}: median {median(counted):.3f} s of {rounds}, {slowest}")
    print(f"over the bar: {', '.join(over) or 'none'}")
    return 1 if over else 0


def _waited(page: Page, address: str, at: int) -> Iterator[float]:
    """One visit: the seconds of each wait, in the order of BARS."""
    page.goto(address)
    ready = page.wait_for_function(READY).json_value()
    yield page.evaluate(PAINTED)
    yield ready
    question = f"What does entry {ASKED + at} of the register say?"
    page.fill("#question textarea", question)
    asked = f"document.querySelector('#turn h2')?.textContent === '{question}'"
    found = f"{asked} && document.querySelector('#turn .sentence, #turn .claim')"
    yield page.evaluate(TIMED, ["#ask", found])
    page.wait_for_selector("#turn .turn[aria-busy=false] .chip")
    page.wait_for_timeout(1000)  # for what follows the answer
    cited = f"#turn .chip[data-where='{LONG}']"
    yield page.evaluate(TIMED, [cited, LIT])


@contextmanager
def _served() -> Iterator[str]:
    """The address of a page over the seed documents and one of 300 pages."""
    embedder = Embedder.load(cache_folder())
    with tempfile.TemporaryDirectory(prefix="footnoted-waiting-") as folder:
        with open_writer(Path(folder), embedder) as writer:
            for source, text in {**seed_texts(), LONG: _register()}.items():
                add_text(source, text, writer)
        settings = Settings.from_environment({"FOOTNOTED_MODEL": "none"}, data=Path(folder))
        with open_assistant(settings) as assistant:
            assistant.warm()
            with serving(assistant) as address:
                yield address


def _register() -> str:
    sentences = (
        f"Entry {at} of the register tells of a parcel of {at * 7 % 901} acres by the river, which "
        f"{at * 13 % 97} heirs held."
        for at in range(SENTENCES)
    )
    lines = list(sentences)
    return "\n\n".join(" ".join(lines[at : at + 10]) for at in range(0, SENTENCES, 10))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9))
