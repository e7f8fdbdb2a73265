"""Other assistants, graded by the same metrics through an adapter."""

import json
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from eval_fakes import TEXT, Texts, case, refusal_case, result
from fakes import KEY, FakeServer, answered, hang, status, trickle

from evals.__main__ import main
from evals.assistants.command import open_command
from evals.assistants.endpoint import open_endpoint
from evals.assistants.opening import Opening, opened
from evals.assistants.outside import Asked, Outside
from evals.assistants.python import open_python
from evals.assistants.replies import (
    Places,
    answer_of_contract,
    answer_of_response,
    found_by,
    object_in,
)
from evals.assistants.wording import claims_of, tells_conflict
from evals.cases import Case, case_to_json
from evals.errors import SubjectError
from evals.metrics import measure_all
from evals.results import Result
from evals.runs.runner import Pace, run_cases
from index.embedding import Embedder
from index.ingest import add_text
from index.library import open_library, open_writer
from rag.answer import Answer, Citation, Message
from rag.settings import Settings

RYE, OIL = case(), refusal_case(id="oil", question="Oil?")
OWN = case(id="own", documents={"own/grain.txt": TEXT})
QUESTION = Asked("What colour is rye?", (Message("user", "Hi"),), Path("grain"), own=False)
SOME_BOT = "python:some_bot:answer"
MARKED = "Rye is dark [1]."
QUOTED = {"source": "grain.txt", "quote": "Rye is dark."}

PROGRAM = """
import json, pathlib, sys
asked = json.load(sys.stdin)
[file] = pathlib.Path(asked["documents"]).rglob("*.txt")
quote = "Rye is dark." if "Rye is dark." in file.read_text() else ""
if "Oil" in sys.argv[-1]:
    print(json.dumps({"text": "They don't say.", "claims": [], "abstained": True}))
else:
    citation = {"source": file.name, "quote": quote, "start": 15, "end": 27}
    print(json.dumps({"claims": [{"text": quote, "citations": [citation]}], "found": [citation]}))
"""


@pytest.fixture
def grain(tmp_path: Path) -> Path:
    folder = tmp_path / "grain"
    folder.mkdir()
    (folder / "grain.txt").write_text(TEXT)
    return folder


@pytest.fixture
def program(tmp_path: Path) -> str:
    (tmp_path / "bot.py").write_text(PROGRAM)
    return f"{sys.executable} {tmp_path / 'bot.py'}"


def graded(cache: Path, spec: str, folder: Path, *cases: Case) -> tuple[Result, ...]:
    settings = Settings(cache=cache, api_key=KEY, timeout_s=20)
    with opened(settings, Opening(spec, folder)) as subject:
        return run_cases(subject.answerer, cases).results


# A command


def test_a_command_that_prints_the_contracts_object_is_graded_like_ours(
    cache: Path, program: str, grain: Path
) -> None:
    results = graded(cache, f"command:{program}", grain, RYE, OIL, OWN)

    assert [result.error for result in results] == ["", "", ""]
    assert all(result.passed for result in results)
    measures = measure_all(results)
    assert measures["cited_accuracy"].value == 1.0
    assert measures["quote_exactness"].value == 1.0
    assert measures["mrr"].value == 1.0
    assert measures["total_p50"].value is not None


def test_our_own_command_is_graded_through_its_own_contract(
    cache: Path, grain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTED_MODEL", "none")
    data = tmp_path / "data"
    footnoted = f"{sys.executable} {Path(__file__).parents[1] / 'footnoted.py'}"
    with open_writer(data, Embedder.load(cache)) as writer:
        add_text("grain.txt", TEXT, writer)

    [got] = graded(cache, f"command:{footnoted} ask --json --data {data}", grain, RYE)

    assert got.error == ""
    assert got.covered == (True,)


def test_a_commands_words_are_filled_in_and_no_shell_reads_them(tmp_path: Path) -> None:
    code = "import sys, json; print(json.dumps({'text': ' '.join(sys.argv[1:])}))"
    line = f'{sys.executable} -c "{code}" {{documents}}:{{question}} {{documents}}'
    asked = Asked("$(touch {documents}); x", (), Path("some where"), own=False)

    got = open_command(line, 20)(asked)

    assert json.loads(got) == {"text": "some where:$(touch {documents}); x some where"}


def test_a_command_gets_the_conversation_as_a_file() -> None:
    line = f"{sys.executable} -c 'import sys; print(open(sys.argv[1]).read())' {{history}}"

    got = open_command(line, 20)(QUESTION)

    assert json.loads(got) == [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("nowhere-to-be-found", "there is no program nowhere-to-be-found to run"),
        ("./nowhere/to-be-found", "there is no program ./nowhere/to-be-found to run"),
        (f"{sys.executable} -c 'import sys; sys.exit(\"no key\")'", "ended with 1: no key"),
        (f"{sys.executable} -c 'import time; time.sleep(9)'", "gave no answer within 0.3 s"),
        ("sh -c 'sleep 9 & sleep 9'", "gave no answer within 0.3 s"),
        ("yes", "printed more than 4 MiB"),
        ("echo \0", "echo can't be run: embedded null byte"),
    ],
)
def test_a_command_that_fails_says_why(line: str, why: str) -> None:
    with pytest.raises(SubjectError, match=why):
        open_command(line, 0.3 if "sleep" in line else 20)(QUESTION)


