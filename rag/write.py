"""Writing a claim from a judged passage, and verifying it before anyone sees it.

The model writes one sentence. Exact checks and then the judge hold it against what it cites. What
fails is written once more with the reason given; what fails again is replaced by the passage's own
words where they clearly answer, else there is no answer. So nothing that is shown goes unverified,
and a weak model costs style and answers, not truth.
"""

import itertools
import re
from collections.abc import Iterator

from index.sentences import is_question
from rag import prompts
from rag.answer import Citation, Claim
from rag.assent import denied, dissents, touched, unattributed, unbound
from rag.cells import is_mail_head, is_row, names_row
from rag.changes import tells_change
from rag.checks import CHECKS, Failure, check_roles, failures
from rag.dates import dates
from rag.drafts import as_sourced, first_sentence
from rag.judge import Judge
from rag.passage import Passage, cite
from rag.quantities import quantities
from rag.sources import Source, has_no_synonym, missing_words
from rag.substance import FRAGMENT, compares, empty_handed, hangs_on_nothing, is_clause, leaves_out
from rag.words import Word, content_keys, content_words, stem

__all__ = ["compose", "quote", "quoted"]

MAX_TOKENS = 90
TRIES = 2
ROOT = 5  # letters that two forms of a word share: "injured", "injuries"
_COST = frozenset(stem(word) for word in ("cost", "price", "charge"))
_SET = frozenset(map(stem, "scheduled planned set due".split()))
_AGE = re.compile(r"\bhow\s+(?:old|young)\b|\bage\b", re.I)  # "16" is "16 years old" there
_YEARS = frozenset(map(stem, "year old age".split()))
_NO_ANSWER = re.compile(
    r"\b(?:text|passage|document|article|source)\s+(?:does\s*n[o']t|doesn’t|do\s+not)\s+(?:\w+\s+)?(?:state|say|"
    r"mention|specify|provide|give|contain|include|answer)|\bnot\s+(?:stated|mentioned|specified|provided)\b"
    r"|\bno\s+information\b|\bI\s+(?:cannot|can't|can’t|don't|don’t)\b|\bI'm\s+sorry\b",
    re.I,
)


def compose(judge: Judge, passage: Passage, *, other_side: bool = False) -> Claim | None:
    """One verified claim that answers the judge's question from `passage`.

    Where the model can write none, the passage's own words, if they answer it by themselves; as
    the other side of an answer, if they have the question's own words; and a table's row, which
    a small model seldom tells rightly and a reader reads at a glance.
    None where the model finds no answer in it, or only wrong ones: what it reads out of a passage
    and the passage doesn't say is no answer. Raises ModelError.
    """
    if judge.want.yes_no:
        return _verdict(judge, passage)
    failed: list[Failure] = []
    hollow = False
    quotable = passage.first is None  # neither of two answers by itself
    for attempt in range(TRIES):
        draft = _draft(judge, _prompt(judge, passage, failed), passage)
        if _NO_ANSWER.search(draft) or _is_of_reasons(draft, failed):
            judge.refuse(passage.sentence.text, "the model finds no answer in it")
            quotable = quotable and attempt > 0
            break
        failed = _failed(judge, passage, draft, other_side=other_side)
        if not failed:
            return _claim(passage, draft)
        judge.refuse(draft, "; ".join(failure.reason for failure in failed))
        # The first draft is the model's own reading, a second may only be awkward.
        misread = attempt == 0 and any(failure.wrong for failure in failed)
        misread = misread or _strays(judge, passage, draft)
        told_better = other_side or tells_change(passage.said)
        hollow = any(failure.hollow for failure in failed)
        quotable = quotable and not hollow and (told_better or not misread)
    row = passage.sentence.columns is not None or is_row(passage.said)
    row = row and not is_mail_head(passage.said)
    cells = passage.first is None and not other_side and row and not hollow
    if cells or (quotable and _quotable(judge, passage, other_side=other_side)):
        return quoted(passage)
    judge.refuse(passage.sentence.text, "no answer that it states could be written from it")
    judge.unwritten.append(passage)
    return None


