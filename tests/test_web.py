import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from index.collect import Item
from index.errors import UnreadableDocument
from index.web import from_web

LOOPBACK = "127.0.0.1"
CYRILLIC = "<p>Рис.</p>".encode("cp1251")


class _Site(BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    hosts: list[str]
    done: threading.Event

    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])  # type: ignore[attr-defined]
        answers = {
            "/page": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<p>Rice.</p>"),
            "/paper.pdf": (200, {"Content-Type": "application/octet-stream"}, b"%PDF-"),
            "/notes.md": (200, {"Content-Type": "text/plain"}, b"# Rice"),
            "/russian": (200, {"Content-Type": "text/html; charset=windows-1251"}, CYRILLIC),
            "/menu.csv": (200, {"Content-Type": "text/plain; charset=latin1"}, b"Caf\xe9,5 \x80"),
            "/locked.pdf": (200, {"Content-Type": "text/plain; charset=latin1"}, b"%PDF-\xe9"),
            "/film": (200, {"Content-Type": "video/mp4"}, b"..."),
            "/to-page": (302, {"Location": "/page"}, b""),
            "/nowhere": (302, {}, b""),
            "/round": (302, {"Location": "/round"}, b""),
            "/inside": (302, {"Location": "http://127.0.0.2:9/admin"}, b""),
            "/large": (200, {"Content-Type": "text/plain"}, b"rice " * 1000),
        }
        if self.path == "/slow":
            self.server.done.wait(10)  # type: ignore[attr-defined]
            return
        code, heads, body = answers.get(self.path, (404, {}, b""))
        self.send_response(code)
        for name, value in heads.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing to a test's output."""


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[ThreadingHTTPServer]:
    """A server on loopback, which counts as public here."""
    monkeypatch.setattr("index.web._is_public", lambda address: str(address) == LOOPBACK)
    server = ThreadingHTTPServer((LOOPBACK, 0), _Site)
    server.hosts, server.done = [], threading.Event()  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.done.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


def fetched(site: ThreadingHTTPServer, path: str) -> Item:
    return from_web(f"http://{LOOPBACK}:{site.server_port}{path}")


@pytest.mark.parametrize(
    ("path", "loaded"),
    [
        ("/page", (".html", b"<p>Rice.</p>")),
        ("/paper.pdf", (".pdf", b"%PDF-")),
        ("/notes.md", (".md", b"# Rice")),
        ("/to-page", (".html", b"<p>Rice.</p>")),
        ("/russian", (".html", "<p>Рис.</p>".encode())),
        ("/menu.csv", (".csv", "Café,5 €".encode())),
        ("/locked.pdf", (".pdf", b"%PDF-\xe9")),
    ],
)
def test_the_content_type_picks_the_reader_and_the_encoding_else_the_name(
    site: ThreadingHTTPServer, path: str, loaded: tuple[str, bytes]
) -> None:
    assert fetched(site, path).load() == loaded


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/none", "the server answered 404"),
        ("/film", "nothing reads video/mp4"),
        ("/nowhere", "the server answered 302"),
        ("/round", "redirects more than 5 times"),
        ("/inside", r"127\.0\.0\.2, which is inside this computer or its network: refused"),
        ("/large", "larger than"),
        ("/slow", "can't be fetched: it took longer than 1 s|can't be fetched: timed out"),
    ],
)
def test_what_can_not_be_had_is_told_with_its_reason(
    site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch, path: str, reason: str
) -> None:
    monkeypatch.setattr("index.web.LARGEST_PAGE", 1000)
    monkeypatch.setattr("index.web.TIMEOUT_S", 1)

    item = fetched(site, path)

    with pytest.raises(UnreadableDocument, match=reason):
        item.load()


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "2130706433",
        "0.0.0.0",
        "10.0.0.8",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "[::1]",
        "[fe80::1]",
        "[fd00::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[64:ff9b:1::a00:1]",
        "[fec0::1]",
        "localhost",
    ],
)
def test_addresses_inside_the_computer_or_its_network_are_refused(host: str) -> None:
    with pytest.raises(UnreadableDocument, match="inside this computer or its network"):
        from_web(f"http://{host}/").load()


def test_a_name_is_refused_if_any_of_its_addresses_is_inside(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(socket.AF_INET, 1, 6, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: found)

    with pytest.raises(UnreadableDocument, match=r"rice\.test leads to 10\.0\.0\.1"):
        from_web("http://rice.test/").load()


def test_the_connection_goes_to_the_address_that_was_checked(
    site: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def once(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "rice.test":
            asked.append(host)
            host = LOOPBACK if len(asked) == 1 else "127.0.0.2"
        return real(host, *arguments, **options)

    monkeypatch.setattr("socket.getaddrinfo", once)

    item = from_web(f"http://rice.test:{site.server_port}/page")

    assert item.load() == (".html", b"<p>Rice.</p>")
    assert asked == ["rice.test"]
    assert site.hosts == [f"rice.test:{site.server_port}"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", ["http://xn--/", "http://[", "http://a..b/", "http://\udcff/"])
def test_an_address_that_can_not_be_is_refused(url: str) -> None:
    with pytest.raises(UnreadableDocument):
        from_web(url).load()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://rice.test/", "rice.html", "http://"])
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UnreadableDocument, match="use http:// or https://"):
        from_web(url).load()
