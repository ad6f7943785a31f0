"""A mail server that keeps what it is given: aiosmtpd."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from queue import Queue

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.ports import free_port


class Mailbox:
    """Everything any recipient got; `next` waits for it."""

    def __init__(self) -> None:
        self.port = free_port()
        self._arrived: Queue[EmailMessage] = Queue()

    def next(self, seconds: float = 30) -> EmailMessage:
        return self._arrived.get(timeout=seconds)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        self._arrived.put(message_from_bytes(content, policy=policy.default))
        return "250 kept"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()
