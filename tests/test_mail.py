from base64 import b64encode
from email.message import EmailMessage

import pytest
from made import eml

from index.readers import read

HEADS = {"Subject": "Rice", "From": "ana@example.org"}


def mail(kind: str = "", *parts: EmailMessage) -> EmailMessage:
    """A message of a kind (`multipart/…`) with its parts."""
    made = EmailMessage()
    for name, value in HEADS.items():
        made[name] = value
    if kind:
        made["Content-Type"] = kind
        made.set_payload(list(parts))
    return made


def part(text: str, subtype: str = "plain") -> EmailMessage:
    made = EmailMessage()
    made.set_content(text, subtype=subtype)
    return made


def picture(name: str = "map.png", disposition: str = "inline") -> EmailMessage:
    made = EmailMessage()
    made.set_content(
        b"PNG", maintype="image", subtype="png", filename=name, disposition=disposition
    )
    return made


def told(message: EmailMessage) -> list[str]:
    """What is read of a message below its own headers."""
    return read(".eml", message.as_bytes()).text.split("\n\n")[2:]


def test_an_email_says_from_whom_it_is_and_what_is_attached() -> None:
    heads = {"Subject": "Rice", "From": "Ana <ana@example.org>", "To": "bo@example.org"}

    plain = read(".eml", eml("Dear Bo,\n\nit is done.\n", **heads))
    styled = read(".eml", eml("<p>It is <b>done</b>.</p>", subtype="html", **heads))

    assert plain.title == "Rice"
    assert plain.text.split("\n\n") == [
        "# Rice",
        "| From: Ana <ana@example.org>; To: bo@example.org |",
        "Dear Bo,",
        "it is done.",
        "Attached: map.png.",
    ]
    assert "It is done." in styled.text


def test_the_text_below_a_picture_is_read_too() -> None:
    message = mail("multipart/mixed", part("Above it."), picture(), part("Below it."))

    assert told(message) == ["Above it.", "Below it.", "Attached: map.png."]


def test_of_two_ways_to_say_the_same_the_plain_one_is_read_unless_it_is_blank() -> None:
    page = mail("multipart/related", part("<p>As a page.</p>", "html"), picture("logo.png"))

    assert told(mail("multipart/alternative", page, part("In plain."))) == ["In plain."]
    assert told(mail("multipart/alternative", part(" \n"), page)) == ["As a page."]


def test_a_page_without_text_does_not_cost_the_mail() -> None:
    message = mail("multipart/mixed", part("", "html"), part("Seen."))

    assert told(message) == ["Seen."]


def test_a_text_that_is_attached_is_named_and_not_read() -> None:
    message = mail("multipart/mixed", part("See the notes."))
    message.add_attachment("Secret.", filename="notes.txt")

    assert told(message) == ["See the notes.", "Attached: notes.txt."]


def test_what_is_attached_to_the_page_alone_is_named() -> None:
    page = mail(
        "multipart/mixed", part("<p>A page.</p>", "html"), picture(disposition="attachment")
    )

    assert told(mail("multipart/alternative", part("Plain."), page)) == [
        "Plain.",
        "Attached: map.png.",
    ]


def test_a_mail_that_is_passed_on_within_another_is_read_with_its_headers() -> None:
    inner = EmailMessage()
    inner["Subject"], inner["From"] = "Rye", "bo@example.org"
    inner.set_content("Rye is dear.")
    message = mail("multipart/mixed", part("See below."))
    message.add_attachment(inner)

    assert told(message) == [
        "See below.",
        "## Rye",
        "| From: bo@example.org |",
        "Rye is dear.",
    ]


def test_a_mail_that_is_passed_on_as_base64_is_read_as_the_mail_that_it_is() -> None:
    inner = b64encode(b"Subject: Rye\nFrom: bo@example.org\n\nRye is dear.\n").decode()
    message = (
        "From: a@example.org\nSubject: s\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=B\n\n--B\n"
        f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n{inner}\n--B--\n"
    )

    text = read(".eml", message.encode()).text

    assert text.splitlines()[-1] == "Rye is dear."
    assert inner[:12] not in text


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("unknown-8bit", "utf-8"),
        ("unknown-8bit", "cp1252"),
        ("us-ascii", "utf-8"),
        ("us-ascii", "cp1252"),
        ("iso-8859-1", "cp1252"),
        ("windows-1252", "cp1252"),
        ("utf-8", "utf-8"),
    ],
)
def test_a_mail_whose_encoding_is_unknown_or_wrong_keeps_its_signs(
    charset: str, encoding: str
) -> None:
    heads = f"Subject: Rice\nContent-Type: text/plain; charset={charset}\n\n"

    data = heads.encode() + "It’s €5 – “dear”.".encode(encoding)

    assert read(".eml", data).text == "# Rice\n\nIt’s €5 – “dear”."


@pytest.mark.parametrize(("told", "space"), [("", ""), ("; delsp=yes", " ")])
def test_the_lines_of_a_mail_that_flows_go_on(told: str, space: str) -> None:
    lines = [
        f"The roof costs {space}",
        f"EUR 5 {space}",
        "in all.",
        f"> Can you {space}",
        "> do it?",
        "No.",
        "-- ",
        "Ann",
    ]
    head = f"From: a@x.org\nContent-Type: text/plain; format=flowed{told}\n\n"

    text = read(".eml", (head + "\n".join(lines)).encode()).text

    assert text.split("\n")[2:] == [
        "The roof costs EUR 5 in all.",
        "> Can you do it?",
        "No.",
        "-- ",
        "Ann",
    ]


def test_a_quoted_line_that_its_program_wrapped_goes_on_without_a_mark() -> None:
    quoted = (
        "It should be at eight.\n\nOn Wed, 5 May 2027, Marcus Bell wrote:\n"
        "> The barn isn't free on 8 June after all, and it costs £400\n"
        "> for the day.\n>\n> - one\n> - two\n>> No, thank you very much.\n"
    )

    message = mail()
    message.set_content(quoted)
    text = read(".eml", message.as_bytes()).text

    assert "> The barn isn't free on 8 June after all, and it costs £400 for the day.\n>\n" in text
    assert "> - one\n> - two\n>> No" in text
