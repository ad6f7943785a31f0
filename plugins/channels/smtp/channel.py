"""Hands a mail to the relay."""

import re
import smtplib
import ssl
from contextlib import suppress
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as LINES
from email.utils import format_datetime, make_msgid
from io import BytesIO

import segno

from hub import ChannelKind, Clock, DeliveryFailed, Letter, Receipt

from .settings import SmtpSettings

_OF_MAILBOX = frozenset({550, 551, 552, 553})
"""What a relay that works answers for a mailbox that is none, is full or has moved."""
_OF_ADDRESS = frozenset({501, 510, 511})
"""These too, when the status says that they mean the address."""
_STATUS = re.compile(rb"#?([245]\.\d{1,3})\.(\d{1,3})\b")
_OF_SENDER = frozenset({b"7", b"8"})
"""Of 5.1: the address that is wrong is ours."""


class SmtpChannel:
    name = "smtp"
    kind = ChannelKind("mail")

    def __init__(self, settings: SmtpSettings, password: str, clock: Clock) -> None:
        self._settings = settings
        self._password = password
        self._clock = clock

    def send(self, letter: Letter) -> Receipt:
        try:
            mail = self._written(letter)
            self._hand_over(mail, letter.to)
        except (smtplib.SMTPException, OSError) as error:
            of_letter = _of_mailbox(error) or not letter.to.isascii()
            raise DeliveryFailed(_reason(error), of_letter=of_letter) from None
        except (MessageError, ValueError) as error:
            # Its own words would hold the address or the text.
            reason = f"not a mail: {type(error).__name__}"
            raise DeliveryFailed(reason, of_letter=True) from None
        return Receipt(channel=self.name, reference=mail["Message-ID"])

    def _written(self, letter: Letter) -> EmailMessage:
        sender = self._settings.sender
        mail = EmailMessage(policy=LINES)
        mail["From"] = Address(self._settings.sender_name, addr_spec=sender)
        mail["To"] = Address(addr_spec=letter.to)
        mail["Subject"] = letter.subject or ""
        mail["Date"] = format_datetime(self._clock())
        mail["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        # RFC 3834: no machine answers it, and no holiday notice comes back.
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(letter.text)
        if letter.qr:
            # A picture of its own, not HTML: nothing in the mail is fetched from anywhere.
            mail.add_attachment(_drawn(letter.qr), "image", "png", filename="qr.png")
        return mail

    def _hand_over(self, mail: EmailMessage, to: str) -> None:
        relay = self._connected()
        try:
            relay.send_message(mail, self._settings.sender, [to])
            # It has the mail: a relay rude at parting must not make us send it twice.
            with suppress(smtplib.SMTPException, OSError):
                relay.quit()
        finally:
            relay.close()

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        place = (settings.host, settings.port)
        if settings.tls == "tls":
            relay: smtplib.SMTP = smtplib.SMTP_SSL(
                *place, timeout=settings.timeout, context=self._trust()
            )
        else:
            relay = smtplib.SMTP(*place, timeout=settings.timeout)
        try:
            if settings.tls == "starttls":
                # Raises when the relay does not offer it: never a silent fall back to clear text.
                relay.starttls(context=self._trust())
            if settings.username:
                relay.login(settings.username, self._password)
        except BaseException:
            relay.close()
            raise
        return relay

    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.authorities or None)


def _drawn(text: str) -> bytes:
    png = BytesIO()
    segno.make(text, error="m", micro=False).save(png, kind="png", scale=6, border=4)
    return png.getvalue()


def _of_mailbox(error: Exception) -> bool:
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            return any(_names_mailbox(code, words) for code, words in recipients.values())
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=bytes(words)):
            return _names_mailbox(code, words)
        case _:
            return False


def _names_mailbox(code: int, words: bytes) -> bool:
    """RFC 3463: X.1 is of the address, X.2 of the mailbox; all others of the relay and of us.

    A relay that is not ours answers 454 4.7.1 or 554 5.7.1 to every recipient.
    """
    status = _STATUS.match(words)
    if status is None:
        return code in _OF_MAILBOX
    if status[1] == b"5.1":
        return code in _OF_MAILBOX | _OF_ADDRESS and status[2] not in _OF_SENDER
    if status[1] == b"4.1":
        # Postfix, of a domain that does not exist: somebody mistyped it.
        return code == 450 and status[2] in {b"1", b"2"}
    return status[1] == b"5.2" and code in _OF_MAILBOX


def _reason(error: Exception) -> str:
    """Without the relay's own words: they repeat the recipient."""
    match error:
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            code = next((code for code, _ in recipients.values()), 0)
            return f"recipient refused, {code}"
        case smtplib.SMTPResponseException(smtp_code=code):
            return f"{'refused for good' if code >= 500 else 'refused for now'}, {code}"
        case _:
            return f"no relay: {type(error).__name__}"
