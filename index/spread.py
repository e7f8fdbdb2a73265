"""A bulk of new documents read and embedded on Ray Data, on this machine's cores or a cluster's.

Ray carries out, this process alone writes: the library has one writer, here as elsewhere. What is
known already is looked at here, since most of it is unchanged or needs but a chunk of it embedded.
"""

import logging
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from index.collect import Item
from index.embedding import Embedder
from index.errors import UnreadableDocument, WorkersUnusable
from index.folders import cache_folder
from index.looks import Look, Looking, Looks, Rows, as_document, look_at, read_ahead
from index.prepare import prepare
from index.readers.pool import ReaderPool

__all__ = ["on_ray"]

FILES = 4  # that a worker takes at a time: few, so that all end together
# Ray listens on every interface and runs what it is sent: nobody may talk to it without the token.
PRIVATE = {
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
}


def on_ray(workers: int = 0) -> Looks:
    """Looks by so many Ray workers of one core each, 0 for a worker a core.

    They are those of the cluster that RAY_ADDRESS names, which must see the same files and weights;
    else of a Ray that is started here, and ended with the last look. Raises WorkersUnusable where
    Ray is not installed or fails.
    """
    return partial(_looks, workers)


def _looks(workers: int, items: Sequence[Item], before: Rows) -> Looking:
    new = [item for item in items if item.path and item.source not in before]
    known = [item for item in items if not item.path or item.source in before]
    yield from read_ahead(known, before)
    if new:
        with _ray(workers) as count:
            yield from _spread(new, count)


@contextmanager
def _ray(workers: int) -> Iterator[int]:
    """A connected Ray; how many workers it is to have."""
    cluster = os.environ.get("RAY_ADDRESS")
    if not cluster:
        os.environ.update(PRIVATE, RAY_AUTH_TOKEN=secrets.token_hex(32))
    try:
        import ray
    except ImportError as error:
        raise WorkersUnusable(
            "--workers ray needs Ray, which is not installed: "
            "pip install --require-hashes -r requirements-ray.txt"
        ) from error
    try:
        ray.init(
            num_cpus=None if cluster else workers or os.cpu_count(),
            include_dashboard=None if cluster else False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
        yield workers or int(ray.cluster_resources().get("CPU", 1))
    except (ray.exceptions.RayError, ConnectionError, RuntimeError, ValueError) as error:
        told = str(error).strip().splitlines() or [type(error).__name__]
        raise WorkersUnusable(f"Ray failed: {told[-1]}") from error
    finally:
        ray.shutdown()


def _spread(items: Sequence[Item], workers: int) -> Looking:
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    rows = [{"item": item} for item in items]
    blocks = -(-len(rows) // FILES)
    worked = ray.data.from_items(rows, override_num_blocks=blocks).map(
        _Worker, concurrency=min(workers, blocks), num_cpus=1
    )
    for row in worked.iter_rows():
        yield row["item"], _told(row["look"])


def _told(look: Look | str) -> Callable[[], Look]:
    def call() -> Look:
        if isinstance(look, str):
            raise UnreadableDocument(look)
        return look

    return call


class _Worker:
    """One core of a cluster: it reads in a sandbox of its own, as everywhere, and embeds."""

    def __init__(self) -> None:
        self._pool = ReaderPool()
        self._embedder = Embedder.load(cache_folder(), threads=1)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row's item with its look, or with the reason why there is none."""
        item: Item = row["item"]
        try:
            look = look_at(item, self._pool)
            assert look.read is not None  # noqa: S101  it was compared to nothing
            document = as_document(item, look.sha256, look.read)
            prepared = prepare(document, self._embedder)
        except UnreadableDocument as error:
            return {"item": item, "look": str(error)}
        return {"item": item, "look": replace(look, prepared=prepared)}