def test_what_a_command_started_ends_with_it_when_its_time_is_up(tmp_path: Path) -> None:
    started = tmp_path / "started"
    line = f"sh -c 'sleep 60 & echo $! > {started}; wait'"

    with pytest.raises(SubjectError, match="gave no answer"):
        open_command(line, 1)(QUESTION)

    assert gone(int(started.read_text()))


def test_what_was_asked_ends_with_a_run_that_is_terminated(
    cache: Path, grain: Path, tmp_path: Path
) -> None:
    started, cases = tmp_path / "started", tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(case_to_json(RYE)))
    bot = f"command:sh -c 'echo $$ > {started}; exec sleep 60'"
    flags = ("--cases", cases, "--documents", grain, "--data", tmp_path / "data")
    run = subprocess.Popen(
        [sys.executable, "-m", "evals", *map(str, flags), "--assistant", bot],
        cwd=tmp_path,
        env=environment(cache),
    )
    while not (started.exists() and started.read_text().strip()) and run.poll() is None:
        time.sleep(0.05)

    run.terminate()

    assert run.wait(20) == 143
    assert gone(int(started.read_text()))


def test_a_run_that_is_terminated_ends_though_a_function_is_asked(
    cache: Path, grain: Path, tmp_path: Path
) -> None:
    started, cases = tmp_path / "started", tmp_path / "cases.jsonl"
    cases.write_text(json.dumps(case_to_json(RYE)))
    (tmp_path / "slow_bot.py").write_text(
        "import pathlib, time\n"
        "def answer(question):\n"
        "    pathlib.Path('started').touch()\n"
        "    time.sleep(30)"
    )
    flags = ("--cases", cases, "--documents", grain, "--data", tmp_path / "data")
    run = subprocess.Popen(
        [sys.executable, "-m", "evals", *map(str, flags), "--assistant", "python:slow_bot:answer"],
        cwd=tmp_path,
        env=environment(cache),
    )
    while not started.exists() and run.poll() is None:
        time.sleep(0.05)

    run.terminate()

    assert run.wait(20) == 143


def environment(cache: Path) -> dict[str, str]:
    here = str(Path(__file__).parents[1])
    return {**os.environ, "FOOTNOTED_CACHE": str(cache), "PYTHONPATH": here}


def gone(pid: int) -> bool:
    """Whether a process ends within a second: that of a parent who ended is reaped by another."""
    for _ in range(100):
        state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True)
        if state.stdout[:1] in (b"", b"Z"):
            return True
        time.sleep(0.01)
    return False


def test_a_command_may_write_as_much_as_it_likes_to_its_log() -> None:
    told = "import sys; sys.stderr.write('x' * 9_000_000); print(len(sys.stdin.read()) > 9)"

    assert open_command(f'{sys.executable} -c "{told}"', 20)(QUESTION) == "True\n"


# An endpoint


@pytest.fixture
def endpoint() -> Iterator[FakeServer]:
    with FakeServer(lambda prompt, body: "They don't say.") as server:
        yield server


def spec_of(server: FakeServer) -> str:
    return f"openai:bot@{server.url}"


def message(content: object, **more: object) -> list[dict[str, Any]]:
    said = {"role": "assistant", "content": content, **more}
    return [{"index": 0, "finish_reason": "stop", "message": said}]


