"""The source pane as HTML: a document set to be read.

Places in a document are character offsets, never found again by their text: the document is cut at
each sentence's edges and at each cited span's, and every piece says which offsets it holds. The
pieces keep the document's characters exactly as they are; only what lies between sentences decides
where a paragraph ends.
"""

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache

from index.documents import Document, Sentence
from index.pictures import has_pictures
from ui.language import Words
from ui.markup import text
from ui.tables import Row, is_rule, row, table

__all__ = ["article", "gone", "sheets"]

SHEET = 8000  # characters; what of a long document is drawn in one go
WRAPPED_LINE = 100  # no line of a hard-wrapped text is longer
FULL_LINE = 50  # a shorter line ended because its paragraph did

Cut = tuple[int, int, bool]  # from, to, and whether it lies in a sentence or a cited span

_BREAK = re.compile(r"\s*\n\s*")
_MARK = re.compile(r"#{1,6}\s*")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def article(
    say: Words,
    document: Document,
    sentences: Sequence[Sentence],
    cited: Sequence[tuple[int, int]] = (),
    *,
    at: int = 0,
) -> str:
    """The document, with every sentence and every cited span addressable by its offsets.

    A long one is drawn around the offset `at`; the page asks for its other sheets when it is shown.
    """
    opening = document.text.lstrip()
    mark = _MARK.match(opening)
    starts = (0, mark.end() if mark else 0)
    told = any(opening.startswith(document.title, start) for start in starts)
    title = "" if told else document.title
    shown = f'<h2 class="title" dir="auto">{text(title)}</h2>' if title else ""
    edges = _edges(document, sentences)
    here = max(0, bisect_right(edges[:-1], at) - 1)
    drawn = {here - 1, here, here + 1}
    inner = "".join(
        _sheet(number, span, _drawn(say, document, sentences, cited, span))
        if number in drawn
        else _empty_sheet(number, span)
        for number, span in enumerate(itertools.pairwise(edges))
    )
    drawable = has_pictures(document)
    pictures = ' data-pictures=""' if drawable else ""
    return (
        f"{_bar(say, document.source, drawable=drawable)}"
        f'<article class="document" data-document="{text(document.id)}"{pictures} '
        f'aria-label="{text(document.title or document.source)}">'
        f"{_pages(say) if drawable else ''}{shown}{inner}</article>"
    )


def sheets(
    say: Words,
    document: Document,
    sentences: Sequence[Sentence],
    cited: Sequence[tuple[int, int]],
    numbers: Collection[int],
) -> str:
    """Some sheets of a document, to be put in the place of the empty ones."""
    inner = "".join(
        _sheet(number, span, _drawn(say, document, sentences, cited, span))
        for number, span in enumerate(itertools.pairwise(_edges(document, sentences)))
        if number in numbers
    )
    return f'<div hidden data-sheets="{text(document.id)}">{inner}</div>'


def gone(say: Words, reason: str) -> str:
    """What the pane says where a document can't be shown."""
    bar = _bar(say, say("documents_title"))
    return f'{bar}<p class="gone" role="alert">{text(reason)}</p>'


def _pages(say: Words) -> str:
    """Where the page's script puts the pages' pictures, or why there are none."""
    label, failed = text(say("page", number="#")), text(say("page_failed"))
    return (
        '<p class="nopictures" role="note" hidden></p>'
        f'<div class="pages" data-label="{label}" data-failed="{failed}"></div>'
    )


def _bar(say: Words, name: str, *, drawable: bool = False) -> str:
    step = "".join(
        f' data-{kind}="{text(say(f"step_{kind}", at="#", of="##"))}"'
        for kind in ("footnote", "related", "found")
    )
    view = (
        '<button type="button" class="view" data-do="view" hidden '
        f'data-text="{text(say("as_text"))}" data-pages="{text(say("as_pages"))}"></button>'
    )
    previous, following = text(say("previous")), text(say("next"))
    return (
        f'<div class="bar"><span class="name" title="{text(name)}">{text(name)}</span>'
        f'{view if drawable else ""}<span class="steps" hidden{step}>'
        f'<button type="button" data-do="step" data-by="-1" aria-label="{previous}">'
        "&lsaquo;</button>"
        '<span class="step" aria-live="polite"></span>'
        f'<button type="button" data-do="step" data-by="1" aria-label="{following}">'
        "&rsaquo;</button></span>"
        '<button type="button" class="close" data-do="hide" '
        f'aria-label="{text(say("close_document"))}">{text(say("close"))}</button></div>'
    )


def _edges(document: Document, sentences: Sequence[Sentence]) -> list[int]:
    """Where the document's sheets begin, each where a paragraph does, and its end."""
    edges, wrapped = [0], _is_wrapped(document.text)
    for before, sentence in itertools.pairwise(sentences):
        long = sentence.start - edges[-1] >= SHEET
        if long and any(
            _ends_paragraph(document.text, *gap.span(), wrapped=wrapped)
            for gap in _BREAK.finditer(document.text, before.end, sentence.start)
        ):
            edges.append(sentence.start)
    return [*edges, len(document.text)]


def _sheet(number: int, span: tuple[int, int], inner: str) -> str:
    start, end = span
    return (
        f'<section class="sheet" data-sheet="{number}" data-start="{start}" data-end="{end}">'
        f"{inner}</section>"
    )


def _empty_sheet(number: int, span: tuple[int, int]) -> str:
    """As high as the sheet will be, nearly: a line of 66 characters is 1.85 em high."""
    height = (span[1] - span[0]) / 66 * 1.85
    return (
        f'<section class="sheet" data-sheet="{number}" data-start="{span[0]}" '
        f'data-end="{span[1]}" data-empty style="min-height:{height:.0f}em"></section>'
    )


