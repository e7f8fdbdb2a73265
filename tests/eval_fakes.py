"""A small assistant for the evals to grade: it answers from a dictionary, over real documents."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from evals.cases import Case
from evals.results import Result, Source
from index.documents import Document, Sentence
from index.sentences import split_sentences
from rag.answer import Answer, Citation, Claim, Event, Found, Message, Timings, Usage

FOUND = ("Rye is also called secale", "Rye is dark", "Rice is white", "Oats are pale")
TEXT = "Rice is white. Rye is dark. Oats are pale. Rye is also called secale."


def citation(quote: str, text: str = TEXT, name: str = "grain.txt") -> Citation:
    """The citation of `quote` where it stands in a text."""
    start = text.index(quote)
    return Citation(name, name, start, start + len(quote), quote)


def claim(text: str, *quotes: str) -> Claim:
    return Claim(text, tuple(citation(quote) for quote in quotes), "supported", ("judge",))


def answer(*claims: Claim, **changes: object) -> Answer:
    """An answer of these claims; without any, a refusal."""
    values: dict[str, object] = {
        "question": "?",
        "standalone_question": "?",
        "claims": claims,
        "abstained": not claims,
        "conflict": False,
        "related": (),
        "missing": "" if claims else "The documents don't say.",
        "model": "scripted-1b",
        "usage": Usage(900, 30),
        "timings": Timings(0.1, 0.5 if claims else None, 1.0),
    }
    return Answer(**(values | changes))  # type: ignore[arg-type]


def case(**changes: object) -> Case:
    values: dict[str, object] = {
        "id": "rye",
        "kind": "fact",
        "question": "What colour is rye?",
        "answerable": True,
        "expect": (("dark",),),
        "evidence": (("Rye is dark.",),),
    }
    return Case(**(values | changes))  # type: ignore[arg-type]


def refusal_case(**changes: object) -> Case:
    return case(**({"answerable": False, "expect": (), "evidence": ()} | changes))


def result(of: Case, got: Answer | None, error: str = "", **changes: object) -> Result:
    """A result over TEXT; the search found the evidence second."""
    spans = tuple((s.start, s.end) for s in split_sentences(TEXT))
    found = tuple(citation(f"{quote}.") for quote in FOUND) if got else None
    values = {"sources": {"grain.txt": Source(TEXT, spans)}, "found": found}
    return Result(of, got, error, **(values | changes))  # type: ignore[arg-type]


class Texts:
    def __init__(self, documents: Mapping[str, str]) -> None:
        self._documents = documents

    def document(self, document_id: str) -> Document | None:
        text = self._documents.get(document_id)
        return None if text is None else Document(document_id, document_id, "", text, "", "")

    def sentences(self, document_id: str) -> list[Sentence]:
        return split_sentences(self._documents[document_id], document_id)


class FakeAssistant:
    """Says what `say(question)` makes of a question; an exception of it is raised."""

    def __init__(
        self, say: Callable[[str], Answer], documents: Mapping[str, str] | None = None
    ) -> None:
        self.say = say
        self.documents = documents or {"grain.txt": TEXT}
        self.library = Texts(self.documents)
        self.opened: list[Mapping[str, str]] = []

    def ask(self, question: str, history: Sequence[Message] = ()) -> Iterator[Event]:
        yield Found(question, ())
        yield self.say(question)

    @contextmanager
    def over(self, documents: Mapping[str, str]) -> Iterator["FakeAssistant"]:
        self.opened.append(documents)
        yield FakeAssistant(self.say, documents)