ANNOTATED = [
    {
        "type": "url_citation",
        "url_citation": {"url": "https://x.example/docs/grain.txt", "end_index": 11},
    }
]


@pytest.mark.parametrize(
    ("changes", "quote"),
    [
        ({"choices": message(json.dumps({"text": MARKED, "citations": [QUOTED]}))}, True),
        (
            {
                "choices": message(
                    "Rye is dark [doc1].",
                    context={"citations": [{"filepath": "grain.txt", "content": "Rye is dark."}]},
                )
            },
            True,
        ),
        ({"choices": message("Rye is dark.", annotations=ANNOTATED)}, False),
        ({"choices": message(MARKED), "citations": ["https://x.example/grain.txt"]}, False),
        (
            {
                "choices": message(MARKED),
                "search_results": [{"title": "grain.txt", "snippet": "Rye is dark."}],
            },
            True,
        ),
    ],
)
def test_an_endpoints_citations_are_read_in_every_form(
    cache: Path, grain: Path, endpoint: FakeServer, changes: dict[str, Any], quote: bool
) -> None:
    endpoint.always = answered(**changes)

    [got] = graded(cache, spec_of(endpoint), grain, RYE)

    assert got.error == ""
    assert (got.right, got.covered) == (True, (True,))
    assert got.citations[0].quote == ("Rye is dark." if quote else TEXT)
    assert got.well_cited is quote


def test_an_endpoint_is_sent_the_conversation(
    cache: Path, grain: Path, endpoint: FakeServer
) -> None:
    of = refusal_case(history=(Message("user", "Hi"), Message("assistant", "Hello")))

    [got] = graded(cache, spec_of(endpoint), grain, of)

    assert got.passed
    sent = endpoint.requests[-1].body["messages"]
    assert [turn["content"] for turn in sent] == ["Hi", "Hello", of.question]
    assert measure_all([got])["prompt_tokens"].value == 7


def test_an_endpoint_that_fails_is_an_error_without_the_key(endpoint: FakeServer) -> None:
    endpoint.always = status(401)

    with pytest.raises(SubjectError, match="AuthenticationError") as failed:
        open_endpoint(f"bot@{endpoint.url}", KEY, 5)(QUESTION)

    assert KEY not in str(failed.value)


@pytest.mark.parametrize("fault", [hang, trickle])
def test_an_endpoint_is_held_to_its_time_with_all_its_retries(
    endpoint: FakeServer, fault: Any
) -> None:
    endpoint.always = fault
    started = time.monotonic()

    with pytest.raises(SubjectError, match="gave no answer within 1 s: raise FOOTNOTED_TIMEOUT"):
        open_endpoint(f"bot@{endpoint.url}", KEY, 1)(QUESTION)

    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"choices": message(5)}, "message of text"),
        ({"choices": []}, "message of text"),
        ({"choices": message(MARKED), "citations": "grain.txt"}, "citations"),
        ({"choices": message(MARKED), "citations": ["http://[::1"]}, "citations"),
        ({"choices": message(MARKED, annotations=[{"type": "x", "x": "y"}])}, "citations"),
        ({"choices": message(MARKED, annotations="grain.txt")}, "citations"),
    ],
)
def test_what_an_endpoint_garbles_is_an_error_and_no_answer(
    endpoint: FakeServer, changes: dict[str, Any], why: str
) -> None:
    endpoint.always = answered(**changes)

    with pytest.raises(SubjectError, match=why):
        open_endpoint(f"bot@{endpoint.url}", KEY, 5)(QUESTION)


def test_an_endpoints_refusal_and_its_parts_are_read(endpoint: FakeServer) -> None:
    ask = open_endpoint(f"bot@{endpoint.url}", KEY, 5)

    endpoint.always = answered(choices=message(None, refusal="I can't help."))
    refused = ask(QUESTION)
    endpoint.always = answered(choices=message([{"type": "text", "text": "Rye is dark."}]))
    parts = ask(QUESTION)

    assert (refused["text"], refused["abstained"]) == ("I can't help.", True)
    assert parts["text"] == "Rye is dark."


def test_an_endpoint_cannot_be_given_a_cases_own_documents(
    cache: Path, grain: Path, endpoint: FakeServer
) -> None:
    [got] = graded(cache, spec_of(endpoint), grain, OWN)

    assert "documents of its own, which an endpoint can't be given" in got.error


