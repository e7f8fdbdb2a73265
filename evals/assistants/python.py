"""An assistant that is Python: a function, or a LlamaIndex query engine."""

import importlib
import inspect
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from evals.assistants.limit import within
from evals.assistants.outside import Asked
from evals.errors import SubjectError
from evals.exits import Terminated
from rag.server import Endpoint

__all__ = ["open_python"]


def open_python(
    spec: str, timeout_s: float, endpoint: Endpoint | None = None
) -> Callable[[Asked], Any]:
    """MODULE:NAME, imported from the working folder or from what is installed.

    NAME is a query engine (it has `query`), or a function of `question` and, if it takes them,
    `history` (a list of role and content), `documents` (the folder to answer from) and `endpoint`
    (the chat model that it may ask). A query engine knows no conversation: a follow-up is asked of
    it as it stands. Raises SubjectError, also for a call that takes longer than `timeout_s`.
    """
    found = _imported(spec)
    if hasattr(found, "query"):
        return lambda asked: _returned(spec, timeout_s, _query(spec, found, asked))
    if not callable(found):
        raise SubjectError(f"--assistant python:{spec} is no function and no query engine")
    if inspect.iscoroutinefunction(found):
        raise SubjectError(
            f"--assistant python:{spec} is asynchronous: name a function that runs it to its end"
        )
    try:
        takes = inspect.signature(found).parameters
    except ValueError:
        raise SubjectError(f"--assistant python:{spec} doesn't tell what it takes") from None
    answer = partial(found, endpoint=endpoint) if "endpoint" in takes else found
    return lambda asked: _returned(spec, timeout_s, _call(spec, answer, takes, asked))


def _imported(spec: str) -> Any:
    module_name, colon, name = spec.partition(":")
    if not (module_name and colon and name):
        raise SubjectError(f"--assistant python:{spec} names nothing: write python:MODULE:NAME")
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        return getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError) as error:
        raise SubjectError(f"--assistant python:{spec} can't be imported: {error}") from None
    except (Exception, SystemExit) as error:  # whatever somebody else's module does as it starts
        raise SubjectError(f"--assistant python:{spec} can't be imported: {error!r}") from None


def _query(spec: str, engine: Any, asked: Asked) -> Callable[[], Any]:
    _without_documents(spec, asked)
    return partial(engine.query, asked.question)


def _call(spec: str, function: Callable[..., Any], takes: Any, asked: Asked) -> Callable[[], Any]:
    given: dict[str, Any] = {}
    if "history" in takes:
        given["history"] = [asdict(message) for message in asked.history]
    if "documents" in takes:
        given["documents"] = asked.documents
    else:
        _without_documents(spec, asked)
    return partial(function, asked.question, **given)


def _returned(spec: str, timeout_s: float, call: Callable[[], Any]) -> Any:
    """What a call gives; one that would end the program, and the run with it, ends its case."""
    try:
        return within(timeout_s, spec, lambda: _whole(call()))
    except (Exception, KeyboardInterrupt, Terminated):  # a person ends us, or whoever runs us
        raise
    except SystemExit as stop:
        raise SubjectError(f"{spec} called sys.exit({stop.code!r}) in place of an answer") from None
    except BaseException as error:  # such as asyncio's CancelledError
        raise SubjectError(f"{spec} raised {error!r}") from None


def _whole(given: Any) -> Any:
    """A reply that LlamaIndex streams is there when it is read to its end."""
    if hasattr(given, "response_gen"):
        str(given)
    return given


def _without_documents(spec: str, asked: Asked) -> None:
    if asked.own:
        raise SubjectError(
            f"the case has documents of its own, and {spec} takes none: give it a parameter "
            "`documents`, the folder to answer from"
        )
