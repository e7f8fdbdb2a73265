"""The errors of `index`, one tree.

LibraryError            the documents' side failed; the message says what, why and what to do
├── UnreadableDocument  one file can't be read as text; the others go on
├── NoPictures          a document's pages can't be shown as pictures; its text can
├── NoSuchPath          a path, source or collection that was named does not exist
├── DataFolderUnusable  the data folder is a file, can't be written, or the disk is full
├── LibraryLocked       another process is writing to the same data folder
├── ChromaUnreachable   the Chroma server that was named doesn't answer
├── EmbedderMismatch    the library was filled with another embedder; `--rebuild` mends it
├── WeightsUnusable     a model file is missing, cut short, or not the one it should be
└── WorkersUnusable     Ray, which was to read and embed, is not installed or fails
"""

__all__ = [
    "ChromaUnreachable",
    "DataFolderUnusable",
    "EmbedderMismatch",
    "LibraryError",
    "LibraryLocked",
    "NoPictures",
    "NoSuchPath",
    "UnreadableDocument",
    "WeightsUnusable",
    "WorkersUnusable",
]


class LibraryError(Exception):
    """Root of everything that `index` raises on purpose; `str(error)` is one line for a person."""


class UnreadableDocument(LibraryError):
    """One file can't be read as text."""


class NoPictures(LibraryError):
    """A document's pages can't be shown as pictures; its text can."""


class NoSuchPath(LibraryError):
    """A path, a source or a collection that was named does not exist, or can't."""


class DataFolderUnusable(LibraryError):
    """The data folder can't be used: it is a file, isn't writable, or its disk is full."""


class LibraryLocked(LibraryError):
    """Another process is writing to this data folder."""


class ChromaUnreachable(LibraryError):
    """The Chroma server that FOOTNOTED_CHROMA_URL names doesn't answer."""


class EmbedderMismatch(LibraryError):
    """The library's vectors come from another embedder than the one in use."""


class WeightsUnusable(LibraryError):
    """A model file is missing, cut short, or its sha256 is not the pinned one."""


class WorkersUnusable(LibraryError):
    """Ray, which was asked to read and embed, is not installed or fails."""
