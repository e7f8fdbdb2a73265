"""Where Chroma's vectors are kept: in the library's own folder, or on a Chroma server."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from index.errors import ChromaUnreachable

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

__all__ = ["Folder", "Home", "Server", "home_of"]


class Home(Protocol):
    """A place that holds the vectors of one library, under names that begin with `prefix`."""

    @property
    def prefix(self) -> str:
        """What its Chroma collections' names begin with."""

    @property
    def shared(self) -> bool:
        """Whether several processes may use it at once."""

    def connect(self) -> "ClientAPI":
        """A client that is connected; raises whatever Chroma does."""

    def wipe(self, client: "ClientAPI | None") -> None:
        """Throw this library's vectors away."""


def home_of(folder: Path, library: str, url: str) -> Home:
    """The home of the library in `folder`, whose id is `library`: on the server at `url`, if any.

    A copied data folder is a library of its own, so its place is part of its name there. Raises
    ChromaUnreachable for what is no address, and for one with a password, which is not repeated.
    """
    if not url:
        return Folder(folder.absolute() / "chroma")
    if "@" in url:
        raise ChromaUnreachable(
            "FOOTNOTED_CHROMA_URL has a user name or a password in it, and the server is asked "
            "without one: give its address alone, such as http://127.0.0.1:8000"
        )
    if not _is_http(url):
        raise ChromaUnreachable(
            f"FOOTNOTED_CHROMA_URL is {url!r}, which is no http address: give one such as "
            "http://127.0.0.1:8000"
        )
    named = hashlib.sha256(f"{library}\0{folder.absolute()}".encode("utf-8", "surrogateescape"))
    return Server(url, f"footnoted-{named.hexdigest()[:24]}-")


@dataclass(frozen=True, slots=True)
class Folder:
    """The embedded Chroma's files, which one process at a time may touch."""

    path: Path
    prefix = "chunks-"
    shared = False

    def connect(self) -> "ClientAPI":
        """Open the files; they are made where they are missing."""
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient

        try:
            return chromadb.PersistentClient(str(self.path), _settings())
        except BaseException:
            # Chroma 1.5.9 keeps a system that failed to start, and would hand it out again.
            SharedSystemClient._identifier_to_system.pop(str(self.path), None)
            raise

    def wipe(self, client: "ClientAPI | None") -> None:
        """Delete the folder; the client must be closed."""
        if self.path.exists():
            shutil.rmtree(self.path)


@dataclass(frozen=True, slots=True)
class Server:
    """A Chroma server (`chroma run`) that other libraries may use as well."""

    url: str
    prefix: str
    shared = True

    def connect(self) -> "ClientAPI":
        """Connect to the server; raises ChromaUnreachable where nothing answers."""
        import chromadb

        parts = urlsplit(self.url)
        ssl = parts.scheme == "https"
        port = parts.port or (443 if ssl else 8000)
        host = parts.hostname or ""
        host = f"[{host}]" if ":" in host else host  # chromadb puts an address together from it
        try:
            return chromadb.HttpClient(host, port, ssl, settings=_settings())
        except Exception as error:  # chromadb raises ValueError for whatever httpx says
            raise ChromaUnreachable(
                f"the Chroma server at {self.url} can't be reached: start it (`chroma run`), "
                "or unset FOOTNOTED_CHROMA_URL to keep the vectors in the data folder"
            ) from error

    def wipe(self, client: "ClientAPI | None") -> None:
        """Delete this library's collections and no other's."""
        client = client or self.connect()
        for collection in client.list_collections():
            if collection.name.startswith(self.prefix):
                client.delete_collection(collection.name)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port  # raises ValueError where it is none
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0


def _settings() -> "chromadb.config.Settings":  # type: ignore[name-defined]  # noqa: F821
    """Chroma's, without what a `.env` in the working folder says: it could name another server."""
    from chromadb.config import Settings

    return Settings(_env_file=None, anonymized_telemetry=False)  # type: ignore[call-arg]  # pydantic's
