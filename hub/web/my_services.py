"""« Mes services »: the space of tiles, and the longer page of each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.broker.asked_once import AskedOnce
from hub.broker.outcomes import Vouched
from hub.broker.portal import tiles
from hub.broker.scene import Seen
from hub.people.delegation import consoles
from hub.people.space import FEW, Space, changed
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import hub
from hub.web.portal import PORTAL, level_name
from hub.web.tiles import TileRow, holding, paragraphs, row, rows_of
from hub.web.visits import visit

ALL: Final = "all"
FAVOURITES: Final = "favourites"
blueprint = flask.Blueprint("hub_my_services", __name__)


@blueprint.get("/services")
def services() -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    wanted = flask.request.args.get("q", "").strip()
    space = desk().own.spaces.of(visited.account.id)
    asked = desk().own.access.of(visited.account.id, hub().clock())
    seen = Seen(session=visited.session, account=visited.account)
    once = AskedOnce(hub().rules, seen)
    every = rows_of(visited, space, asked, once)
    tab = _tab(every)
    shown = _shown(every, wanted, tab)
    return page(
        "portal/services.html",
        person=visited.account,
        tiles=shown,
        found=sum(not each.hidden for each in shown),
        wanted=wanted,
        any_tile=bool(every),
        tab="" if wanted or len(every) <= FEW else tab,
        listed=space.listed,
        console=bool(consoles(desk().rights.granted(visited.account.id, hub().clock()))),
        ends_at=visited.session.began_at + desk().longest,
    )


@blueprint.post("/services/view")
def view() -> ResponseReturnValue:
    """Tiles or a list; kept for every device."""
    visited = visit(PORTAL, target="/services")
    if not isinstance(visited, Vouched):
        return visited
    listed = flask.request.form.get("as") == "list"

    def shown(space: Space) -> Space:
        return replace(space, listed=listed)

    changed(desk().own.spaces, visited.account.id, shown)
    back = FAVOURITES if flask.request.form.get("tab") == FAVOURITES else ALL
    return flask.redirect(f"/services?tab={back}", 303)


@blueprint.get("/services/<name>")
def more(name: str) -> ResponseReturnValue:
    """« En savoir plus »."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    seen = Seen(session=visited.session, account=visited.account)
    views = tiles(hub().rules, seen, hub().clock())
    view = next((each for each in views if each.service == name), None)
    if view is None:
        flask.abort(404)
    waits = view.service in desk().own.access.of(visited.account.id, hub().clock())
    return page(
        "portal/more.html",
        person=visited.account,
        tile=row(view, waits),
        waits=waits,
        paragraphs=list(paragraphs(view.tile.more)),
        needs=level_name(view.level.name),
        done=flask.request.args.get("done", ""),
    )


def _tab(every: Sequence[TileRow]) -> str:
    """The favourites first, for whoever has some among many."""
    wished = flask.request.args.get("tab", "")
    if len(every) <= FEW:
        return ALL
    if wished in (ALL, FAVOURITES):
        return wished
    return FAVOURITES if any(each.favourite for each in every) else ALL


def _shown(every: Sequence[TileRow], wanted: str, tab: str) -> Sequence[TileRow]:
    if wanted:
        return holding(every, wanted)
    hides = tab == FAVOURITES
    return [replace(each, hidden=hides and not each.favourite) for each in every]
