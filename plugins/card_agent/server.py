"""The agent's ear on loopback: who may ask, what there is to ask, and nothing more.

GET  /state?after=N    the reader's state, as soon as it is another than at change N
POST /sign             {"challenge": "…"}: what the card signed, or why not
"""

import json
from base64 import b64encode, urlsafe_b64decode
from binascii import Error
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BoundedSemaphore
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from hub import value

from .board import Board
from .cards import Failed, Signature
from .signing import Asked, Signing

VERSION: Final = 2
"""Of what is said here; 2 adds the certificate's end and whether the workstation is shared."""
_LONGEST_BODY: Final = 4096
_POLL: Final = 25.0
_MOST: Final = 16
"""Requests at once: each waits in a thread of its own."""


@value
class Parts:
    hubs: tuple[str, ...]
    board: Board
    signing: Signing


class Ear(ThreadingHTTPServer):
    """On 127.0.0.1 alone; `port` 0 takes any."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = _MOST

    def __init__(self, parts: Parts, port: int, handler: "type[Answering] | None" = None) -> None:
        self.parts = parts
        self.places = BoundedSemaphore(_MOST)
        super().__init__(("127.0.0.1", port), handler or Answering)

    def named(self, host: str) -> bool:
        # DNS rebinding: a stranger's name made to lead here says itself in this header.
        return host in {f"{name}:{self.server_port}" for name in ("127.0.0.1", "localhost")}


class Answering(BaseHTTPRequestHandler):
    server: Ear
    timeout = 30
    protocol_version = "HTTP/1.1"
    server_version = "hub-card-agent"
    sys_version = ""

    def do_OPTIONS(self) -> None:
        """The browser's question before the page's: CORS, and Private Network Access."""
        if self._refused():
            return
        self.send_response(204)
        self._allow()
        self.send_header("Access-Control-Allow-Methods", "GET, POST")
        self.send_header("Access-Control-Allow-Headers", "Content-Type")
        self.send_header("Access-Control-Max-Age", "600")
        if self.headers.get("Access-Control-Request-Private-Network") == "true":
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path != "/state":
            self._say(404, {"refused": "not_found"})
        elif not self._refused():
            self._while_there_is_room(lambda: self._state(asked.query))

    def do_POST(self) -> None:
        if self.path != "/sign":
            self._say(404, {"refused": "not_found"})
        elif not self._refused():
            self._while_there_is_room(self._sign)

    def log_message(self, *_: object) -> None:
        """Who signs in when is nobody's business on this workstation."""

    def _refused(self) -> bool:
        # Without an Origin it is a program or a typed address, not a page of one of our hubs.
        allowed = self._single("Origin") in self.server.parts.hubs
        if allowed and self.server.named(self._single("Host")):
            return False
        self._say(403, {"refused": "other_origin"}, allowed=False)
        return True

    def _single(self, name: str) -> str:
        found = self.headers.get_all(name) or []
        return found[0] if len(found) == 1 else ""

    def _while_there_is_room(self, answer: Any) -> None:
        if not self.server.places.acquire(blocking=False):
            self._say(503, {"refused": "busy"})
            return
        try:
            answer()
        finally:
            self.server.places.release()

    def _state(self, query: str) -> None:
        (after, *_) = parse_qs(query).get("after", ["-1"])
        known = int(after) if after.isascii() and after.isdigit() and len(after) < 10 else -1
        change, sight = self.server.parts.board.after(known, _POLL)
        shown = {
            "version": VERSION,
            "change": change,
            "state": sight.state.value,
            "readers": list(sight.readers),
            "holder": sight.holder,
            "tries_left": sight.tries_left,
            "until": sight.until.isoformat() if sight.until else None,
            "shared": self.server.parts.signing.shared,
        }
        self._say(200, shown)

    def _sign(self) -> None:
        text = self._challenge()
        if text is None:
            self._say(400, {"refused": "not_ours"})
            return
        asked = Asked(text=text, origin=self._single("Origin"))
        self._say(200, written(self.server.parts.signing.sign(asked)))

    def _challenge(self) -> bytes | None:
        # A form of any site may be posted without asking the browser first; JSON may not.
        if self._single("Content-Type").partition(";")[0].strip() != "application/json":
            return None
        length = self._single("Content-Length")
        if not length.isdigit() or int(length) > _LONGEST_BODY:
            self.close_connection = True
            return None
        try:
            body = json.loads(self.rfile.read(int(length)))
            return urlsafe_b64decode(body["challenge"])
        except (ValueError, Error, TypeError, KeyError, RecursionError):
            return None

    def _allow(self) -> None:
        self.send_header("Access-Control-Allow-Origin", self._single("Origin"))
        self.send_header("Vary", "Origin")

    def _say(self, status: int, content: Mapping[str, object], *, allowed: bool = True) -> None:
        text = json.dumps(content).encode()
        self.send_response(status)
        if allowed and self._single("Origin") in self.server.parts.hubs:
            self._allow()
        else:
            # What was not read of the request must not be taken for the next one.
            self.close_connection = True
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        self.wfile.write(text)


def written(outcome: Signature | Failed) -> Mapping[str, object]:
    if isinstance(outcome, Failed):
        return {"refused": outcome.why, "tries_left": outcome.tries_left}
    return {
        "certificate": b64encode(outcome.certificate).decode(),
        "signature": b64encode(outcome.signature).decode(),
        "algorithm": outcome.algorithm,
        "shared": outcome.shared,
    }
