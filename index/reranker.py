"""How well a text answers a question, read together: ms-marco-MiniLM-L-12-v2 on onnxruntime.

A cross-encoder (Nogueira and Cho, arXiv:1901.04085), trained on questions to a search engine:
https://huggingface.co/cross-encoder/ms-marco-MiniLM-L-12-v2. It has the embedder's vocabulary.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.ranking import RankedSentence
from index.runtime import session
from index.weights import RERANKER, TOKENIZER, weights_path

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

__all__ = ["Reranker"]

LONGEST = 256  # tokens of question and text together
READ = 10  # sentences; with 20 of them the first five hold half a point more of what answers
# On six calibration sets 64% of what answers is in the first sentence, 84% in the first three and
# 92% in the first five; without the reranker 56%, 81% and 89%. From .02 to .1 it is much the same.
WEIGHT = 0.06
LEAST = -11.5  # the model hardly ever says less


class Reranker:
    """The cross-encoder; safe to share between threads. Made by `Reranker.load`."""

    def __init__(self, session: "InferenceSession", tokenizer: "Tokenizer") -> None:
        self._session = session
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, cache: Path) -> "Reranker":
        """The reranker whose weights lie in `cache`; raises WeightsUnusable."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(weights_path(TOKENIZER, cache)))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST, strategy="longest_first")
        return cls(session(weights_path(RERANKER, cache)), tokenizer)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, 0 to about 22: the model's logit above LEAST.

        One at a time: activations are quantised by the batch, so that in company a text would
        score otherwise, and no sooner.
        """
        return [max(0.0, self._logit(question, text) - LEAST) for text in texts]

    def reranked(self, question: str, found: Sequence[RankedSentence]) -> list[RankedSentence]:
        """Ranked sentences, ranked anew: the score of the first READ grows, by at most 1.3, by how
        well each answers the question, read under its document's title."""
        scores = self.scores(question, [_titled(one) for one in found[:READ]])
        read = [
            replace(one, score=one.score + WEIGHT * score)
            for one, score in zip(found, scores, strict=False)
        ]
        return [*sorted(read, key=lambda one: -one.score), *found[READ:]]

    def _logit(self, question: str, text: str) -> float:
        encoded = self._tokenizer.encode(question, text)
        (logits,) = self._session.run(
            ["logits"],
            {
                "input_ids": np.array([encoded.ids]),
                "attention_mask": np.array([encoded.attention_mask]),
                "token_type_ids": np.array([encoded.type_ids]),
            },
        )
        return float(logits[0, 0])


def _titled(found: RankedSentence) -> str:
    under = [found.heading] * bool(found.heading)
    return f"{found.title}. " + "\n".join([*under, found.text])
