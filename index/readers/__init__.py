"""File formats: from a file's bytes to the text that is kept, one module a format.

To add a format, write a function from bytes to `Read` and enter its suffix in READERS. Its library
is imported in the function, so that nobody waits for the formats that they don't have.
"""

import zipfile
import zlib

from index.errors import LibraryError, UnreadableDocument
from index.readers.csv import read_csv
from index.readers.docx import read_docx
from index.readers.eml import read_eml
from index.readers.epub import read_epub
from index.readers.html import read_html
from index.readers.pdf import read_pdf
from index.readers.pptx import read_pptx
from index.readers.text import read_markdown, read_text
from index.readers.types import Read, Reader
from index.readers.xlsx import read_xlsx

__all__ = ["PLAIN", "READERS", "Read", "Reader", "read"]

READERS: dict[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".pptx": read_pptx,
    ".xlsx": read_xlsx,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".epub": read_epub,
    ".eml": read_eml,
}

PLAIN = frozenset({read_text, read_markdown})  # these parse nothing


def read(suffix: str, data: bytes) -> Read:
    """What the reader of `suffix` makes of a file; raises UnreadableDocument."""
    reader = READERS[suffix]
    if not data:
        raise UnreadableDocument("it is empty")
    if data.startswith(b"%PDF-") and reader is not read_pdf:
        raise UnreadableDocument(f"it is a PDF, though its name ends in {suffix}: rename it")
    try:
        return reader(data)
    except (LibraryError, MemoryError):
        raise
    except (zipfile.BadZipFile, zlib.error) as error:  # in a part that is only read on the way
        raise UnreadableDocument(f"it is damaged: {error}") from error
    except Exception as error:  # the edge of one file: a reader's bug must not end the run
        raise UnreadableDocument(f"its reader failed: {type(error).__name__}: {error}") from error
