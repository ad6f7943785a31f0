"""The texts people accept: where each is written, and how many have accepted it."""

from collections.abc import Iterator
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.showing import ShowsText, TextStanding
from hub.contract.values import value
from hub.broker.contained import unless_broken
from hub.people.delegation import Console
from hub.web.console import Agent, enter
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.moments import title_of
from hub.web.parts import hub

HERE: Final = "/console/terms"
blueprint = flask.Blueprint("hub_console_terms", __name__)


@value
class TextRow:
    text: TextStanding
    place: str
    asked_by: tuple[str, ...]
    """The services before which it stands."""


@blueprint.get(HERE)
def listed() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    return page(
        "console/terms.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        rows=list(_rows()),
    )


def _rows() -> Iterator[TextRow]:
    for name, action in hub().rules.actions.items():
        if isinstance(action, ShowsText):
            told = unless_broken(name, action.standing, None)
            every = hub().rules.services.values()
            asked = [title_of(each) for each in every if name in each.access.requires]
            if told:
                place = desk().operator.written.get(told.setting, "")
                yield TextRow(text=told, place=place, asked_by=tuple(asked))
