"""Several tasks at a time, their results as they come."""

import queue
import threading
from collections.abc import Callable, Generator, Iterator, Sequence

from evals.results import Result

__all__ = ["Task", "at_once"]

Task = Callable[[bool], Iterator[Result]]  # told whether it is the first
STOPPING_S = 3.0  # how long a stop waits for what is under way


def at_once(tasks: Sequence[Task], jobs: int) -> Generator[Result, None, None]:
    """The results of the tasks, `jobs` of them at a time.

    The first runs alone: it warms the model up, and learns which parameters its server refuses.
    """
    for number, task in enumerate(tasks if jobs == 1 else tasks[:1]):
        yield from task(number == 0)
    if jobs > 1 and len(tasks) > 1:
        yield from _threaded(tasks[1:], jobs)


def _threaded(tasks: Sequence[Task], jobs: int) -> Generator[Result, None, None]:
    waiting: queue.SimpleQueue[Task] = queue.SimpleQueue()
    for task in tasks:
        waiting.put(task)
    results: queue.SimpleQueue[Result | BaseException | None] = queue.SimpleQueue()
    stop = threading.Event()
    count = min(jobs, len(tasks))
    # Daemons, so that a call that hangs can't keep a stopped program alive.
    threads = [
        threading.Thread(target=_work, args=(waiting, results, stop), daemon=True)
        for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        while count:
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            if result is None:
                count -= 1
            else:
                yield result
    finally:
        stop.set()
        for thread in threads:
            thread.join(STOPPING_S / len(threads))


def _work(
    waiting: "queue.SimpleQueue[Task]",
    results: "queue.SimpleQueue[Result | BaseException | None]",
    stop: threading.Event,
) -> None:
    """One thread: task after task; None at its end. What would end a program is handed on: a thread
    that ended of it would leave its case out, and nobody would know."""
    try:
        while not stop.is_set():
            for result in waiting.get_nowait()(False):
                results.put(result)
                if stop.is_set():
                    break
    except queue.Empty:
        pass  # all is done
    except BaseException as error:
        results.put(error)
    finally:
        results.put(None)
