"""What a question is asked of: a collection, one document, and never anything else."""

import json
from collections.abc import Iterator
from pathlib import Path
from unicodedata import normalize

import pytest
from fakes import without_model

import footnoted
from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.search import hybrid_search
from rag.answer import Message
from rag.assistant import Assistant
from rag.errors import BadQuestion
from rag.mentions import addressed

PUBLIC = "The town hall opens at nine. The mayor is called Anna Berg."
SECRET = "The mayor earns 90,000 euros a year. The town hall was sold to a bank."
TOWN = ("default", "town.txt")
OTHER = "The mayor's dog is called Rex. The town hall has a cellar."


@pytest.fixture
def library(tmp_path: Path, embedder: Embedder) -> Iterator[Library]:
    """town.txt in the default collection; pay.txt, and files of the same name, in two others."""
    folder = tmp_path / "library"
    with open_writer(folder, embedder) as writer:
        add_text("town.txt", PUBLIC, writer)
    with open_writer(folder, embedder, collection="vault") as writer:
        add_text("deep/pay.txt", SECRET, writer)
        add_text("town.txt", PUBLIC, writer)
    with open_writer(folder, embedder, collection="pets") as writer:
        add_text("the dogs.txt", OTHER, writer)
    with open_library(folder, embedder) as reader:
        yield reader


@pytest.fixture
def assistant(library: Library) -> Assistant:
    return without_model(library, 60)


def sources(assistant: Assistant, question: str, **options: str) -> set[str]:
    answer = assistant.answer(question, **options)
    cited = [note for claim in answer.claims for note in claim.citations]
    return {note.source for note in (*cited, *answer.related)}


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("what is the mayor called?", {"town.txt"}),
        ("@vault what does the mayor earn?", {"deep/pay.txt", "town.txt"}),
        ("what does the mayor earn in @VAULT?", {"deep/pay.txt", "town.txt"}),
        ("@pay.txt what does the mayor earn?", {"deep/pay.txt"}),
        ("@deep/pay.txt: what does the mayor earn?", {"deep/pay.txt"}),
        ("@vault @town.txt what is the mayor called?", {"town.txt"}),
        ("@town.txt @vault what is the mayor called?", {"town.txt"}),
        ('what is the dog called in @"the dogs.txt"?', {"the dogs.txt"}),
        ("@default what is the mayor called?", {"town.txt"}),
        ("what did mayor@vault.org say about the mayor?", {"town.txt"}),
    ],
)
def test_a_question_searches_what_it_names(
    assistant: Assistant, question: str, found: set[str]
) -> None:
    assert sources(assistant, question) == found


def test_a_collection_named_beside_the_question_is_searched_alone(assistant: Assistant) -> None:
    assert sources(assistant, "what is the dog called?", collection="pets") == {"the dogs.txt"}
    assert sources(assistant, "@pay.txt mayor?", collection="vault") == {"deep/pay.txt"}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("@vualt what is the pay?", "near it are @vault"),
        ("@pay.text what is it?", "@vault @deep/pay.txt"),
        ("@dogs what is it?", '@pets @"the dogs.txt"'),
        (
            "@town.txt what is the mayor called?",
            "2 documents: write one of @town.txt, @vault @town",
        ),
        ("@zzzzzz what is it?", "the collections are @default, @pets, @vault"),
        ("@vault @pets what is it?", "@pets is a second"),
        ("@vault @dogs.txt what is it?", "no document here"),
        ("@vault?", "asks nothing"),
    ],
)
def test_a_name_that_is_unknown_or_ambiguous_is_answered_with_the_near_ones(
    assistant: Assistant, question: str, said: str
) -> None:
    with pytest.raises(BadQuestion) as refused:
        assistant.answer(question)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("Summarise town.txt", "Summarise the document"),
        ("What does TOWN.TXT say about the mayor?", "What does the document say about the mayor?"),
        ('Who is named in "town.txt"?', "Who is named in the document?"),
    ],
)
def test_a_file_that_is_named_without_a_mark_is_searched_alone(
    library: Library, question: str, asked: str
) -> None:
    of = addressed(question, (), library)

    (row,) = [row for row in library.documents() if (row.collection, row.source) == TOWN]
    assert of.question == asked
    assert of.scope.document == row.id


@pytest.mark.parametrize("question", ["What is in pay.txt?", "Is it 3.5 or 4.25?", "See e.g. x.y"])
def test_a_name_that_is_no_file_of_the_default_collection_is_a_word(
    library: Library, question: str
) -> None:
    of = addressed(question, (), library)

    assert of.question == question
    assert of.scope.document == ""


