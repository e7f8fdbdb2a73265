"""Which sentence of a source a claim goes along with."""

from functools import lru_cache

from index.sentences import split_sentences
from rag.words import words

__all__ = ["nearest"]


@lru_cache(maxsize=1024)
def nearest(claim: str, text: str) -> str:
    """The sentence of `text` that has the most of a claim's words, the later of two; all of it,
    where the claim has several sentences itself."""
    sentences = split_sentences(text)
    if len(sentences) < 2 or len(split_sentences(claim)) > 1:
        return text
    mine = {word.key for word in words(claim)}
    parts = [text[one.start : one.end] for one in reversed(sentences)]
    return max(parts, key=lambda part: len(mine & {word.key for word in words(part)}))
