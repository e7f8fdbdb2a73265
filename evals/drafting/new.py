"""`footnoted eval new`: draft cases from a folder of documents.

The evidence of a draft is right by construction: a sentence is chosen first, and a date, a number
or a name in it; then the chat model writes a question that it answers. A near miss is the same
question with another date, number or name of the documents, which nothing in them answers. All of
them are drafts: a model may have written a question that can't be understood, or a near miss may be
answered after all, so a person accepts each with `footnoted eval review`.
"""

import argparse
import os
import random
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tqdm import tqdm

from evals.drafting.drafts import Entry
from evals.drafting.parts import Part, parts, swapped
from evals.errors import CasesError
from evals.matching import says
from evals.options import count
from evals.runs.lines import Lines
from index.terminal import complain, counted
from rag import prompts
from rag.chat import ChatModel
from rag.settings import Settings
from rag.words import content_keys

__all__ = ["run"]

KINDS = {"date": "date", "number": "number", "name": "fact"}
WORDS = range(6, 60)  # of a sentence that a question is asked about
QUESTION_TOKENS = 60
LONGEST_QUESTION = 300
SEED = 20240607


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a document, and one part of it that a question is to ask for."""

    source: str
    text: str
    answer: Part


def run(argv: Sequence[str]) -> int:
    """Draft cases; 0, or 1 where no question could be written at all. Raises EvalError."""
    options = _parser().parse_args(argv)
    _check(options)
    settings = Settings.from_environment(os.environ)
    with tempfile.TemporaryDirectory(prefix="footnoted-draft-") as data:
        texts = _sentences(replace(settings, data=Path(data)), options.documents)
    passages = _passages(texts, options.count)
    if not passages:
        raise CasesError(f"{options.documents} has no sentence with a date, a number or a name")
    written = _draft(settings, passages, texts, options.out)
    if not written:
        complain(f"no question could be written, and {options.out} isn't made: try another model")
        return 1
    drafts = f"{counted(written, 'draft')} in {options.out}"
    print(f"{drafts}: accept them with footnoted eval review {options.out}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted eval new",
        description="Draft eval cases from a folder of documents, with the chat model.",
    )
    parser.add_argument("documents", type=Path, metavar="DOCUMENTS", help="the folder")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="the drafts")
    parser.add_argument(
        "--count", type=count, default=20, metavar="N", help="sentences to ask about (20)"
    )
    return parser


def _check(options: argparse.Namespace) -> None:
    if not options.documents.is_dir():
        raise CasesError(f"{options.documents} is no folder of documents")
    if options.out.exists():
        raise CasesError(f"{options.out} is there already: name a new file for the drafts")
    if not options.out.absolute().parent.is_dir():
        raise CasesError(f"{options.out} can't be written: name a file in a folder that exists")


def _sentences(settings: Settings, folder: Path) -> list[tuple[str, str]]:
    """Every sentence of the documents with its source, headings aside."""
    from evals.assistants.opening import fill_library
    from index.embedding import Embedder
    from index.library import open_library

    embedder = Embedder.load(settings.cache)
    fill_library(settings.data, folder, embedder)
    with open_library(settings.data, embedder) as library:
        return [
            (row.source, document.text[sentence.start : sentence.end])
            for row in library.documents()
            if (document := library.document(row.id))
            for sentence in library.sentences(row.id)
            if not sentence.heading
        ]


def _passages(texts: Sequence[tuple[str, str]], wanted: int) -> list[Passage]:
    """Sentences from all over the documents, each with a part to ask for; the same ones each
    time."""
    chosen = random.Random(SEED)  # noqa: S311 (no secret)
    shuffled = chosen.sample(texts, len(texts))
    found: list[Passage] = []
    for source, text in shuffled:
        asked = parts(text) if len(text.split()) in WORDS else []
        if asked and len(found) < wanted:
            found.append(Passage(source, text, chosen.choice(asked)))
    return found


def _draft(
    settings: Settings,
    passages: Sequence[Passage],
    texts: Sequence[tuple[str, str]],
    target: Path,
) -> int:
    """Write each draft as soon as it is there, so that Ctrl-C loses none; returns how many."""
    from rag.models import open_model

    models = open_model(settings)
    if models is None:
        raise CasesError("questions are written by a chat model, and none is set")
    others = [part for _, text in texts for part in parts(text)]
    written = unusable = 0
    try:
        with Lines(target) as lines:
            for number, passage in enumerate(tqdm(passages, unit="sentence", disable=None), 1):
                question = _question(models.current(), settings.timeout_s, passage)
                unusable += question is None
                for entry in _entries(number, passage, question, others, texts):
                    lines.append(entry)
                    written += 1
    finally:
        models.close()
        if not written:
            target.unlink(missing_ok=True)  # or the next try would be told that it is there already
    if unusable:
        complain(f"{unusable} questions of the model were of no use and are left out")
    return written


def _question(model: ChatModel, timeout_s: float, passage: Passage) -> str | None:
    """The model's question; None where it is none, or gives its own answer away."""
    prompt = prompts.question_about(passage.text, passage.answer.text)
    reply = model.turn(timeout_s).write(prompt, QUESTION_TOKENS)
    first = re.sub(r"^(?:question:|\W)+", "", reply.strip().split("\n")[0], flags=re.IGNORECASE)
    question = " ".join(first.split("?")[0].split()) + "?"
    told = "?" in first and len(question) <= LONGEST_QUESTION and len(question.split()) >= 3
    return question if told and not says(question, passage.answer.text) else None


def _entries(
    number: int,
    passage: Passage,
    question: str | None,
    others: Sequence[Part],
    texts: Sequence[tuple[str, str]],
) -> Iterator[Entry]:
    """The draft of a question, and of its near miss where there can be one."""
    if question is None:
        return
    answer = passage.answer
    id_ = f"{_slug(passage.source)}-{number}"
    yield {
        "draft": {
            "source": passage.source,
            "sentence": passage.text,
            "how": f"asks for {answer.text}",
        },
        "id": id_,
        "kind": KINDS[answer.kind],
        "question": question,
        "answerable": True,
        "expect": [[answer.text]],
        "evidence": [[passage.text]],
    }
    missed = swapped(question, _shuffled(others, number))
    if missed and not _answered(missed[0], missed[2], texts):
        led, was, now = missed
        yield {
            "draft": {
                "source": passage.source,
                "sentence": passage.text,
                "how": f"a near miss: {was.text} became {now.text}",
            },
            "id": f"{id_}-miss",
            "kind": "unanswerable" if was.kind == "name" else "false-premise",
            "question": led,
            "answerable": False,
        }


def _shuffled(others: Sequence[Part], seed: int) -> list[Part]:
    return random.Random(SEED + seed).sample(others, len(others))  # noqa: S311 (no secret)


def _answered(question: str, now: Part, texts: Sequence[tuple[str, str]]) -> bool:
    """Whether some sentence that has the new part speaks of half of the question's other words."""
    asked = content_keys(question)
    asked -= content_keys(now.text)
    return any(
        2 * len(asked & content_keys(text)) >= len(asked)
        for _, text in texts
        if says(text, now.text)
    )


def _slug(source: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", Path(source).stem.lower()).strip("-")[:40] or "case"
