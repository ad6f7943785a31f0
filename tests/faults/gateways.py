"""Gateways as they should be and as they are: sound, gone, silent, lying."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.plugins.channels.relay import relay
from tests.ports import free_port

TAKEN, REFUSED = b'{"status": "queued"}', b'{"status": "error", "reason": "no credit"}'


@contextmanager
def gone() -> Iterator[int]:
    yield free_port()


@contextmanager
def silent() -> Iterator[int]:
    """Takes the connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


class Sms:
    """An HTTP gateway in this process."""

    def __init__(self, answer: bytes = TAKEN) -> None:
        self.port = 0
        self.texts: list[str] = []
        self.answer = answer
        self.meanwhile: Callable[[], object] = lambda: None

    def code(self) -> str:
        return _code(self.texts[-1])


@contextmanager
def sms(answer: bytes = TAKEN) -> Iterator[Sms]:
    gateway = Sms(answer)

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            gateway.texts.append(self.rfile.read(length).decode())
            gateway.meanwhile()
            self.send_response(200)
            self.send_header("Content-Length", str(len(gateway.answer)))
            self.end_headers()
            self.wfile.write(gateway.answer)

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = False
    gateway.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def lying_sms() -> Iterator[int]:
    """Answers 200, and says in the body that it took nothing."""
    with sms(REFUSED) as gateway:
        yield gateway.port


@contextmanager
def lying_mail() -> Iterator[int]:
    """Accepts the recipient, and refuses the mail once it is written."""
    with relay() as kept:
        kept.answers["DATA"] = "554 no longer wanted"
        yield kept.port


@contextmanager
def mail() -> Iterator[tuple[int, Callable[[], str]]]:
    """The port of a sound relay, and how to read the newest code that came."""
    with relay() as kept:
        yield (
            kept.port,
            lambda: _code(f"{kept.mails[-1]['Subject']} {kept.mails[-1].get_content()}"),
        )


def _code(text: str) -> str:
    found = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", text)
    assert found, text
    return found[0]
