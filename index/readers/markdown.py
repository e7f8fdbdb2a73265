"""The canonical text: one block a line, in the Markdown marks that `index.blocks` understands.

A row of a table stands between two pipes and names its columns, so that it can be quoted alone:
`| Country: France; Population: 68 million |`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from statistics import median

__all__ = [
    "Row",
    "code",
    "heading",
    "is_figure",
    "is_value",
    "item",
    "joined",
    "line",
    "paragraph",
    "table",
]

LONGEST_ROW = 400  # characters; a longer one goes on in another, which repeats its first cell
LONGEST_CELL = 300  # a longer one is prose and becomes a paragraph
LONGEST_CAPTION = 80  # a longer one stands above the rows instead of in each
LONGEST_NAME = 80  # no header's cell is longer
FIELD = 2  # cells of a row that names a value
PEEK = 30  # rows that are looked at to tell whether the first is a header
# What names columns though it has a figure in it: "Q1", "FY24", "18-25", "65+", "1 Jan".
RANGE = re.compile(r"\d+\s?[-–/:]\s?\d+|\d+\+|[<>]\s?\d+")
PERIOD = re.compile(rf"[^\W\d_].*|{RANGE.pattern}|\d{{1,2}}\.?\s?[A-Z][a-z]{{2}}")
AMOUNT = re.compile(r"[A-Z]{3}\s-?[\d.,]+|[A-Z]{3}-?\d[\d.,]{2,}")

NUMBERED = re.compile(r"\s*\(?(\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)]\s")

Row = Sequence[str | None]  # None where the cell to the left of it reaches over it


def heading(level: int, text: str) -> str:
    """A heading of level 1 to 6; "" where it has no text."""
    text = line(text)
    return f"{'#' * min(max(level, 1), 6)} {text}" if text else ""


def paragraph(text: str) -> str:
    """A paragraph; its own line breaks are kept."""
    lines = "\n".join(filter(None, map(line, text.split("\n"))))
    return re.sub(r"^(```|~~~)[`~]*\s*", "", lines)  # it would begin a block of code


def item(text: str, depth: int = 0, mark: str = "-") -> str:
    """An item of a list, `depth` lists deep (from 0); "" where it has no text.

    `mark` is what stands before it: "-", or its number, "3.", "(c)" or "4.2".
    """
    text = re.sub(r"^[-*+•‣◦▪–]\s+", "", line(text))
    if mark == "-" and NUMBERED.match(text):
        return f"{'  ' * depth}{text}"
    mark = mark if mark == "-" or NUMBERED.match(f"{mark} ") else f"- {mark}"
    return f"{'  ' * depth}{mark} {text}" if text else ""


def code(text: str) -> str:
    """Lines that are kept as they are."""
    body = text.replace("```", "'''").strip("\n")
    return f"```\n{body}\n```" if body.strip() else ""


def line(text: str) -> str:
    """The text on one line, with single spaces and without control characters."""
    return " ".join(
        re.sub(r"[\x00-\x08\x0e-\x1b\x7f\ufeff\u00ad\u200b\ud800-\udfff]", "", text).split()
    )


def table(rows: Iterable[Row], *, headers: int | None = None, caption: str = "") -> Iterator[str]:
    """The blocks of a table, row by row, so that its size does not matter.

    `headers` is how many of its first rows name the columns; None where the file doesn't tell.
    A first row with but one cell is a caption.
    """
    filled: Iterator[Row] = ([cell if cell is None else line(cell) for cell in row] for row in rows)
    source = (row for row in filled if any(row))
    first = list(islice(source, PEEK))
    titles, first = _titles(first)
    fields, first = _fields(first)
    if headers is not None:
        headers = max(0, headers - len(titles) - len(fields))
    caption, *titles = [*dict.fromkeys(filter(None, [line(caption), *titles])), ""]
    narrow = _narrowed(first)
    head = _headers(narrow) if headers is None else max(min(headers, len(first)), _storeys(narrow))
    head = 0 if head == len(first) else head
    names = _names(first[:head])
    if len(caption) > LONGEST_CAPTION or (caption and not first):
        yield paragraph(caption)
        caption = ""
    for row in chain(([title] for title in titles), fields):
        yield from _row(row, [], caption)
    for row in chain(first[head:], source):
        yield from _row(row, names, caption)


def joined(blocks: Iterable[str]) -> str:
    """The blocks as one text: list items and rows in lines, all else apart by an empty line."""
    parts: list[str] = []
    before = ""
    for block in filter(None, blocks):
        if parts:
            together = _kind(block) == before and before
            parts.append("\n" if together else "\n\n")
        parts.append(block)
        before = _kind(block)
    return "".join(parts)


def is_value(cell: str) -> bool:
    """Whether a cell is a figure that can't be the name of a column."""
    named = PERIOD.fullmatch(cell) is not None and AMOUNT.fullmatch(cell) is None
    return is_figure(cell) and not named


