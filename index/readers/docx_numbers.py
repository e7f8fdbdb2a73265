"""The numbers that Word writes before paragraphs but not into their text: "4.2", "(a)"."""

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from index.readers.numbers import numeral

if TYPE_CHECKING:
    from docx.document import Document as Docx

__all__ = ["Numbers"]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
KINDS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}
UNWRITTEN = ("bullet", "none")


class Numbers:
    """The lists of a document, and how far each is."""

    def __init__(self, document: "Docx") -> None:
        self._kinds: dict[str, Any] = {}  # what lists look like, by its id
        self._lists: dict[str, Any] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)  # of each kind, by level
        self._begun: set[str] = set()
        for relation in document.part.rels.values():
            if relation.reltype.endswith("/numbering") and not relation.is_external:
                self._learn(_tree(relation.target_part.blob))

    def mark(self, list_id: str, depth: int) -> str:
        """What is written before the next paragraph of a list; "" if that is but a bullet."""
        kind = _value(self._lists.get(list_id), "abstractNumId")
        level = self._level(list_id, depth)
        if level is None or _value(level, "numFmt") in UNWRITTEN:
            return ""
        counts = self._counts[kind]
        if list_id not in self._begun:
            self._begun.add(list_id)
            counts |= {at: start - 1 for at, start in self._begins_at(list_id)}
        counts[depth] = counts.get(depth, _start(level) - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        return re.sub(
            r"%([1-9])",
            lambda match: self._number(list_id, int(match[1]) - 1, level),
            _value(level, "lvlText"),
        ).strip()

    def _learn(self, root: Any) -> None:
        for node in root:
            if node.tag == W + "abstractNum":
                self._kinds[node.get(W + "abstractNumId", "")] = node
            elif node.tag == W + "num":
                self._lists[node.get(W + "numId", "")] = node

    def _level(self, list_id: str, depth: int) -> Any:
        """How a level of a list is numbered: as the list says of itself, else as its kind."""
        held = self._lists.get(list_id)
        own = held.findall(f"{W}lvlOverride/{W}lvl") if held is not None else []
        kind = self._kinds.get(_value(held, "abstractNumId"))
        levels = [*own, *(kind.iterchildren(W + "lvl") if kind is not None else ())]
        return next((each for each in levels if each.get(W + "ilvl") == str(depth)), None)

    def _begins_at(self, list_id: str) -> list[tuple[int, int]]:
        """The levels of a list that begin anew, and where."""
        overrides = self._lists[list_id].iterchildren(W + "lvlOverride")
        told = ((node.get(W + "ilvl", ""), _value(node, "startOverride")) for node in overrides)
        return [(int(at), int(start)) for at, start in told if at.isdecimal() and start.isdecimal()]

    def _number(self, list_id: str, depth: int, told: Any) -> str:
        """The number of a level, in the mark of the level `told`."""
        level = self._level(list_id, depth)
        if level is None:
            return ""
        kind = _value(self._lists[list_id], "abstractNumId")
        number = self._counts[kind].get(depth, _start(level))
        plain = told.find(W + "isLgl") is not None
        return numeral(number, "1" if plain else KINDS.get(_value(level, "numFmt"), "1"))


def _value(node: Any, name: str) -> str:
    found = node.find(W + name) if node is not None else None
    return str(found.get(W + "val", "")) if found is not None else ""


def _start(level: Any) -> int:
    start = _value(level, "start")
    return int(start) if start.isdecimal() and len(start) < 9 else 1


def _tree(data: bytes) -> Any:
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
