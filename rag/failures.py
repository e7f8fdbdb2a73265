"""What a failed call means: whether to try again, and what to tell a person.

The `openai` package raises its own errors, httpx's where a connection breaks, and JSONDecodeError
or TypeError where a reply is malformed. They become errors of our tree here and nowhere else.
"""

import httpx
import openai

from rag.errors import ModelError, ModelGarbled, ModelRefused, ModelTimeout, ModelUnreachable

__all__ = ["seconds_to_wait", "translated"]

# The first row whose type fits is taken, so a subclass stands above its base.
MEANINGS: tuple[tuple[type[Exception], type[ModelError], str], ...] = (
    (ModelGarbled, ModelGarbled, "{where} gave no valid reply: {error}; is it a chat endpoint?"),
    (openai.AuthenticationError, ModelRefused, "{where} refused the key (401): set OPENAI_API_KEY"),
    (openai.PermissionDeniedError, ModelRefused, "{where} refused the key (403): {ask}"),
    (
        openai.NotFoundError,
        ModelRefused,
        "{where} was not found (404): set FOOTNOTED_MODEL to a model that the endpoint has, and "
        "see that OPENAI_BASE_URL ends in /v1",
    ),
    (openai.RateLimitError, ModelRefused, "{where} takes no more requests now (429): {again}"),
    (openai.APITimeoutError, ModelTimeout, "no answer from {where} in time: try again"),
    (openai.APIResponseValidationError, ModelGarbled, "{where} gave a malformed reply: {ask}"),
    (openai.APIStatusError, ModelRefused, "{where} answered with an error ({status}): {again}"),
    (
        openai.APIConnectionError,
        ModelUnreachable,
        "the connection to {where} failed or broke off: see that it runs, and OPENAI_BASE_URL",
    ),
    (
        httpx.HTTPError,
        ModelUnreachable,
        "the connection to {where} broke off in the middle of a reply: try again",
    ),
    (openai.OpenAIError, ModelGarbled, "{where} gave no valid reply ({kind}): {ask}"),
    (ValueError, ModelGarbled, "{where} gave a malformed reply ({kind}): {ask}"),
    (TypeError, ModelGarbled, "{where} gave a malformed reply ({kind}): {ask}"),
    (AttributeError, ModelGarbled, "{where} gave a malformed reply ({kind}): {ask}"),
)


def seconds_to_wait(error: Exception, attempt: int) -> float | None:
    """Seconds to wait before try number `attempt + 1`; None where trying again can't help.

    A server's Retry-After is honoured; otherwise the wait doubles with each try.
    """
    if isinstance(error, openai.RateLimitError):
        return _retry_after_s(error) or 2.0**attempt
    if isinstance(error, openai.InternalServerError | openai.APIConnectionError | httpx.HTTPError):
        return 0.25 * 2.0**attempt
    return None


def translated(error: Exception, where: str) -> Exception:
    """The error of our tree for one that a call raised; an unknown one is returned as it is.

    Its text repeats nothing that the server sent, which might hold the key.
    """
    for foreign, ours, message in MEANINGS:
        if isinstance(error, foreign):
            after = _retry_after_s(error)
            return ours(
                message.format(
                    where=where,
                    error=error if isinstance(error, ModelGarbled) else "",
                    kind=type(error).__name__,
                    status=getattr(error, "status_code", ""),
                    again=f"try again in {after:g} s" if after else "try again later",
                    ask="see that OPENAI_BASE_URL and OPENAI_API_KEY belong to a chat endpoint",
                )
            )
    return error


def _retry_after_s(error: Exception) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    response: httpx.Response = error.response
    try:
        seconds = float(response.headers["retry-after"])
    except (KeyError, ValueError):  # absent, or a date: rare, and then our own wait serves
        return None
    return seconds if 0 < seconds < float("inf") else None
