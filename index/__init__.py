"""Documents, exact sentences, embeddings, the ledger and the hybrid retriever."""
