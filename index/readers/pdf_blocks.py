"""From the lines of a PDF, in reading order, to the canonical text and each line's place in it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from statistics import median

from index.blocks import LABEL
from index.layout import LineBox, Rectangle
from index.readers import markdown
from index.readers.pdf_aligned import cells_of, table_end, tidy
from index.readers.pdf_lines import CELL_GAP, Line

__all__ = ["assembled"]

LARGER = 1.15  # times the usual height of a line; so large is a heading
HEADING_LENGTH = 150
APART = 1.35  # times the usual distance of lines; so far apart begins a paragraph
INDENT = 0.8  # of a line's height
SHORT = 0.88  # of its column's width; a full line fills more
HALF = 0.6  # of its column's width; prose breaks off no line so early
COLUMN = 4  # times a line's height; lines that begin so near are of one column
LEVELS = 3
NAMING = 3  # rows at most that name a table's columns
SAME = 4.0  # points; columns that lie so near are the same
ENDED = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")  # noqa: RUF001  full-width ends on purpose
BULLET = re.compile(r"[•‣◦▪●○■–∙·]\s*(?=\S)|[-*]\s+(?=\S)")
NUMBERED = re.compile(r"\(?(\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+\S")
CAPTION = re.compile(r"Tab(?:le|\.)\s*[\dIVX]+")


@dataclass(slots=True)
class _Block:
    """Lines that belong together; `level` is a heading's, 0 for what is none."""

    lines: list[Line]
    level: int = 0
    rows: list[str] = field(default_factory=list)
    names: list[tuple[str | None, ...]] = field(default_factory=list)  # a ruled table's first rows


def assembled(pages: Sequence[Sequence[Line]]) -> tuple[str, list[tuple[int, int]], list[LineBox]]:
    """The text, where in it each page begins, as (start, page), and its lines' boxes."""
    heights = _Heights.of(pages)
    blocks: list[_Block] = []
    for lines in pages:
        for block in _blocks(list(lines), heights):
            if block.lines[0].row:
                _ruled(blocks[-1] if blocks else None, block)
                blocks.append(block)
            elif blocks and _goes_on(blocks[-1], block):
                blocks[-1].lines += block.lines
            else:
                blocks.append(block)
    whole = Counter(word for lines in pages for line in lines for word in _words(line.text))
    text, boxes = _written(blocks, whole)
    starts: dict[int, int] = {}
    for box in boxes:
        starts.setdefault(box.box.page, box.start)
    return text, [(start, page) for page, start in starts.items()], boxes


@dataclass(frozen=True, slots=True)
class _Heights:
    """How high the lines of a text usually are, and which greater heights its headings have."""

    usual: float
    headings: tuple[float, ...]

    @classmethod
    def of(cls, pages: Sequence[Sequence[Line]]) -> "_Heights":
        count: Counter[float] = Counter()
        for line in (line for lines in pages for line in lines):
            height = line.level[1] if line.row else line.height
            count[round(height * 2) / 2] += len(line.text)
        usual = count.most_common(1)[0][0] if count else 0.0
        return cls(usual, tuple(sorted((h for h in count if h > LARGER * usual), reverse=True)))

    def level(self, line: Line) -> int:
        """A heading's level by its height, or by its bold letters; 0 for what is none."""
        if len(line.text) > HEADING_LENGTH or not any(map(str.isalpha, line.text)):
            return 0
        height = round(line.height * 2) / 2
        if height in self.headings:
            return min(self.headings.index(height) + 1, LEVELS)
        plain = ENDED.search(line.text) or line.gaps or BULLET.match(line.text)
        return min(len(self.headings), LEVELS) + 1 if line.bold and not plain else 0


