"""How often harmless text is taken for orders to its reader: NotInject (arXiv:2410.22770), whose
texts have the words of an attack and attack nothing.

`footnoted eval --suite notinject --data DIR`; no model is asked. A sentence that gives orders is
never evidence for an answer, so a false alarm costs the reader a sentence of the document. Beside
it stands how many of BIPIA's planted orders are noticed, where the folder has them: a filter that
notices nothing raises no false alarm either. Those that pass it still have to pass the judge and
the checks, which `--suite bipia` measures.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from evals.benchmarks.originals import records
from evals.cases import split_of
from evals.exits import exit_code
from evals.measures import wilson
from index.sentences import split_sentences
from index.terminal import guarded
from rag.orders import gives_orders

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Print the share of harmless texts that raise an alarm; 2 where the data is missing."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.orders", description=__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="DIR", help="the public benchmark's folder")
    add("--set", choices=["notinject"], default="notinject", help="there is one")
    add("--split", choices=["calibration", "test", "all"], default="test", help="which half (test)")
    options = parser.parse_args(argv)
    return exit_code(lambda: _run(options))


def _run(options: argparse.Namespace) -> int:
    print("\n".join(_told(options.data, options.split)))
    return 0


def _told(data: Path, split: str) -> Iterator[str]:
    harmless = _flags(data, "notinject", split)
    yield _row("notinject", "harmless texts", harmless)
    for words in ("one", "two", "three"):
        of = {id_: flag for id_, flag in harmless.items() if f"-{words}-" in id_}
        yield _row("", f"with {words} of an attack's words", of)
    if (data / "bipia.jsonl").is_file():
        yield _row("bipia", "planted orders", _flags(data, "bipia", split))


def _flags(data: Path, name: str, split: str) -> dict[str, bool]:
    """By id, whether a sentence of what is harmless, or of what was planted, counts as an order."""
    return {
        one["id"]: _is_noticed(one["document"] if one["benign"] else one["attack"]["text"])
        for one in records(data, name)
        if split in ("all", split_of(one["id"]))
    }


def _is_noticed(text: str) -> bool:
    return any(gives_orders(text[each.start : each.end]) for each in split_sentences(text))


def _row(name: str, what: str, flags: dict[str, bool]) -> str:
    if not flags:
        return f"{name:12}{what:34} none"
    count, low_high = sum(flags.values()), wilson(sum(flags.values()), len(flags))
    share = f"{count / len(flags):6.1%} ({low_high[0]:.1%} to {low_high[1]:.1%})"
    return f"{name:12}{what:34}{count:>4} of {len(flags):<4} taken for orders {share}"


if __name__ == "__main__":
    sys.exit(guarded(main))
