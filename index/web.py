"""A document from the web, only when it is asked for by its address.

An address that leads into this computer or its network is refused: the name is looked up once,
every address that it stands for is checked, and the connection is made to the checked address, so a
name that answers differently the second time (DNS rebinding) gains nothing. A redirect is a new
address.
"""

import codecs
import ipaddress
import socket
import threading
from contextlib import suppress
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from index.collect import Item, Loaded
from index.errors import UnreadableDocument
from index.readers import READERS
from index.readers.text import labelled

if TYPE_CHECKING:
    import httpx

__all__ = ["from_web"]

TIMEOUT_S = 30.0  # for the whole of it, redirects included
REDIRECTS = 5
LARGEST_PAGE = 64 * 2**20  # bytes
SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".xhtml",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/epub+zip": ".epub",
    "message/rfc822": ".eml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ".pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
TEXTS = frozenset({".html", ".htm", ".xhtml", ".txt", ".text", ".md", ".markdown", ".csv", ".tsv"})
UNTOLD = frozenset({"", "text/plain", "application/octet-stream", "binary/octet-stream"})
LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")  # public to Python 3.11


def from_web(url: str) -> Item:
    """The document at an http or https address, fetched now; why it can't be is told on loading.

    Not in a thread, so that Ctrl-C ends a wait at once.
    """
    try:
        suffix, data = _fetched(url)
    except UnreadableDocument as error:
        return Item(url, partial(_refuse, error))
    return Item(url, lambda: (suffix, data), size=len(data))


def _refuse(error: UnreadableDocument) -> Loaded:
    raise error


def _fetched(url: str) -> Loaded:
    import httpx

    # No proxy: it would look the name up again, and reach what this computer may not.
    client = httpx.Client(trust_env=False, timeout=TIMEOUT_S)
    late = threading.Event()

    def stop() -> None:
        late.set()
        client.close()

    watchdog = threading.Timer(TIMEOUT_S, stop)
    watchdog.start()
    try:
        with client:
            return _followed(client, httpx.URL(url))
    except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, ValueError) as error:
        why = f"it took longer than {TIMEOUT_S:g} s" if late.is_set() else str(error)
        raise UnreadableDocument(f"it can't be fetched: {why or type(error).__name__}") from error
    finally:
        watchdog.cancel()


def _followed(client: "httpx.Client", url: "httpx.URL") -> Loaded:
    for _ in range(REDIRECTS + 1):
        reply = client.send(_request(client, url), stream=True)
        try:
            if reply.has_redirect_location:
                url = url.join(reply.headers["Location"])
                continue
            if reply.status_code != 200:
                raise UnreadableDocument(f"the server answered {reply.status_code}")
            suffix, data = _suffix(reply, url), _body(reply)
            return suffix, _in_utf8(data, reply) if suffix in TEXTS else data
        finally:
            reply.close()
    raise UnreadableDocument(f"it redirects more than {REDIRECTS} times")


def _request(client: "httpx.Client", url: "httpx.URL") -> "httpx.Request":
    """A request that goes to a checked address, and asks for (and trusts) the name all the same."""
    if url.scheme not in ("http", "https") or not url.host:
        raise UnreadableDocument(f"{url.scheme or url} is no web address: use http:// or https://")
    port = url.port or {"http": 80, "https": 443}[url.scheme]
    request = client.build_request(
        "GET", url.copy_with(host=_checked_address(url.host, port), userinfo=b"")
    )
    request.headers["Host"] = url.netloc.decode()
    request.extensions["sni_hostname"] = url.host
    return request


def _checked_address(host: str, port: int) -> str:
    """The first address of a host; raises UnreadableDocument if any of them is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UnreadableDocument(f"there is no host {host!r} ({error})") from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        if not _is_public(address):
            raise UnreadableDocument(
                f"{host} leads to {address}, which is inside this computer or its network: refused"
            )
    return str(addresses[0])


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        # What a gateway would turn into an address of the old kind must be public as that, too.
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is not None and not _is_public(inner):
            return False
        if address.is_site_local or address in LOCAL_NAT64:
            return False
    return address.is_global and not address.is_multicast


def _translated(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address in one of NAT64 (RFC 6052)."""
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def _suffix(reply: "httpx.Response", url: "httpx.URL") -> str:
    """The suffix of the reader for what came: by its content type, else by the address's path."""
    kind = reply.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    named = PurePosixPath(url.path).suffix.lower()
    if kind in SUFFIXES and not (kind == "text/plain" and named in READERS):
        return SUFFIXES[kind]
    if named in READERS and kind in UNTOLD:
        return named
    raise UnreadableDocument(f"nothing reads {kind or 'what has no content type'}")


def _body(reply: "httpx.Response") -> bytes:
    body = bytearray()
    for part in reply.iter_bytes():
        body += part
        if len(body) > LARGEST_PAGE:
            raise UnreadableDocument(f"it is larger than {LARGEST_PAGE // 2**20} MB")
    return bytes(body)


def _in_utf8(data: bytes, reply: "httpx.Response") -> bytes:
    """A text in UTF-8, where it isn't and the server says what else it is in: that need not stand
    in the text, and goes before what does."""
    told = reply.charset_encoding or ""
    with suppress(UnicodeDecodeError):
        data.decode()
        return data
    with suppress(LookupError, ValueError):
        return data if codecs.lookup(told).name == "utf-8" else labelled(data, told).encode()
    return data
