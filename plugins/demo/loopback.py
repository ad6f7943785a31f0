"""Hears what the browser brings back: one free port of this machine, one answer for each path."""

import html
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue
from threading import Thread
from typing import Final
from urllib.parse import parse_qsl, urlsplit

Answer = Mapping[str, str]
_PAGE: Final = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{said}</p></main></body></html>
"""


class Loopback:
    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.heard: Mapping[str, Queue[Answer]] = {"/back": Queue(1), "/bye": Queue(1)}

    def wait(self, path: str, seconds: float) -> Answer | None:
        """What the browser brought to *path*; `None` when nobody came."""
        try:
            return self.heard[path].get(timeout=seconds)
        except Empty:
            return None


@contextmanager
def listening(language: str, title: str, said: str) -> Iterator[Loopback]:
    """RFC 8252 7.3: the port is the system's choice, and closes with the block."""
    heard: list[Loopback] = []
    page = _PAGE.format(language=language, title=html.escape(title), said=html.escape(said))

    class Ear(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            queue = heard[0].heard.get(asked.path)
            if queue is None:
                self.send_error(404)
                return
            # Only the first answer counts: a program beside us may knock too.
            if queue.empty():
                queue.put(dict(parse_qsl(asked.query)))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(page.encode())

        def log_message(self, *_: object) -> None:
            """The address holds a code: it is written nowhere."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    heard.append(Loopback(server.server_port))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield heard[0]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
