"""`footnoted ask`: one question, or a batch of them, from the shell."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from index.errors import LibraryError
from index.terminal import complain, counted, guarded
from rag.answer import Answer, Claim, Evidence, Found, Message
from rag.errors import AssistantError, BadQuestion, SettingsError
from rag.export import answer_to_json, answer_to_text
from rag.inputs import called, read_text
from rag.settings import NO_MODEL, Settings, strictness_of

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb; 0 also when it abstains, 1 where an answer failed, 2 bad usage, 130 stopped."""
    return guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    try:
        return _ask(options)
    except (SettingsError, BadQuestion) as error:
        complain(error)
        return 2
    except (AssistantError, LibraryError) as error:
        complain(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted ask", description="Ask your documents; every sentence comes footnoted."
    )
    parser.add_argument("question", nargs="?", help="the question")
    parser.add_argument("--json", action="store_true", help="print the answer as one JSON object")
    parser.add_argument(
        "--quotes", action="store_true", help="no model: the nearest sentences only"
    )
    parser.add_argument(
        "--history",
        type=Path,
        metavar="FILE",
        help='the conversation so far, JSON: [{"role": "user", "content": …}, …]',
    )
    parser.add_argument(
        "--batch",
        type=Path,
        metavar="FILE",
        help='many questions, one {"question": …} a line; - is stdin',
    )
    parser.add_argument(
        "--collection", default="", metavar="NAME", help="search this one; or write @NAME in it"
    )
    parser.add_argument(
        "--strictness", default="", metavar="LEVEL", help="careful, balanced (the default) or open"
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder (.footnoted)")
    return parser


@dataclass(frozen=True, slots=True)
class _Question:
    id: Any
    text: str
    history: tuple[Message, ...]


def _ask(options: argparse.Namespace) -> int:
    settings = Settings.from_environment(os.environ, data=options.data)
    if options.quotes:
        settings = replace(settings, model=NO_MODEL)
    if options.strictness:
        settings = replace(settings, strictness=strictness_of(options.strictness))
    return _answer(options, settings, _questions(options))


def _questions(options: argparse.Namespace) -> list[_Question]:
    """What is asked, checked before anything is opened."""
    if (options.question is None) == (options.batch is None):
        raise SettingsError("give one QUESTION, or --batch FILE with many")
    if options.batch:
        if options.history:
            raise SettingsError("--history goes with one QUESTION: a batch has a history a line")
        batch = list(_batch(options.batch))
        if not batch:
            raise SettingsError(
                f"{called(options.batch)} holds no question: give it one object a line"
            )
        return batch
    if not options.question.strip():
        raise BadQuestion("the question is empty: ask one")
    history = _messages(_json(options.history), called(options.history)) if options.history else ()
    return [_Question(None, options.question, history)]


def _answer(options: argparse.Namespace, settings: Settings, questions: list[_Question]) -> int:
    from rag.assistant import open_assistant  # heavy: Chroma and onnxruntime

    with open_assistant(settings) as assistant:
        if assistant.library.counts()[0] == 0:
            raise LibraryError(
                f"nothing is indexed in {str(settings.data)!r}: run `footnoted index PATH` first, "
                "or name the data folder with --data"
            )
        if not assistant.model and not options.quotes:
            complain("no model is set; showing the nearest sentences")
        if options.batch:
            return _answer_batch(assistant, questions, options.collection)
        answer = _watched(assistant, questions[0], options.collection)
        print(json.dumps(answer_to_json(answer)) if options.json else answer_to_text(answer))
    return 0


def _watched(assistant: Any, question: _Question, collection: str) -> Answer:
    """The answer, its progress told on a terminal."""
    show = sys.stderr.isatty()
    for event in assistant.ask(question.text, question.history, collection=collection):
        if isinstance(event, Answer):
            print("\r\033[K" if show else "", end="", file=sys.stderr)
            return event
        if show:
            print(f"\r\033[K{_progress(event)}", end="", file=sys.stderr, flush=True)
    raise AssistantError("the answer broke off: ask again")


def _progress(event: object) -> str:
    match event:
        case Found(sentences=sentences):
            return f"reading {counted(len(sentences), 'sentence')} …"
        case Evidence(sentences=sentences):
            return f"writing from {len(sentences)} of them …"
        case Claim():
            return "one sentence verified; reading on …"
    return ""


def _answer_batch(assistant: Any, questions: list[_Question], collection: str) -> int:
    """A line out for a line in; a question that fails is a line with its error, and exit 1."""
    from tqdm import tqdm

    failed = 0
    for question in tqdm(questions, unit="question", disable=not sys.stderr.isatty()):
        try:
            answer = assistant.answer(question.text, question.history, collection=collection)
            line = {"id": question.id, **answer_to_json(answer)}
        except (AssistantError, LibraryError) as error:
            failed += 1
            line = {"id": question.id, "question": question.text, "error": str(error)}
        print(json.dumps(line), flush=True)
    return 1 if failed else 0


def _batch(path: Path) -> Iterator[_Question]:
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if line.strip():
            where = f"{called(path)} line {number}"
            entry = _parsed(line, where)
            if not isinstance(entry, dict) or not isinstance(entry.get("question"), str):
                raise SettingsError(f'{where} is no question: it must be {{"question": …}}')
            history = _messages(entry.get("history") or [], where)
            yield _Question(entry.get("id"), entry["question"], history)


def _messages(entries: Any, where: str) -> tuple[Message, ...]:
    """The messages of a history, checked."""
    form = '[{"role": …, "content": …}, …]'
    try:
        messages = tuple(Message(entry["role"], entry["content"]) for entry in entries)
    except (KeyError, TypeError) as error:
        raise SettingsError(f"{where} has no history in it: it must be {form}") from error
    for message in messages:
        if message.role not in ("user", "assistant") or not isinstance(message.content, str):
            raise SettingsError(
                f"{where} has a message whose role is {message.role!r}: use "
                '"user" or "assistant", with a text as content'
            )
    return messages


def _json(path: Path) -> Any:
    return _parsed(read_text(path), called(path))


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{where} is no JSON: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