def _is_of_reasons(draft: str, failed: list[Failure]) -> bool:
    """Whether a second draft only says again what was wrong with the first, or of what."""
    said, reasons = draft.strip(" .").casefold(), [one.reason.casefold() for one in failed]
    quoted = [one for reason in reasons for one in re.findall(r"'[^']+'", reason)]
    return any(said in reason for reason in reasons) or any(one in said for one in quoted)


def _verdict(judge: Judge, passage: Passage) -> Claim | None:
    """The answer to a question of yes or no, from a passage that touches on what was asked: the
    model's, where it is in the passage's own words and surely what that says; else those words.

    A small model says yes to nearly everything, so its word alone is not taken.
    """
    if not _touches(judge, passage):
        judge.refuse(passage.sentence.text, "it has no word of the question")
        return None
    draft = _draft(judge, _prompt(judge, passage, []), passage)
    failed = [Failure("the model finds no answer in it")] * bool(_NO_ANSWER.search(draft))
    failed += [_absent(word) for word in missing_words(draft, Source(passage.text))]
    wrong = itertools.chain(dissents(judge.question, draft), unbound(draft, passage.sentence.text))
    failed += [Failure(reason) for reason in wrong]
    failed = failed or _failed(judge, passage, denied(draft))
    if not failed:
        return _claim(passage, draft)
    judge.refuse(draft, "; ".join(failure.reason for failure in failed))
    return quoted(passage)


def _touches(judge: Judge, passage: Passage) -> bool:
    """Whether a passage has a word of the question that is no name, or is clear without one; in the
    nearest one it may be a word that its document goes by."""
    said = content_words(judge.want.premise)
    plain = {word.key for word in said if not (word.name or word.unit)}
    asked = plain or {word.key for word in said}
    nearest = passage.source.title if passage.behind == 0 else ""
    there = content_keys(f"{passage.text}\n{nearest}")
    kin = any(key[:ROOT] == one[:ROOT] for key in asked for one in there if len(one) > ROOT)
    return bool(touched(asked, there)) or kin or judge.is_clear(passage)


def _claim(passage: Passage, draft: str) -> Claim:
    """A draft that passed, with the checks that it went through."""
    judged = () if is_clause(draft, passage.said) else ("judge",)
    return Claim(draft, passage.citations(draft), "supported", (*CHECKS, "names", "words", *judged))


def _strays(judge: Judge, passage: Passage, draft: str) -> bool:
    """Whether a number is wanted, and a draft answers by none that the passage has."""
    given = quantities(draft) if judge.want.quantity else ()
    there = {one.low for one in quantities(passage.text)}
    return bool(given) and not any(one.low in there for one in given)


def _quotable(judge: Judge, passage: Passage, *, other_side: bool) -> bool:
    if other_side:
        known = Source(passage.said, title=passage.source.title)
        priced = any(one.unit not in ("", "percent") for one in quantities(passage.said))
        lacking = missing_words(judge.want.premise, known)
        return all(priced and word.key in _COST for word in lacking)  # a sum says what it costs
    return judge.gives(passage) and judge.speaks(passage) >= judge.thresholds.quotes


def quoted(passage: Passage) -> Claim:
    """The passage's own words as a claim."""
    return quote(cite(passage.sentence))


def quote(note: Citation) -> Claim:
    """What a citation quotes, as a claim."""
    return Claim(note.quote, (note,), "quoted", ("quote",))


def _draft(judge: Judge, prompt: str, passage: Passage) -> str:
    """The model's first sentence, with the source's own numbers."""
    reply = judge.turn.write(prompt, MAX_TOKENS)
    return as_sourced(first_sentence(reply), passage.text)


def _prompt(judge: Judge, passage: Passage, failed: list[Failure]) -> str:
    if not failed:
        return prompts.write(judge.read(passage), judge.question)
    reasons = [re.sub(r" \(\d\.\d+\)$", "", failure.reason) for failure in failed]
    return prompts.repair(judge.read(passage), judge.question, judge.refused[-1].text, reasons)