def test_a_file_is_named_however_its_marks_are_stored(tmp_path: Path, embedder: Embedder) -> None:
    stored, typed = (normalize(form, "Übersicht.txt") for form in ("NFD", "NFC"))
    with open_writer(tmp_path, embedder) as writer:
        add_text(stored, PUBLIC, writer)
        (row,) = writer.documents()

        by_mention = addressed(f"@{typed} who is the mayor?", (), writer)
        by_name = addressed(f"Summarise {typed}", (), writer)

    assert stored != typed
    assert by_mention.scope.document == by_name.scope.document == row.id


def test_an_unknown_collection_names_those_there_are(assistant: Assistant) -> None:
    with pytest.raises(BadQuestion, match=r"no collection 'none'.*@pets"):
        assistant.answer("what is it?", collection="none")


def test_a_word_in_quotes_is_no_mention(library: Library) -> None:
    assert addressed('who is "@vault"?', (), library).question == 'who is "@vault"?'


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        ("what is the fee in @vault?", "what is the fee?"),
        ("In @vault, what is the fee?", "what is the fee?"),
        ("@vault what is the fee", "what is the fee"),
    ],
)
def test_the_mention_is_no_part_of_what_is_searched_for(
    library: Library, asked: str, left: str
) -> None:
    assert addressed(asked, (), library).question == left


def test_the_answer_keeps_the_question_as_it_was_asked(assistant: Assistant) -> None:
    answer = assistant.answer("@vault what does the mayor earn?")

    assert answer.question == "@vault what does the mayor earn?"
    assert answer.standalone_question == "what does the mayor earn?"


def test_a_follow_up_stays_where_the_conversation_is(library: Library) -> None:
    said = [Message("user", "@vault what does the mayor earn?"), Message("assistant", "90,000.")]

    follow_up = addressed("and when?", said, library)
    afresh = addressed("what is the mayor called?", said, library)

    assert follow_up.scope.collection == "vault"
    assert follow_up.history[0].content == "what does the mayor earn?"
    assert afresh.scope.collection == "default"


def test_nothing_of_another_collection_weighs_on_the_ranking(
    library: Library, tmp_path: Path, embedder: Embedder
) -> None:
    question = "the mayor of the town hall"
    with open_writer(tmp_path / "alone", embedder) as writer:
        add_text("town.txt", PUBLIC, writer)
        assert hybrid_search(library, question, 9) == hybrid_search(writer, question, 9)
        assert library.lexical(question, 9) == writer.lexical(question, 9)


def test_an_empty_default_collection_points_to_the_others(
    tmp_path: Path, embedder: Embedder
) -> None:
    with open_writer(tmp_path, embedder, collection="vault") as writer:
        add_text("pay.txt", SECRET, writer)
        with pytest.raises(BadQuestion, match="write @NAME before it; the collections are @vault"):
            without_model(writer, 60).answer("what does the mayor earn?")


def test_the_shell_indexes_lists_asks_and_removes_by_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOOTNOTED_DATA", str(tmp_path / "library"))
    Path("town.txt").write_text(PUBLIC)
    Path("pay.txt").write_text(SECRET)

    footnoted.main(["index", "town.txt"])
    footnoted.main(["index", "--collection", "vault", "pay.txt", "town.txt"])
    capsys.readouterr()
    footnoted.main(["index", "--list"])
    listed = capsys.readouterr().out
    footnoted.main(["ask", "--quotes", "--json", "@vault what does the mayor earn?"])
    cited = json.loads(capsys.readouterr().out)["claims"][0]["citations"][0]["source"]
    unknown = footnoted.main(["ask", "--quotes", "--collection", "volt", "what is it?"])
    refused = capsys.readouterr().err
    footnoted.main(["index", "--collection", "vault", "--remove", "town.txt"])
    capsys.readouterr()
    footnoted.main(["index", "--list", "--json"])
    left = [(row["collection"], row["source"]) for row in json.loads(capsys.readouterr().out)]

    assert listed.index("@default: 1 document\n") < listed.index("@vault: 2 documents")
    assert cited == "pay.txt"
    assert (unknown, "@vault" in refused) == (2, True)
    assert left == [("default", "town.txt"), ("vault", "pay.txt")]


def test_a_name_that_can_be_no_collections_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.txt").write_text(PUBLIC)

    code = footnoted.main(
        ["index", "--data", str(tmp_path / "d"), "--collection", "a b/c", str(tmp_path / "a.txt")]
    )

    assert code == 1
    assert "'a b/c' can be no collection's name" in capsys.readouterr().err
