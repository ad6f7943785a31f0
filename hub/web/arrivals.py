"""Tells people by mail that their account was opened on a device it was never opened on."""

from typing import Final

import flask
import structlog

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.errors import StoreUnavailable
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.broker.outcomes import Admitted, Browser
from hub.people.devices import wants_news
from hub.web.desk import desk
from hub.web.drawing import words
from hub.web.parts import hub, language

MAIL: Final = ChannelKind("mail")
_log: Final = structlog.get_logger("hub.web")


def tell_of_arrival(admitted: Admitted, here: Browser) -> None:
    """After a proof, once for each session."""
    if "hub_desk" not in flask.current_app.extensions:
        return
    # A second proof raises a level; who was let in at the first was told of then.
    if len(admitted.session.events) != 1:
        return
    try:
        with desk().together():
            if desk().devices.arrives(admitted.account.id, here.key):
                _tell(admitted.account, here)
    except StoreUnavailable:
        # The session stands, and its cookie is still to be given: they are told another time.
        _log.warning("arrival.not_told", support=admitted.login.support)


def _tell(account: Account, here: Browser) -> None:
    now = hub().clock()
    entry = AuditEntry(
        at=now, action="device.new", account=account.id, details={"device": here.device}
    )
    desk().trail.note(entry)
    mails = [each.address for each in account.contacts if each.kind == MAIL and each.validated]
    if not mails or not wants_news(account):
        return
    spoken = language()
    desk().messenger.post(
        Message(
            kind=MAIL,
            to=mails[0],
            template="new_device",
            values={
                "device": here.device or words("account.sessions.device"),
                "day": hub().words.day(spoken, now),
                "hour": hub().words.hour(spoken, now),
                "address": f"{hub().public_address}/account/sessions",
            },
            language=spoken,
            account=account.id,
            notice=True,
        )
    )
