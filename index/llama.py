"""LlamaIndex's own types over this floor: a NodeParser, a BaseEmbedding, a BaseNodePostprocessor,
and chunks as TextNodes.

Importing it costs about 1.5 s, so nothing else of `index` does, except `index.retriever`.
"""

import asyncio
from collections.abc import Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.node_parser import NodeParser
from llama_index.core.node_parser.node_utils import build_nodes_from_splits
from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import (
    BaseNode,
    MetadataMode,
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from index.documents import Chunk, Document
from index.embedding import Embedder
from index.reranker import Reranker
from index.sentences import split_sentences

__all__ = ["FootnotedEmbedding", "FootnotedReranker", "SentenceNodeParser", "chunk_node"]

RERANKED = 20  # nodes that are read; with ten, MTRAG's are found half as much better
# Of .01 to .08 the best on the calibration halves of the three retrieval sets, beside the scores of
# HybridRetriever.
WEIGHT = 0.02


def chunk_node(chunk: Chunk, document: Document) -> TextNode:
    """A chunk as a TextNode: `document.text[start_char_idx:end_char_idx]` is its text."""
    node = TextNode(
        id_=chunk.id,
        text=document.text[chunk.start : chunk.end],
        start_char_idx=chunk.start,
        end_char_idx=chunk.end,
        metadata={
            "source": document.source,
            "title": document.title,
            "headings": list(chunk.headings),
        },
    )
    node.relationships[NodeRelationship.SOURCE] = RelatedNodeInfo(node_id=document.id)
    return node


class SentenceNodeParser(NodeParser):
    """Splits nodes into sentences with exact offsets, also where a text repeats itself.

    The base class looks each text up again with `str.find` and would move the offsets of
    repeated sentences to their first occurrence, so that step is left out.
    """

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex serialises it by."""
        return "FootnotedSentenceNodeParser"

    def _parse_nodes(
        self, nodes: Sequence[BaseNode], show_progress: bool = False, **kwargs: Any
    ) -> list[BaseNode]:
        parsed: list[BaseNode] = []
        for node in nodes:
            text = node.get_content(metadata_mode=MetadataMode.NONE)
            offset = (node.start_char_idx or 0) if isinstance(node, TextNode) else 0
            sentences = split_sentences(text)
            splits = [text[sentence.start : sentence.end] for sentence in sentences]
            made = build_nodes_from_splits(splits, node, id_func=self.id_func)
            for child, sentence in zip(made, sentences, strict=True):
                child.start_char_idx = offset + sentence.start
                child.end_char_idx = offset + sentence.end
            parsed.extend(made)
        return parsed

    def _postprocess_parsed_nodes(
        self, nodes: list[BaseNode], parent_doc_map: dict[str, Any]
    ) -> list[BaseNode]:
        spans = [(n.start_char_idx, n.end_char_idx) for n in nodes if isinstance(n, TextNode)]
        done = super()._postprocess_parsed_nodes(nodes, parent_doc_map)
        for node, (start, end) in zip(done, spans, strict=True):
            if isinstance(node, TextNode):
                node.start_char_idx, node.end_char_idx = start, end
        return done


class FootnotedEmbedding(BaseEmbedding):
    """The library's embedder for any LlamaIndex pipeline."""

    _embedder: Embedder = PrivateAttr()

    def __init__(self, embedder: Embedder, **options: Any) -> None:
        super().__init__(model_name=embedder.name, **options)
        self._embedder = embedder

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex serialises it by."""
        return "FootnotedEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embeddings([query])[0]

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return (await self._aget_text_embeddings([query]))[0]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [vector.tolist() for vector in self._embedder.embed(texts)]

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return (await self._aget_text_embeddings([text]))[0]

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)


class FootnotedReranker(BaseNodePostprocessor):
    """The library's reranker for any LlamaIndex query engine.

    The scores of the first RERANKED nodes, which a HybridRetriever gives from 0 to 1, grow by how
    well each answers the query, read under its title and headings.
    """

    _reranker: Reranker = PrivateAttr()

    def __init__(self, reranker: Reranker, **options: Any) -> None:
        super().__init__(**options)
        self._reranker = reranker

    @classmethod
    def class_name(cls) -> str:
        """The name that LlamaIndex serialises it by."""
        return "FootnotedReranker"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        if query_bundle is None:
            return nodes
        texts = [_under_headings(node.node) for node in nodes[:RERANKED]]
        scores = self._reranker.scores(query_bundle.query_str, texts)
        read = [
            NodeWithScore(node=one.node, score=(one.score or 0.0) + WEIGHT * score)
            for one, score in zip(nodes, scores, strict=False)
        ]
        return [*sorted(read, key=lambda one: -(one.score or 0.0)), *nodes[RERANKED:]]


def _under_headings(node: BaseNode) -> str:
    title, headings = (node.metadata.get(name) for name in ("title", "headings"))
    # Another program's nodes may have a year for their title, and one heading for a list of them.
    context = [title, *(headings if isinstance(headings, list) else [headings])]
    return "\n".join([*(str(one) for one in context if one), node.get_content(MetadataMode.NONE)])
