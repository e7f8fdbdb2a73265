"""Metrics of what an answer costs: seconds by stage, tokens, and money where prices are known."""

from collections.abc import Callable

from evals.measures import Score, Scored, Unscored
from evals.metrics.scoring import from_answer
from evals.results import Result
from rag.answer import Answer, Timings, Usage

__all__ = ["completion_tokens", "cost", "latency", "prompt_tokens"]

MILLION = 1_000_000


def latency(stage: Callable[[Timings], float | None]) -> Callable[[Result], Scored]:
    """Seconds from the question to a stage: sentences found, first claim, whole answer.

    Unscored: an error, and a stage that was not timed. Not meant for: the first claim of a refusal,
    which has none, and replayed runs, whose seconds say nothing of the model.
    """

    def score(result: Result, answer: Answer) -> Scored:
        seconds = stage(answer.timings)
        if seconds is None:
            return Unscored("the stage was not timed") if answer.claims else None
        return Score(seconds)

    def scored(result: Result) -> Scored:
        return from_answer(result, lambda answer: score(result, answer)) if result.timed else None

    return scored


def prompt_tokens(result: Result) -> Scored:
    """Tokens that the model read for one answer, the prompts of every call together.

    Unscored: an error, and a model whose endpoint counts no tokens. Not meant for: an answer that
    names no model and counts none, as in quotes mode.
    """
    return _counted(result, lambda usage: usage.prompt_tokens)


def completion_tokens(result: Result) -> Scored:
    """Tokens that the model wrote for one answer. Unscored and not meant for: as for those read."""
    return _counted(result, lambda usage: usage.completion_tokens)


def cost(result: Result) -> Scored:
    """What the tokens of one answer cost: those read and those written, each by its price.

    In the currency of `[prices]` in the thresholds file, which are per million tokens. Unscored:
    as for the tokens. Not meant for: runs without prices, quotes mode.
    """
    prices = result.prices
    if prices is None:
        return None

    def paid(usage: Usage) -> float:
        read, written = usage.prompt_tokens * prices.prompt, usage.completion_tokens
        return (read + written * prices.completion) / MILLION

    return _counted(result, paid)


def _counted(result: Result, count: Callable[[Usage], float]) -> Scored:
    def score(answer: Answer) -> Scored:
        if not (answer.model or answer.usage.prompt_tokens):
            return None
        if not answer.usage.prompt_tokens:
            return Unscored("no tokens were counted")
        return Score(count(answer.usage))

    return from_answer(result, score)
