"""What is written above the line: powers stay powers, and the mark of a note joins no number.

"10⁶ kg" isn't 106 kg, and what "was founded in 1990²" wasn't founded in 19902.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["NEAR", "raised", "settle"]

NEAR = 16  # characters before a raised text that tell what it is
LONGEST_MARK = 3  # characters
FIGURES = re.compile(r"[+\-−]?\d+(?:\s?[.,–-]\s?\d+)*")  # noqa: RUF001  "-6", "2,3", "2–4"
ABOVE = str.maketrans("+-−0123456789", "⁺⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")  # noqa: RUF001
YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d$")
# A number, a unit or a variable; a word is longer, and no operator stands before it.
POWERED = re.compile(
    r"[\d⁰¹²³⁴-⁹⁻]$|(?<![^\W\d_])(?:[^\W\d_]|[cdkmnµμ]m|ft|yd|mi|kg)$"
    r"|(?:\d\s?in|[=+*/·×(]\s?[^\W\d_]{1,3})$"
)
INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span "
    "strong sub sup time tt u var".split()
)
STRUCK = (".//s", ".//del", ".//strike", ".//*[contains(@style, 'line-through')]")


def raised(text: str, before: str, *, linked: bool = False) -> str:
    """How a raised text is written behind `before`; `linked` where it leads to a note."""
    mark = text.strip()
    figures = FIGURES.fullmatch(mark) is not None
    if linked and (figures or (mark.isalnum() and len(mark) <= LONGEST_MARK)):
        return f"[{mark}]"
    if not figures or not before[-1:].strip():
        return text
    if YEAR.search(before) or (mark[0].isdigit() and not POWERED.search(before)):
        return f"[{mark}]"
    above = mark.translate(ABOVE)
    return f"^{mark}" if re.search(r"[\s.,–-]", above) else above


def settle(page: "HtmlElement") -> None:
    """Take out of a page what is struck out, and write what is raised so that it joins nothing."""
    for struck in [node for path in STRUCK for node in page.xpath(path)]:
        if struck.getparent() is not None:
            struck.drop_tree()
    for node, before in list(_raised(page)):
        text = node.text_content()
        written = raised(text, before, linked=_is_linked(node, text))
        if written != text:
            del node[:]
            node.text = written


def _raised(page: "HtmlElement") -> "Iterator[tuple[HtmlElement, str]]":
    """What stands above the line, and what stands before it in its block."""
    from lxml.etree import iterwalk

    before = ""
    for event, node in iterwalk(page, events=("start", "end")):
        if node.tag not in INLINE:
            before = ""
        if event == "start" and _is_raised(node):
            yield node, before
        before = (before + ((node.text if event == "start" else node.tail) or ""))[-NEAR:]


def _is_raised(node: "HtmlElement") -> bool:
    led = node.tag == "a" and "noteref" in (node.get("role") or node.get("epub:type") or "")
    style = (node.get("style") or "").replace(" ", "")
    return led or node.tag == "sup" or "vertical-align:super" in style


def _is_linked(node: "HtmlElement", text: str) -> bool:
    """Whether a link is in it, or it is all of a link."""
    link = node.getparent()
    around = link.tag == "a" and link.text_content().strip() == text.strip()
    return node.tag == "a" or node.find(".//a") is not None or around
