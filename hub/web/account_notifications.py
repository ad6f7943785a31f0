"""« Notifications »: which mails a person gets of their account, and which always come."""

from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.broker.outcomes import Vouched
from hub.people.devices import wants_news, wanting_news
from hub.web.account_means import ACCOUNT
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.own_account import kept
from hub.web.parts import hub
from hub.web.visits import visit

blueprint = flask.Blueprint("hub_account_notifications", __name__)
PATH: Final = "/account/notifications"


@blueprint.get(PATH)
def read() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    mine = kept(visited.account.id)
    return page(
        "account/notifications.html",
        person=visited.account,
        wanted=wants_news(mine[1] if mine else visited.account),
        writable=mine is not None,
        saved="saved" in flask.request.args,
    )


@blueprint.post(PATH)
def change() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    mine = kept(visited.account.id)
    if mine is None:
        return flask.redirect(PATH, 303)
    store, account = mine
    wanted = flask.request.form.get("new_device") == "yes"
    if wants_news(account) != wanted:
        store.change(wanting_news(account, wanted=wanted))
        entry = AuditEntry(
            at=hub().clock(), action="account.notifications_changed", account=visited.account.id
        )
        desk().trail.note(entry)
    return flask.redirect(f"{PATH}?saved=1", 303)
