"""Which chat model answers: an endpoint that was named, the embedded one, or none."""

import threading
from pathlib import Path

from index.weights import CHAT, weights_path
from rag.chat import ChatModel, Connect
from rag.errors import SettingsError
from rag.server import EmbeddedServer, Endpoint
from rag.settings import DEFAULT_REMOTE_MODEL, NO_MODEL, Settings

__all__ = ["ModelSource", "open_model"]

EMBEDDED = "qwen2.5-coder-1.5b-instruct"


class ModelSource:
    """Hands out the chat model for each question, a new one where the embedded server was
    started again. `connect` opens it at an endpoint."""

    def __init__(
        self,
        origin: Endpoint | EmbeddedServer,
        name: str,
        label: str,
        connect: Connect = ChatModel,
    ) -> None:
        self.name = name
        self.label = label
        self._connect = connect
        self._origin = origin
        self._lock = threading.Lock()
        self._model: ChatModel | None = None

    def current(self) -> ChatModel:
        """The model, connected. Raises ModelUnreachable where the embedded one can't start."""
        with self._lock:
            origin = self._origin
            endpoint = origin if isinstance(origin, Endpoint) else origin.endpoint()
            if self._model is None or self._model.endpoint != endpoint:
                self._drop()
                self._model = self._connect(endpoint)
            return self._model

    def close(self) -> None:
        """Close the connections, and the embedded server where it is ours."""
        with self._lock:
            self._drop()
            if isinstance(self._origin, EmbeddedServer):
                self._origin.close()

    def _drop(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None


def open_model(settings: Settings, connect: Connect = ChatModel) -> ModelSource | None:
    """The model that the settings name; None in quotes mode: "none" is set, or no weights exist.

    Raises SettingsError for weights that were named and can't be used, WeightsUnusable for a file
    of ours that isn't what it should be.
    """
    if settings.model == NO_MODEL:
        return None
    if settings.remote:
        name = settings.model or DEFAULT_REMOTE_MODEL
        endpoint = Endpoint(settings.base_url, settings.api_key, name)
        label = f"{name} at {settings.base_url or 'the OpenAI API'}"
        return ModelSource(endpoint, name, label, connect)
    weights = _own_weights(settings.chat_weights) or _fetched_weights(settings)
    if weights is None:
        return None
    name = settings.model or (weights.stem if settings.chat_weights else EMBEDDED)
    label = "Qwen2.5 1.5B" if name == EMBEDDED else name
    server = EmbeddedServer(weights, settings.cache, name)
    return ModelSource(server, name, f"{label} on this computer", connect)


def _own_weights(path: Path | None) -> Path | None:
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise SettingsError(
            f"FOOTNOTED_CHAT_WEIGHTS is {str(path)!r}, which can't be read ({error.strerror}): "
            "name a GGUF file"
        ) from error
    if magic != b"GGUF":
        raise SettingsError(
            f"FOOTNOTED_CHAT_WEIGHTS is {str(path)!r}, which is no GGUF file: name one that is"
        )
    return path


def _fetched_weights(settings: Settings) -> Path | None:
    present = (settings.cache / CHAT.filename).exists()
    return weights_path(CHAT, settings.cache) if present else None
