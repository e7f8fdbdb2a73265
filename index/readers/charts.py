"""The data of a chart on a slide or in a Word document."""

from collections.abc import Iterator
from typing import Any

from index.readers import markdown

__all__ = ["chart", "charts"]

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def charts(part: Any, node: Any) -> Iterator[str]:
    """The data of the charts in a node of a Word document, which stand in parts of their own."""
    for held in node.iter(C + "chart"):
        relation = held.get(RELATION)
        if relation in part.rels and not part.rels[relation].is_external:
            from pptx.oxml import parse_xml

            yield from chart(parse_xml(part.rels[relation].target_part.blob))


def chart(space: Any) -> Iterator[str]:
    """A chart's data as a table: a row for each category, a column for each series.

    `space` is its XML as python-pptx parses it, which itself refuses some kinds (3D, stock,
    surface).
    """
    title = "".join(text.text or "" for text in space.iterfind(f".//{C}title[1]//{A}t"))
    series = list(space.iter(C + "ser"))
    names = ["".join(each.xpath("./c:tx//c:v/text()")) for each in series]
    columns = [_points(each, "val") or _points(each, "yVal") for each in series]
    categories: dict[int, str] = {}
    for each in series:
        categories = _points(each, "xVal") | _points(each, "cat") | categories
    places = sorted(set(categories).union(*columns))
    rows = ([categories.get(at, ""), *(column.get(at, "") for column in columns)] for at in places)
    yield from markdown.table([["", *names], *rows], headers=1, caption=title)


def _points(series: Any, name: str) -> dict[int, str]:
    """The values that a series holds of one kind, by their place."""
    points = series.xpath(f"./c:{name}//c:pt")
    return {int(point.get("idx")): point.findtext(C + "v") or "" for point in points}
