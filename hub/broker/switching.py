"""Whether a service can still be reached when methods are switched off. Asks `decide()`. Pure."""

from datetime import datetime

from hub.contract.accounts import Account
from hub.contract.identifiers import SessionId
from hub.contract.login import LoginRequest
from hub.contract.services import Service
from hub.broker.assurance import OutOfReach, decide
from hub.broker.records import BrowserSession
from hub.broker.rules import Rules
from hub.broker.scene import Seen, case_of


def still_reached(rules: Rules, service: Service, account: Account, now: datetime) -> bool:
    """By somebody nobody knows yet, and by *account* with the means it has.

    The first alone would trust in means that nobody may have set up; the second alone would leave
    whoever must identify first without a way to.
    """
    stranger = case_of(rules, LoginRequest(service=service.id, received_at=now), None, now)
    session = BrowserSession(id=SessionId(""), account=account.id, events=(), began_at=now)
    seen = Seen(session=session, account=account)
    own = case_of(rules, LoginRequest(service=service.id, received_at=now), seen, now)
    return not any(isinstance(decide(each, rules.policy), OutOfReach) for each in (stranger, own))
