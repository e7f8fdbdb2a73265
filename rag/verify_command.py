"""`footnoted verify`: does an exported answer, or any text, still stand in the documents?"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from index.errors import LibraryError
from index.library import open_library
from index.terminal import complain, counted, guarded, printable
from rag.annotations import Cited, UnreadableExport, read_export
from rag.answer import Citation
from rag.errors import AssistantError, BadQuestion, SettingsError
from rag.inputs import called, read_text
from rag.settings import Settings
from rag.standing import Standing, standings

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb; 1 where something no longer stands or the work failed, 2 for bad usage."""
    return guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    options = _parser().parse_args(argv)
    if (options.file is None) == (options.text is None):
        complain("give one FILE that was exported, or --text FILE with any text")
        return 2
    if options.file and options.collection:
        complain("--collection goes with --text only: an export names its documents itself")
        return 2
    try:
        settings = Settings.from_environment(os.environ, data=options.data)
        verify = _verify_export if options.file else _verify_text
        return verify(options, settings)
    except (SettingsError, BadQuestion, UnreadableExport) as error:
        complain(error)
        return 2
    except (AssistantError, LibraryError) as error:
        complain(error)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted verify",
        description="Check the quotes of an exported answer, or every sentence of a text, against "
        "the documents as they are now. Exit 1 if a quote is gone, or a sentence is contradicted "
        "or not found; a quote that only moved still stands.",
    )
    add = parser.add_argument
    add("file", nargs="?", type=Path, metavar="FILE", help="an export (JSON, Markdown or HTML)")
    add(
        "--text",
        type=Path,
        metavar="FILE",
        help="any text, checked sentence by sentence; - is stdin",
    )
    add("--collection", metavar="NAME", default="", help="the documents to hold --text against")
    add("--json", action="store_true", help="print one JSON object")
    add("--data", type=Path, metavar="DIR", help="the data folder (.footnoted)")
    return parser


def _verify_export(options: argparse.Namespace, settings: Settings) -> int:
    cited = _cited(options.file)
    with open_library(settings.data, None) as library:
        _check_not_empty(library.counts()[0], settings)
        found = standings(library, [each.citation for each in cited])
    if options.json:
        print(json.dumps({"quotes": [_as_json(each, found[each.citation]) for each in cited]}))
    else:
        for each in cited:
            print(printable(_line(each.citation, found[each.citation])))
    states = [found[each.citation].state for each in cited]
    tally = ", ".join(f"{states.count(state)} {state}" for state in ("stands", "moved", "gone"))
    print(f"{counted(len(cited), 'quote')}: {tally}", file=sys.stderr)
    return 1 if "gone" in states else 0


def _cited(path: Path) -> list[Cited]:
    try:
        cited = read_export(read_text(path))
    except UnreadableExport as error:
        raise UnreadableExport(f"{called(path)}: {error}") from error
    if not cited:
        raise UnreadableExport(f"{called(path)} cites nothing: there is no quote in it to check")
    return cited


def _verify_text(options: argparse.Namespace, settings: Settings) -> int:
    text = read_text(options.text)
    from tqdm import tqdm

    from rag.assistant import open_assistant  # heavy: Chroma and onnxruntime

    with open_assistant(settings) as assistant:
        _check_not_empty(assistant.library.counts()[0], settings)
        if not assistant.model:
            complain("no model is set: only the documents' own words are recognised")
        hidden = not sys.stderr.isatty()
        checking = assistant.check(text, collection=options.collection)
        checked = list(tqdm(checking, unit="sentence", disable=hidden, leave=False))
    if options.json:
        print(json.dumps({"sentences": [asdict(each) for each in checked]}))
    else:
        for each in checked:
            print(printable(f"{each.verdict:<12}  {each.text}"))
            print(*(f"{'':<12}  {printable(note)}" for note in _notes(each)), sep="\n")
    verdicts = [each.verdict for each in checked]
    kinds = ("supported", "contradicted", "not found")
    tally = ", ".join(f"{verdicts.count(kind)} {kind}" for kind in kinds)
    print(f"{counted(len(checked), 'sentence')}: {tally}", file=sys.stderr)
    return 0 if verdicts.count("supported") == len(verdicts) else 1


def _notes(checked: Any) -> list[str]:
    reason = [f"({checked.reason})"] if checked.reason else []
    return reason + [f"{_place(each)}: {_quote(each)}" for each in checked.citations]


def _line(citation: Citation, standing: Standing) -> str:
    now = standing.now
    moved = f" (now {_place(now)})" if now and standing.state == "moved" else ""
    return f"{standing.state:<6}  {_place(citation)}: {_quote(citation)}{moved}"


def _place(citation: Citation) -> str:
    page = f", page {citation.page}" if citation.page is not None else ""
    return f"{citation.source}{page}, {citation.start}-{citation.end}"


def _quote(citation: Citation) -> str:
    return f"“{' '.join(citation.quote.split())}”"


def _as_json(cited: Cited, standing: Standing) -> dict[str, Any]:
    now = asdict(standing.now) if standing.now else None
    citation = asdict(cited.citation)
    return {"state": standing.state, "claim": cited.claim, "citation": citation, "now": now}


def _check_not_empty(documents: int, settings: Settings) -> None:
    if not documents:
        raise LibraryError(
            f"nothing is indexed in {str(settings.data)!r}: run `footnoted index PATH` first, "
            "or name the data folder with --data"
        )


if __name__ == "__main__":
    sys.exit(main())