# Python


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path / "some_bot.py"
    sys.modules.pop("some_bot", None)


def test_a_function_is_given_what_it_takes(cache: Path, module: Path, grain: Path) -> None:
    module.write_text(
        textwrap.dedent("""
        def answer(question, history, documents):
            [file] = documents.rglob("*.txt")
            quote = {"source": file.name, "quote": "Rye is dark."}
            text = f"Rye is dark [1]. {len(history)} turns."
            return {"text": text, "citations": [quote]}
        """)
    )
    asked = case(id="again", history=(Message("user", "Hi"),), expect=(("1 turns",),))

    results = graded(cache, "python:some_bot:answer", grain, RYE, OWN, asked)

    assert [(result.error, result.passed) for result in results] == [("", True)] * 3


def test_a_llamaindex_query_engine_is_graded_as_it_is(
    cache: Path, module: Path, grain: Path
) -> None:
    module.write_text(
        textwrap.dedent("""
        from llama_index.core.base.response.schema import Response
        from llama_index.core.query_engine import CustomQueryEngine
        from llama_index.core.schema import NodeWithScore, TextNode

        class Engine(CustomQueryEngine):
            def custom_query(self, query_str):
                texts = ["Oats are pale.", "Source 2:\\nRye is dark."]
                nodes = [TextNode(text=t, metadata={"file_name": "grain.txt"}) for t in texts]
                found = [NodeWithScore(node=node, score=1.0) for node in nodes]
                return Response("Rye is dark [2].", source_nodes=found)

        engine = Engine()
        """)
    )

    [got] = graded(cache, "python:some_bot:engine", grain, RYE)

    assert got.error == ""
    assert got.passed
    assert measure_all([got])["mrr"].value == 0.5


def test_our_own_query_engine_keeps_its_claims(embedder: Embedder, tmp_path: Path) -> None:
    with open_writer(tmp_path, embedder) as writer:
        document = add_text("grain.txt", TEXT, writer)
    citation = {**QUOTED, "document_id": document.id, "start": 15, "end": 27}
    claims = [{"text": "Rye is dark.", "verdict": "quoted", "citations": [citation]}]
    response = SimpleNamespace(source_nodes=[], metadata={"text": "", "claims": claims})
    with open_library(tmp_path, embedder) as library:
        outside = Outside(lambda asked: response, library, embedder, None)
        [got] = run_cases(outside, [RYE]).results

    assert got.passed
    assert got.answer is not None
    assert got.answer.claims[0].verdict == "quoted"


def test_a_cases_own_documents_cost_no_question_more(
    cache: Path, module: Path, grain: Path
) -> None:
    module.write_text(
        "asked = []\n"
        "def answer(question, documents):\n"
        "    asked.append(question)\n"
        "    return f'It was asked {len(asked)} times.'"
    )
    cases = [case(id=name, documents={f"{name}.txt": TEXT}) for name in "abc"]

    got = graded(cache, "python:some_bot:answer", grain, RYE, *cases)

    # One question more is asked before the first, to warm it up.
    assert [result.answer and result.answer.text for result in got] == [
        f"It was asked {number} times." for number in (2, 3, 4, 5)
    ]


def test_a_function_without_documents_is_not_asked_of_a_cases_own(
    cache: Path, module: Path, grain: Path
) -> None:
    module.write_text("def answer(question): return 'Rye is dark.'")

    rye, own = graded(cache, "python:some_bot:answer", grain, RYE, OWN)

    assert rye.error == ""
    assert "some_bot:answer takes none" in own.error


