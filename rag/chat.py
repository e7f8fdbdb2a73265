"""The one client of every chat model: the `openai` package, whatever serves.

Servers differ: some give no logprobs, some refuse parameters. What a server refuses is learnt from
its first refusal and not sent again. There is one layer of retries, under one deadline a question.
"""

import asyncio
import math
import re
import threading
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from rag.answer import Usage
from rag.errors import ModelGarbled, ModelTimeout, ModelUnreachable
from rag.failures import seconds_to_wait, translated
from rag.server import Endpoint

__all__ = ["ChatModel", "Connect", "Reply", "Turn"]

OPTIONAL = ("top_logprobs", "logprobs", "temperature")
TRIES = 3
CONCURRENT_CALLS = 8
GRACE_S = 0.5
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What is used of a completion: its text, the likeliest first tokens with their log
    probabilities (none where the server gives none), and the tokens that were counted."""

    text: str
    first: tuple[tuple[str, float], ...] = ()
    prompt_tokens: int = 0
    completion_tokens: int = 0


class ChatModel:
    """A connection to one endpoint; owns an event loop in a thread of its own, so that every call
    ends at its deadline whatever the server does, and can be given up in the middle."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.name = endpoint.model
        self._refused: set[str] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._client = AsyncOpenAI(
            base_url=endpoint.base_url,
            api_key=endpoint.api_key or "none",
            max_retries=0,
            # A proxy of the environment is for other computers, and must not read along here.
            http_client=DefaultAsyncHttpxClient(trust_env=not endpoint.local),
        )

    def turn(self, timeout_s: float) -> "Turn":
        """One question's worth of calls: one deadline, one count of tokens."""
        return Turn(self, time.monotonic() + timeout_s, timeout_s)

    def close(self) -> None:
        """Give up the calls under way, close the connections and end the thread."""
        if self._loop.is_running():
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def run(self, work: Coroutine[Any, Any, T], deadline: float) -> T:
        """Run `work` to its end or the deadline (`time.monotonic()` seconds).

        Raises TimeoutError at the deadline, CancelledError where another thread closed the model.
        Interrupted (Ctrl-C, a closed generator), the work is cancelled.
        """
        if not self._thread.is_alive():
            work.close()
            raise CancelledError
        left_s = max(0.01, deadline - time.monotonic())
        future = asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, left_s), self._loop)
        try:
            return future.result(left_s + GRACE_S)  # the loop may end under it
        except BaseException:
            future.cancel()
            raise

    def request(self, prompt: str, max_tokens: int, *, judged: bool) -> dict[str, Any]:
        """What is asked of a server that refuses nothing."""
        options = self._options(max_tokens, set(), judged=judged)
        return {"model": self.name, "messages": _messages(prompt), **options}

    async def complete(self, prompt: str, max_tokens: int, *, judged: bool) -> Reply:
        """One chat completion; parameters that this server refuses are dropped, and remembered
        where that helped. Raises what the `openai` package raises, and ModelGarbled.
        """
        dropped: set[str] = set()
        while True:
            options = self._options(max_tokens, self._refused | dropped, judged=judged)
            try:
                completion: ChatCompletion = await self._client.chat.completions.create(
                    model=self.name, messages=_messages(prompt), **options
                )
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                named = _named(str(error), options)
                if not named:
                    raise
                dropped |= named
            else:
                self._refused |= dropped
                return _read(completion)

    async def _end(self) -> None:
        calls = asyncio.all_tasks() - {asyncio.current_task()}
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)
        await self._client.close()

    def _options(self, max_tokens: int, refused: set[str], *, judged: bool) -> dict[str, Any]:
        wanted: dict[str, Any] = {"temperature": 0}
        if judged:
            wanted |= {"logprobs": True, "top_logprobs": 5}
        limit = "max_completion_tokens" if "max_tokens" in refused else "max_tokens"
        kept = {name: value for name, value in wanted.items() if name not in refused}
        return kept | {limit: max_tokens}


