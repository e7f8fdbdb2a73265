"""`footnoted eval review`: look at drafts one by one, accept, mend or drop them."""

import argparse
import copy
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from evals.cases import case_from_json
from evals.drafting.drafts import Entry, read_drafts, write_drafts
from evals.errors import CasesError
from index.terminal import counted, printable

__all__ = ["run"]

KEYS = "[a]ccept  [q]uestion  [e]xpect  [d]rop  [s]kip  e[x]it"


def run(argv: Sequence[str]) -> int:
    """Review a file; each decision is on the disk before the next is asked for. Raises
    CasesError."""
    parser = argparse.ArgumentParser(
        prog="footnoted eval review",
        description="Accept, mend or drop the drafts of a file; what is accepted can be run.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="drafts, from footnoted eval new")
    path = parser.parse_args(argv).file
    entries = read_drafts(path)
    waiting = [entry for entry in entries if "draft" in entry]
    for number, entry in enumerate(waiting, start=1):
        print(f"\n{_shown(entry, f'{number} of {len(waiting)}')}")
        if not _decide(path, entries, entry):
            break
    left = sum("draft" in entry for entry in entries)
    print(f"\n{len(entries) - left} accepted, {counted(left, 'draft')} left in {path}")
    return 0


def _decide(path: Path, entries: list[Entry], entry: Entry) -> bool:
    """One draft until it is decided on; False to leave the review."""
    while True:
        try:
            key = input(f"{KEYS}: ").strip().lower()[:1]
        except EOFError:
            return False
        if key == "x":
            return False
        if key == "s":
            return True
        before = copy.deepcopy(entries)
        if key in _DECISIONS and _DECISIONS[key](entries, entry):
            _write(path, entries, before)
            return True
        if key in _CHANGES:
            _CHANGES[key](entry)
            _write(path, entries, before)
            print(_shown(entry, "changed"))


def _write(path: Path, entries: list[Entry], before: list[Entry]) -> None:
    """The decision to the file, if that still is what it was made from: another reviewer's work, or
    an editor's, is never written over. Raises CasesError."""
    if read_drafts(path) != before:
        raise CasesError(
            f"{path} was changed by somebody else since, and your last decision isn't in it: "
            "review it again"
        )
    write_drafts(path, entries)


def _accept(entries: list[Entry], entry: Entry) -> bool:
    accepted = {key: value for key, value in entry.items() if key != "draft"}
    try:
        case_from_json(accepted)
    except CasesError as error:
        print(f"It can't be accepted yet: {error}.")
        return False
    del entry["draft"]
    return True


def _drop(entries: list[Entry], entry: Entry) -> bool:
    entries[:] = [other for other in entries if other is not entry]
    return True


def _ask_anew(entry: Entry) -> None:
    entry["question"] = _line("the question", str(entry.get("question", "")))


def _expect_anew(entry: Entry) -> None:
    """Groups are parted by ";", a group's variants by "|"."""
    told = _line('what the answer says ("|" between variants, ";" between parts)', _wanted(entry))
    split = [[one.strip() for one in group.split("|") if one.strip()] for group in told.split(";")]
    entry["expect"] = [group for group in split if group]


def _wanted(entry: Entry) -> str:
    """Its `expect` as a person types it; as it stands, where it is no list of lists."""
    groups = entry.get("expect") or []
    if isinstance(groups, list) and all(isinstance(group, list) for group in groups):
        return "; ".join(" | ".join(map(str, group)) for group in groups)
    return json.dumps(groups, ensure_ascii=False)


def _line(what: str, before: str) -> str:
    """A line in place of another; an empty one keeps it."""
    try:
        return input(f"{what} (Enter keeps “{printable(before)}”): ").strip() or before
    except EOFError:
        return before


def _shown(entry: Entry, place: str) -> str:
    draft = entry.get("draft")
    told: Mapping[str, object] = draft if isinstance(draft, dict) else {}
    wanted = _wanted(entry) or "an answer"
    lines = [
        f"({place})  {entry.get('id')}  {entry.get('kind')}",
        f"  question  {entry.get('question')}",
        f"  expected  {wanted if entry.get('answerable') else 'a refusal'}",
        *(f"  {name:<9} {value}" for name, value in told.items()),
    ]
    return "\n".join(printable(" ".join(line.split("\n"))) for line in lines)


_DECISIONS: Mapping[str, Callable[[list[Entry], Entry], bool]] = {"a": _accept, "d": _drop}
_CHANGES: Mapping[str, Callable[[Entry], None]] = {"q": _ask_anew, "e": _expect_anew}
