"""A TLS server on loopback that says exactly what a test wants, byte for byte."""

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.peers.authority import Certificate

Say = Callable[[], Iterable[bytes]]
"""The whole answer, head included, in pieces that are sent one by one."""


class TlsServer:
    def __init__(self, certificate: Certificate) -> None:
        self.said: Say = lambda: [document(b"{}")]
        self.heard: list[bytes] = []
        self.names: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.chain, certificate.key)
        self._context.sni_callback = lambda _s, name, _c: self.names.append(name)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]

    def run(self) -> None:
        while True:
            try:
                taken, _ = self._listening.accept()
            except OSError:
                return
            with taken, suppress(OSError):
                self._answer(taken)

    def stop(self) -> None:
        # Closing alone does not wake a thread that waits in accept.
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _answer(self, taken: socket.socket) -> None:
        taken.settimeout(5)
        with self._context.wrap_socket(taken, server_side=True) as secured:
            self.heard.append(_whole(secured))
            for piece in self.said():
                secured.sendall(piece)


def _whole(secured: ssl.SSLSocket) -> bytes:
    """A request with its body: to answer and close before that would break the connection."""
    read = secured.recv(65_536)
    head, _, body = read.partition(b"\r\n\r\n")
    stated = re.search(rb"(?i)\r\ncontent-length: ([0-9]+)", head)
    missing = (int(stated[1]) if stated else 0) - len(body)
    while missing > 0 and (more := secured.recv(65_536)):
        read += more
        missing -= len(more)
    return read


@contextmanager
def tls_server(certificate: Certificate) -> Iterator[TlsServer]:
    server = TlsServer(certificate)
    thread = Thread(target=server.run)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def document(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body
