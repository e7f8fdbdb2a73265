"""LlamaIndex's door to a library's hybrid search."""

import asyncio
from collections.abc import Sequence

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle

from index.documents import Scope
from index.library import Library
from index.llama import chunk_node
from index.search import DEFAULT, hybrid_search

__all__ = ["HybridRetriever"]


class HybridRetriever(BaseRetriever):
    """The `k` best chunks for a query, each a TextNode with exact offsets, best first.

    `earlier` are the questions of the same conversation before it, oldest first.
    """

    def __init__(
        self,
        library: Library,
        k: int = 8,
        scope: Scope = DEFAULT,
        *,
        earlier: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self.library = library
        self.k = k
        self.scope = scope
        self.earlier = tuple(earlier)

    def nearest(self, query: str, k: int) -> list[NodeWithScore]:
        """As `retrieve`, but the `k` best."""
        nodes = []
        for id_, score in hybrid_search(self.library, query, k, self.scope, earlier=self.earlier):
            chunk = self.library.chunk(id_)
            document = self.library.document(chunk.document) if chunk else None
            if chunk is not None and document is not None:
                nodes.append(NodeWithScore(node=chunk_node(chunk, document), score=score))
        return nodes

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return self.nearest(query_bundle.query_str, self.k)

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
