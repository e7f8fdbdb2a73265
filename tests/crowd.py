"""Many readers at once on one server: `python -m tests.crowd [READERS] [QUESTIONS]`.

Each asks its questions one after the other over the protocol of the page, of an assistant that
follows a script. Prints how long they waited, the server's processor time, how its memory grew, and
whether any reader was sent another's question; exits 1 if one was.
"""

import asyncio
import itertools
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

import httpx

ROUNDS = 5  # after each, every page is closed and new ones are opened
# A question as it is drawn in the chat; the list of conversations is one for all without a login.
DRAWN = re.compile(r"asks (reader-\d+)\? \(\d+\)</h2>")

NUMBERS = itertools.count()


@dataclass
class Reader:
    """One page: what it waited for, and which questions it was sent."""

    name: str
    found_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)
    sent: set[str] = field(default_factory=set)

    async def ask(self, client: httpx.AsyncClient, submit: int, question: str) -> None:
        """Ask one question and read all that comes."""
        began = time.monotonic()
        first = 0.0
        body = {"data": [question, None, False], "fn_index": submit, "session_hash": self.name}
        (await client.post("/gradio_api/queue/join", json=body)).raise_for_status()
        params = {"session_hash": self.name}
        async with client.stream("GET", "/gradio_api/queue/data", params=params) as events:
            async for line in events.aiter_lines():
                self.sent |= set(DRAWN.findall(line))
                if "data-number" in line and not first:
                    first = time.monotonic() - began
                if line and json.loads(line[5:])["msg"] == "process_completed":
                    break
        self.found_s.append(first)
        self.whole_s.append(time.monotonic() - began)


async def crowd(address: str, readers: int, questions: int) -> list[Reader]:
    """The readers, once each has asked all its questions and closed its page."""
    limits = httpx.Limits(max_connections=3 * readers)
    async with httpx.AsyncClient(base_url=address, timeout=120, limits=limits) as client:
        config = (await client.get("/config")).json()
        submit = next(
            each["id"]
            for each in config["dependencies"]
            if any(event == "submit" for _, event in each["targets"])
        )
        everybody = [Reader(f"reader-{next(NUMBERS)}") for _ in range(readers)]

        async def talk(reader: Reader) -> None:
            # As long as this is held, the page is open; then the server forgets it.
            async with client.stream("GET", f"/gradio_api/heartbeat/{reader.name}"):
                for at in range(questions):
                    await reader.ask(client, submit, f"How much rice, asks {reader.name}? ({at})")

        await asyncio.gather(*map(talk, everybody))
    return everybody


def main(readers: int, questions: int) -> int:
    """Measure, and print it."""
    command = [sys.executable, "-m", "tests.page_fakes", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        address = server.stdout.readline().split()[-1]
        memory = [_memory_mb(server.pid)]
        everybody: list[Reader] = []
        used_before = _processor_s(server.pid)
        began = time.monotonic()
        for _ in range(ROUNDS):
            everybody += asyncio.run(crowd(address, readers, questions // ROUNDS))
            memory.append(_memory_mb(server.pid))
        took = time.monotonic() - began
        used_s = _processor_s(server.pid) - used_before
        server.terminate()
    crossed = [reader.name for reader in everybody if reader.sent != {reader.name}]
    found = [second for reader in everybody for second in reader.found_s]
    whole = [second for reader in everybody for second in reader.whole_s]
    print(f"{readers} readers, {len(whole)} questions in {took:.1f} s")
    print(f"to the found sentences: median {median(found):.2f} s, 95% {_p95(found):.2f} s")
    print(f"to the whole answer: median {median(whole):.2f} s, 95% {_p95(whole):.2f} s")
    print(f"processor time of the server: {1000 * used_s / len(whole):.0f} ms a question")
    for at, mb in enumerate(memory):
        print(f"memory of the server after {at * len(whole) // ROUNDS:5} questions: {mb:.0f} MB")
    print(f"crossed: {crossed or 'none'}")
    return 1 if crossed else 0


def _p95(seconds: list[float]) -> float:
    return quantiles(seconds, n=20)[-1] if len(seconds) > 1 else seconds[0]


def _memory_mb(process: int) -> float:
    shown = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True
    )
    return int(shown.stdout) / 1000


def _processor_s(process: int) -> float:
    shown = subprocess.run(
        ["ps", "-o", "cputimes=", "-p", str(process)], capture_output=True, text=True, check=True
    )
    return int(shown.stdout)


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    sys.exit(main(*(given + [50, 20][len(given) :])))
