"""`footnoted ask` as a shell sees it: a real library, a server at the model's edge."""

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fakes import KEY, MODEL, FakeServer, Fault, Script, cut, drop, hang, raw, status, when

from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_writer
from rag.__main__ import main

RICE_QUESTION = "How much rice did Russia propose?"
RICE_ANSWER = "Russia proposed to supply between 600,000 and 700,000 tons of rice."
MOON_QUESTION = "What colour is the moon?"
CITATION = {
    "source": str,
    "document_id": str,
    "start": int,
    "end": int,
    "quote": str,
    "page": type(None),
}


@dataclass(frozen=True, slots=True)
class Said:
    """What one run of the command gave."""

    code: int
    out: str
    err: str

    @property
    def answer(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


Ask = Callable[..., Said]


@pytest.fixture
def script() -> Script:
    return Script(states_answer=when("700,000 tons"))


@pytest.fixture
def server(script: Script, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """The endpoint that the environment names."""
    for name in ("OPENAI_API_BASE", "FOOTNOTED_CHAT_WEIGHTS"):
        monkeypatch.delenv(name, raising=False)
    with FakeServer(script) as server:
        monkeypatch.setenv("OPENAI_BASE_URL", server.url)
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        monkeypatch.setenv("FOOTNOTED_MODEL", MODEL)
        monkeypatch.setenv("FOOTNOTED_TIMEOUT", "30")
        yield server


@pytest.fixture
def ask(
    library: Library,
    server: FakeServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Ask:
    """Runs the command beside its files, over the library of two documents."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTED_DATA", str(library.folder))

    def run(*arguments: str) -> Said:
        code = main(arguments)
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


def types(values: dict[str, Any]) -> dict[str, type]:
    return {key: type(value) for key, value in values.items()}


def batch(*entries: object) -> str:
    """Writes batch.jsonl; its name."""
    lines = [json.dumps(entry, ensure_ascii=False) for entry in entries]
    Path("batch.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return "batch.jsonl"


# The contract


def test_json_is_the_contracts_object_and_nothing_else(ask: Ask) -> None:
    said = ask(RICE_QUESTION, "--json")

    assert said.code == 0
    assert said.err == ""
    assert said.out.count("\n") == 1
    assert types(said.answer) == {
        "question": str,
        "standalone_question": str,
        "abstained": bool,
        "conflict": bool,
        "text": str,
        "claims": list,
        "related": list,
        "refused": list,
        "model": str,
        "usage": dict,
        "timings": dict,
    }
    assert types(said.answer["claims"][0]) == {"text": str, "verdict": str, "citations": list}
    assert types(said.answer["claims"][0]["citations"][0]) == CITATION
    assert types(said.answer["related"][0]) == CITATION
    refused = ask(MOON_QUESTION, "--json").answer["refused"]
    assert types(refused[0]) == {"text": str, "reason": str}
    assert types(said.answer["usage"]) == {"prompt_tokens": int, "completion_tokens": int}
    assert types(said.answer["timings"]) == {
        "found_s": float,
        "first_claim_s": float,
        "total_s": float,
    }


def test_an_answer_cites_the_sentence_where_it_stands(ask: Ask, library: Library) -> None:
    answer = ask(RICE_QUESTION, "--json").answer

    assert answer["question"] == answer["standalone_question"] == RICE_QUESTION
    assert answer["text"] == RICE_ANSWER
    assert answer["model"] == MODEL
    assert answer["usage"]["prompt_tokens"] > 0
    assert [claim["verdict"] for claim in answer["claims"]] == ["supported"]
    (citation,) = answer["claims"][0]["citations"]
    document = library.document(citation["document_id"])
    assert document is not None
    assert document.text[citation["start"] : citation["end"]] == citation["quote"]
    assert citation["source"] == document.source == "rice.txt"


def test_plain_text_has_numbered_footnotes_with_source_and_quote(ask: Ask) -> None:
    said = ask(RICE_QUESTION)

    assert said.code == 0
    assert said.err == ""
    first, blank, note = said.out.splitlines()
    assert first == f"{RICE_ANSWER} [1] (supported)"
    assert blank == ""
    assert note == f"[1] rice.txt: “{RICE_ANSWER}”"


def test_it_abstains_with_exit_0_and_shows_what_is_near(ask: Ask, script: Script) -> None:
    script.states_answer = when("nothing at all")

    said = ask(MOON_QUESTION)
    answer = ask(MOON_QUESTION, "--json").answer

    assert said.code == 0
    assert "The documents don't say" in said.out
    assert "none found to be an answer" in said.out
    assert answer["abstained"] is True
    assert answer["claims"] == []
    assert answer["timings"]["first_claim_s"] is None
    assert answer["text"] in said.out
    assert answer["related"][0]["quote"] in said.out


def test_history_makes_a_follow_up_standalone(ask: Ask, script: Script) -> None:
    script.standalone = "How much rice did Russia propose to supply?"
    turns = [
        {"role": "user", "content": "What did Russia propose to supply?"},
        {"role": "assistant", "content": "Russia proposed to supply rice."},
    ]
    Path("history.json").write_text(json.dumps(turns))

    answer = ask("And how much of it?", "--history", "history.json", "--json").answer

    assert "standalone" in script.tasks()
    assert answer["question"] == "And how much of it?"
    assert answer["standalone_question"] == script.standalone
    assert answer["text"] == RICE_ANSWER


def test_an_empty_history_is_none(ask: Ask) -> None:
    Path("history.json").write_text("[]")

    assert ask(RICE_QUESTION, "--history", "history.json", "--json").code == 0


def test_bytes_of_a_shell_that_are_no_text_are_no_crash(ask: Ask) -> None:
    said = ask(os.fsdecode(b"How much \xff rice did Russia propose?"), "--json")

    assert said.code == 0
    assert said.answer["question"] == "How much ? rice did Russia propose?"


# Without a model


@pytest.mark.parametrize("arguments", [("--quotes",), ()])
def test_quotes_are_the_nearest_sentences_and_ask_no_model(
    ask: Ask, server: FakeServer, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", MODEL if arguments else "none")

    answer = ask(RICE_QUESTION, "--json", *arguments).answer

    assert server.requests == []
    assert {claim["verdict"] for claim in answer["claims"]} == {"quoted"}
    assert answer["claims"][0]["text"] == answer["claims"][0]["citations"][0]["quote"]
    assert answer["claims"][0]["text"] == RICE_ANSWER
    assert answer["model"] == ""
    assert answer["usage"] == {"prompt_tokens": 0, "completion_tokens": 0}


def test_a_model_of_none_is_said_on_stderr_and_in_the_text(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")

    said = ask(RICE_QUESTION)

    assert said.code == 0
    assert said.err == "footnoted: no model is set; showing the nearest sentences\n"
    assert "No model was asked: these are the documents' own sentences." in said.out
    assert f"[1] rice.txt: “{RICE_ANSWER}”" in said.out


def test_quotes_do_not_need_the_model_to_be_there(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL")
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.setenv("FOOTNOTED_CHAT_WEIGHTS", "missing.gguf")

    refused = ask(RICE_QUESTION)
    quoted = ask(RICE_QUESTION, "--quotes")

    assert refused.code == 2
    assert refused.err.count("\n") == 1
    assert "FOOTNOTED_CHAT_WEIGHTS is 'missing.gguf'" in refused.err
    assert quoted.code == 0
    assert quoted.err == ""
    assert RICE_ANSWER in quoted.out


# A batch


def test_a_batch_gives_a_line_for_a_line_with_its_id(ask: Ask) -> None:
    asked = ask(
        "--batch",
        batch(
            {"id": "rice", "question": RICE_QUESTION},
            {"id": 7, "question": RICE_QUESTION, "history": [{"role": "user", "content": "Hi."}]},
            {"question": RICE_QUESTION, "history": None},
        ),
    )
    alone = ask(RICE_QUESTION, "--json").answer

    assert asked.code == 0
    assert asked.err == ""
    assert [line["id"] for line in asked.lines] == ["rice", 7, None]
    assert [line["text"] for line in asked.lines] == [RICE_ANSWER] * 3
    assert {"id", *alone} == set(asked.lines[0])


def test_a_question_that_fails_is_a_line_with_its_error_and_exit_1(ask: Ask) -> None:
    said = ask(
        "--batch",
        batch({"id": 1, "question": " "}, {"id": 2, "question": RICE_QUESTION}),
    )

    failed, answered = said.lines
    assert said.code == 1
    assert set(failed) == {"id", "question", "error"}
    assert failed["id"] == 1
    assert "empty" in failed["error"]
    assert answered["id"] == 2
    assert answered["text"] == RICE_ANSWER


def test_a_model_that_fails_once_costs_one_line(ask: Ask, server: FakeServer) -> None:
    server.faults = [status(401)]

    said = ask(
        "--batch", batch({"id": 1, "question": RICE_QUESTION}, {"id": 2, "question": RICE_QUESTION})
    )

    assert said.code == 1
    assert "401" in said.lines[0]["error"]
    assert said.lines[1]["text"] == RICE_ANSWER
    assert KEY not in said.out + said.err


def test_blank_lines_a_byte_order_mark_and_line_separators_in_a_batch_are_no_mistake(
    ask: Ask,
) -> None:
    text = '\ufeff{"id": 1, "question": "How much\u2028rice did Russia propose?"}\r\n\r\n'
    Path("batch.jsonl").write_text(text, encoding="utf-8")

    said = ask("--batch", "batch.jsonl")

    assert said.code == 0
    assert [line["question"] for line in said.lines] == [RICE_QUESTION]


def test_a_batch_is_read_from_standard_input(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = json.dumps({"id": 1, "question": RICE_QUESTION})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(f"{lines}\n".encode())))

    said = ask("--quotes", "--batch", "-")

    assert said.code == 0
    assert [line["id"] for line in said.lines] == [1]


def test_a_batch_from_standard_input_names_it_where_it_is_wrong(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"no\n")))
    wrong = ask("--batch", "-")
    monkeypatch.setattr("sys.stdin", None)
    closed = ask("--batch", "-")

    assert (wrong.code, closed.code) == (2, 2)
    assert "standard input line 1 is no JSON" in wrong.err
    assert "standard input can't be read: it is closed" in closed.err


def test_a_batch_can_be_quotes_only(ask: Ask, server: FakeServer) -> None:
    said = ask("--quotes", "--batch", batch({"id": 1, "question": RICE_QUESTION}))

    assert said.lines[0]["model"] == ""
    assert server.requests == []


# Bad usage

FILES = {
    "good.jsonl": '{"question": "q"}',
    "good.json": "[]",
    "broken.json": '[{"role": "user"',
    "broken.jsonl": '{"question": "q"}\n{"question"',
    "blank.jsonl": "\n \n",
    "other.jsonl": '{"query": "q"}',
    "typed.jsonl": '{"question": 5}',
    "turns.jsonl": '{"question": "q", "history": [{"role": "user"}]}',
    "role.json": '[{"role": "system", "content": "c"}]',
    "list.json": '[{"role": [], "content": "c"}]',
    "content.json": '[{"role": "user", "content": 5}]',
    "strings.json": '["user", "assistant"]',
    "object.json": '{"role": "user", "content": "c"}',
    "number.json": "5",
    "deep.json": "[" * 100_000,
    "latin.json": b'["caf\xe9"]'.decode("latin-1"),
}


@pytest.fixture
def files(ask: Ask) -> None:
    """The files of FILES where the command runs."""
    for name, text in FILES.items():
        Path(name).write_text(text, encoding="latin-1")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give one QUESTION, or --batch FILE"),
        (["q", "--batch", "good.jsonl"], "give one QUESTION, or --batch FILE"),
        (["--batch", "good.jsonl", "--history", "good.json"], "--history goes with one QUESTION"),
        ([""], "the question is empty"),
        ([" \t\n"], "the question is empty"),
        (["x" * 4001], "has 4001 characters: ask one of 1 to 4000"),
        (["q", "--history", "missing.json"], "missing.json can't be read: No such file"),
        (["--batch", "missing.jsonl"], "missing.jsonl can't be read: No such file"),
        (["--batch", "."], "can't be read: Is a directory"),
        (["q", "--history", "latin.json"], "latin.json can't be read: it isn't UTF-8"),
        (["q", "--history", "broken.json"], "broken.json is no JSON"),
        (["q", "--history", "deep.json"], "deep.json is no JSON"),
        (["--batch", "broken.jsonl"], "broken.jsonl line 2 is no JSON"),
        (["--batch", "blank.jsonl"], "blank.jsonl holds no question"),
        (["--batch", "other.jsonl"], "other.jsonl line 1 is no question"),
        (["--batch", "typed.jsonl"], "typed.jsonl line 1 is no question"),
        (["--batch", "turns.jsonl"], "turns.jsonl line 1 has no history in it"),
        (["q", "--history", "role.json"], "role.json has a message whose role is 'system'"),
        (["q", "--history", "list.json"], "list.json has a message whose role is []"),
        (["q", "--history", "content.json"], "with a text as content"),
        (["q", "--history", "strings.json"], "strings.json has no history in it"),
        (["q", "--history", "object.json"], "object.json has no history in it"),
        (["q", "--history", "number.json"], "number.json has no history in it"),
    ],
)
def test_bad_usage_exits_2_with_one_line_and_asks_nobody(
    ask: Ask, server: FakeServer, arguments: list[str], said: str
) -> None:
    refused = ask(*arguments)

    assert refused.code == 2
    assert refused.out == ""
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert server.requests == []


def test_an_unknown_option_exits_2(ask: Ask) -> None:
    refused = ask("q", "--bogus")

    assert refused.code == 2
    assert refused.out == ""
    assert "--bogus" in refused.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FOOTNOTED_TIMEOUT", "soon"),
        ("OPENAI_BASE_URL", "localhost:8080"),
        ("OPENAI_BASE_URL", "http://host:port/v1"),
    ],
)
def test_a_bad_setting_exits_2_with_its_name(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    refused = ask(RICE_QUESTION)

    assert refused.code == 2
    assert f"{name} is {value!r}" in refused.err
    assert refused.err.count("\n") == 1


# A library that isn't there


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("none", "nothing is indexed in 'none': run `footnoted index PATH` first"),
        ("file", "the data folder file is a file"),
        ("file/none", "nothing is indexed in 'file/none'"),
    ],
)
def test_without_a_library_it_says_what_to_do(
    ask: Ask, server: FakeServer, data: str, said: str
) -> None:
    Path("file").write_text("mine")

    refused = ask(RICE_QUESTION, "--data", data)

    assert refused.code == 1
    assert refused.out == ""
    assert said in refused.err
    assert refused.err.count("\n") == 1
    assert not Path("none").exists()
    assert server.requests == []


def test_a_library_whose_documents_are_gone_is_an_empty_one(
    ask: Ask, library: Library, embedder: Embedder
) -> None:
    with open_writer(library.folder, embedder) as writer:
        assert writer.remove("rice.txt")
        assert writer.remove("bread.md")

    refused = ask(RICE_QUESTION)

    assert refused.code == 1
    assert "nothing is indexed" in refused.err


def test_a_library_of_another_embedder_asks_for_a_rebuild(ask: Ask, library: Library) -> None:
    with sqlite3.connect(library.folder / "ledger.sqlite") as ledger:
        ledger.execute("UPDATE settings SET value = 'another' WHERE name = 'embedder'")

    refused = ask(RICE_QUESTION)

    assert refused.code == 1
    assert "made with the embedder another" in refused.err
    assert "--rebuild" in refused.err
    assert refused.err.count("\n") == 1


# A model that fails

FAILURES = [
    pytest.param(status(401), "OPENAI_API_KEY", id="401"),
    pytest.param(status(404), "FOOTNOTED_MODEL", id="404"),
    pytest.param(status(429), "429", id="429"),
    pytest.param(status(500), "500", id="500"),
    pytest.param(hang, "within 0.7 s", id="hang"),
    pytest.param(cut, "broke off", id="cut"),
    pytest.param(drop, "broke off", id="drop"),
    pytest.param(raw(b'{"choices": ['), "malformed", id="malformed"),
    pytest.param(raw(b"<html>hello</html>", "text/html"), "no valid reply", id="html"),
]


@pytest.mark.parametrize(("fault", "said"), FAILURES)
def test_a_model_that_fails_is_one_line_and_the_next_question_works(
    ask: Ask, server: FakeServer, monkeypatch: pytest.MonkeyPatch, fault: Fault, said: str
) -> None:
    server.always = fault
    if fault is hang:
        monkeypatch.setenv("FOOTNOTED_TIMEOUT", "0.7")

    failed = ask(RICE_QUESTION, "--json")

    server.always = None
    monkeypatch.setenv("FOOTNOTED_TIMEOUT", "30")
    assert failed.code == 1
    assert failed.out == ""
    assert said in failed.err
    assert failed.err.count("\n") == 1
    assert KEY not in failed.err
    assert ask(RICE_QUESTION, "--json").answer["text"] == RICE_ANSWER


def test_an_endpoint_that_nobody_serves_is_one_line(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")

    failed = ask(RICE_QUESTION)

    assert failed.code == 1
    assert "http://127.0.0.1:9/v1" in failed.err
    assert failed.err.count("\n") == 1
    assert KEY not in failed.err


# What a terminal is sent


def test_a_document_cannot_write_over_the_terminal(
    ask: Ask, library: Library, embedder: Embedder
) -> None:
    hostile = "Zinc\x1b[2J is\x07 toxic\x9b2J to fish\u202e, they say.\n"
    with open_writer(library.folder, embedder) as writer:
        add_text("zinc\x1b]0;mine\x07.txt", hostile, writer)

    said = ask("Is zinc toxic to fish?", "--quotes")
    answer = ask("Is zinc toxic to fish?", "--quotes", "--json")

    assert "toxic" in said.out
    assert all(map(str.isprintable, said.out.splitlines()))
    assert answer.out.isascii()
    assert answer.out.strip().isprintable()
    assert answer.answer["claims"][0]["text"] == hostile.strip()


def test_joined_letters_and_emoji_stay_whole(
    ask: Ask, library: Library, embedder: Embedder
) -> None:
    text = "The family 👩\u200d👩\u200d👧 می\u200cکنم rye bread with seeds.\n"
    with open_writer(library.folder, embedder) as writer:
        add_text("family.txt", text, writer)

    assert text.strip() in ask("Which bread with seeds does the family eat?", "--quotes").out


def test_a_reader_who_has_read_enough_is_no_error(ask: Ask) -> None:
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(
        [sys.executable, "-m", "rag", "--quotes", RICE_QUESTION],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )

    os.close(write)
    assert done.returncode == 1
    assert done.stderr == b""
