"""Lines of the audit trail in words, for the person and for the support."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId, ServiceId
from hub.contract.many import by_ids
from hub.contract.values import value
from hub.web import moments
from hub.web.checks_here import NOTED, in_words
from hub.web.desk import desk
from hub.web.drawing import words
from hub.web.parts import hub
from hub.web.portal import authenticator_name, method_title
from hub.web.words import HUB

# Steps of a sign-in that say nothing to the person it succeeded for.
_UNTOLD: Final = frozenset(
    {
        "login.begun",
        "method.asked",
        "method.sent_away",
        "method.failed",
        "action.done",
        "login.out_of_reach",
    }
)
# What a sentence may name of an entry's details.
_NAMED: Final = ("place", "why", "device", "acr", "methods", "method", "kind", "text", "version")


@value
class HistoryRow:
    at: datetime
    words: str
    by: str
    """Who did it, when it was somebody else."""


@value
class TimelineRow:
    at: datetime
    words: str
    action: str
    """The tag in the trail, for whoever searches there."""
    details: Sequence[tuple[str, str]]


def of_person(account: AccountId, limit: int) -> Sequence[HistoryRow]:
    """Newest first, without what the catalogue has no words for."""
    entries = desk().trail.of_account(account, limit)
    told = [each for each in entries if each.action not in _UNTOLD and _owner(each)]
    # One question for all, however many acted.
    acted = by_ids(hub().accounts, {by for each in told if (by := AccountId(_by(each)))})
    names = {by: account.display_name for by, account in acted.items()}
    return [
        HistoryRow(at=each.at, words=_in_words(each), by=names.get(AccountId(_by(each)), ""))
        for each in told
    ]


def timeline(entries: Sequence[AuditEntry]) -> Sequence[TimelineRow]:
    """Everything, oldest first; a line without words shows its tag."""
    return [
        TimelineRow(
            at=each.at,
            words=_in_words(each),
            action=each.action,
            details=_details(each),
        )
        for each in entries
    ]


def _details(entry: AuditEntry) -> Sequence[tuple[str, str]]:
    told = {name: text for name, text in sorted(entry.details.items()) if text}
    if entry.action == NOTED:
        return in_words(told)
    if message := told.get("message"):
        # Where it is by now: an id says nothing to anybody.
        told["message"] = words(f"console.support.message.{hub().delivery(message) or 'unknown'}")
    return list(told.items())


def title_of(service: ServiceId | None) -> str:
    known = hub().rules.services.get(service) if service else None
    return moments.title_of(known) if known else service or ""


def _owner(entry: AuditEntry) -> str | None:
    """Whose catalogue has words for it: the hub's or that of the plugin that noted it."""
    owners = (HUB, *hub().folders)
    return next((each for each in owners if hub().words.has(_key(entry), each)), None)


def _key(entry: AuditEntry) -> str:
    return f"trail.{entry.action}"


def _in_words(entry: AuditEntry) -> str:
    owner = _owner(entry)
    if owner is None:
        return entry.action
    # A detail the sentence names and the entry lacks leaves a gap, never an error page.
    named = {name: entry.details.get(name, "?") for name in _NAMED}
    place = entry.details.get("authenticator") or named["place"]
    told = {
        **named,
        # Entries from before it was named, which nobody writes again, have their service.
        "device": entry.details.get("device") or title_of(entry.service) or "?",
        "service": title_of(entry.service),
        "how": authenticator_name(place),
        "method": method_title(named["method"]),
    }
    return words(_key(entry), owner, **told)


def _by(entry: AuditEntry) -> str:
    return entry.details.get("by", "")
