"""What the page's server allows: headers on every response, and which requests it answers."""

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["CONTENT_SECURITY_POLICY", "Guard"]

# Gradio needs inline scripts (its configuration stands in the page), eval (gr.HTML compiles its
# template) and inline styles. No script may stand in an attribute (`onerror=`), and since markup
# that is put into a page by `innerHTML` never runs its <script> elements, a text that somehow
# escaped its escaping would still not run. Nothing may be loaded from, or sent to, another host.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "frame-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

# Doors of Gradio's that the page doesn't use. What a reader uploads is never handed out again.
SHUT = tuple(
    f"{root}/{door}"
    for root in ("", "/gradio_api")
    for door in (
        "file=",
        "file/",
        "proxy=",
        "deep_link",
        "stream/",
        "monitoring",
        "run-",
        "runs",
        "vibe",
    )
)
READING = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Middleware: sets the headers, shuts doors that the page doesn't use, checks the host.

    `hosts` are the names that a browser may call this server by; None allows any. On loopback that
    stops a page elsewhere from reading the documents through a name that it points at 127.0.0.1.
    What changes something must come from a page of this server: a browser says where from.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] | None = None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self._app_for(scope)(scope, receive, send_with_headers)

    def _app_for(self, scope: Scope) -> ASGIApp:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self.hosts is not None and urlsplit(f"//{host}").hostname not in self.hosts:
            return PlainTextResponse("Footnoted is not served under this name.", status_code=421)
        if scope["method"] not in READING and not _is_own(headers, host):
            return PlainTextResponse("Only Footnoted's own page may do this.", status_code=403)
        if scope["path"].startswith(SHUT):
            return PlainTextResponse("Not found.", status_code=404)
        return self.app


def _is_own(headers: Headers, host: str) -> bool:
    """Whether a request comes from a page of this server, or from no page at all."""
    if fetched := headers.get("sec-fetch-site"):
        return fetched in ("same-origin", "none")
    origin = headers.get("origin")
    return not origin or urlsplit(origin).netloc == host
