"""The degraded modes, as the operator sees them: what is away, since when, what people are told."""

from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.people.delegation import Console
from hub.web.console import Agent, enter
from hub.web.desk import desk
from hub.web.drawing import page

HERE: Final = "/console/degraded"
blueprint = flask.Blueprint("hub_console_degraded", __name__)


@blueprint.get(HERE)
def degraded() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return page(
        "console/degraded.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        modes=desk().modes(),
    )
