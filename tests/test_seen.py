"""What one reader adds, no other sees, by whatever door they ask; what is shared, all see."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import without_model
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import footnoted
from index.documents import Scope
from index.embedding import Embedder
from index.errors import NoSuchPath
from index.ingest import add_text
from index.library import Library, open_library, open_writer
from index.search import hybrid_search
from rag.answer import Answer
from rag.errors import BadQuestion
from ui.errors import PageError
from ui.uploads import Upload, add, group, remove, rename

SHARED = "The town hall opens at nine. The mayor is called Anna Berg."
MINE = "The mayor of ada earns 90,000 euros a year. The vault holds a falcon."
THEIRS = "The mayor of bob earns 50,000 euros a year. The vault holds a heron."
NAMES = st.text(st.characters(exclude_characters=":\n\r", codec="utf-8"), min_size=1, max_size=12)


def put(folder: Path, embedder: Embedder, source: str, text: str, collection: str) -> str:
    with open_writer(folder, embedder, collection=collection) as writer:
        return add_text(source, text, writer).id


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    """A shared document, and one each of ada's and of bob's, all called pay.txt, in two
    collections."""
    folder = tmp_path_factory.mktemp("library")
    put(folder, embedder, "pay.txt", SHARED, "default")
    with open_library(folder, embedder) as library:
        for reader, text in (("ada", MINE), ("bob", THEIRS)):
            seen = library.seen_by(reader)
            put(folder, embedder, "pay.txt", text, seen.named("default"))
            put(folder, embedder, f"{reader}.txt", text, seen.named("vault"))
        yield library


def texts(library: Library) -> set[str]:
    found = [library.document(row.id) for row in library.documents()]
    return {document.text for document in found if document}


def id_of(library: Library, text: str) -> str:
    return next(row.id for row in library.documents() if library.document(row.id).text == text)


def asked(library: Library, question: str) -> Answer:
    return without_model(library, 60).answer(question)


def test_each_sees_what_is_shared_and_what_is_theirs(whole: Library) -> None:
    assert texts(whole.seen_by("ada")) == {SHARED, MINE}
    assert texts(whole.seen_by("bob")) == {SHARED, THEIRS}
    assert texts(whole.seen_by("")) == texts(whole.seen_by("eve")) == {SHARED}
    assert whole.seen_by("ada").collections() == {"default": 2, "vault": 1}
    assert whole.seen_by("").collections() == {"default": 1}
    assert whole.seen_by("ada").counts()[0] == 3


def test_no_door_opens_what_is_anothers_by_its_very_id(whole: Library, embedder: Embedder) -> None:
    id_ = id_of(whole.seen_by("ada"), MINE)
    sentence = whole.sentences(id_)[0]
    bob = whole.seen_by("bob")
    vector = embedder.embed(["the vault holds a falcon"])[0]
    theirs = Scope("vault", id_)

    assert whole.seen_by("ada").document(id_) is not None
    assert bob.document(id_) is None
    assert bob.sentences(id_) == []
    assert bob.sentence(id_, sentence.id) is None
    assert bob.chunk(f"{id_}:0") is None
    assert len(bob.sentence_vectors(id_, 0, 9)) == 0
    for scope in (theirs, Scope("default", id_), Scope("ada~vault"), Scope("ada~vault", id_)):
        assert bob.lexical("falcon", 9, scope) == bob.dense(vector, 9, scope) == []
        assert bob.passages([f"{id_}:0"], scope) == []


def test_a_question_searches_what_is_shared_and_ones_own_together(
    whole: Library, embedder: Embedder
) -> None:
    ada = asked(whole.seen_by("ada"), "who is the mayor, and what does the mayor earn?")
    bob = asked(whole.seen_by("bob"), "what does the mayor of ada earn?")
    said = {claim.text for claim in ada.claims}

    assert {"The mayor is called Anna Berg.", MINE.split(". ")[0] + "."} <= said
    assert "90,000" not in str(bob)
    assert "falcon" not in str(bob)


@pytest.mark.parametrize("mention", ["@ada.txt", "@ada~vault", '@"ada~default"'])
def test_a_mention_leads_nowhere_and_names_nothing_of_anothers(
    whole: Library, embedder: Embedder, mention: str
) -> None:
    with pytest.raises(BadQuestion) as raised:
        asked(whole.seen_by("bob"), f"{mention} what does the vault hold?")

    said = str(raised.value).replace(mention, "").replace(mention.strip('@"'), "")
    assert "ada" not in said


def test_a_name_that_both_use_is_ones_own(whole: Library, embedder: Embedder) -> None:
    for reader, held in (("ada", "falcon"), ("bob", "heron")):
        seen = whole.seen_by(reader)
        answers = [
            asked(seen, f"{mention} what does the vault hold?")
            for mention in ("@vault", "@pay.txt")
        ]
        assert all(f"holds a {held}" in str(answer) for answer in answers)


def test_words_that_only_another_wrote_weigh_nothing(whole: Library) -> None:
    scope = Scope("vault")

    bob = whole.seen_by("bob").counted(["falcon", "heron"], scope)

    assert bob.rarity("falcon") > bob.rarity("heron")


@given(one=NAMES, other=NAMES)
@example(one="ada", other="ada~default")
@example(one="a", other="A")
@example(one="..", other=".")
@example(one="%7E", other="~")
@example(one="%25", other="%")
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_readers_are_called_they_are_apart(
    tmp_path: Path, embedder: Embedder, one: str, other: str
) -> None:
    with open_library(tmp_path, embedder) as whole:
        mine, theirs = whole.seen_by(one), whole.seen_by(other)
        (tmp_path / "x").write_text(f"The vault of {one!r} holds a falcon.")
        (added,) = add(mine, [Upload("pay.txt", tmp_path / "x", 40)])
        (row,) = mine.documents()
        seen = {each.id for each in theirs.documents()}
        kept = Path(row.path)
        remove(mine, row.id)

    assert added.what == "added"
    assert seen == ({row.id} if one == other else set())
    assert kept.parent.parent == tmp_path / "uploads"


@given(
    reader=st.sampled_from(["", "ada", "bob", "eve"]),
    query=st.sampled_from(["falcon", "heron", "the mayor earns", "vault", "nine"]),
    name=st.sampled_from(["default", "vault", "ada~vault", "bob~default", "~default", "", "%"]),
)
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_search_finds_what_the_reader_does_not_see(
    whole: Library, reader: str, query: str, name: str
) -> None:
    seen = whole.seen_by(reader)

    found = hybrid_search(seen, query, 20, Scope(name))

    allowed = {row.id for row in seen.documents()}
    assert {id_.rpartition(":")[0] for id_, _ in found} <= allowed


def test_files_of_one_name_are_each_readers_own(tmp_path: Path, embedder: Embedder) -> None:
    with open_library(tmp_path, embedder) as whole:
        for reader, text in (("ada", MINE), ("bob", THEIRS), ("", SHARED)):
            (tmp_path / "x").write_text(text)
            list(add(whole.seen_by(reader), [Upload("pay.txt", tmp_path / "x", 60)]))
        bob = whole.seen_by("bob")
        remove(bob, id_of(bob, THEIRS))

        assert texts(whole.seen_by("ada")) == {SHARED, MINE}
        assert texts(whole.seen_by("bob")) == {SHARED}
        assert (tmp_path / "uploads" / "ada~" / "pay.txt").read_text() == MINE
        assert (tmp_path / "uploads" / "pay.txt").read_text() == SHARED
        assert not (tmp_path / "uploads" / "bob~" / "pay.txt").exists()


@pytest.mark.parametrize("text", [SHARED, MINE])
def test_nobody_changes_what_is_shared_or_anothers(whole: Library, text: str) -> None:
    id_, bob = id_of(whole, text), whole.seen_by("bob")

    for change in (
        lambda: remove(bob, id_),
        lambda: rename(bob, id_, "taken.txt"),
        lambda: group(bob, id_, "vault"),
    ):
        with pytest.raises(PageError, match=r"shared by all|was removed"):
            change()

    assert text in texts(whole)


@pytest.mark.parametrize("name", ["ada~vault", "~vault", "a b", "", "bob~ada~vault"])
def test_no_name_puts_a_document_into_anothers_collection(whole: Library, name: str) -> None:
    for reader in ("bob", ""):
        with pytest.raises(NoSuchPath, match="no collection's name"):
            whole.seen_by(reader).named(name)


def test_who_runs_the_server_sees_all_and_may_index_for_one_reader(
    tmp_path: Path, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pay.txt").write_text(MINE)
    data = ["--data", str(tmp_path / "data")]

    assert footnoted.main(["index", str(tmp_path), "--collection", "ada~vault", *data]) == 0
    assert footnoted.main(["index", "--list", *data]) == 0

    assert "ada~vault" in capsys.readouterr().out
    with open_library(tmp_path / "data", embedder) as whole:
        assert texts(whole.seen_by("ada")) == {MINE}
        assert texts(whole.seen_by("bob")) == set()
