"""For somebody who lost their telephone or their password: a new number, a password for a day."""

from collections.abc import Mapping
from dataclasses import replace

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account, Contact
from hub.contract.messages import Message
from hub.contract.steps import Refusal
from hub.people.creating import MAIL, SMS, Described, wrong_in
from hub.people.delegation import Console
from hub.people.telephones import mobile_of
from hub.web.console import Agent, enter_fresh
from hub.web.console_create import lent_page
from hub.web.console_first import lend
from hub.web.console_person import Shown, mark, person_page, seen_contacts
from hub.web.console_reach import keeper_of, shared, theirs
from hub.web.console_telling import note, tell
from hub.web.contact_links import send_link
from hub.web.desk import desk
from hub.web.drawing import words
from hub.web.guards import form_fields
from hub.web.own_account import kept
from hub.web.parts import language

NO_CONTACT = Refusal(code="console.no_contact", counts=False)
HELD = Refusal(code="console.link_held", counts=False)
CHANGED = Refusal(code="console.changed_meanwhile", counts=False)
blueprint = flask.Blueprint("hub_console_means", __name__)


@blueprint.post("/console/people/<account>/temporary")
def temporary(account: str) -> ResponseReturnValue:
    agent = enter_fresh(Console.REFERENT, target=f"/console/people/{account}")
    if not isinstance(agent, Agent):
        return agent
    found = theirs(agent, account)
    # A password in the hands of one structure would open what the person reads for another.
    if refused := shared(agent, found):
        return person_page(agent, found, Shown(refused=refused, status=403))
    secret = lend(found.id)
    if isinstance(secret, Refusal):
        return person_page(agent, found, Shown(refused=secret, status=503))
    with desk().together():
        # Whoever knew the old one may hold a session too.
        desk().sessions.end_all(found.id, None)
        tell(agent, found, "password.lent")
    return lent_page(agent, found, secret)


@blueprint.post("/console/people/<account>/contact")
def contact(account: str) -> ResponseReturnValue:
    agent = enter_fresh(Console.REFERENT, target=f"/console/people/{account}")
    if not isinstance(agent, Agent):
        return agent
    found, fields = theirs(agent, account), form_fields()
    if keeper_of(found) is None:
        flask.abort(404)
    if refused := shared(agent, found):
        return person_page(agent, found, Shown(refused=refused, typed=fields, status=403))
    if "again" in fields:
        return _again(agent, found, fields)
    new = _new(fields.get("address", ""))
    if new is None:
        return person_page(agent, found, Shown(refused=NO_CONTACT, typed=fields, status=422))
    if new in found.contacts:
        return flask.redirect(f"/console/people/{found.id}?done=contact_set", 303)
    # Two tabs, two référents: the slower one sees what the other did before undoing it.
    if fields.get("seen") != seen_contacts(found):
        return person_page(agent, found, Shown(refused=CHANGED, typed=fields, status=409))
    if not _set(agent, found, new):
        return person_page(agent, found, Shown(refused=HELD, typed=fields, status=429))
    return flask.redirect(f"/console/people/{found.id}?done=contact_set", 303)


def _set(agent: Agent, found: Account, new: Contact) -> bool:
    """Whether its link leaves; if not, nothing changed.

    A lost telephone receives nothing from now on; a mail is replaced once the new one is read,
    as it may be all that its person signs in by.
    """
    mine = kept(found.id)
    if mine is None:
        flask.abort(404)
    store, account = mine
    before = [each for each in account.contacts if each.kind == new.kind]
    others = [each for each in account.contacts if each.kind != new.kind]
    stay = [each for each in before if each.validated] if new.kind == MAIL else []
    referent = agent.visited.account.display_name
    # First of all: else somebody loses the old telephone and never hears by the new one.
    if send_link(found, new, referent, replaces=[each.address for each in stay]):
        return False
    store.change(replace(account, contacts=(*others, *stay, new)))
    desk().sessions.end_all(found.id, None)
    said = words(f"console.contact.{new.kind}")
    tell(agent, found, "contact.set", traced={"kind": new.kind}, kind=said)
    for each in before:
        _tell_old(found, each)
    return True


def _again(agent: Agent, found: Account, fields: Mapping[str, str]) -> ResponseReturnValue:
    """Another link to what was written before: nothing of the account changes."""
    waiting = (each for each in found.contacts if not each.validated)
    asked = next((each for each in waiting if mark(found, each) == fields["again"]), None)
    if asked is None or fields.get("seen") != seen_contacts(found):
        return person_page(agent, found, Shown(refused=CHANGED, status=409))
    # What the first link replaces, never more: the person may have proved others meanwhile.
    if send_link(found, asked, agent.visited.account.display_name, replaces=None):
        return person_page(agent, found, Shown(refused=HELD, status=429))
    note(agent, found, "contact.link_sent", kind=asked.kind)
    return flask.redirect(f"/console/people/{found.id}?done=link_sent", 303)


def _tell_old(found: Account, old: Contact) -> None:
    """The number that goes: if it is not lost, whoever holds it must hear. A mail was told."""
    if old.kind != SMS or not old.validated:
        return
    desk().messenger.post(
        Message(
            kind=SMS,
            to=old.address,
            template="contact_replaced",
            language=language(),
            account=found.id,
            notice=True,
        )
    )


def _new(typed: str) -> Contact | None:
    """Unproved until its person confirms it."""
    address = "".join(typed.split())
    if "@" in address:
        wrong = "mail" in set(wrong_in(Described(mail=address)))
        return None if wrong else Contact(kind=MAIL, address=address)
    mobile = mobile_of(address)
    return Contact(kind=SMS, address=mobile) if mobile else None