def test_a_reply_that_is_no_answer_is_an_error(cache: Path, module: Path, grain: Path) -> None:
    module.write_text("def answer(question): return [question]")

    [got] = graded(cache, "python:some_bot:answer", grain, RYE)

    assert got.error.startswith("the reply is a list: give a text")


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("code", "why"),
    [
        (
            "import sys\ndef answer(question): return sys.exit(0)",
            "called sys.exit(0) in place of an",
        ),
        ("import asyncio\ndef answer(question): raise asyncio.CancelledError", "raised Cancelled"),
    ],
)
def test_a_function_that_would_end_the_program_ends_its_case_and_not_the_run(
    cache: Path, module: Path, grain: Path, jobs: int, code: str, why: str
) -> None:
    module.write_text(code)
    settings = Settings(cache=cache, timeout_s=20)

    with opened(settings, Opening(SOME_BOT, grain)) as subject:
        cases = [case(id=name) for name in "abc"]
        run = run_cases(subject.answerer, cases, pace=Pace(jobs=jobs))

    assert len(run.results) == 3
    assert all(got.error.startswith(f"some_bot:answer {why}") for got in run.results)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_function_that_hangs_is_an_error_of_its_case_and_the_next_one_is_asked(
    cache: Path, module: Path, grain: Path, jobs: int
) -> None:
    module.write_text(
        textwrap.dedent("""
        import time
        def answer(question):
            try:
                time.sleep(20 if "hang" in question else 0)
            except Exception:
                pass
            return "Rye is dark."
        """)
    )
    cases = [case(id="a"), case(id="b", question="Will it hang?"), case(id="c")]

    with opened(Settings(cache=cache, timeout_s=0.5), Opening(SOME_BOT, grain)) as subject:
        run = run_cases(subject.answerer, cases, pace=Pace(jobs=jobs))

    why = "some_bot:answer gave no answer within 0.5 s: raise FOOTNOTED_TIMEOUT"
    assert [got.error for got in run.results] == ["", why, ""]


def test_a_stream_of_llamaindex_is_read_within_the_time_of_its_question(
    cache: Path, module: Path, grain: Path
) -> None:
    module.write_text(
        textwrap.dedent("""
        import time
        from llama_index.core.base.response.schema import StreamingResponse

        def words(seconds):
            yield "Rye is "
            time.sleep(seconds)
            yield "dark."

        def answer(question):
            return StreamingResponse(words(20 if "hang" in question else 0.1))
        """)
    )
    cases = [case(id="a"), case(id="b", question="Will it hang?")]

    with opened(Settings(cache=cache, timeout_s=1), Opening(SOME_BOT, grain)) as subject:
        there, late = run_cases(subject.answerer, cases).results

    assert there.answer is not None
    assert there.answer.text == "Rye is dark."
    assert there.answer.timings.total_s > 0.1
    assert "gave no answer within 1 s" in late.error


