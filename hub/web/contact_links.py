"""A number or address that a référent wrote for somebody: its owner confirms it, signed in."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, Contact
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ChannelKind
from hub.contract.messages import Held, Message
from hub.contract.values import value
from hub.broker.outcomes import Vouched
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.own_account import kept
from hub.web.parts import hub, language
from hub.web.portal import PORTAL
from hub.web.visits import visit

PATH: Final = "/contact"
WAITS: Final = timedelta(days=3)
REMEMBERED: Final = timedelta(days=30)
"""So long a link sent again replaces what the first one would; afterwards nothing goes."""
_MAIL: Final = ChannelKind("mail")
blueprint = flask.Blueprint("hub_contact_links", __name__)


@value
class Waiting:
    """Taken out of the box: nobody else can use it until it is laid back."""

    key: str
    account: AccountId
    kind: ChannelKind
    address: str
    replaces: tuple[str, ...]
    until: datetime


def send_link(
    account: Account, contact: Contact, referent: str, replaces: Sequence[str] | None = ()
) -> Held | None:
    """To the new number or address; *replaces*: those of its kind that go once it is confirmed.

    `None`: those that the link before it replaces, as long as that is remembered.
    `Held`: it had its share of today, and no link was made.
    """
    replaces = _recalled(account, contact) if replaces is None else replaces
    waiting = Waiting(
        # Short, as it stands in an SMS; and worth nothing without signing in as that person.
        key=secrets.token_urlsafe(12),
        account=account.id,
        kind=contact.kind,
        address=contact.address,
        replaces=tuple(replaces),
        until=hub().clock() + WAITS,
    )
    _lay_back(waiting)
    link = f"{hub().public_address}{PATH}?c={waiting.key}"
    said = {"person": account.display_name, "referent": referent, "link": link}
    message = Message(
        kind=contact.kind,
        to=contact.address,
        template="contact_confirm",
        values=said,
        language=language(),
        account=account.id,
        expires_in=WAITS,
    )
    posted = desk().messenger.post(message)
    if not isinstance(posted, Held):
        _remember(account, contact, replaces)
        return None
    _take(waiting.key)
    return posted


@blueprint.get(PATH)
def ask() -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    return _page(visited, key=flask.request.args.get("c", ""))


@blueprint.post(PATH)
def confirm() -> ResponseReturnValue:
    """Counts from its person alone: a number written wrong is a stranger's telephone."""
    key = flask.request.form.get("c", "")
    visited = visit(PORTAL, target=f"{PATH}?c={key}")
    if not isinstance(visited, Vouched):
        return visited
    waiting = _take(key)
    if waiting and waiting.account != visited.account.id:
        _lay_back(waiting)
        waiting = None
    mine = kept(visited.account.id)
    if waiting is None or mine is None or not _awaits(mine[1], waiting):
        return _page(visited, state="dead", status=404)
    store, account = mine
    store.change(_confirmed(account, waiting))
    desk().trail.note(
        AuditEntry(
            at=hub().clock(),
            action="contact.confirmed",
            account=account.id,
            details={"kind": waiting.kind},
        )
    )
    return _page(visited, state="confirmed")


def _page(
    visited: Vouched, *, key: str = "", state: str = "asked", status: int = 200
) -> flask.Response:
    return page("account/contact.html", status=status, person=visited.account, key=key, state=state)


def _awaits(account: Account, waiting: Waiting) -> bool:
    """Written by a référent, and not changed since by another one."""
    return Contact(kind=waiting.kind, address=waiting.address) in account.contacts


def _confirmed(account: Account, waiting: Waiting) -> Account:
    left = [
        each
        for each in account.contacts
        if each.kind != waiting.kind or each.address not in {waiting.address, *waiting.replaces}
    ]
    proved = Contact(kind=waiting.kind, address=waiting.address, validated=True)
    mail = {"email": (waiting.address,)} if waiting.kind == _MAIL else {}
    return replace(account, contacts=(*left, proved), attributes={**account.attributes, **mail})


def _take(key: str) -> Waiting | None:
    content = desk().one_time.take(f"contact:{key}") if key else None
    if content is None:
        return None
    return Waiting(
        key=key,
        account=AccountId(str(content["account"])),
        kind=ChannelKind(str(content["kind"])),
        address=str(content["address"]),
        replaces=tuple(str(content["replaces"]).split()),
        until=datetime.fromisoformat(str(content["until"])),
    )


def _remember(account: Account, contact: Contact, replaces: Sequence[str]) -> None:
    content = {"replaces": " ".join(replaces)}
    seconds = int(REMEMBERED.total_seconds())
    desk().one_time.put(_memory(account, contact), content, seconds=seconds)


def _recalled(account: Account, contact: Contact) -> Sequence[str]:
    content = desk().one_time.take(_memory(account, contact))
    if content is None:
        return ()
    replaces = str(content["replaces"]).split()
    _remember(account, contact, replaces)
    return replaces


def _memory(account: Account, contact: Contact) -> str:
    told = hub().seal.digest(f"{contact.kind} {contact.address}", f"contact:{account.id}")
    return f"contact.replaces:{told}"


def _lay_back(waiting: Waiting) -> None:
    left = (waiting.until - hub().clock()).total_seconds()
    content = {
        "account": waiting.account,
        "kind": waiting.kind,
        "address": waiting.address,
        "replaces": " ".join(waiting.replaces),
        "until": waiting.until.isoformat(),
    }
    desk().one_time.put(f"contact:{waiting.key}", {**content}, seconds=max(1, int(left)))
