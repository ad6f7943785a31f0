"""« Fermer un compte » : the operator erases somebody for good, once they are sure of whom."""

from datetime import datetime
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account
from hub.contract.audit import AuditEntry
from hub.contract.identifiers import AccountId
from hub.contract.messages import Message
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.people.closing import ClosesAccounts, out_of_reach, same_name
from hub.people.delegation import Console
from hub.people.masking import masked
from hub.web.account_closing import ASKED
from hub.web.console import Agent, enter, enter_fresh
from hub.web.console_telling import MAIL, mail_of
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub, language
from hub.web.words import HUB

HERE: Final = "/console/closing"
LONGEST: Final = 200
_NOBODY: Final = Refusal(code="closing.nobody", counts=False)
_READ_ONLY: Final = Refusal(code="closing.read_only", counts=False)
_OTHER_NAME: Final = Refusal(code="closing.other_name", counts=False)
blueprint = flask.Blueprint("hub_console_closing", __name__)


@value
class ClosingView:
    """Enough to be sure that it is this person and no namesake."""

    id: AccountId
    name: str
    places: tuple[str, ...]
    contacts: tuple[str, ...]
    suspended: bool
    asked: datetime | None
    """When they asked for it themselves."""
    told: bool
    """Whether a mail will tell them."""


@blueprint.get(HERE)
def form() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent, done=flask.request.args.get("done", ""))


@blueprint.post(HERE)
def found() -> ResponseReturnValue:
    """Posted, though nothing changes: a national number belongs in no address and no history."""
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    who = flask.request.form.get("who", "").replace("\0", "").strip()[:LONGEST]
    account = _meant(who)
    _trace(agent, account)
    if account is None:
        return _page(agent, who=who, refused=_NOBODY, status=404)
    if refused := _refusal(agent, account):
        return _page(agent, who=who, refused=refused, status=403)
    return _page(agent, who=who, account=account)


@blueprint.post(f"{HERE}/<account>")
def close(account: str) -> ResponseReturnValue:
    # A session left open an hour ago erases nobody: prove it again, then press again.
    agent = enter_fresh(Console.OPERATOR, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    person = hub().accounts.by_id(AccountId(account))
    if person is None:
        return _page(agent, refused=_NOBODY, status=404)
    if refused := _refusal(agent, person):
        return _page(agent, refused=refused, status=403)
    # There is no way back: a number read wrong on the telephone must stop here.
    if not same_name(flask.request.form.get("name", ""), person):
        return _page(agent, account=person, refused=_OTHER_NAME, status=422)
    _closing().close(person, agent.visited.account.id)
    _tell(person)
    return flask.redirect(f"{HERE}?done=closed", 303)


def _closing() -> ClosesAccounts:
    lent = desk().closing
    if lent is None:
        flask.abort(404)
    return lent


def _meant(typed: str) -> Account | None:
    if not typed:
        return None
    return hub().accounts.by_id(AccountId(typed)) or hub().accounts.by_login(typed)


def _refusal(agent: Agent, person: Account) -> Refusal | None:
    grants = desk().rights.granted(person.id, hub().clock())
    refused = out_of_reach(agent.visited.account.id, person, grants)
    if refused is None and not _closing().closable(person):
        return _READ_ONLY
    return refused


def _trace(agent: Agent, found: Account | None) -> None:
    desk().trail.note(
        AuditEntry(
            at=hub().clock(),
            action="account.closing_looked_up",
            account=found.id if found else None,
            details={"by": agent.visited.account.id},
        )
    )


def _tell(person: Account) -> None:
    """Of no account: what is kept with one went with it, and this letter must still leave."""
    address = mail_of(person)
    if address is None:
        return
    desk().messenger.post(
        Message(
            kind=MAIL,
            to=address,
            template="account_closed",
            values={"person": person.display_name},
            # Theirs is not known, and the operator's is not theirs.
            language="fr",
            notice=True,
        )
    )


def _asked(account: AccountId) -> datetime | None:
    # By its own name: whoever signs in often must not bury what they asked.
    entry = desk().trail.newest(account, ASKED)
    return entry.at if entry else None


def _view(person: Account) -> ClosingView:
    return ClosingView(
        id=person.id,
        name=person.display_name,
        places=tuple(f"{each.where} · {each.role}" for each in person.situations),
        contacts=tuple(masked(each.address) for each in person.contacts),
        suspended=person.locked,
        asked=_asked(person.id),
        told=mail_of(person) is not None,
    )


def _page(
    agent: Agent,
    *,
    who: str = "",
    account: Account | None = None,
    refused: Refusal | None = None,
    done: str = "",
    status: int = 200,
) -> flask.Response:
    return page(
        "console/closing.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        who=who,
        found=_view(account) if account else None,
        done=done == "closed",
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
