"""`footnoted eval convert`: cases to and from the JSON Lines of other tools."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.cases import case_from_json, load_cases
from evals.drafting.drafts import Entry, read_numbered, write_drafts
from evals.drafting.formats import FORMATS, REFUSAL, Read
from evals.errors import CasesError
from index.terminal import complain

__all__ = ["run"]

SHORT = 60  # characters of a reference that an answer may be expected to contain as they stand


def run(argv: Sequence[str]) -> int:
    """Convert one file. Raises CasesError for what is no case of the format."""
    options = _parser().parse_args(argv)
    if options.out and not options.out.absolute().parent.is_dir():
        raise CasesError(f"{options.out} can't be written: name a file in a folder that exists")
    if options.to:
        write = FORMATS[options.to].write
        entries = [write(case) for case in load_cases(options.file)]
    else:
        entries = list(_imported(options.file, options.origin))
    if options.out:
        write_drafts(options.out, entries)
    else:
        sys.stdout.write("".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries))
    drafts = sum("draft" in entry for entry in entries)
    if drafts:
        are = "is a draft" if drafts == 1 else "are drafts"
        complain(f"{drafts} {are}: say what an answer must contain with footnoted eval review")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted eval convert",
        description="Convert cases to the JSON Lines of another tool, or from them.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the file to convert")
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", choices=sorted(FORMATS), help="write this tool's format")
    way.add_argument("--from", dest="origin", choices=sorted(FORMATS), help="read it")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to (standard output)")
    return parser


def _imported(path: Path, origin: str) -> Iterator[Entry]:
    """The entries, each under an id of its own: other tools let several have the same."""
    read = FORMATS[origin].read
    taken: set[str] = set()
    for number, row in read_numbered(path):
        told = read(row)
        try:
            entry = _whole(told) or _draft(told, origin, number)
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}") from None
        while entry["id"] in taken:
            entry = entry | {"id": f"{entry['id']}-{number}"}
        taken.add(entry["id"])
        yield entry


def _whole(told: Read) -> Entry | None:
    """The case of ours that went along, as it was."""
    if told.case is not None:
        case_from_json(told.case)
    return told.case


def _draft(told: Read, origin: str, number: int) -> Entry:
    if not told.question.strip():
        raise CasesError("it has no question")
    refused = told.reference == REFUSAL  # ours, that the other tool kept
    entry: dict[str, Any] = {
        "draft": {"how": f"from {origin}", "reference": told.reference},
        "id": told.id or f"{origin}-{number}",
        "kind": "follow-up" if told.history else "unanswerable" if refused else "fact",
        "question": told.question,
        "answerable": not refused,
        "history": list(told.history),
        "expect": [] if refused else _groups(told.reference),
        "evidence": [] if refused else [[context] for context in told.contexts],
    }
    return {key: value for key, value in entry.items() if value not in ([], ())}


def _groups(reference: str) -> list[list[str]]:
    """What an answer must contain, if the reference is short enough to be that."""
    if not reference or len(reference) > SHORT:
        return []
    split = [
        [one.strip() for one in part.split("|") if one.strip()] for part in reference.split(";")
    ]
    return [group for group in split if group]
