"""The shape of a text: its paragraphs, headings, list items, table rows and code.

A line break inside a hard-wrapped paragraph is white space; in a text with one paragraph a line
it ends the block. Which of the two it is shows in whether the next word would have fitted.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Literal

__all__ = ["LABEL", "Block", "split_blocks", "unclosed"]

Kind = Literal["text", "heading", "item", "row", "code"]

NARROW = 36  # characters; nobody wraps prose narrower, so such lines are a list, verse, an address
WIDE = 140  # nobody wraps wider, so such a line is a paragraph of its own
TERMINAL = re.compile("[.!?…。！？｡।؟:;][\"'”’»)\\]*_]*$")  # noqa: RUF001  full-width ends on purpose
FRONT = 100  # lines in which front matter ends
FENCE = re.compile(r"(```|~~~)")
HEADING = re.compile(r"#{1,6}[ \t]+(?=\S)")
UNDERLINE = re.compile(r"(=+|-{3,})$")
RULE = re.compile(r"([-*_=~+.•·—][ \t]?){3,}$")
BULLET = re.compile(r"([-*+•‣◦▪–—][ \t]+(?:\[[ xX]\][ \t]+)?)(?=\S)")
NUMBERED = re.compile(r"\(?(\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)][ \t]+\S")
QUOTE = re.compile(r"(?:>[ \t]?)+")
ROW = re.compile(r"\|.*\||[^|]+\|[^|]+\|")
LABEL = re.compile(r"[A-Z][^:.!?]{0,30}:\s")  # two such lines are two fields of a form, not prose
# When a message of a chat was sent, or a line of a log written.
STAMP = re.compile(r"\[?(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d)(?:T|,?\s)\d{1,2}:\d\d")
APART = re.compile(r" {3,}|\t[ \t]*")  # what sets columns of plain text apart
MARK = re.compile(r"\W$|\(?\w{1,5}[.)]$|\d+(\.\d+)+\.?$")  # of an item: "-", "(a)", "2.1"
FIGURE = re.compile(r"[^\W\d_]{0,3}\W{0,3}\d[\d.,:%/ -]*[^\w\s]?$")  # "06:10", "EUR 1,200.00"
ROW_RULE = re.compile(r"[|:\-+= \t]+$")


@dataclass(frozen=True, slots=True)
class Block:
    """`text[start:end]`, without surrounding white space or list marks.

    `gap` is true where an empty line, or the text's beginning, stands before it.
    """

    start: int
    end: int
    kind: Kind
    gap: bool


@dataclass(frozen=True, slots=True)
class Line:
    start: int
    end: int
    content: str
    gap: bool


def split_blocks(text: str) -> list[Block]:
    """Blocks in ascending order, none overlapping; what lies between them carries no words."""
    return list(_blocks(text, list(_lines(text))))


def _lines(text: str) -> Iterator[Line]:
    """Lines that aren't blank, stripped."""
    at, gap = 0, True
    for raw in text.splitlines(keepends=True):
        content = raw.strip()
        if content:
            start = at + len(raw) - len(raw.lstrip())
            yield Line(start, start + len(content), content, gap)
        gap = not content
        at += len(raw)


def _blocks(text: str, lines: list[Line]) -> Iterator[Block]:
    typical = _typical_width(lines)
    at = _front_end(lines)
    yield from (Block(line.start, line.end, "row", line.gap) for line in lines[1 : max(1, at - 1)])
    while at < len(lines):
        line = lines[at]
        if FENCE.match(line.content):
            at, block = _code(text, lines, at)
            if block:
                yield block
        elif _stands_alone(line.content):
            yield from _alone(line)
            at += 1
        elif _is_aligned(lines, at):
            yield Block(line.start, line.end, "row", line.gap)
            at += 1
        elif at + 1 < len(lines) and _underlined(lines[at], lines[at + 1]):
            yield Block(line.start, line.end, "heading", line.gap)
            at += 2
        else:
            stop = _run_end(lines, at)
            yield from _run(lines[at:stop], typical)
            at = stop


def _front_end(lines: list[Line]) -> int:
    """Where the front matter of a Markdown file ends; 0 where it has none."""
    if not lines or lines[0].content != "---":
        return 0
    rules = (at for at in range(2, min(len(lines), FRONT)) if lines[at].content == "---")
    end = next(rules, 0)
    return end + 1 if end and ":" in lines[1].content and not lines[1].gap else 0


def _stands_alone(content: str) -> bool:
    patterns = (HEADING, RULE, ROW_RULE, ROW)
    return any(pattern.match(content) for pattern in patterns)


