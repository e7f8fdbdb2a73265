"""Settings, read once at the door from the environment and flags, and passed down from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from index.folders import cache_folder, chroma_url, data_folder
from rag.errors import SettingsError
from rag.thresholds import Strictness

__all__ = ["DEFAULT_REMOTE_MODEL", "NO_MODEL", "Settings", "strictness_of"]

DEFAULT_REMOTE_MODEL = "gpt-4.1-mini"
NO_MODEL = "none"
DEFAULT_TIMEOUT_S = 60.0
LONGEST_TIMEOUT_S = 86_400.0  # a wait of years is more than the system's clocks take


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set.

    `data` is the folder of the library, `cache` that of the weights. `model` is the chat model's
    name at the endpoint, "none" for quotes mode, or None for the default. With `base_url` or
    `api_key` set, that endpoint answers; otherwise the embedded model does, from `chat_weights`
    where a person points at a GGUF file of their own. `timeout_s` bounds one question, in seconds.
    With `chroma_url` the vectors are on that Chroma server. `strictness` says how sure an answer
    must be.
    """

    data: Path = Path(".footnoted")
    cache: Path = Path("~/.cache/footnoted")
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    chat_weights: Path | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S
    chroma_url: str = ""
    strictness: Strictness = "balanced"

    @property
    def remote(self) -> bool:
        """Whether an endpoint outside this program answers."""
        return bool(self.base_url or self.api_key)

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str], *, data: Path | None = None
    ) -> "Settings":
        """Read the settings; a flag's value, where given, wins over the environment's.

        Raises SettingsError for a value that can't be used.
        """
        weights = environment.get("FOOTNOTED_CHAT_WEIGHTS")
        return cls(
            data=data or data_folder(environment),
            cache=cache_folder(environment),
            model=environment.get("FOOTNOTED_MODEL") or None,
            base_url=_url(environment),
            api_key=environment.get("OPENAI_API_KEY") or None,
            chat_weights=Path(weights).expanduser() if weights else None,
            timeout_s=_seconds(environment.get("FOOTNOTED_TIMEOUT")),
            chroma_url=chroma_url(environment),
            strictness=strictness_of(environment.get("FOOTNOTED_STRICTNESS", "")),
        )


def strictness_of(name: str) -> Strictness:
    """The level of that name, the default for "". Raises SettingsError for any other."""
    if name not in ("", *get_args(Strictness)):
        raise SettingsError(
            f"the strictness {name!r} is none: give {', '.join(get_args(Strictness))}"
        )
    return cast("Strictness", name or "balanced")


def _url(environment: Mapping[str, str]) -> str | None:
    """The endpoint's address; OPENAI_API_BASE is the older name that other tools still use."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_BASE"):
        if url := environment.get(name):
            if not _is_http(url):
                raise SettingsError(
                    f"{name} is {url!r}, which is no http address: give one such as "
                    "http://127.0.0.1:11434/v1"
                )
            if "@" in urlsplit(url).netloc:
                raise SettingsError(
                    f"{name} holds a login: give the address alone, and the key in OPENAI_API_KEY"
                )
            return url
    return None


def _is_http(url: str) -> bool:
    """Whether the client will take it, which is pickier than the standard library."""
    import httpx  # 0.1 s, and only where an endpoint is named

    try:
        parts = httpx.URL(url)
        return parts.scheme in ("http", "https") and bool(parts.host)
    except (httpx.InvalidURL, ValueError):  # the latter for a host that IDNA can't write
        return False


def _seconds(value: str | None) -> float:
    if not value:
        return DEFAULT_TIMEOUT_S
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_TIMEOUT_S:
        raise SettingsError(
            f"FOOTNOTED_TIMEOUT is {value!r}, which is no number of seconds up to a day: give one "
            "such as 60"
        )
    return seconds
