"""« Mes données »: everything the hub keeps of one person, as a file."""

import json
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, Link, Linkable
from hub.contract.audit import AuditEntry
from hub.contract.facts import Portable
from hub.contract.holdings import TellsKept
from hub.contract.identifiers import AccountId
from hub.contract.tasks import Enrollable, Means
from hub.contract.values import Json
from hub.broker.assurance import Satisfied
from hub.broker.contained import unless_broken
from hub.broker.outcomes import Vouched
from hub.people.portable import TOLD_AS, Belongings, Held, Told, portable
from hub.web.account_means import ACCOUNT, strong_proof
from hub.web.desk import desk
from hub.web.history import of_person
from hub.web.parts import hub, language
from hub.web.visits import visit
from hub.web.words import HUB

blueprint = flask.Blueprint("hub_account_export", __name__)
HISTORY_LENGTH: Final = 1000


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
    return Belongings(
        account=account,
        grants=desk().rights.granted(account.id, now),
        held=list(_held(account.id)),
        sessions=desk().sessions.of(account.id),
        space=desk().own.spaces.of(account.id),
        notices=desk().own.posted.of(account.id, now),
        history=[
            Told(at=each.at, words=each.words) for each in of_person(account.id, HISTORY_LENGTH)
        ],
        links=list(_links(account.id)),
        requests=desk().own.access.made_by(account.id, now),
        kept={name: kept for name, kept in _kept(account) if kept is not None},
        left_out=dict(_left_out()),
    )


def _kept(account: Account) -> Iterator[tuple[str, Json]]:
    """What plugins keep: an association, mailboxes. One that breaks is left out, and said."""
    rules = hub().rules
    for each in (*rules.actions.values(), *rules.facts):
        if isinstance(each, Portable):
            yield each.name, unless_broken(each.name, partial(each.kept_of, account), None)
    for held in desk().holdings:
        if isinstance(held, TellsKept):
            yield held.kind, unless_broken(held.kind, partial(held.kept_of, account), None)


def _links(account: AccountId) -> Iterator[Link]:
    for store in desk().stores.values():
        if isinstance(store, Linkable):
            yield from store.links(account)


def _left_out() -> Iterator[tuple[str, str]]:
    """Each kind of the register of which the file says nothing, and why."""
    told = {*TOLD_AS, *(each.kind for each in desk().holdings if isinstance(each, TellsKept))}
    for kind in desk().kinds:
        if kind not in told:
            owner = kind.partition(".")[0] if "." in kind else HUB
            named = hub().words.either(language(), f"holding.{kind}", owner, kind)
            unsaid = hub().words.text(language(), "holding.left_out", HUB)
            why = hub().words.either(language(), f"holding.{kind}.left_out", owner, unsaid)
            yield named, why


def _held(account: AccountId) -> Iterator[Held]:
    for name, method in hub().rules.methods.items():
        if isinstance(method, Enrollable):
            none: Sequence[Means] = ()
            yield Held(method=name, means=unless_broken(name, partial(method.means, account), none))
