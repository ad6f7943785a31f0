"""The bell: notices that services posted for a person, read, unread, and the way to the record."""

from datetime import datetime
from urllib.parse import urlencode

import flask
from flask.typing import ResponseReturnValue

from hub.contract.errors import StoreUnavailable
from hub.contract.values import value
from hub.broker.outcomes import Vouched
from hub.people.posted import PostedNotice
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.history import title_of
from hub.web.parts import hub
from hub.web.portal import PORTAL
from hub.web.visits import signed_in_now, visit

HERE = "/notices"
blueprint = flask.Blueprint("hub_bell", __name__)


@value
class NoticeRow:
    id: str
    service: str
    text: str
    at: datetime
    read: bool


@blueprint.get(HERE)
def notices() -> ResponseReturnValue:
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    posted = desk().own.posted.of(visited.account.id, hub().clock())
    titles = {service: title_of(service) for service in {each.service for each in posted}}
    rows = [_row(each, titles[each.service]) for each in posted]
    return page(
        "portal/notices.html",
        person=visited.account,
        rows=rows,
        some_unread=any(not each.read for each in rows),
    )


@blueprint.get(f"{HERE}/<notice>")
def follow(notice: str) -> ResponseReturnValue:
    """To the record. Reading by a GET is what a link in a mail does; nothing else changes."""
    visited = visit(PORTAL)
    if not isinstance(visited, Vouched):
        return visited
    found = desk().own.posted.find(visited.account.id, notice, hub().clock())
    if found is None:
        flask.abort(404)
    desk().own.posted.read(visited.account.id, notice, hub().clock())
    query = f"?{urlencode(found.link)}" if found.link else ""
    open_now = hub().rules.services.get(found.service)
    onward = f"/open/{found.service}{query}" if open_now and open_now.launch else HERE
    return flask.redirect(onward, 303)


@blueprint.post(f"{HERE}/read")
def read_all() -> ResponseReturnValue:
    visited = visit(PORTAL, target=HERE)
    if not isinstance(visited, Vouched):
        return visited
    desk().own.posted.read_all(visited.account.id, hub().clock())
    return flask.redirect(HERE, 303)


@blueprint.post(f"{HERE}/<notice>/unread")
def unread_again(notice: str) -> ResponseReturnValue:
    visited = visit(PORTAL, target=HERE)
    if not isinstance(visited, Vouched):
        return visited
    desk().own.posted.unread_again(visited.account.id, notice)
    return flask.redirect(HERE, 303)


def waiting() -> int | None:
    """How many unread ones whoever reads this page has; `None`: no bell on it."""
    here = signed_in_now()
    if here is None or "hub_desk" not in flask.current_app.extensions:
        return None
    try:
        return desk().own.posted.unread(here.account.id, hub().clock())
    except StoreUnavailable:
        # The page that says so has a header too.
        return None


def _row(notice: PostedNotice, title: str) -> NoticeRow:
    return NoticeRow(
        id=notice.id,
        service=title,
        text=notice.text,
        at=notice.posted_at,
        read=notice.read_at is not None,
    )
