"""The same weights as LlamaIndex's users run them: HuggingFace embeddings, on torch.

Run as a child by `evals.benchmarks.ingest`, in another Python that has torch: it imports nothing of
this project. It reads commands from standard input, one JSON object a line, and answers each with
one: `{"embed": [text, ...]}` with the seconds and the vectors, `{"ingest": [text, ...]}` with the
seconds. Its first argument is a folder that holds the weights.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

__all__ = ["MODEL", "lay_out"]

# What the weights' own config.json says (sentence-transformers/all-MiniLM-L6-v2).
MODEL = {
    "config.json": {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": 384,
        "intermediate_size": 1536,
        "num_attention_heads": 12,
        "num_hidden_layers": 6,
        "max_position_embeddings": 512,
        "type_vocab_size": 2,
        "vocab_size": 30522,
        "pad_token_id": 0,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
    },
    "tokenizer_config.json": {"tokenizer_class": "BertTokenizer", "do_lower_case": True},
    "modules.json": [
        {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
        {
            "idx": 1,
            "name": "1",
            "path": "1_Pooling",
            "type": "sentence_transformers.models.Pooling",
        },
        {"idx": 2, "name": "2", "path": "2_N", "type": "sentence_transformers.models.Normalize"},
    ],
    "sentence_bert_config.json": {"max_seq_length": 256, "do_lower_case": False},
    "1_Pooling/config.json": {"word_embedding_dimension": 384, "pooling_mode_mean_tokens": True},
}


def lay_out(folder: Path, weights: Path, tokenizer: Path) -> None:
    """A folder as sentence-transformers wants it, over the weights' own files."""
    (folder / "1_Pooling").mkdir(parents=True)
    (folder / "2_N").mkdir()
    for name, said in MODEL.items():
        (folder / name).write_text(json.dumps(said))
    (folder / "model.safetensors").symlink_to(weights.absolute())
    (folder / "tokenizer.json").symlink_to(tokenizer.absolute())


def _serve(folder: str) -> None:
    from llama_index.core import Settings
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embedding = HuggingFaceEmbedding(folder, device="cpu")
    Settings.embed_model = embedding
    Settings.node_parser = SentenceSplitter(chunk_size=254, chunk_overlap=20)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        start = time.perf_counter()
        if "embed" in asked:
            vectors = embedding.get_text_embedding_batch(asked["embed"])
            answer = {"seconds": time.perf_counter() - start, "vectors": vectors}
        else:
            _ingest(asked["ingest"])
            answer = {"seconds": time.perf_counter() - start}
        print(json.dumps(answer), flush=True)


def _ingest(texts: list[str]) -> None:
    import tempfile

    import chromadb
    from llama_index.core import Document, StorageContext, VectorStoreIndex
    from llama_index.vector_stores.chroma import ChromaVectorStore

    with tempfile.TemporaryDirectory() as folder:
        client = chromadb.PersistentClient(
            folder, chromadb.config.Settings(anonymized_telemetry=False)
        )
        store = ChromaVectorStore(client.get_or_create_collection("texts"))
        VectorStoreIndex.from_documents(
            [Document(text=text) for text in texts],
            StorageContext.from_defaults(vector_store=store),
        )


if __name__ == "__main__":
    _serve(sys.argv[1])