def _blocks(lines: list[Line], heights: _Heights) -> Iterator[_Block]:
    """The blocks of one page."""
    apart = _usual_distance([line for line in lines if line.row is None])
    at = 0
    while at < len(lines):
        if lines[at].row:
            stop = at + 1
            while stop < len(lines) and _same_table(lines[at], lines[stop]):
                stop += 1
            yield _Block(lines[at:stop])
            at = stop
            continue
        rows = table_end(lines, at)
        if rows - at >= 3:
            yield _table(lines[at - 1] if at else None, lines[at:rows])
            at = rows
            continue
        level = heights.level(lines[at])
        stop = at + 1
        while stop < len(lines) and not lines[stop].row and not _breaks(lines, stop, apart):
            if not level and _begins_anew(lines, stop):
                break
            if heights.level(lines[stop]) != level or table_end(lines, stop) - stop >= 3:
                break
            stop += 1
        yield _Block(lines[at:stop], level)
        at = stop


def _usual_distance(lines: Sequence[Line]) -> float:
    """From one line's foot to the next one's, where they follow closely."""
    steps = [a.box.bottom - b.box.bottom for a, b in pairwise(lines)]
    close = [step for step, a in zip(steps, lines, strict=False) if 0 < step < 2.5 * a.height]
    return median(close) if close else 0.0


def _breaks(lines: Sequence[Line], at: int, apart: float) -> bool:
    """Whether a new paragraph begins with line `at`."""
    above, line = lines[at - 1], lines[at]
    if above.broken:
        return False
    step = above.box.bottom - line.box.bottom
    if step < 0:  # the next column
        return not _runs_on(above.text, line.text)
    height = max(above.height, line.height)
    if step > max(APART * apart, 0.5 * height) or step > 2.5 * height:
        return True
    if _starts_item(line.text):
        return True
    ended = ENDED.search(above.text) is not None
    indented = line.box.left > above.box.left + INDENT * line.height
    first = at < 2 or above.box.left < line.box.left - INDENT * line.height
    column = max(each.box.right for each in lines[max(0, at - 4) : at + 4])
    left = min(above.box.left, line.box.left)
    short = above.box.right - left < SHORT * (column - left)
    return ended and (short or (indented and first and not _starts_item(above.text)))


def _begins_anew(lines: Sequence[Line], at: int) -> bool:
    """Whether line `at` is another field, line of an address or item than the line above, which
    would else have room for more."""
    above, line = lines[at - 1], lines[at]
    step = above.box.bottom - line.box.bottom
    if abs(step) < line.height / 2:
        return line.box.left > above.box.right + CELL_GAP * line.height
    if above.broken or step < 0:
        return False
    if above.box.left - line.box.left > COLUMN * line.height:
        return True
    if LABEL.match(above.text) and LABEL.match(line.text):
        return True
    near = (each.box for each in lines[max(0, at - 4) : at + 4])
    left = min(above.box.left, line.box.left)
    right = max(box.right for box in near if abs(box.left - left) < COLUMN * line.height)
    begins = line.text[:1].isupper() or line.text[:1].isdigit()
    return begins and above.box.right - left < HALF * (right - left)


def _starts_item(text: str) -> bool:
    return BULLET.match(text) is not None or NUMBERED.match(text) is not None


def _runs_on(above: str, below: str) -> bool:
    """Whether a text that breaks off is continued by the other."""
    return not ENDED.search(above) and below[:1].islower()


def _goes_on(before: _Block, after: _Block) -> bool:
    """Whether a paragraph goes on over the end of its page."""
    if before.rows or after.rows or before.level or after.level:
        return False
    last, first = before.lines[-1], after.lines[0]
    return last.box.page != first.box.page and (last.broken or _runs_on(last.text, first.text))


def _same_table(one: Line, other: Line) -> bool:
    return one.row is not None and other.row is not None and one.row.table == other.row.table


def _ruled(above: _Block | None, block: _Block) -> None:
    """Fill in the rows of a ruled table. One that goes on from the page before has its names."""
    cells = [line.row.cells for line in block.lines if line.row]
    if above and _continues(above, block):
        block.names = above.names
        new = cells[len(above.names) :] if cells[: len(above.names)] == above.names else cells
        block.rows = list(markdown.table([*above.names, *new], headers=len(above.names)))
        return
    captioned = above is not None and CAPTION.match(above.lines[-1].text)
    caption = above.lines[-1].text if above is not None and captioned else ""
    block.rows = list(markdown.table(cells, caption=caption))
    block.names = cells[: _naming(block)]


