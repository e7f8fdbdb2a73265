"""A bad answer as an eval case, in a file that `footnoted eval --cases FILE` runs."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.library import Library
from rag.answer import Citation
from rag.mentions import Addressed, addressed
from ui.after import offered
from ui.errors import PageError
from ui.turns import Turn, history

__all__ = ["FILENAME", "save_case"]

FILENAME = "cases.jsonl"
LARGEST_CORPUS = 1_000_000  # characters; with more, the case is asked of --documents DIR


def save_case(library: Library, earlier: Sequence[Turn], turn: Turn, chosen: Sequence[int]) -> bool:
    """Append a turn as a case to the data folder's file; False where it is in there already.

    `chosen` are the places, in `offered(turn)`, of the sentences that should have been cited; none
    means that the documents don't say. The documents of all that was shown go into the case, so
    that it runs by itself. Raises PageError, LibraryError and AssistantError.
    """
    shown = offered(turn)
    cited = [shown[at] for at in chosen if 0 <= at < len(shown)]
    # The case's documents are in no collection, so what the question is asked of goes unnamed.
    asked = addressed(turn.question, history(earlier), library)
    case = _case(asked, cited, _documents(library, shown))
    path = library.folder / FILENAME
    try:
        return _append(path, case)
    except OSError as error:
        raise PageError(
            f"{path} can't be written ({error.strerror}): check its folder's room and permissions"
        ) from error


def _case(asked: Addressed, cited: Sequence[Citation], documents: dict[str, str]) -> dict[str, Any]:
    said = [
        {"role": each.role, "content": each.content}
        for each in asked.history
        if each.content.strip()
    ]
    case = {
        "kind": "fact" if cited else "unanswerable",
        "question": asked.question,
        "history": said,
        "answerable": bool(cited),
        "evidence": [[each.quote] for each in cited],
        "documents": documents,
    }
    known = json.dumps(case, sort_keys=True).encode("utf-8", "replace")
    return {"id": f"page-{hashlib.sha256(known).hexdigest()[:12]}", **case}


def _documents(library: Library, shown: Sequence[Citation]) -> dict[str, str]:
    """The documents' texts by source; none where they are too large to stand in a case."""
    found = [library.document(id_) for id_ in dict.fromkeys(each.document_id for each in shown)]
    texts = {each.source: each.text for each in found if each is not None}
    return texts if sum(map(len, texts.values())) <= LARGEST_CORPUS else {}


def _append(path: Path, case: dict[str, Any]) -> bool:
    """Add the case's line to a file that a person may have edited: its last line may lack its end,
    and what is no case in it is theirs to mend."""
    before = path.read_bytes() if path.exists() else b""
    if case["id"].encode() in before:
        return False
    line = json.dumps(case, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    with path.open("ab") as file:
        file.write(line if before[-1:] in (b"", b"\n") else b"\n" + line)
    return True
