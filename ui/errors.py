"""The errors of `ui`, one tree.

PageError                  the page's own side failed; the message says what, why and what to do
├── ConversationsUnusable  the file of conversations can't be read or written
└── UploadRefused          a file that was dropped on the page is not taken
"""

__all__ = ["ConversationsUnusable", "PageError", "UploadRefused"]


class PageError(Exception):
    """Root of everything that `ui` raises on purpose; `str(error)` is one line for a person."""


class ConversationsUnusable(PageError):
    """The file of conversations can't be read or written."""


class UploadRefused(PageError):
    """A file that was dropped on the page is not taken."""
