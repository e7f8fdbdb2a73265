"""Where things are kept: the library's own folder, and the cache that models share."""

import os
from collections.abc import Mapping
from pathlib import Path

__all__ = ["cache_folder", "data_folder"]


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of model weights: `FOOTNOTED_CACHE`, else `~/.cache/footnoted`."""
    named = environment.get("FOOTNOTED_CACHE")
    return Path(named).expanduser() if named else Path.home() / ".cache" / "footnoted"


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the library: `FOOTNOTED_DATA`, else `.footnoted` in the working directory."""
    return Path(environment.get("FOOTNOTED_DATA") or ".footnoted").expanduser()
