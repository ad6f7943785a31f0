"""The outside providers people may come from, as configured and as this process has found them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.contract.identifiers import MethodName
from hub.contract.values import value
from hub.people.delegation import Console
from hub.web.console import Agent, enter
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.operator_desk import OutsideProvider, Party
from hub.web.parts import hub
from hub.web.portal import method_title

HERE: Final = "/console/providers"
blueprint = flask.Blueprint("hub_console_providers", __name__)


@value
class PartyRow:
    who: str
    state: str
    """`well`, `failing` or `resting`."""
    failures: int
    failed_at: datetime | None
    until: datetime | None


@value
class ProviderRow:
    name: MethodName
    title: str
    module: str
    owner: str
    place: str
    on: bool
    offered: bool
    """Whether it stands on the sign-in page at all, as `methods` in hub.toml says."""
    parties: Sequence[PartyRow]


@blueprint.get(HERE)
def listed() -> ResponseReturnValue:
    agent = enter(Console.OPERATOR)
    if not isinstance(agent, Agent):
        return agent
    rows = [_row(each) for each in desk().operator.providers]
    shown = {row.owner for row in rows}
    others = [each for each in desk().operator.parties() if each.plugin not in shown]
    return page(
        "console/providers.html",
        person=agent.visited.account,
        consoles=agent.consoles,
        rows=rows,
        parties=[_party(each) for each in others],
    )


def _row(each: OutsideProvider) -> ProviderRow:
    written, rules = desk().operator.written, hub().rules
    place = written.get(f"provider.{each.name}") or written.get(f"plugin.{each.owner}")
    mine = [p for p in desk().operator.parties() if each.name in (p.plugin, p.name)]
    return ProviderRow(
        name=each.name,
        title=method_title(each.name),
        module=each.module,
        owner=each.owner,
        place=place or written.get("plugins", ""),
        on=each.name not in rules.off(),
        offered=each.name in rules.methods,
        parties=[_party(one) for one in mine],
    )


def _party(each: Party) -> PartyRow:
    resting = each.rests_until is not None and hub().clock() < each.rests_until
    return PartyRow(
        who=f"{each.plugin} / {each.name}",
        state="resting" if resting else "failing" if each.failures else "well",
        failures=each.failures,
        failed_at=each.failed_at,
        until=each.rests_until if resting else None,
    )
