"""Ways to rank documents for a query, over the same texts: ours, its parts, and the tutorial stack.

Each is a function from a query to document ids, best first; a document ranks by its best chunk.
"""

import sqlite3
from collections.abc import Callable, Iterable

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core import Document as LlamaDocument
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.vector_stores.chroma import ChromaVectorStore

from evals.benchmarks.corpora import Corpus, Query
from index.lexical import words
from index.library import Library
from index.retriever import HybridRetriever
from index.search import hybrid_search

__all__ = ["BM25", "DENSE", "OURS", "RERANKED", "STACK", "TALKING", "Side", "sides", "stack"]

Side = Callable[[Query], list[str]]
OURS, TALKING = "Footnoted", "Footnoted, with the conversation"
RERANKED = "Footnoted, that and reranked"
STACK, BM25, DENSE = "LlamaIndex tutorial stack", "BM25 alone", "dense alone"
CHUNKS = 30  # so many chunks make the ranking; the first ten documents are what is graded


def sides(
    corpus: Corpus,
    library: Library,
    embedding: BaseEmbedding,
    reranker: BaseNodePostprocessor,
) -> dict[str, Side]:
    """Every side over one corpus, by name; the library holds it, the others index it here."""
    document = {row.id: row.source.removesuffix(".md") for row in library.documents()}

    def ranked(chunks: Iterable[str]) -> list[str]:
        return _ranked(document[id_.rpartition(":")[0]] for id_ in chunks)

    def ours(query: Query, *, talking: bool = False) -> list[str]:
        earlier = query.earlier if talking else ()
        found = hybrid_search(library, query.text, CHUNKS, earlier=earlier)
        return ranked(id_ for id_, _ in found)

    def reranked(query: Query) -> list[str]:
        nodes = HybridRetriever(library, earlier=query.earlier).nearest(query.text, CHUNKS)
        read = reranker.postprocess_nodes(nodes, query_str=query.told)
        return ranked(one.node.node_id for one in read)

    def dense(query: Query) -> list[str]:
        assert library.embedder is not None  # noqa: S101  hybrid_search needs it too
        found = library.dense(library.embedder.embed([query.text])[0], CHUNKS)
        return ranked(id_ for id_, _ in found)

    named: dict[str, Side] = {OURS: ours}
    if any(query.earlier for query in corpus.queries):
        named[TALKING] = lambda query: ours(query, talking=True)
    named[RERANKED] = reranked
    return {**named, STACK: stack(corpus, embedding), BM25: _bm25(corpus), DENSE: dense}


def stack(corpus: Corpus, embedding: BaseEmbedding) -> Side:
    """VectorStoreIndex with its default splitter over Chroma, as LlamaIndex's tutorial has it."""
    client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
    collection = client.get_or_create_collection(
        f"stack-{corpus.name}", metadata={"hnsw:space": "cosine"}
    )
    index = VectorStoreIndex.from_documents(
        [LlamaDocument(id_=id_, text=text) for id_, text in _whole(corpus)],
        StorageContext.from_defaults(vector_store=ChromaVectorStore(collection)),
        embed_model=embedding,
    )
    retriever = index.as_retriever(similarity_top_k=CHUNKS)

    def search(query: Query) -> list[str]:
        return _ranked(str(found.node.ref_doc_id) for found in retriever.retrieve(query.text))

    return search


def _bm25(corpus: Corpus) -> Side:
    """FTS5's bm25 over whole documents, stemmed, of all the query's words but the commonest."""
    table = sqlite3.connect(":memory:", check_same_thread=False)
    table.execute(
        "CREATE VIRTUAL TABLE held USING fts5 (id UNINDEXED, text, "
        "tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    table.executemany("INSERT INTO held VALUES (?, ?)", _whole(corpus))

    def search(query: Query) -> list[str]:
        asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(words(query.text)))
        found = table.execute(
            "SELECT id FROM held WHERE held MATCH ? ORDER BY rank LIMIT ?", (asked or '""', CHUNKS)
        )
        return [id_ for (id_,) in found]

    return search


def _whole(corpus: Corpus) -> list[tuple[str, str]]:
    return [(id_, f"{title}\n\n{text}") for id_, (title, text) in corpus.documents.items()]


def _ranked(documents: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(documents))
