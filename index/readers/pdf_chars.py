"""The characters of a PDF's page, as pdfium finds them."""

import ctypes
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from index.readers.pdf_turn import Turn, turn_of

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

__all__ = ["BREAK", "HYPHEN", "Char", "chars_of"]

BREAK = "\n"
HYPHEN = "\x02"  # what pdfium makes of a hyphen at a line's end
UNKNOWN = "\N{REPLACEMENT CHARACTER}"
HYPHENS = frozenset({HYPHEN, "\ufffe", "\u00ad"})


class Char(NamedTuple):  # there are thousands on a page, and a dataclass is slow to make
    """A character and its edges in points. What is not drawn has none: a space, BREAK (at a line's
    end) or HYPHEN (where its last word goes on).

    `bold` tells of the first of a line whether that is bold.
    """

    text: str
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    drawn: bool = False
    bold: bool = False

    @property
    def height(self) -> float:
        """How high it stands, in points."""
        return self.top - self.bottom


def chars_of(page: "PdfPage") -> tuple[list[Char], Turn]:
    """The characters of a page, turned upright, in the order in which the file draws them."""
    from pypdfium2 import raw

    text = page.get_textpage()
    turn = turn_of(page, text)
    box = raw.FS_RECTF()
    chars: list[Char] = []
    begins = True
    for at in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text.raw, at)
        char = UNKNOWN if 0xD800 <= code < 0xE000 else chr(code)  # half of a pair can't be kept
        if char in "\r\n" or char in HYPHENS:
            chars.append(Char(HYPHEN if char in HYPHENS else BREAK))
            begins = True
        elif char.isspace():
            chars.append(Char(" "))
        elif char >= " " and raw.FPDFText_GetLooseCharBox(text.raw, at, ctypes.byref(box)):
            bold = begins and _is_bold(raw, text.raw, at)
            edges = turn.box(box.left, box.bottom, box.right, box.top)
            chars.append(Char(char, *edges, True, bold))
            begins = False
    text.close()
    return chars, turn


def _is_bold(raw: Any, textpage: Any, at: int) -> bool:
    if raw.FPDFText_GetFontWeight(textpage, at) >= 600:
        return True
    name = ctypes.create_string_buffer(128)
    raw.FPDFText_GetFontInfo(textpage, at, name, 128, ctypes.byref(ctypes.c_int()))
    return re.search(rb"bold|black|heavy|-bx|cmbx", name.value, re.IGNORECASE) is not None
