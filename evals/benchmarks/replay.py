"""How long CI waits for a replay: `python -m evals.benchmarks.replay`.

Depots with a stock each are asked about, a case each, five in a document. A scripted server on
loopback that speaks the OpenAI protocol is recorded once; then `footnoted eval --replay` is run
cold, in a process of its own, on two cores at most. It must find every answer again.
"""

import argparse
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from evals.errors import EvalError
from evals.exits import exit_code
from index.terminal import guarded

__all__ = ["main"]

MOST_S, CORES = 60.0, 2
IN_A_DOCUMENT = 5
GOODS = ("barley", "cement", "copper", "cotton", "timber")
_SYLLABLES = "ba do fe gi ka lo mu ne pi ro sa tu va wi ze".split()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the seconds; 1 where they are too many, 2 where a replay isn't what was recorded."""
    parser = argparse.ArgumentParser(prog="python -m evals.benchmarks.replay", description=__doc__)
    parser.add_argument("--cases", type=int, default=1000, metavar="N", help="how many (1000)")
    options = parser.parse_args(argv)
    return exit_code(lambda: _run(options.cases))


def _run(count: int) -> int:
    if hasattr(os, "sched_setaffinity"):  # Linux
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory(prefix="footnoted-") as folder:
        place = Path(folder)
        _write(place, count)
        with _served() as url:
            recorded, _ = _seconds(place, "--record", {"OPENAI_BASE_URL": url})
        replayed, worked = _seconds(place, "--replay", {})
        before, after = (_answers(place / f"{way}.json") for way in ("record", "replay"))
        size = (place / "traffic.jsonl").stat().st_size / 1e6
    if before != after or len(after) != count or not all(after.values()):
        raise EvalError("the replay is not what was recorded: its answers differ, or are missing")
    print(
        f"{count} cases replayed in {replayed:.1f} s on {CORES} cores, {worked:.1f} s of a core's "
        f"time ({recorded:.1f} s to record, {size:.1f} MB)"
    )
    return int(replayed > MOST_S * max(1.0, count / 1000))


def _write(place: Path, count: int) -> None:
    """The documents and the cases. The same each time."""
    drawn = random.Random(7)  # noqa: S311  names, no secret
    names = [f"{_name(drawn)}{number}" for number in range(count)]
    stock = {name: (drawn.choice(GOODS), drawn.randint(100, 9999)) for name in names}
    (place / "documents").mkdir()
    for at in range(0, count, IN_A_DOCUMENT):
        said = [_says(name, *stock[name]) for name in names[at : at + IN_A_DOCUMENT]]
        (place / "documents" / f"depots-{at}.txt").write_text(" ".join(said) + "\n", "utf-8")
    lines = (json.dumps(_case(name, *stock[name])) + "\n" for name in names)
    (place / "cases.jsonl").write_text("".join(lines), "utf-8")


def _name(drawn: random.Random) -> str:
    return "".join(drawn.choices(_SYLLABLES, k=3)).capitalize()


def _says(name: str, goods: str, amount: int) -> str:
    return f"The depot {name} holds {amount} sacks of {goods}."


def _case(name: str, goods: str, amount: int) -> dict[str, Any]:
    return {
        "id": name,
        "kind": "number",
        "question": f"How many sacks of {goods} does the depot {name} hold?",
        "answerable": True,
        "expect": [[str(amount)]],
        "evidence": [[_says(name, goods, amount)]],
    }


def _seconds(place: Path, way: str, changed: dict[str, str]) -> tuple[float, float]:
    """What a run takes from its start to its exit, and how much work of cores that is."""
    command = [sys.executable, "-m", "evals", "--cases", "cases.jsonl", "--documents", "documents"]
    command += ["--data", "data", way, "traffic.jsonl", "--json", f"{way.lstrip('-')}.json"]
    home = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": home, "OPENAI_API_KEY": "none", **changed}
    environment["FOOTNOTED_MODEL"] = "scripted"
    started, before = time.perf_counter(), _worked()
    done = subprocess.run(  # noqa: S603  our own command
        command,
        cwd=place,
        env=environment,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode == 130:
        raise KeyboardInterrupt
    return time.perf_counter() - started, _worked() - before


def _worked() -> float:
    """Seconds of cores that the children that ended have used."""
    used = os.times()
    return used.children_user + used.children_system


def _answers(report: Path) -> dict[str, str]:
    """The answers' texts by case, those that passed."""
    if not report.is_file():
        raise EvalError("the run wrote no report: see what it said above")
    rows = json.loads(report.read_text("utf-8"))["results"]
    return {row["id"]: row["answer"]["text"] if not row["failure"] else "" for row in rows}


@contextmanager
def _served() -> Iterator[str]:
    """The address of a server that knows of each depot what stands in the text."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Scripted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


class _Scripted(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        """A chat completion."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said, chance = _reply(body["messages"][0]["content"])
        top = [{"token": said, "logprob": 0.0, "bytes": None, "top_logprobs": chance}]
        choice: dict[str, Any] = {"index": 0, "finish_reason": "stop", "logprobs": {"content": top}}
        choice["message"] = {"role": "assistant", "content": said}
        completion = {"id": "1", "object": "chat.completion", "created": 1, "model": body["model"]}
        content = json.dumps({**completion, "choices": [choice]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _reply(prompt: str) -> tuple[str, list[dict[str, Any]]]:
    """A yes where the text names the depot that is asked about, and the text where one is to
    write; with the alternatives to its first token."""
    text, _, asked = prompt.removeprefix("Text: ").partition("\n\n")
    if not prompt.endswith("Reply yes or no."):
        return text, []
    named = re.search(r"depot (\w+)", asked)
    said = "Yes" if named is None or named[1] in text else "No"
    return said, [{"token": said, "logprob": -0.01, "bytes": None}]


if __name__ == "__main__":
    sys.exit(guarded(main))
