"""Settings, read once at the door from the environment and flags, and passed down from there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from rag.errors import SettingsError

__all__ = ["DEFAULT_REMOTE_MODEL", "Settings"]

DEFAULT_REMOTE_MODEL = "gpt-4.1-mini"
DEFAULT_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set.

    `data` is the folder of the library, `cache` that of the weights. `model` is the chat model's
    name at the endpoint, "none" for quotes mode, or None for the default. With `base_url` or
    `api_key` set, that endpoint answers; otherwise the embedded model does, from `chat_weights`
    where a person points at a GGUF file of their own. `timeout_s` bounds one question, in seconds.
    """

    data: Path = Path(".footnoted")
    cache: Path = Path("~/.cache/footnoted")
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    chat_weights: Path | None = None
    timeout_s: float = DEFAULT_TIMEOUT_S

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
            data=data or Path(environment.get("FOOTNOTED_DATA") or ".footnoted"),
            cache=Path(environment.get("FOOTNOTED_CACHE") or "~/.cache/footnoted").expanduser(),
            model=environment.get("FOOTNOTED_MODEL") or None,
            base_url=_url(environment),
            api_key=environment.get("OPENAI_API_KEY") or None,
            chat_weights=Path(weights).expanduser() if weights else None,
            timeout_s=_seconds(environment.get("FOOTNOTED_TIMEOUT")),
        )


def _url(environment: Mapping[str, str]) -> str | None:
    """The endpoint's address; OPENAI_API_BASE is the older name that other tools still use."""
    url = environment.get("OPENAI_BASE_URL") or environment.get("OPENAI_API_BASE") or None
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise SettingsError(
            f"OPENAI_BASE_URL is {url!r}, which is no http address: give one such as "
            "http://127.0.0.1:11434/v1"
        )
    return url


def _seconds(value: str | None) -> float:
    if not value:
        return DEFAULT_TIMEOUT_S
    try:
        seconds = float(value)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise SettingsError(
            f"FOOTNOTED_TIMEOUT is {value!r}, which is no number of seconds: give one such as 60"
        )
    return seconds
