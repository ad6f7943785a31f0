"""« Créer un compte » : a référent opens the account of a colleague."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final, assert_never

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, KeepsAccounts
from hub.contract.errors import HubError, StoreUnavailable
from hub.contract.identifiers import AccountId, MethodName
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.broker.throttle import Try
from hub.people.creating import (
    Described,
    Elsewhere,
    account_of,
    described,
    known_as,
    met,
    situation_of,
    wrong_in,
)
from hub.people.delegation import Console, structures_of
from hub.people.requests import AccountRequest, Typed
from hub.web.console import Agent, enter, enter_fresh
from hub.web.console_first import Way, invite, lend, ways
from hub.web.console_person import Shown, person_page
from hub.web.console_reach import beyond_reach
from hub.web.console_telling import note
from hub.web.contact_links import send_link
from hub.web.desk import desk
from hub.web.drawing import page, words
from hub.web.guards import form_fields
from hub.web.parts import browser, hub, language
from hub.web.kept_forms import typed_before
from hub.web.words import HUB

HERE: Final = "/console/people/new"
FIRST_LIFE: Final = timedelta(days=1)
ELSEWHERE: Final = Refusal(code="console.elsewhere", counts=False)
READ_ONLY: Final = Refusal(code="console.read_only", counts=False)
blueprint = flask.Blueprint("hub_console_create", __name__)


@value
class Opened:
    account: Account
    letter: str = ""
    """The invitation, as the outbox calls it."""
    lends: bool = False
    """A secret is still to be made up for them, and shown once."""
    held: bool = False
    """A link to confirm a number or an address had no place left today, and did not leave."""


@blueprint.get(HERE)
def form() -> ResponseReturnValue:
    agent = enter(Console.REFERENT)
    if not isinstance(agent, Agent):
        return agent
    before = typed_before()
    return _form(agent, described(before), way=before.get("way", ""))


@blueprint.post(HERE)
def create() -> ResponseReturnValue:
    # A session left open opens no account, and shows nobody its first secret.
    agent = enter_fresh(Console.REFERENT, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    given = form_fields()
    typed, way = described(given), given.get("way", "")
    if wrong := _wrong(agent, typed, way):
        return _form(agent, typed, way=way, wrong=wrong, status=422)
    account = _id(agent, typed, given.get("once", ""))
    with desk().together():
        outcome = _outcome(agent, typed, _way(way), account)
        if isinstance(outcome, Elsewhere):
            return _elsewhere(agent, typed, way, forward="forward" in given)
    match outcome:
        case Refusal():
            return _form(agent, typed, way=way, refused=outcome, status=409)
        case Account():
            return flask.redirect(f"/console/people/{outcome.id}?done=known", 303)
        case Opened():
            return _opened(agent, outcome)
    assert_never(outcome)


def writable() -> KeepsAccounts | None:
    return next((s for s in desk().stores.values() if isinstance(s, KeepsAccounts)), None)


def _outcome(
    agent: Agent, typed: Described, way: Way, account: AccountId
) -> Opened | Account | Elsewhere | Refusal:
    store = writable()
    if store is None:
        return READ_ONLY
    # Counted before anybody is looked for: a thousand numbers tried tell who is registered.
    tried = Try(
        method=MethodName("console"),
        step="answer",
        who=agent.visited.account.id,
        source=browser().source,
    )
    if wait := desk().throttle.spend(tried):
        minutes = int(wait.total_seconds() // 60) + 1
        return Refusal(code="console.slower", counts=False, detail={"minutes": minutes})
    known = _opened_before(account) or _met(agent, typed)
    if isinstance(known, Elsewhere):
        return known
    desk().throttle.give_back(tried)
    return known or _open(agent, store, typed, way, account)


def _opened_before(account: AccountId) -> Opened | None:
    """By the same form, sent twice."""
    found = hub().accounts.by_id(account)
    return Opened(account=found) if found else None


def _met(agent: Agent, typed: Described) -> Account | Elsewhere | None:
    ids = known_as(typed, list(desk().stores.values()))
    found = [account for each in ids if (account := hub().accounts.by_id(each))]
    return met(agent.visited.account, found, agent.grants, beyond_reach(agent))


def _open(
    agent: Agent, store: KeepsAccounts, typed: Described, way: Way, account: AccountId
) -> Opened | Elsewhere:
    place = situation_of(typed, agent.visited.account.situations)
    new = account_of(typed, account, place, invited=way == "invitation")
    try:
        store.create(new)
    except StoreUnavailable:
        raise
    except HubError:
        # Between the question and this line somebody else was given the number.
        return _opened_before(account) or Elsewhere()
    note(agent, new, "account.opened", structure=typed.structure)
    awaited = [contact for contact in new.contacts if not contact.validated]
    referent = agent.visited.account.display_name
    held = [each for each in awaited if send_link(new, each, referent) is not None]
    return replace(_first(agent, new, way), held=bool(held))


def _first(agent: Agent, new: Account, way: Way) -> Opened:
    match way:
        case "temporary":
            return Opened(account=new, lends=True)
        case "invitation":
            return Opened(account=new, letter=invite(agent, new) or "")
        case "":
            return Opened(account=new)
        case _:
            assert_never(way)


def _id(agent: Agent, typed: Described, once: str) -> AccountId:
    """The same for the same form sent twice; *once* chooses nothing, as the key is ours."""
    drawn = f"{agent.visited.account.id}\0{once or secrets.token_urlsafe(12)}\0{typed!r}"
    return AccountId(hub().seal.digest(drawn, "console.create")[:24])


def _way(typed: str) -> Way:
    return next((each for each in ways() if each == typed), "")


def _wrong(agent: Agent, typed: Described, way: str) -> frozenset[str]:
    wrong = set(wrong_in(typed))
    # Another structure than theirs is no answer of this form, whether or not it exists.
    if typed.structure not in structures_of(agent.grants):
        wrong.add("structure")
    if ways() and way not in ways():
        wrong.add("way")
    if way == "invitation" and not typed.mail:
        wrong.add("mail")
    return frozenset(wrong)


def _opened(agent: Agent, opened: Opened) -> ResponseReturnValue:
    account = opened.account
    # Behind the writing: nobody else could write while it waits to be hashed.
    secret = lend(account.id) if opened.lends else ""
    if isinstance(secret, Refusal):
        return person_page(agent, account, Shown(refused=secret, status=503))
    if not secret:
        done = "opened_held" if opened.held else "opened"
        letter = f"&letter={opened.letter}" if opened.letter else ""
        return flask.redirect(f"/console/people/{account.id}?done={done}{letter}", 303)
    return lent_page(agent, account, secret, held=opened.held)


def lent_page(agent: Agent, account: Account, secret: str, *, held: bool = False) -> flask.Response:
    """The only page that ever shows it."""
    return page(
        "console/lent.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        who=account,
        login=next((i.number for i in account.identifiers if i.system == "login"), ""),
        secret=secret,
        held=held,
        until=hub().clock() + FIRST_LIFE,
    )


def _elsewhere(agent: Agent, typed: Described, way: str, *, forward: bool) -> ResponseReturnValue:
    note(agent, agent.visited.account, "account.not_opened", structure=typed.structure)
    if not forward:
        return _form(agent, typed, way=way, refused=ELSEWHERE, status=409)
    guests = desk().guests
    says = words("console.create.forwarded_by", name=agent.visited.account.display_name)
    request = AccountRequest(
        id=secrets.token_hex(12),
        made_at=hub().clock(),
        # Of no structure: the support alone may see who it is about.
        structure=None,
        typed=Typed(
            given_name=typed.given_name,
            family_name=typed.family_name,
            mail=typed.mail,
            profession=typed.role,
            structure=f"{typed.structure} ({says})",
            number=typed.number,
            language=language(),
        ),
    )
    ticket = secrets.token_urlsafe(24)
    guests.requests.add(request, ticket)
    guests.requests.confirm(ticket, hub().clock())
    return flask.redirect("/console/people?done=forwarded", 303)


def _form(
    agent: Agent,
    typed: Described,
    *,
    way: str = "",
    wrong: frozenset[str] = frozenset(),
    refused: Refusal | None = None,
    status: int = 200,
) -> flask.Response:
    structures = structures_of(agent.grants)
    if len(structures) == 1:
        typed = replace(typed, structure=structures[0])
    return page(
        "console/create.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        typed=typed,
        structures=structures,
        ways=ways(),
        way=way,
        wrong=wrong,
        once=secrets.token_urlsafe(12),
        may_forward=refused == ELSEWHERE,
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
