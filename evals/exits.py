"""How a command of `evals` ends: with its exit code, and one line where it failed."""

from collections.abc import Callable

from evals.errors import EvalError
from index.errors import LibraryError
from index.terminal import complain
from rag.errors import AssistantError, SettingsError

__all__ = ["Terminated", "exit_code"]


class Terminated(SystemExit):
    """SIGTERM came, which a job's end sends: no edge may take it for one case's own."""


def exit_code(work: Callable[[], int]) -> int:
    """The exit code of `work`: 2 where what was asked for can't be run, 1 where it failed."""
    try:
        return work()
    except (EvalError, SettingsError) as error:
        complain(error)
        return 2
    except (AssistantError, LibraryError) as error:
        complain(error)
        return 1
