"""The demonstration's reader as a page: puts a card in, pulls it out, and types its PIN.

The one place where a PIN is typed in a browser, and only of a card made of files: it says so.
"""

from collections.abc import Mapping
from pathlib import Path
from threading import Condition
from typing import Final
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from .cards import Failed, State
from .desk import PATIENCE, Gone, Question
from .server import Answering, Ear, Parts
from .software import SoftwareCards
from .words import Catalogue

HERE: Final = Path(__file__).parent
_LONGEST: Final = 1024
_GLANCE: Final = 0.2
_PAGE: Final = "/simulator"


class Slips:
    """Implements `Desk`: one question lies here until the page answers it."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.question: Question | None = None
        self._answer: str | None = None

    def pin(self, question: Question, gone: Gone) -> str | Failed:
        with self._changed:
            self.question, self._answer = question, None
            try:
                for _ in range(int(PATIENCE / _GLANCE)):
                    if self._changed.wait_for(lambda: self._answer is not None, timeout=_GLANCE):
                        return self._answer or Failed(why="cancelled")
                    if why := gone():
                        return Failed(why=why)
            finally:
                self.question = None
        return Failed(why="timeout")

    def number(self, question: Question) -> str | Failed:
        return self.pin(question, lambda: "")

    def put(self, answer: str) -> None:
        with self._changed:
            self._answer = answer
            self._changed.notify_all()


class Simulator(Ear):
    """The agent's ear, with the reader's page beside it on an origin that is nobody else's."""

    def __init__(
        self, parts: Parts, port: int, cards: SoftwareCards, slips: Slips, words: Catalogue
    ) -> None:
        self.cards = cards
        self.slips = slips
        self.words = words
        loader = FileSystemLoader(HERE / "templates")
        drawing = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        self.page = drawing.get_template("simulator.html")
        super().__init__(parts, port, SimulatorPages)

    def moved(self, move: str, form: Mapping[str, str]) -> bool:
        """Whether there is such a move."""
        match move:
            case "insert":
                self.cards.insert(form.get("card", ""))
            case "remove":
                self.cards.remove()
            case "block":
                self.cards.block()
            case "unblock":
                self.cards.unblock(form.get("code", ""), form.get("pin", ""))
            case "pin":
                self.slips.put(form.get("pin", ""))
            case "cancel":
                self.slips.put("")
            case _:
                return False
        return True


class SimulatorPages(Answering):
    server: Simulator

    def do_GET(self) -> None:
        if self.path == _PAGE and self._here():
            self._page()
        elif self.path == f"{_PAGE}/style.css" and self._here():
            self._send("text/css", (HERE / "static" / "simulator.css").read_bytes())
        else:
            super().do_GET()

    def do_POST(self) -> None:
        move = self.path.removeprefix(f"{_PAGE}/")
        if move == self.path:
            super().do_POST()
            return
        own = f"http://{self._single('Host')}"
        # Only the page itself moves the card: any site may post a form here.
        if not self._here() or self._single("Origin") != own:
            self._say(403, {"refused": "other_origin"}, allowed=False)
        elif not self.server.moved(move, self._form()):
            self._say(404, {"refused": "not_found"})
        else:
            self.send_response(303)
            self.send_header("Location", _PAGE)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def _here(self) -> bool:
        return self.server.named(self._single("Host"))

    def _form(self) -> Mapping[str, str]:
        length = self._single("Content-Length")
        if not length.isdigit() or int(length) > _LONGEST:
            self.close_connection = True
            return {}
        body = self.rfile.read(int(length)).decode(errors="replace")
        return dict(parse_qsl(body, max_num_fields=5))

    def _page(self) -> None:
        served = self.server
        sight = served.cards.look()
        drawn = served.page.render(
            t=served.words.__getitem__,
            cards=served.cards.names(),
            inside=sight.holder if sight.state is not State.NO_CARD else "",
            blocked=sight.state is State.BLOCKED,
            tries_left=sight.tries_left,
            question=served.slips.question,
        )
        self._send("text/html; charset=utf-8", drawn.encode())

    def _send(self, kind: str, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; "
            "base-uri 'none'",
        )
        self.send_header("X-Content-Type-Options", "nosniff")
        # `no-referrer` would take the Origin away from the page's own forms.
        self.send_header("Referrer-Policy", "same-origin")
        self.end_headers()
        self.wfile.write(content)
