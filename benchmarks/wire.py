"""A light HTTP/1.1 connection: the load generator must cost less than what it measures."""

import socket
from collections.abc import Mapping
from types import TracebackType

from hub.contract.values import value


class WrongAnswer(AssertionError):
    """The server answered something else than the flow expects: the measure is void."""


@value
class Response:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """The first of that name (lower case); empty when there is none."""
        return next((text for key, text in self.headers if key == name), "")

    def expect(self, *statuses: int) -> "Response":
        if self.status not in statuses:
            raise WrongAnswer(f"{self.status} instead of {statuses}: {self.body[:300]!r}")
        return self


class Connection:
    """Kept alive as long as the server keeps it; opened again when it does not."""

    def __init__(self, port: int, host: str) -> None:
        self._port = port
        self._host = host
        self._socket: socket.socket | None = None
        self._rest = b""

    def __enter__(self) -> "Connection":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        raised: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Response:
        return self.ask("GET", path, headers or {}, b"")

    def post(self, path: str, form: str, headers: Mapping[str, str] | None = None) -> Response:
        sent = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.ask("POST", path, sent, form.encode())

    def ask(self, verb: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        lines = [f"{verb} {path} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {text}" for name, text in headers.items()]
        if body or verb == "POST":
            lines.append(f"Content-Length: {len(body)}")
        request = "\r\n".join([*lines, "", ""]).encode() + body
        fresh = self._socket is None
        try:
            return self._exchange(request)
        except ConnectionError:
            self.close()
            # A kept connection may have been closed meanwhile: that is no failure of the server.
            if fresh:
                raise
            return self._exchange(request)

    def _exchange(self, request: bytes) -> Response:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        return self._read()

    def _read(self) -> Response:
        while b"\r\n\r\n" not in self._rest:
            self._more()
        head, _, self._rest = self._rest.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        pairs = tuple(_pair(line) for line in lines)
        response = Response(status=int(first.split(" ", 2)[1]), headers=pairs, body=b"")
        length = response.header("content-length")
        if response.status in (204, 304):
            body = b""
        elif length:
            body = self._exactly(int(length))
        elif response.header("transfer-encoding") == "chunked":
            body = self._chunks()
        elif response.header("connection").lower() == "close":
            body = self._until_closed()
        else:
            raise WrongAnswer("neither a length nor chunks")
        if response.header("connection").lower() == "close":
            self.close()
        return Response(status=response.status, headers=pairs, body=body)

    def _exactly(self, length: int) -> bytes:
        while len(self._rest) < length:
            self._more()
        body, self._rest = self._rest[:length], self._rest[length:]
        return body

    def _chunks(self) -> bytes:
        whole = b""
        while True:
            while b"\r\n" not in self._rest:
                self._more()
            size, _, self._rest = self._rest.partition(b"\r\n")
            chunk = self._exactly(int(size, 16) + 2)[:-2]
            if not chunk:
                return whole
            whole += chunk

    def _until_closed(self) -> bytes:
        """As servers do that know neither length nor chunks: PHP's own."""
        assert self._socket is not None
        while received := self._socket.recv(65536):
            self._rest += received
        return self._rest

    def _more(self) -> None:
        assert self._socket is not None
        received = self._socket.recv(65536)
        if not received:
            raise ConnectionResetError("closed by the server")
        self._rest += received

    def close(self) -> None:
        """The next question opens it again."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""


def _pair(line: str) -> tuple[str, str]:
    name, _, text = line.partition(":")
    return name.strip().lower(), text.strip()