def _failed(
    judge: Judge, passage: Passage, draft: str, *, other_side: bool = False
) -> list[Failure]:
    """Why a draft can't be shown; cheapest check first, the model asked last."""
    return next(filter(None, _stages(judge, passage, draft, other_side)), [])


def _stages(
    judge: Judge, passage: Passage, draft: str, other_side: bool
) -> Iterator[list[Failure]]:
    empty = empty_handed(judge.question, passage, draft)
    yield [Failure(empty, wrong=True, hollow=True)] * bool(empty)
    if hangs_on_nothing(draft, passage.source):
        yield [Failure("it has only the number of it")]
    if "according to" not in judge.question.lower():
        reported = unattributed(draft, passage.said)
        yield [Failure(f"it leaves out {reported!r}")] * bool(reported)
    if made := compares(judge.question, draft, passage.said):
        yield [Failure(f"the source does not say {made!r}")]
    yield failures(draft, passage.source)
    yield [
        Failure(f"only the question has “{name}”", wrong=True)
        for name in _asked(judge, passage, draft)
    ]
    yield [Failure("it doesn't name the row")] * (not names_row(draft, passage.said))
    turned = check_roles(judge.question, Source(draft), asked=True)
    yield [Failure(f"it answers another question: {reason}", wrong=True) for reason in turned]
    new = _new_words(judge, passage, draft)
    yield [_absent(word, wrong=True) for word in new if _is_exact(word, passage)]
    yield [_absent(word) for word in new if word.text[0].isupper()]
    if is_clause(draft, passage.said):
        if other := leaves_out(judge.question, passage.said, draft):
            yield [Failure(f"the source says {other!r} of another number")]
        return  # it is the source's own words, and that they answer is judged
    claim = draft if len(draft.split()) >= FRAGMENT else f"{judge.question} {draft}"
    states = judge.turn.yes([prompts.judge_claim(judge.read(passage), claim)])[0] or 0.0
    if not _supported(judge, passage, states):
        yield [Failure(f"it isn't what the text says ({states:.2f})")]
    if states < judge.thresholds.paraphrases:
        # The question's words were judged of the first side only.
        own = missing_words(draft, passage.source) if other_side else new
        dated = bool(dates(draft))  # what is on a date is planned for it, or set
        yield [_absent(word) for word in own if not (dated and word.key in _SET)]


def _asked(judge: Judge, passage: Passage, draft: str) -> list[str]:
    """The names of a draft that only the question has which its passage answers: who asks is not
    who is asked for."""
    heading = passage.sentence.heading
    asking = f"{passage.answering}\n{heading if is_question(heading) else ''}"
    only = content_keys(asking) - content_keys(passage.said) - content_keys(judge.question)
    said = content_words(draft)
    return [word.text for word in said if word.key in only and word.text[0].isupper()]


def _supported(judge: Judge, passage: Passage, states: float) -> bool:
    """Whether both probabilities together are enough; of a doubted passage only the claim's counts,
    since it is shown as another's other side, and of a yes or no."""
    if judge.is_doubtful(passage) or judge.want.yes_no:
        return states >= judge.thresholds.paraphrases
    return (passage.probability + states) / 2 >= judge.thresholds.supports


def _is_exact(word: Word, passage: Passage) -> bool:
    """A name, a unit or an opposite: nothing of the same meaning can stand for it."""
    return word.name or has_no_synonym(word, passage.source)


def _absent(word: Word, *, wrong: bool = False) -> Failure:
    return Failure(f"“{word.text}” is not in the source", wrong=wrong)


def _new_words(judge: Judge, passage: Passage, draft: str) -> list[Word]:
    """The words that neither the source has nor the question, whose words were judged before."""
    asked_for = content_keys(judge.question) | (_YEARS if _AGE.search(judge.question) else set())
    return [word for word in missing_words(draft, passage.source) if word.key not in asked_for]
