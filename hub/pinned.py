"""Connections to the address that was looked at, and to no other, before one deadline.

The host is resolved once and its addresses are judged; the connection goes to one of them. A name
that answers differently the second time (DNS rebinding) is never asked a second time.
"""

import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any

import httpcore

from hub.contract.fetching import Unfit
from hub.internet import is_internet

Resolve = Callable[[str, float], Sequence[str]]
"""The addresses of a host, within some seconds; raise `OSError` or `TimeoutError`."""


class Refused(Exception):
    def __init__(self, why: Unfit) -> None:
        super().__init__(why.value)
        self.why = why


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def left(self) -> float:
        """Seconds; raise `Refused` when there are none."""
        left = self._end - monotonic()
        if left <= 0:
            raise Refused(Unfit.TOO_SLOW)
        return left


class PinnedBackend(httpcore.NetworkBackend):
    """Resolves, judges and connects; the certificate is still checked against the name."""

    def __init__(
        self,
        deadline: Deadline,
        resolve: Resolve,
        private: bool,
        network: httpcore.NetworkBackend,
    ) -> None:
        """*private*: the operator has allowed this host to stand in a private network."""
        self._deadline = deadline
        self._resolve = resolve
        self._private = private
        self._network = network

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._addresses(host)
        # One forbidden address among several is how a name is made to lead inside.
        if not self._private and not all(map(is_internet, addresses)):
            raise Refused(Unfit.ADDRESS)
        for address in addresses:
            try:
                opened = self._network.connect_tcp(address, port, timeout=self._deadline.left())
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
            return _TimedStream(opened, self._deadline)
        raise Refused(Unfit.UNREACHABLE)

    def _addresses(self, host: str) -> Sequence[str]:
        try:
            found = self._resolve(host, self._deadline.left())
        except TimeoutError:
            raise Refused(Unfit.TOO_SLOW) from None
        except (OSError, UnicodeError):
            raise Refused(Unfit.NO_SUCH_HOST) from None
        if not found:
            raise Refused(Unfit.NO_SUCH_HOST)
        return found


class _TimedStream(httpcore.NetworkStream):
    """Every read and write waits for what is left of the whole: drops do not add up."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        secured = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def system_addresses(host: str) -> Sequence[str]:
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))
