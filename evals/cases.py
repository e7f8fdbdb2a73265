"""Eval cases: what is asked, what a right answer says, and which sentences say so."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Literal, cast, get_args

from evals.errors import CasesError
from rag.answer import Message

__all__ = [
    "SEED_CASES",
    "Case",
    "Kind",
    "Split",
    "case_from_json",
    "case_to_json",
    "drawn",
    "fingerprint",
    "load_cases",
    "of_split",
    "read_objects",
    "sample_of",
    "split_of",
]

Kind = Literal[
    "fact",
    "list",
    "number",
    "date",
    "conflict",
    "unanswerable",
    "false-premise",
    "follow-up",
    "injection",
]
Split = Literal["all", "calibration", "test"]

SEED_CASES = Path(str(files("evals"))) / "cases" / "seeds.jsonl"


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is known of its answer.

    `expect`: every group needs one of its variants in the answer. `forbid`: none may appear.
    `evidence`: every group needs one of its quotes to overlap a cited sentence. `documents`: a
    small corpus of the case's own; empty where it is asked of the documents of the run.
    """

    id: str
    kind: Kind
    question: str
    answerable: bool
    history: tuple[Message, ...] = ()
    expect: tuple[tuple[str, ...], ...] = ()
    forbid: tuple[str, ...] = ()
    evidence: tuple[tuple[str, ...], ...] = ()
    documents: Mapping[str, str] = field(default_factory=dict)


def load_cases(path: Path) -> list[Case]:
    """Every case of a JSON Lines file, in its order; blank lines are passed over."""
    cases: list[Case] = []
    lines: dict[str, int] = {}
    for number, raw in read_objects(path):
        try:
            case = case_from_json(raw)
        except CasesError as error:
            raise CasesError(f"{path}, line {number}: {error}.") from None
        if case.id in lines:
            raise CasesError(
                f'{path}, line {number}: id "{case.id}" is taken by line {lines[case.id]}.'
            )
        lines[case.id] = number
        cases.append(case)
    if not cases:
        raise CasesError(f"{path} holds no case: write one JSON object a line.")
    return cases


def read_objects(path: Path) -> Iterator[tuple[int, object]]:
    """The JSON value of each line with its number, from 1; blank lines are passed over.

    Raises CasesError for a file that can't be read, and for a line that is no JSON.
    """
    for number, line in enumerate(_read(path).split("\n"), start=1):
        if line.strip():
            try:
                yield number, json.loads(line, object_pairs_hook=_object)
            except (ValueError, RecursionError) as error:
                deep = isinstance(error, RecursionError)
                reason = "too deep" if deep else getattr(error, "msg", "a number is too long")
                raise CasesError(f"{path}, line {number}: is no JSON ({reason}).") from None


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object whose keys each stand once: of two that are alike, Python keeps the last alone."""
    value = dict(pairs)
    if len(value) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise json.JSONDecodeError(f'key "{twice}" stands twice', "", 0)
    return value


def case_from_json(raw: object) -> Case:
    """The case that a JSON object describes; raises CasesError with what is wrong with it."""
    if not isinstance(raw, dict):
        raise CasesError(f"a case is a JSON object, this is {_named(raw)}")
    if "draft" in raw:
        raise CasesError("is a draft that nobody accepted yet: run `footnoted eval review` on it")
    _check_keys(raw)
    case = Case(
        id=_text(raw["id"], "id"),
        kind=cast("Kind", raw["kind"]),
        question=_text(raw["question"], "question"),
        answerable=raw["answerable"],
        history=tuple(_message(turn) for turn in _list(raw.get("history", []), "history")),
        expect=_groups(raw.get("expect", []), "expect"),
        forbid=_texts(raw.get("forbid", []), "forbid"),
        evidence=_groups(raw.get("evidence", []), "evidence"),
        documents=_documents(raw.get("documents", {})),
    )
    _check_sense(case)
    return case


def case_to_json(case: Case) -> dict[str, object]:
    """The JSON object of a case; keys that hold nothing are left out."""
    required = {key: getattr(case, key) for key in _REQUIRED}
    optional: dict[str, object] = {
        "history": [asdict(turn) for turn in case.history],
        "expect": [list(group) for group in case.expect],
        "forbid": list(case.forbid),
        "evidence": [list(group) for group in case.evidence],
        "documents": dict(case.documents),
    }
    return required | {key: value for key, value in optional.items() if value}


def fingerprint(case: Case) -> str:
    """Sixteen hex digits that name what is asked: the question, what was said before it, and the
    case's own documents. What is expected may change without it."""
    asked = case_to_json(case)
    parts = [asked.get(key) for key in ("question", "history", "documents")]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def split_of(case_id: str) -> Literal["calibration", "test"]:
    """The half that a case falls into, by the sha256 of its id: no case ever changes sides."""
    return "calibration" if _draw(case_id) % 2 == 0 else "test"


