"""The order in which a page is read: running headers and footers dropped, columns one by one."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from index.readers.pdf_lines import Line

__all__ = ["in_reading_order", "without_running_lines"]

MARGIN = 0.15  # of a page's height; running lines stand at its top and its bottom
CANDIDATES = 40  # places where a column may begin that are looked at, the most common first
SIDE = 0.2  # of the text's width; no column is narrower
CROSSING = 0.4  # of the lines may reach over a gutter (titles, wide tables)
WORDY = 20  # characters; lines of a column are longer on average, cells of a table are shorter
JUMPS = 2  # upwards; a page that is drawn with more has tables, and is drawn in its order

Page = tuple[list[Line], float]


def without_running_lines(pages: Sequence[Page]) -> Iterator[list[Line]]:
    """Each page's lines, without those that recur at its top or bottom, and page numbers.

    `pages` are the lines of each page and its height in points.
    """
    seen = Counter(
        key for lines, height in pages for key in {_key(line) for line in _edge(lines, height)}
    )
    often = 2 if len(pages) == 2 else 3
    for lines, height in pages:
        edge = {id(line) for line in _edge(lines, height) if seen[_key(line)] >= often}
        # A table that goes on over pages repeats its names at their top.
        tables = {line.row.table for line in lines if line.row and id(line) not in edge}
        kept = [
            line
            for line in lines
            if id(line) not in edge or (line.row and line.row.table in tables)
        ]
        yield kept or [line for line in lines if any(map(str.isalpha, line.text))]


def _edge(lines: list[Line], height: float) -> list[Line]:
    low, high = height * MARGIN, height * (1 - MARGIN)
    return [line for line in lines if line.box.top < low or line.box.bottom > high]


def _key(line: Line) -> tuple[str, int]:
    """What a running line has in common on all its pages: its words and its height."""
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text.casefold()), round(line.box.bottom / 8)


def in_reading_order(lines: list[Line]) -> list[Line]:
    """Lines of one page: column by column, from the top; what reaches over columns in between."""
    return _ordered(_parted(lines), 4)


def _parted(lines: list[Line]) -> list[Line]:
    """Lines that run over two columns of text cut at the gutter; rows of a table are left whole."""
    gapped = [line for line in lines if line.gaps]
    middles = Counter(
        round((end + start) / 2 / 6) for line in gapped for _, end, start in line.gaps
    )
    for place, count in middles.most_common(3):
        cut = {id(line): at for line in gapped if (at := _gap_at(line, place * 6)) is not None}
        sides = [line.parted(cut[id(line)]) for line in gapped if id(line) in cut]
        if count >= 6 and all(_is_prose([pair[side] for pair in sides]) for side in (0, 1)):
            whole = (
                [line] if id(line) not in cut else line.parted(cut[id(line)]) for line in lines
            )
            return [part for parts in whole for part in parts]
    return lines


def _gap_at(line: Line, x: float) -> int | None:
    """The number of the line's gap that holds `x`, if one does."""
    found = (n for n, (_, end, start) in enumerate(line.gaps) if end - 3 <= x <= start + 3)
    return next(found, None)


def _is_prose(lines: Sequence[Line]) -> bool:
    """Whether lines are long and worded, as those of a column are, and cells of a table aren't."""
    text = "".join(line.text for line in lines)
    letters = sum(map(str.isalpha, text))
    return len(text) >= WORDY * max(1, len(lines)) and letters >= 0.6 * len(text)


def _ordered(lines: list[Line], depth: int) -> list[Line]:
    gutter = _gutter(lines) if depth and len(lines) > 5 else None
    if gutter is None:
        return _from_the_top(lines)
    ordered: list[Line] = []
    zone: list[Line] = []
    for line in [*sorted(lines, key=lambda line: -line.box.top), None]:
        if line is not None and not _crosses(line, gutter):
            zone.append(line)
            continue
        inside = set(map(id, zone))  # in the order in which they are drawn, not from the top
        left = [each for each in lines if id(each) in inside and each.box.right <= gutter + 1]
        right = [each for each in lines if id(each) in inside and each.box.right > gutter + 1]
        ordered += _ordered(left, depth - 1) + _ordered(right, depth - 1)
        zone = []
        ordered += [line] if line is not None else []
    return ordered


def _from_the_top(lines: list[Line]) -> list[Line]:
    jumps = sum(b.box.bottom > a.box.top for a, b in pairwise(lines))
    return lines if jumps > JUMPS else sorted(lines, key=lambda line: -line.box.top)


def _gutter(lines: list[Line]) -> float | None:
    """Where a column ends and another begins, in points from the left; None in a single column."""
    left, right = min(x.box.left for x in lines), max(x.box.right for x in lines)
    starts = Counter(round(line.box.left) for line in lines)
    best: tuple[int, float] | None = None
    for start, _ in starts.most_common(CANDIDATES):
        x = start - 2.0
        if not left + SIDE * (right - left) < x < right - SIDE * (right - left):
            continue
        crossing = sum(_crosses(line, x) for line in lines)
        if crossing <= CROSSING * len(lines) and _has_columns(lines, x):
            best = min(filter(None, [best, (crossing, x)]))
    return best[1] if best else None


def _crosses(line: Line, x: float) -> bool:
    return line.box.left < x - 1 and line.box.right > x + 1


def _has_columns(lines: list[Line], x: float) -> bool:
    """Whether there is prose on both sides of `x`, side by side."""
    left = [line for line in lines if line.box.right <= x + 1]
    right = [line for line in lines if line.box.left >= x - 1]
    if min(len(left), len(right)) < 3 or not (_is_prose(left) and _is_prose(right)):
        return False
    top = min(max(line.box.top for line in side) for side in (left, right))
    bottom = max(min(line.box.bottom for line in side) for side in (left, right))
    high = min(
        max(line.box.top for line in side) - min(line.box.bottom for line in side)
        for side in (left, right)
    )
    return top - bottom > 0.5 * high
