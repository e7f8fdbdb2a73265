"""What is found, ranked anew by reading question and sentence together."""

from pathlib import Path

import pytest
from fakes import reranker
from hypothesis import given, settings
from hypothesis import strategies as st

from index.documents import Sentence
from index.errors import WeightsUnusable
from index.library import Library
from index.ranking import RankedSentence, rank_sentences
from index.reranker import READ, Reranker
from index.search import hybrid_search


def found(library: Library, question: str, k: int = 50) -> list[RankedSentence]:
    ids = [id_ for id_, _ in hybrid_search(library, question, 8)]
    return rank_sentences(library, question, ids, k)


def test_a_text_that_answers_scores_above_one_that_shares_the_words() -> None:
    question = "How many people live in Lund?"

    answers, shares, other = reranker().scores(
        question,
        [
            "Lund had 94,703 inhabitants in 2020.",
            "Many people in Lund live far from the station.",
            "Rye needs a sourdough.",
        ],
    )

    assert answers > shares > other


def test_a_score_is_the_pairs_own_whatever_stands_beside_it() -> None:
    question, texts = "Who bakes?", ["The baker bakes.", "A much longer text. " * 40, ""]

    together = reranker().scores(question, texts)

    assert together == [reranker().scores(question, [text])[0] for text in texts]
    assert reranker().scores(question, []) == []


def test_the_sentence_that_answers_comes_first(library: Library) -> None:
    question = "How much rice did Russia propose?"

    best = reranker().reranked(question, found(library, question))[0]

    assert "600,000 and 700,000" in best.text


def test_a_sentence_is_read_below_the_name_that_its_document_opens_with() -> None:
    def of(opening: str) -> float:
        text = "Staff may work from home on Fridays."
        found = RankedSentence(
            Sentence("d", 9, 0, len(text)),
            "a.txt",
            "Rules",
            text,
            None,
            "",
            "",
            0.5,
            opening=opening,
        )
        return reranker().reranked("May staff at Larkfield work from home?", [found])[0].score

    assert of("Larkfield Surveying Limited") > of("Bramble Printing Limited")


def test_no_sentence_is_lost_and_none_comes_twice(library: Library) -> None:
    question = "What does a soldier earn per month?"
    sentences = found(library, question)

    ranked = reranker().reranked(question, sentences)

    assert sorted(one.position for one in ranked) == sorted(one.position for one in sentences)
    scores = [one.score for one in ranked]
    assert scores == sorted(scores, reverse=True)
    assert reranker().reranked(question, []) == []


def test_what_is_far_down_stays_there_unread(library: Library) -> None:
    question = "What does a soldier earn per month?"
    sentences = (found(library, question) * READ)[: 2 * READ]

    ranked = reranker().reranked(question, sentences)

    assert [one.position for one in ranked[READ:]] == [one.position for one in sentences[READ:]]


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=2000), st.text(max_size=4000))
def test_any_text_has_a_score(question: str, text: str) -> None:
    (score,) = reranker().scores(question, [text])

    assert 0 <= score < 30


def test_missing_weights_are_named_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnusable, match=r"not at .*make install"):
        Reranker.load(tmp_path)
