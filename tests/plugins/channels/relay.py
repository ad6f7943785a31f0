"""A mail relay in process that keeps or refuses what it is given: aiosmtpd."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.ports import free_port


class Relay:
    def __init__(self) -> None:
        self.port = 0
        self.answers: dict[str, str] = {}
        """Instead of taking it, by SMTP verb: `RCPT`, `DATA`."""
        self.mails: list[EmailMessage] = []
        self.envelopes: list[Envelope] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self.mails.append(message_from_bytes(content, policy=policy.default))
        self.envelopes.append(envelope)
        return "250 kept"


@contextmanager
def relay(*, password: str = "", **options: object) -> Iterator[Relay]:
    """*options* are the server's own: a TLS context, whether a login is wanted."""
    kept = Relay()

    def login(*asked: object) -> AuthResult:
        given = asked[-1]
        right = isinstance(given, LoginPassword) and given.password == password.encode()
        return AuthResult(success=right, handled=False)

    kept.port = free_port()
    controller = Controller(
        kept, hostname="127.0.0.1", port=kept.port, authenticator=login, **options
    )
    controller.start()
    try:
        yield kept
    finally:
        controller.stop()
