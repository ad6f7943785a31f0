"""Ports of this machine for tests: no two runs at once are given the same one."""

import secrets
import socket
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from typing import Final

EACH: Final = 100
"""As many numbers as one process has."""
# From 32768 on the kernel gives numbers away, to whoever calls out too: one that was free a moment
# ago is somebody's before a program listens there.
PLACES: Final = range(10_000, 32_000, EACH)


class Ports:
    """Those of one process, as long as it runs; given in turn, and again when all were."""

    def __init__(self, places: Sequence[int] = PLACES) -> None:
        self.place = _claimed(places)
        self._next = 0

    def neighbours(self, many: int) -> int:
        """The first of so many, at none of which anybody listens now."""
        for _ in range(EACH):
            self._next %= EACH + 1 - many
            first = self.place + self._next
            if all(map(_free, range(first, first + many))):
                self._next += many
                return first
            self._next += 1
        raise AssertionError(f"no {many} ports are free from {self.place} on")


def free_port() -> int:
    return free_ports(1)


def free_ports(many: int) -> int:
    """The first of *many* neighbours."""
    return _ours().neighbours(many)


@cache
def _ours() -> Ports:
    return Ports()


def _claimed(places: Sequence[int]) -> int:
    """A place nobody has: its first number, as a port for datagrams, is the sign that it is ours.

    Tests use none of these, and the kernel takes it back however the process ends.
    """
    for first in secrets.SystemRandom().sample(places, len(places)):
        sign = socket.socket(type=socket.SOCK_DGRAM)
        try:
            sign.bind(("127.0.0.1", first))
        except OSError:
            sign.close()
            continue
        sign.detach()
        return first
    raise AssertionError("other runs of the tests have all the ports")


def _free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
