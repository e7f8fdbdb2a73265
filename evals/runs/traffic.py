"""Model traffic, recorded to a file and replayed from it, so that a run needs no model.

A reply is found by the sha256 of its request in canonical form (RFC 8785 in spirit: sorted keys, no
spaces). So a prompt that changed by one character finds none: that is an error of the case, which
names the change, and no call is ever made. Headers, and with them the key, are never recorded.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx

from evals.errors import RecordingError
from evals.runs.changes import Nearest
from evals.runs.lines import Lines, read_lines
from rag.chat import plain_client
from rag.errors import ModelError
from rag.server import Endpoint

__all__ = ["NotRecorded", "Recorder", "Replay"]

FORMAT = 1
KEPT = (200, 400, 422)  # answers, and refusals of a parameter, which a client learns from


class NotRecorded(ModelError):
    """The recording has no reply to a request."""


class Recorder:
    """Writes each request and its reply; goes on with a file of the same model."""

    def __init__(self, path: Path, *, model: str, label: str) -> None:
        header, entries = _read(path) if path.exists() and path.stat().st_size else (None, [])
        if header and header["model"] != model:
            raise RecordingError(
                f"{path} holds traffic of {header['model']}, and this is {model}: name another file"
            )
        self._known = {entry["key"] for entry in entries}
        self._lines = Lines(path)
        if header is None:
            self._lines.append({"footnoted_recording": FORMAT, "model": model, "label": label})

    def clients(self, endpoint: Endpoint) -> httpx.AsyncClient:
        """The connections to an endpoint, with every reply written down."""

        async def note(response: httpx.Response) -> None:
            await response.aread()
            self._note(response, endpoint.api_key)

        client = plain_client(endpoint)
        client.event_hooks = {"response": [note]}
        return client

    def close(self) -> None:
        """Close the file."""
        self._lines.close()

    def _note(self, response: httpx.Response, secret: str | None) -> None:
        if response.status_code not in KEPT:
            return
        try:
            request, reply = json.loads(response.request.content), response.json()
        except ValueError:  # no chat completion; the client will say so
            return
        key = _key(request)
        if key not in self._known:
            self._known.add(key)
            entry = {"status": response.status_code, "request": request, "reply": reply}
            self._lines.append({"key": key, **_without(secret, entry)})


class Replay:
    """Answers requests from a recording, in this process."""

    def __init__(self, path: Path) -> None:
        header, entries = _read(path)
        self.model = str(header["model"])
        self.label = str(header["label"])
        self._path = path
        self._replies = {
            entry["key"]: (entry["status"], json.dumps(entry["reply"]).encode())
            for entry in entries
        }
        self._nearest = Nearest([entry["request"] for entry in entries])

    def clients(self, _: Endpoint) -> httpx.AsyncClient:
        """Connections that lead nowhere but to the recording."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._reply), trust_env=False)

    async def _reply(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.content)
        found = self._replies.get(_key(body))
        if found is None:
            raise NotRecorded(
                f"{self._path} has no reply to this request: {self._nearest.change(body)}; record "
                "it again with --record"
            )
        status, reply = found
        return httpx.Response(status, content=reply, headers={"content-type": "application/json"})


def _read(path: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    try:
        header, *entries = read_lines(path)
        fine = header["footnoted_recording"] == FORMAT and {"model", "label"} <= set(header)
        fine = fine and all({"key", "status", "request", "reply"} <= set(e) for e in entries)
    except OSError as error:
        raise RecordingError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, KeyError):
        fine = False
    if not fine:
        raise RecordingError(
            f"{path} is no recording of model traffic: make one with `footnoted eval --record FILE`"
        )
    return header, entries


def _key(request: dict[str, Any]) -> str:
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _without(secret: str | None, entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with the key struck out, which some servers repeat in what they say."""
    text = json.dumps(entry)
    if not secret or json.dumps(secret)[1:-1] not in text:
        return entry
    struck: dict[str, Any] = json.loads(text.replace(json.dumps(secret)[1:-1], "[key]"))
    return struck
