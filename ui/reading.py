"""The source pane as HTML: a document set to be read.

Places in a document are character offsets, never found again by their text: the document is cut at
each sentence's edges and at each cited span's, and every piece says which offsets it holds. The
pieces keep the document's characters exactly as they are; only what lies between sentences decides
where a paragraph ends.
"""

import itertools
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.documents import Document, Sentence
from ui.language import Words
from ui.markup import text

__all__ = ["article", "gone"]

WRAPPED_LINE = 100  # no line of a hard-wrapped text is longer
FULL_LINE = 50  # a shorter line ended because its paragraph did

_BREAK = re.compile(r"\s*\n\s*")
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n")


def article(
    say: Words,
    document: Document,
    sentences: Sequence[Sentence],
    cited: Sequence[tuple[int, int]] = (),
) -> str:
    """The document, with every sentence and every cited span addressable by its offsets."""
    title = "" if document.text.lstrip().startswith(document.title) else document.title
    shown = f'<h2 class="title" dir="auto">{text(title)}</h2>' if title else ""
    return (
        f"{_bar(say, document.source)}"
        f'<article class="document" data-document="{text(document.id)}" '
        f'aria-label="{text(document.title or document.source)}">'
        f"{shown}{''.join(_paragraphs(say, document, sentences, cited))}</article>"
    )


def gone(say: Words, reason: str) -> str:
    """What the pane says where a document can't be shown."""
    bar = _bar(say, say("documents_title"))
    return f'{bar}<p class="gone" role="alert">{text(reason)}</p>'


def _bar(say: Words, name: str) -> str:
    step = "".join(
        f' data-{kind}="{text(say(f"step_{kind}", at="#", of="##"))}"'
        for kind in ("footnote", "related", "found")
    )
    previous, following = text(say("previous")), text(say("next"))
    return (
        f'<div class="bar"><span class="name" title="{text(name)}">{text(name)}</span>'
        f'<span class="steps" hidden{step}>'
        f'<button type="button" data-do="step" data-by="-1" aria-label="{previous}">'
        "&lsaquo;</button>"
        '<span class="step" aria-live="polite"></span>'
        f'<button type="button" data-do="step" data-by="1" aria-label="{following}">'
        "&rsaquo;</button></span>"
        '<button type="button" class="close" data-do="hide" '
        f'aria-label="{text(say("close_document"))}">{text(say("close"))}</button></div>'
    )


def _paragraphs(
    say: Words,
    document: Document,
    sentences: Sequence[Sentence],
    cited: Sequence[tuple[int, int]],
) -> Iterator[str]:
    wrapped = max(map(len, document.text.splitlines()), default=0) <= WRAPPED_LINE
    headings = {sentence.start for sentence in sentences if sentence.heading}
    pieces: list[str] = []
    heading = False
    for start, end, inside in _cuts(document.text, sentences, cited):
        if inside:
            pieces.append(_page(say, document, start, end) + _piece(document.text, start, end))
            heading = heading or start in headings
            continue
        # Text between two sentences: white space, or words that are no sentence.
        at = start
        for gap in _BREAK.finditer(document.text, start, end):
            pieces.append(text(document.text[at : gap.start()]))
            at = gap.end()
            if _ends_paragraph(document.text, gap.start(), gap.end(), wrapped=wrapped):
                yield _block(pieces, heading=heading)
                pieces, heading = [], False
            else:
                pieces.append(" ")
        pieces.append(text(document.text[at:end]))
    yield _block(pieces, heading=heading)


def _cuts(
    whole: str, sentences: Sequence[Sentence], cited: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int, bool]]:
    """The text cut up at every edge: `(start, end, whether it lies in a sentence or citation)`."""
    spans = [(sentence.start, sentence.end) for sentence in sentences]
    spans += [span for span in cited if 0 <= span[0] < span[1] <= len(whole)]
    depth: dict[int, int] = {0: 0, len(whole): 0}
    for start, end in spans:
        depth[start] = depth.get(start, 0) + 1
        depth[end] = depth.get(end, 0) - 1
    inside = 0
    edges = sorted(depth)
    for start, end in itertools.pairwise(edges):
        inside += depth[start]
        yield start, end, inside > 0


def _piece(whole: str, start: int, end: int) -> str:
    return (
        f'<span class="s" dir="auto" data-start="{start}" data-end="{end}">'
        f"{text(whole[start:end])}</span>"
    )


def _page(say: Words, document: Document, start: int, end: int) -> str:
    """A mark where a page begins; drawn by the style, so it is no text."""
    starts = [at for at, _ in document.pages]
    first, last = bisect_right(starts, start - 1), bisect_right(starts, end - 1)
    return "".join(
        f'<span class="page" role="img" aria-label="{text(say("page", number=page))}" '
        f'data-page="{page}"></span>'
        for _, page in document.pages[first:last]
    )


def _ends_paragraph(whole: str, start: int, end: int, *, wrapped: bool) -> bool:
    if _BLANK_LINE.search(whole, start, end) or not wrapped:
        return True
    return start - (whole.rfind("\n", 0, start) + 1) < FULL_LINE


def _block(pieces: Sequence[str], *, heading: bool) -> str:
    inner = "".join(pieces)
    if not inner.strip():
        return ""
    return f"<h3>{inner}</h3>" if heading else f"<p>{inner}</p>"
