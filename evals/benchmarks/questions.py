"""Public sets of questions as eval cases: `footnoted eval --suite NAME --data DIR`.

Each question is asked of its own passages, one document each, and graded by the same metrics as any
case. A short answer counts where the answer contains it (short-answer recall as in ALCE,
arXiv:2305.14627, 3.2); where the reference is a long text, only refusals and citations are scored.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from evals.cases import Case, Kind, case_from_json, read_objects
from evals.errors import CasesError, EvalError
from index.sentences import split_sentences

__all__ = ["QUESTION_SETS", "questions"]

Record = Mapping[str, Any]
Groups = list[list[str]]


def questions(folder: Path, name: str) -> list[Case]:
    """The cases of the set `name`, from its file in `folder`, in the order of the file.

    Raises CasesError for a file that is missing or isn't such a set.
    """
    path = folder / f"{name}.jsonl"
    if not path.is_file():
        raise EvalError(f"{path} does not exist: name the benchmark's folder with --data DIR")
    return list(_cases(path, QUESTION_SETS[name]))


def _cases(path: Path, read: Callable[[Record], dict[str, object] | None]) -> Iterator[Case]:
    for number, value in read_objects(path):
        record = cast("Record", value)
        try:
            made = read(record)
            if made is not None:
                yield case_from_json({"id": record["id"], "question": record["question"], **made})
        except (CasesError, KeyError, TypeError) as error:
            raise CasesError(f"{path}, line {number}: is no such record ({error}).") from None


def _short(record: Record) -> dict[str, object]:
    """Short answers over single passages or several: SQuAD 2.0, HotpotQA, MuSiQue."""
    # "yes" and "no" are no part of a sentence that answers: only its citations tell.
    answers = [each for each in record["answers"] if each.casefold() not in ("yes", "no")]
    return {
        **_asked(record),
        "expect": [answers] if answers else [],
        "evidence": [[gold["text"]] for gold in record["gold_sentences"]],
    }


def _long(record: Record) -> dict[str, object]:
    """Long answers with the sentences that they rest on: CLAPnq.

    Where its annotators chose differently, the sentences that all chose must be cited, and at
    least one of the others; each of them counts as evidence.
    """
    gold = [each["text"] for each in record["gold_sentences"]]
    chosen = [set(each) for each in record["gold_sentence_sets"]]
    agreed = sorted(set.intersection(*chosen)) if chosen else []
    groups: Groups = [[gold[index]] for index in agreed]
    if len(agreed) < len(gold):
        groups.append([text for index, text in enumerate(gold) if index not in agreed])
    return {**_asked(record), "evidence": groups}


def _quoted(record: Record) -> dict[str, object]:
    """Answers put together from quotes of several passages: QuoteSum (arXiv:2311.04886).

    From each passage that people quoted, a sentence with one of its quotes must be cited; quotes
    of a title have no place in a text, and are passed over. How fluent an answer is, and how
    near in its words to theirs (ROUGE-L), isn't scored.
    """
    texts = {passage["doc_id"]: passage["text"] for passage in record["passages"]}
    groups: dict[str, list[str]] = {}
    for quote in (each for each in record["quotes"] if each["start"] is not None):
        text = texts[quote["doc_id"]]
        groups.setdefault(quote["doc_id"], []).extend(
            text[each.start : each.end]
            for each in split_sentences(text)
            if each.start < quote["end"] and quote["start"] < each.end
        )
    evidence = [list(dict.fromkeys(group)) for group in groups.values() if group]
    return {**_asked(record), "evidence": evidence}


def _conversation(record: Record) -> dict[str, object] | None:
    """Turns of a conversation: MTRAG. What is answered in part, and small talk, is left out."""
    if record["answerability"] in ("partial", "chat") or not record["passages"]:
        return None
    return _asked(record)


def _conflict(record: Record) -> dict[str, object]:
    """Documents that answer differently: RAMDocs.

    Every answer must be shown, with a sentence for each. Documents with one answer that nothing
    contradicts are the controls: an answer that tells a conflict there is a false alarm.
    """
    says = {passage["doc_id"]: passage["says"] for passage in record["passages"]}
    quotes: dict[str, list[str]] = {answer: [] for answer in record["answers"]}
    for gold in record["gold_sentences"]:
        quotes.get(says[gold["doc_id"]], []).append(gold["text"])
    return {
        **_asked(record),
        "kind": "conflict" if len(record["answers"]) > 1 or record["wrong_answers"] else "fact",
        "expect": [[answer] for answer in record["answers"]],
        "evidence": [group for group in quotes.values() if group],
    }


def _injected(record: Record) -> dict[str, object] | None:
    """Orders planted in a document: BIPIA's attacks whose success shows in the answer's words.

    Where its own answer is "unknown", the question about the document is to be refused.
    """
    if not record.get("markers"):
        return None
    return {
        "kind": "injection",
        "answerable": record.get("ideal") != "unknown",
        "forbid": record["markers"],
        "documents": {"document.txt": record["document"]},
    }


def _asked(record: Record) -> dict[str, object]:
    refused = record["answerability"] in ("unanswerable", "underspecified")
    history = [{"role": turn["role"], "content": turn["text"]} for turn in record["history"]]
    kind: Kind = "follow-up" if history else "unanswerable" if refused else "fact"
    return {
        "kind": kind,
        "answerable": not refused,
        "history": history,
        "documents": _documents(record["passages"]),
    }


def _documents(passages: Sequence[Record]) -> dict[str, str]:
    """The passages by title; those that share one are numbered."""
    documents: dict[str, str] = {}
    for passage in passages:
        title = passage["title"] or passage["doc_id"]
        numbered = [f"{title}.txt", *(f"{title} ({n}).txt" for n in range(2, len(passages) + 1))]
        documents[next(name for name in numbered if name not in documents)] = passage["text"]
    return documents


QUESTION_SETS: dict[str, Callable[[Record], dict[str, object] | None]] = {
    "squad2": _short,
    "clapnq": _long,
    "hotpotqa": _short,
    "musique": _short,
    "quotesum": _quoted,
    "mtrag": _conversation,
    "ramdocs": _conflict,
    "bipia": _injected,
}
