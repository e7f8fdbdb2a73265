"""What another assistant replied, as an answer of ours: its citations are looked up in the
documents, and nothing is made up for what it doesn't say."""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Protocol

from evals.assistants.wording import claims_of, refuses, said_by, tells_conflict
from evals.errors import SubjectError
from evals.matching import occurrences
from index.documents import Document
from index.library import DocumentRow
from rag.answer import Answer, Citation, Claim, Usage

__all__ = [
    "Places",
    "answer_in_words",
    "answer_of_contract",
    "answer_of_response",
    "found_by",
    "object_in",
]

NOWHERE = (0, 0)  # the place of a quote that is in no document: it cites no sentence
# Where an object begins: at the very start, or on a line of its own with a key of the contract.
_OBJECT = re.compile(r'\A\s*\{\s*"|^[ \t]*\{\s*"(?:text|claims)"', re.MULTILINE)
MOST_TOKENS = 10**12  # of an answer; a count over it is none
KEPT = 64  # documents in memory
LONGEST = 100_000  # characters of an answer


class _Documents(Protocol):
    def documents(self) -> Sequence[DocumentRow]: ...
    def document(self, id_: str, /) -> Document | None: ...


class Places:
    """Finds what a citation names: a document by its id, its title, its path or the end of that,
    such as its file's name, where no other document goes by it; and a quote in it."""

    def __init__(self, library: _Documents) -> None:
        self._read = lru_cache(KEPT)(library.document)  # every citation asks for one, or for all
        rows = library.documents()
        named = [(name, row.id) for row in rows for name in {row.title, *_names(row.source)}]
        often = Counter(name for name, _ in named)
        self._ids = {name: id_ for name, id_ in named if name and often[name] == 1}
        self._ids |= {row.source: row.id for row in rows} | {row.id: row.id for row in rows}

    def cite(self, raw: Mapping[str, Any]) -> Citation:
        """A citation of the contract's form: a place inside its document is kept, right or wrong,
        and without a quote it stands for the text there; else the quote is searched for in the
        document that is named, or in all where none is; without either the whole document is cited.
        One that names a document that isn't there is to nowhere, whoever has its quote."""
        source = str(raw.get("source") or "")
        id_ = self._document(str(raw.get("document_id") or ""), source)
        quote, text = str(raw.get("quote") or ""), self._text(id_)
        start, end = raw.get("start"), raw.get("end")
        if id_ and isinstance(start, int) and isinstance(end, int):
            place = (start, end) if 0 <= start < end <= len(text) else NOWHERE
            return self._citation(id_, raw, *place, quote or text[slice(*place)])
        if not quote:
            return self._citation(id_, raw, 0, len(text), text)
        everywhere = [] if source else list(dict.fromkeys(self._ids.values()))
        for candidate in [id_] if id_ else everywhere:
            text = self._text(candidate)
            for place in occurrences(text, quote)[:1]:
                return self._citation(candidate, raw, *place, text[slice(*place)])
        return self._citation(id_, raw, *NOWHERE, quote)

    def has(self, citation: Citation) -> bool:
        """Whether its quote is what stands in the documents at its place."""
        there = self._text(citation.document_id)[citation.start : citation.end]
        return bool(there) and there == citation.quote

    def _document(self, id_: str, source: str) -> str:
        """The id of the document that is named; "" where none is."""
        return next((self._ids[name] for name in (id_, *_names(source)) if name in self._ids), "")

    def _text(self, id_: str) -> str:
        document = self._read(id_) if id_ else None
        return document.text if document else ""

    def _citation(
        self, id_: str, raw: Mapping[str, Any], start: int, end: int, quote: str
    ) -> Citation:
        document = self._read(id_) if id_ else None
        named = str(raw.get("source") or raw.get("document_id") or "")
        page = raw.get("page")
        source = document.source if document else named
        return Citation(
            id_ or named, source, start, end, quote, page if isinstance(page, int) else None
        )


def _names(path: str) -> list[str]:
    """What a path may be called, the most exact first: itself, each end of it, its file's name
    without the suffix."""
    whole = PurePosixPath(path)
    ends = ["/".join(whole.parts[first:]) for first in range(len(whole.parts))]
    return [path, *ends, whole.stem] if path else []


