"""Draws a code and posts it, never more often than allowed."""

import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil
from urllib.parse import urlsplit

from hub import (
    Account,
    AccountId,
    ChannelKind,
    Contact,
    Credential,
    Held,
    Message,
    Refusal,
    StaleCredential,
    Toolbox,
    value,
)

from .codes import LiveCode, digest, drawn
from .contacts import masked
from .settings import SentCodeSettings

LANGUAGES = ("fr", "en")
MAIL = ChannelKind("mail")


@value
class Destination:
    """Where a code may go, as the browser may know it: by an opaque id and a mask."""

    id: str
    kind: ChannelKind
    address: str
    masked: str


class Sender:
    def __init__(self, settings: SentCodeSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._toolbox = toolbox
        self._drawer = toolbox.drawer("contacts")

    def destination(self, contact: Contact) -> Destination:
        return Destination(
            id=self._toolbox.seal.digest(f"{contact.kind}:{contact.address}", "contact")[:16],
            kind=contact.kind,
            address=contact.address,
            masked=masked(contact.kind, contact.address),
        )

    def send(
        self, account: AccountId, to: Destination, now: datetime, languages: tuple[str, ...]
    ) -> LiveCode | Refusal:
        """A code on its way, or why none left. An earlier one is the caller's to forget."""
        if wait := self._claim(account, to, now):
            return _waiting("sent_code.too_soon", wait)
        code, salt = drawn(), secrets.token_urlsafe(12)
        posted = self._toolbox.messenger.post(self._message(account, to, code, languages))
        if isinstance(posted, Held):
            return _waiting("sent_code.too_many", posted.wait)
        return LiveCode(
            means=to.id,
            digest=digest(self._toolbox.seal, code, account, to.id, salt),
            salt=salt,
            expires_at=now + self._settings.lifetime,
            left=self._settings.tries,
            message=posted,
        )

    def since(self, account: AccountId) -> dict[str, datetime]:
        """When each means was validated, where it was done here."""
        dates = {each.id: each.public.get("since") for each in self._drawer.of(account)}
        return {id: datetime.fromisoformat(at) for id, at in dates.items() if isinstance(at, str)}

    def validated(self, account: AccountId, to: Destination, now: datetime) -> None:
        """From now on it is this person's."""
        line = self._line(account, to)
        with suppress(StaleCredential):  # confirmed twice at once: the other wrote the same
            self._drawer.put(replace(line, public={**line.public, "since": now.isoformat()}))

    def forget(self, account: AccountId, means: str) -> None:
        self._drawer.remove(account, means)

    def tell_referents(self, account: Account, to: Destination) -> None:
        """« Ce n’est pas mon numéro »: whoever may correct the account reads it, masked."""
        for referent in self._toolbox.referents(account):
            mails = (each for each in referent.contacts if each.kind == MAIL and each.validated)
            for contact in mails:
                message = Message(
                    kind=MAIL,
                    to=contact.address,
                    template="contact_disputed",
                    values={
                        "person": account.display_name,
                        "masked": to.masked,
                        "console": f"{self._toolbox.public_address}/console",
                    },
                    account=referent.id,
                )
                self._toolbox.messenger.post(message)

    def _claim(self, account: AccountId, to: Destination, now: datetime) -> timedelta | None:
        """Take the right to send now, atomically; or how long to wait for it."""
        line = self._line(account, to)
        last = line.public.get("sent_at")
        since = now - datetime.fromisoformat(last) if isinstance(last, str) else self._settings.gap
        if since < self._settings.gap:
            return self._settings.gap - since
        try:
            self._drawer.put(replace(line, public={**line.public, "sent_at": now.isoformat()}))
        except StaleCredential:
            # Two clicks at once, or two windows: the other one sends.
            return self._settings.gap
        return None

    def _line(self, account: AccountId, to: Destination) -> Credential:
        fresh = Credential(id=to.id, account=account, label=to.kind, public={}, secret=b"")
        kept = (each for each in self._drawer.of(account) if each.id == to.id)
        return next(kept, fresh)

    def _message(
        self, account: AccountId, to: Destination, code: str, languages: tuple[str, ...]
    ) -> Message:
        lifetime = self._settings.lifetime
        return Message(
            kind=to.kind,
            to=to.address,
            template="code",
            values={
                "code": code,
                "minutes": ceil(lifetime / timedelta(minutes=1)),
                "host": urlsplit(self._toolbox.public_address).hostname or "",
            },
            language=spoken(languages),
            account=account,
            expires_in=lifetime,
            urgent=True,
        )


def spoken(languages: tuple[str, ...]) -> str:
    """The first language wanted in which there are texts."""
    wanted = (each.replace("_", "-").partition("-")[0].lower() for each in languages)
    return next((each for each in wanted if each in LANGUAGES), LANGUAGES[0])


def _waiting(code: str, wait: timedelta) -> Refusal:
    seconds = ceil(wait.total_seconds())
    return Refusal(code=code, counts=False, detail={"wait_seconds": seconds})
