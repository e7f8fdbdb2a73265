"""The errors of `evals`, one tree.

EvalError             a run could not be made or judged; the message says what, why, what to do
├── CasesError        a case file is missing or has a line that is no case
├── ThresholdsError   a thresholds file can't be read or names what doesn't exist
├── BaselineError     a baseline is no report of an earlier run
└── ComparisonError   the stack to compare with isn't installed
"""

__all__ = ["BaselineError", "CasesError", "ComparisonError", "EvalError", "ThresholdsError"]


class EvalError(Exception):
    """Root of everything that `evals` raises on purpose; `str(error)` is one line for a person."""


class CasesError(EvalError):
    """A case file is missing, or one of its lines is no case."""


class ThresholdsError(EvalError):
    """A thresholds file can't be read, or names a metric or key that doesn't exist."""


class BaselineError(EvalError):
    """A baseline is missing, or is no JSON report of an earlier run."""


class ComparisonError(EvalError):
    """The stack to compare with isn't installed or has no model to ask."""
