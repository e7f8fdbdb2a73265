"""The errors of `rag`, one tree. A model's mistake is data; these are failures.

AssistantError            an answer could not be made; the message says what, why and what to do
├── SettingsError         a setting has a value that can't be used (exit 2)
└── ModelError            the chat model failed
    ├── ModelUnreachable  no connection to the endpoint, or it broke off
    ├── ModelTimeout      no answer within the deadline
    ├── ModelRefused      the endpoint refused: key, model name, or the request itself
    └── ModelGarbled      the reply was no valid reply (malformed JSON, a stream cut short)
"""

__all__ = [
    "AssistantError",
    "BadQuestion",
    "ModelError",
    "ModelGarbled",
    "ModelRefused",
    "ModelTimeout",
    "ModelUnreachable",
    "SettingsError",
]


class AssistantError(Exception):
    """Root of everything that `rag` raises on purpose; `str(error)` is one line for a person."""


class BadQuestion(AssistantError):
    """The question is empty or too long."""


class SettingsError(AssistantError):
    """A setting has a value that can't be used."""


class ModelError(AssistantError):
    """The chat model failed."""


class ModelUnreachable(ModelError):
    """No connection to the endpoint, or it broke off."""


class ModelTimeout(ModelError):
    """No answer within the deadline."""


class ModelRefused(ModelError):
    """The endpoint refused the request: the key, the model's name, a rate limit, or its form."""


class ModelGarbled(ModelError):
    """The reply was no valid reply: malformed JSON, or a stream that was cut short."""
