"""What is written to the recipient: the link, and the code that opens it. Nothing of a patient."""

from datetime import datetime, timedelta
from math import ceil
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from hub import Account, ChannelKind, Message, Service, Toolbox

from .settings import EmageSettings
from .shares import Share

MAIL: Final = ChannelKind("mail")
_ZONE: Final = ZoneInfo("Europe/Paris")
_FORMS: Final = {
    "fr": "EEEE d MMMM y 'à' H 'h' mm",
    "en": "EEEE d MMMM y 'at' HH:mm",
}


def link_to(toolbox: Toolbox, share: Share) -> str:
    return f"{toolbox.public_address}/apps/emage/shared/{share.secret}"


def invitation(
    toolbox: Toolbox, share: Share, sender: Account, language: str, most: int
) -> Message:
    """*most*: see `Message`."""
    return Message(
        kind=MAIL,
        to=share.recipient,
        template="share",
        values={
            "sender": sender.display_name,
            "service": title_of(toolbox, share),
            "comment": share.comment,
            "link": link_to(toolbox, share),
            "ends": moment(share.ends_at, language),
            "host": urlsplit(toolbox.public_address).hostname or "",
        },
        language=language,
        expires_in=max(share.ends_at - toolbox.clock(), timedelta(0)),
        qr=link_to(toolbox, share),
        most=most,
    )


def code_letter(
    toolbox: Toolbox, share: Share, code: str, settings: EmageSettings, language: str
) -> Message:
    return Message(
        kind=MAIL,
        to=share.recipient,
        template="code",
        values={
            "code": code,
            "minutes": ceil(settings.code / timedelta(minutes=1)),
            "service": title_of(toolbox, share),
            "host": urlsplit(toolbox.public_address).hostname or "",
        },
        language=language,
        expires_in=settings.code,
        most=settings.per_recipient,
        urgent=True,
    )


def title_of(toolbox: Toolbox, share: Share) -> str:
    service: Service | None = toolbox.services.get(share.draft.service)
    return service.tile.title if service and service.tile else share.draft.service


def moment(at: datetime, language: str) -> str:
    """The exact day and hour, on the clocks of whoever reads it."""
    form = _FORMS.get(language, _FORMS["fr"])
    return format_datetime(at, form, tzinfo=_ZONE, locale=language)


def masked(address: str) -> str:
    """Enough for whoever knows it."""
    local, _, domain = address.rpartition("@")
    name, _, last = domain.rpartition(".")
    return f"{local[:1]}•••@{name[:1]}•••.{last}"
