"""The left column as HTML: conversations and the library; and what is told beside the page."""

import itertools
from collections.abc import Sequence

from index.documents import DEFAULT_COLLECTION
from index.library import DocumentRow
from rag.answer import Answer
from rag.export import answer_to_text
from rag.mentions import mention_of
from ui.after import FORMATS
from ui.conversations import LISTED, Row, now
from ui.language import Words
from ui.markup import button, text
from ui.uploads import Added

__all__ = ["clipboard", "conversations", "library", "notice", "outbox", "taken", "top"]

MOST_LISTED = 500
MANY = 12  # documents: a shorter list needs no search


def top(say: Words) -> str:
    """A new conversation, and the search of those there are."""
    label = text(say("search_conversations"))
    return (
        f'{button(say("new_conversation"), "new")}<label class="search">'
        f'<input type="search" data-on="search" dir="auto" placeholder="{label}" '
        f'aria-label="{label}"></label>'
    )


def conversations(say: Words, rows: Sequence[Row], current: str, *, searched: bool = False) -> str:
    """The list of conversations; `current` is the id of the one that is open."""
    items = "".join(_conversation(say, row, row.id == current) for row in rows[:LISTED])
    older = f'<p class="none">{text(say("latest", n=LISTED))}</p>' if len(rows) > LISTED else ""
    nothing = say("none_found" if searched else "none_yet")
    shown = f'<ul class="plain">{items}</ul>' if items else f'<p class="none">{text(nothing)}</p>'
    return (
        f'<section aria-label="{text(say("conversations"))}" data-current="{text(current)}"'
        f"{' data-searched' if searched else ''}>"
        f"<h2>{text(say('conversations'))}</h2>{shown}{older}</section>"
    )


def library(
    say: Words,
    rows: Sequence[DocumentRow],
    added: Sequence[Added] = (),
    *,
    left: int = 0,
    now: str = "",
    stamp: str = "",
) -> str:
    """The documents, with what became of the files that were added; `left` are still to do, the
    first of which is `now`.

    `stamp` is what the page says it knows when it looks for changes.
    """
    filtering = _filter(say) if len(rows) > MANY else ""
    more = len(rows) - MOST_LISTED
    rest = f'<p class="none">{text(say("and_more", n=more))}</p>' if more > 0 else ""
    nothing = "" if rows else f'<p class="none">{text(say("nothing_indexed"))}</p>'
    return (
        f'<section aria-label="{text(say("library"))}" data-known="{text(stamp)}" '
        f'data-mentions="{text(say("mentions"))}">'
        f"<h2>{text(say('library'))}</h2>"
        f"{_report(say, added, left, now)}{filtering}{_collections(say, rows[:MOST_LISTED])}"
        f"{rest}{nothing}{button(say('add_files'), 'pick', input='files')}"
        f"{button(say('add_folder'), 'pick', input='folder')}"
        f'<p class="none">{text(say("or_drop"))}</p></section>'
    )


def notice(message: str, *, wrong: bool = False) -> str:
    """A line that tells what was done, or why it wasn't."""
    role = "alert" if wrong else "status"
    return f'<p class="notice" role="{role}" data-at="{now()}">{text(message)}</p>'


def taken(question: str) -> str:
    """A question that is being answered now, for the page to empty its composer of."""
    return f'<pre hidden data-taken data-at="{now()}">{text(question)}</pre>'


def outbox(name: str, media_type: str, content: str) -> str:
    """A file for the reader's browser to keep."""
    return (
        f'<pre hidden data-download="{text(name)}" data-type="{text(media_type)}" '
        f'data-at="{now()}">'  # else the same file twice would be no change to the page
        f"{text(content)}</pre>"
    )


def clipboard(say: Words, answer: Answer) -> str:
    """An answer with its footnotes, for the reader's browser to copy."""
    written = answer_to_text(answer, say.said)
    return f"<pre hidden data-copy>{text(written)}</pre>{notice(say('copied'))}"


def _conversation(say: Words, row: Row, here: bool) -> str:
    current = ' aria-current="true"' if here else ""
    formats = "".join(
        button(say("export_as", name=name), "export", conversation=row.id, format=suffix)
        for suffix, name in FORMATS.items()
    )
    renaming = button(say("rename"), "rename", conversation=row.id, title=row.title)
    return (
        f'<li{current}><button type="button" class="name" data-do="open" '
        f'data-conversation="{text(row.id)}" dir="auto" title="{text(row.title)}">'
        f"{text(row.title)}</button>"
        f"{_more(say, row.title)}<div>{renaming}{formats}"
        f"{_sure(say, say('delete'), 'delete', conversation=row.id)}</div></details></li>"
    )