class Turn:
    """The calls made for one question."""

    def __init__(self, model: ChatModel, deadline: float, timeout_s: float) -> None:
        self._model = model
        self._deadline = deadline
        self._timeout_s = timeout_s
        self.usage = Usage()

    @property
    def half_spent(self) -> bool:
        """Whether half of the question's time is gone."""
        return time.monotonic() > self._deadline - self._timeout_s / 2

    def yes(self, prompts: Sequence[str]) -> list[float | None]:
        """P(yes) of each prompt's first word; None where the reply said neither yes nor no.

        Where the server gives no logprobs the word itself is read: 1.0 or 0.0. Raises ModelError.
        """
        return self._run(self._each_yes(prompts))

    def write(self, prompt: str, max_tokens: int) -> str:
        """The model's reply, stripped. Raises ModelError."""
        return self._run(self._call(prompt, max_tokens, judged=False)).text

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        try:
            return self._model.run(work, self._deadline)
        except TimeoutError as error:
            raise ModelTimeout(
                f"no answer from {self._where} within {self._timeout_s:g} s: try again, or raise "
                "FOOTNOTED_TIMEOUT"
            ) from error
        except CancelledError as error:
            raise ModelUnreachable(
                f"the connection to {self._where} was closed: ask again"
            ) from error

    async def _each_yes(self, prompts: Sequence[str]) -> list[float | None]:
        room = asyncio.Semaphore(1 if self._model.endpoint.local else CONCURRENT_CALLS)

        async def one(prompt: str) -> float | None:
            async with room:
                return _probability_of_yes(await self._call(prompt, 1, judged=True))

        return list(await asyncio.gather(*map(one, prompts)))

    async def _call(self, prompt: str, max_tokens: int, *, judged: bool) -> Reply:
        for attempt in range(1, TRIES + 1):
            try:
                reply = await self._model.complete(prompt, max_tokens, judged=judged)
            except Exception as error:  # translated here, once, and nowhere else
                wait = seconds_to_wait(error, attempt)
                left = self._deadline - time.monotonic()
                if attempt == TRIES or wait is None or wait >= left:
                    raise translated(error, self._where) from error
                await asyncio.sleep(wait)
            else:
                self._count(reply)
                return reply
        raise AssertionError("unreachable")

    def _count(self, reply: Reply) -> None:
        self.usage = Usage(
            self.usage.prompt_tokens + reply.prompt_tokens,
            self.usage.completion_tokens + reply.completion_tokens,
        )

    @property
    def _where(self) -> str:
        endpoint = self._model.endpoint
        place = "this computer" if endpoint.local else endpoint.base_url or "the OpenAI API"
        return f"{endpoint.model} at {place}"


Connect = Callable[[Endpoint], ChatModel]


def _messages(prompt: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": prompt}]


def _read(completion: ChatCompletion) -> Reply:
    """What is used of a completion. Raises ModelGarbled where it isn't one."""
    try:
        choice = completion.choices[0]
        return Reply(
            (choice.message.content or "").strip(),
            tuple(_alternatives(choice)),
            _counted(completion, "prompt_tokens"),
            _counted(completion, "completion_tokens"),
        )
    except (AttributeError, IndexError, TypeError) as error:
        raise ModelGarbled("the reply has no message in it") from error


def _named(refusal: str, sent: dict[str, Any]) -> set[str]:
    """Which of the parameters that were sent a refusal names; logprobs where it names none."""
    named = {name for name in (*OPTIONAL, "max_tokens") if name in refusal and name in sent}
    if not named and "logprobs" in sent:
        named = {"logprobs"}
    return named | {"top_logprobs"} if "logprobs" in named else named


def _alternatives(choice: Any) -> list[tuple[str, float]]:
    """The first token's likeliest alternatives; none where a server gives them in another form."""
    try:
        top = choice.logprobs.content[0].top_logprobs
        return [(str(item.token), min(float(item.logprob), 0.0)) for item in top]
    except (AttributeError, IndexError, TypeError, ValueError):
        return []


def _counted(completion: ChatCompletion, name: str) -> int:
    count = getattr(completion.usage, name, 0)
    return count if isinstance(count, int) else 0


def _probability_of_yes(reply: Reply) -> float | None:
    yes, no = (_mass(reply.first, word) for word in ("yes", "no"))
    if yes + no > 0:
        return yes / (yes + no)
    said: dict[str, float] = {"yes": 1.0, "no": 0.0}
    first = re.search(r"[^\W_]+", reply.text)
    return said.get(first.group().lower()) if first else None


def _mass(first: Sequence[tuple[str, float]], word: str) -> float:
    return sum(math.exp(logprob) for token, logprob in first if token.strip().lower() == word)