def _naming(block: _Block) -> int:
    """How many of a table's first lines but name its columns; 0 where it can't be told."""
    spare = len(block.lines) - len(block.rows)
    return spare if 0 <= spare <= NAMING else 0


def _continues(above: _Block, below: _Block) -> bool:
    """Whether two ruled tables have the same columns, on two pages with nothing between."""
    a, b = above.lines[0].row, below.lines[0].row
    if a is None or b is None or above.lines[-1].box.page == below.lines[0].box.page:
        return False
    pairs = zip(a.columns, b.columns, strict=False)
    return len(a.columns) == len(b.columns) and all(abs(x - y) <= SAME for x, y in pairs)


def _table(above: Line | None, lines: list[Line]) -> _Block:
    captioned = above is not None and CAPTION.match(above.text)
    caption = above.text if above is not None and captioned else ""
    return _Block(lines, rows=list(markdown.table(cells_of(lines), caption=caption)))


def _written(blocks: Sequence[_Block], words: Counter[str]) -> tuple[str, list[LineBox]]:
    parts: list[str] = []
    boxes: list[LineBox] = []
    length, before = 0, ""
    for block in blocks:
        kind = "row" if block.rows else "item" if _starts_item(block.lines[0].text) else ""
        lead = "" if not parts else "\n" if kind == "item" == before else "\n\n"
        pieces = _table_pieces(block) if block.rows else _pieces(block, words)
        for glue, text, box in [(lead, "", None), *pieces]:
            parts += glue, text
            length += len(glue)
            if box is not None and text:
                boxes.append(LineBox(length, length + len(text), box))
            length += len(text)
        before = kind
    return "".join(parts), boxes


Piece = tuple[str, str, Rectangle | None]  # what stands before it, itself, and where it stands


def _pieces(block: _Block, words: Counter[str]) -> Iterator[Piece]:
    """The lines of a block, with what joins them."""
    glue = f"{'#' * block.level} " if block.level else ""
    bullet = BULLET.match(block.lines[0].text) if not block.level else None
    first = block.lines[0]
    if bullet:
        glue, first = "- ", replace(first, text=first.text[bullet.end() :])
    lines = [first, *block.lines[1:]]
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        text = tidy(line.text)
        yield glue, text, line.box
        glue = _joint(text, below.text, words) if line.broken and below else " "
        if line.broken and below is None:
            yield "", "-", None


def _joint(above: str, below: str, words: Counter[str]) -> str:
    """What joins the halves of a broken word: nothing, or the hyphen if it has one elsewhere."""
    left, right = re.findall(r"[\w-]*$", above)[0], re.match(r"[\w-]*", below)
    whole, rest = left.casefold(), right[0].casefold() if right else ""
    hyphened, plain = words[f"{whole}-{rest}"], words[f"{whole}{rest}"]
    compound = hyphened > plain or not (left[-1:].isalpha() and rest[:1].isalpha())
    return "-" if compound or (below[:1].isupper() and left[-1:].islower()) else ""


def _words(text: str) -> list[str]:
    return re.findall(r"\w+(?:-\w+)*", text.casefold())


def _table_pieces(block: _Block) -> Iterator[Piece]:
    """The rows of a table, each where its line stands, or all of them where the table does."""
    told = len(block.lines) == len(block.rows) + _naming(block)
    around = Rectangle(
        block.lines[0].box.page,
        min(line.box.left for line in block.lines),
        min(line.box.bottom for line in block.lines),
        max(line.box.right for line in block.lines),
        max(line.box.top for line in block.lines),
    )
    for at, row in enumerate(block.rows):
        box = block.lines[at + _naming(block)].box if told else around
        yield ("\n" if at else ""), row, box
