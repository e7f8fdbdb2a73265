"""Making a follow-up standalone: only where it needs it, and in the conversation's own words."""

import re
from collections.abc import Sequence

from rag import prompts
from rag.answer import Message
from rag.asked import QUESTION_WORD
from rag.chat import Turn
from rag.sources import Source, missing_numbers, missing_words
from rag.words import content_keys, content_words, stem

__all__ = ["joined", "needs_conversation", "standalone"]

MAX_TOKENS = 60
TURNS = 4
FEW, SHORT = 2, 6  # words that say something, and all words, of a question that tells little
_OPENS_AS_FOLLOW_UP = re.compile(
    r"^\W*(?:and|but|so|or|also|then|what\s+about|how\s+about|what\s+else|who\s+else|anything\s+else|why\s+not|"
    r"who\s+sa(?:id|ys)\s+(?:so|that|this|it)|since\s+when|by\s+when)\b",
    re.I,
)
_REFERS_BACK = re.compile(
    r"\b(?:it(?!\s+(?:true|possible|known|likely)\b)|its|they|them|their|theirs|he|him|his|she|her|hers|those|these|so|then|"
    r"ones?(?!\s+[a-z])|which\s+ones?|(?<!is )(?<!are )(?<!was )(?<!were )there|"
    r"the\s+(?:same|former|latter|first|second|third|other)(?:\s+one)?|(?:that|this)(?!\s+[a-z]+\s+[a-z]+\s+(?:is|was|were|has|have)\b))\b",
    re.I,
)

_NEUTRAL = frozenset(map(stem, "purpose reason aim cause result effect date place".split()))
_ASKS = re.compile(rf"\b{QUESTION_WORD}\b")


def needs_conversation(question: str) -> bool:
    """Whether a question can't be understood alone: it opens as a follow-up, or refers back."""
    if _OPENS_AS_FOLLOW_UP.search(question) or len(content_words(question)) < 1:
        return True
    return _REFERS_BACK.search(question) is not None


def standalone(turn: Turn, history: Sequence[Message], question: str) -> str:
    """`question` in words that need no conversation; unchanged where it stands alone.

    A rewrite that brings in names or numbers of its own, or drops what was asked, or brings nothing
    to the only word that it has, is given up for the earlier question with the new one beside it.
    Raises ModelError.
    """
    if not history or not needs_conversation(question):
        return question
    recent = history[-TURNS:]
    lines = turn.write(prompts.standalone(recent, question), MAX_TOKENS).splitlines()
    rewritten = lines[0].strip(" \"'") if lines else ""
    said = [question, *(message.content for message in recent)]
    if (
        _keeps_to(rewritten, said)
        and _still_asks(rewritten, question)
        and _stands(rewritten, question)
    ):
        return rewritten
    return joined(history, question)


def joined(history: Sequence[Message], question: str) -> str:
    """The new question behind the conversation's last that stood alone, and behind those since then
    where it goes on from them: "and when?"."""
    since: list[str] = []
    for message in reversed(history):
        if message.role == "user":
            since.insert(0, message.content)
            if not needs_conversation(message.content):
                break
    goes_on = _OPENS_AS_FOLLOW_UP.search(question) or not content_words(question)
    return " ".join([*(since if goes_on else since[:1]), question])


def _keeps_to(rewritten: str, said: Sequence[str]) -> bool:
    """Whether all its words and numbers are of the conversation, neutral ones aside."""
    conversation = Source("\n".join(said))
    new = [word for word in missing_words(rewritten, conversation) if word.key not in _NEUTRAL]
    return not new and not missing_numbers(rewritten, conversation)


def _stands(rewritten: str, question: str) -> bool:
    """Whether a rewrite tells what it is about: "is that too high?" and "its guarantee" do not."""
    asked = content_keys(question)
    few = len(asked) <= FEW and len(question.split()) <= SHORT
    return not few or not content_keys(rewritten) <= asked


def _still_asks(rewritten: str, question: str) -> bool:
    """Whether a rewrite has the question's own words: what it asks of, and its "when" or "who"."""
    there = content_keys(rewritten)
    asked = content_keys(question)
    wanted = _ASKS.findall(question.lower())
    return asked <= there and (not wanted or wanted[-1] in _ASKS.findall(rewritten.lower()))
