"""The pieces of HTML that everything on the page is drawn with.

Every text that comes from a person, a document, a file's name or a model goes through `text`, which
escapes it. Nothing here is Markdown, and no link or image is ever made of what a text says.
"""

import html
from collections.abc import Sequence

from rag.answer import Answer, Citation
from ui.language import Words

__all__ = ["button", "limits", "mark", "sentences", "text", "where"]


def text(value: str) -> str:
    """Any text, safe between tags and inside a quoted attribute."""
    return html.escape(value, quote=True)


def button(shown: str, does: str, **data: object) -> str:
    """A button that sends the event `does` with its data, or runs the page's own action of it."""
    values = "".join(f' data-{name}="{text(str(value))}"' for name, value in data.items())
    return f'<button type="button" data-do="{does}"{values}>{text(shown)}</button>'


def mark(citation: Citation, group: str, number: int, attributes: str, shown: str) -> str:
    """A button that opens the document at the citation; `shown` is HTML already."""
    return (
        f'<button type="button" data-group="{group}" data-number="{number}" '
        f'data-document="{text(citation.document_id)}" data-start="{citation.start}" '
        f'data-end="{citation.end}" {attributes}>{shown}</button>'
    )


def where(say: Words, citation: Citation) -> str:
    """The source of a citation, and its page where there are pages."""
    page = f", {say('page', number=citation.page)}" if citation.page is not None else ""
    return f"{citation.source}{page}"


def limits(say: Words, answer: Answer) -> list[str]:
    """What is not said beside the claims, and how much of the documents a list was read from."""
    missing = [say.said(answer.missing)] if answer.missing else []
    read, of = answer.coverage.read, answer.coverage.of
    return missing + ([say("covered", read=read, of=of)] if of else [])


def sentences(say: Words, citations: Sequence[Citation], group: str) -> str:
    """A list of sentences, each of which opens its document."""
    items = "".join(
        "<li>"
        + mark(
            citation,
            group,
            number,
            'class="sentence" dir="auto"',
            f'<span class="quote">{text(citation.quote)}</span>'
            f'<span class="where">{text(where(say, citation))}</span>',
        )
        + "</li>"
        for number, citation in enumerate(citations, start=1)
    )
    return f'<ol class="plain">{items}</ol>'
