"""The README's pictures, taken of the real page: `python -m tests.pictures [FOLDER]`.

The assistant follows a script and says what the embedded model says, so no model is needed.
"""

import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.page_fakes import (
    ARGUMENTS,
    CHROMIUM,
    ScriptedAssistant,
    ScriptedLibrary,
    seed_texts,
    serving,
)

QUESTION = "How much rice did Russia propose?"
PICTURES = (("page.png", "light", 1280, 800), ("phone-dark.png", "dark", 390, 844))


def main(folder: Path) -> None:
    """Ask, open the footnote, and keep what is on the screen."""
    folder.mkdir(parents=True, exist_ok=True)
    assistant = ScriptedAssistant(
        ScriptedLibrary(seed_texts()), model_label="Qwen2.5 1.5B on this computer"
    )
    with serving(assistant) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name, scheme, width, height in PICTURES:
            page = browser.new_page(
                viewport={"width": width, "height": height},
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page.goto(address)
            _ask(page)
            page.screenshot(path=folder / name)
            print(folder / name)
        browser.close()


def _ask(page: Page) -> None:
    page.wait_for_selector(".example")
    page.fill("#question textarea", QUESTION)
    page.keyboard.press("Enter")
    page.click("#turn[aria-live] .turn[aria-busy=false] .chip")
    page.wait_for_selector(".s.chosen")
    page.mouse.move(0, 0)  # off the chip, which its hover would colour


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"))
