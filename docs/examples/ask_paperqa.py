"""paper-qa, to be graded by `footnoted eval`: asks it one question and prints the answer as JSON.

    --compare "command:PYTHON docs/examples/ask_paperqa.py {question} {documents}"

PYTHON is that of an environment with `pip install paper-qa`. It asks the chat model that
OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL name, as paper-qa's own settings have it, but for
the small context that a local model has: chunks of 2,000 characters, short summaries and answers.
Documents bring their own name, so nothing is asked of the web.
"""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import litellm  # noqa: F401  first, as it brings the encoding that paper-qa counts tokens by
from paperqa import Docs, Settings


def main() -> None:
    """Print what paper-qa answers to the first argument, from the folder that is the second."""
    question, folder = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(asyncio.run(asked(question, folder))))


async def asked(question: str, folder: Path) -> dict[str, object]:
    """The answer with its marks, and every chunk that it was given, in the order of the marks."""
    settings = chosen(f"openai/{os.environ['OPENAI_MODEL']}")
    docs = Docs()
    for path in sorted(folder.rglob("*.*")):
        name = str(path.relative_to(folder))
        await docs.aadd(path, citation=name, docname=name, settings=settings)
    session = await docs.aquery(question, settings=settings)
    return {
        "text": marked(session.answer, session.contexts),
        "abstained": "cannot answer" in session.answer.casefold(),
        "citations": [
            {"source": context.text.doc.docname, "quote": context.text.text}
            for context in session.contexts
        ],
        "model": settings.llm,
    }


def marked(answer: str, contexts: list[Any]) -> str:
    """The answer with marks that number the chunks: paper-qa's keys, "(pqac-1, pqac-2)", or the
    names of chunks, which small models write in their place."""
    for number, context in enumerate(contexts, start=1):
        for name in (context.id, context.text.name):
            answer = answer.replace(name, f"[{number}]")
    return re.sub(r"\(((?:\[\d+\][,; ]*(?:and )?)+)\)", r"\1", answer)


def chosen(model: str) -> Settings:
    """Paper-qa's settings with one model for all that it asks, and no embedding model to fetch."""
    return Settings(
        llm=model,
        summary_llm=model,
        embedding="sparse",
        parsing={
            "reader_config": {"chunk_chars": 2000, "overlap": 100},
            "use_doc_details": False,
            "multimodal": False,
        },
        answer={"evidence_summary_length": "about 50 words", "answer_length": "about 50 words"},
    )


if __name__ == "__main__":
    main()
