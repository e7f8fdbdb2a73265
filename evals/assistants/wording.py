"""What a reply in plain words says of itself: its marks, whether it refuses, whether it tells of a
conflict. An assistant without a flag for these is read by its words."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from index.sentences import split_sentences
from rag.answer import Citation, Claim

__all__ = [
    "claims_of",
    "refuses",
    "said_by",
    "tells_conflict",
]

# In the first sentence of a reply, any of these makes it a refusal.
REFUSAL_PHRASES = (
    *("not mention", "n't mention", "no mention", "never mention"),
    *("not specif", "n't specif", "not state", "n't say", "not say", "not explicitly"),
    *("not given", "not known", "no information"),
    *("not relevant", "not helpful", "not enough information", "no relevant", "no specific"),
    *("none of the", "don't know", "do not know", "empty response"),
)
# And any of these, where that sentence speaks of its sources or of answering: "The rent does not
# include heating" and "Dogs cannot be kept" are answers.
DOUBTFUL_PHRASES = (
    *("not provide", "n't provide", "not contain", "n't contain", "not include", "n't include"),
    *("not available", "not possible", "cannot", "can't", "unable to"),
)
_OF_SOURCES = re.compile(
    r"\b(?:i|sources?|documents?|context|texts?|passages?|articles?|excerpts?|information|provided|"
    r"answer(?:ed)?|find|found|determined?|say|tell|help)\b"
)
# And these forms, which say that the sources don't say, or that whoever speaks doesn't know. "We
# don't ship abroad" and "No documents are needed" are answers.
_NO = r"(?:not|no|nothing|never|nowhere|silent|unclear|\w+n't)"
_SOURCE = (
    r"(?:sources?|documents?|documentation|context|texts?|passages?|articles?|excerpts?|materials?|"
    r"files?|information provided|knowledge base|search results)"
)
_SAY = (
    r"(?:address|answer|contain|cover|describ|detail|disclos|discuss|explain|giv|has\b|"
    r"have\b(?! to)|includ|indicat|list|mention|name|provid|refer|report|reveal|"
    r"sa[iy]|speak|specif|stat|tell)"
)
_NOTHING = r"(?:answer|data|details?|evidence|indication|information|mention|record|reference)"
_REFUSALS = (
    rf"\b{_SOURCE}(?: \w+){{0,3}} {_NO}(?: \w+){{0,3}} {_SAY}",
    rf"\b{_SOURCE}(?: \w+){{0,2}} (?:silent|nothing|no {_NOTHING})\b",
    rf"\b(?:no|neither)(?: of the)? {_SOURCE}(?: \w+)? {_SAY}",
    rf"\b(?:{_NO}(?: \w+){{0,3}} (?:in|by|from)|outside(?: of)?)(?: \w+){{0,3}} {_SOURCE}\b",
    rf"\b(?:no|not enough|insufficient) {_NOTHING}\b(?: \w+){{0,2}} (?:about|on|to) "
    r"(?:answer|it|that|this|the question)\b",
    r"\bi(?:'m|'ve| am| have| could| can| do| did)?(?: ?not|n't| no| nothing| unable| unsure)\b",
    r"^(?:(?:i am|i'm|we are|we're) )?(?:very )?sorry\b",
    r"^(?:n/?a|unknown|unanswerable|insufficient information|no (?:answer|results?)(?: found)?|"
    r"not (?:available|answerable|found|provided))\W*$",
)
_REFUSAL = re.compile("|".join(_REFUSALS))
# In a sentence of a reply, any of these says that sources disagree, if it doesn't deny just that.
_DISAGREE = (
    r"(?:conflicting|disagree|discrepan|inconsisten|contradict|differing|conflict between|"
    rf"{_SOURCE}(?: \w+)? (?:conflict|differ\b|give different|say different))"
)
_AGREE = re.compile(rf"\b(?:{_NO}|without|free of)(?: \w+){{0,2}} {_DISAGREE}")
_CONFLICT = re.compile(_DISAGREE)
# And any of these, between what is cited to one document and what is cited to another: "However,
# tenants need consent" goes on with the same.
_CONTRAST = re.compile(r"\b(?:however|whereas|on the other hand|in contrast)\b")
_NUMBERS = r"(?:sources?:?\s*|doc)?\d{1,2}(?:\s*(?:,|and|[-\u2013])\s*(?:source\s*|doc)?\d{1,2})*"
_MARK = re.compile(
    rf"\s*(?:[\[\u3010]\s*\^?({_NUMBERS})\s*[\]\u3011]|\((?=source)({_NUMBERS})\))", re.IGNORECASE
)
# A list of what the marks stand for, at the end of a reply: it claims nothing.
_LIST = re.compile(
    r"\n[\s#*_]*(?:sources?|references?|citations?|footnotes?)[\s*_]*(?::.*|\n.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_MARKS_AFTER_STOP = re.compile(rf"([.!?])((?:{_MARK.pattern})+)", re.IGNORECASE)


def claims_of(text: str, sources: Sequence[Citation]) -> Iterator[Claim]:
    """A reply's sentences, each with those of `sources`, from 1, that its marks name: `[2]`,
    `[2, 3]`, `[2-4]`, `[^2]`, `[Source 2]`, `(source 2)`, `[doc2]`. Nobody checked them, so they
    carry no checks. Headings, but for one that is all there is, and the list of the sources at
    its end are no sentences.
    """
    # "… of rice. [1]" cites what stands before the full stop.
    marked = _MARKS_AFTER_STOP.sub(r"\2\1", _LIST.sub("", text.strip()))
    sentences = split_sentences(marked)
    for sentence in [one for one in sentences if not one.heading] or sentences:
        part = marked[sentence.start : sentence.end]
        said = " ".join(_MARK.sub("", part).split())
        numbers = [number for mark in _MARK.finditer(part) for number in _numbered(mark[0])]
        cited = tuple(sources[n - 1] for n in dict.fromkeys(numbers) if 0 < n <= len(sources))
        if any(char.isalnum() for char in said):
            yield Claim(said, cited, "supported")


def _numbered(mark: str) -> Iterator[int]:
    for first, last in re.findall(r"(\d+)(?:\s*[-\u2013]\s*(\d+))?", mark):
        yield from range(int(first), int(last or first) + 1)


def refuses(text: str) -> bool:
    """Whether a reply says nothing, or says first that it can't answer."""
    first = _plain(_first_sentence(text))
    doubtful = _has(first, DOUBTFUL_PHRASES) and bool(_OF_SOURCES.search(first))
    told = doubtful or _has(first, REFUSAL_PHRASES) or bool(_REFUSAL.search(first))
    return not text.strip() or told


def tells_conflict(claims: Sequence[Claim]) -> bool:
    """Whether a reply says somewhere that its sources disagree."""
    texts = [_plain(claim.text) for claim in claims]
    if any(_CONFLICT.search(text) and not _AGREE.search(text) for text in texts):
        return True
    cited = [frozenset(note.document_id for note in claim.citations) for claim in claims]
    sides = [frozenset[str](), *cited]
    return any(
        _CONTRAST.search(text) and len(before | here) > 1
        for text, (before, here) in zip(texts, pairwise(sides), strict=True)
    )


def said_by(response: Any) -> str:
    """What a LlamaIndex `Response` says; its text is "None" for one that says nothing."""
    said = str(response)
    kept = getattr(response, "response", None) or getattr(response, "response_txt", None)
    return said if kept or said != "None" else ""


def _first_sentence(text: str) -> str:
    sentences = split_sentences(text)
    return text[sentences[0].start : sentences[0].end] if sentences else text


def _plain(text: str) -> str:
    """In lower case, white space and apostrophes alike."""
    return " ".join(text.lower().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def _has(plain: str, phrases: Sequence[str]) -> bool:
    return any(phrase in plain for phrase in phrases)
