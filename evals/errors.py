"""The errors of `evals`, one tree.

EvalError             a run could not be made or judged; the message says what, why, what to do
├── CasesError        a case file is missing or has a line that is no case
├── ThresholdsError   a thresholds file can't be read or names what doesn't exist
├── BaselineError     a baseline is no report of an earlier run
├── ComparisonError   the stack to compare with isn't installed
├── RunError          a run folder can't be used, or holds another run
├── RecordingError    a recording of model traffic can't be read or is another model's
└── SubjectError      the assistant to grade can't be opened, or its reply is no answer
"""

__all__ = [
    "BaselineError",
    "CasesError",
    "ComparisonError",
    "EvalError",
    "RecordingError",
    "RunError",
    "SubjectError",
    "ThresholdsError",
]


class EvalError(Exception):
    """Root of everything that `evals` raises on purpose; `str(error)` is one line for a person."""


class CasesError(EvalError):
    """A case file is missing or has a line that is no case."""


class ThresholdsError(EvalError):
    """A thresholds file can't be read or names what doesn't exist."""


class BaselineError(EvalError):
    """A baseline is no report of an earlier run."""


class ComparisonError(EvalError):
    """The stack to compare with isn't installed."""


class RunError(EvalError):
    """A run folder can't be used, or holds another run."""


class RecordingError(EvalError):
    """A recording of model traffic can't be read, or is another model's."""


class SubjectError(EvalError):
    """The assistant to grade can't be opened, or what it replied is no answer."""
