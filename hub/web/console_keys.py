"""The keys the hub signs with: which, since when, and the next one asked for early."""

from collections.abc import Iterator, Sequence
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.audit import AuditEntry
from hub.contract.showing import KeyState, PreparesKeys, ShownKey, ShowsKeys
from hub.contract.values import value
from hub.people.delegation import Console
from hub.web.console import Agent, enter, enter_fresh
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub

HERE: Final = "/console/keys"
blueprint = flask.Blueprint("hub_console_keys", __name__)


@value
class KeysRow:
    frontend: str
    keys: Sequence[ShownKey]
    prepares: bool
    """Whether a next key may be asked for here, and none waits already for every algorithm."""


@blueprint.get(HERE)
def listed() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return page(
        "console/keys.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        rows=list(_rows()),
        done="done" in flask.request.args,
    )


@blueprint.post(f"{HERE}/<frontend>/prepare")
def prepare(frontend: str) -> ResponseReturnValue:
    """Publishes, and signs nothing yet: nobody meets a key they have not had a day to fetch."""
    agent = enter_fresh(Console.OPERATOR, target=HERE)
    if not isinstance(agent, Agent):
        return agent
    found = hub().endings.get(frontend)
    if not isinstance(found, PreparesKeys):
        flask.abort(404)
    found.prepare_keys()
    who = agent.visited.account.id
    asked = {"frontend": frontend}
    desk().trail.note(
        AuditEntry(at=hub().clock(), action="signing_key.asked", account=who, details=asked)
    )
    return flask.redirect(f"{HERE}?done=1", 303)


def _rows() -> Iterator[KeysRow]:
    for name, frontend in sorted(hub().endings.items()):
        if isinstance(frontend, ShowsKeys):
            keys = frontend.signing_keys()
            waits = {each.alg for each in keys if each.state is KeyState.NEXT}
            missing = {each.alg for each in keys} - waits
            able = isinstance(frontend, PreparesKeys)
            yield KeysRow(frontend=name, keys=keys, prepares=able and bool(missing))
