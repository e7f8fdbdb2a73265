"""The case format, and the cases that come with it."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import get_args

import pytest

from evals.cases import SEED_CASES, Case, Kind, load_cases, of_split, split_of
from evals.errors import CasesError
from evals.matching import says, says_any

SEEDS = Path(__file__).parent.parent / "seeds"
CASES = load_cases(SEED_CASES)
VALID = {"id": "a", "kind": "fact", "question": "What?", "answerable": True}


def written(tmp_path: Path, *lines: object) -> Path:
    file = tmp_path / "cases.jsonl"
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    file.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return file


def texts_of(case: Case) -> list[str]:
    articles = [path.read_text(encoding="utf-8") for path in SEEDS.glob("0*.txt")]
    return list(case.documents.values()) or articles


def test_a_case_is_read_with_every_key(tmp_path: Path) -> None:
    full = VALID | {
        "history": [{"role": "user", "content": "Hi"}],
        "expect": [["a", "b"]],
        "forbid": ["c"],
        "evidence": [["q"]],
        "documents": {"a.txt": "q"},
    }
    [case] = load_cases(written(tmp_path, full, ""))
    assert (case.expect, case.forbid, case.evidence) == ((("a", "b"),), ("c",), (("q",),))
    assert case.history[0].content == "Hi"
    assert case.documents == {"a.txt": "q"}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 2: is no JSON"),
        ('{"id": "a", "id": "b"}', 'line 2: is no JSON (key "id" stands twice)'),
        ([], "line 2: a case is a JSON object, this is []"),
        (VALID | {"wrong": 1}, 'line 2: key "wrong" is unknown'),
        ({"id": "a"}, 'line 2: key "kind" is missing'),
        (VALID | {"id": ""}, 'line 2: key "id" is a text that says something'),
        (VALID | {"id": "0"}, 'line 2: id "0" is taken by line 1'),
        (VALID | {"question": "\ud800?"}, 'line 2: key "question" holds half of a character, "??"'),
        (VALID | {"kind": "riddle"}, 'line 2: key "kind" is "riddle"; it is one of fact'),
        (VALID | {"answerable": "yes"}, 'line 2: key "answerable" is true or false, not "yes"'),
        (
            VALID | {"answerable": False, "expect": [["a"]]},
            'line 2: "answerable" is false, so "expect" is held to nothing',
        ),
        (
            VALID | {"answerable": False, "evidence": [["a"]]},
            'line 2: "answerable" is false, so "evidence" is held to nothing',
        ),
        (
            VALID | {"kind": "unanswerable"},
            'line 2: key "kind" is "unanswerable" and "answerable" is true',
        ),
        (VALID | {"expect": "a"}, 'line 2: key "expect" is a list, not "a"'),
        (VALID | {"expect": [[]]}, 'line 2: key "expect" has a group without a variant'),
        (VALID | {"evidence": [["a", 1]]}, 'line 2: key "evidence" is a text'),
        (VALID | {"forbid": [None]}, 'line 2: key "forbid" is a text'),
        (VALID | {"history": [{"role": "user"}]}, 'line 2: key "history" holds objects'),
        (
            VALID | {"history": [{"role": "system", "content": "x"}]},
            'line 2: key "history" has a role "system"',
        ),
        (VALID | {"documents": ["a"]}, 'line 2: key "documents" is an object of name and text'),
    ],
)
def test_a_line_that_is_no_case_is_named_with_its_key(
    tmp_path: Path, line: object, why: str
) -> None:
    with pytest.raises(CasesError, match=re.escape(why)):
        load_cases(written(tmp_path, VALID | {"id": "0"}, line))


def test_files_that_hold_no_cases_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CasesError, match="does not exist"):
        load_cases(tmp_path / "none.jsonl")
    with pytest.raises(CasesError, match="can't be read"):
        load_cases(tmp_path)
    with pytest.raises(CasesError, match="holds no case"):
        load_cases(written(tmp_path))
    (tmp_path / "latin.jsonl").write_bytes(b"\xe9\xff")
    with pytest.raises(CasesError, match="not UTF-8"):
        load_cases(tmp_path / "latin.jsonl")


def test_a_case_never_changes_its_split() -> None:
    assert split_of("number-rice") == "test"
    assert split_of("conflict-soldiers") == split_of("conflict-soldiers")
    assert len(of_split(CASES, "calibration")) + len(of_split(CASES, "test")) == len(CASES)


def test_the_seed_cases_are_as_many_of_each_kind_as_promised() -> None:
    kinds = Counter(case.kind for case in CASES)
    assert len(CASES) >= 100
    assert sum(not case.answerable for case in CASES) >= 45
    assert kinds["follow-up"] >= 12
    assert kinds["conflict"] >= 6
    assert kinds["injection"] >= 8
    assert set(kinds) == set(get_args(Kind))


@pytest.mark.parametrize("split", ["calibration", "test"])
def test_both_splits_have_each_kind(split: str) -> None:
    assert {c.kind for c in CASES if split_of(c.id) == split} == set(get_args(Kind))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_seed_case_is_consistent_with_its_documents(case: Case) -> None:
    texts = texts_of(case)
    quotes = [quote for group in case.evidence for quote in group]
    assert [quote for quote in quotes if not any(quote in text for text in texts)] == []
    assert bool(case.expect) == bool(case.evidence) == case.answerable


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.id.startswith(("number", "date"))], ids=lambda c: c.id
)
def test_the_documents_own_words_pass_where_a_value_is_asked_for(case: Case) -> None:
    said = " ".join(group[0] for group in case.evidence)
    words = " ".join(text for text in texts_of(case))
    assert [group for group in case.expect if not says_any(words, group)] == []
    assert [words for words in case.forbid if says(said, words)] == []


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("Between 600 000 and 700\u202f000 tons", "600,000"),
        ("600,000\u2013700,000 tons", "700,000"),
        ("about 12000.", "12,000"),
        ("$ 2,000 a month", "$2,000"),
        ("KOREA\u2019S rice", "Korea's"),
        ("the soldiers", "soldier"),
        ("on 31  October", "31 october"),
        ("ten 10,000, then", "10,000"),
        ("twenty-five years", "twenty-five"),
        ("thirty years", "thirty"),
        ("a five-year lease", "five"),
        ("10-15 men", "15"),
        ("it is \u22125 \u00b0C", "-5 \u00b0C"),
        ("3\u00bd cups", "3\u00bd"),
        ("3 1/2 cups", "3 1/2"),
        ("from 5 pm", "5pm"),
        ("it weighs 10kg", "10 kg"),
        ("\u5317\u4eac\u662f\u9996\u90fd", "\u5317\u4eac"),
    ],
)
def test_a_variant_is_found_whatever_its_case_spaces_and_separators(
    text: str, variant: str
) -> None:
    assert says(text, variant)


@pytest.mark.parametrize(
    ("text", "variant"),
    [
        ("1,500 men", "500"),
        ("5,000 men", "500"),
        ("the price", "rice"),
        ("sixty", "six"),
        ("twenty-five years", "five"),
        ("twenty-five years", "twenty"),
        ("$2,000.50", "$2,000"),
        ("1 month", "1m"),
        ("a 4-room flat", "A4"),
        ("112,000", "12,000"),
        ("it is -5 \u00b0C", "5 \u00b0C"),
        ("\u22125 \u00b0C", "5 \u00b0C"),
        (".5 mg", "5 mg"),
        ("3\u00bd cups", "31"),
        ("3\u00bd cups", "3"),
        ("\u00bd cup", "2 cup"),
    ],
)
def test_a_part_of_a_number_or_word_is_no_match(text: str, variant: str) -> None:
    assert not says(text, variant)


@pytest.mark.parametrize("name", ["amended", "changed", "everyday", "household", "paperwork"])
def test_what_everyday_cases_cite_stands_in_their_documents(name: str) -> None:
    folder = SEED_CASES.parent / name
    documents = [path.read_text("utf-8") for path in sorted(folder.iterdir())]

    cases = load_cases(folder.with_suffix(".jsonl"))

    quotes = [quote for case in cases for group in case.evidence for quote in group]
    assert {case.answerable for case in cases} == {True, False}
    assert [quote for quote in quotes if not any(quote in text for text in documents)] == []
