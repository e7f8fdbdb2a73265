"""LlamaIndex's own programs with one part of ours at a time."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from conftest import BREAD, RICE
from fakes import MODEL, FakeServer, Script, asking, status, when, without_model
from llama_index.core import Document, StorageContext, VectorStoreIndex
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.core.vector_stores import SimpleVectorStore

from index.embedding import Embedder, Vectors
from index.library import Library
from index.llama import FootnotedEmbedding, FootnotedReranker, SentenceNodeParser
from index.reranker import Reranker
from index.retriever import HybridRetriever
from rag.engine import FootnotedQueryEngine
from rag.errors import BadQuestion, ModelRefused

RICE_QUESTION = "How much rice did Russia propose?"
RICE_ANSWER = "Russia proposed to supply between 600,000 and 700,000 tons of rice."


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer(Script(states_answer=when("700,000 tons"))) as server:
        yield server


@pytest.fixture
def engine(library: Library, server: FakeServer) -> Iterator[FootnotedQueryEngine]:
    with asking(without_model(library, 30), server.endpoint, 30) as assistant:
        yield FootnotedQueryEngine(assistant=assistant)


def spans(nodes: list[NodeWithScore]) -> list[tuple[int | None, int | None]]:
    texts = [scored.node for scored in nodes]
    return [(n.start_char_idx, n.end_char_idx) for n in texts if isinstance(n, TextNode)]


async def beside(asked: Callable[[str], Awaitable[Any]], go: threading.Event) -> Any:
    """What is asked for, where it comes only once another task of the program has run."""
    task = asyncio.ensure_future(asked(RICE_QUESTION))
    await asyncio.sleep(0.05)
    go.set()
    return await task


# The whole assistant, as a query engine


def test_the_engine_answers_with_the_cited_sentences_as_its_source_nodes(
    engine: FootnotedQueryEngine, library: Library
) -> None:
    response = engine.query(RICE_QUESTION)

    assert str(response) == RICE_ANSWER
    (source,) = response.source_nodes
    assert source.metadata["source"] == "rice.txt"
    document = library.document(source.metadata["document_id"])
    assert document is not None
    ((start, end),) = spans(response.source_nodes)
    assert document.text[start:end] == source.text == RICE_ANSWER


def test_the_engines_response_carries_the_contracts_object(engine: FootnotedQueryEngine) -> None:
    metadata = engine.query(RICE_QUESTION).metadata

    assert metadata is not None
    assert metadata["question"] == RICE_QUESTION
    assert metadata["model"] == MODEL
    assert metadata["claims"][0]["citations"][0]["quote"] == RICE_ANSWER


def test_an_engine_that_abstains_cites_nothing(engine: FootnotedQueryEngine) -> None:
    response = engine.query("Who composed the anthem of the bakers?")

    assert "don't say" in str(response)
    assert response.source_nodes == []
    assert response.metadata is not None
    assert response.metadata["abstained"] is True


def test_the_engine_is_asked_asynchronously_and_by_a_bundle(engine: FootnotedQueryEngine) -> None:
    response = asyncio.run(engine.aquery(QueryBundle(RICE_QUESTION)))

    assert str(response) == RICE_ANSWER


def test_a_program_goes_on_while_the_engine_answers(library: Library) -> None:
    go = threading.Event()
    script = Script(states_answer=lambda *_: 0.95 if go.wait(5) else 0.02)

    with (
        FakeServer(script) as server,
        asking(without_model(library, 30), server.endpoint, 30) as assistant,
    ):
        response = asyncio.run(beside(FootnotedQueryEngine(assistant=assistant).aquery, go))

    assert str(response) == RICE_ANSWER


def test_an_engine_raises_what_failed(engine: FootnotedQueryEngine, server: FakeServer) -> None:
    server.always = status(401)

    with pytest.raises(ModelRefused, match="401"):
        engine.query(RICE_QUESTION)
    with pytest.raises(BadQuestion, match="empty"):
        engine.query("  ")


# One part alone


def test_the_retriever_serves_llama_indexs_own_query_engine(library: Library) -> None:
    engine = RetrieverQueryEngine.from_args(HybridRetriever(library, k=2), llm=MockLLM())

    response = engine.query(RICE_QUESTION)

    first = response.source_nodes[0]
    assert RICE_ANSWER in str(response)  # the mock says its prompt again
    assert len(response.source_nodes) == 2
    assert RICE_ANSWER in first.text
    assert [RICE[start:end] for start, end in spans([first])] == [first.text]
    assert first.metadata["source"] == "rice.txt"


def test_embedding_and_splitter_serve_llama_indexs_own_index(embedder: Embedder) -> None:
    texts = {"rice": RICE, "bread": BREAD, "twice": "Rye is dark. Oats are pale. Rye is dark."}
    index = VectorStoreIndex.from_documents(
        [Document(text=text, id_=name) for name, text in texts.items()],
        storage_context=StorageContext.from_defaults(vector_store=SimpleVectorStore()),
        embed_model=FootnotedEmbedding(embedder),
        transformations=[SentenceNodeParser(include_metadata=True)],
    )

    found = index.as_retriever(similarity_top_k=20).retrieve("Which grain is dark?")

    whole = [texts[scored.node.ref_doc_id or ""] for scored in found]
    placed = list(zip(whole, spans(found), strict=True))
    assert found[0].text == "Rye is dark."
    assert [text[start:end] for text, (start, end) in placed] == [one.text for one in found]
    assert {span for text, span in placed if text == texts["twice"]} == {
        (0, 12),
        (13, 27),
        (28, 40),
    }


def test_the_embedding_works_in_an_ingestion_pipeline(embedder: Embedder) -> None:
    pipeline = IngestionPipeline(
        transformations=[SentenceNodeParser(), FootnotedEmbedding(embedder)]
    )

    nodes = pipeline.run(documents=[Document(text=BREAD, id_="bread")])

    expected = embedder.embed([node.get_content() for node in nodes])
    assert [len(node.embedding or ()) for node in nodes] == [384] * 3
    assert nodes[1].embedding == pytest.approx(expected[1].tolist(), abs=0.05)
    assert {node.ref_doc_id for node in nodes if isinstance(node, TextNode)} == {"bread"}


def test_the_embedding_is_asked_asynchronously(embedder: Embedder) -> None:
    embedding = FootnotedEmbedding(embedder)

    vectors = asyncio.run(embedding.aget_text_embedding_batch(["rice", "rye"]))

    assert vectors[1] == pytest.approx(embedding.get_text_embedding("rye"), abs=0.05)


@pytest.mark.parametrize(
    ("metadata", "read"),
    [
        ({"title": 2024, "headings": None}, "2024\nRye is dark."),
        ({"title": None, "headings": "Grain"}, "Grain\nRye is dark."),
        ({"headings": ["Grain", 2]}, "Grain\n2\nRye is dark."),
    ],
)
def test_the_reranker_reads_nodes_of_other_programs_under_their_titles(
    metadata: dict[str, Any], read: str
) -> None:
    class Listening(Reranker):
        def scores(self, question: str, texts: Sequence[str]) -> list[float]:
            assert list(texts) == [read]
            return [1.0]

    node = NodeWithScore(node=TextNode(text="Rye is dark.", metadata=metadata))

    (found,) = FootnotedReranker(Listening(None, None)).postprocess_nodes([node], query_str="rye")

    assert found.score == pytest.approx(0.02)


def test_a_program_goes_on_while_texts_are_embedded_and_searched_for(library: Library) -> None:
    go = threading.Event()

    class Patient(Embedder):
        def embed(self, texts: Sequence[str]) -> Vectors:
            assert go.wait(5)
            return np.ones((len(texts), 384), np.float32)

    class Searching(HybridRetriever):
        def nearest(self, query: str, k: int) -> list[NodeWithScore]:
            assert go.wait(5)
            return super().nearest(query, k)

    embedding = FootnotedEmbedding(Patient("patient", None, None))

    vector = asyncio.run(beside(embedding.aget_text_embedding, go))
    go.clear()
    asked = asyncio.run(beside(embedding.aget_query_embedding, go))
    go.clear()
    found = asyncio.run(beside(Searching(library, k=1).aretrieve, go))

    assert (len(vector), len(asked), len(found)) == (384, 384, 1)