@pytest.mark.parametrize("start", ["raise RuntimeError('no key')", "import sys; sys.exit(0)", "("])
def test_a_module_that_fails_as_it_starts_is_bad_usage(
    module: Path, grain: Path, start: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module.write_text(start)

    code = main(["--assistant", "python:some_bot:answer", "--documents", str(grain)])

    assert code == 2
    assert "python:some_bot:answer can't be imported: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("python:nowhere:answer", "can't be imported: No module named 'nowhere'"),
        ("python:json", "names nothing: write python:MODULE:NAME"),
        ("python:json:decoder", "is no function and no query engine"),
        ("python:asyncio:sleep", "is asynchronous: name a function that runs it to its end"),
        ("python:builtins:dict", "doesn't tell what it takes"),
        ("openai:bot", "names no endpoint: write openai:MODEL@http://HOST/v1"),
        ("openai:bot@http://", "names no endpoint"),
        ("openai:bot@http://[::1", "names no endpoint"),
        ("command:", "names no command"),
        ("command:'", "close its quotes"),
        ("command:nowhere-to-be-found {question}", "there is no program nowhere-to-be-found"),
        ("mybot", "is none of command:LINE, openai:MODEL@URL, python:MODULE:NAME"),
    ],
)
def test_an_assistant_that_cannot_be_opened_exits_2(
    grain: Path, tmp_path: Path, spec: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ("--assistant", spec, "--documents", grain, "--data", tmp_path / "data")

    assert main([*map(str, flags)]) == 2
    assert why in capsys.readouterr().err


# What a reply is taken for


class Rows(Texts):
    def documents(self) -> list[Any]:
        return [SimpleNamespace(id="id1", source="farm/grain.txt", title="All about grain")]

    def document(self, document_id: str) -> Any:
        text = SimpleNamespace(text=TEXT, source="farm/grain.txt")
        return text if document_id == "id1" else None


def understood(**raw: object) -> Answer:
    return answer_of_contract(raw, "?", Places(Rows({})))


@pytest.mark.parametrize(
    ("citation", "place", "exact"),
    [
        ({"source": "farm/grain.txt", "quote": "Rye is  dark."}, ("id1", 15, 27), True),
        ({"source": "grain.txt", "quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"document_id": "id1", "quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"source": "grain.txt"}, ("id1", 0, len(TEXT)), True),
        ({"source": "grain.txt", "quote": "Rye is red."}, ("id1", 0, 0), False),
        ({"source": "grain.txt", "quote": "Rye", "start": 1, "end": 4}, ("id1", 1, 4), False),
        ({"source": "grain.txt", "start": 15, "end": 27}, ("id1", 15, 27), True),
        ({"source": "/here/farm/grain.txt", "quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"source": "grain.pdf", "quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"source": "All about grain", "quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"document_id": "node-7", "quote": "Rye is dark."}, ("id1", 15, 27), True),
        ({"source": "grain.txt", "start": 900, "end": 910}, ("id1", 0, 0), False),
        ({"source": "grain.txt", "start": -20, "end": -16}, ("id1", 0, 0), False),
        ({"source": "gone.txt", "quote": "No such thing."}, ("gone.txt", 0, 0), False),
        ({"source": "gone.txt", "quote": "Rye is dark."}, ("gone.txt", 0, 0), False),
        ({"source": "gone.txt", "start": 15, "end": 27}, ("gone.txt", 0, 0), False),
    ],
)
def test_a_citation_is_looked_up_and_never_made_up(
    citation: dict[str, Any], place: tuple[str, int, int], exact: bool
) -> None:
    [claim] = understood(claims=[{"text": "x", "citations": [citation]}]).claims
    [found] = claim.citations

    assert (found.document_id, found.start, found.end) == place
    assert (found.quote == TEXT[found.start : found.end] != "") is exact


def test_a_citation_that_names_nothing_is_not_of_the_document_without_a_title() -> None:
    rows = [SimpleNamespace(id=id_, source=f"{id_}.txt", title=id_[1:]) for id_ in ("a", "bc")]
    texts = {"a": "Hay is green.", "bc": TEXT}
    library = SimpleNamespace(
        documents=lambda: rows,
        document=lambda id_: SimpleNamespace(text=texts[id_], source=f"{id_}.txt"),
    )

    assert Places(library).cite({"quote": "Rye is dark."}).document_id == "bc"


@pytest.mark.parametrize(
    ("text", "quote", "verdict"),
    [
        ("Rye is", {"quote": "Rye is dark."}, "quoted"),
        ("Red", {"quote": "Rye is dark."}, "supported"),
        ("Rye is red.", {"quote": "Rye is red."}, "supported"),
        ("Rye is red.", {**QUOTED, "quote": "Rye is red.", "start": 15, "end": 26}, "supported"),
    ],
)
def test_a_claim_is_quoted_only_where_the_document_says_it_word_for_word(
    text: str, quote: dict[str, Any], verdict: str
) -> None:
    said = [{"text": text, "verdict": "quoted", "citations": [quote]}]

    assert [one.verdict for one in understood(claims=said).claims] == [verdict]


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"answer": "x"},
        {"claims": ["x"]},
        {"claims": [{"text": "x", "citations": "y"}]},
        {"claims": [{"citations": []}]},
        {"claims": [{"text": ["x"]}]},
        {"text": " "},
        {"text": "x", "claims": "x"},
        {"text": "x", "abstained": "false"},
        {"text": "x", "conflict": "no"},
        {"text": "x", "confidence": float("nan")},
        {"text": "x", "confidence": 10**400},
        {"text": "x", "confidence": "0.9"},
    ],
)
def test_an_object_that_is_no_answer_says_what_is_wrong(raw: dict[str, Any]) -> None:
    with pytest.raises(SubjectError, match="the reply"):
        understood(**raw)


@pytest.mark.parametrize("found", [["grain.txt"], {"source": "grain.txt"}])
def test_what_was_found_is_a_list_of_citations(found: object) -> None:
    with pytest.raises(SubjectError, match='"found" is no list of objects'):
        found_by({"found": found}, Places(Rows({})))


@pytest.mark.parametrize(
    ("usage", "read"), [(100, 100.0), (10**400, None), (-1, None), ("many", None)]
)
def test_tokens_that_are_no_count_are_unscored_and_end_no_run(
    usage: object, read: float | None
) -> None:
    told = understood(text="x", usage={"prompt_tokens": usage, "completion_tokens": 5})

    assert measure_all([result(RYE, told)])["prompt_tokens"].value == read


