"""All that the two hosts of the simulator share."""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from werkzeug.wrappers import Response

from .faults import SAID, Faults
from .keys import Keys
from .memory import Memory, Session
from .personas import town
from .server import Server
from .settings import Simulated
from .tokens import Tokens

Post = Callable[[str, dict[str, str]], None]
"""Posts a form to an address; who is not there is not told."""


class Provider:
    def __init__(self, simulated: Simulated, now: Callable[[], float], post: Post) -> None:
        self.simulated = simulated
        self.town = town()
        self.faults = Faults()
        self.keys = Keys()
        self.memory = Memory(now)
        self.tokens = Tokens(simulated, self.memory, self.keys, self.faults)
        self.server = Server(simulated, self.memory, self.tokens)
        self._post = post

    def close(self, session: Session, besides: str = "") -> int:
        """Ends it and tells the clients it was given to, *besides* the one that asked."""
        self.memory.close(session)
        told = 0
        for client in self.simulated.clients:
            if client.client_id == besides or client.client_id not in session.told:
                continue
            if client.backchannel_logout_uri:
                token = self.tokens.logout(session, client.client_id)
                self._post(client.backchannel_logout_uri, {"logout_token": token})
                told += 1
        return told

    def flask(self, name: str) -> Flask:
        """A host of the simulator; its name appears in no page."""
        app = Flask(f"{__package__}.{name}", root_path=__file__.rpartition("/")[0])
        app.context_processor(self._words)
        app.before_request(_same_site)
        app.after_request(_guarded)
        return app

    def _words(self) -> dict[str, Any]:
        return {
            "wallet": self.simulated.wallet,
            "faults": [(fault, SAID[fault]) for fault in self.faults.on()],
        }


def _same_site() -> tuple[str, int] | None:
    """A page of another site switches no fault and signs nobody in (CSRF)."""
    foreign = request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
    posted = request.method == "POST" and request.endpoint in ("telephone", "session", "simulation")
    return ("Refusé.", 403) if posted and foreign else None


def _guarded(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
