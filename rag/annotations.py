"""Citations as W3C Web Annotations, and exported answers read back.

The model is that of https://www.w3.org/TR/annotation-model/: a claim is the body, the target is
the document with a TextQuoteSelector and a TextPositionSelector (offsets in characters).
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from index.documents import Document
from rag.answer import Citation
from rag.errors import AssistantError

__all__ = ["Cited", "UnreadableExport", "annotation", "embed", "read_export"]

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
DOCUMENT = "urn:footnoted:document:"
AROUND = 32  # characters of prefix and suffix, as other annotation tools keep

_EMBEDDED = re.compile(
    r"<!-- footnoted\s(?P<markdown>.*?)-->"
    r'|<script type="application/ld\+json" id="footnoted">(?P<html>.*?)</script>',
    re.S,
)


class UnreadableExport(AssistantError):
    """A file that holds no exported answer."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One claim of an exported answer with one of its citations."""

    claim: str
    citation: Citation


def annotation(claim: str, citation: Citation, document: Document | None) -> dict[str, Any]:
    """A citation of `claim`; with what stands around the quote where its document is at hand."""
    quote = {"type": "TextQuoteSelector", "exact": citation.quote}
    if document is not None and document.text[citation.start : citation.end] == citation.quote:
        quote["prefix"] = document.text[max(0, citation.start - AROUND) : citation.start]
        quote["suffix"] = document.text[citation.end : citation.end + AROUND]
    position = {"type": "TextPositionSelector", "start": citation.start, "end": citation.end}
    selectors = [quote, position]
    if citation.page is not None:
        selectors.append({"type": "FragmentSelector", "value": f"page={citation.page}"})
    return {
        "@context": CONTEXT,
        "type": "Annotation",
        "motivation": "linking",
        "body": {"type": "TextualBody", "value": claim, "format": "text/plain"},
        "target": {
            "type": "SpecificResource",
            "source": {
                "id": f"{DOCUMENT}{citation.document_id}",
                "type": "Text",
                "title": citation.source,
            },
            "selector": selectors,
        },
    }


def embed(export: dict[str, Any]) -> str:
    """An export as JSON that can stand inside HTML or a comment: no text in it ends either."""
    escapes = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
    written = json.dumps(export, ensure_ascii=False)
    return re.sub("[<>&]", lambda match: escapes[match[0]], written)


def read_export(text: str) -> list[Cited]:
    """Every citation of an export (JSON, Markdown or HTML) or of `footnoted ask --json`.

    Raises UnreadableExport where it holds none that can be read.
    """
    found = _EMBEDDED.search(text)
    written = (found["markdown"] or found["html"]) if found else text
    try:
        export = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise UnreadableExport(f"it holds no exported answer: it is no JSON ({error})") from error
    try:
        answers = [*export.get("answers", [export]), *export.get("checked", [])]
        return [cited for answer in answers for cited in _cited(answer)]
    except (LookupError, TypeError, AttributeError, ValueError, OverflowError) as error:
        raise UnreadableExport(
            f"it holds no exported answer ({type(error).__name__}: {error}): give a file that the "
            "page exported, or the output of `footnoted ask --json`"
        ) from error


def _cited(answer: dict[str, Any]) -> Iterator[Cited]:
    if "annotations" in answer:
        for each in answer["annotations"]:
            yield Cited(_text(each["body"]["value"]), _from_annotation(each["target"]))
        return
    for claim in answer["claims"]:
        for each in claim["citations"]:
            page = None if each["page"] is None else int(each["page"])
            start, end = int(each["start"]), int(each["end"])
            id_, source, quote = (_text(each[key]) for key in ("document_id", "source", "quote"))
            yield Cited(_text(claim["text"]), Citation(id_, source, start, end, quote, page))


def _from_annotation(target: dict[str, Any]) -> Citation:
    selectors = {each["type"]: each for each in target["selector"]}
    quote, position = selectors["TextQuoteSelector"], selectors["TextPositionSelector"]
    page = re.fullmatch(r"page=(\d+)", selectors.get("FragmentSelector", {}).get("value", ""))
    return Citation(
        _text(target["source"]["id"]).removeprefix(DOCUMENT),
        _text(target["source"]["title"]),
        int(position["start"]),
        int(position["end"]),
        _text(quote["exact"]),
        int(page[1]) if page else None,
    )


def _text(value: object) -> str:
    """A text of the file; half of a character, which no library holds, becomes "?"."""
    return str(value).encode("utf-8", "replace").decode()
