"""« Gérer les services » : favourites and order, by hand, by button or by drag."""

from collections.abc import Callable

import flask
from flask.typing import ResponseReturnValue

from hub.broker.outcomes import Vouched
from hub.contract.values import value
from hub.people.space import MOST_LINKS, Space, arranged, changed, marked, moved
from hub.web.desk import desk
from hub.web.drawing import page, words
from hub.web.portal import PORTAL
from hub.web.tiles import keys_of, rows_of
from hub.web.visits import visit

HERE = "/services/manage"
_DONE = frozenset({"up", "down", "love", "unlove", "added", "changed", "removed"})
blueprint = flask.Blueprint("hub_manage", __name__)


@value
class Pressed:
    """Which button, on which tile: the focus comes back to it."""

    what: str = ""
    key: str = ""


@blueprint.get(HERE)
def manage() -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    given = flask.request.args
    what = given.get("done", "") if given.get("done") in _DONE else ""
    space = desk().own.spaces.of(visited.account.id)
    rows = rows_of(visited, space, ())
    keys, pressed = keys_of(rows), Pressed(what=what, key=given.get("at", ""))
    at = keys.index(pressed.key) if pressed.key in keys else None
    said = {"title": rows[at].title, "place": at + 1} if at is not None else {}
    return page(
        "portal/manage.html",
        person=visited.account,
        tiles=rows,
        pressed=pressed,
        said=words(f"manage.done.{what}", **{"of": len(rows), **said}) if said and what else "",
        removed=what == "removed",
        full=len(space.links) >= MOST_LINKS,
    )


@blueprint.post(HERE)
def arrange() -> ResponseReturnValue:
    """One button of the list: `up`, `down`, `love` or `unlove`, with the tile's key."""
    form = flask.request.form
    what = next((name for name in ("up", "down", "love", "unlove") if name in form), "")
    key = form.get(what, "")

    def change(space: Space, keys: list[str]) -> Space:
        if key not in keys:
            return space
        match what:
            case "up":
                return moved(space, keys, key, -1)
            case "down":
                return moved(space, keys, key, 1)
            case _:
                return marked(space, key, favourite=what == "love")

    done = _change(change if what else lambda space, keys: space)
    if isinstance(done, flask.Response):
        return done
    return flask.redirect(flask.url_for(".manage", done=what, at=key), 303)


@blueprint.post("/services/order")
def order() -> ResponseReturnValue:
    """Sent by the script when a tile was let go: the keys as they stand now."""
    wanted = flask.request.form.get("order", "").split()
    done = _change(lambda space, keys: arranged(space, keys, wanted))
    return done if isinstance(done, flask.Response) else ("", 204)


def _change(change: Callable[[Space, list[str]], Space]) -> flask.Response | None:
    visited = visit(PORTAL, target=HERE)
    if not isinstance(visited, Vouched):
        return visited

    def now(space: Space) -> Space:
        # Asked again for each try: another tab may have added a link meanwhile.
        return change(space, list(keys_of(rows_of(visited, space, ()))))

    changed(desk().own.spaces, visited.account.id, now)
    return None