def unclosed(heading: str) -> str:
    """A heading's text without the signs that may stand behind it, as in "## Terms ##"."""
    bare = heading.rstrip("#")
    closed = bare != heading and (not bare or bare[-1].isspace())
    return bare.rstrip() if closed else heading


def _is_aligned(lines: list[Line], at: int) -> bool:
    """Whether a line is a row of a table that is set with spaces, as is one beside it."""
    beside = lines[max(0, at - 1) : at + 2]
    return _columned(lines[at].content) and sum(_columned(each.content) for each in beside) > 1


def _columned(content: str) -> bool:
    """Whether a line has three columns, or two of which the second is a figure."""
    if "   " not in content and "\t" not in content:
        return False
    cells = APART.split(content)
    cells = cells[1:] if MARK.match(cells[0]) else cells
    return len(cells) > 2 or (len(cells) == 2 and FIGURE.match(cells[1]) is not None)


def _alone(line: Line) -> Iterator[Block]:
    """A line that is a heading or a table's row; one that only rules off is nothing."""
    heading = HEADING.match(line.content)
    if heading:
        body = unclosed(line.content[heading.end() :])
        start = line.start + heading.end()
        if body:
            yield Block(start, start + len(body), "heading", line.gap)
    elif not RULE.match(line.content) and not ROW_RULE.match(line.content):
        inner = line.content.strip("| \t")
        start = line.start + line.content.index(inner)
        yield Block(start, start + len(inner), "row", line.gap)


def _code(text: str, lines: list[Line], at: int) -> tuple[int, Block | None]:
    """The lines between two fences (or to the end, where the second is missing)."""
    fence = lines[at].content[:3]
    stop = at + 1
    while stop < len(lines) and not lines[stop].content.startswith(fence):
        stop += 1
    inside = lines[at + 1 : stop]
    block = Block(inside[0].start, inside[-1].end, "code", True) if inside else None
    return stop + 1, block


def _underlined(line: Line, below: Line) -> bool:
    under = UNDERLINE.match(below.content)
    return bool(under) and not below.gap and len(line.content) <= WIDE and not _marked(line)


def _marked(line: Line) -> bool:
    return bool(BULLET.match(line.content) or NUMBERED.match(line.content))


def _run_end(lines: list[Line], at: int) -> int:
    """The end of the run of plain lines and list items that begins at `at`."""
    stop = at + 1
    while stop < len(lines) and not lines[stop].gap:
        content = lines[stop].content
        if FENCE.match(content) or _stands_alone(content):
            break
        if stop + 1 < len(lines) and _underlined(lines[stop], lines[stop + 1]):
            break
        if _is_aligned(lines, stop):
            break
        stop += 1
    return stop


def _typical_width(lines: list[Line]) -> float:
    """The width that the text's paragraphs are wrapped at, where they seem to be wrapped."""
    widths, count, widest = [], 1, 0
    for line in lines:
        count, widest = (0, 0) if line.gap else (count, widest)
        count, widest = count + 1, max(widest, len(line.content))
        if count >= 3 and NARROW <= widest <= WIDE:
            widths.append(widest)
    return median(widths) if widths else 0


def _run(run: list[Line], typical: float) -> Iterator[Block]:
    width: float = max(len(line.content) for line in run)
    if len(run) == 2 and typical > width:
        width = typical
    first = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or _breaks(run[at - 1], run[at], width):
            yield _block(run[first], run[at - 1])
            first = at


def _breaks(line: Line, below: Line, width: float) -> bool:
    """Whether the line break after `line` ends its block."""
    (depth, content), (depth_below, next_content) = _unquoted(line), _unquoted(below)
    if _marked(below) or width < NARROW or STAMP.match(next_content):
        return True
    if LABEL.match(content) and LABEL.match(next_content):
        return True
    if depth != depth_below or not content or not next_content:
        return True
    ended = TERMINAL.search(content) is not None
    if not ended and next_content[0].islower():
        return False
    fits = len(line.content) + 1 + len(next_content.split(None, 1)[0]) <= width
    return fits or len(line.content) > WIDE


def _unquoted(line: Line) -> tuple[int, str]:
    """How deep a line is quoted (`> `), and the line without those marks."""
    marks = QUOTE.match(line.content)
    return (marks[0].count(">"), line.content[marks.end() :]) if marks else (0, line.content)


def _block(first: Line, last: Line) -> Block:
    bullet = BULLET.match(first.content)
    if bullet:
        return Block(first.start + bullet.end(), last.end, "item", first.gap)
    kind: Kind = "item" if NUMBERED.match(first.content) else "text"
    return Block(first.start, last.end, kind, first.gap)