def of_split(cases: Sequence[Case], split: Split) -> list[Case]:
    """The cases of one half, or all of them."""
    return [case for case in cases if split in ("all", split_of(case.id))]


def sample_of(cases: Sequence[Case], size: int) -> list[Case]:
    """`size` of the cases in their order (all, if there are fewer), by the sha256 of their ids."""
    chosen = set(drawn([case.id for case in cases])[:size])
    return [case for case in cases if case.id in chosen]


def drawn(ids: Iterable[str]) -> list[str]:
    """Ids in an order that is as good as by lot, and the same each time: by their sha256."""
    return sorted(ids, key=_draw)


def _draw(case_id: str) -> int:
    return int(hashlib.sha256(case_id.encode("utf-8", "surrogatepass")).hexdigest()[:8], 16)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise CasesError(f"{path} does not exist: name a JSON Lines file of cases.") from None
    except UnicodeDecodeError:
        raise CasesError(f"{path} is not UTF-8 text: save it as UTF-8.") from None
    except OSError as error:
        raise CasesError(f"{path} can't be read: {error.strerror}.") from None


def _check_keys(raw: dict[str, object]) -> None:
    unknown = sorted(set(raw) - set(_KEYS))
    if unknown:
        raise CasesError(f'key "{unknown[0]}" is unknown; a case has {", ".join(_KEYS)}')
    missing = [key for key in _REQUIRED if key not in raw]
    if missing:
        raise CasesError(f'key "{missing[0]}" is missing')
    kind = _text(raw["kind"], "kind")
    if kind not in get_args(Kind):
        raise CasesError(f'key "kind" is "{kind}"; it is one of {", ".join(get_args(Kind))}')
    if not isinstance(raw["answerable"], bool):
        raise CasesError(f'key "answerable" is true or false, not {_named(raw["answerable"])}')


def _check_sense(case: Case) -> None:
    """What is to be refused has no answer: what an answer must say would be held against nobody."""
    if not case.answerable and (case.expect or case.evidence):
        key = "expect" if case.expect else "evidence"
        raise CasesError(f'"answerable" is false, so "{key}" is held to nothing: drop one of them')
    if case.answerable and case.kind == "unanswerable":
        raise CasesError('key "kind" is "unanswerable" and "answerable" is true: mend one of them')


def _text(value: object, key: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise CasesError(f'key "{key}" is a text that says something, not {_named(value)}')
    try:
        value.encode()
    except UnicodeEncodeError:  # JSON can escape what UTF-8 can't write
        raise CasesError(f'key "{key}" holds half of a character, {_named(value)}') from None
    return value


def _list(value: object, key: str) -> list[object]:
    if not isinstance(value, list):
        raise CasesError(f'key "{key}" is a list, not {_named(value)}')
    return value


def _texts(value: object, key: str) -> tuple[str, ...]:
    return tuple(_text(item, key) for item in _list(value, key))


def _groups(value: object, key: str) -> tuple[tuple[str, ...], ...]:
    groups = tuple(_texts(group, key) for group in _list(value, key))
    if () in groups:
        raise CasesError(f'key "{key}" has a group without a variant, which nothing can match')
    return groups


def _message(value: object) -> Message:
    if not isinstance(value, dict) or set(value) != {"role", "content"}:
        raise CasesError('key "history" holds objects with "role" and "content", nothing else')
    role = value["role"]
    if role not in ("user", "assistant"):
        raise CasesError(f'key "history" has a role {_named(role)}; it is "user" or "assistant"')
    return Message(role, _text(value["content"], "history"))


def _documents(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        raise CasesError(f'key "documents" is an object of name and text, not {_named(value)}')
    return {_text(name, "documents"): _text(text, "documents") for name, text in value.items()}


def _named(value: object) -> str:
    """A JSON value as a person would find it in the file, cut short."""
    shown = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()
    return shown if len(shown) <= 40 else f"{shown[:37]}..."


_REQUIRED = ("id", "kind", "question", "answerable")
_KEYS = (*_REQUIRED, "history", "expect", "forbid", "evidence", "documents")