def _collections(say: Words, rows: Sequence[DocumentRow]) -> str:
    """The documents, each collection's under its name where there are several."""
    groups = [
        (name, list(group)) for name, group in itertools.groupby(rows, lambda row: row.collection)
    ]
    named = [name for name, _ in groups] != [DEFAULT_COLLECTION]
    return "".join(
        f'<div class="collection">{_collection(say, name, len(group)) if named else ""}'
        f'<ul class="plain">{"".join(_document(say, row) for row in group)}</ul></div>'
        for name, group in groups
    )


def _collection(say: Words, name: str, documents: int) -> str:
    is_none = name == DEFAULT_COLLECTION
    shown = say("no_collection") if is_none else f"@{name}"
    chosen = f' data-told="{text(shown)}"' if is_none else f' data-collection="{text(name)}"'
    return (
        f'<h3 dir="auto" data-mention="{text(f"@{name}")}" data-name="{text(name)}"{chosen}>'
        f"{text(shown)} "
        f'<span class="where">{text(say("documents", n=documents))}</span></h3>'
    )


def _document(say: Words, row: DocumentRow) -> str:
    name, size = row.title or row.source, say("sentences", n=row.sentences)
    of = "" if row.collection == DEFAULT_COLLECTION else f"@{row.collection}"
    source = f'<span class="where">{text(row.source)}</span>' if row.source != name else ""
    # A name with a quotation mark in it can't be mentioned.
    mention = f' data-mention="{text(mention_of(row))}"' if '"' not in row.source else ""
    hint = say("collection_name")
    changes = (
        f"{button(say('rename'), 'retitle', document=row.id, title=name)}"
        f"{button(say('put_into'), 'gather', document=row.id, title=of[1:], hint=hint)}"
        f"{_sure(say, say('remove'), 'remove', document=row.id, source=row.source)}"
    )
    shared = f'<span class="where">{text(say("shared"))}</span>'
    return (
        f'<li{mention} data-name="{text(row.source)}" data-of="{text(of)}">'
        f'<button type="button" class="name" data-do="read" data-document="{text(row.id)}" '
        f'dir="auto" title="{text(name)}&#10;{text(row.source)}">'
        f"{text(name)}{source}</button>"
        f'{_more(say, row.source)}<div><span class="where">{text(size)}</span>'
        f"{changes if row.own else shared}</div></details></li>"
    )


def _more(say: Words, name: str) -> str:
    label = text(say("more", name=name))
    return f'<details class="more"><summary aria-label="{label}">…</summary>'


def _sure(say: Words, shown: str, does: str, **data: object) -> str:
    """A button that asks once more before it does what can't be undone."""
    return button(shown, "sure", question=say("really", what=shown), then=does, **data)


def _filter(say: Words) -> str:
    label = text(say("filter_documents"))
    return (
        f'<input type="search" data-on="filter" dir="auto" placeholder="{label}" '
        f'aria-label="{label}">'
    )


def _report(say: Words, added: Sequence[Added], left: int, now: str) -> str:
    """Files that came in by the page, each with what became of it; the failed first."""
    if not added and not left:
        return ""
    failed = [each for each in added if each.what == "failed"]
    doing = say("adding", n=left) if left else say("added_all", n=len(added))
    doing += say("not_added", n=len(failed)) if failed else ""
    items = "".join(_came(say, each) for each in (*failed, *(a for a in added if a not in failed)))
    at_work = f'<p class="now" dir="auto">{text(now)}</p>' if left else ""
    return (
        f'<div class="report" role="status"><p>{text(doing)}</p>'
        f'<progress max="{len(added) + left}" value="{len(added)}"'
        f'{"" if left else " hidden"} aria-label="{text(doing)}"></progress>{at_work}'
        f'<ul class="plain">{items}</ul>'
        f"{'' if left else button(say('dismiss'), 'dismiss')}</div>"
    )


def _came(say: Words, added: Added) -> str:
    reason = f'<span class="where">{text(say.said(added.reason))}</span>' if added.reason else ""
    return (
        f'<li class="{added.what}"><span dir="auto">{text(added.name)}</span> '
        f'<span class="what">{text(say(f"file_{added.what}"))}</span>{reason}</li>'
    )
