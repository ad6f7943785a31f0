"""Methods and providers switched off and on, for every process within a second."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.identifiers import MethodName
from hub.contract.steps import Refusal
from hub.contract.values import value
from hub.broker.switching import still_reached
from hub.people.delegation import Console
from hub.web.console import CONSOLE, Agent, enter, enter_fresh
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub, language
from hub.web.portal import method_title
from hub.web.words import HUB

HERE: Final = "/console/methods"
_LAST: Final = Refusal(code="switch.last", counts=False)
_MOVED: Final = Refusal(code="switch.moved", counts=False)
blueprint = flask.Blueprint("hub_console_methods", __name__)


@value
class MethodRow:
    name: MethodName
    title: str
    plugin: str
    place: str
    """Where hub.toml speaks of it; empty: nowhere."""
    on: bool


def suspended() -> Sequence[str]:
    """The titles of what the operator switched off, for the page where people look for it."""
    rules = hub().rules
    off = rules.off()
    return [method_title(name) for name in rules.methods if name in off]


@blueprint.get(HERE)
def listed() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return _page(agent, done=flask.request.args.get("done", ""))


@blueprint.post(f"{HERE}/<name>/off")
def switch_off(name: str) -> ResponseReturnValue:
    return _switch(MethodName(name), on=False)


@blueprint.post(f"{HERE}/<name>/on")
def switch_on(name: str) -> ResponseReturnValue:
    return _switch(MethodName(name), on=True)


def _switch(name: MethodName, *, on: bool) -> ResponseReturnValue:
    agent = enter_fresh(Console.OPERATOR, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    if name not in hub().rules.methods:
        flask.abort(404)
    standing = desk().operator.operating.now()
    # The console is where it is switched on again: whoever closes the last way in stays outside.
    if not on and not _leaves_a_way(agent, standing.off | {name}):
        return _page(agent, refused=_LAST, status=409)
    how = "on" if on else "off"
    entry = AuditEntry(
        at=hub().clock(),
        action=f"method.switched_{how}",
        account=agent.visited.account.id,
        details={"method": name},
    )
    if not desk().operator.operating.switch(name, standing.number, entry, on=on):
        return _page(agent, refused=_MOVED, status=409)
    return flask.redirect(f"{HERE}?done={how}", 303)


def _leaves_a_way(agent: Agent, off: frozenset[MethodName]) -> bool:
    rules = replace(hub().rules, off=lambda: off)
    console = rules.services[CONSOLE]
    return still_reached(rules, console, agent.visited.account, hub().clock())


def _page(
    agent: Agent, *, refused: Refusal | None = None, done: str = "", status: int = 200
) -> flask.Response:
    off = desk().operator.operating.now().off
    return page(
        "console/methods.html",
        status=status,
        person=agent.visited.account,
        consoles=agent.consoles,
        rows=[_row(name, off) for name in hub().rules.methods],
        order=desk().operator.written.get("methods", ""),
        done=done if done in ("on", "off") else "",
        refusal=hub().words.refusal(language(), refused, HUB) if refused else None,
    )


def _row(name: MethodName, off: frozenset[MethodName]) -> MethodRow:
    owner, written = hub().owner_of_method(name), desk().operator.written
    return MethodRow(
        name=name,
        title=method_title(name),
        plugin=owner,
        place=written.get(f"provider.{name}", "") or written.get(f"plugin.{owner}", ""),
        on=name not in off,
    )
