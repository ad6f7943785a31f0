"""How somebody enters an account just opened: invited by mail, or by a secret for a day."""

from collections.abc import Sequence
from typing import Final, Literal

import flask

from hub.contract.accounts import Account
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.identifiers import AccountId
from hub.contract.messages import Held, MessageId
from hub.contract.steps import Refusal
from hub.contract.tasks import Invites, LendsSecret
from hub.web.console import Agent
from hub.web.console_telling import mail_of, write
from hub.web.parts import hub

BUSY: Final = Refusal(code="console.lends_none", counts=False)
Way = Literal["invitation", "temporary", ""]
"""How the first means is given; nothing: by a card or a provider, which find them by number."""


def ways() -> Sequence[Way]:
    """Those that the enabled methods offer."""
    methods = list(hub().rules.methods.values())
    offered: list[Way] = []
    if any(isinstance(each, Invites) for each in methods):
        offered.append("invitation")
    if any(isinstance(each, LendsSecret) for each in methods):
        offered.append("temporary")
    return offered


def lend(account: AccountId) -> str | Refusal:
    """A secret to hand over, by the first method that makes one up; or that none can be now."""
    lending = (each for each in hub().rules.methods.values() if isinstance(each, LendsSecret))
    first = next(lending, None)
    if first is None:
        flask.abort(404)
    try:
        return first.temporary(account)
    except StoreUnavailable:
        raise
    except HubError:
        return BUSY


def invite(agent: Agent, account: Account) -> MessageId | None:
    """By mail, to where nobody enters without having read it; the mail, as the outbox calls it."""
    inviting = (each for each in hub().rules.methods.values() if isinstance(each, Invites))
    first, address = next(inviting, None), mail_of(account)
    path = first.invitation(account.id) if first else "/services"
    said = {
        "person": account.display_name,
        "referent": agent.visited.account.display_name,
        "structure": ", ".join(each.where for each in account.situations),
        "link": f"{hub().public_address}{path}",
    }
    posted = write(account, address, "account_invited", said) if address else None
    return None if isinstance(posted, Held) else posted
