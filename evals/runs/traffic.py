"""Model traffic, recorded to a file and replayed from it, so that a run needs no model.

A reply is found by the sha256 of its request in canonical form (sorted keys, no spaces). So a
prompt that changed by one character finds none: that is an error of the case, which names the
change, and no call is ever made. Only requests and replies are recorded, and never a key.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.errors import RecordingError
from evals.runs.changes import Nearest
from evals.runs.lines import Lines, read_lines
from rag.chat import ChatModel, Reply
from rag.errors import ModelError
from rag.server import Endpoint

__all__ = ["NotRecorded", "Recorder", "Replay"]

FORMAT = 1


class NotRecorded(ModelError):
    """The recording has no reply to a request."""


class Recorder:
    """Writes each request with its reply; goes on with a file of the same model."""

    def __init__(self, path: Path, *, model: str, label: str) -> None:
        header, replies = _read(path) if path.exists() and path.stat().st_size else (None, {})
        if header and header["model"] != model:
            raise RecordingError(
                f"{path} holds traffic of {header['model']}, and this is {model}: name another file"
            )
        self._known = set(replies)
        self._lines = Lines(path)
        if header is None:
            self._lines.append({"footnoted_recording": FORMAT, "model": model, "label": label})

    def connect(self, endpoint: Endpoint) -> ChatModel:
        """A model whose replies are written down."""
        return _Recorded(endpoint, self)

    def note(self, request: dict[str, Any], reply: Reply) -> None:
        """Keep the first reply to a request: at temperature 0 another says no more."""
        key = _key(request)
        if key not in self._known:
            self._known.add(key)
            self._lines.append({"key": key, "request": request, "reply": asdict(reply)})

    def close(self) -> None:
        """Close the file."""
        self._lines.close()


class Replay:
    """The replies of a recording, by their requests."""

    def __init__(self, path: Path) -> None:
        header, self._replies = _read(path)
        self.model = str(header["model"])
        self.label = str(header["label"])
        self._path = path
        self._nearest = Nearest([request for request, _ in self._replies.values()])

    def connect(self, endpoint: Endpoint) -> ChatModel:
        """A model that says what was recorded, and makes no call."""
        return _Replayed(endpoint, self)

    def reply(self, request: dict[str, Any]) -> Reply:
        """The recorded reply; raises NotRecorded, which names what changed in the request."""
        found = self._replies.get(_key(request))
        if found is None:
            raise NotRecorded(
                f"{self._path} has no reply to this request: {self._nearest.change(request)}; "
                "record it again with --record"
            )
        return found[1]


class _Recorded(ChatModel):
    def __init__(self, endpoint: Endpoint, recorder: Recorder) -> None:
        super().__init__(endpoint)
        self._recorder = recorder

    async def complete(self, prompt: str, max_tokens: int, *, judged: bool) -> Reply:
        """The model's own reply."""
        reply = await super().complete(prompt, max_tokens, judged=judged)
        self._recorder.note(self.request(prompt, max_tokens, judged=judged), reply)
        return reply


class _Replayed(ChatModel):
    def __init__(self, endpoint: Endpoint, replay: Replay) -> None:
        super().__init__(endpoint)
        self._replay = replay

    async def complete(self, prompt: str, max_tokens: int, *, judged: bool) -> Reply:
        """The recorded reply."""
        return self._replay.reply(self.request(prompt, max_tokens, judged=judged))


Replies = dict[str, tuple[dict[str, Any], Reply]]


def _read(path: Path) -> tuple[dict[str, Any], Replies]:
    """The header, and request and reply by key."""
    try:
        header, *entries = read_lines(path)
        fine = header["footnoted_recording"] == FORMAT and {"model", "label"} <= set(header)
        replies = {entry["key"]: (entry["request"], _reply(entry["reply"])) for entry in entries}
    except OSError as error:
        raise RecordingError(f"{path} can't be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        fine = False
    if not fine:
        raise RecordingError(
            f"{path} is no recording of model traffic: make one with `footnoted eval --record FILE`"
        )
    return header, replies


def _reply(raw: Mapping[str, Any]) -> Reply:
    first = tuple((str(token), float(logprob)) for token, logprob in raw["first"])
    return Reply(raw["text"], first, int(raw["prompt_tokens"]), int(raw["completion_tokens"]))


def _key(request: dict[str, Any]) -> str:
    canonical = json.dumps(request, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
