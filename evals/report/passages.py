"""The places of the documents that an answer rests on, with its footnotes and the evidence lit."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from evals.matching import occurrences
from evals.results import Result, Source
from rag.answer import Citation

__all__ = ["footnotes", "passages"]

AROUND = 160  # characters of text shown on either side of what is lit
LONGEST = 1600  # of a stretch that is shown whole: an assistant may cite a book


@dataclass(frozen=True, slots=True)
class Lit:
    """A part of a document that is lit: a footnote's sentence (`number`), or evidence (0)."""

    start: int
    end: int
    number: int


def footnotes(result: Result) -> list[Citation]:
    """The different citations of an answer, in the order in which a reader meets them."""
    return list(dict.fromkeys(result.citations))


def passages(result: Result) -> str:
    """Each cited document's passages, as HTML; evidence that wasn't cited is lit there too."""
    notes = footnotes(result)
    quotes = [quote for group in result.case.evidence for quote in group]
    parts = []
    for id_, source in result.sources.items():
        cited = [
            Lit(note.start, note.end, number)
            for number, note in enumerate(notes, start=1)
            if note.document_id == id_ and 0 <= note.start < note.end <= len(source.text)
        ]
        gold = [Lit(*place, 0) for quote in quotes for place in occurrences(source.text, quote)]
        if cited or gold:
            name = next((n.source for n in notes if n.document_id == id_), None) or _name(
                result, id_
            )
            shown = "".join(
                _window(source, window, cited + gold) for window in _windows(source, cited + gold)
            )
            parts.append(
                f'<div class="source"><div class="quiet">{escape(name)}</div>{shown}</div>'
            )
    return "".join(parts) + _lost(result, notes)


def _name(result: Result, id_: str) -> str:
    answer = result.answer
    near = [*(result.found or ()), *(answer.related if answer else ())]
    return next((citation.source for citation in near if citation.document_id == id_), id_)


def _lost(result: Result, notes: Sequence[Citation]) -> str:
    """The footnotes that resolve to no place in any document."""
    lost = [
        f"<li>[{number}] {escape(note.source)}: <q>{escape(_shortened(note.quote))}</q></li>"
        for number, note in enumerate(notes, start=1)
        if not _resolves(result, note)
    ]
    return (
        f'<p class="bad">Not in the documents as quoted:</p><ul>{"".join(lost)}</ul>'
        if lost
        else ""
    )


def _resolves(result: Result, note: Citation) -> bool:
    source = result.sources.get(note.document_id, Source(""))
    return note.quote != "" and source.text[note.start : note.end] == note.quote


def _windows(source: Source, lit: Sequence[Lit]) -> list[tuple[int, int]]:
    """The parts to show, from a space to a space; those that touch become one."""
    merged: list[tuple[int, int]] = []
    for one in sorted(lit, key=lambda part: part.start):
        start = _space(source.text, max(0, one.start - AROUND), step=-1)
        end = _space(source.text, min(len(source.text), one.end + AROUND), step=1)
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _space(text: str, place: int, *, step: int) -> int:
    for _ in range(40):  # a text without spaces is cut in a word
        if not 0 < place < len(text) or text[place].isspace():
            break
        place += step
    return place


def _window(source: Source, window: tuple[int, int], lit: Sequence[Lit]) -> str:
    start, end = window
    inside = [one for one in lit if start <= one.start and one.end <= end]
    edges = sorted({start, end, *(one.start for one in inside), *(one.end for one in inside)})
    parts = ["… " if start else ""]
    for left, right in pairwise(edges):
        over = [one for one in inside if one.start <= left and right <= one.end]
        part = source.text[left:right].lstrip() if left == start else source.text[left:right]
        text = escape(_shortened(part))
        parts.append(f'<mark class="{_classes(over)}">{text}</mark>' if over else text)
        numbers = sorted({one.number for one in inside if one.end == right and one.number})
        parts.append("".join(f"<sup>[{number}]</sup>" for number in numbers))
    return f"<blockquote>{''.join(parts)}{' …' if end < len(source.text) else ''}</blockquote>"


def _shortened(text: str) -> str:
    """Its beginning and its end, where it is long."""
    half = LONGEST // 2
    return text if len(text) <= LONGEST else f"{text[:half]} […] {text[-half:]}"


def _classes(over: Sequence[Lit]) -> str:
    cited = "cited" if any(one.number for one in over) else ""
    gold = "gold" if any(not one.number for one in over) else ""
    return f"{cited} {gold}".strip()