def _drawn(
    say: Words,
    document: Document,
    sentences: Sequence[Sentence],
    cited: Sequence[tuple[int, int]],
    span: tuple[int, int],
) -> str:
    """The paragraphs and tables of a part of the document."""
    first = bisect_right(sentences, span[0], key=lambda sentence: sentence.end)
    last = bisect_left(sentences, span[1], key=lambda sentence: sentence.start)
    within = sentences[first:last]
    spans = [(sentence.start, sentence.end) for sentence in within]
    spans += [each for each in cited if 0 <= each[0] < each[1] <= len(document.text)]
    headings = {sentence.start for sentence in within if sentence.heading}
    blocks = _blocks(document.text, _cuts(spans, span))
    parts = (part for block in blocks for part in _block(say, document, block, headings))
    return "".join(_joined(say, parts))


def _blocks(whole: str, cuts: Iterable[Cut]) -> Iterator[list[Cut]]:
    """The cuts of each paragraph, heading or row; lines that flow on are parted by an empty cut."""
    wrapped = _is_wrapped(whole)
    block: list[Cut] = []
    for start, end, inside in cuts:
        if inside:
            block.append((start, end, True))
            continue
        # Text between two sentences: white space, or words that are no sentence.
        at = start
        for gap in _BREAK.finditer(whole, start, end):
            if at < gap.start():
                block.append((at, gap.start(), False))
            at = gap.end()
            if _ends_paragraph(whole, gap.start(), gap.end(), wrapped=wrapped):
                yield block
                block = []
            else:
                block.append((at, at, False))
        if at < end:
            block.append((at, end, False))
    yield block


def _block(
    say: Words, document: Document, block: Sequence[Cut], headings: set[int]
) -> Iterator[str | Row | None]:
    """A paragraph or heading as HTML, or a row of a table; None for the rule below its head."""
    if not block:
        return
    whole, first, last = document.text, block[0][0], block[-1][1]
    if is_rule(whole[first:last]):
        yield None
        return
    cells = row(whole, first, last, lambda start, end: _within(whole, block, start, end))
    if cells:  # a page's mark would be lost in a cell
        if marks := _page(say, document, first, last):
            yield f"<p>{marks}</p>"
        yield cells
        return
    heading = any(start in headings for start, _, inside in block if inside)
    tag, shown = ("h3", _without_mark(whole, block)) if heading else ("p", block)
    inner = "".join(
        (_page(say, document, *cut[:2]) if cut[2] else "") + _cut(whole, *cut) for cut in shown
    )
    if inner.strip():
        yield f'<{tag} dir="auto">{inner.strip()}</{tag}>'


def _without_mark(whole: str, block: Sequence[Cut]) -> Sequence[Cut]:
    """A heading without the `#` before it."""
    start, end, inside = block[0]
    return block[1:] if not inside and _MARK.fullmatch(whole, start, end) else block


def _within(whole: str, block: Sequence[Cut], first: int, last: int) -> str:
    """What lies between two offsets of a block."""
    cuts = ((max(start, first), min(end, last), inside) for start, end, inside in block)
    return "".join(_cut(whole, *each) for each in cuts if each[0] < each[1])


def _cut(whole: str, start: int, end: int, inside: bool) -> str:
    if not inside:
        return text(whole[start:end]) or " "
    return f'<span class="s" data-start="{start}" data-end="{end}">{text(whole[start:end])}</span>'


def _joined(say: Words, parts: Iterable[str | Row | None]) -> Iterator[str]:
    """The parts, with rows that follow each other in one table; None is the rule below its head."""
    rows: list[Row] = []
    headed = False
    for part in (*parts, ""):
        if isinstance(part, tuple):
            rows.append(part)
        elif part is None:
            headed = headed or len(rows) == 1
        else:
            if rows:
                yield table(rows, headed=headed, label=text(say("table")))
            rows, headed = [], False
            yield part


def _cuts(spans: Sequence[tuple[int, int]], within: tuple[int, int]) -> Iterator[Cut]:
    """A part of the text cut at every edge of the spans."""
    first, last = within
    depth: dict[int, int] = {first: 0, last: 0}
    for span in spans:
        start, end = max(span[0], first), min(span[1], last)
        if start < end:
            depth[start] = depth.get(start, 0) + 1
            depth[end] = depth.get(end, 0) - 1
    inside = 0
    edges = sorted(depth)
    for start, end in itertools.pairwise(edges):
        inside += depth[start]
        yield start, end, inside > 0


def _page(say: Words, document: Document, start: int, end: int) -> str:
    """A mark where a page begins; drawn by the style, so it is no text."""
    starts = [at for at, _ in document.pages]
    first, last = bisect_right(starts, start - 1), bisect_right(starts, end - 1)
    return "".join(
        f'<span class="page" role="img" aria-label="{text(say("page", number=page))}" '
        f'data-page="{page}"></span>'
        for _, page in document.pages[first:last]
    )


@lru_cache(maxsize=4)
def _is_wrapped(whole: str) -> bool:
    """Whether a text's lines were broken by hand, so that a line's end is no paragraph's."""
    return max(map(len, whole.splitlines()), default=0) <= WRAPPED_LINE


def _ends_paragraph(whole: str, start: int, end: int, *, wrapped: bool) -> bool:
    if _BLANK_LINE.search(whole, start, end) or not wrapped:
        return True
    if whole[start - 1 : start] == "|" or whole[end : end + 1] == "|":  # a row of a table
        return True
    return start - (whole.rfind("\n", 0, start) + 1) < FULL_LINE
