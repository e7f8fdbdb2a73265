"""The lines of a PDF's page, with their boxes, as pdfium finds its characters."""

import ctypes
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from index.layout import Rectangle

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

__all__ = ["Line", "lines_of"]

HYPHEN = "\x02"  # what pdfium makes of a hyphen at a line's end
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
HYPHENS = frozenset({HYPHEN, "\ufffe", "\u00ad"})
LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "\xa0": " "}
)
CELL_GAP = 0.9  # of a line's height; words of justified text stand closer
SAME_LINE = 0.5  # of the lower of two heights; so much of it two parts of a line share


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page, without surrounding white space.

    `gaps` are the places in `text` before which there is room enough for a column, each with its
    left and right edge in points. `broken` is true where its last word goes on in the next line.
    """

    text: str
    box: Rectangle
    bold: bool = False
    broken: bool = False
    gaps: tuple[tuple[int, float, float], ...] = ()

    @property
    def height(self) -> float:
        """The height of its characters, in points."""
        return self.box.top - self.box.bottom

    def parted(self, gap: int) -> "tuple[Line, Line]":
        """What stands left and right of its gap of that number."""
        at, end, start = self.gaps[gap]
        right = tuple((place - at, a, b) for place, a, b in self.gaps[gap + 1 :])
        return (
            replace(
                self,
                text=self.text[:at].rstrip(),
                box=replace(self.box, right=end),
                broken=False,
                gaps=self.gaps[:gap],
            ),
            replace(self, text=self.text[at:], box=replace(self.box, left=start), gaps=right),
        )


@dataclass(slots=True)
class _Growing:
    """A line that is being read."""

    chars: list[str] = field(default_factory=list)
    edges: list[tuple[float, float, float, float]] = field(default_factory=list)
    gaps: list[tuple[int, float, float]] = field(default_factory=list)
    bold: bool = False


def lines_of(page: "PdfPage", number: int) -> list[Line]:
    """The lines of a page in the order in which the file draws them."""
    from pypdfium2 import raw

    text = page.get_textpage()
    box = raw.FS_RECTF()
    lines: list[Line] = []
    line = _Growing()
    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, at)
        char = UNKNOWN if 0xD800 <= code < 0xE000 else chr(code)  # half of a pair can't be kept
        if char in "\r\n" or char in HYPHENS:
            line.chars += HYPHEN if char in HYPHENS else ""
            _end(line, number, lines)
            line = _Growing()
        elif char.isspace():
            line.chars.append(" ")
        elif char >= " " and raw.FPDFText_GetLooseCharBox(text.raw, at, ctypes.byref(box)):
            if not line.edges:
                line.bold = _is_bold(raw, text.raw, at)
            _grow(line, char, (box.left, box.bottom, box.right, box.top))
    _end(line, number, lines)
    text.close()
    return lines


def _grow(line: _Growing, char: str, edges: tuple[float, float, float, float]) -> None:
    if line.edges:
        end, start, height = line.edges[-1][2], edges[0], edges[3] - edges[1]
        if start - end > CELL_GAP * height:
            line.gaps.append((len(line.chars), end, start))
    line.chars.append(char)
    line.edges.append(edges)


def _end(line: _Growing, page: int, lines: list[Line]) -> None:
    """Make a line of what was read, or the rest of the line before, if it stands beside it."""
    if not line.edges:
        return
    raw = "".join(line.chars)
    lead = len(raw) - len(raw.lstrip())
    text = raw.strip()
    edges = list(zip(*line.edges, strict=True))
    box = Rectangle(page, min(edges[0]), min(edges[1]), max(edges[2]), max(edges[3]))
    gaps = tuple((at - lead, end, start) for at, end, start in line.gaps)
    made = _mapped(Line(text.rstrip(HYPHEN), box, line.bold, text.endswith(HYPHEN), gaps))
    if lines and _beside(lines[-1], made):
        lines[-1] = _together(lines[-1], made)
    else:
        lines.append(made)


def _mapped(line: Line) -> Line:
    """Ligatures as letters; their places among the gaps moved along."""
    gaps = tuple((len(line.text[:at].translate(LIGATURES)), a, b) for at, a, b in line.gaps)
    return replace(line, text=line.text.translate(LIGATURES), gaps=gaps)


def _beside(before: Line, after: Line) -> bool:
    """Whether two parts stand on one line, the second right of the first (as after "km²")."""
    a, b = before.box, after.box
    shared = min(a.top, b.top) - max(a.bottom, b.bottom)
    low = min(before.height, after.height)
    return not before.broken and shared > SAME_LINE * low and b.left > a.right - 0.3 * low


def _together(before: Line, after: Line) -> Line:
    a, b = before.box, after.box
    apart = b.left - a.right
    height = max(before.height, after.height)
    space = " " if apart > 0.15 * height and re.match(r"[\w(“\"]", after.text) else ""
    at = len(before.text) + len(space)
    gap = ((at, a.right, b.left),) if apart > CELL_GAP * height else ()
    after_gaps = tuple((place + at, end, start) for place, end, start in after.gaps)
    box = Rectangle(a.page, a.left, min(a.bottom, b.bottom), b.right, max(a.top, b.top))
    gaps = (*before.gaps, *gap, *after_gaps)
    return Line(before.text + space + after.text, box, before.bold, after.broken, gaps)


def _is_bold(raw: Any, textpage: Any, at: int) -> bool:
    if raw.FPDFText_GetFontWeight(textpage, at) >= 600:
        return True
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage, at, name, 128, ctypes.byref(ctypes.c_int()))
    return re.search(rb"bold|black|heavy|-bx|cmbx", name.value, re.IGNORECASE) is not None
