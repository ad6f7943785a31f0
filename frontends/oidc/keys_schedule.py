"""Which key signs, which are published and when that changes: pure, from the keys' own dates.

Nothing is switched: every node reads the same dates and changes at the same moment, and a key was
published long before its own comes.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from hub import value

ALWAYS: Final = 0
"""The `signs_from` of the first key of an algorithm."""


@value
class Dated:
    """One key's part in the schedule; times in seconds since 1970."""

    name: str
    alg: str
    made: int
    signs_from: int | None
    """`None`: published for as long as it stands there, and never signs."""


def signing(keys: Sequence[Dated], alg: str, now: int) -> Dated | None:
    started = [each for each in _of(keys, alg) if (each.signs_from or 0) <= now]
    return max(started, key=_order, default=None)


def coming(keys: Sequence[Dated], alg: str, now: int) -> Dated | None:
    waiting = [each for each in _of(keys, alg) if (each.signs_from or 0) > now]
    return min(waiting, key=_order, default=None)


def retired(keys: Sequence[Dated], now: int, after: int) -> frozenset[str]:
    """The names of those whose last signature nobody needs to verify any more."""
    return frozenset(each.name for each, end in _ends(keys, after) if end <= now)


def next_change(keys: Sequence[Dated], now: int, after: int) -> int | None:
    """When another key signs or fewer are published, unless somebody changes the keys."""
    moments = [each.signs_from for each in keys if each.signs_from is not None]
    moments += [end for _, end in _ends(keys, after)]
    return min((moment for moment in moments if moment > now), default=None)


def ends(keys: Sequence[Dated], after: int) -> Mapping[str, int]:
    """When each former key leaves, by its name; the last of each algorithm stays."""
    return {each.name: end for each, end in _ends(keys, after)}


def _ends(keys: Sequence[Dated], after: int) -> Iterator[tuple[Dated, int]]:
    for alg in {each.alg for each in keys}:
        line = sorted(_of(keys, alg), key=_order)
        for former, successor in pairwise(line):
            yield former, (successor.signs_from or 0) + after


def _of(keys: Sequence[Dated], alg: str) -> list[Dated]:
    return [each for each in keys if each.alg == alg and each.signs_from is not None]


def _order(key: Dated) -> tuple[int, str]:
    return key.signs_from or 0, key.name
