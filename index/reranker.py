"""How well a text answers a question, read together: ms-marco-MiniLM-L-12-v2 on onnxruntime.

A cross-encoder (Nogueira and Cho, arXiv:1901.04085), trained on questions to a search engine:
https://huggingface.co/cross-encoder/ms-marco-MiniLM-L-12-v2. It has the embedder's vocabulary.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.lexical import WORD
from index.ranking import RankedSentence, called, ranking_words
from index.runtime import Model
from index.sentences import is_question
from index.weights import RERANKER, TOKENIZER, weights_path

if TYPE_CHECKING:
    from tokenizers import Tokenizer

__all__ = ["Reranker"]

LONGEST = 256  # tokens of question and text together
READ = 15  # sentences; with 20 of them the first five hold no more of what answers
# On six calibration sets the first sentence answers 83% of the questions and one of the first five
# 97%; with ten read, the whole of the score that they had, and the title alone above each, it was
# 80% and 94%. Of the two sets that ask of a dozen documents at once: 73% and 91% for 62% and 82%.
WEIGHT = 0.06
KNOWN = 12  # words above a sentence; more would leave no room for it
KEPT = 0.5  # of the score by words and vectors
LEAST = -11.5  # the model hardly ever says less


class Reranker:
    """The cross-encoder; safe to share between threads. Made by `Reranker.load`."""

    def __init__(self, model: Model, tokenizer: "Tokenizer") -> None:
        self._model = model
        self._tokenizer = tokenizer

    @classmethod
    def load(cls, cache: Path) -> "Reranker":
        """The reranker whose weights lie in `cache`; raises WeightsUnusable."""
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(weights_path(TOKENIZER, cache)))
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST, strategy="longest_first")
        return cls(Model(weights_path(RERANKER, cache), "logits"), tokenizer)

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the question, 0 to about 22: the model's logit above LEAST.

        One at a time: activations are quantised by the batch, so that in company a text would
        score otherwise, and no sooner.
        """
        read = (self._tokenizer.encode(question, text) for text in texts)
        logits = self._model.each(
            {
                "input_ids": np.array([one.ids]),
                "attention_mask": np.array([one.attention_mask]),
                "token_type_ids": np.array([one.type_ids]),
            }
            for one in read
        )
        return [max(0.0, float(logit[0, 0]) - LEAST) for logit in logits]

    def reranked(self, question: str, found: Sequence[RankedSentence]) -> list[RankedSentence]:
        """Ranked sentences, ranked anew: half of the score of the first READ, and up to 1.3 by how
        well each answers the question, read under what its document goes by."""
        scores = self.scores(question, [_headed(question, one) for one in found[:READ]])
        read = [
            replace(one, score=KEPT * one.score + WEIGHT * score)
            for one, score in zip(found, scores, strict=False)
        ]
        rest = [replace(one, score=KEPT * one.score) for one in found[READ:]]
        return [*sorted(read, key=lambda one: -one.score), *rest]


def _headed(question: str, found: RankedSentence) -> str:
    """A sentence below its document's title, and the words of the question that the document's file
    or opening has and neither has: a question names what each sentence of it is about."""
    under = [found.heading] * bool(found.heading) + [found.before] * is_question(found.before)
    text = "\n".join([*under, found.said])
    there = ranking_words(f"{found.title} {text}")
    about = ranking_words(f"{called('', found.source)} {found.opening}") - there
    asked = dict.fromkeys(WORD.findall(question))
    known = [word for word in asked if ranking_words(word) & about][:KNOWN]
    return ". ".join(filter(None, [found.title, " ".join(known), text]))
