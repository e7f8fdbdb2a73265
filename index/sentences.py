"""Sentences with exact offsets: on any text, `text[sentence.start:sentence.end]` is the sentence.

Punkt (nltk, with the data that llama-index-core carries) finds the boundaries within a paragraph;
what it gets wrong on real text, and what it doesn't know of (headings, lists, line breaks, scripts
without spaces, very long runs), is settled here.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

from index.blocks import LABEL, Block, split_blocks
from index.documents import Sentence
from index.punkt import punkt

__all__ = ["LONGEST", "Cuts", "cuts", "is_dateline", "is_question", "is_run_in", "split_sentences"]

LONGEST = 1000  # characters; longer runs (tables as text, contracts) are cut at a clause or a space

Span = tuple[int, int]
Cuts = Mapping[str, Sequence[Span]]  # a block of prose, and where its sentences lie in it

CLOSERS = "\"'”’»›)\\]」』】）*_"  # noqa: RUF001  real closing marks
ENDED = re.compile(r"[.!?…。！？｡।؟][\W_]*$")  # noqa: RUF001  an emoji may follow
EXCLAIMED = re.compile(f"[!?…][{CLOSERS}]*$|\\.\\.+[{CLOSERS}]*$")
UNSPACED_END = re.compile(
    f"[。！？｡।॥؟]+[{CLOSERS}]*(?=[^{CLOSERS}と])"  # noqa: RUF001
    r"|(?<=\d\)\.)\s+(?=[A-Z][a-z]*\s[a-z])"  # "(ref. 5). We", which Punkt takes for a number
)
# After these a full stop ends no sentence, whatever follows.
TITLE = re.compile(
    r"(?:^|[\s(\[\"'“‘])"
    r"(?:Dr|Mr|Mrs|Ms|Mx|Prof|Sen|Rep|Gov|Gen|Col|Maj|Capt|Cpt|Lt|Sgt|Cpl|Adm|Cmdr|Hon|Rev|Fr|Sr"
    r"|St|Mt|Pres|Supt|Amb|Messrs|Mme|Mlle|[Ee]\. ?g|[Ii]\. ?e|[Cc]f|vs|viz|[Aa]pprox|resp"
    r"|incl|excl|esp|P\. ?O)\.$"
)
# After these it ends none where a number, a bracket or a roman numeral follows.
NUMBERING = re.compile(
    r"(?:^|[\s(\[\"'“‘])"
    r"(?:[Nn]os?|Nr|Fig|Figs|Eq|Eqs|Tab|p|pp|vol|Vol|ch|Ch|chap|Chap|sec|Sec|art|Art|para|cl|Cl"
    r"|[Rr]efs?|al|ca|c|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
    r"|Mon|Tues?|Wed|Thu|Thurs?|Fri|Sat|Sun|App|Sch|Ex|Exh|Reg|Dir|Eqs|Apt|Ste|Bldg|Rm|Ext|Fax"
    r"|[Tt]el|[Vv]er|[Mm]ax|[Aa]vg|[Tt]emp|est|Inv|[A-Z]?[a-zäöü]*[Ss]tr)\.$"  # "Hauptstr. 5"
    r"|(?<!\d )(?<![^\W_])[Mm]in\.$"  # a bag of min. 5 kg, but not: it takes 10 min. 5 came
)
NUMBER = re.compile(r"[\[(§#]?[0-9]|[IVXLC]+\b(?!')|\(")
# A line of an address, which no heading stands above: "Acme Co.", "5 Elm St."
SHORTENED = re.compile(r"\b(?:Co|Corp|Inc|Ltd|Bros|Dept|Div|Esq|Jr|St|Ave|Rd|Blvd|Dr|Ln|Sq|Str)\.$")
ENUMERATOR = re.compile(r"[(\[]?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)\]]+$|(?:P\. ?S|N\. ?B)\.$")
GOES_ON = re.compile(r"[:;,]")  # "Invoice no.: 12"
NOTED = re.compile(r"(?:[*_]|\[\d{1,3}\])+(?!\S)")  # right behind a full stop: "So.[3]", "**Why?**"
LOWER_WORD = re.compile(r"[\"'“‘«(\[]?[^\W\dA-Z_]+(?![\w-])")
STOP = re.compile(r"[.!?]\s")
CLAUSE = re.compile(r"[;:,)\]–—][\"'”’»]?\s|\n")
PART = 50_000  # characters
TAIL = 80  # characters
LABEL_WORDS, TITLE_WORDS, TITLE_LENGTH = 8, 16, 120
# "Tenant: Ann Lee" states something; "Chapter 3: The fall" doesn't.
FIELD = re.compile(r"[^\W\d_][^:\d]{0,40}:\s+\S")
PROSE = ("text", "item")
_MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
)
_RUN_IN = re.compile(
    r"\*{0,2}(?:\(?\d{1,3}[.)]\s+\*{0,2}[A-Z][\w'’-]*(?:\s[\w'’-]+){0,3}|[A-Z][a-z]{3,})\.\*{0,2}"
)
_DATELINE = re.compile(
    r"(?:[A-Z][^\W\d_]*(?:\s[A-Z][^\W\d_]*){0,2},?\s)?"  # "Monday", "STOKE"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH}|{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?)(?:,?\s\d{{4}})?(?:\s\([^()]{{1,40}}\))?\W*"
)


def split_sentences(text: str, document: str = "", *, known: Cuts | None = None) -> list[Sentence]:
    """The sentences of `text`, in ascending order, none overlapping or wrapped in white space.

    `document` is the id that each is given. Headings are sentences of their own, marked as such.
    A label that ends in a colon with nothing under it, a ruler or a code fence is no sentence.
    `known` are the `cuts` of a text that has some of the same blocks: they aren't worked out again.
    """
    blocks = split_blocks(text)
    headings = _headings(text, blocks)
    known = known or {}
    found: list[Sentence] = []
    for at, block in enumerate(blocks):
        if _dangles(text, blocks, at):
            continue
        content, prose = text[block.start : block.end], block.kind in PROSE
        spans = known.get(content) if prose else None
        for start, end in spans or _in_block(content, prose=prose):
            placed = block.start + start, block.start + end
            found.append(Sentence(document, len(found), *placed, headings[at]))
    return found


def is_question(sentence: str) -> bool:
    """Whether a sentence asks, whatever its emphasis: "**Why?**"."""
    return sentence.rstrip("*_ ").endswith(("?", "？"))  # noqa: RUF001


def is_dateline(sentence: str) -> bool:
    """Whether a sentence is a date and no more, as above an entry of a diary: "17 January."."""
    return _DATELINE.fullmatch(sentence) is not None


def is_run_in(sentence: str) -> bool:
    """Whether a sentence that opens a paragraph is its heading: "Methods.", "2. The barn."."""
    return _RUN_IN.fullmatch(sentence) is not None


def cuts(text: str, sentences: Sequence[Sentence]) -> Cuts:
    """Where the prose of `text` was cut into its `sentences`: within a block, only its own words
    decide that."""
    starts = [sentence.start for sentence in sentences]
    return {
        text[block.start : block.end]: [
            (one.start - block.start, one.end - block.start)
            for one in sentences[bisect_left(starts, block.start) : bisect_left(starts, block.end)]
        ]
        for block in split_blocks(text)
        if block.kind in PROSE
    }


def _headings(text: str, blocks: list[Block]) -> list[bool]:
    """Which blocks are headings: marked ones, and short lines that stand above a paragraph."""
    marks = [block.kind == "heading" for block in blocks]
    for at in range(len(blocks) - 2, -1, -1):
        block, below = blocks[at], blocks[at + 1]
        if marks[at] or block.kind != "text" or not _short(text, block):
            continue
        if _is_label(text, block):
            marks[at] = below.kind != "heading"
            continue
        above = text[blocks[at - 1].start : blocks[at - 1].end] if at else "."
        alone = block.gap or marks[at - 1] or ENDED.search(above) is not None
        marks[at] = alone and _is_title(text, blocks, marks, at)
    return marks


def _is_title(text: str, blocks: list[Block], marks: list[bool], at: int) -> bool:
    """Whether a short line stands above a paragraph, or above the one heading that does so.

    More short lines in a row are a list or an address, and one above a marked heading is all that
    its section says.
    """
    block, below = blocks[at], blocks[at + 1]
    if at == 0 and (below.gap or below.kind == "heading"):
        return True
    if FIELD.match(text, block.start, block.end):
        return False
    if not marks[at + 1]:
        return _is_paragraph(text, below) or all(
            _is_entry(text, one) for one in blocks[at + 1 : at + 3]
        )
    above = blocks[at - 1] if at else None
    return below.kind == "text" and not (above and above.kind == "text" and _short(text, above))


def _is_entry(text: str, block: Block) -> bool:
    """Whether it is a field of a form, or a row that is set with spaces."""
    row = block.kind == "row" and "|" not in text[block.start : block.end]
    return row or (block.kind == "text" and LABEL.match(text, block.start, block.end) is not None)


def _short(text: str, block: Block) -> bool:
    content = text[block.start : block.end]
    if len(content) > TITLE_LENGTH or "\n" in content or ENDED.search(content):
        return False
    if content.endswith("wrote:"):  # what is quoted in a mail, and not what stands below that
        return False
    return len(content.split()) <= TITLE_WORDS and not content.endswith((",", ";"))


def _is_label(text: str, block: Block) -> bool:
    content = text[block.start : block.end].rstrip("*_ ")
    return content.endswith((":", "：")) and len(content.split()) <= LABEL_WORDS  # noqa: RUF001


def _is_paragraph(text: str, block: Block) -> bool:
    content = text[block.start : block.end]
    ended = ENDED.search(content) is not None and SHORTENED.search(content) is None
    return block.kind in ("text", "item") and (ended or len(content.split()) > TITLE_WORDS)


def _dangles(text: str, blocks: list[Block], at: int) -> bool:
    block = blocks[at]
    if block.kind != "text" or not _short(text, block) or not _is_label(text, block):
        return False
    return at + 1 == len(blocks) or blocks[at + 1].kind == "heading"


def _in_block(content: str, *, prose: bool) -> Iterator[Span]:
    spans = [(0, len(content))]
    if prose:
        spans = _merged(content, _noted(content, _split_unspaced(content, _found(content))))
    for start, end in spans:
        yield from _pieces(content, start, end)


def _found(content: str) -> Iterator[Span]:
    """What Punkt takes for sentences. It gives up on a text that it needs some seconds for, so a
    long one is shown to it in parts."""
    start = 0
    while start < len(content):
        end = start + PART
        if end < len(content):
            stops = [*STOP.finditer(content, end - 2 * LONGEST, end)]
            end = stops[-1].end() if stops else end
        found = list(punkt().span_tokenize(content[start:end]))
        yield from ((start + first, start + last) for first, last in found)
        start = end


def _split_unspaced(content: str, spans: Iterator[Span]) -> Iterator[Span]:
    """Cut at the full stops of scripts that put no space after them."""
    for start, end in spans:
        at = start
        for stop in UNSPACED_END.finditer(content, start, end):
            yield at, stop.end()
            at = stop.end()
        if at < end:
            yield at, end


def _noted(content: str, spans: Iterator[Span]) -> Iterator[Span]:
    """Give the marks of notes and the end of emphasis to the sentence that they belong to."""
    before: Span | None = None
    for start, end in spans:
        if before:
            noted = NOTED.match(content, start) if start == before[1] else None
            start = noted.end() if noted else start
            yield before[0], start if noted else before[1]
        before = start, end
    if before:
        yield before


def _merged(content: str, spans: Iterator[Span]) -> list[Span]:
    """Join what was cut in the middle of a sentence, and wordless leftovers to what they follow."""
    merged: list[Span] = []
    for start, end in spans:
        start += len(content[start:end]) - len(content[start:end].lstrip())
        if merged and _belongs(_tail(content, *merged[-1]), content[start:end]):
            merged[-1] = merged[-1][0], end
        else:
            merged.append((start, end))
    if len(merged) > 1 and not _has_word(content[merged[0][0] : merged[0][1]]):
        merged[:2] = [(merged[0][0], merged[1][1])]
    return [(start, end) for start, end in merged if _has_word(content[start:end])]


def _tail(content: str, start: int, end: int) -> str:
    """The end of a sentence, which tells whether another joins it, however long it has grown."""
    return content[max(start, end - TAIL) : end]


def _belongs(before: str, after: str) -> bool:
    if not _has_word(after) or GOES_ON.match(after):
        return True
    if TITLE.search(before) or ENUMERATOR.fullmatch(before):
        return True
    if NUMBERING.search(before) and NUMBER.match(after):
        return True
    # "iPS cells" and "miR-193a" do begin sentences.
    first = LOWER_WORD.match(after)
    return bool(first) and (EXCLAIMED.search(before) is not None or before.endswith("."))


def _has_word(content: str) -> bool:
    return any(map(str.isalnum, content))


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """`text[start:end]` without surrounding white space, cut where it is longer than LONGEST."""
    while True:
        inside = text[start:end]
        start += len(inside) - len(inside.lstrip())
        end -= len(inside) - len(inside.rstrip())
        if end - start <= LONGEST:
            break
        cut = _cut(text, start)
        yield start, start + len(text[start:cut].rstrip())
        start = cut
    if end > start:
        yield start, end


def _cut(text: str, start: int) -> int:
    """Where to cut a run that is too long: after its last clause, else at a space, else hard."""
    clauses = list(CLAUSE.finditer(text, start + LONGEST // 3, start + LONGEST))
    if clauses:
        return clauses[-1].end()
    spaces = [m.end() for m in re.finditer(r"\s", text[start : start + LONGEST])]
    return start + (spaces[-1] if spaces else LONGEST)
