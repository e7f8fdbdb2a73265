"""One client for every server: what each difference and each failure of a server becomes."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fakes import (
    KEY,
    MODEL,
    Body,
    FakeServer,
    Fault,
    answered,
    cut,
    drop,
    hang,
    raw,
    status,
    trickle,
)

from rag.chat import ChatModel
from rag.errors import (
    ModelError,
    ModelGarbled,
    ModelRefused,
    ModelTimeout,
    ModelUnreachable,
)
from rag.server import Endpoint

SOON_S = 1.1
DEADLINE_S = SOON_S + 1.0


def certain(prompt: str, body: Body) -> float:
    return 0.9


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(certain) as server:
        yield server


@pytest.fixture
def model(server: FakeServer) -> Iterator[ChatModel]:
    yield from connected(server)


def connected(server: FakeServer) -> Iterator[ChatModel]:
    model = ChatModel(server.endpoint)
    yield model
    model.close()


@pytest.fixture
def strict(request: pytest.FixtureRequest) -> Iterator[FakeServer]:
    with FakeServer(certain, **request.param) as server:
        yield server


@pytest.fixture
def strict_model(strict: FakeServer) -> Iterator[ChatModel]:
    yield from connected(strict)


def says(reply: str | float) -> Any:
    return lambda prompt, body: reply


# P(yes)


@pytest.mark.parametrize("chance", [0.999, 0.62, 0.5, 0.31, 0.001])
def test_the_probability_of_yes_is_read_from_the_logprobs(
    server: FakeServer, model: ChatModel, chance: float
) -> None:
    server.script = says(chance)

    assert model.turn(SOON_S).yes(["Is it?"]) == [pytest.approx(chance, abs=1e-6)]


def test_other_words_than_yes_and_no_do_not_count(server: FakeServer, model: ChatModel) -> None:
    top = [
        {"token": token, "logprob": logprob}
        for token, logprob in {"Maybe": -0.1, " yes": -2.0, "YES": -2.0, "No": -3.0}.items()
    ]
    logprobs = {"content": [{"token": "Maybe", "logprob": -0.1, "top_logprobs": top}]}
    choice = {"message": {"role": "assistant", "content": "Maybe"}, "logprobs": logprobs}
    server.faults = [answered(choices=[choice])]

    (chance,) = model.turn(SOON_S).yes(["Is it?"])

    assert chance == pytest.approx(0.8447, abs=1e-3)


@pytest.mark.parametrize(
    ("word", "chance"),
    [
        ("Yes", 1.0),
        ("yes.", 1.0),
        (" YES!", 1.0),
        ("**Yes**", 1.0),
        ("Yes, the text states it.", 1.0),
        ("no", 0.0),
        ("No.", 0.0),
        ("No, it doesn't.", 0.0),
        ("Perhaps", None),
        ("Nobody", None),
        ("Yesterday", None),
        ("", None),
    ],
)
def test_without_logprobs_the_first_word_is_read(
    server: FakeServer, model: ChatModel, word: str, chance: float | None
) -> None:
    server.logprobs = False
    server.script = says(word)

    assert model.turn(SOON_S).yes(["Is it?"]) == [chance]


@pytest.mark.parametrize(
    "logprobs",
    [
        None,
        {},
        {"content": None},
        {"content": []},
        {"content": [{"token": "Yes", "logprob": -0.1, "top_logprobs": []}]},
        {"content": [{"token": "Yes", "logprob": -0.1, "top_logprobs": None}]},
        {"content": [{"token": "Yes", "logprob": -0.1}]},
        {"content": [{"top_logprobs": [{"token": None, "logprob": None}]}]},
        {"tokens": ["Yes"], "token_logprobs": [-0.1]},
    ],
)
def test_logprobs_of_another_form_are_passed_over_for_the_word(
    server: FakeServer, model: ChatModel, logprobs: object
) -> None:
    choice = {"message": {"role": "assistant", "content": "Yes"}, "logprobs": logprobs}
    server.always = answered(choices=[choice])

    assert model.turn(SOON_S).yes(["Is it?"]) == [1.0]


def test_replies_come_in_the_order_of_the_prompts(server: FakeServer, model: ChatModel) -> None:
    server.script = lambda prompt, body: float(prompt) / 100

    chances = model.turn(SOON_S).yes([str(number) for number in range(1, 31)])

    assert chances == pytest.approx([number / 100 for number in range(1, 31)], abs=1e-6)


def test_tokens_are_counted_over_all_calls_of_a_question(model: ChatModel) -> None:
    turn = model.turn(SOON_S)

    turn.yes(["Is it?", "Is it not?"])
    turn.write("Write.", 10)

    assert (turn.usage.prompt_tokens, turn.usage.completion_tokens) == (21, 9)


@pytest.mark.parametrize(
    "usage", [None, {}, {"prompt_tokens": None, "completion_tokens": None}, "none", {"total": 5}]
)
def test_a_server_that_counts_no_tokens_answers_all_the_same(
    server: FakeServer, model: ChatModel, usage: object
) -> None:
    server.always = answered(usage=usage)
    turn = model.turn(SOON_S)

    assert turn.write("Write.", 10) == "Yes"
    assert turn.usage.prompt_tokens == 0


def test_a_reply_without_content_is_an_empty_text_not_a_failure(
    server: FakeServer, model: ChatModel
) -> None:
    server.always = answered(choices=[{"message": {"role": "assistant", "content": None}}])

    assert model.turn(SOON_S).write("Write.", 10) == ""
    assert model.turn(SOON_S).yes(["Is it?"]) == [None]


def test_the_key_and_the_name_of_the_model_are_sent(server: FakeServer, model: ChatModel) -> None:
    model.turn(SOON_S).write("Write.", 10)

    (request,) = server.requests
    assert request.key == KEY
    assert request.path == "/v1/chat/completions"
    assert (request.body["model"], request.body["temperature"]) == (MODEL, 0)
    assert request.prompt == "Write."


# Servers that refuse parameters


REFUSERS: list[dict[str, Any]] = [
    {"refuses": ["response_format", "stream_options"]},
    {"refuses": ["logprobs"]},
    {"refuses": ["top_logprobs"]},
    {"refuses": ["logprobs", "top_logprobs"], "names_refused": False},
    {"refuses": ["temperature"]},
    {"refuses": ["max_tokens"]},
    {"refuses": ["logprobs", "top_logprobs", "temperature", "max_tokens"]},
]


@pytest.mark.parametrize("strict", REFUSERS, indirect=True)
def test_a_server_that_refuses_parameters_is_asked_without_them(
    strict: FakeServer, strict_model: ChatModel
) -> None:
    turn = strict_model.turn(SOON_S)

    (chance,) = turn.yes(["Is it?"])

    assert chance is not None
    assert chance >= 0.9
    assert turn.write("Write.", 10) == "Yes"


@pytest.mark.parametrize("strict", REFUSERS, indirect=True)
def test_what_a_server_refuses_is_learnt_once(strict: FakeServer, strict_model: ChatModel) -> None:
    strict_model.turn(SOON_S).yes(["Is it?"])
    strict_model.turn(SOON_S).write("Write.", 10)
    learnt = len(strict.requests)

    strict_model.turn(SOON_S).yes(["Is it?", "Is it not?"])
    strict_model.turn(SOON_S).write("Write.", 10)

    assert len(strict.requests) == learnt + 3
    assert learnt <= 2 + 4


@pytest.mark.parametrize("strict", [{"refuses": ["max_tokens"]}], indirect=True)
def test_a_server_that_wants_the_newer_limit_is_given_it(
    strict: FakeServer, strict_model: ChatModel
) -> None:
    strict_model.turn(SOON_S).write("Write.", 10)

    assert strict.requests[-1].body["max_completion_tokens"] == 10
    assert "max_tokens" not in strict.requests[-1].body


def test_a_prompt_that_is_refused_does_not_cost_the_logprobs(
    server: FakeServer, model: ChatModel
) -> None:
    server.always = status(400)
    with pytest.raises(ModelRefused):
        model.turn(SOON_S).yes(["too long a prompt"])
    server.always = None

    assert model.turn(SOON_S).yes(["Is it?"]) == [pytest.approx(0.9)]


def test_a_server_that_refuses_everything_is_asked_a_few_times_only(
    server: FakeServer, model: ChatModel
) -> None:
    server.always = status(400)

    with pytest.raises(ModelRefused, match="400"):
        model.turn(SOON_S).yes(["Is it?"])

    assert len(server.requests) <= 4


# Failures

FOR_EVER: list[Any] = [
    pytest.param(status(401), ModelRefused, "OPENAI_API_KEY", 1, id="401"),
    pytest.param(status(403), ModelRefused, "403", 1, id="403"),
    pytest.param(status(404), ModelRefused, "FOOTNOTED_MODEL", 1, id="404"),
    pytest.param(status(429, Retry_After="0.05"), ModelRefused, "429", 3, id="429"),
    pytest.param(status(429, Retry_After="60"), ModelRefused, "try again in 60 s", 1, id="429-60"),
    pytest.param(
        status(429, Retry_After="Wed, 21 Oct 2037 07:28:00 GMT"),
        ModelRefused,
        "try again later",
        1,
        id="429-date",
    ),
    pytest.param(status(500), ModelRefused, "500", 3, id="500"),
    pytest.param(status(503), ModelRefused, "503", 3, id="503"),
    pytest.param(hang, ModelTimeout, "within 1.1 s", 1, id="hang"),
    pytest.param(trickle, ModelTimeout, "within 1.1 s", 1, id="trickle"),
    pytest.param(cut, ModelUnreachable, "broke off", 3, id="cut"),
    pytest.param(drop, ModelUnreachable, "broke off", 3, id="drop"),
    pytest.param(raw(b'{"choices": ['), ModelGarbled, "malformed", 1, id="malformed"),
    pytest.param(raw(b"\xff\xfe\x00"), ModelGarbled, "malformed", 1, id="bytes"),
    pytest.param(raw(b"", "application/json"), ModelGarbled, "malformed", 1, id="empty"),
    pytest.param(raw(b"<html>hello</html>", "text/html"), ModelGarbled, "no valid", 1, id="html"),
    pytest.param(raw(b"{}"), ModelGarbled, "no valid", 1, id="no-completion"),
    pytest.param(raw(b"null"), ModelGarbled, "no valid", 1, id="null"),
    pytest.param(raw(b"[1, 2]"), ModelGarbled, "no valid", 1, id="a-list"),
    pytest.param(answered(choices=[]), ModelGarbled, "no valid", 1, id="no-choice"),
    pytest.param(answered(choices=None), ModelGarbled, "no valid", 1, id="null-choices"),
    pytest.param(answered(choices=[{}]), ModelGarbled, "no valid", 1, id="empty-choice"),
    pytest.param(
        answered(choices=[{"message": None}]), ModelGarbled, "no valid", 1, id="null-message"
    ),
    pytest.param(
        answered(choices=[{"message": {"content": ["Yes"]}}]),
        ModelGarbled,
        "no valid",
        1,
        id="list-content",
    ),
]


@pytest.mark.parametrize(("fault", "kind", "words", "most"), FOR_EVER)
def test_a_failure_ends_in_one_line_in_time_and_without_the_key(
    server: FakeServer,
    model: ChatModel,
    fault: Fault,
    kind: type[ModelError],
    words: str,
    most: int,
) -> None:
    server.always = fault
    began = time.monotonic()

    with pytest.raises(kind, match=words) as raised:
        model.turn(SOON_S).write("Write.", 10)

    assert time.monotonic() - began < DEADLINE_S
    assert len(str(raised.value).splitlines()) == 1
    assert KEY not in str(raised.value)
    assert MODEL in str(raised.value)
    assert 1 <= len(server.requests) <= most


@pytest.mark.parametrize(("fault", "kind", "words", "most"), FOR_EVER)
def test_after_a_failure_the_next_question_works(
    server: FakeServer,
    model: ChatModel,
    fault: Fault,
    kind: type[ModelError],
    words: str,
    most: int,
) -> None:
    server.always = fault
    with pytest.raises(kind):
        model.turn(0.3).yes(["Is it?"])
    server.always = None

    assert model.turn(SOON_S).yes(["Is it?"]) == [pytest.approx(0.9)]


@pytest.mark.parametrize(
    "fault",
    [status(429, Retry_After="0.05"), status(500), status(503), drop, cut],
    ids=["429", "500", "503", "drop", "cut"],
)
def test_a_failure_that_passes_is_never_seen(
    server: FakeServer, model: ChatModel, fault: Fault
) -> None:
    server.faults = [fault]

    assert model.turn(5).write("Write.", 10) == "Yes"
    assert len(server.requests) == 2


def test_the_wait_that_a_server_asks_for_is_kept(server: FakeServer, model: ChatModel) -> None:
    server.faults = [status(429, Retry_After="0.6")]
    began = time.monotonic()

    model.turn(5).write("Write.", 10)

    assert 0.6 <= time.monotonic() - began < 2


@pytest.mark.parametrize("after", ["-3", "nan", "inf", "soon", ""])
def test_a_senseless_retry_after_keeps_to_the_deadline(
    server: FakeServer, model: ChatModel, after: str
) -> None:
    server.always = status(429, Retry_After=after)
    began = time.monotonic()

    with pytest.raises(ModelRefused, match="429") as raised:
        model.turn(SOON_S).write("Write.", 10)

    assert time.monotonic() - began < DEADLINE_S
    assert "nan" not in str(raised.value)
    assert "in -3" not in str(raised.value)


def test_a_refused_connection_says_so() -> None:
    model = ChatModel(Endpoint("http://127.0.0.1:9/v1", KEY, MODEL))
    began = time.monotonic()

    with pytest.raises(ModelUnreachable, match=r"http://127\.0\.0\.1:9/v1.*OPENAI_BASE_URL"):
        model.turn(SOON_S).write("Write.", 10)

    assert time.monotonic() - began < DEADLINE_S
    model.close()


def test_one_deadline_holds_for_all_calls_of_a_question(
    server: FakeServer, model: ChatModel
) -> None:
    server.script = lambda prompt, body: time.sleep(0.5) or 0.9
    turn = model.turn(1.2)
    began = time.monotonic()

    with pytest.raises(ModelTimeout):
        [turn.write("Write.", 10) for _ in range(9)]

    assert time.monotonic() - began < 2.2
    assert len(server.requests) == 3


@pytest.mark.parametrize("key", ["sk-ключ", "sk-\nx", " "])
def test_a_key_that_no_header_can_carry_is_one_line(server: FakeServer, key: str) -> None:
    model = ChatModel(Endpoint(server.url, key, MODEL))

    with pytest.raises(ModelError) as raised:
        model.turn(SOON_S).write("Write.", 10)

    assert len(str(raised.value).splitlines()) == 1
    assert key.strip() == "" or key not in str(raised.value)
    model.close()


def test_a_prompt_that_is_no_valid_unicode_is_one_line(model: ChatModel) -> None:
    with pytest.raises(ModelError):
        model.turn(SOON_S).write("a lone surrogate: \ud800", 10)


def test_no_repr_shows_the_key(server: FakeServer) -> None:
    assert KEY not in repr(server.endpoint)


# Threads


def test_questions_from_many_threads_are_answered(model: ChatModel) -> None:
    def ask(_: int) -> list[float | None]:
        return model.turn(10).yes(["Is it?"] * 4)

    with ThreadPoolExecutor(8) as pool:
        chances = list(pool.map(ask, range(16)))

    assert chances == [[pytest.approx(0.9)] * 4] * 16


def test_an_endpoint_elsewhere_is_asked_at_once_and_no_more_than_eight_times(
    server: FakeServer, model: ChatModel
) -> None:
    at_once, most = 0, 0
    guard = threading.Lock()

    def slow(prompt: str, body: Body) -> float:
        nonlocal at_once, most
        with guard:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.05)
        with guard:
            at_once -= 1
        return 0.9

    server.script = slow

    model.turn(10).yes(["Is it?"] * 24)

    assert 2 <= most <= 8


def test_a_model_that_is_closed_in_the_middle_of_a_call_ends_the_call(
    server: FakeServer, model: ChatModel
) -> None:
    server.always = hang
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            model.turn(SOON_S).write("Write.", 10)
        except ModelError as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    time.sleep(0.3)
    model.close()
    thread.join(DEADLINE_S)

    assert not thread.is_alive()
    assert len(failed) == 1


def test_a_model_that_was_closed_refuses_instead_of_waiting_for_ever(server: FakeServer) -> None:
    model = ChatModel(server.endpoint)
    model.close()
    failed: list[BaseException] = []

    def ask() -> None:
        try:
            model.turn(0.5).write("Write.", 10)
        except ModelError as error:
            failed.append(error)

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(DEADLINE_S)

    assert not thread.is_alive()
    assert len(failed) == 1


def test_the_embedded_server_is_never_asked_through_a_proxy(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    model = ChatModel(Endpoint(server.url, KEY, MODEL, local=True))

    assert model.turn(SOON_S).write("Write.", 10) == "Yes"
    model.close()
