"""« Confidentialité » and « Mon référent »: who finds me, and who can help me."""

from collections.abc import Iterator, Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ChannelKind
from hub.contract.values import value
from hub.broker.outcomes import Vouched
from hub.people.visibility import Visibility, visibility, wishing
from hub.web.account_means import ACCOUNT
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.own_account import kept
from hub.web.parts import hub
from hub.web.visits import visit

blueprint = flask.Blueprint("hub_account_privacy", __name__)
PATH: Final = "/account/privacy"
_MAIL: Final = ChannelKind("mail")


@value
class HelperRow:
    name: str
    mail: str
    telephone: str


@value
class HelpersRow:
    """The référents of one structure."""

    where: str
    helpers: Sequence[HelperRow]


@blueprint.get(PATH)
def read() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    mine = kept(visited.account.id)
    return page(
        "account/privacy.html",
        person=visited.account,
        wishes=list(Visibility),
        wish=visibility(mine[1] if mine else visited.account),
        writable=mine is not None,
        saved="saved" in flask.request.args,
    )


@blueprint.post(PATH)
def change() -> ResponseReturnValue:
    """One's own only: no field says whose it is."""
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    wanted = flask.request.form.get("visibility", "")
    mine = kept(visited.account.id)
    if mine is None or wanted not in set(Visibility):
        return flask.redirect(PATH, 303)
    store, account = mine
    if visibility(account) != wanted:
        store.change(wishing(account, Visibility(wanted)))
        _note(visited, wanted)
    return flask.redirect(f"{PATH}?saved=1", 303)


@blueprint.get("/account/referents")
def referents() -> ResponseReturnValue:
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    places = {each.structure: each.where for each in reversed(visited.account.situations)}
    referents = desk().guests.referents_of(places)
    rows = [
        HelpersRow(where=where, helpers=list(_helpers(referents[structure], visited.account)))
        for structure, where in reversed(places.items())
    ]
    return page("account/referents.html", person=visited.account, rows=rows)


def _helpers(referents: Sequence[Account], account: Account) -> Iterator[HelperRow]:
    """How they let themselves be reached: a number that receives codes is told to nobody."""
    for each in referents:
        if each.id == account.id:
            continue
        mails = (one.address for one in each.contacts if one.kind == _MAIL and one.validated)
        yield HelperRow(
            name=each.display_name,
            mail=next(mails, ""),
            telephone=next(iter(each.attributes.get("telephone", ())), ""),
        )


def _note(visited: Vouched, wish: str) -> None:
    entry = AuditEntry(
        at=hub().clock(),
        action="account.visibility_changed",
        account=visited.account.id,
        details={"kind": wish},
    )
    desk().trail.note(entry)
