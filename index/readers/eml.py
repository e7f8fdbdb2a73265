"""E-mails: who wrote to whom, when and about what, then the message."""

import email
import email.policy
import re
from collections.abc import Iterator
from contextlib import suppress
from email.message import EmailMessage, MIMEPart

from index.errors import UnreadableDocument
from index.readers import markdown
from index.readers.html import blocks_of, parsed
from index.readers.text import labelled
from index.readers.types import Read

__all__ = ["read_eml"]

HEADERS = ("From", "To", "Cc", "Date")
TEXTS = ("text/plain", "text/html")
WRAPPED = 50  # characters; a shorter line ends where its writer ended it
_ITEM = re.compile(r"(?:[-*•–]|\d{1,2}[.)])\s")


def read_eml(data: bytes) -> Read:
    """One e-mail; raises UnreadableDocument if it has neither a sender nor a subject."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101  what this policy makes
    subject = markdown.line(_header(message, "Subject"))
    if not subject and not message.get("From"):
        raise UnreadableDocument("it is no e-mail: it has neither a sender nor a subject")
    return Read(markdown.joined(_blocks(message)), "message/rfc822", subject)


def _blocks(message: MIMEPart, level: int = 1) -> Iterator[str]:
    yield markdown.heading(level, _header(message, "Subject"))
    parts = [f"{name}: {_header(message, name)}" for name in HEADERS if message.get(name)]
    if parts:
        yield f"| {'; '.join(map(markdown.line, parts))} |"
    yield from _body(message, level)
    names = list(_attached(message))
    if names:
        yield f"Attached: {', '.join(names)}."


def _header(message: MIMEPart, name: str) -> str:
    try:
        return str(message.get(name, ""))
    except (ValueError, IndexError, AttributeError):  # the standard library trips on some
        return ""


def _body(part: MIMEPart, level: int) -> Iterator[str]:
    """The texts of a part in their order; of those that say the same, the first that says any."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        for message in part.iter_parts():
            yield from _blocks(_unpacked(message, part), level + 1)
    elif kind == "multipart/alternative":
        ways = sorted(part.iter_parts(), key=lambda way: way.get_content_type() != "text/plain")
        found = (list(filter(None, _body(way, level))) for way in ways)
        yield from next(filter(None, found), [])
    elif part.get_content_maintype() == "multipart":
        for inner in part.iter_parts():
            if not inner.is_attachment() or inner.get_content_type() == "message/rfc822":
                yield from _body(inner, level)
    elif kind in TEXTS:
        yield from _shown(part)


def _unpacked(message: MIMEPart, part: MIMEPart) -> MIMEPart:
    """A mail that was passed on; some programs encode all of it, as no mail should be."""
    encoding = _header(part, "Content-Transfer-Encoding").lower()
    if encoding not in ("base64", "quoted-printable"):
        return message
    message["Content-Transfer-Encoding"] = encoding
    data = message.get_payload(decode=True)
    assert isinstance(data, bytes)  # noqa: S101  what is encoded has no parts
    return email.message_from_bytes(data, policy=email.policy.default)


def _shown(part: MIMEPart) -> Iterator[str]:
    text = _text(part).encode("utf-8", "replace")
    if part.get_content_subtype() == "html":
        with suppress(UnreadableDocument):  # there is nothing in it
            yield from blocks_of(parsed(text))
    else:
        plain = text.decode().replace("\r\n", "\n")
        flows = part.get_param("format") == "flowed"
        close = part.get_param("delsp") == "yes"
        yield (_flowed(plain, close=close) if flows else _unwrapped(plain)).strip()


def _unwrapped(text: str) -> str:
    """A text with the lines of what it quotes put together again, each of which has a mark: a
    sentence has none in the middle."""
    lines: list[str] = []
    above = ""
    for line in text.split("\n"):
        body = line.lstrip("> ")
        marks = line[: len(line) - len(body)].replace(" ", "")
        goes_on = body and marks and marks == above and len(lines[-1]) >= WRAPPED
        if goes_on and not _ITEM.match(body):
            lines[-1] += f" {body}"
        else:
            lines.append(line)
        above = marks if body else ""
    return "\n".join(lines)


def _flowed(text: str, *, close: bool) -> str:
    """The paragraphs of a text whose lines go on where they end in a space (RFC 3676), which is
    but a mark where it is `close`."""
    lines: list[str] = []
    above, goes_on = "", False
    for line in text.split("\n"):
        bare = line.lstrip(">")
        marks, body = line[: len(line) - len(bare)], bare.removeprefix(" ")
        if goes_on and marks == above:
            lines[-1] += body
        else:
            lines.append(f"{marks} {body}" if marks else body)
        above, goes_on = marks, body.endswith(" ") and body != "-- "
        lines[-1] = lines[-1][:-1] if goes_on and close else lines[-1]
    return "\n".join(lines)


def _text(part: MIMEPart) -> str:
    """A part as decoded; what says nothing true of its encoding is UTF-8, else Windows' own."""
    data, label = part.get_payload(decode=True), part.get_content_charset("us-ascii")
    assert isinstance(data, bytes)  # noqa: S101  a text has no parts
    if label != "us-ascii":
        with suppress(LookupError, ValueError):
            return labelled(data, label)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return labelled(data, "us-ascii")


def _attached(part: MIMEPart) -> Iterator[str]:
    """The names of what isn't read; the pictures of a page (multipart/related) are part of it."""
    for inner in part.iter_parts():
        if inner.get_content_maintype() == "multipart":
            yield from _attached(inner)
        elif inner.is_attachment() or not _is_shown(inner, part):
            name = markdown.line(inner.get_filename() or "")
            if name:
                yield name


def _is_shown(part: MIMEPart, within: MIMEPart) -> bool:
    return part.get_content_type() in TEXTS or within.get_content_subtype() == "related"
