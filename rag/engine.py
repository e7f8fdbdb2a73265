"""The assistant as a LlamaIndex query engine, for programs built on that framework."""

import asyncio

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.schema import NodeWithScore, TextNode
from pydantic import ConfigDict

from rag.answer import Answer, Citation
from rag.assistant import Assistant
from rag.export import answer_to_json

__all__ = ["FootnotedQueryEngine"]


class FootnotedQueryEngine(CustomQueryEngine):
    """`engine.query("…")` gives a Response whose `source_nodes` are the cited sentences.

    Each node carries `start_char_idx` and `end_char_idx` into its document; the whole answer, as
    the contract's object, is in the response's `metadata`. Raises as `Assistant.ask` does.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)
    assistant: Assistant

    def custom_query(self, query_str: str) -> Response:
        """Answer one question."""
        answer = self.assistant.answer(query_str)
        return Response(answer.text, source_nodes=_nodes(answer), metadata=answer_to_json(answer))

    async def acustom_query(self, query_str: str) -> Response:
        """The same, while other tasks of the program go on."""
        return await asyncio.to_thread(self.custom_query, query_str)


def _nodes(answer: Answer) -> list[NodeWithScore]:
    cited = dict.fromkeys(note for claim in answer.claims for note in claim.citations)
    return [NodeWithScore(node=_node(citation), score=None) for citation in cited]


def _node(citation: Citation) -> TextNode:
    return TextNode(
        text=citation.quote,
        start_char_idx=citation.start,
        end_char_idx=citation.end,
        metadata={
            "source": citation.source,
            "document_id": citation.document_id,
            "page": citation.page,
        },
    )
