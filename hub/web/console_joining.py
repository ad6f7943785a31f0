"""The operator's console: services that registered themselves, let in or turned away."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import ServiceId
from hub.contract.services import DeclaredPeer, Registration
from hub.contract.steps import Refusal
from hub.contract.values import Json, value
from hub.broker.goals import minimum_of
from hub.people.delegation import Console
from hub.people.joining import settled, waiting
from hub.web.console import Agent, enter, enter_fresh
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub, language
from hub.web.portal import level_name
from hub.web.words import HUB

HERE: Final = "/console/services/waiting"
_MOVED: Final = Refusal(code="service.moved", counts=False)
blueprint = flask.Blueprint("hub_console_joining", __name__)


@value
class JoiningRow:
    id: ServiceId
    title: str
    since: datetime
    revision: int
    level: str
    claims: str
    policy: str
    terms: str
    said: Sequence[tuple[str, str]]
    """What it said of itself, in the words of its protocol."""


@blueprint.get(HERE)
def shown() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent, done=flask.request.args.get("done", ""))


@blueprint.post(f"{HERE}/<name>/approve")
def approve(name: str) -> ResponseReturnValue:
    return _settle(ServiceId(name), "approved")


@blueprint.post(f"{HERE}/<name>/refuse")
def refuse(name: str) -> ResponseReturnValue:
    return _settle(ServiceId(name), "refused")


def _settle(name: ServiceId, how: str) -> ResponseReturnValue:
    # A session left open lets no service of a stranger's in, and turns none away.
    agent = enter_fresh(Console.OPERATOR, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    typed = flask.request.form.get("revision", "")
    revision = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else -1
    if not settled(desk().joined, name, revision, approved=how == "approved"):
        return _page(agent, refused=_MOVED, status=409)
    who, now = agent.visited.account.id, hub().clock()
    desk().trail.note(AuditEntry(at=now, action=f"service.{how}", account=who, service=name))
    return flask.redirect(f"{HERE}?done={how}", 303)


def _page(
    agent: Agent, *, refused: Refusal | None = None, done: str = "", status: int = 200
) -> flask.Response:
    return page(
        "console/joining.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        services=[_row(each) for each in waiting(desk().joined)],
        done=done if done in ("approved", "refused") else "",
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )


def _row(each: Registration) -> JoiningRow:
    service, tile = each.service, each.service.tile
    table = service.peer.table if isinstance(service.peer, DeclaredPeer) else {}
    return JoiningRow(
        id=service.id,
        title=tile.title if tile else service.id,
        since=each.since,
        revision=each.revision,
        level=level_name(minimum_of(service, hub().rules.policy).name),
        claims=", ".join(sorted(service.claims)),
        policy=tile.policy if tile else "",
        terms=tile.terms if tile else "",
        said=_said(table),
    )


def _said(table: Mapping[str, Json]) -> Sequence[tuple[str, str]]:
    """Addresses and methods; hashes of secrets and keys are nobody's reading."""
    told = []
    for name, said in sorted(table.items()):
        if name.endswith("_sha256") or isinstance(said, dict):
            continue
        told.append((name, ", ".join(map(str, said)) if isinstance(said, list) else str(said)))
    return told
