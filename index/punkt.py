"""Punkt, which finds where sentences end: Kiss and Strunk, "Unsupervised multilingual sentence
boundary detection", Computational Linguistics 32(4), 2006."""

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import Any

__all__ = ["punkt"]


@lru_cache(maxsize=1)
def punkt() -> Any:
    """Punkt's English model, from the data inside llama-index-core (which isn't imported).

    nltk's own loader refuses files outside its data folders, so its four tables are read here.
    """
    from nltk.tokenize.punkt import (
        PunktParameters,
        PunktSentenceTokenizer,
    )

    package = importlib.util.find_spec("llama_index.core")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("llama-index-core is not installed: run `make install`")
    data = Path(package.origin).parent / "_static/nltk_cache/tokenizers/punkt_tab/english"

    def rows(name: str) -> list[list[str]]:
        return [line.split("\t") for line in data.joinpath(name).read_text("utf-8").splitlines()]

    known = PunktParameters()
    known.abbrev_types = {row[0] for row in rows("abbrev_types.txt")}
    known.sent_starters = {row[0] for row in rows("sent_starters.txt")}
    known.collocations = {(row[0], row[1]) for row in rows("collocations.tab")}
    known.ortho_context.update({row[0]: int(row[1]) for row in rows("ortho_context.tab")})
    return PunktSentenceTokenizer(known)
