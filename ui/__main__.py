"""`footnoted chat`: serve the page on this computer."""

import argparse
import contextlib
import ipaddress
import logging
import os
import shlex
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import LibraryError
from rag.errors import AssistantError, SettingsError

if TYPE_CHECKING:
    import fastapi

    from rag.assistant import Assistant

__all__ = ["main", "serve", "web_app"]

LOOPBACK_NAMES = ("127.0.0.1", "localhost", "::1")
LONGEST_USER = 64  # bytes; a folder goes by it, each written as three at most
# Read by Gradio as it is imported: no analytics, no look for updates, no hub, no record of runs,
# and no statistics of its last 10,000 events, which it would work out anew after each.
QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(10**12),
    "GRADIO_CHECK_FOR_UPDATES": "False",
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}


def main(argv: list[str]) -> int:
    """Serve until interrupted; returns the exit code."""
    arguments = _parser().parse_args(argv)
    auth = "\n".join(arguments.auth or ()) or os.environ.get("FOOTNOTED_AUTH") or ""
    refused = _refusal(arguments.host, arguments.port, auth)
    if refused:
        return _fail(refused, 2)
    try:
        with _bound(arguments.host, arguments.port) as bound:
            return _chat(arguments, auth, bound)
    except OSError as error:
        where = f"{arguments.host}:{arguments.port}"
        return _fail(
            f"can't serve on {where}: {error.strerror}; choose another --host or --port", 1
        )
    except SettingsError as error:
        return _fail(str(error), 2)
    except (AssistantError, LibraryError) as error:
        return _fail(str(error), 1)


def _chat(arguments: argparse.Namespace, auth: str, bound: socket.socket) -> int:
    from rag.assistant import open_assistant
    from rag.settings import Settings

    settings = Settings.from_environment(os.environ, data=arguments.data)
    command = "footnoted index PATH"
    if arguments.data:
        command += f" --data {shlex.quote(str(arguments.data))}"
    with open_assistant(settings) as assistant:
        if not assistant.library.documents():
            print(f"no documents yet: run {command}", file=sys.stderr)
        assistant.warm()
        return serve(assistant, bound, auth=auth, index_command=command)


def serve(
    assistant: "Assistant",
    bound: socket.socket,
    *,
    auth: str = "",
    index_command: str = "footnoted index PATH",
) -> int:
    """Serve the page on a socket that is bound already, until interrupted."""
    import uvicorn

    host, port = bound.getsockname()[:2]
    logins = _logins(auth)
    app = web_app(
        assistant, logins=logins, index_command=index_command, loopback=_is_loopback(host)
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            shown = f"[{host}]" if ":" in host else host
            print(f"Footnoted is on http://{shown}:{port}", flush=True)

        async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
            # Pages that are open hold connections; that they end now is no error.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets=sockets)

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    config = uvicorn.Config(
        app, log_config=None, access_log=False, timeout_graceful_shutdown=1, server_header=False
    )
    with contextlib.suppress(KeyboardInterrupt):
        Server(config).run(sockets=[bound])
    print("footnoted: stopped", file=sys.stderr)
    return 0


def web_app(
    assistant: "Assistant",
    *,
    logins: Sequence[tuple[str, str]] = (),
    index_command: str = "footnoted index PATH",
    loopback: bool = True,
) -> "fastapi.FastAPI":
    """The page as an ASGI application; with logins (name and password), each has conversations of
    their own."""
    os.environ.update(QUIET)
    import gradio

    from ui.app import build_page, page_head, page_theme
    from ui.conversations import Conversations
    from ui.uploads import LARGEST_MB

    conversations = Conversations(assistant.library.folder)
    mounted: fastapi.FastAPI = gradio.mount_gradio_app(
        _guarded(assistant, loopback=loopback),
        build_page(assistant, conversations, index_command),
        path="/",
        auth=list(logins) or None,
        auth_message="Footnoted",
        max_file_size=LARGEST_MB * 1_000_000,
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        theme=page_theme(),
        head=page_head(),
    )
    return mounted


def _guarded(assistant: "Assistant", *, loopback: bool) -> "fastapi.FastAPI":
    """The application below the page: its guard, and the pictures of pages."""
    import fastapi

    from index.pictures import Pictures
    from ui.pictures import picture_routes
    from ui.security import Guard

    pictures = Pictures()

    @contextlib.asynccontextmanager
    async def lifespan(_: fastapi.FastAPI) -> AsyncIterator[None]:
        with contextlib.closing(pictures):
            yield

    app = fastapi.FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=LOOPBACK_NAMES if loopback else None)
    app.include_router(picture_routes(assistant.library, pictures))
    return app


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="footnoted chat", description="Serve the chat page on this computer."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to serve on (%(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to serve on (%(default)s)")
    parser.add_argument(
        "--auth",
        metavar="USER:PASSWORD",
        action="append",
        help="ask for this login; give it again for each further reader. FOOTNOTED_AUTH keeps them "
        "off the command line, one a line",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="the library's folder (FOOTNOTED_DATA, or .footnoted)",
    )
    return parser


def _refusal(host: str, port: int, auth: str) -> str:
    if not 0 <= port <= 65535:
        return f"--port is {port}: give one from 1 to 65535"
    if not all(user and password for user, password in _logins(auth)):
        return "--auth takes USER:PASSWORD, neither of them empty"
    too_long = [user for user, _ in _logins(auth) if len(user.encode()) > LONGEST_USER]
    if too_long:
        return f"--auth names {too_long[0]!r}: a name has {LONGEST_USER} bytes at most"
    if not auth and not _is_loopback(host):
        return (
            f"{host} can be reached from other computers: give --auth USER:PASSWORD "
            "(or FOOTNOTED_AUTH), or serve on 127.0.0.1"
        )
    return ""


def _logins(auth: str) -> list[tuple[str, str]]:
    """Names and passwords, one `USER:PASSWORD` a line."""
    parts = (each.partition(":") for each in auth.splitlines())
    return [(user, password) for user, _, password in parts]


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


@contextlib.contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family, _, _, _, address = socket.getaddrinfo(
        host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    with socket.socket(family, socket.SOCK_STREAM) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
        yield bound


def _fail(message: str, code: int) -> int:
    print(f"footnoted chat: {message}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
