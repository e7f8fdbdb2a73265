"""The thresholds of the judge, set by `evals` on a calibration split, kept by the model's name."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Thresholds", "thresholds_for"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities of "yes" from which a judgement is taken as one.

    `states_answer`: the sentence states the answer. `settles`: so clearly that no other sentence is
    read before answering. `contradicts`: one that gives another value than the answer is its other
    side. `quotes`: it speaks of what was asked, so that its own words may stand where the model can
    write none. `named`: it speaks of a name that it doesn't have. `spoken_of`: the same of another
    word, its odds times those of stating the answer.
    `supports`: the mean of the probabilities that it states the answer and that it states the claim
    written from it. `paraphrases`: it states a claim that has words of its own.
    `describes`: it speaks of what is to be listed, explained, described or compared.
    """

    states_answer: float
    settles: float
    contradicts: float
    quotes: float
    named: float
    spoken_of: float
    supports: float
    paraphrases: float
    describes: float


def thresholds_for(model: str) -> Thresholds:
    """The thresholds set for a model, or those of the default where it has none of its own."""
    table = tomllib.loads((files("rag") / "thresholds.toml").read_text("utf-8"))
    return Thresholds(**table.get(model, table["default"]))