@pytest.mark.parametrize(
    "printed",
    [
        '{"text": "Rye is',
        '{ "claims": [{"text": "Rye is dark."}',
        'Loading the model ...\n{"text": "Rye is dark."}',
        '```json\n{\n  "text": "Rye is dark."\n}\n```',
    ],
)
def test_an_object_that_breaks_off_or_stands_among_words_is_no_answer(printed: str) -> None:
    with pytest.raises(SubjectError, match="beginning of a JSON object and is none"):
        object_in(printed)

    assert object_in("{rye} is dark") is None


@pytest.mark.parametrize("printed", ["null", "true", '[{"text": "Rye is dark."}]\n', "[]"])
def test_json_that_is_no_object_is_no_answer(printed: str) -> None:
    with pytest.raises(SubjectError, match="give one object, or words"):
        object_in(printed)

    assert object_in("42") is None


def test_a_llamaindex_response_that_says_nothing_is_no_answer() -> None:
    from llama_index.core.base.response.schema import Response

    places = Places(Rows({}))
    with pytest.raises(SubjectError, match="the reply is empty"):
        answer_of_response(Response(None), "?", places)

    assert answer_of_response(Response("None"), "?", places)[0].text == "None"


SAID = [Citation("a", "a", 0, 1, "x"), Citation("b", "b", 0, 1, "x"), Citation("b", "b", 2, 3, "y")]


@pytest.mark.parametrize(
    "text",
    [
        "I couldn't find that in the documents.",
        "The provided documents do not address this.",
        "Unfortunately, the context has no details about cats. Ask the landlord.",
        "Neither document mentions cats.",
        "There is nothing about cats in your files.",
        "Sorry, that is outside the documents.",
        "I\u2019m not sure.",
        "Not found.",
        "N/A",
    ],
)
def test_a_reply_that_says_it_does_not_know_is_a_refusal(text: str) -> None:
    assert understood(text=text).abstained
    assert understood(claims=[{"text": text}]).abstained


@pytest.mark.parametrize(
    "text",
    [
        "The document does not have to be signed.",
        "No documents are needed to register.",
        "We don't ship abroad.",
        "The tenant may not keep cats, and says sorry for it.",
        "None.",
    ],
)
def test_an_answer_that_denies_something_is_no_refusal(text: str) -> None:
    assert not understood(text=text).abstained


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The sources conflict [1][2].", True),
        ("There is a discrepancy: the lease has 500 [1], the letter 550 [2].", True),
        ("The lease says 500 [1]. However, the letter says 550 [2].", True),
        ("The lease says 500 [1], whereas the letter says 550 [2].", True),
        ("The rent is 500 [2]. However, it rises in June [3].", False),
        ("Dogs are allowed. However, the landlord must consent.", False),
        ("The documents do not contradict each other [1][2]: it is 500.", False),
    ],
)
def test_a_conflict_is_told_by_what_disagrees_and_not_by_a_however(text: str, told: bool) -> None:
    claims = tuple(claims_of(text, SAID))

    assert tells_conflict(claims) is told


@pytest.mark.parametrize(
    ("mark", "names"),
    [
        ("[1][3]", "ab"),
        ("[1-3]", "abb"),
        ("[^2]", "b"),
        ("[Source: 1, 2]", "ab"),
        ("\u30101\u3011", "a"),
    ],
)
def test_a_mark_names_its_sources_in_every_form(mark: str, names: str) -> None:
    [claim] = claims_of(f"Rye is dark {mark}.", SAID)

    assert claim.text == "Rye is dark."
    assert [one.source for one in claim.citations] == list(names)


@pytest.mark.parametrize(
    "text",
    [
        "Rye is dark [1].\n\nSources:\n[1] grain.txt\n[2] hay.txt",
        "Rye is dark [1].\n\n**References**\n1. grain.txt [1]",
        "Rye is dark [1].\nSources: [1] grain.txt, [2] hay.txt",
        "# Rye\n\nRye is dark [1].",
        "# Rye is dark. [1]",
    ],
)
def test_a_heading_and_a_list_of_sources_claim_nothing(text: str) -> None:
    [claim] = claims_of(text, SAID)

    assert (claim.text, claim.citations) == ("Rye is dark.", (SAID[0],))


