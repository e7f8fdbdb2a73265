"""An assistant that is a command: asked by its arguments or its standard input, it prints JSON."""

import json
import os
import shlex
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import asdict

from evals.assistants.outside import Asked
from evals.assistants.process import printed
from evals.errors import SubjectError
from rag.server import Endpoint

__all__ = ["open_command"]


def open_command(
    line: str, timeout_s: float, endpoint: Endpoint | None = None
) -> Callable[[Asked], str]:
    """Runs `line` once a question, without a shell, and reads what it prints.

    In its arguments `{question}` stands for the question, `{history}` for a JSON file with the
    conversation, `{documents}` for the folder to answer from; without `{question}`, the question
    is its last argument. Its standard input gets all three as one JSON object. It prints the
    object of the contract, or a text. Of a chat model that it may ask, its environment has
    OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL. Raises SubjectError for a line that is no
    command, and for a program that isn't there.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise SubjectError(
            f"the command {line!r} can't be read ({error}): close its quotes"
        ) from None
    if not words:
        raise SubjectError("--assistant command: names no command: write command:PROGRAM ARGUMENTS")
    if not any("{question}" in word for word in words):
        words.append("{question}")
    if "{" not in words[0] and shutil.which(words[0]) is None:
        raise SubjectError(f"there is no program {words[0]} to run: name one that is installed")
    environment = {**os.environ, **_told(endpoint)}
    return lambda asked: _run(words, asked, timeout_s, environment)


def _told(endpoint: Endpoint | None) -> dict[str, str]:
    if endpoint is None:
        return {}
    given = {"BASE_URL": endpoint.base_url, "API_KEY": endpoint.api_key, "MODEL": endpoint.model}
    return {f"OPENAI_{name}": value for name, value in given.items() if value}


def _run(words: list[str], asked: Asked, timeout_s: float, environment: dict[str, str]) -> str:
    history = [asdict(message) for message in asked.history]
    documents = str(asked.documents or "")
    order = {"question": asked.question, "history": history, "documents": documents}
    with (
        tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file,
        tempfile.TemporaryFile() as given,
    ):
        json.dump(history, file)
        file.flush()
        given.write(json.dumps(order).encode())
        given.seek(0)
        named = {"{question}": asked.question, "{history}": file.name, "{documents}": documents}
        arguments = [_filled(word, named) for word in words]
        return printed(arguments, given, timeout_s, environment).decode("utf-8", "replace")


def _filled(word: str, named: dict[str, str]) -> str:
    """One pass only: a question that holds `{documents}` is a question."""
    for key, value in named.items():
        if key in word:
            before, _, after = word.partition(key)
            return _filled(before, named) + value + _filled(after, named)
    return word
