"""The hub's own listener for cards: TLS, one request for each connection, bounds for both."""

import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock, Thread
from typing import Final

import structlog
from OpenSSL import SSL

from hub.browser import network
from hub.card_connection import CardConnection, Ended, Patience
from hub.contract.values import value
from hub.web.card_door import Asked, Reply

_LOOK_AROUND: Final = 0.5
_log: Final = structlog.get_logger("hub.card_host")


@value
class Bounds:
    connections: int = 256
    """At once, most of them waiting for a PIN."""
    per_network: int = 64
    """Of those: one hospital's workstations may share an address, one attacker must not."""
    patience: Patience = Patience()


class CardListener:
    def __init__(
        self,
        door: socket.socket,
        context: Callable[[], SSL.Context],
        answer: Callable[[Asked], Reply],
        count: Callable[[str], None] = lambda outcome: None,
        bounds: Bounds = Bounds(),
    ) -> None:
        """*door* listens already; *count* is told of connections that came to nothing."""
        self._door = door
        self._context = context
        self._answer = answer
        self._count = count
        self._bounds = bounds
        self._open: Counter[str] = Counter()
        self._lock = Lock()

    def run(self, going: Callable[[], bool]) -> None:
        self._door.settimeout(_LOOK_AROUND)
        while going():
            with suppress(TimeoutError, OSError):
                came, address = self._door.accept()
                self._receive(came, network(str(address[0]), "", 0))

    def _receive(self, came: socket.socket, source: str) -> None:
        if not self._enter(source):
            self._count("too_many_connections")
            came.close()
            return
        Thread(target=self._serve, args=(came, source), daemon=True).start()

    def _serve(self, came: socket.socket, source: str) -> None:
        with self._place(source), came:
            try:
                connection = CardConnection(came, self._context(), self._bounds.patience)
                connection.serve(self._answer)
            except Ended as ended:
                self._count(ended.why)
            except Exception as error:
                # One connection's failure is not the listener's. What was sent stays unsaid.
                _log.error("card_host.failed", kind=type(error).__qualname__)

    def _enter(self, source: str) -> bool:
        with self._lock:
            full = self._open.total() >= self._bounds.connections
            if full or self._open[source] >= self._bounds.per_network:
                return False
            self._open[source] += 1
            return True

    @contextmanager
    def _place(self, source: str) -> Iterator[None]:
        try:
            yield
        finally:
            with self._lock:
                self._open[source] -= 1
                self._open += Counter()


def listening(at: str) -> socket.socket:
    """A socket at `address:port`; `[::]:8443` takes IPv4 too."""
    host, _, port = at.rpartition(":")
    host = host.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    both = family == socket.AF_INET6 and host == "::"
    return socket.create_server((host, int(port)), family=family, dualstack_ipv6=both)
