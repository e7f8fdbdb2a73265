"""What is written above the line: powers stay powers, and the mark of a note joins no number.

"10⁶ kg" isn't 106 kg, and what "was founded in 1990²" wasn't founded in 19902.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Piece", "raised", "settle", "written"]

NEAR = 32  # characters around a raised text that tell what it is
LONGEST_MARK = 3  # characters
FIGURES = re.compile(r"[+\-−]?\d+(?:\s?[.,–-]\s?\d+)*")  # noqa: RUF001  "-6", "2,3", "2–4"
ABOVE = str.maketrans("+-−0123456789", "⁺⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")  # noqa: RUF001
YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d$")
UNNOTED = re.compile(r"[(\[{/:‐‑–−-]$")  # noqa: RUF001  behind these stands no note
# The letters of an element, with its atomic number before them or without: "C", "92U".
ELEMENT = re.compile(r"\d*[A-Z][a-z]?(?![a-z])")
ENDED = re.compile(r"[.,;!?…»”’\"')\]]$")
# A number, a unit or a variable; a word is longer, and no operator stands before it.
POWERED = re.compile(
    r"[\d⁰¹²³⁴-⁹⁻|‖]$|(?<![^\W\d_])(?:[^\W\d_]|[cdkmnµμ]m|ft|yd|mi|kg)$"
    r"|[=+*/·×(]\s?[^\W\d_]{1,3}$|(?<![^\W_])[^\W\d_]_\w+$"
    r"|[\d⁰¹²³⁴-⁹]\s?(?:in|yr|k?pc|Mpc|arcmin|arcsec"
    r"|[TGMkmµμnp]?(?:eV|Hz|Pa|mol|rad|[VWJNKCgsL]))$"
)
# Brackets with a sum or the like in them: not "(1990-95)", "(see a + b)" or "(n = 20)".
FORMULA = re.compile(
    r"[(\[](?!\d{4})(?![^()]*[^\W\d_]{3})[^()]*"
    r"(?:\w\s?[+*/·×−]\s?\w|\s-\s|\b[^\W\d_]-|-[^\W\d_]\b)[^()]*[)\]]$"  # noqa: RUF001
)
# "sin" and "tan" are words too, so what they are of must follow.
FUNCTION = re.compile(r"(?<![^\W\d_])(?:(?:arc)?(?:sin|cos|tan|sec|csc|cot)h?|log|ln|lg|exp)$")
ARGUMENT = re.compile(r"\s?(?:[\d(α-ωΑ-Ω+−=]|[^\W\d_](?![^\W\d_]))")  # noqa: RUF001
INLINE = frozenset(
    "a abbr b bdi bdo big cite code data del dfn em font i ins kbd label mark q s samp small span "
    "strong sub sup time tt u var".split()
)
STRUCK = (".//s", ".//del", ".//strike", ".//*[contains(@style, 'line-through')]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line of text."""

    text: str
    height: int = 0  # 1 above the line, -1 below it
    linked: bool = False  # whether it leads to a note


def written(pieces: Sequence[Piece]) -> list[str]:
    """How each piece of a line is written; neighbours that make one mark, in the first of them."""
    texts: list[str] = []
    before = ""
    for run, after in _runs(pieces):
        text = "".join(piece.text for piece in run)
        first = run[0]
        new = raised(text, before, after, linked=first.linked) if first.height > 0 else text
        texts += [piece.text for piece in run] if new == text else [new, *[""] * (len(run) - 1)]
        below = "_" if first.height < 0 else ""  # else the "xi" of x<sub>i</sub> is a word
        before = f"{before}{below}{new}"[-NEAR:]
    return texts


def _runs(pieces: Sequence[Piece]) -> Iterator[tuple[list[Piece], str]]:
    """Raised neighbours together, as a power may be cut; two links are two notes, and stay two."""
    joins = (piece.height > 0 and not piece.linked for piece in pieces)
    keys = (-1 if joined else at for at, joined in enumerate(joins))
    end = 0
    for _, group in groupby(zip(keys, pieces, strict=True), itemgetter(0)):
        run = [piece for _, piece in group]
        end += len(run)
        yield run, "".join(piece.text[:NEAR] for piece in pieces[end : end + 3])


def raised(text: str, before: str, after: str = "", *, linked: bool = False) -> str:
    """How a raised text is written between two; `linked` where it leads to a note."""
    mark = text.strip()
    figures = FIGURES.fullmatch(mark) is not None
    if linked and (figures or (mark.isalnum() and len(mark) <= LONGEST_MARK)):
        return f"[{mark}]"
    return _figures(text, mark, before, after) if figures else text


def _figures(text: str, mark: str, before: str, after: str) -> str:
    if _joins_what_follows(mark, before, after):
        return mark.translate(ABOVE)
    if not before[-1:].strip():
        return text
    if YEAR.search(before) or (mark[0].isdigit() and not _is_powered(before, after)):
        return f"[{mark}]"
    above = mark.translate(ABOVE)
    return f"^{mark}" if re.search(r"[\s.,–-]", above) else above


def _joins_what_follows(mark: str, before: str, after: str) -> bool:
    """Whether it is the mass of an isotope, or stands where no note does."""
    isotope = mark.isdigit() and ELEMENT.match(after) and not ENDED.search(before)
    return bool(UNNOTED.search(before) or (isotope and not YEAR.search(before)))


def _is_powered(before: str, after: str) -> bool:
    function = FUNCTION.search(before) and ARGUMENT.match(after)
    return bool(POWERED.search(before) or FORMULA.search(before) or function)


def settle(page: "HtmlElement") -> None:
    """Take out of a page what is struck out, and write what is raised so that it joins nothing."""
    for struck in [node for path in STRUCK for node in page.xpath(path)]:
        if struck.getparent() is not None:
            struck.drop_tree()
    for line in list(_lines(page)):
        texts = written([piece for _, piece in line])
        for (node, piece), text in zip(line, texts, strict=True):
            if text != piece.text:
                del node[:]
                node.text = text


def _lines(page: "HtmlElement") -> "Iterator[list[tuple[HtmlElement, Piece]]]":
    """The pieces of each block in which something is raised, with their nodes."""
    from lxml.etree import iterwalk

    line: list[tuple[HtmlElement, Piece]] = []
    walk = iterwalk(page, events=("start", "end"))
    for event, node in walk:
        if node.tag not in INLINE:
            if any(piece.height > 0 for _, piece in line):
                yield line
            line = []
        piece = Piece(node.tail or "") if event == "end" else _started(node)
        if piece.height > 0:
            walk.skip_subtree()  # what is raised within it is a part of it
        if piece.text or piece.height < 0:
            line.append((node, piece))


def _started(node: "HtmlElement") -> Piece:
    if _is_raised(node):
        text = node.text_content()
        return Piece(text, 1, linked=_is_linked(node, text))
    return Piece(node.text or "", -1 if node.tag == "sub" else 0)


def _is_raised(node: "HtmlElement") -> bool:
    told = f"{node.get('role')} {node.get('epub:type')}"
    style = (node.get("style") or "").replace(" ", "")
    led = node.tag == "a" and "noteref" in told
    return led or node.tag == "sup" or (node.tag in INLINE and "vertical-align:super" in style)


def _is_linked(node: "HtmlElement", text: str) -> bool:
    """Whether a link is in it, or it is all of a link."""
    around = takewhile(lambda above: above.tag in INLINE, node.iterancestors())
    links = (above.text_content() for above in around if above.tag == "a")
    within = node.tag == "a" or node.find(".//a") is not None
    return within or any(link.strip() == text.strip() for link in links)
