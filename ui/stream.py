"""Blocking iterators, each run in a thread of its own: read without blocking the server, and ended
with its reader, or worked off whether or not somebody reads on."""

import asyncio
import contextlib
import itertools
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
from typing import TypeVar, cast

__all__ = ["stream", "to_its_end"]

T = TypeVar("T")
_END = object()


async def stream(
    start: Callable[[], Iterator[T]], stop: asyncio.Event
) -> AsyncIterator[Sequence[T]]:
    """Yield what the iterator yields and raise what it raises, until `stop` is set.

    What came while nobody read is yielded together: a busy server draws less often.

    Ending this early, by `stop`, a cancelled task or a closed generator, closes the iterator in its
    own thread as soon as the step that it is in is over. Nobody waits for that: Gradio's own way of
    running a blocking generator holds a lock of the whole server until the step is over.
    """
    loop = asyncio.get_running_loop()
    results: asyncio.Queue[object] = asyncio.Queue()
    stopped = threading.Event()

    def post(result: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is gone: the server is closing
            loop.call_soon_threadsafe(results.put_nowait, result)

    async def halt() -> None:
        await stop.wait()
        results.put_nowait(_END)

    halting = loop.create_task(halt())
    worker = threading.Thread(
        target=_work, args=(start, post, stopped), name="footnoted-turn", daemon=True
    )
    worker.start()
    try:
        end: object = None
        while end is None:
            came = [await results.get(), *_waiting(results)]
            end = next((each for each in came if _is_end(each)), None)
            if items := list(itertools.takewhile(lambda each: not _is_end(each), came)):
                yield cast("list[T]", items)
        if isinstance(end, BaseException):
            raise end
    finally:
        halting.cancel()
        stopped.set()


def to_its_end(iterator: Iterator[T]) -> Iterator[T]:
    """Yield what the iterator yields and raise what it raises; its work is done also where nobody
    reads on."""
    results: queue.SimpleQueue[object] = queue.SimpleQueue()
    work = (lambda: iterator, results.put, threading.Event())
    threading.Thread(target=_work, args=work, name="footnoted-adding", daemon=True).start()
    while (result := results.get()) is not _END:
        if isinstance(result, BaseException):
            raise result
        yield cast("T", result)


def _waiting(results: asyncio.Queue[object]) -> Iterator[object]:
    while not results.empty():
        yield results.get_nowait()


def _is_end(result: object) -> bool:
    return result is _END or isinstance(result, BaseException)


def _work(
    start: Callable[[], Iterator[object]],
    post: Callable[[object], None],
    stopped: threading.Event,
) -> None:
    try:
        # An iterator that is no generator has nothing to close.
        iterator = start()
        try:
            for item in iterator:
                if stopped.is_set():
                    break
                post(item)
        finally:
            if isinstance(iterator, Generator):
                iterator.close()
        post(_END)
    except Exception as error:  # raised again where the iterator is read
        post(error)
