"""Small files of many formats, made by hand or by the format's own library."""

import email.policy
import hashlib
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage

Text = tuple[float, float, float, str]  # left, bottom, size, and what is written there
Stroke = tuple[float, float, float, float]  # from where, left and bottom, to where
BOLD = "**"

PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def pdf(
    pages: Sequence[Sequence[Text] | None],
    *,
    password: bytes | None = None,
    strokes: Sequence[Stroke] = (),
    sideways: bool = False,
) -> bytes:
    """A PDF of A4 pages; a text that begins with ** is bold, a page that is None is a picture.

    `password` locks it (b"" with the password that readers try by themselves). `strokes` are drawn
    on every page. With `sideways` all is written up the page, which is shown turned.
    """
    key = b"" if password is None else _key(password)
    count = len(pages)
    kids = " ".join(f"{5 + 2 * at} 0 R" for at in range(count))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding 4 0 R >>"
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] /MediaBox [0 0 595 842] /Resources "
        f"<< /Font << /F {font.format('Helvetica')} /B {font.format('Helvetica-Bold')} >> >> >>"
        "".encode(),
        b"null",
        b"<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >>",
    ]
    for at, page in enumerate(pages):
        drawn = b"10 10 200 200 re f" if page is None else b"\n".join(map(_drawn, page))
        drawn += b"".join(b"\n%d %d m %d %d l S" % stroke for stroke in strokes)
        drawn = b"0 1 -1 0 595 0 cm " + drawn if sideways else drawn
        if password is not None:
            drawn = _rc4(
                hashlib.md5(key + (6 + 2 * at).to_bytes(3, "little") + b"\0\0").digest()[:10], drawn
            )
        turned = "/Rotate 90 " if sideways else ""
        objects.append(
            f"<< /Type /Page {turned}/Parent 2 0 R /Contents {6 + 2 * at} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >> stream\n%s\nendstream" % (len(drawn), drawn))
    lock = b""
    if password is not None:
        check = _rc4(key, PAD).hex().encode()
        objects[2] = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (
            b"00" * 32,
            check,
        )
        lock = b" /Encrypt 3 0 R /ID [<00> <00>]"
    return _file(objects, lock)


def ruled(lefts: Sequence[float], tops: Sequence[float]) -> list[Stroke]:
    """The lines of a table with these edges of its columns and of its rows, from the top."""
    upright = [(left, tops[-1], left, tops[0]) for left in lefts]
    return [*upright, *((lefts[0], top, lefts[-1], top) for top in tops)]


def form(label: str, value: str) -> bytes:
    """A PDF with a form of one field, filled in."""
    objects = re.findall(rb"\d+ 0 obj\n(.*?)\nendobj\n", pdf([[(72, 694, 10, label)]]), re.DOTALL)
    catalog, page = objects[0], objects[4]
    drawn = b"/Tx BMC BT /F 10 Tf 2 4 Td (%s) Tj ET EMC" % value.encode()
    font = b"<< /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
    field = (
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f) /V (%s) /Rect [250 690 450 710] "
        b"/P 5 0 R /F 4 /AP << /N 8 0 R >> >>" % value.encode()
    )
    look = b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources %s /Length %d >> stream"
    objects[0] = catalog.replace(b">>", b"/AcroForm << /Fields [7 0 R] >> >>")
    objects[4] = page.replace(b">>", b"/Annots [7 0 R] >>")
    shown = look % (font, len(drawn)) + b"\n%s\nendstream" % drawn
    return _file([*objects, field, shown], b"")


def _drawn(text: Text) -> bytes:
    left, bottom, size, words = text
    font, words = ("B", words[2:]) if words.startswith(BOLD) else ("F", words)
    escaped = words.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /{font} {size} Tf {left} {bottom} Td ({escaped}) Tj ET".encode("cp1252")


def _file(objects: Sequence[bytes], lock: bytes) -> bytes:
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer << /Size %d /Root 1 0 R%s >>\n" % (len(objects) + 1, lock)
    return out + head + table + tail + b"startxref\n%d\n%%%%EOF\n" % len(out)


def _key(password: bytes) -> bytes:
    """The key of a PDF that is locked by the oldest method (ISO 32000-1, 7.6.3.3)."""
    padded = (password + PAD)[:32]
    return hashlib.md5(
        padded + bytes(32) + (-4).to_bytes(4, "little", signed=True) + b"\0"
    ).digest()[:5]


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def lines(text: str, *, left: float = 72, top: float = 700, size: float = 10) -> list[Text]:
    """The lines of a text, one under the other."""
    return [(left, top - 1.2 * size * at, size, line) for at, line in enumerate(text.split("\n"))]


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """A zip of these files."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


def epub(chapters: Mapping[str, str], *, spine: Sequence[str]) -> bytes:
    """An e-book: chapters by name as the inside of an HTML body, read in the order of `spine`."""
    items = "".join(f'<item id="{name}" href="{name}.xhtml"/>' for name in chapters)
    order = "".join(f'<itemref idref="{name}"/>' for name in spine)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Of Rice</dc:title></metadata>'
        f"<manifest>{items}</manifest><spine>{order}</spine></package>"
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    pages = {
        f"OEBPS/{name}.xhtml": f"<html><body>{b}</body></html>" for name, b in chapters.items()
    }
    return zipped({"META-INF/container.xml": container, "OEBPS/book.opf": package, **pages})


def eml(body: str, *, subtype: str = "plain", **headers: str) -> bytes:
    """An e-mail with an attached picture."""
    message = EmailMessage(policy=email.policy.default)
    for name, value in headers.items():
        message[name] = value
    message.set_content(body, subtype=subtype)
    message.add_attachment(b"PNG", maintype="image", subtype="png", filename="map.png")
    return message.as_bytes()


def saved(document: object) -> bytes:
    """The bytes that a library's document saves."""
    made = io.BytesIO()
    document.save(made)  # type: ignore[attr-defined]
    return made.getvalue()
