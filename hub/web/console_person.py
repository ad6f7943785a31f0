"""One person's page at the référent's console, drawn with all that may be done for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from functools import partial
from typing import Final

import flask

from hub.contract.accounts import Account, Contact
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.messages import MessageId
from hub.contract.many import by_ids
from hub.contract.services import Service
from hub.contract.steps import Refusal
from hub.contract.tasks import Enrollable, LendsSecret, Means, Resets
from hub.contract.values import value
from hub.broker.contained import unless_broken
from hub.people.delegation import structures_of
from hub.people.giving import LASTS, givable, may_end, places_in, seen
from hub.people.masking import masked
from hub.web.access_letters import title_of
from hub.web.console import Agent
from hub.web.console_reach import keeper_of, shared
from hub.web.console_telling import mail_of
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.numbers import numbers_of
from hub.web.parts import hub, language
from hub.web.portal import method_title
from hub.web.words import HUB

DONE: Final = frozenset(
    {"reset", "suspended", "reopened", "opened", "known", "given", "held", "ended", "contact_set"}
    | {"opened_held", "link_sent"}
)
"""What the page may say was just done."""


@value
class ResetRow:
    """A method whose means may be taken away, and those there are."""

    method: MethodName
    title: str
    means: Sequence[str]


@value
class RightRow:
    id: str
    title: str
    """The services it opens; its own name when none does."""
    place: str
    """Empty: wherever the person works."""
    since: datetime
    until: datetime | None
    by: str
    """Empty: the operator."""
    may_end: bool


@value
class Shown:
    """What the page says besides the person: what was done, or what was typed and refused."""

    done: str = ""
    refused: Refusal | None = None
    typed: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    letter: str = ""
    """The invitation just posted, as the outbox calls it."""


def person_page(agent: Agent, found: Account, shown: Shown) -> flask.Response:
    places = places_in(found, structures_of(agent.grants))
    refused = shown.refused
    return page(
        "console/person.html",
        status=shown.status,
        person=agent.visited.account,
        consoles=agent.consoles,
        who=found,
        situations=places,
        identifiers=numbers_of(found),
        resets=list(_resets(found)),
        rights=list(_rights(found, agent)),
        giving=[(name, titles_of(name)) for name in sorted(givable(_services()))],
        lasts=LASTS,
        today=hub().clock().astimezone(hub().words.zone).date().isoformat(),
        contacts=[
            (mark(found, each), masked(each.address), each.validated) for each in found.contacts
        ],
        seen=seen_contacts(found),
        left=shared(agent, found) is not None,
        lends=any(isinstance(each, LendsSecret) for each in hub().rules.methods.values()),
        writable=keeper_of(found) is not None,
        reachable=mail_of(found) is not None,
        done=shown.done if shown.done in DONE else "",
        letter=_delivery(shown.letter),
        typed=shown.typed,
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )


def seen_contacts(account: Account) -> str:
    """What the form was drawn over: whoever changes something else meanwhile is not undone."""
    told = sorted(map(_line, account.contacts))
    return hub().seal.digest("\n".join(told), f"console.contacts:{account.id}")[:24]


def mark(account: Account, contact: Contact) -> str:
    """By which a form names one number or address without telling it."""
    told = f"{contact.kind} {contact.address}"
    return hub().seal.digest(told, f"console.contact:{account.id}")[:24]


def titles_of(name: str) -> str:
    opened = givable(_services()).get(name, ())
    return ", ".join(map(title_of, opened)) or name


def _delivery(letter: str) -> str:
    """Where the invitation is now, as truthfully as the hub knows; empty: nothing is known."""
    found = desk().messenger.progress(MessageId(letter)) if letter else None
    return found.delivery.value if found else ""


def _line(contact: Contact) -> str:
    return f"{contact.kind} {contact.address} {contact.validated}"


def _rights(account: Account, agent: Agent) -> Iterator[RightRow]:
    places = places_in(account, structures_of(agent.grants))
    where = {each.id: f"{each.where} · {each.role}" for each in places}
    grants = seen(desk().rights.granted(account.id, hub().clock()), places)
    givers = by_ids(hub().accounts, (each.given_by for each in grants if each.given_by))
    names: dict[AccountId | None, str] = {by: each.display_name for by, each in givers.items()}
    for each in grants:
        yield RightRow(
            id=each.id,
            title=titles_of(each.name),
            place=where[each.situation] if each.situation else "",
            since=each.since,
            until=each.until,
            by=names.get(each.given_by, ""),
            may_end=may_end(each, places),
        )


def _services() -> Sequence[Service]:
    return list(hub().rules.services.values())


def _resets(account: Account) -> Iterator[ResetRow]:
    for name, method in hub().rules.methods.items():
        if isinstance(method, Resets):
            # One that breaks may still be reset: that is what the référent came for.
            nothing: Sequence[Means] = ()
            held = unless_broken(name, partial(_held, method, account), nothing)
            yield ResetRow(
                method=name, title=method_title(name), means=[masked(each.label) for each in held]
            )


def _held(method: object, account: Account) -> Sequence[Means]:
    return tuple(method.means(account.id)) if isinstance(method, Enrollable) else ()
