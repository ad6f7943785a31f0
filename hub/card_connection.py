"""One browser that shows a certificate: the handshake, one request, one answer, the end."""

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final, TypeVar

import h11
from OpenSSL import SSL, crypto

from hub.contract.values import value
from hub.web.card_door import Asked, Reply

T = TypeVar("T")
LARGEST_REQUEST: Final = 16_384
_PIECE: Final = 4_096


@value
class Patience:
    """Seconds; who is slower is shown out."""

    hello: float = 5
    """Until the browser's first word: it needs nobody for it."""
    handshake: float = 240
    """Somebody looks for the card, chooses a certificate, types the PIN."""
    request: float = 10
    answer: float = 10


class Ended(Exception):
    """The connection came to nothing; *why* is for the counter: nobody can be told."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class CardConnection:
    def __init__(self, came: socket.socket, context: SSL.Context, patience: Patience) -> None:
        came.setblocking(False)
        self._socket = came
        self._patience = patience
        self._tls = SSL.Connection(context, came)
        self._tls.set_accept_state()
        self._until = 0.0

    def serve(self, answer: Callable[[Asked], Reply]) -> None:
        """Raise `Ended` when there is nobody, or nobody in time, to be answered."""
        self._within(self._patience.hello)
        self._wait(select.POLLIN)
        self._within(self._patience.handshake)
        self._do(self._tls.do_handshake)
        self._within(self._patience.request)
        speaking = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_REQUEST)
        asked = self._asked(speaking)
        reply = answer(asked) if asked else Reply(status=400)
        self._within(self._patience.answer)
        self._send(_head(speaking, reply) + reply.body)
        with suppress(Ended):
            self._do(self._tls.shutdown)

    def _asked(self, speaking: h11.Connection) -> Asked | None:
        try:
            while not isinstance(event := speaking.next_event(), h11.Request):
                if event is not h11.NEED_DATA:
                    return None
                speaking.receive_data(self._do(partial(self._tls.recv, _PIECE)))
        except h11.RemoteProtocolError:
            return None
        hosts = [text for name, text in event.headers if name == b"host"]
        return Asked(
            host=hosts[0].decode("latin-1") if hosts else "",
            method=event.method.decode("latin-1"),
            path=event.target.decode("latin-1").partition("?")[0],
            certificate=self._certificate(),
        )

    def _certificate(self) -> bytes | None:
        shown = self._tls.get_peer_certificate()
        return crypto.dump_certificate(crypto.FILETYPE_ASN1, shown) if shown else None

    def _send(self, text: bytes) -> None:
        left = memoryview(text)
        while left:
            left = left[self._do(partial(self._tls.send, left)) :]

    def _within(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def _do(self, step: Callable[[], T]) -> T:
        while True:
            try:
                return step()
            except SSL.WantReadError:
                self._wait(select.POLLIN)
            except SSL.WantWriteError:
                self._wait(select.POLLOUT)
            except (SSL.Error, OSError):
                raise Ended("connection_broken") from None

    def _wait(self, what: int) -> None:
        left = self._until - time.monotonic()
        poll = select.poll()
        poll.register(self._socket, what)
        if left <= 0 or not poll.poll(left * 1000):
            raise Ended("too_slow")


def _head(speaking: h11.Connection, reply: Reply) -> bytes:
    headers = [*reply.headers, ("Connection", "close")]
    return speaking.send(h11.Response(status_code=reply.status, headers=headers)) or b""
