"""Asks for keys and health twenty times a second while something else keeps the hub busy.

A process of its own: the generator's work must not be mistaken for the server's slowness.
"""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe

from benchmarks.wire import Connection

PAUSE = 0.05


class Samples:
    """Filled when the sampling ends: seconds, by path."""

    def __init__(self) -> None:
        self.by_path: dict[str, list[float]] = {}

    def p95(self, path: str) -> float:
        """In milliseconds."""
        ordered = sorted(self.by_path[path])
        return ordered[int(len(ordered) * 0.95)] * 1000


@contextmanager
def sampling(port: int, host: str, paths: tuple[str, ...]) -> Iterator[Samples]:
    samples = Samples()
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_sample, args=(port, host, paths, theirs))
    process.start()
    ours.recv()
    try:
        yield samples
        ours.send("enough")
        samples.by_path = ours.recv()
    finally:
        process.terminate()
        process.join()


def _sample(port: int, host: str, paths: tuple[str, ...], pipe: Pipe) -> None:
    taken: dict[str, list[float]] = {path: [] for path in paths}
    with Connection(port, host) as connection:
        pipe.send("ready")
        while not pipe.poll(PAUSE):
            for path in paths:
                began = time.perf_counter()
                connection.get(path).expect(200)
                taken[path].append(time.perf_counter() - began)
    pipe.send(taken)
