"""One line for the reader, whatever went wrong."""

import logging
import traceback

from index.errors import LibraryError
from rag.errors import AssistantError
from ui.errors import PageError
from ui.language import Words

__all__ = ["line"]

log = logging.getLogger("footnoted.ui")


def line(say: Words, error: Exception) -> str:
    """The error's own line. What nobody foresaw is logged by its kind and place only: its message
    could hold a key or a document's words.
    """
    if isinstance(error, AssistantError | LibraryError | PageError):
        return say.said(" ".join(str(error).split()))
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("unforeseen %s\n%s", type(error).__name__, frames)
    return say("broken")
