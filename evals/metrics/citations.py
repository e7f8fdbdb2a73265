"""Metrics of what is cited, by sentence."""

from evals.measures import Score, Scored, Unscored
from evals.metrics.scoring import from_answer
from evals.results import Result
from rag.answer import Answer

__all__ = [
    "citation_precision",
    "citation_recall",
    "cited_accuracy",
    "groundedness",
    "quote_exactness",
    "uncited_claims",
]


def cited_accuracy(result: Result) -> Scored:
    """Answers that are right *and* cited to the right sentences, by answerable cases.

    Cited to the right sentences: every `evidence` group has a cited sentence, and at least half
    of the sentences cited are evidence, so that citing a whole page is not citing a sentence.
    Unscored: an error. Not meant for: unanswerable cases, cases without `expect` or `evidence`.
    """
    if not (result.case.answerable and result.case.expect and result.case.evidence):
        return None
    return from_answer(result, lambda answer: Score(float(result.right and result.well_cited)))


def citation_precision(result: Result) -> Scored:
    """Cited sentences that are evidence, by cited sentences; the mean over cases.

    As ALCE's citation precision, by gold sentences in place of a model's verdict. A citation of
    several sentences counts as each of them; one that resolves to no sentence counts as wrong.
    Unscored: an error, or an answer that cites nothing. Not meant for: unanswerable cases, cases
    without `evidence`, and refusals (see `wrong_refusals`).
    """
    if not _meant_for_citations(result):
        return None

    def score(answer: Answer) -> Scored:
        cited = result.cited_sentences
        if not cited:
            return Unscored("it cites nothing")
        return Score(len(cited & result.gold_sentences) / len(cited))

    return from_answer(result, score)


def citation_recall(result: Result) -> Scored:
    """Evidence groups with a cited sentence, by evidence groups; the mean over cases.

    Unscored: an error. Not meant for: unanswerable cases, cases without `evidence`, and refusals.
    """
    if not _meant_for_citations(result):
        return None
    covered = result.covered
    return from_answer(result, lambda answer: Score(sum(covered) / len(covered)))


def quote_exactness(result: Result) -> Scored:
    """Citations with `document.text[start:end] == quote`, by citations, related ones included.

    A citation of a document that doesn't exist is not exact. Unscored: an error. Not meant for:
    answers and refusals without a citation.
    """

    def score(answer: Answer) -> Scored:
        citations = (*result.citations, *answer.related)
        if not citations:
            return None
        texts = {name: source.text for name, source in result.sources.items()}
        exact = sum(
            texts.get(citation.document_id, "")[citation.start : citation.end]
            == citation.quote
            != ""
            for citation in citations
        )
        return Score(exact, len(citations))

    return from_answer(result, score)


def groundedness(result: Result) -> Scored:
    """Claims with the verdict `supported` or `quoted` and at least one citation, by claims.

    Unscored: an error, and an answer with a claim that says it is supported but names no check
    that it passed (nobody verified it). Not meant for: refusals, which claim nothing.
    """
    if result.answer and not result.answer.claims:
        return None

    def score(answer: Answer) -> Scored:
        claims = answer.claims
        if any(claim.verdict == "supported" and not claim.checks for claim in claims):
            return Unscored("its claims were never checked")
        kept = sum(
            claim.verdict in ("supported", "quoted") and bool(claim.citations) for claim in claims
        )
        return Score(kept, len(claims))

    return from_answer(result, score)


def uncited_claims(result: Result) -> Scored:
    """Claims without a citation, by claims. Unscored: an error. Not meant for: refusals."""
    if result.answer and not result.answer.claims:
        return None
    return from_answer(
        result,
        lambda answer: Score(
            sum(not claim.citations for claim in answer.claims), len(answer.claims)
        ),
    )


def _meant_for_citations(result: Result) -> bool:
    refused = result.answer is not None and result.answer.abstained
    return result.case.answerable and bool(result.case.evidence) and not refused
