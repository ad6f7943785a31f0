"""A session that runs out is said two minutes before, with a way to stay."""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

import flask
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hub.contract.errors import StoreUnavailable
from hub.web.desk import desk
from hub.web.drawing import page
from hub.web.parts import browser, visitor
from hub.web.visits import local, seen_now, signed_in_now

WARNED: Final = timedelta(minutes=2)
"""So long before the end."""
_SURE: Final = timedelta(minutes=1)
"""A session's last use is known this precisely."""
blueprint = flask.Blueprint("hub_staying", __name__)


@blueprint.get("/session/left")
def seconds_left() -> flask.Response:
    """For the script: whole seconds, 0 when it is over. Asking keeps nobody signed in."""
    return flask.jsonify(left=_seconds(_left()))


@blueprint.get("/session/idle")
def idle() -> flask.Response:
    """The warning for browsers without script; it never keeps anybody signed in by itself."""
    back = local(flask.request.args.get("back")) or "/services"
    seconds = _seconds(_left())
    return page(
        "portal/idle.html",
        back=back,
        over=not seconds,
        minutes=max(1, round(seconds / 60)),
        again=seconds + 1 if seconds else None,
    )


@blueprint.post("/session/stay")
def stay() -> ResponseReturnValue:
    """« Rester connecté »."""
    key = browser().session
    remains = desk().sessions.stay(key) if key else None
    if "back" not in flask.request.form:
        return flask.jsonify(left=_seconds(remains))
    back = local(flask.request.form["back"]) or "/services"
    return flask.redirect(back, 303)


def lent() -> dict[str, Any]:
    """What templates may call."""
    return {
        "warning": _warning,
        "idle_page": _idle_page,
        "evicted": _evicted,
        "shared": _shared,
        "always_shared": _always_shared,
        "shared_by": lambda: visitor().shared_by.value if browser().always_shared else "",
    }


def _warning() -> int | None:
    """Seconds after which the script asks how long is left; `None`: nobody is signed in here."""
    if signed_in_now() is None:
        return None
    return _seconds(_idle() - WARNED - _SURE)


def _idle_page() -> Markup:
    """Where no script runs, the page itself leads to the warning; only where nobody types."""
    seconds = _warning()
    if seconds is None:
        return Markup("")
    path = f"/session/idle?{urlencode({'back': flask.request.full_path.rstrip('?')})}"
    return Markup('<noscript><meta http-equiv="refresh" content="{}; url={}"></noscript>').format(
        seconds, path
    )


def _evicted() -> object:
    """Why the session this browser still names is no more; `None`: not for making room."""
    key = browser().session if "hub_desk" in flask.current_app.extensions else None
    try:
        return desk().evictions.of(key) if key else None
    except StoreUnavailable:
        return None


def _shared() -> bool:
    """The session stays what it was when its browser forgets: it is asked as well."""
    seen = seen_now()
    return browser().shared or bool(seen and seen.session.shared)


def _always_shared() -> bool:
    seen = seen_now()
    return browser().always_shared or bool(seen and seen.session.always_shared)


def _idle() -> timedelta:
    return desk().shared_idle if _shared() else desk().idle


def _left() -> timedelta | None:
    key = browser().session
    return desk().sessions.left(key) if key else None


def _seconds(remains: timedelta | None) -> int:
    return max(0, int(remains.total_seconds())) if remains else 0
