"""A browser's side of the card host, as bare as TLS and HTTP allow."""

import socket
import ssl
from collections.abc import Iterable
from pathlib import Path

from hub.contract.values import value
from tests.card_leaves import Leaf


@value
class Got:
    answer: bytes
    session: ssl.SSLSession | None
    resumed: bool | None
    protocol: str | None

    @property
    def status(self) -> int:
        return int(self.answer.split(b" ", 2)[1])

    @property
    def location(self) -> str:
        """Where it leads; empty: nowhere."""
        lines = self.answer.partition(b"\r\n\r\n")[0].decode().splitlines()
        named = (line.partition(": ") for line in lines)
        return next((text for name, _, text in named if name.lower() == "location"), "")


@value
class CardClient:
    """Trusts one authority; connects to loopback, whatever name it asks for."""

    port: int
    root: Path

    def context(self, leaf: Leaf | None = None, version: int | None = None) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self.root)
        if version:
            context.minimum_version = context.maximum_version = ssl.TLSVersion(version)
        if leaf:
            # What the browser's side would refuse to show is not what is tried here.
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.load_cert_chain(leaf.chain, leaf.key)
        return context

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=30)

    def secured(
        self, context: ssl.SSLContext, name: str, session: ssl.SSLSession | None = None
    ) -> ssl.SSLSocket:
        return context.wrap_socket(self.connect(), server_hostname=name, session=session)

    def get(
        self,
        context: ssl.SSLContext,
        name: str,
        session: ssl.SSLSession | None = None,
        headers: Iterable[str] = (),
        host: str = "",
    ) -> Got:
        """One request for `/`; *host* is what it says, where it connects to another name."""
        lines = ["GET / HTTP/1.1", f"Host: {host or name}", "Connection: close", *headers, "", ""]
        with self.secured(context, name, session) as there:
            there.sendall("\r\n".join(lines).encode())
            answer = b"".join(iter(lambda: there.recv(4096), b""))
            return Got(
                answer=answer,
                session=there.session,
                resumed=there.session_reused,
                protocol=there.selected_alpn_protocol(),
            )
