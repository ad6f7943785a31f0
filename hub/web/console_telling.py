"""What is done to an account from a console: in the trail, and told to both by mail."""

from collections.abc import Mapping
from typing import Final

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ChannelKind, ServiceId
from hub.contract.messages import Held, Message, MessageId
from hub.contract.values import Json
from hub.web.console import Agent
from hub.web.desk import desk
from hub.web.parts import hub, language
from hub.web.portal import method_title

MAIL: Final = ChannelKind("mail")
NOTHING: Final[Mapping[str, str]] = {}


def tell(
    agent: Agent,
    found: Account,
    action: str,
    method: str = "",
    traced: Mapping[str, str] = NOTHING,
    **named: str,
) -> None:
    """Nothing is done to an account behind its owner's back.

    *named*: what the sentence says. *traced*: what the trail keeps of it, never an address.
    """
    details = {"method": method} if method else {}
    note(agent, found, action, service=None, **details, **traced)
    actor = agent.visited.account
    said = {
        "person": found.display_name,
        "referent": actor.display_name,
        "address": f"{hub().public_address}/account",
    }
    # Which language somebody else reads is known to nobody: the portal's own.
    for each, spoken in ((found, hub().words.languages[0]), (actor, language())):
        address = mail_of(each)
        if address:
            what = _what(action, method, spoken, named)
            write(each, address, "account_changed", {**said, "what": what}, spoken)


def _what(action: str, method: str, spoken: str, named: Mapping[str, str]) -> str:
    key = f"console.told.{action}"
    title = method_title(method, spoken) if method else ""
    return hub().words.text(spoken, key, method=title, **named)


def note(
    agent: Agent, found: Account, action: str, *, service: ServiceId | None = None, **details: str
) -> None:
    desk().trail.note(
        AuditEntry(
            at=hub().clock(),
            action=action,
            account=found.id,
            service=service,
            details={"by": agent.visited.account.id, **details},
        )
    )


def write(
    account: Account, address: str, template: str, said: Mapping[str, Json], spoken: str = ""
) -> MessageId | Held:
    """*spoken*: its language; empty: that of the page."""
    return desk().messenger.post(
        Message(
            kind=MAIL,
            to=address,
            template=template,
            values=said,
            language=spoken or language(),
            account=account.id,
            notice=True,
        )
    )


def mail_of(account: Account) -> str | None:
    mails = [each for each in account.contacts if each.kind == MAIL and each.validated]
    return mails[0].address if mails else None
