"""« Ajouter » : personal links on one's own space, made, changed and removed."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import flask
from flask.typing import ResponseReturnValue

from hub.broker.outcomes import Vouched
from hub.people.space import (
    PersonalLink,
    address_of,
    changed,
    problems,
    same_link,
    with_changed,
    with_link,
    without_link,
)
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.guards import form_fields
from hub.web.manage import HERE
from hub.web.portal import PORTAL
from hub.web.kept_forms import typed_before
from hub.web.visits import visit

ICONS: Final = (
    "stethoscope",
    "hospital",
    "building-2",
    "users",
    "contact",
    "mail",
    "message-square",
    "scan-line",
    "file-text",
    "clock",
    "heart",
    "link",
)
"""Of the hub's set, those that people may choose; none: initials."""
NEW: Final = "/services/links/new"
blueprint = flask.Blueprint("hub_personal_links", __name__)


@blueprint.get(NEW)
def blank() -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    return _form(visited, _typed("", typed_before()), NEW)


@blueprint.post(NEW)
def add() -> ResponseReturnValue:
    visited = visit(PORTAL, target=NEW)
    if not isinstance(visited, Vouched):
        return visited
    link = _typed(secrets.token_urlsafe(9), form_fields())
    if wrong := problems(link):
        return _form(visited, link, NEW, wrong=wrong)
    kept = changed(desk().own.spaces, visited.account.id, lambda space: with_link(space, link))
    if same := same_link(kept, link):
        return _done("added", same.key)
    if kept.link(link.id) is None:
        return _form(visited, link, NEW, note="full")
    return _done("added", link.key)


@blueprint.get("/services/links/<link_id>")
def show(link_id: str) -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    link = _own(visited, link_id)
    typed = typed_before()
    return _form(visited, _typed(link_id, typed) if typed else link, _path(link_id))


@blueprint.post("/services/links/<link_id>")
def change(link_id: str) -> ResponseReturnValue:
    visited = visit(PORTAL, target=_path(link_id))
    if not isinstance(visited, Vouched):
        return visited
    link = _typed(link_id, form_fields())
    if wrong := problems(link):
        return _form(visited, link, _path(link_id), wrong=wrong)
    kept = changed(desk().own.spaces, visited.account.id, lambda space: with_changed(space, link))
    now = kept.link(link_id)
    if now is None:
        # Removed in another tab, or never one's own: the same, and nothing typed is lost.
        return _form(visited, link, NEW, note="gone")
    if now != replace(link, revision=link.revision + 1):
        # Another tab was first: what was typed here stands beside it, and may be kept after all.
        return _form(visited, replace(link, revision=now.revision), _path(link_id), other=now)
    return _done("changed", link.key)


@blueprint.post("/services/links/<link_id>/remove")
def remove(link_id: str) -> ResponseReturnValue:
    visited = visit(PORTAL, target=HERE)
    if not isinstance(visited, Vouched):
        return visited
    changed(desk().own.spaces, visited.account.id, lambda space: without_link(space, link_id))
    return _done("removed", "")


def _own(visited: Vouched, link_id: str) -> PersonalLink:
    """Somebody else's is as unknown as one that never was."""
    found = desk().own.spaces.of(visited.account.id).link(link_id)
    if found is None:
        flask.abort(404)
    return found


def _typed(link_id: str, given: Mapping[str, str]) -> PersonalLink:
    icon, revision = given.get("icon", ""), given.get("revision", "")
    return PersonalLink(
        id=link_id,
        name=" ".join(given.get("name", "").split()),
        address=address_of(given.get("address", "")),
        description=" ".join(given.get("description", "").split()),
        icon=icon if icon in ICONS else "",
        revision=int(revision) if re.fullmatch("[0-9]{1,9}", revision) else 0,
    )


def _form(
    visited: Vouched,
    link: PersonalLink,
    action: str,
    *,
    wrong: Sequence[str] = (),
    note: str = "",
    other: PersonalLink | None = None,
) -> flask.Response:
    return page(
        "portal/link.html",
        status=422 if wrong else 409 if note or other else 200,
        person=visited.account,
        link=link,
        new=action == NEW,
        action=action,
        wrong=wrong,
        note=note,
        other=other,
        choices=ICONS,
    )


def _path(link_id: str) -> str:
    return f"/services/links/{link_id}"


def _done(what: str, key: str) -> ResponseReturnValue:
    return flask.redirect(flask.url_for("hub_manage.manage", done=what, at=key), 303)
