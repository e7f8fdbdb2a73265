"""The embedded chat model, as a child process that speaks the OpenAI protocol on loopback.

A crash inside llama.cpp takes its process along, so it never runs in ours. The child ends when
its parent does (its standard input closes), and another `footnoted` on this computer uses the one
that is running, found by a file that only this user can read.
"""

import contextlib
import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import urllib.request
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from index.weights import sha256_of
from rag.errors import ModelUnreachable

__all__ = ["EmbeddedServer", "Endpoint"]

START_TIMEOUT_S = 120
CONTEXT_TOKENS = 4096
SLOTS = 2
STATE = "server.json"
WARNINGS = 2  # of llama.cpp's levels: its log of every request would grow for days


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a chat model answers. `local` means that it computes on this computer's own cores."""

    base_url: str | None
    api_key: str | None = field(repr=False)
    model: str
    local: bool = False


class EmbeddedServer:
    """Owns the child process, or borrows one that another `footnoted` runs.

    `adapter` is a LoRA adapter (arXiv:2106.09685) of these weights, laid over all that they do.
    """

    def __init__(self, weights: Path, cache: Path, name: str, adapter: Path | None = None) -> None:
        self._weights = weights
        self._cache = cache
        self._name = name
        self._adapter = adapter
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._endpoint: Endpoint | None = None

    def endpoint(self) -> Endpoint:
        """A running server's endpoint, started (or started again) where there is none.

        Raises ModelUnreachable where the weights can't be loaded.
        """
        with self._lock:
            if self._endpoint is None or not _answers(self._endpoint):
                self._stop()
                self._endpoint = self._borrow() or self._start()
            return self._endpoint

    def close(self) -> None:
        """End the child, where it is ours."""
        with self._lock:
            self._stop()
            self._endpoint = None

    def _borrow(self) -> Endpoint | None:
        try:
            state = json.loads((self._cache / STATE).read_text())
            if any(state[key] != value for key, value in self._loaded().items()):
                return None
            endpoint = Endpoint(state["base_url"], state["api_key"], self._name, local=True)
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return endpoint if _answers(endpoint) else None

    def _start(self) -> Endpoint:
        key = secrets.token_urlsafe(24)
        adapter = str(self._adapter.absolute()) if self._adapter else ""
        order = {"weights": str(self._weights.absolute()), "adapter": adapter}
        order |= {"key": key, "name": self._name}
        with tempfile.TemporaryFile("w+", errors="replace") as log:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "rag.server"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                cwd=Path(__file__).parent.parent,
                start_new_session=True,
            )
            address = self._hand_over(order)
            if not address:
                self._stop()
                raise ModelUnreachable(
                    f"the chat model {self._weights} can't be loaded ({_first_error(log)}): see "
                    "that FOOTNOTED_CHAT_WEIGHTS names a whole GGUF file, or run `make install`"
                )
        endpoint = Endpoint(f"{address}/v1", key, self._name, local=True)
        with contextlib.suppress(OSError):  # in a cache that is read-only nobody can borrow it
            self._publish(endpoint)
        return endpoint

    def _hand_over(self, order: dict[str, str]) -> str:
        """Give the child its order and wait for its address, "" where it ends without one.

        The key travels by pipe only.
        """
        child = self._child
        assert child is not None and child.stdin is not None and child.stdout is not None  # noqa: S101, PT018
        watchdog = threading.Timer(START_TIMEOUT_S, child.kill)
        watchdog.start()
        try:
            child.stdin.write(json.dumps(order) + "\n")
            child.stdin.flush()
            return child.stdout.readline().strip()
        except OSError:
            return ""
        finally:
            watchdog.cancel()

    def _publish(self, endpoint: Endpoint) -> None:
        state = {**asdict(endpoint), **self._loaded()}
        self._cache.mkdir(parents=True, exist_ok=True)
        temporary = self._cache / f"{STATE}.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(state, file)
        temporary.replace(self._cache / STATE)

    def _loaded(self) -> dict[str, str]:
        """What a server must have loaded to be borrowed: an adapter counts by what is in it."""
        adapter = sha256_of(self._adapter) if self._adapter else ""
        return {"weights": str(self._weights.resolve()), "adapter": adapter}

    def _stop(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()


def _answers(endpoint: Endpoint) -> bool:
    """Whether a server of ours, with our key, is there. No proxy is asked: the key stays here."""
    request = urllib.request.Request(  # noqa: S310 (an http address of our own making)
        f"{endpoint.base_url}/models", headers={"Authorization": f"Bearer {endpoint.api_key}"}
    )
    directly = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with directly.open(request, timeout=5) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError, http.client.HTTPException):
        return False


def _first_error(log: IO[str]) -> str:
    """What llama.cpp complained of first, which is the cause of all that follows."""
    log.seek(0)
    lines = [line.strip() for line in log if line.strip()]
    errors = [line.partition(" E ")[2] for line in lines if " E " in line]
    return (errors or lines[-1:] or ["llama.cpp ended without a word"])[0][-200:]


def _serve() -> None:
    """The child: load the weights, print the address, stay until standard input closes."""
    import xllamacpp

    order = json.loads(sys.stdin.readline())
    watcher = threading.Thread(target=_end_with_parent, daemon=True)
    watcher.start()  # before the load, which takes seconds
    params = xllamacpp.CommonParams()
    params.model.path = order["weights"]
    params.model_alias = {order["name"]}
    if order["adapter"]:
        params.lora_adapters = [xllamacpp.CommonAdapterLoraInfo(order["adapter"])]
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.n_gpu_layers = 0
    params.n_parallel = SLOTS
    params.n_ctx = SLOTS * CONTEXT_TOKENS
    params.cpuparams.n_threads = os.cpu_count() or 1
    params.ui = False
    params.ui_mcp_proxy = False
    params.endpoint_slots = False
    params.verbosity = WARNINGS
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)
    watcher.join()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    _serve()
