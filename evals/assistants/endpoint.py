"""An assistant behind an OpenAI-compatible chat endpoint that answers with citations.

There is no one form for them. What is read, the first that is there: the reply's content as the
contract's object; `message.context.citations` (Azure OpenAI "on your data", marks `[doc1]`);
`message.annotations` of type `url_citation` or `file_citation` (OpenAI); `citations` or
`search_results` beside `choices` (Perplexity and others, marks `[1]`). A citation with a text of
the source is looked up in the documents; one with a name alone cites that document whole.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

from evals.assistants.limit import within
from evals.assistants.outside import Asked
from evals.assistants.replies import object_in
from evals.errors import SubjectError

__all__ = ["open_endpoint"]


def open_endpoint(spec: str, api_key: str | None, timeout_s: float) -> Callable[[Asked], Any]:
    """Asks MODEL@URL, with the conversation as its messages. Raises SubjectError for a spec that
    is none, and for a call that fails."""
    model, at, url = spec.partition("@")
    if not (model and at and _is_address(url)):
        raise SubjectError(
            f"--assistant openai:{spec} names no endpoint: write openai:MODEL@http://HOST/v1"
        )
    import openai

    client = openai.OpenAI(base_url=url, api_key=api_key or "none", timeout=timeout_s)

    def reply(asked: Asked) -> Any:
        if asked.own:
            raise SubjectError(
                "the case has documents of its own, which an endpoint can't be given: index them "
                "there, and leave `documents` out of the case"
            )
        messages: Any = [asdict(message) for message in asked.history]
        messages.append({"role": "user", "content": asked.question})
        create = partial(client.chat.completions.create, model=model, messages=messages)
        try:
            # The client's own timeout begins anew with each retry, and with each byte.
            completion = within(timeout_s, f"{model} at {url}", create)
        except (openai.OpenAIError, ValueError, TypeError) as error:
            # Its text may repeat the key.
            raise SubjectError(f"{model} at {url} failed: {type(error).__name__}") from error
        whole = isinstance(completion, openai.BaseModel)  # else it is whatever the server sent
        return _read(completion.model_dump(warnings=False) if whole else {})

    return reply


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _read(completion: dict[str, Any]) -> dict[str, Any]:
    try:
        message = completion["choices"][0]["message"]
        text = _said(message["content"])
    except (KeyError, IndexError, TypeError):
        raise SubjectError("the endpoint's reply has no message of text in it") from None
    counted = {"model": completion.get("model"), "usage": completion.get("usage")}
    if not text and message.get("refusal"):
        return counted | {"text": str(message["refusal"]), "abstained": True}
    told = object_in(text)
    if told is not None and {"text", "claims"} & set(told):
        return counted | told
    try:
        return counted | _with_citations(text, message, completion)
    except (ValueError, TypeError, AttributeError) as error:
        raise SubjectError(
            f"the citations of the endpoint's reply can't be read: {error}"
        ) from None


def _said(content: Any) -> str:
    """The text of a message; a list holds its parts. Raises TypeError for what is no text."""
    if isinstance(content, list):
        return "".join(_said(part["text"]) for part in content if part["type"] == "text")
    if not isinstance(content, str | None):
        raise TypeError
    return content or ""


def _with_citations(
    text: str, message: Mapping[str, Any], completion: Mapping[str, Any]
) -> dict[str, Any]:
    context = message.get("context")
    rows = context.get("citations") if isinstance(context, Mapping) else None
    if rows is None and message.get("annotations"):
        return _annotated(text, _listed(message["annotations"]))
    if rows is None:
        rows = completion.get("search_results") or completion.get("citations") or []
    return {"text": text, "citations": [_named(row) for row in _listed(rows)]}


def _listed(rows: Any) -> list[Any]:
    if not isinstance(rows, list):
        raise TypeError(f"they are {rows!r:.60} and no list")
    return rows


def _annotated(text: str, annotations: list[Any]) -> dict[str, Any]:
    """Annotations mark the part of the answer that they stand for: each becomes a mark there."""
    noted = [note for note in annotations if isinstance(note, Mapping)]
    found = [note.get(str(note.get("type"))) or note for note in noted]
    marks = [
        (int(one.get("end_index") or one.get("index") or len(text)), number)
        for number, one in enumerate(found, start=1)
    ]
    for place, number in sorted(marks, reverse=True):
        text = f"{text[:place]} [{number}]{text[place:]}"
    return {"text": text, "citations": [_named(one) for one in found]}


def _named(row: Any) -> dict[str, Any]:
    """A citation in the contract's form, from whatever its maker calls a name and a text."""
    if isinstance(row, str):
        return {"source": _source(row)}
    if not isinstance(row, Mapping):
        return {}
    names = ("source", "filepath", "filename", "file_name", "url", "title")
    name = next((str(row[key]) for key in names if row.get(key)), "")
    texts = ("quote", "cited_text", "content", "snippet", "text")
    quote = next((str(row[key]) for key in texts if row.get(key)), "")
    place = {key: row[key] for key in ("start", "end", "document_id", "page") if key in row}
    return {"source": _source(name), "quote": quote, **place}


def _source(name: str) -> str:
    """The path of an address: documents have no host."""
    return unquote(urlsplit(name).path).lstrip("/") if "://" in name else name
