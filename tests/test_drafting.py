"""Drafts of cases: written from documents, reviewed in the shell, refused until accepted; and the
formats of other tools."""

import builtins
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeServer, Script
from hypothesis import given, settings
from hypothesis import strategies as st

import footnoted
from evals.__main__ import main
from evals.cases import Case, case_from_json, case_to_json, load_cases
from evals.drafting.formats import FORMATS
from evals.drafting.parts import Part, parts, swapped
from evals.errors import CasesError
from evals.matching import occurrences
from rag.answer import Message

TEXT = (
    "The mill at Lund was sold to Anna Berg for 4,500 crowns. The bakery at Ystad opened on "
    "12 March 1931. It has 80 ovens and a chimney that Nils Ek drew.\n"
)
DRAFT = {
    "draft": {"source": "mill.txt", "how": "asks for 80"},
    "id": "mill-1",
    "kind": "number",
    "question": "How many ovens has the bakery?",
    "answerable": True,
    "expect": [["80"]],
    "evidence": [["It has 80 ovens"]],
}
PLAIN = {key: value for key, value in DRAFT.items() if key != "draft"}
REFUSED = {"id": "no", "kind": "unanswerable", "question": "Oil?", "answerable": False}
Typed = Callable[..., None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What a person types, a line a call; then the end of the input."""

    def type_(*lines: str) -> None:
        waiting = iter(lines)

        def read(prompt: str = "") -> str:
            print(prompt)
            try:
                return next(waiting)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr(builtins, "input", read)

    return type_


def written(file: Path, *entries: dict[str, Any]) -> Path:
    file.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    return file


def read(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


# Drafting


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "mill.txt").write_text(TEXT)
    return folder


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> Iterator[Script]:
    script = Script(question_about=lambda text, answer: "Who bought the mill that stood at Lund?")
    with FakeServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("FOOTNOTED_MODEL", server.endpoint.model)
        yield script


def test_a_draft_rests_on_a_sentence_of_the_documents_and_asks_for_a_part_of_it(
    model: Script, documents: Path, tmp_path: Path
) -> None:
    out = tmp_path / "drafts.jsonl"

    assert main(["new", str(documents), "--out", str(out)]) == 0

    drafts = [entry for entry in read(out) if entry["answerable"]]
    assert drafts
    for entry in drafts:
        [[quote]], [[answer]] = entry["evidence"], entry["expect"]
        assert occurrences(TEXT, quote)
        assert answer in quote
        assert ("question_about", quote, answer) in model.asked


def test_a_near_miss_swaps_a_part_of_the_question_for_another_of_the_documents(
    model: Script, documents: Path, tmp_path: Path
) -> None:
    out = tmp_path / "drafts.jsonl"

    main(["new", str(documents), "--out", str(out)])

    misses = [entry for entry in read(out) if not entry["answerable"]]
    assert misses
    for entry in misses:
        assert entry["kind"] == "unanswerable"
        assert "Lund" not in entry["question"]
        assert entry["draft"]["how"].startswith("a near miss: Lund became ")


@pytest.mark.parametrize("reply", ["I can't.", "Why 4,500 crowns, Anna Berg, Ystad, 80?", "Who?"])
def test_a_question_that_is_of_no_use_is_left_out(
    model: Script,
    documents: Path,
    tmp_path: Path,
    reply: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (documents / "mill.txt").write_text("The mill was sold to somebody else for 4,500 crowns.")
    model.question_about = lambda text, answer: reply
    out = tmp_path / "drafts.jsonl"

    assert main(["new", str(documents), "--out", str(out)]) == 1
    err = capsys.readouterr().err
    assert "are left out" in err
    assert "no question could be written" in err
    assert not out.exists()


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        (["nowhere", "--out", "new.jsonl"], "nowhere is no folder of documents"),
        (["documents", "--out", "there.jsonl"], "there.jsonl is there already"),
        (["documents", "--out", "no/where.jsonl"], "no/where.jsonl can't be written"),
        (["documents", "--out", "new.jsonl"], "written by a chat model, and none is set"),
        (["documents", "--out", "new.jsonl", "--count", "0"], "'0' is no number from 1 to 1000"),
    ],
)
def test_what_cannot_be_drafted_exits_2_and_writes_nothing(
    documents: Path,
    flags: list[str],
    why: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    monkeypatch.chdir(documents.parent)
    Path("there.jsonl").write_text("mine")

    assert main(["new", *flags]) == 2

    assert why in capsys.readouterr().err
    assert Path("there.jsonl").read_text() == "mine"
    assert not Path("new.jsonl").exists()


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        (
            "It was sold to Anna Berg for 4,500 crowns on 12 March 1931.",
            [("name", "Anna Berg"), ("number", "4,500"), ("date", "12 March 1931")],
        ),
        ("It was sold.", []),
    ],
)
def test_the_parts_of_a_sentence_are_its_names_numbers_and_dates(
    sentence: str, found: list[tuple[str, str]]
) -> None:
    assert [(part.kind, part.text) for part in parts(sentence)] == found


def test_the_names_of_a_tables_columns_are_no_names_to_ask_for() -> None:
    row = "Country: France; Population: 68 million; Capital: Paris"
    assert [(part.kind, part.text) for part in parts(row)] == [("number", "68 million")]


def test_a_model_that_fails_leaves_no_empty_file_that_refuses_the_next_try(
    model: Script, documents: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "drafts.jsonl"
    with monkeypatch.context() as gone:
        gone.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
        assert main(["new", str(documents), "--out", str(out)]) == 1

    assert main(["new", str(documents), "--out", str(out)]) == 0


def test_a_part_is_only_swapped_for_another_of_its_kind() -> None:
    others = [Part("number", "7", 0, 1), Part("name", "Lund", 0, 4), Part("name", "Ystad", 0, 5)]

    found = swapped("Who lives at Lund?", others)

    assert found is not None
    assert found[0] == "Who lives at Ystad?"
    assert swapped("Who lives there?", others) is None


# Review


def test_a_run_refuses_drafts_until_somebody_accepted_them(
    tmp_path: Path, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "cases.jsonl", PLAIN | {"id": "first"}, DRAFT)

    assert main(["--cases", str(file), "--data", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert "line 2: is a draft that nobody accepted yet: run `footnoted eval review`" in err

    typed("a")
    assert main(["review", str(file)]) == 0
    assert [case.id for case in load_cases(file)] == ["first", "mill-1"]
    assert "2 accepted, 0 drafts left" in capsys.readouterr().out


def test_a_draft_is_mended_before_it_is_accepted(tmp_path: Path, typed: Typed) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT)
    typed("q", "How many ovens does it have?", "e", "80 | eighty; ovens", "a")

    main(["review", str(file)])

    [case] = load_cases(file)
    assert case.question == "How many ovens does it have?"
    assert case.expect == (("80", "eighty"), ("ovens",))


def test_a_dropped_draft_is_gone_and_a_skipped_one_stays(tmp_path: Path, typed: Typed) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT, DRAFT | {"id": "mill-2"})
    typed("d", "s")

    main(["review", str(file)])

    assert [entry["id"] for entry in read(file)] == ["mill-2"]
    assert "draft" in read(file)[0]


@pytest.mark.parametrize("last", [["x"], []])
def test_a_review_that_is_left_keeps_what_was_decided(
    tmp_path: Path, typed: Typed, last: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT, DRAFT | {"id": "mill-2"})
    typed("a", *last)

    assert main(["review", str(file)]) == 0

    assert ["draft" in entry for entry in read(file)] == [False, True]
    assert "1 accepted, 1 draft left" in capsys.readouterr().out


def test_what_another_reviewer_decided_meanwhile_is_never_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT, DRAFT | {"id": "mill-2"})

    def read_meanwhile(prompt: str) -> str:
        written(file, DRAFT | {"id": "mill-2"})
        return "a"

    monkeypatch.setattr(builtins, "input", read_meanwhile)

    assert main(["review", str(file)]) == 2
    assert "was changed by somebody else since" in capsys.readouterr().err
    assert read(file) == [DRAFT | {"id": "mill-2"}]


@pytest.mark.parametrize("expect", [5, [5], "80", {"a": 1}])
def test_a_draft_whose_expectation_is_none_is_shown_and_can_be_mended(
    tmp_path: Path, typed: Typed, expect: object
) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT | {"expect": expect})
    typed("e", "80", "a")

    assert main(["review", str(file)]) == 0
    assert load_cases(file)[0].expect == (("80",),)


def test_half_of_a_character_is_kept_until_it_is_mended(tmp_path: Path, typed: Typed) -> None:
    half = DRAFT | {"id": "half", "question": "\ud800?"}
    file = written(tmp_path / "cases.jsonl", DRAFT, half)
    typed("a", "a", "x")

    assert main(["review", str(file)]) == 0
    assert read(file) == [PLAIN, half]


def test_what_is_no_case_yet_cannot_be_accepted(
    tmp_path: Path, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT | {"kind": "riddle"})
    typed("a", "x")

    main(["review", str(file)])

    assert 'It can\'t be accepted yet: key "kind" is "riddle"' in capsys.readouterr().out
    assert "draft" in read(file)[0]


def test_a_draft_cannot_write_over_the_terminal(
    tmp_path: Path, typed: Typed, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT | {"question": "\x1b[2JHa?"})
    typed("x")

    main(["review", str(file)])

    assert "\x1b" not in capsys.readouterr().out


def test_ctrl_c_in_a_review_exits_130_and_keeps_what_was_decided(
    tmp_path: Path, typed: Typed, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = written(tmp_path / "cases.jsonl", DRAFT, DRAFT | {"id": "mill-2"})
    answers = iter(["a"])

    def read_line(prompt: str = "") -> str:
        for answer in answers:
            return answer
        raise KeyboardInterrupt

    monkeypatch.setattr(builtins, "input", read_line)

    assert footnoted.main(["eval", "review", str(file)]) == 130
    assert ["draft" in entry for entry in read(file)] == [False, True]


# Other tools' formats

_texts = st.text(min_size=1, max_size=20).filter(str.strip)
_groups = st.lists(st.lists(_texts, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
_cases = st.builds(
    Case,
    id=_texts,
    kind=st.sampled_from(["fact", "follow-up", "injection"]),
    question=_texts,
    answerable=st.booleans(),
    history=st.lists(
        st.builds(Message, st.sampled_from(["user", "assistant"]), _texts), max_size=3
    ).map(tuple),
    expect=_groups,
    forbid=st.lists(_texts, max_size=2).map(tuple),
    evidence=_groups,
    documents=st.dictionaries(_texts, _texts, max_size=2),
).map(lambda case: case if case.answerable else replace(case, expect=(), evidence=()))


@settings(deadline=None)
@given(_cases, st.sampled_from(sorted(FORMATS)))
def test_a_case_comes_back_from_every_format_as_it_was(case: Case, name: str) -> None:
    row = json.loads(json.dumps(FORMATS[name].write(case)))

    told = FORMATS[name].read(row)

    assert case_from_json(told.case) == case


@settings(deadline=None)
@given(_cases)
def test_a_cases_json_is_a_case(case: Case) -> None:
    assert case_from_json(json.loads(json.dumps(case_to_json(case)))) == case


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_command_converts_there_and_back(tmp_path: Path, name: str) -> None:
    file = written(tmp_path / "cases.jsonl", PLAIN, REFUSED)
    there, back = tmp_path / "there.jsonl", tmp_path / "back.jsonl"

    assert main(["convert", str(file), "--to", name, "--out", str(there)]) == 0
    assert main(["convert", str(there), "--from", name, "--out", str(back)]) == 0

    assert load_cases(back) == load_cases(file)


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        (
            "ragas",
            {"user_input": "How many?", "reference": "80", "reference_contexts": ["80 ovens"]},
            {"question": "How many?", "expect": [["80"]], "evidence": [["80 ovens"]]},
        ),
        (
            "ragas",
            {
                "user_input": [
                    {"type": "human", "content": "Hi"},
                    {"type": "ai", "content": "Hello"},
                    {"type": "human", "content": "How many?"},
                ]
            },
            {
                "question": "How many?",
                "kind": "follow-up",
                "history": [
                    {"role": "user", "content": "Hi"},
                    {"role": "assistant", "content": "Hello"},
                ],
            },
        ),
        (
            "deepeval",
            {"input": "How many?", "expected_output": "80", "context": ["80 ovens"], "name": "a"},
            {"id": "a", "question": "How many?", "expect": [["80"]], "evidence": [["80 ovens"]]},
        ),
        (
            "promptfoo",
            {
                "vars": {"question": "How many?"},
                "assert": [
                    {"type": "icontains-any", "value": ["80", "eighty"]},
                    {"type": "contains", "value": "ovens"},
                    {"type": "llm-rubric", "value": "Is kind."},
                ],
            },
            {"question": "How many?", "expect": [["80", "eighty"], ["ovens"]]},
        ),
        (
            "inspect_ai",
            {
                "input": [
                    {"role": "system", "content": "Be brief."},
                    {"role": "user", "content": "How many?"},
                ],
                "target": ["80", "eighty"],
                "id": 7,
            },
            {"id": "7", "question": "How many?", "expect": [["80", "eighty"]]},
        ),
        (
            "promptfoo",
            {
                "vars": {"question": "How many?"},
                "assert": [
                    {"type": "contains", "value": 80},
                    {"type": "icontains-all", "value": ["gas", "ovens"]},
                ],
            },
            {"expect": [["80"], ["gas"], ["ovens"]]},
        ),
        (
            "inspect_ai",
            {
                "input": [
                    {"role": "user", "content": [{"type": "text", "text": "How many?"}]},
                    {"role": "assistant", "content": "Let me see."},
                ],
                "target": 80,
            },
            {"question": "How many?", "kind": "fact", "expect": [["80"]]},
        ),
        ("promptfoo", {"vars": {"question": "Why?"}, "assert": "contains"}, {"question": "Why?"}),
        (
            "inspect_ai",
            {"input": "Why?", "target": "Because " + "of this and that " * 9},
            {"question": "Why?"},
        ),
    ],
)
def test_somebody_elses_line_comes_as_a_draft(
    tmp_path: Path, name: str, row: dict[str, Any], expected: dict[str, Any]
) -> None:
    file, out = written(tmp_path / "theirs.jsonl", row), tmp_path / "ours.jsonl"

    assert main(["convert", str(file), "--from", name, "--out", str(out)]) == 0

    [entry] = read(out)
    assert entry.items() >= expected.items()
    assert entry["draft"]["how"] == f"from {name}"
    with pytest.raises(CasesError, match="is a draft"):
        load_cases(out)


def test_lines_that_other_tools_give_the_same_name_get_ids_of_their_own(tmp_path: Path) -> None:
    named = {"Where": "rye-3", "Why": "rye", "How": "rye"}
    rows = [{"description": id_, "vars": {"question": f"{q}?"}} for q, id_ in named.items()]
    file, out = written(tmp_path / "theirs.jsonl", *rows), tmp_path / "ours.jsonl"

    assert main(["convert", str(file), "--from", "promptfoo", "--out", str(out)]) == 0

    assert [entry["id"] for entry in read(out)] == ["rye-3", "rye", "rye-3-3"]


def test_a_refusal_that_the_other_tool_kept_is_one_again(tmp_path: Path) -> None:
    cases = written(tmp_path / "cases.jsonl", REFUSED)
    theirs, out = tmp_path / "theirs.jsonl", tmp_path / "ours.jsonl"
    main(["convert", str(cases), "--to", "ragas", "--out", str(theirs)])
    kept = {key: value for key, value in read(theirs)[0].items() if key != "footnoted"}
    kept["reference_contexts"] = ["Rye is dark."]

    main(["convert", str(written(theirs, kept)), "--from", "ragas", "--out", str(out)])

    [entry] = read(out)
    assert (entry["answerable"], entry["kind"]) == (False, "unanswerable")
    assert not {"expect", "evidence"} & set(entry)


def test_a_turn_without_words_keeps_no_draft_from_being_accepted(
    tmp_path: Path, typed: Typed
) -> None:
    called = {"role": "assistant", "content": "", "tool_calls": []}
    asked = [{"role": "user", "content": "Rye?"}, called, {"role": "user", "content": "Oats?"}]
    theirs = written(tmp_path / "theirs.jsonl", {"input": asked, "target": "pale"})
    file = tmp_path / "cases.jsonl"
    typed("a")

    main(["convert", str(theirs), "--from", "inspect_ai", "--out", str(file)])
    main(["review", str(file)])

    assert load_cases(file)[0].history == (Message("user", "Rye?"),)


@pytest.mark.parametrize(
    "row", [{}, {"user_input": []}, {"user_input": 3}, {"user_input": [{"type": []}]}]
)
def test_a_line_without_a_question_is_refused(
    tmp_path: Path, row: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "theirs.jsonl", row)

    assert main(["convert", str(file), "--from", "ragas"]) == 2
    assert "line 1: it has no question" in capsys.readouterr().err


def test_a_conversion_goes_to_standard_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(tmp_path / "cases.jsonl", PLAIN)

    assert main(["convert", str(file), "--to", "inspect_ai"]) == 0

    row = json.loads(capsys.readouterr().out)
    assert (row["input"], row["target"], row["id"]) == (PLAIN["question"], ["80"], "mill-1")
