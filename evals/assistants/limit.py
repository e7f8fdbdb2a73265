"""A call of somebody else's code that is held to a time."""

import queue
import signal
import threading
from collections.abc import Callable
from typing import Any

from evals.errors import SubjectError

__all__ = ["within"]


class _Late(BaseException):
    """The time is up; no `except Exception` of the code that is called may keep this for itself."""


def within(seconds: float, name: str, call: Callable[[], Any]) -> Any:
    """What `call` gives. Raises SubjectError where that takes longer."""
    main = threading.current_thread() is threading.main_thread()
    try:
        return (_alarmed if main else _left)(seconds, call)
    except _Late:
        raise SubjectError(
            f"{name} gave no answer within {seconds:g} s: raise FOOTNOTED_TIMEOUT"
        ) from None


def _alarmed(seconds: float, call: Callable[[], Any]) -> Any:
    """Ended by an alarm, in the thread it is in: what was opened on import may be bound to that."""
    handler = signal.signal(signal.SIGALRM, _ring)
    try:
        timer = signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return call()
        finally:
            signal.setitimer(signal.ITIMER_REAL, *timer)
    finally:
        signal.signal(signal.SIGALRM, handler or signal.SIG_DFL)


def _ring(*_: object) -> None:
    raise _Late


def _left(seconds: float, call: Callable[[], Any]) -> Any:
    """Left behind in a thread of its own, as only the main thread can be sent an alarm."""
    done: queue.SimpleQueue[tuple[Any, BaseException | None]] = queue.SimpleQueue()

    def work() -> None:
        try:
            done.put((call(), None))
        except BaseException as error:  # whatever it is, it is raised where the call was made
            done.put((None, error))

    threading.Thread(target=work, daemon=True).start()
    try:
        value, error = done.get(timeout=seconds)
    except queue.Empty:
        raise _Late from None
    if error is not None:
        raise error
    return value
