"""The LlamaIndex tutorial stack, graded by the same surface as ours."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from eval_fakes import TEXT, case
from fakes import FakeServer

from evals.cases import Case
from evals.metrics import measure_all
from evals.runs.folder import Manifest, RunFolder, kept_results
from evals.runs.runner import run_cases
from index.embedding import Embedder
from rag.answer import Answer, Found, Message

pytest.importorskip("llama_index.vector_stores.chroma")

from evals.assistants.tutorial import Tutorial, open_tutorial
from index.llama import FootnotedEmbedding

Stack = Callable[[str], tuple[Tutorial, FakeServer]]


@pytest.fixture
def stack(embedder: Embedder) -> Iterator[Stack]:
    """The stack over TEXT with a model that says one thing whatever it is asked."""
    with ExitStack() as opened:

        def make(says: str) -> tuple[Tutorial, FakeServer]:
            server = opened.enter_context(FakeServer(lambda prompt, body: says))
            texts = {"grain.txt": TEXT}
            tutorial = open_tutorial(server.endpoint, FootnotedEmbedding(embedder), texts, 10)
            opened.callback(tutorial.close)
            return tutorial, server

        yield make


def last(tutorial: Tutorial, question: str, *history: Message) -> Answer:
    *_, answer = tutorial.ask(question, history)
    assert isinstance(answer, Answer)
    return answer


def test_a_mark_cites_the_whole_chunk_that_it_points_to(stack: Stack) -> None:
    tutorial, _ = stack("Rye is dark [1]. Oats are pale. [Source 1] Rice is a grain.")
    answer = last(tutorial, "What colour is rye?")
    said = [(claim.text, len(claim.citations)) for claim in answer.claims]
    assert said == [("Rye is dark.", 1), ("Oats are pale.", 1), ("Rice is a grain.", 0)]
    cited = answer.claims[0].citations[0]
    assert TEXT[cited.start : cited.end] == cited.quote == TEXT


def test_what_it_reads_and_writes_is_counted_with_the_condensing_of_a_follow_up(
    stack: Stack,
) -> None:
    tutorial, server = stack("Rye is dark [1].")
    first = last(tutorial, "What colour is rye?")
    talk = (Message("user", "What colour is rye?"), Message("assistant", "Rye is dark."))
    second = last(tutorial, "and oats?", *talk)

    assert len(server.requests) == 3
    assert first.usage.prompt_tokens > 0
    assert second.usage.completion_tokens == 2 * first.usage.completion_tokens > 0


def test_a_mark_that_points_nowhere_cites_nothing(stack: Stack) -> None:
    tutorial, _ = stack("Rye is dark [7].")
    assert last(tutorial, "What colour is rye?").claims[0].citations == ()


@pytest.mark.parametrize(
    "said",
    [
        "The sources do not mention oil. Rye is dark [1].",
        "I don\u2019t know.",
        "None of the sources are helpful.",
        "There is no information about that.",
        "The provided text does not contain it.",
        "I cannot answer that.",
        "It can't be determined.",
    ],
)
def test_a_response_that_says_it_does_not_know_is_a_refusal(stack: Stack, said: str) -> None:
    tutorial, _ = stack(said)
    answer = last(tutorial, "How much oil?")
    assert answer.abstained
    assert answer.claims == ()
    assert answer.missing == said


@pytest.mark.parametrize(
    "said",
    [
        "The rent does not include heating [1].",
        "No, dogs cannot be kept [1].",
        "The hall isn't heated, and you can't stay overnight [1].",
        "The room is not available on Sundays [1].",
    ],
)
def test_an_answer_that_denies_something_is_no_refusal(stack: Stack, said: str) -> None:
    tutorial, _ = stack(said)
    assert not last(tutorial, "Is it so?").abstained


def test_a_response_that_says_that_sources_disagree_is_a_conflict(stack: Stack) -> None:
    tutorial, _ = stack("The sources contradict each other [1].")
    assert last(tutorial, "What colour is rye?").conflict


def test_a_follow_up_is_condensed_as_the_tutorial_does(stack: Stack) -> None:
    tutorial, server = stack("What colour is rye?")
    turns = (Message("user", "Is rice white?"), Message("assistant", "Rice is white."))
    found = next(tutorial.ask("and rye?", turns))
    assert isinstance(found, Found)
    assert found.standalone_question == "What colour is rye?"
    assert "Rice is white." in server.prompts[0]


def test_it_is_graded_like_any_assistant_and_its_claims_are_unchecked(stack: Stack) -> None:
    tutorial, _ = stack("Oats are pale [1].")
    own = {"oats.txt": "Oats are pale. Oats grow in the north."}
    case = Case("oats", "fact", "What colour are oats?", True, expect=(("pale",),), documents=own)
    [result] = run_cases(tutorial, [case]).results
    assert result.right
    assert result.citations[0].source == "oats.txt"
    assert result.answer is not None
    assert result.answer.claims[0].checks == ()


def test_kept_answers_are_graded_by_their_own_cases_documents(stack: Stack, tmp_path: Path) -> None:
    tutorial, _ = stack("Rye is dark [1].")
    texts = [TEXT, "Hay is green. Rye is dark."]
    cases = [
        case(id=str(number), documents={"grain.txt": text}) for number, text in enumerate(texts)
    ]

    with RunFolder(tmp_path, Manifest("tutorial", "m", "", ""), cases) as folder:
        asked = run_cases(tutorial, cases, kept=folder).results

    kept = kept_results(tmp_path, cases)
    assert [source.text for got in kept for source in got.sources.values()] == texts
    assert measure_all(kept)["quote_exactness"] == measure_all(asked)["quote_exactness"]
