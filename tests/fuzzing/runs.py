"""Sends what is invented, and keeps what went wrong."""

from hub.contract.values import value
from tests.fuzzing.judge import ask, complaints
from tests.fuzzing.sent import Inventor
from tests.fuzzing.target import REGISTERED, Target

ROUND = 500
"""After so many requests the tokens to start from are spent: new ones are fetched."""


@value
class Run:
    wrong: list[str]
    statuses: frozenset[int]
    reached: frozenset[tuple[str, int]]
    """Path and status, of everything that was answered."""


def fuzzed(hub: Target, seed: int, count: int) -> Run:
    wrong: list[str] = []
    reached: set[tuple[str, int]] = set()
    for start in range(0, count, ROUND):
        inventor = Inventor(seed * 1_000_003 + start, hub.known())
        for sent in inventor.requests(min(ROUND, count - start)):
            got = ask(hub.app, sent)
            reached.add((sent.path, got.status))
            wrong += [f"{why}: {sent}" for why in complaints(sent, got, REGISTERED)]
    statuses = frozenset(status for _, status in reached)
    return Run(wrong=wrong, statuses=statuses, reached=frozenset(reached))