def is_figure(cell: str) -> bool:
    """Whether a cell is a number, an amount, a time or the like; a year may be a name."""
    if re.fullmatch(r"(19|20)\d\d", cell):  # years are names as often as values
        return False
    return any(map(str.isdigit, cell)) and sum(map(str.isalpha, cell)) <= 3


def _kind(block: str) -> str:
    start = "- " if NUMBERED.match(block) else block.lstrip()[:2]
    return start if start in ("- ", "| ") else ""


def _titles(rows: list[Row]) -> tuple[list[str], list[Row]]:
    """The first rows that hold one cell each, where the others hold more, and those others."""
    titles: list[str] = []
    wide = any(len(_distinct(row)) > 1 for row in rows)
    while wide and len(_distinct(rows[0])) == 1:
        titles += _distinct(rows.pop(0))
    return titles, rows


def _fields(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """The first rows that but name a value each, above a table of many columns, and that table."""
    widths = [len(list(filter(None, row))) for row in rows]
    count = 0
    while count < len(rows) and widths[count] <= FIELD and not _storeys(_narrowed(rows[count:])):
        count += 1
    wide = count < len(rows) and min(widths[count], median(widths[count:])) >= 2 * FIELD
    return (rows[:count], rows[count:]) if wide else ([], rows)


def _distinct(row: Row) -> set[str]:
    return set(filter(None, row))


def _narrowed(rows: list[Row]) -> list[Row]:
    """The rows without the columns that are empty in all of them."""
    width = max(map(len, rows), default=0)
    wide = [[*row, *[""] * (width - len(row))] for row in rows]
    used = [at for at in range(width) if any(row[at] for row in wide)]
    return [[row[at] for at in used] for row in wide]


def _headers(rows: list[Row]) -> int:
    """How many rows name the columns, by what they look like."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return 0
    named = list(filter(None, rows[0]))
    if len(named) < max(2, len(rows[0]) / 2) or len(_labelled(named)) <= len(named) / 2:
        return _storeys(rows)
    below = rows[1:]
    columns = [(cell, [row[at] or "" for row in below]) for at, cell in enumerate(rows[0]) if cell]
    if not all(_is_short(*column) for column in columns):
        return 0
    doubtful = {cell for cell in named if is_figure(cell) or named.count(cell) > 1}
    if len(rows[0]) > 2:
        plain = all(_is_name(*column) for column in columns if column[0] in doubtful)
        return _storeys(rows) or int(plain)
    # Two columns are as often names and values, of many kinds; then each row names itself.
    values = [row[1] or "" for row in below]
    kinds = {_shape(value).lstrip("+-") for value in values}
    return int(not doubtful and all(map(is_figure, values)) and len(kinds) == 1)


def _storeys(rows: list[Row]) -> int:
    """How many rows name the columns where names in the first reach over several columns, which
    the row below tells apart; 0 where none does."""
    count = 0
    while count + 2 < len(rows) and _is_told_apart(rows[count], rows[count + 1 :]):
        count += 1
    return count + 1 if count else 0


def _is_told_apart(names: Row, below: list[Row]) -> bool:
    """Whether columns under one name have names of their own, and figures under those."""
    spread = _spread(names)
    over = {at for at, cell in enumerate(names) if cell is None and spread[at]}
    over |= {at - 1 for at in over}
    own = {(spread[at], below[0][at] or "") for at in over}
    named = len(own) == len(over) > 0 and all(name and not is_value(name) for _, name in own)
    return named and all(any(is_figure(row[at] or "") for row in below[1:]) for at in over)


def _spread(names: Row) -> list[str]:
    """A row of names, with each in all columns that it reaches over."""
    spread: list[str] = []
    for cell in names:
        spread.append(spread[-1] if cell is None and spread else cell or "")
    return spread


def _is_short(cell: str, below: list[str]) -> bool:
    """Whether a cell is as short as a name; a question of a survey is longer than its answers."""
    longest = max(map(len, below))
    return len(cell) <= LONGEST_NAME or 2 * longest < len(cell) <= LONGEST_CELL


def _is_name(cell: str, below: list[str]) -> bool:
    """Whether what may be a value ("Q1", "18-25", the second "Price") names figures of its column,
    none of which is written like it."""
    if is_value(cell):
        return False
    return any(map(is_figure, below)) and _shape(cell) not in map(_shape, below)


def _shape(cell: str) -> str:
    """How a cell is written: "EUR 500" as "EUR 80.50", and "65+" as "18-25"."""
    if RANGE.fullmatch(cell):
        return "range"
    return re.sub(r"\d[\d.,]*", "0", re.sub(r"[^\W\d_]+", "a", cell))


def _names(rows: list[Row]) -> list[str]:
    """The name of each column: what its header cells say, from the top, without repeats."""
    spread = list(map(_spread, rows))
    width = max(map(len, rows), default=0)
    columns = ([row[at] for row in spread if at < len(row) and row[at]] for at in range(width))
    return [" ".join(dict.fromkeys(column)).rstrip(" :") for column in columns]


def _row(row: Row, names: list[str], caption: str) -> Iterator[str]:
    parts, prose = _parts(row, names)
    lead = f"{caption}. " if caption else ""
    held: list[str] = []
    for part in parts:
        if held and len("; ".join([*held, part])) > LONGEST_ROW:
            yield f"| {lead}{'; '.join(held)} |"
            held = parts[:1] if len(parts[0]) <= LONGEST_NAME else []
        held.append(part)
    if held:
        yield f"| {lead}{'; '.join(held)} |"
    yield from prose


def _parts(row: Row, names: list[str]) -> tuple[list[str], list[str]]:
    """A row's cells, each with its column's name, and those that are too long for a row."""
    filled = list(filter(None, row))
    if not any(names) and len(filled) == FIELD and len(filled[0]) <= LONGEST_NAME:
        row, names = filled[1:], [filled[0].rstrip(" :")]
    elif not any(names):
        row = _labelled(filled)
    parts, prose = [], []
    for at, cell in enumerate(row):
        name = names[at] if at < len(names) else ""
        whole = f"{name}: {cell}" if name and name != cell else cell or ""
        if len(cell or "") > LONGEST_CELL:
            prose.append(paragraph(whole))
        elif cell:
            parts.append(whole)
    return parts, prose


def _labelled(cells: list[str]) -> list[str]:
    """The cells of a form, in which one that ends in a colon names the next."""
    joined: list[str] = []
    for cell in cells:
        label = joined and re.search(r"\w[^:]*:$", joined[-1]) and not cell.endswith(":")
        joined[-1:] = [f"{joined[-1]} {cell}"] if label else [*joined[-1:], cell]
    return joined