def test_a_reply_that_is_far_too_long_is_an_error_and_not_split_into_sentences() -> None:
    with pytest.raises(SubjectError, match="3,000,000 characters: an answer has 100,000"):
        understood(text="x" * 3_000_000)


def test_a_function_may_return_the_object_as_a_text(cache: Path, module: Path, grain: Path) -> None:
    told = json.dumps({"text": MARKED, "citations": [QUOTED]})
    module.write_text(f"def answer(question): return {told!r}")

    [got] = graded(cache, "python:some_bot:answer", grain, RYE)

    assert got.passed


def test_a_command_that_prints_nothing_has_refused_nothing(cache: Path, grain: Path) -> None:
    [got] = graded(cache, "command:true", grain, OIL)

    assert got.error.startswith("the reply is empty")


def test_a_case_whose_document_leads_out_of_its_folder_is_an_error(
    embedder: Embedder, tmp_path: Path
) -> None:
    with open_library(tmp_path / "data", embedder) as library:
        outside = Outside(lambda asked: "Rye is dark.", library, embedder, None)
        [got] = run_cases(outside, [case(documents={"../evil.txt": TEXT})]).results

    assert "is no path inside a folder" in got.error
    assert not (tmp_path / "evil.txt").exists()


def test_the_command_grades_another_assistant_from_end_to_end(
    program: str, grain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(case_to_json(one)) for one in (RYE, OIL)))
    bars = tmp_path / "bars.toml"
    bars.write_text("[cited_accuracy]\nmin = 1.0\n")
    flags = ("--cases", cases, "--documents", grain, "--thresholds", bars, "--jobs", 2)

    code = main([*map(str, flags), "--assistant", f"command:{program}", "--data", str(tmp_path)])

    assert code == 0
    assert f"command:{program}: 2 answers" in capsys.readouterr().out


def test_evidence_that_no_document_has_is_told_before_anybody_is_asked(
    module: Path, grain: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module.write_text("def answer(question, documents): return 'Rye is dark.'")
    slip = case(id="slip", evidence=(("Rye is durk.", "Rye is drak."), ("Rye  is dark.",)))
    gone = case(id="gone", evidence=(("Rice is white.",),), documents={"a.txt": "Rye is dark."})
    cases = tmp_path / "cases.jsonl"
    cases.write_text("\n".join(json.dumps(case_to_json(one)) for one in (RYE, slip, gone)))
    flags = ("--cases", cases, "--documents", grain, "--data", tmp_path / "data")

    main([*map(str, flags), "--assistant", "python:some_bot:answer"])

    told = [line for line in capsys.readouterr().err.splitlines() if "no document has" in line]
    assert [line.split(": ")[1] for line in told] == ["slip", "gone"]
    assert "“Rye is durk.”, so no answer can cite it" in told[0]


def test_a_python_spec_needs_a_module(module: Path) -> None:
    module.write_text("answer = None")

    with pytest.raises(SubjectError, match="is no function"):
        open_python("some_bot:answer", 20)


PAPERQA = """
from types import SimpleNamespace as Made

class Settings:
    def __init__(self, llm, **others):
        self.llm = llm

class Docs:
    def __init__(self):
        self.texts = []

    async def aadd(self, path, *, citation, docname, settings):
        doc = Made(docname=docname)
        self.texts.append(Made(name=f"{docname} chunk 1", text=path.read_text(), doc=doc))

    async def aquery(self, question, settings):
        contexts = [Made(id=f"pqac-0{n}", text=text) for n, text in enumerate(self.texts)]
        answer = "Rye is dark (pqac-00). So it is said (grain.txt chunk 1)."
        return Made(answer=answer, contexts=contexts)
"""


def test_the_example_puts_paper_qas_keys_in_the_form_that_is_graded(
    cache: Path, grain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paperqa.py").write_text(PAPERQA)
    (tmp_path / "litellm.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("OPENAI_MODEL", "some-model")
    script = Path(__file__).parents[1] / "docs" / "examples" / "ask_paperqa.py"

    [got] = graded(
        cache, f"command:{sys.executable} {script} {{question}} {{documents}}", grain, RYE
    )

    assert got.error == ""
    assert got.passed is False  # it cites the whole chunk
    assert got.covered == (True,)
    assert got.answer is not None
    assert [claim.text for claim in got.answer.claims] == ["Rye is dark.", "So it is said."]
    assert [len(claim.citations) for claim in got.answer.claims] == [1, 1]
