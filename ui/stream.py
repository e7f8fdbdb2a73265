"""A blocking iterator, run in a thread of its own and read without blocking the server."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import TypeVar, cast

__all__ = ["stream"]

T = TypeVar("T")
_END = object()


async def stream(start: Callable[[], Iterator[T]], stop: asyncio.Event) -> AsyncIterator[T]:
    """Yield what the iterator yields and raise what it raises, until `stop` is set.

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
        while (result := await results.get()) is not _END:
            if isinstance(result, BaseException):
                raise result
            yield cast("T", result)
    finally:
        halting.cancel()
        stopped.set()


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
