from conftest import RICE
from llama_index.core import Document as LlamaDocument
from llama_index.core.schema import TextNode

from index.embedding import Embedder
from index.library import Library
from index.llama import FootnotedEmbedding, SentenceNodeParser
from index.retriever import HybridRetriever


def test_the_retriever_gives_text_nodes_with_exact_offsets(library: Library) -> None:
    nodes = HybridRetriever(library, k=2).retrieve("How much rice did Russia propose?")

    best = nodes[0].node
    assert isinstance(best, TextNode)
    assert len(nodes) == 2
    assert RICE[best.start_char_idx : best.end_char_idx] == best.text
    assert best.metadata == {
        "source": "rice.txt",
        "title": "The Rice Deal",
        "headings": ["The Rice Deal"],
    }
    chunk = library.chunk(best.id_)
    assert chunk is not None
    assert chunk.document == best.ref_doc_id


def test_sentence_nodes_have_exact_offsets_where_text_repeats() -> None:
    text = "Rice is good. Rice is good.\nDr. Oil said rice. Rice is good."

    nodes = SentenceNodeParser().get_nodes_from_documents([LlamaDocument(text=text)])

    spans = [(n.start_char_idx, n.end_char_idx) for n in nodes if isinstance(n, TextNode)]
    assert spans == [(0, 13), (14, 27), (28, 46), (47, 60)]
    assert [text[start:end] for start, end in spans] == [n.get_content() for n in nodes]


def test_sentence_nodes_of_a_part_count_from_the_whole(library: Library) -> None:
    part = HybridRetriever(library, k=8).retrieve("soldiers")[0].node
    assert isinstance(part, TextNode)

    nodes = SentenceNodeParser()([part])

    spans = [(n.start_char_idx, n.end_char_idx) for n in nodes if isinstance(n, TextNode)]
    assert [RICE[start:end] for start, end in spans] == [n.get_content() for n in nodes]


def test_the_embedding_serves_llama_index(embedder: Embedder) -> None:
    embedding = FootnotedEmbedding(embedder)

    batch = embedding.get_text_embedding_batch(["rice", "oil"])

    assert [len(vector) for vector in batch] == [384, 384]
    assert embedding.model_name == embedder.name
    assert embedding.get_query_embedding("rice") == embedding.get_text_embedding("rice")