def object_in(text: str) -> dict[str, Any] | None:
    """The JSON object that a reply is; None where it is words. Raises SubjectError for one that
    breaks off or stands among words, and for JSON that is neither an object nor words: its braces
    and keys would be graded as the answer."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not _OBJECT.search(text):
            return None
        raise SubjectError(
            f"the reply has the beginning of a JSON object and is none ({error}): give it alone"
        ) from None
    if value is None or isinstance(value, list | bool):
        raise SubjectError(f"the reply is the JSON {text.strip():.60}: give one object, or words")
    return value if isinstance(value, dict) else None


def answer_of_contract(raw: Mapping[str, Any], question: str, places: Places) -> Answer:
    """The object that `footnoted ask --json` prints; only `text` or `claims` must be there.

    Without claims, `text` is read by its marks, which number the objects of `citations`. Raises
    SubjectError for what is no such object.
    """
    wordy = raw.get("claims") is None
    if not isinstance(raw.get("text") if wordy else raw["claims"], str if wordy else list):
        has = f"it has {_keys(raw)}"
        raise SubjectError(f'the reply has no "text" in words and no list of "claims": {has}')
    cited = [places.cite(one) for one in _objects(raw, "citations")]
    if wordy:
        return answer_in_words(str(raw["text"]), cited, question, raw)
    claims = tuple(
        _claim(claim, [places.cite(one) for one in _objects(claim, "citations")], places)
        for claim in _objects(raw, "claims")
    )
    refused = _flag(raw, "abstained", not claims or refuses(claims[0].text))
    conflict = _flag(raw, "conflict", not refused and tells_conflict(claims))
    told = {"text": " ".join(claim.text for claim in claims), **raw}
    return _answer(told, question, () if refused else claims, conflict)


def answer_in_words(
    text: str, sources: Sequence[Citation], question: str, raw: Mapping[str, Any] | None = None
) -> Answer:
    """A reply in plain words, whose marks number `sources` from 1. Raises SubjectError for one of
    no words, which may as well be a model that died, and for one that is too long to be one."""
    if len(text) > LONGEST:
        raise SubjectError(
            f"the reply has {len(text):,} characters: an answer has {LONGEST:,} at most"
        )
    told = {"text": text, **(raw or {})}
    if not text.strip() and told.get("abstained") is None:
        raise SubjectError(
            'the reply is empty: a refusal says so, in words or with "abstained": true'
        )
    refused = _flag(told, "abstained", refuses(text))
    claims = () if refused else tuple(claims_of(text, sources))
    conflict = _flag(told, "conflict", not refused and tells_conflict(claims))
    return _answer(told, question, claims, conflict)


def answer_of_response(
    response: Any, question: str, places: Places
) -> tuple[Answer, tuple[Citation, ...]]:
    """A LlamaIndex `Response`, and what was found: its `source_nodes`, numbered from 1.

    Where its `metadata` is the contract's object (as our own query engine gives it), that is read.
    """
    found = tuple(places.cite(_node(node)) for node in response.source_nodes)
    metadata = getattr(response, "metadata", None)
    if isinstance(metadata, Mapping) and "claims" in metadata:
        return answer_of_contract(metadata, question, places), found
    return answer_in_words(said_by(response), found, question), found


def found_by(raw: Mapping[str, Any], places: Places) -> tuple[Citation, ...] | None:
    """What a reply says that its search found, best first; None where it says nothing of it."""
    if raw.get("found") is None:
        return None
    return tuple(places.cite(one) for one in _objects(raw, "found"))


def _node(scored: Any) -> dict[str, Any]:
    """A node as a citation. Its offsets are searched for anew: LlamaIndex's own may be wrong."""
    node = scored.node
    kept: Mapping[str, Any] = node.metadata
    source = kept.get("source") or kept.get("file_path") or kept.get("file_name")
    text = str(node.get_content())
    # CitationQueryEngine numbers its nodes in their own text.
    quote = text.split("\n", 1)[1] if text.startswith("Source ") and "\n" in text else text
    return {"source": source, "document_id": node.ref_doc_id, "quote": quote.strip()}


def _claim(raw: Mapping[str, Any], citations: Sequence[Citation], places: Places) -> Claim:
    """A claim that nobody here checked. "quoted" is believed only where it stands, word for word,
    in a place of the documents that it cites."""
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip():
        raise SubjectError(f'a claim of the reply has {text!r:.60} for a "text"')
    said = " ".join(text.split())
    quoted = any(said in " ".join(one.quote.split()) and places.has(one) for one in citations)
    return Claim(text, tuple(citations), "quoted" if quoted else "supported")


def _answer(
    raw: Mapping[str, Any], question: str, claims: tuple[Claim, ...], conflict: bool
) -> Answer:
    usage = raw.get("usage")
    counts = usage if isinstance(usage, Mapping) else {}
    return Answer(
        question=question,
        standalone_question=str(raw.get("standalone_question") or question),
        claims=claims,
        abstained=not claims,
        conflict=conflict,
        related=(),
        missing="" if claims else str(raw.get("text") or ""),
        model=str(raw.get("model") or ""),
        usage=Usage(_count(counts, "prompt_tokens"), _count(counts, "completion_tokens")),
        confidence=_confidence(raw),
    )


def _count(counts: Mapping[str, Any], key: str) -> int:
    count = counts.get(key)
    return count if isinstance(count, int) and 0 <= count <= MOST_TOKENS else 0


def _flag(raw: Mapping[str, Any], key: str, otherwise: bool) -> bool:
    """A key that is true or false; the text "false" would be true to Python."""
    told = raw.get(key)
    if told is not None and not isinstance(told, bool):
        raise SubjectError(f'the reply\'s "{key}" is true or false, not {told!r:.60}')
    return otherwise if told is None else told


def _confidence(raw: Mapping[str, Any]) -> float | None:
    told = raw.get("confidence")
    if told is None:
        return None
    number = isinstance(told, int | float) and not isinstance(told, bool)
    if not number or not abs(told) <= sys.float_info.max:  # nan is not
        raise SubjectError(f'the reply\'s "confidence" is a number, not {told!r:.60}')
    return float(told)


def _objects(raw: Mapping[str, Any], key: str) -> Iterable[Mapping[str, Any]]:
    rows = raw.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise SubjectError(f'the reply\'s "{key}" is no list of objects')
    return rows


def _keys(raw: Mapping[str, Any]) -> str:
    return ", ".join(map(str, raw)) or "no key at all"
