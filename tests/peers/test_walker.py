"""The browser without JavaScript does what a person at a keyboard would, and no more."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from tests.peers.walker import Walker, sign_in

PASSWORD_PAGE = """
<form method=post action="/language"><button name=tag value=en>English</button></form>
<form method=post action="/password"><input type=hidden name=csrf value=abc>
<input name=who><input type=password name=secret><input type=checkbox name=shared value=1>
<button name=go value=in>Sign in</button><button name=go value=away>Leave</button></form>"""
TERMS_PAGE = '<form method=post action="/terms"><input type=checkbox name=read value=yes></form>'


class _Hub(BaseHTTPRequestHandler):
    """A password, then terms, then a page; everything received is kept."""

    received: list[dict[str, list[str]]]

    def do_GET(self) -> None:
        pages = {"/": PASSWORD_PAGE, "/terms": TERMS_PAGE, "/services": "<h1>Services</h1>"}
        if self.path == "/out":
            return self._answer(303, "", "https://elsewhere.test/cb?code=1")
        return self._answer(200, pages[self.path])

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.received.append(parse_qs(self.rfile.read(length).decode()))
        after = {"/password": "/terms", "/terms": "/services"}
        self._answer(303, "", after[self.path])

    def _answer(self, status: int, page: str, location: str = "") -> None:
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@pytest.fixture
def origin() -> Iterator[str]:
    _Hub.received = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hub) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield f"http://hub.test:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_a_sign_in_types_the_password_accepts_the_terms_and_stops(origin: str) -> None:
    walker = Walker()
    arrived = sign_in(walker, walker.open(f"{origin}/"), "ann", "secret words")
    assert arrived.address == f"{origin}/services" and "Services" in arrived.text
    assert _Hub.received == [
        {"csrf": ["abc"], "who": ["ann"], "secret": ["secret words"], "go": ["in"]},
        {"read": ["yes"]},
    ]


def test_a_fenced_walk_ends_where_it_would_leave(origin: str) -> None:
    visit = Walker(within=origin).open(f"{origin}/out")
    assert (visit.status, visit.address) == (303, "https://elsewhere.test/cb?code=1")
