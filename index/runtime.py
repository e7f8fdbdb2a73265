"""Sessions of onnxruntime, in which the models of this floor compute."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import WeightsUnusable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

__all__ = ["session"]


def session(model: Path | bytes, threads: int = 0) -> "InferenceSession":
    """A session over a graph, on so many threads, 0 for one a core; raises WeightsUnusable."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.log_severity_level = 3
    source = str(model) if isinstance(model, Path) else model
    try:
        return ort.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base but Exception
        raise WeightsUnusable(f"the model {model!s:.200} can't be loaded: {error}") from error
