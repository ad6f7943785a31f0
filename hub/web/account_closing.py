"""« Fermer mon compte » : asked by its person, decided by whoever answers for the region."""

from collections.abc import Iterator
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ChannelKind
from hub.contract.messages import Message
from hub.broker.outcomes import Vouched
from hub.web.account_means import ACCOUNT
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub
from hub.web.visits import visit

blueprint = flask.Blueprint("hub_account_closing", __name__)
HERE: Final = "/account/close"
LONGEST: Final = 500
ASKED: Final = "account.closing_asked"
_MAIL: Final = ChannelKind("mail")


@blueprint.get(HERE)
def explain() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    return page(
        "account/close.html",
        person=visited.account,
        asked=desk().closings.waits(visited.account.id, hub().clock()),
        reachable=bool(list(_told(visited.account))),
        longest=LONGEST,
    )


@blueprint.post(HERE)
def ask() -> ResponseReturnValue:
    """One's own account only: nothing in the form says whose it is."""
    visited = visit(ACCOUNT, target=HERE)
    if not isinstance(visited, Vouched):
        return visited
    account = visited.account
    # Counted before anybody is written to: pressed fifty times at once it is asked once.
    if desk().closings.first(account.id, hub().clock()):
        reason = " ".join(flask.request.form.get("reason", "").split())[:LONGEST]
        for address in dict.fromkeys(_told(account)):
            _send(account, address, reason)
        entry = AuditEntry(at=hub().clock(), action=ASKED, account=account.id)
        desk().trail.note(entry)
    return flask.redirect(HERE, 303)


def _told(account: Account) -> Iterator[str]:
    """The référents of their structures, and the support, which has it done."""
    places = list(dict.fromkeys(each.structure for each in account.situations))
    for referents in desk().guests.referents_of(places).values():
        for referent in referents:
            mails = [each for each in referent.contacts if each.kind == _MAIL and each.validated]
            if referent.id != account.id and mails:
                yield mails[0].address
    if hub().support.mail:
        yield hub().support.mail


def _send(account: Account, address: str, reason: str) -> None:
    places = ", ".join(dict.fromkeys(each.where for each in account.situations))
    desk().messenger.post(
        Message(
            kind=_MAIL,
            to=address,
            template="account_closing",
            values={
                "person": account.display_name,
                "places": places,
                "reason": reason,
                "id": account.id,
            },
            language="fr",
            account=account.id,
            notice=True,
        )
    )
