"""The console's requests: those a référent or the support may decide, and no others."""

from collections.abc import Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.steps import Refusal
from hub.contract.tasks import Invites
from hub.people.delegation import Console, structures_of
from hub.people.requests import AccountRequest
from hub.web.console import Agent, enter, enter_fresh
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub, language
from hub.web.words import HUB

HERE: Final = "/console/requests"
LONGEST_REASON = 500
blueprint = flask.Blueprint("hub_console_requests", __name__)


@blueprint.get(HERE)
def requests() -> ResponseReturnValue:
    agent = enter(Console.REFERENT, Console.SUPPORT)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent, done=flask.request.args.get("done", ""))


@blueprint.post(f"{HERE}/<request>/accept")
def accept(request: str) -> ResponseReturnValue:
    # A session left open opens no account to whoever asked for one.
    agent = enter_fresh(Console.REFERENT, Console.SUPPORT, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    found, guests = _taken(agent, request), desk().guests
    try:
        opened = guests.opening.open(found, agent.visited.account.id)
    except Exception:
        guests.requests.lay_back(found.id)
        raise
    if isinstance(opened, Refusal):
        guests.requests.lay_back(found.id)
        return _page(agent, refused=opened, status=409)
    invites = (each for each in hub().rules.methods.values() if isinstance(each, Invites))
    first = next(invites, None)
    guests.letters.accepted(found, first.invitation(opened.id) if first else "")
    guests.requests.forget(found.id)
    return flask.redirect(f"{HERE}?done=accepted", 303)


@blueprint.post(f"{HERE}/<request>/refuse")
def refuse(request: str) -> ResponseReturnValue:
    agent = enter_fresh(Console.REFERENT, Console.SUPPORT, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    reason = " ".join(flask.request.form.get("reason", "").split())[:LONGEST_REASON]
    if not reason:
        return _page(agent, refused=Refusal(code="request.no_reason", counts=False), status=422)
    found = _taken(agent, request)
    desk().guests.letters.refused(found, reason)
    desk().guests.toolbox.note(
        "request.refused", None, by=agent.visited.account.id, request=found.id
    )
    desk().guests.requests.forget(found.id)
    return flask.redirect(f"{HERE}?done=refused", 303)


def _taken(agent: Agent, request: str) -> AccountRequest:
    """Theirs to decide, and nobody else's at the same time; the same 404 for all others."""
    theirs = {each.id for each in _theirs(agent)}
    found = desk().guests.requests.take(request, hub().clock()) if request in theirs else None
    if found is None:
        flask.abort(404)
    return found


def _theirs(agent: Agent) -> Sequence[AccountRequest]:
    """A référent's: for their structures. The support's: for those where nobody else decides."""
    now, guests = hub().clock(), desk().guests
    found: list[AccountRequest] = []
    if Console.REFERENT in agent.consoles:
        found += guests.requests.waiting(structures_of(agent.grants), now)
    if Console.SUPPORT in agent.consoles:
        waiting = guests.requests.elsewhere(now)
        found += guests.requests.unplaced(now)
        places = {each.structure for each in waiting if each.structure}
        deciding = guests.referents_of(places)
        found += [each for each in waiting if not deciding.get(each.structure or "")]
    return list({each.id: each for each in found}.values())


def _page(
    agent: Agent, *, refused: Refusal | None = None, done: str = "", status: int = 200
) -> flask.Response:
    return page(
        "console/requests.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        requests=_theirs(agent),
        done=done if done in ("accepted", "refused") else "",
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )
