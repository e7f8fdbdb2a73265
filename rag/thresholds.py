"""The thresholds of the judge, set by `evals` on a calibration split, kept by the model's name."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal, get_args

__all__ = ["Strictness", "Thresholds", "thresholds_for"]

Strictness = Literal["careful", "balanced", "open"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities of "yes" from which a judgement is taken as one.

    `states_answer`: the sentence states the answer, by the judge and its rank. `decides`: the same
    of a question of yes or no, by whether the judge would quote it. `settles`: it does so
    clearly that its rank doesn't matter. `another`: the mean of its stating the answer and of its
    speaking of what was asked, for a further item of a list. `contradicts`: one that gives another
    value than the answer is its other side. `quotes`: it speaks of what was asked, so that its own
    words may stand where the model can write none. `named`: it speaks of a name that it doesn't
    have. `spoken_of`: the same of another word, its odds times those of stating the answer.
    `supports`: the mean of the probabilities that it states the answer and that it states the claim
    written from it. `paraphrases`: it states a claim that has words of its own.
    `describes`: it speaks of what is to be listed, explained, described or compared.
    """

    states_answer: float
    decides: float
    settles: float
    another: float
    contradicts: float
    quotes: float
    named: float
    spoken_of: float
    supports: float
    paraphrases: float
    describes: float


def thresholds_for(model: str, strictness: Strictness = "balanced") -> Thresholds:
    """The thresholds set for a model, or those of the default where it has none of its own.

    A level of strictness changes those that its own table names.
    """
    tables = tomllib.loads((files("rag") / "thresholds.toml").read_text("utf-8"))
    table = tables.get(model, tables["default"])
    levels = {level: table.pop(level, {}) for level in get_args(Strictness)}
    return Thresholds(**(table | levels[strictness]))
