"""Every prompt, in one file. The text comes first and the question last, so that a server's
prompt cache keeps each sentence from one question to the next."""

from collections.abc import Sequence

from rag.answer import Message

__all__ = [
    "judge",
    "judge_claim",
    "question_about",
    "quotable",
    "repair",
    "speaks_of",
    "standalone",
    "write",
]


def judge(text: str, question: str) -> str:
    """Whether `text` states the answer; the reply's first word is read."""
    return (
        f"Text: {text}\n\nQuestion: {question}\n\n"
        "Does the text state the answer to the question? Reply yes or no."
    )


def quotable(text: str, question: str) -> str:
    """Whether `text` settles a question of yes or no; the reply's first word is read.

    Asked whether a text states the answer, a small model says no where the answer is no.
    """
    return (
        f"Text: {text}\n\nA reader asks: {question}\n\n"
        "Would you quote this text to the reader as the answer? Reply yes or no."
    )


def judge_claim(text: str, claim: str) -> str:
    """Whether `text` states `claim`; the reply's first word is read."""
    return f"Text: {text}\n\nClaim: {claim}\n\nDoes the text state the claim? Reply yes or no."


def write(text: str, question: str) -> str:
    """One sentence that answers `question` from `text`."""
    return (
        f"Text: {text}\n\nQuestion: {question}\n\n"
        "Answer in one short sentence, using only the facts in the text."
    )


def repair(text: str, question: str, claim: str, reasons: Sequence[str]) -> str:
    """The same again, with what was wrong with the first try."""
    return (
        f"Text: {text}\n\nQuestion: {question}\n\nWrong answer: {claim}\n"
        f"What is wrong: {'; '.join(reasons)}.\n\n"
        "Answer in one short sentence, using only words of the text."
    )


_EXAMPLES = """\
Rewrite the last question so that it can be understood alone. Use only words of the conversation.

Conversation:
User: how tall is the Eiffel Tower?
Assistant: The Eiffel Tower is 330 metres tall.
Last question: and how many steps does it have?
Rewritten: how many steps does the Eiffel Tower have?

Conversation:
User: how much flour does the baker order each week?
Assistant: The baker orders 40 sacks of flour each week.
Last question: and sugar?
Rewritten: how much sugar does the baker order each week?

Conversation:
User: when will the bridge open?
Assistant: The bridge will open in June 2031.
Last question: who said that?
Rewritten: who said that the bridge will open in June 2031?

Conversation:
User: how many people work at the mill?
Assistant: The mill employs 80 people.
Last question: how many of them are women?
Rewritten: how many of the people at the mill are women?
"""


def standalone(history: Sequence[Message], question: str) -> str:
    """The last question, rewritten so that it needs no conversation."""
    turns = "\n".join(
        f"{'User' if message.role == 'user' else 'Assistant'}: {message.content}"
        for message in history
    )
    return f"{_EXAMPLES}\nConversation:\n{turns}\nLast question: {question}\nRewritten:"


def speaks_of(text: str, word: str) -> str:
    """Whether `text` speaks of `word`, in other words; the reply's first word is read."""
    return f"Text: {text}\n\nDoes the text speak of {word}? Reply yes or no."


def question_about(text: str, answer: str) -> str:
    """A question that `text` answers with `answer`, for drafts of eval cases."""
    return (
        f"Text: {text}\n\nAnswer: {answer}\n\n"
        "Write one short question that the text answers with exactly this answer. The question "
        "must make sense to somebody who hasn't seen the text, and must not contain the answer."
    )
