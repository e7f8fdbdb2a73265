"""The command `footnoted`: a thin door to the floors behind it."""

import importlib
import sys

from index.terminal import guarded

__all__ = ["main"]

VERBS = {
    "index": ("index.__main__", "read documents into the library"),
    "ask": ("rag.__main__", "ask one question, or a batch of them"),
    "chat": ("ui.__main__", "serve the chat page on this computer"),
    "eval": ("evals.__main__", "run eval cases and check their thresholds"),
    "verify": ("rag.verify_command", "check an exported answer, or any text"),
    "doctor": ("index.doctor", "check that the library is sound, and mend it"),
}

USAGE = "\n".join(
    [
        "usage: footnoted VERB [OPTIONS]",
        "",
        "Answers from your documents, every sentence footnoted to the sentences that say it.",
        "",
        *(f"  {verb:<6} {purpose}" for verb, (_, purpose) in VERBS.items()),
        "",
        "footnoted VERB --help shows a verb's options.",
    ]
)


def main(argv: list[str] | None = None) -> int:
    """Run one verb; returns its exit code: 0, 1 (the work failed), 2 (usage) or 130 (stopped)."""
    arguments = sys.argv[1:] if argv is None else argv
    return guarded(lambda: _run(arguments))


def _run(arguments: list[str]) -> int:
    if arguments[:1] in (["-h"], ["--help"]):
        print(USAGE)
        return 0
    if not arguments or arguments[0] not in VERBS:
        named = f"footnoted: there is no verb {arguments[0]!r}\n\n" if arguments else ""
        print(named + USAGE, file=sys.stderr)
        return 2
    module = importlib.import_module(VERBS[arguments[0]][0])
    return int(module.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main())
