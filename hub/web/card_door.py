"""What the hub answers under the names where cards are shown, and refuses everywhere else."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import structlog

from hub.contract.values import value
from hub.web.card_hop import Hop, NotBelieved, Sent
from hub.web.card_host import LARGEST_CERTIFICATE, CardHosts
from hub.web.metrics import Metrics

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_ENVIRON: Final = "HTTP_HUB_CARD"
_TEXT: Final = (
    "Cette adresse ne sert qu’à présenter une carte, une seule fois.\n"
    "This address only serves to show a card, once.\n"
).encode()
# No cookie, no page of the hub, and no HSTS: each name is used once, by a link that says https,
# and the browser would keep every one of them for a year.
_HEADERS: Final = (
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    # The address that follows holds a ticket, and the one before a login.
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
    # The next name must not find this connection, and the certificate shown in it.
    ("Connection", "close"),
)
_REASONS: Final = {303: "See Other", 400: "Bad Request", 404: "Not Found", 405: "Not Allowed"}
_log: Final = structlog.get_logger("hub.card_host")


@value
class Asked:
    """One request that came over TLS to a name below the domain."""

    host: str
    method: str
    path: str
    certificate: bytes | None


@value
class Reply:
    status: int
    location: str = ""

    @property
    def line(self) -> str:
        return f"{self.status} {_REASONS[self.status]}"

    @property
    def body(self) -> bytes:
        return b"" if self.location else _TEXT

    @property
    def headers(self) -> list[tuple[str, str]]:
        length = str(len(self.body))
        own = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", length)]
        to = [("Location", self.location)] if self.location else []
        return [*_HEADERS, *own, *to]


@value
class CardDoor:
    hosts: CardHosts
    hop: Hop | None
    """`None`: no proxy is believed; cards come by the hub's own listener or not at all."""
    metrics: Metrics

    def answer(self, asked: Asked) -> Reply:
        """To a request whose certificate is what was really shown."""
        label = self.hosts.label(asked.host)
        if not label or asked.path != "/":
            return Reply(status=404)
        if asked.method != "GET":
            return Reply(status=405)
        if asked.certificate and len(asked.certificate) > LARGEST_CERTIFICATE:
            return self.refuse(NotBelieved.TOO_LARGE)
        self.metrics.card_shown("certificate" if asked.certificate else "none")
        return Reply(status=303, location=self.hosts.received(label, asked.certificate))

    def refuse(self, why: NotBelieved) -> Reply:
        self.metrics.card_shown(why)
        _log.warning("card_host.refused", cause=why.value)
        return Reply(status=400)

    def before(self, inside: "WSGIApplication") -> "WSGIApplication":
        """The whole hub: *inside* is served under every other name, and under these never."""
        if not self.hosts.domain:
            return inside

        def serve(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
            if self.hosts.label(environ.get("HTTP_HOST", "")) is not None:
                return _sent(self._proxied(environ), start)
            if _ENVIRON in environ:
                return _sent(self.refuse(NotBelieved.MAIN_HOST), start)
            return inside(environ, start)

        return serve

    def _proxied(self, environ: "WSGIEnvironment") -> Reply:
        sent = Sent(
            peer=environ.get("REMOTE_ADDR", ""),
            forwarded=environ.get("HTTP_X_FORWARDED_FOR", ""),
            header=environ.get(_ENVIRON),
        )
        shown = self.hop.shown(sent) if self.hop else NotBelieved.HOP
        if isinstance(shown, NotBelieved):
            return self.refuse(shown)
        return self.answer(
            Asked(
                host=environ.get("HTTP_HOST", ""),
                method=environ["REQUEST_METHOD"],
                path=environ.get("PATH_INFO", ""),
                certificate=shown.certificate,
            )
        )


def _sent(reply: Reply, start: "StartResponse") -> Iterable[bytes]:
    start(reply.line, reply.headers)
    return [reply.body]
