"""What most likely went wrong in a sign-in, and what the support can say: from its trail alone."""

from collections.abc import Mapping, Sequence
from typing import Final

from hub.contract.audit import AuditEntry
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.web.drawing import words, words_or
from hub.web.parts import hub, language
from hub.web.words import HUB

FAMILIES: Final[Mapping[str, Sequence[str]]] = {
    "wrong": (
        "wrong",
        "wrong_current",
        "wrong_code",
        "wrong_pin_unknown",
        "unreadable",
        "used",
        "not_a_code",
    ),
    "too_many": ("too_many_tries", "too_many", "spent", "too_soon", "rests", "busy"),
    "locked": ("account_locked",),
    "nobody": (
        "unknown_person",
        "no_account",
        "no_identifier",
        "bad_identifier",
        "in_doubt",
        "identity_differs",
        "unknown",
        "no_name",
        "nameless",
        "no_subject",
    ),
    "provider_down": ("unavailable", "unreachable", "provider_failed", "userinfo_failed", "failed"),
    "provider_set_up": (
        "misconfigured",
        "wrong_issuer",
        "wrong_audience",
        "wrong_algorithm",
        "wrong_metadata",
        "wrong_hash",
        "wrong_signature",
        "bad_signature",
        "unknown_key",
        "unsigned",
        "weak",
        "wrapped",
        "undecipherable",
        "not_encrypted",
        "no_issuer",
        "bad_token",
        "bad_answer",
        "code_refused",
        "unknown_level",
        "level_refused",
        "userinfo_subject",
        "wrong_place",
    ),
    "old_page": (
        "wrong_state",
        "wrong_nonce",
        "unasked",
        "replayed",
        "gone",
        "not_offered",
        "meanwhile",
        "changed_meanwhile",
        "moved",
        "no_code",
        "over",
        "already_used",
    ),
    "clock": (
        "clock",
        "not_yet",
        "not_yet_valid",
        "too_old",
        "no_auth_time",
        "bad_auth_time",
        "undated",
        "early",
        "not_fresh",
        "agent_stale",
    ),
    "gave_up": ("denied", "cancelled", "unanswered", "timeout", "declined", "login_required"),
    "expired": ("expired", "first_expired", "revoked", "status_unknown"),
    "workstation": (
        "no_reader",
        "no_card",
        "removed",
        "software_missing",
        "no_certificate",
        "several_cards",
        "agent_busy",
        "agent_number",
        "other_card",
        "not_a_card",
        "unsupported",
        "route_closed",
    ),
    "card": (
        "kind",
        "policy",
        "service_card",
        "test_card",
        "not_authentication",
        "unknown_issuer",
        "weak_key",
        "bad_number",
    ),
    "blocked": ("pin_blocked",),
}
"""Ends of refusal codes, whosever they are: a plugin that calls a thing as others do is understood.

One that has more to say writes `cause.<code>` and `cause.<code>.remedy` in its own catalogue.
"""
_FAMILY: Final = {end: family for family, ends in FAMILIES.items() for end in ends}


@value
class Cause:
    why: str
    remedy: str
    open: bool = False
    """Nothing went wrong: the person got in."""


def likely(entries: Sequence[AuditEntry]) -> Cause | None:
    """Of one sign-in, oldest first; `None`: nothing can be told. What came last decides."""
    for each in reversed(entries):
        match each.action:
            case "login.vouched":
                return _said("cause.vouched", is_open=True)
            case "login.out_of_reach":
                return _said(f"why.{each.details.get('why', '')}", end=".next")
            case "method.failed":
                return _said("cause.broken")
            case "method.refused":
                return of_refusal(each.details.get("why", ""), each.details.get("place", ""))
            case "method.asked" if message := each.details.get("message"):
                return _said(f"cause.message.{hub().delivery(message) or 'unknown'}")
            case "method.asked":
                return _said("cause.unanswered")
            case "method.sent_away":
                return _said("cause.not_back")
            case "method.proved_other_person":
                return _said("cause.other_person")
            case "method.proved" | "action.done":
                return _said("cause.half_way")
            case "login.begun":
                return _said("cause.nothing_done")
    return None


def of_refusal(code: str, place: str) -> Cause:
    """*place*: the method, or `do/` and the action, whose catalogue is asked first."""
    action = place.removeprefix("do/")
    owner = hub().owner_of_action(action) if action != place else hub().owner_of_method(place)
    if hub().words.has(f"cause.{code}", owner):
        return Cause(why=words(f"cause.{code}", owner), remedy=words(f"cause.{code}.remedy", owner))
    if family := _FAMILY.get(code.rpartition(".")[2]):
        return _said(f"cause.{family}")
    told = hub().words.refusal(language(), Refusal(code=code), owner)
    return Cause(why=told.why, remedy=told.then)


def _said(key: str, *, end: str = ".remedy", is_open: bool = False) -> Cause:
    remedy = words_or(f"{key}{end}", HUB, words("cause.unknown.remedy"))
    return Cause(why=words_or(key, HUB, words("cause.unknown")), remedy=remedy, open=is_open)
