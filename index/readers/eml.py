"""E-mails: who wrote to whom, when and about what, then the message."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.html import blocks_of, parsed
from index.readers.types import Read

__all__ = ["read_eml"]

HEADERS = ("From", "To", "Cc", "Date")


def read_eml(data: bytes) -> Read:
    """One e-mail; raises UnreadableDocument if it has neither a sender nor a subject."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  what this policy makes
    subject = markdown.line(_header(message, "Subject"))
    if not subject and not message.get("From"):
        raise UnreadableDocument("it is no e-mail: it has neither a sender nor a subject")
    return Read(markdown.joined(_blocks(message, subject)), "message/rfc822", subject)


def _blocks(message: EmailMessage, subject: str) -> Iterator[str]:
    yield markdown.heading(1, subject)
    parts = [f"{name}: {_header(message, name)}" for name in HEADERS if message.get(name)]
    if parts:
        yield f"| {'; '.join(map(markdown.line, parts))} |"
    yield from _body(message)
    names = [markdown.line(part.get_filename() or "") for part in message.iter_attachments()]
    if any(names):
        yield f"Attached: {', '.join(filter(None, names))}."


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):  # the standard library trips on some
        return ""


def _body(message: EmailMessage) -> Iterator[str]:
    body = message.get_body(("plain", "html"))
    if body is None:
        return
    try:
        content = body.get_content()
    except (LookupError, ValueError) as error:
        raise UnreadableDocument(f"its text can't be decoded ({error})") from error
    if body.get_content_subtype() == "html":
        yield from blocks_of(parsed(content.encode()))
    else:
        decodable = content.encode("utf-8", "replace").decode()
        yield decodable.replace("\r\n", "\n").strip()
