"""Rounds of the same work, with what they cost on both sides."""

import os
import threading
import time
from collections.abc import Callable, Iterator

from benchmarks.meter import cpu_seconds
from benchmarks.provider import Provider
from benchmarks.wire import Connection
from hub.contract.values import value

Work = Callable[[], object]
Prepare = Callable[[Connection], Work]


@value
class Round:
    """`seconds` is wall time; CPU seconds are of the whole server and of this generator."""

    name: str
    done: int
    seconds: float
    server_cpu: float
    client_cpu: float
    latencies: tuple[float, ...]

    @property
    def per_cpu_second(self) -> float:
        return self.done / self.server_cpu

    @property
    def per_second(self) -> float:
        return self.done / self.seconds

    def percentile(self, share: float) -> float:
        """In milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


def measured(provider: Provider, prepare: Prepare, times: int, connections: int = 4) -> Round:
    """*times* pieces of work shared by so many connections; a wrong answer voids the round.

    Whoever is free takes the next one: the round does not end with some of them idle.
    """
    left = iter(range(times))
    lanes = [_Lane(provider, prepare, left) for _ in range(connections)]
    before, own, began = cpu_seconds(provider.pid), time.process_time(), time.perf_counter()
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    seconds = time.perf_counter() - began
    for lane in lanes:
        if lane.raised:
            raise lane.raised
    latencies = tuple(each for lane in lanes for each in lane.latencies)
    return Round(
        name=provider.name,
        done=len(latencies),
        seconds=seconds,
        server_cpu=cpu_seconds(provider.pid) - before,
        client_cpu=time.process_time() - own,
        latencies=latencies,
    )


class _Lane(threading.Thread):
    """One connection, doing one piece after the other while any is left."""

    def __init__(self, provider: Provider, prepare: Prepare, left: Iterator[int]) -> None:
        super().__init__(daemon=True)
        self.latencies: list[float] = []
        self.raised: BaseException | None = None
        self._provider = provider
        self._prepare = prepare
        self._left = left

    def run(self) -> None:
        try:
            with Connection(self._provider.port, self._provider.host) as connection:
                work = self._prepare(connection)
                for _ in self._left:
                    began = time.perf_counter()
                    work()
                    self.latencies.append(time.perf_counter() - began)
        except BaseException as raised:  # raised again in the thread that waits
            self.raised = raised


def machine() -> str:
    """What the numbers were measured on."""
    with open("/proc/cpuinfo", encoding="utf-8") as described:
        names = [line.split(":")[1].strip() for line in described if line.startswith("model name")]
    load = os.getloadavg()[0]
    return f"{names[0] if names else 'unknown'}, {os.cpu_count()} cores, load {load:.1f} at start"
