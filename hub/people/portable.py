"""What the hub keeps of one person, as they may take it along (GDPR 15 and 20). Pure.

Nothing of others, so no name of who did what; no secret, so nothing that opens a door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Final

from hub.contract.accounts import Account, Link
from hub.contract.identifiers import MethodName
from hub.contract.tasks import Means
from hub.contract.values import Json, value
from hub.people.access import AccessRequest
from hub.people.activity import SessionLine
from hub.people.masking import masked
from hub.people.posted import PostedNotice
from hub.people.rights import Grant
from hub.people.space import Space
from hub.people.visibility import visibility


TOLD_AS: Final[Mapping[str, str]] = {
    "access_request": "requests",
    "browser_session": "sessions",
    "credential": "means",
    "own_space": "my_services",
    "participation": "sessions",
    "posted_notice": "notices",
    "right_grant": "rights",
    "trail": "history",
}
"""Which part of the file tells of which kind of the register. Every other kind says why not."""


@value
class Told:
    """One line of the history, in words."""

    at: datetime
    words: str


@value
class Held:
    """The means of one method."""

    method: MethodName
    means: Sequence[Means]


@value
class Belongings:
    account: Account
    grants: Sequence[Grant]
    held: Sequence[Held]
    sessions: Sequence[SessionLine]
    space: Space
    notices: Sequence[PostedNotice]
    history: Sequence[Told]
    declared: Mapping[str, str] = field(default_factory=dict)
    """By system, each number that nobody proved, in words that say so."""
    links: Sequence[Link] = ()
    requests: Sequence[AccessRequest] = ()
    kept: Mapping[str, Json] = field(default_factory=dict)
    """What plugins keep besides, by the name of what keeps it."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Why other kinds are not in the file: the kind in words, and the reason."""


def portable(mine: Belongings, now: datetime, *, whole: bool) -> dict[str, Json]:
    """*whole*: proved strongly, just now; else addresses are masked, as on the page."""
    return {
        "made_at": now.isoformat(),
        "addresses_masked": not whole,
        "account": _account(mine, whole=whole),
        "rights": [_grant(each) for each in mine.grants],
        "means": [_means(each, whole=whole) for each in mine.held],
        "identities": [_link(each, whole=whole) for each in mine.links],
        "sessions": [_session(each) for each in mine.sessions],
        "my_services": _space(mine.space),
        "notices": [_notice(each) for each in mine.notices],
        "requests": [_request(each) for each in mine.requests],
        # Only whole or not at all: nobody here knows which of it is an address.
        "kept_by_services": {name: each if whole else None for name, each in mine.kept.items()},
        "history": [{"at": each.at.isoformat(), "what": each.words} for each in mine.history],
        "left_out": dict(mine.left_out),
    }


def _account(mine: Belongings, *, whole: bool) -> dict[str, Json]:
    account = mine.account
    return {
        "name": account.display_name,
        "identifiers": {each.system: each.number for each in account.proved_identifiers},
        # Typed by somebody: whoever reads the file must not take it for a proof of who this is.
        "identifiers_only_declared": dict(mine.declared),
        "places": [
            {"structure": each.structure, "name": each.where, "role": each.role}
            for each in account.situations
        ],
        "contacts": [
            {
                "kind": each.kind,
                "address": each.address if whole else masked(each.address),
                "validated": each.validated,
            }
            for each in account.contacts
        ],
        "attributes": {
            name: [each if whole else masked(each) for each in told]
            for name, told in sorted(account.attributes.items())
        },
        "visibility": visibility(account).value,
        "done": [*sorted(account.fulfilled)],
    }


def _grant(grant: Grant) -> dict[str, Json]:
    return {
        "name": grant.name,
        "place": grant.situation,
        "structure": grant.structure,
        "since": grant.since.isoformat(),
        "until": grant.until.isoformat() if grant.until else None,
    }


def _means(held: Held, *, whole: bool) -> dict[str, Json]:
    return {
        "method": held.method,
        "means": [
            {
                "name": each.label if whole else masked(each.label),
                "since": each.since.isoformat() if each.since else None,
                "last_used": each.used.isoformat() if each.used else None,
            }
            for each in held.means
        ],
    }


def _session(session: SessionLine) -> dict[str, Json]:
    return {
        "device": session.device,
        "network": session.source,
        "since": session.began_at.isoformat(),
        "last_used": session.seen_at.isoformat(),
        "methods": [*session.methods],
        "services": [*session.services],
    }


def _space(space: Space) -> dict[str, Json]:
    return {
        "favourites": [*sorted(space.favourites)],
        "order": [*space.order],
        "links": [
            {"name": each.name, "address": each.address, "description": each.description}
            for each in space.links
        ],
    }


def _notice(notice: PostedNotice) -> dict[str, Json]:
    return {
        "from": notice.service,
        "text": notice.text,
        "at": notice.posted_at.isoformat(),
        "read_at": notice.read_at.isoformat() if notice.read_at else None,
    }


def _link(link: Link, *, whole: bool) -> dict[str, Json]:
    return {
        "issuer": link.issuer,
        "subject": link.subject if whole else masked(link.subject),
        "name": link.name if whole else masked(link.name),
        "via": link.via,
        "since": link.since.isoformat() if link.since else None,
    }


def _request(request: AccessRequest) -> dict[str, Json]:
    return {
        "service": request.service,
        "structure": request.structure,
        "message": request.message,
        "at": request.made_at.isoformat(),
    }
