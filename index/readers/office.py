"""What the zipped formats (docx, pptx, xlsx, epub) share: a container that may be a trap."""

import io
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from index.errors import UnreadableDocument

__all__ = ["diagrams", "unzippable"]

UNPACKED = 512 * 2**20  # bytes; what a file may claim to unpack to
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}dm"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def unzippable(data: bytes, part: str, kind: str) -> IO[bytes]:
    """The file, ready to be opened, if it is a zip that holds `part` and unpacks to a sane size.

    `kind` is what a person calls such a file. Raises UnreadableDocument. No member can unpack to
    more than it claims: zipfile stops there.
    """
    if data.startswith(OLE):
        raise UnreadableDocument(
            f"it is locked with a password, or in an Office format from before 2007: "
            f"save it as {kind} without one"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = {member.filename for member in file.infolist()}
            size = sum(member.file_size for member in file.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableDocument(f"it is no {kind}, or is cut short ({error})") from error
    if size > UNPACKED:
        raise UnreadableDocument(
            f"it unpacks to {size / 2**20:,.0f} MB, more than the {UNPACKED // 2**20} MB allowed"
        )
    if part not in names:
        raise UnreadableDocument(f"it is no {kind}: {part} is missing in it")
    return io.BytesIO(data)


def diagrams(part: Any, node: Any) -> Iterator[str]:
    """The texts of the diagrams (SmartArt) in a node, which stand in parts of their own."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    for held in node.iter(DIAGRAM + "relIds"):
        relation = held.get(RELATION)
        if relation not in part.rels or part.rels[relation].is_external:
            continue
        root = etree.fromstring(part.rels[relation].target_part.blob, parser)
        for point in root.iter(DIAGRAM + "pt"):
            yield "".join(each.text or "" for each in point.iter(TEXT))
