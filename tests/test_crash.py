"""What a crash, a failing disk, and many at once leave of a library: all that was acknowledged."""

import json
import subprocess
import sys
import threading

from conftest import BREAD, RICE

from index.embedding import Embedder
from index.ingest import add_text
from index.library import Library, open_library, open_writer


def test_killed_or_failed_at_any_write_a_library_loses_and_shows_nothing_it_should_not() -> None:
    command = "evals.benchmarks.crash --kills 4 --faults 4 --seed 7 --json".split()

    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )

    report = json.loads(done.stdout)
    assert report["wrong"] == []
    assert report["kills"] == 4
    assert report["stopped_before_the_end"] >= 3
    assert done.returncode == 0, done.stderr


def test_twenty_readers_during_a_write_see_whole_documents_only(
    library: Library, embedder: Embedder
) -> None:
    vector = embedder.embed(["rice"])[0]
    stop = threading.Event()
    seen: set[tuple[str, int, int]] = set()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            with open_library(library.folder, embedder) as reader:
                while not stop.is_set():
                    rows = reader.documents()
                    seen.update((row.source, len(rows), row.sentences) for row in rows)
                    assert reader.dense(vector, 3)
                    assert reader.lexical("bread", 3)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=read) for _ in range(20)]
    [thread.start() for thread in threads]
    with open_writer(library.folder, embedder) as writer:
        for text in (BREAD, RICE) * 4:
            add_text("rice.txt", text, writer)
    stop.set()
    [thread.join() for thread in threads]

    assert failed == []
    assert {(source, count) for source, count, _ in seen} <= {("rice.txt", 2), ("bread.md", 2)}
    sentences = {(source, held) for source, _, held in seen}
    assert sentences <= {("rice.txt", 6), ("rice.txt", 3), ("bread.md", 3)}
