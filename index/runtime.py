"""The models of this floor, computed by onnxruntime, one input on one core.

As many inputs are computed at once as there are cores. Threads that share one input wait for each
other at each of its steps, and take several times as long where another program has a core.
"""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import WeightsUnusable

__all__ = ["Model"]

Floats = NDArray[np.float32]
Input = dict[str, NDArray[Any]]


class Model:
    """A graph that computes one output of each input; safe to share between threads."""

    def __init__(self, graph: Path | bytes, output: str, threads: int = 0) -> None:
        """Compute on so many threads, 0 for one a core; raises WeightsUnusable."""
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        source = str(graph) if isinstance(graph, Path) else graph
        try:
            self._session = ort.InferenceSession(
                source, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no base but Exception
            raise WeightsUnusable(f"the model {graph!s:.200} can't be loaded: {error}") from error
        self._output = output
        self._threads = threads or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="model")

    def each(self, inputs: Iterable[Input]) -> Iterator[Floats]:
        """The output of each input, in their order; a few are computed ahead."""
        ahead: deque[Future[Floats]] = deque()
        for one in inputs:
            ahead.append(self._pool.submit(self._run, one))
            if len(ahead) > 2 * self._threads:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()

    def _run(self, one: Input) -> Floats:
        (output,) = self._session.run([self._output], one)
        return np.asarray(output, np.float32)
