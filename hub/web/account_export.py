"""« Mes données »: everything the hub keeps of one person, as a file."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, Link, Linkable
from hub.contract.audit import AuditEntry
from hub.contract.facts import Portable
from hub.contract.holdings import TellsKept, TellsNewest
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.tasks import Enrollable, Means
from hub.contract.values import Json, value
from hub.broker.assurance import Satisfied
from hub.broker.contained import unless_broken
from hub.broker.outcomes import Vouched
from hub.people.portable import TOLD_AS, Belongings, Held, Told, portable
from hub.web.account_means import ACCOUNT, strong_proof
from hub.web.desk import desk
from hub.web.history import of_person
from hub.web.numbers import number_told
from hub.web.parts import hub, language
from hub.web.portal import method_title
from hub.web.visits import visit
from hub.web.words import HUB

blueprint = flask.Blueprint("hub_account_export", __name__)
HISTORY_LENGTH: Final = 1000
T = TypeVar("T")


@value
class Unread:
    """In place of what a plugin keeps, when it broke while telling it: the file says so."""


@blueprint.post("/account/export")
def export() -> ResponseReturnValue:
    """A form, not a link: what is loaded in advance or by another site takes nothing along."""
    visited = visit(ACCOUNT)
    if not isinstance(visited, Vouched):
        return visited
    now = hub().clock()
    # A password found on a sticker does not read the addresses that codes are sent to.
    whole = isinstance(strong_proof(visited), Satisfied)
    told = portable(_belongings(visited), now, whole=whole)
    desk().trail.note(AuditEntry(at=now, action="account.exported", account=visited.account.id))
    answer = flask.Response(
        json.dumps(told, ensure_ascii=False, indent=2), content_type="application/json"
    )
    name = f"mes-donnees-{now:%Y-%m-%d}.json"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _belongings(visited: Vouched) -> Belongings:
    account, now = visited.account, hub().clock()
    kept, held = dict(_kept(account)), dict(_held(account.id))
    unread = [name for name, told in (*kept.items(), *held.items()) if isinstance(told, Unread)]
    return Belongings(
        account=account,
        declared={each.system: number_told(each) for each in account.identifiers if each.declared},
        grants=desk().rights.granted(account.id, now),
        held=[
            Held(method=name, means=means)
            for name, means in held.items()
            if not isinstance(means, Unread)
        ],
        sessions=desk().sessions.of(account.id),
        space=desk().own.spaces.of(account.id),
        notices=desk().own.posted.of(account.id, now),
        history=[
            Told(at=each.at, words=each.words) for each in of_person(account.id, HISTORY_LENGTH)
        ],
        links=list(_links(account.id)),
        requests=desk().own.access.made_by(account.id, now),
        kept={
            name: told
            for name, told in kept.items()
            if told is not None and not isinstance(told, Unread)
        },
        left_out={**dict(_left_out()), **dict(_cut(account.id, kept)), **dict(_unread(unread))},
    )


def _kept(account: Account) -> Iterator[tuple[str, Json | Unread]]:
    """What plugins keep: an association, mailboxes."""
    rules = hub().rules
    for each in (*rules.actions.values(), *rules.facts):
        if isinstance(each, Portable):
            yield each.name, _told(each.name, partial(each.kept_of, account))
    for held in desk().holdings:
        if isinstance(held, TellsKept):
            yield held.kind, _told(held.kind, partial(held.kept_of, account))


def _told(name: str, asked: Callable[[], T]) -> T | Unread:
    otherwise: T | Unread = Unread()
    return unless_broken(name, asked, otherwise)


def _links(account: AccountId) -> Iterator[Link]:
    for store in desk().stores.values():
        if isinstance(store, Linkable):
            yield from store.links(account)


def _left_out() -> Iterator[tuple[str, str]]:
    """Each kind of the register of which the file says nothing, and why."""
    told = {*TOLD_AS, *(each.kind for each in desk().holdings if isinstance(each, TellsKept))}
    for kind in desk().kinds:
        if kind not in told:
            unsaid = hub().words.text(language(), "holding.left_out", HUB)
            why = hub().words.either(language(), f"holding.{kind}.left_out", _owner(kind), unsaid)
            yield _named(kind), why


def _unread(broken: Iterable[str]) -> Iterator[tuple[str, str]]:
    why = hub().words.text(language(), "export.unread", HUB)
    for name in broken:
        yield method_title(name) if name in hub().rules.methods else _named(name), why


def _cut(account: AccountId, kept: Mapping[str, Json | Unread]) -> Iterator[tuple[str, str]]:
    """What is longer than the file tells."""
    full = {
        each.kind: each.most_told
        for each in desk().holdings
        if isinstance(each, TellsNewest) and _length(kept.get(each.kind)) >= each.most_told
    }
    if len(desk().trail.of_account(account, HISTORY_LENGTH + 1)) > HISTORY_LENGTH:
        full["trail"] = HISTORY_LENGTH
    for kind, most in full.items():
        yield _named(kind), hub().words.text(language(), "export.cut", HUB, most=most)


def _length(told: Json | Unread) -> int:
    return len(told) if isinstance(told, list) else 0


def _named(kind: str) -> str:
    return hub().words.either(language(), f"holding.{kind}", _owner(kind), kind)


def _owner(kind: str) -> str:
    return kind.partition(".")[0] if "." in kind else HUB


def _held(account: AccountId) -> Iterator[tuple[MethodName, Sequence[Means] | Unread]]:
    for name, method in hub().rules.methods.items():
        if isinstance(method, Enrollable):
            yield name, _told(name, partial(method.means, account))
