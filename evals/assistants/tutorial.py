"""The plain LlamaIndex tutorial stack over the same models, to set beside ours.

Its SentenceSplitter, ChromaVectorStore and CitationQueryEngine with the values that LlamaIndex's
"CitationQueryEngine" example gives them; our embedder's weights; the same chat endpoint at
temperature 0. A follow-up is condensed by the prompt of its CondenseQuestionChatEngine. A citation
is what the stack gives: the whole chunk that a `[1]` points to. Its claims are checked by nobody,
so they carry no `checks`, and groundedness is unscored.

It has no flag for a refusal or a conflict: its words are read.
"""

import re
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import chromadb
from chromadb.config import Settings as ChromaSettings
from llama_index.core import Document as LlamaDocument
from llama_index.core import PromptTemplate, StorageContext, VectorStoreIndex
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.base.llms.generic_utils import messages_to_history_str
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, MessageRole
from llama_index.core.chat_engine.condense_question import DEFAULT_TEMPLATE
from llama_index.core.llms import LLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle
from llama_index.llms.openai_like import OpenAILike
from llama_index.vector_stores.chroma import ChromaVectorStore

from evals.assistants.wording import claims_of, refuses, said_by, tells_conflict
from index.documents import Document, Sentence, document_id
from index.sentences import split_sentences
from rag.answer import Answer, Citation, Event, Found, Message, Timings, Usage
from rag.server import Endpoint

__all__ = ["Tutorial", "open_tutorial"]

SIMILARITY_TOP_K = 3
CITATION_CHUNK_SIZE = 512
NUM_OUTPUT = 256  # LlamaIndex's DEFAULT_NUM_OUTPUTS

_SPENT = ContextVar("_SPENT", default=Usage())  # noqa: B039  it is frozen


class _Counting(OpenAILike):
    """The endpoint's model; what each thread's calls read and wrote is added up in `_SPENT`."""

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        response = super().chat(messages, **kwargs)
        counts, spent = response.additional_kwargs, _SPENT.get()
        read = spent.prompt_tokens + counts.get("prompt_tokens", 0)
        written = spent.completion_tokens + counts.get("completion_tokens", 0)
        _SPENT.set(Usage(read, written))
        return response


def open_tutorial(
    endpoint: Endpoint, embedding: BaseEmbedding, documents: Mapping[str, str], timeout_s: float
) -> "Tutorial":
    """The stack over `documents` (text by name), answered by the model at `endpoint`."""
    model = _Counting(
        model=endpoint.model,
        api_base=endpoint.base_url,
        api_key=endpoint.api_key,
        is_chat_model=True,
        temperature=0.0,
        max_tokens=NUM_OUTPUT,
        max_retries=0,
        timeout=timeout_s,
    )
    return Tutorial(model, embedding, documents)


class Tutorial:
    """Answers from its own Chroma collection in memory; the surface that the runner grades."""

    def __init__(self, model: LLM, embedding: BaseEmbedding, documents: Mapping[str, str]) -> None:
        self.library = _Library(documents)
        self._model = model
        self._embedding = embedding
        self._client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
        self._collection = f"tutorial-{uuid.uuid4().hex}"
        self._engine = self._index()

    def ask(self, question: str, history: Sequence[Message] = ()) -> Iterator[Event]:
        """Found, once it has retrieved, then the whole Answer: it has no claims to stream."""
        _SPENT.set(Usage())
        start = time.perf_counter()
        alone = self._condensed(question, history) if history else question
        bundle = QueryBundle(alone)
        nodes = self._engine.retrieve(bundle)
        found_s = time.perf_counter() - start
        yield Found(alone, tuple(self._citation(node) for node in nodes))
        response = self._engine.synthesize(bundle, nodes)
        total_s = time.perf_counter() - start
        sources = [self._citation(node) for node in response.source_nodes]
        text = said_by(response)
        refused = refuses(text)
        claims = () if refused else tuple(claims_of(text, sources))
        yield Answer(
            question=question,
            standalone_question=alone,
            claims=claims,
            abstained=refused,
            conflict=not refused and tells_conflict(claims),
            related=(),
            missing=text if refused else "",
            model=self._model.metadata.model_name,
            timings=Timings(found_s, total_s if claims else None, total_s),
            usage=_SPENT.get(),
        )

    @contextmanager
    def over(self, documents: Mapping[str, str]) -> Iterator["Tutorial"]:
        """The same models over other documents."""
        other = Tutorial(self._model, self._embedding, documents)
        try:
            yield other
        finally:
            other.close()

    def close(self) -> None:
        """Drop its collection."""
        self._client.delete_collection(self._collection)

    def _index(self) -> CitationQueryEngine:
        store = ChromaVectorStore(
            chroma_collection=self._client.create_collection(self._collection)
        )
        index = VectorStoreIndex.from_documents(
            [LlamaDocument(text=each.text, doc_id=each.id) for each in self.library.documents()],
            storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self._embedding,
            transformations=[SentenceSplitter()],
        )
        return CitationQueryEngine.from_args(
            index,
            llm=self._model,
            similarity_top_k=SIMILARITY_TOP_K,
            citation_chunk_size=CITATION_CHUNK_SIZE,
        )

    def _condensed(self, question: str, history: Sequence[Message]) -> str:
        turns = [ChatMessage(turn.content, role=MessageRole(turn.role)) for turn in history]
        return self._model.predict(
            PromptTemplate(DEFAULT_TEMPLATE),
            question=question,
            chat_history=messages_to_history_str(turns),
        )

    def _citation(self, node: NodeWithScore) -> Citation:
        """A node as a citation: the chunk's place is looked up, since the engine drops it."""
        id_ = node.node.ref_doc_id or ""
        content = node.node.get_content(metadata_mode=MetadataMode.NONE)
        chunk = re.sub(r"\ASource \d+:\n", "", content).strip()
        document = self.library.document(id_)
        start = max(document.text.find(chunk), 0) if document else 0
        return Citation(id_, document.source if document else id_, start, start + len(chunk), chunk)


class _Library:
    """The texts that the runner looks citations up in. A run's folder keeps them by their ids, so
    two of one name, of different cases, have different ones."""

    def __init__(self, documents: Mapping[str, str]) -> None:
        found = [
            Document(document_id(name, text), name, "", text, "", "")
            for name, text in documents.items()
        ]
        self._documents = {document.id: document for document in found}

    def documents(self) -> list[Document]:
        """All of them."""
        return list(self._documents.values())

    def document(self, id_: str) -> Document | None:
        """A document by its id."""
        return self._documents.get(id_)

    def sentences(self, id_: str) -> list[Sentence]:
        """Its sentences, by our splitter, so that both stacks are counted by the same ones."""
        return split_sentences(self._documents[id_].text, id_)
