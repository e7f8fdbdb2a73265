"""What changed in a request: the nearest one that is known, and where the two part."""

import difflib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["Nearest"]

LONGEST = 80  # characters of a changed part that are shown


class Nearest:
    """The known requests, by the lines of their prompts."""

    def __init__(self, requests: Sequence[Mapping[str, Any]]) -> None:
        self._requests = requests
        self._lines: dict[str, list[int]] = defaultdict(list)
        for number, request in enumerate(requests):
            for line in set(_prompt(request).split("\n")):
                self._lines[line].append(number)

    def change(self, request: Mapping[str, Any]) -> str:
        """How a request differs from the known one that shares most with it, in a few words."""
        near = self._near(_prompt(request))
        if near is None:
            return "nothing like it was asked, so the question or the documents are new"
        known = self._requests[near]
        names = sorted(set(known) | set(request))
        for name in names:
            if name != "messages" and known.get(name) != request.get(name):
                return f"its {name} was {known.get(name)!r} and is {request.get(name)!r}"
        return _difference(_prompt(known), _prompt(request))

    def _near(self, prompt: str) -> int | None:
        """The request that shares the rarest lines with a prompt; a line that all have is none."""
        shared: dict[int, float] = defaultdict(float)
        for line in set(prompt.split("\n")):
            places = self._lines.get(line, ())
            for place in places if line.strip() else ():
                shared[place] += 1 / len(places)
        return max(shared, key=lambda place: shared[place], default=None)


def _prompt(request: Mapping[str, Any]) -> str:
    messages = request.get("messages") or [{}]
    return "\n".join(str(message.get("content", "")) for message in messages)


def _difference(before: str, after: str) -> str:
    """The first part of a prompt that changed, with a word on either side."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            was, now = _part(old, i1, i2), _part(new, j1, j2)
            return f"the prompt changed: “{was}” became “{now}”"
    return "the form of its messages changed"


def _part(words: Sequence[str], start: int, end: int) -> str:
    text = "".join(words[max(0, start - 2) : end + 2])
    shown = " ".join(text.split())
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
