"""What is written down of a login, and the code under which a person may ask about it.

Only names of things and outcomes stand here: no code, no address, nothing that was typed.
"""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hub.contract.audit import AuditEntry
from hub.contract.events import AuthenticationEvent
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.steps import Ask, Done, Redirect, Refusal, Refused
from hub.broker.assurance import (
    ActionDue,
    Decision,
    Known,
    MoreNeeded,
    OutOfReach,
    Satisfied,
)
from hub.broker.records import OtherPerson, PendingLogin, Turn

# Crockford's base 32: no letter that is mistaken for another on the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def support_code() -> str:
    letters = "".join(_ALPHABET[each % 32] for each in secrets.token_bytes(6))
    return f"{letters[:4]}-{letters[4:]}"


def begun(login: PendingLogin, device: str) -> AuditEntry:
    return _entry(login, "login.begun", login.request.received_at, None, device=device)


def moved(login: PendingLogin, turn: Turn, account: AccountId | None, now: datetime) -> AuditEntry:
    match turn.step:
        case Refused(why=why) | Ask(refused=Refusal() as why):
            told = {"cause": why.cause} if why.cause else {}
            return _entry(
                login, "method.refused", now, account, place=turn.at, why=why.code, **told
            )
        case Ask() as ask:
            told = _posted(ask)
            return _entry(login, "method.asked", now, account, place=turn.at, **told)
        case Redirect():
            return _entry(login, "method.sent_away", now, account, place=turn.at)
        case OtherPerson():
            return _entry(login, "method.proved_other_person", now, account, place=turn.at)


def proved(login: PendingLogin, event: AuthenticationEvent, now: datetime) -> AuditEntry:
    return _entry(
        login,
        "method.proved",
        now,
        event.account,
        place=event.method,
        authenticator=event.evidence.authenticator,
    )


def then(entry: AuditEntry, decision: Decision) -> AuditEntry:
    """*entry*, with what the rules made of it: `open`, or what was still to be done."""
    return replace(entry, details={**entry.details, "then": _outcome(decision)})


def failed(
    login: PendingLogin, at: str, account: AccountId | None, kind: str, now: datetime
) -> AuditEntry:
    return _entry(login, "method.failed", now, account, place=at, kind=kind)


def acted(
    login: PendingLogin, action: str, account: AccountId, done: Done, now: datetime
) -> AuditEntry:
    chosen = {"situation": done.situation} if done.situation else {}
    return _entry(login, "action.done", now, account, place=action, **chosen)


def vouched(
    login: PendingLogin,
    about: Known,
    acr: str,
    events: Sequence[AuthenticationEvent],
    now: datetime,
) -> AuditEntry:
    acting = {"situation": about.situation.id} if about.situation else {}
    methods = " ".join(event.method for event in events)
    return _entry(login, "login.vouched", now, about.account.id, acr=acr, methods=methods, **acting)


def unreachable(
    login: PendingLogin, account: AccountId | None, why: str, now: datetime
) -> AuditEntry:
    return _entry(login, "login.out_of_reach", now, account, why=why)


def left(account: AccountId, now: datetime) -> AuditEntry:
    return AuditEntry(at=now, action="session.left", account=account)


def left_elsewhere(service: ServiceId | None, now: datetime) -> AuditEntry:
    """In another browser than the one that came: *service* named the session itself."""
    return AuditEntry(at=now, action="session.left", service=service)


def left_for_place(account: AccountId, service: ServiceId, now: datetime) -> AuditEntry:
    return AuditEntry(at=now, action="service.closed_for_place", account=account, service=service)


def left_service(account: AccountId, service: ServiceId, now: datetime) -> AuditEntry:
    return AuditEntry(at=now, action="service.left", account=account, service=service)


def _posted(ask: Ask) -> dict[str, str]:
    """The message a page waits for, by its id: where it went stands nowhere."""
    message = ask.values.get("message")
    return {"message": message} if isinstance(message, str) and message else {}


def _outcome(decision: Decision) -> str:
    match decision:
        case Satisfied():
            return "open"
        case MoreNeeded(choices=choices):
            return " ".join(["more", *(each.name for each in choices)])
        case ActionDue(action=action):
            return f"do/{action}"
        case OutOfReach(why=why):
            return why.value


def _entry(
    login: PendingLogin, action: str, at: datetime, account: AccountId | None, **details: str
) -> AuditEntry:
    return AuditEntry(
        at=at,
        action=action,
        login=login.id,
        account=account,
        service=login.request.service,
        details=details,
        support=login.support,
    )
