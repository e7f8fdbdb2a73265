"""Cases in the JSON Lines of other tools, and back.

Each format is what its tool reads: ragas 0.4 (`EvaluationDataset.from_jsonl`, `SingleTurnSample`),
deepeval 4 (`EvaluationDataset.add_goldens_from_jsonl_file`, `Golden`), promptfoo (a `tests` file of
test cases), inspect_ai 0.3 (`json_dataset`, `Sample`). The whole case goes along where the tool
keeps what it doesn't know, so that it comes back as it was. A line of somebody else's has one
reference answer and no kind: it comes as a draft, for a person to say what an answer must contain.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.cases import Case, case_to_json
from evals.drafting.drafts import Entry

__all__ = ["FORMATS", "REFUSAL", "Format", "Read"]

REFUSAL = "The documents don't say."
OURS = "footnoted"
ROLES = {"human": "user", "user": "user", "ai": "assistant", "assistant": "assistant"}
# The checks of promptfoo that one text is enough for, and those that need all of theirs.
ANY = ("equals", "contains", "icontains", "contains-any", "icontains-any")
ALL = ("contains-all", "icontains-all")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Read:
    """What a line of another tool says: a question with its conversation, a reference answer, and
    the texts that it rests on; `case` is a whole case of ours, if one went along."""

    question: str
    history: Sequence[Mapping[str, str]] = ()
    reference: str = ""
    contexts: Sequence[str] = ()
    id: str = ""
    case: Entry | None = None


@dataclass(frozen=True, slots=True)
class Format:
    """How one tool writes a case, and what is read from a line of it."""

    write: Callable[[Case], dict[str, Any]]
    read: Callable[[Row], Read]


def _ragas(case: Case) -> dict[str, Any]:
    return {
        "user_input": _transcript(case),
        "reference": _reference(case),
        "reference_contexts": _contexts(case),
        OURS: case_to_json(case),
    }


def _from_ragas(row: Row) -> Read:
    asked: object = row.get("user_input")
    history: list[dict[str, str]] = []
    if isinstance(asked, list):  # a MultiTurnSample
        asked, history = _conversation(asked, "type")
    return Read(
        _text(asked), history, _value(row.get("reference")), _texts(row.get("reference_contexts")),
        case=_ours(row),
    )  # fmt: skip


def _deepeval(case: Case) -> dict[str, Any]:
    return {
        "input": _transcript(case),
        "expected_output": _reference(case),
        "context": _contexts(case),
        "name": case.id,
        "additional_metadata": {OURS: case_to_json(case)},
    }


def _from_deepeval(row: Row) -> Read:
    return Read(
        _text(row.get("input")),
        (),
        _value(row.get("expected_output")),
        _texts(row.get("context")),
        _text(row.get("name")),
        _ours(row.get("additional_metadata")),
    )


def _promptfoo(case: Case) -> dict[str, Any]:
    asserts = [{"type": "icontains-any", "value": list(group)} for group in case.expect]
    asserts += [{"type": "not-icontains", "value": words} for words in case.forbid]
    if not case.answerable:
        asserts.append({"type": "llm-rubric", "value": "Says that the documents don't say."})
    history = [asdict(turn) for turn in case.history]
    return {
        "description": case.id,
        "vars": {"question": case.question} | ({"history": history} if history else {}),
        "assert": asserts,
        "metadata": {OURS: case_to_json(case)},
    }


def _from_promptfoo(row: Row) -> Read:
    given = row.get("vars")
    named = given if isinstance(given, Mapping) else {}
    question = next((named[k] for k in ("question", "query", "input", "prompt") if k in named), "")
    checks = row.get("assert")
    wanted = [
        (" | " if one.get("type") in ANY else "; ").join(_texts(one.get("value")))
        for one in (checks if isinstance(checks, list) else [])
        if isinstance(one, Mapping) and one.get("type") in (*ANY, *ALL)
    ]
    return Read(
        _text(question), (), "; ".join(wanted), _texts(named.get("context")),
        _text(row.get("description")), _ours(row.get("metadata")),
    )  # fmt: skip


def _inspect(case: Case) -> dict[str, Any]:
    turns = [asdict(turn) for turn in case.history]
    messages = [*turns, {"role": "user", "content": case.question}]
    target = list(case.expect[0]) if len(case.expect) == 1 else _reference(case)
    return {
        "input": messages if turns else case.question,
        "target": target,
        "id": case.id,
        "metadata": {OURS: case_to_json(case)},
    }


def _from_inspect(row: Row) -> Read:
    asked: object = row.get("input")
    history: list[dict[str, str]] = []
    if isinstance(asked, list):
        asked, history = _conversation(asked, "role")
    target = row.get("target")
    told = " | ".join(_texts(target)) if isinstance(target, list) else _value(target)
    return Read(_text(asked), history, told, (), _value(row.get("id")), _ours(row.get("metadata")))


def _conversation(rows: Sequence[object], role_key: str) -> tuple[str, list[dict[str, str]]]:
    """The last thing that the user said, which is the question, and the turns before it; one
    without words, such as a call of a tool, is none."""
    turns = [
        {"role": role, "content": said}
        for row in rows
        if isinstance(row, Mapping) and (role := ROLES.get(_text(row.get(role_key))))
        if (said := _said(row.get("content"))).strip()
    ]
    last = max((n for n, turn in enumerate(turns) if turn["role"] == "user"), default=None)
    return ("", []) if last is None else (turns[last]["content"], turns[:last])


def _said(content: object) -> str:
    """What a turn says; a list holds its parts, of which pictures and the like aren't text."""
    if not isinstance(content, list):
        return _text(content)
    parts = [_text(part.get("text")) for part in content if isinstance(part, Mapping)]
    return "\n".join(part for part in parts if part)


def _transcript(case: Case) -> str:
    """The question; with a conversation before it, all of it, as these tools take one text."""
    if not case.history:
        return case.question
    turns = [f"{turn.role}: {turn.content}" for turn in case.history]
    return "\n".join([*turns, f"user: {case.question}"])


def _reference(case: Case) -> str:
    if not case.answerable:
        return REFUSAL
    return "; ".join(group[0] for group in case.expect)


def _contexts(case: Case) -> list[str]:
    return [group[0] for group in case.evidence]


def _ours(metadata: object) -> Entry | None:
    case = metadata.get(OURS) if isinstance(metadata, Mapping) else None
    return dict(case) if isinstance(case, Mapping) else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _value(value: object) -> str:
    """A text, or a number as one: a reference of 42 is what an answer has to say."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else _text(value)


def _texts(value: object) -> list[str]:
    rows = value if isinstance(value, list) else [value]
    return [text for row in rows if (text := _value(row)).strip()]


FORMATS: Mapping[str, Format] = {
    "ragas": Format(_ragas, _from_ragas),
    "deepeval": Format(_deepeval, _from_deepeval),
    "promptfoo": Format(_promptfoo, _from_promptfoo),
    "inspect_ai": Format(_inspect, _from_inspect),
}
