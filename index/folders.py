"""Where things are kept: the library's own folder, the cache that models share, a server."""

import os
from collections.abc import Mapping
from pathlib import Path

__all__ = ["cache_folder", "chroma_url", "data_folder"]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of model weights: `FOOTNOTED_CACHE`, else `~/.cache/footnoted`."""
    named = environment.get("FOOTNOTED_CACHE")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "footnoted"


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the library: `FOOTNOTED_DATA`, else `.footnoted` in the working directory."""
    return Path(environment.get("FOOTNOTED_DATA") or ".footnoted").expanduser()


def chroma_url(environment: Mapping[str, str] = os.environ) -> str:
    """The Chroma server that holds the vectors: `FOOTNOTED_CHROMA_URL`; "" for the data folder."""
    return environment.get("FOOTNOTED_CHROMA_URL") or ""
