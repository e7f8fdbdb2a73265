"""What every metric of an answer does with a case that has none."""

from collections.abc import Callable

from evals.measures import Scored, Unscored
from evals.results import Result
from rag.answer import Answer

__all__ = ["from_answer"]


def from_answer(result: Result, score: Callable[[Answer], Scored]) -> Scored:
    """The score of the answer; a case that ended in an error has none, and is no zero."""
    return Unscored("it ended in an error") if result.answer is None else score(result.answer)
