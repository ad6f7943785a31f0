"""Rights on services: given by a référent for a place of theirs until a day, and ended."""

from collections.abc import Mapping
from datetime import datetime

import flask
from flask.typing import ResponseReturnValue

from hub.contract.accounts import Account
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.people.delegation import Console, structures_of
from hub.people.giving import (
    LASTS,
    NoSuchDay,
    end_of,
    givable,
    holds_already,
    may_end,
    places_in,
    same_right,
)
from hub.people.rights import Grant
from hub.web.console import Agent, enter_fresh
from hub.web.console_person import Shown, person_page, titles_of
from hub.web.console_reach import theirs
from hub.web.console_telling import tell
from hub.web.desk import desk
from hub.web.drawing import words
from hub.web.guards import form_fields
from hub.web.parts import hub, language

NO_SUCH_DAY = Refusal(code="console.no_such_day", counts=False)
blueprint = flask.Blueprint("hub_console_rights", __name__)


@value
class Given:
    name: str
    place: str
    until: datetime | None


@blueprint.post("/console/people/<account>/rights")
def give(account: str) -> ResponseReturnValue:
    entered = _enter(account)
    if not isinstance(entered, Agent):
        return entered
    found = theirs(entered, account)
    given = _given(entered, found)
    if isinstance(given, Refusal):
        shown = Shown(refused=given, typed=form_fields(), status=422)
        return person_page(entered, found, shown)
    now = hub().clock()
    # Pressed twice, or given by a colleague meanwhile: once is enough.
    if holds_already(desk().rights.granted(found.id, now), given.name, given.place):
        return flask.redirect(f"/console/people/{found.id}?done=held", 303)
    wanted = Grant(
        id="",
        account=found.id,
        name=given.name,
        situation=given.place,
        since=now,
        until=given.until,
        given_by=entered.visited.account.id,
    )
    # Sent twice at the same moment: both saw that nobody holds it.
    grant = desk().rights.give_once(wanted)
    if grant is None:
        return flask.redirect(f"/console/people/{found.id}?done=held", 303)
    title, when = titles_of(given.name), _when(given.until)
    tell(entered, found, "right.given", traced=_traced(grant), title=title, when=when)
    return flask.redirect(f"/console/people/{found.id}?done=given", 303)


@blueprint.post("/console/people/<account>/rights/<grant>/end")
def end(account: str, grant: str) -> ResponseReturnValue:
    entered = _enter(account)
    if not isinstance(entered, Agent):
        return entered
    found, now = theirs(entered, account), hub().clock()
    places = places_in(found, structures_of(entered.grants))
    every = desk().rights.granted(found.id, now)
    held = [each for each in every if each.id == grant]
    # The same for one that is over, one of somebody else, one for another structure.
    if not held or not may_end(held[0], places):
        flask.abort(404)
    # Given twice, by two référents at once: what the second gave would hold on unseen.
    for each in (one for one in every if same_right(one, held[0])):
        desk().rights.end(each.id, now)
    # A service that read the right at sign-in goes on as before until it hears of an end.
    desk().sessions.end_all(found.id, None)
    told = titles_of(held[0].name)
    tell(entered, found, "right.ended", traced=_traced(held[0]), title=told)
    return flask.redirect(f"/console/people/{found.id}?done=ended", 303)


def _traced(grant: Grant) -> Mapping[str, str]:
    """Who asks later which right that was finds it in the trail: the grant itself is purged."""
    until = {"until": grant.until.isoformat()} if grant.until else {}
    return {"right": grant.name, "situation": grant.situation or "", **until}


def _when(until: datetime | None) -> str:
    if until is None:
        return words("console.until.ended")
    return words("console.until.day", day=hub().words.day(language(), until))


def _enter(account: str) -> Agent | flask.Response:
    # A session left open an hour ago gives no rights: prove it again, then press again.
    return enter_fresh(Console.REFERENT, target=f"/console/people/{account}")


def _given(agent: Agent, found: Account) -> Given | Refusal:
    fields = form_fields()
    name, lasts = fields.get("right", ""), fields.get("lasts", "")
    places = {each.id for each in places_in(found, structures_of(agent.grants))}
    offered = givable(hub().rules.services.values())
    # No form of ours sends another right, another place or another length.
    if name not in offered or fields.get("place") not in places or lasts not in LASTS:
        flask.abort(400)
    try:
        until = end_of(lasts, fields.get("until", ""), hub().clock(), hub().words.zone)
    except NoSuchDay:
        return NO_SUCH_DAY
    return Given(name=name, place=fields["place"], until=until)
