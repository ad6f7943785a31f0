"""One page for each kind of failure: a sentence, what to do next, and a support code."""

from traceback import format_tb
from typing import Final

import flask
import structlog
from werkzeug.exceptions import HTTPException

from hub.contract.errors import StoreUnavailable
from hub.broker.contained import StepFailed
from hub.broker.records import Gone, LoginGone, StaleLogin
from hub.web.drawing import page
from hub.web.guards import StaleForm
from hub.web.kept_forms import drawn_again
from hub.web.parts import browser, hub, support, visitor
from hub.web.visits import local

# Every status that has words of its own; any other is told in general terms.
_TOLD: Final = frozenset({400, 403, 404, 405, 413, 414, 431})
_GONE: Final = {Gone.FINISHED: 410, Gone.OTHER_BROWSER: 403, Gone.SUSPENDED: 403}
_log: Final = structlog.get_logger("hub.web")


def register(app: flask.Flask) -> None:
    app.register_error_handler(StaleForm, _stale_form)
    app.register_error_handler(HTTPException, _told)
    app.register_error_handler(StoreUnavailable, _no_store)
    app.register_error_handler(LoginGone, _gone)
    app.register_error_handler(StaleLogin, _moved_on)
    app.register_error_handler(StepFailed, _step_failed)
    app.register_error_handler(Exception, _unexpected)


def error_page(
    key: str, status: int, *, onward: str = "/", name: str = "error.home"
) -> flask.Response:
    """The page of *key*: `<key>.title`, `<key>.why`, `<key>.next`, and one way on."""
    return page(
        "pages/error.html",
        status=status,
        key=key,
        onward=onward,
        onward_key=name,
        show_support=True,
    )


def _told(error: Exception) -> flask.Response:
    status = (error.code if isinstance(error, HTTPException) else None) or 500
    key = f"error.{status}" if status in _TOLD else "error.other"
    answer = error_page(key, status)
    if isinstance(error, HTTPException):
        # `Allow` of a 405 and the like; the text of the library stays inside.
        kept = {"Allow", "Retry-After"}
        answer.headers.extend([each for each in error.get_headers() if each[0] in kept])
    return answer


def _stale_form(error: Exception) -> flask.Response:
    """Nothing was stored. The page it stood on is drawn again, or one click away."""
    path = flask.request.path
    if path.startswith("/login/"):
        if visitor().fresh:
            return error_page("error.cookies", 403)
        answer = flask.Response(status=303)
        answer.headers["Location"] = "/".join([*path.split("/")[:3]]) + "?stale=1"
        return answer
    came = flask.request.referrer or ""
    back = local(came.removeprefix(hub().public_address)) if came else None
    if back and (again := drawn_again(back)):
        return flask.Response(status=303, headers={"Location": again})
    return error_page("error.stale", 403, onward=back or "/", name="error.again")


def _no_store(error: Exception) -> flask.Response:
    _log.error("store.unavailable", support=support(), request=flask.g.get("hub_request"))
    answer = error_page("error.503", 503, onward=_same(), name="error.again")
    answer.headers["Retry-After"] = "10"
    return answer


def _gone(error: Exception) -> flask.Response:
    if not isinstance(error, LoginGone):  # unreachable: registered for LoginGone
        raise error
    if visitor().fresh:
        # The cookie set a moment ago did not come back: they are off, or this is another browser.
        return error_page("error.cookies", 403)
    service = hub().rules.services.get(error.service) if error.service else None
    onward = service.launch.address if service and service.launch else "/services"
    if error.reason is Gone.FINISHED and hub().records.session(browser().session):
        return _through_already(onward)
    return error_page(
        f"error.{error.reason}", _GONE[error.reason], onward=onward, name="error.restart"
    )


def _through_already(onward: str) -> flask.Response:
    """Back, then the form sent again: whoever is signed in goes on, and is shown no error."""
    if flask.request.method == "POST":
        return flask.Response(status=303, headers={"Location": onward})
    return error_page("error.finished", 200, onward=onward, name="error.restart")


def _moved_on(error: Exception) -> flask.Response:
    """Another tab was faster: draw what is true now."""
    answer = flask.Response(status=303)
    answer.headers["Location"] = "/".join(flask.request.path.split("/")[:3])
    return answer


def _step_failed(error: Exception) -> flask.Response:
    """Under the login's own code, where the trail says what was going on."""
    if isinstance(error, StepFailed):
        flask.g.hub_support = error.support
    return _unexpected(error.__cause__ or error)


def _unexpected(error: BaseException) -> flask.Response:
    # The places, not the message: that of a database holds what was being written.
    _log.error(
        "page.failed",
        kind=type(error).__qualname__,
        trace="".join(format_tb(error.__traceback__)),
        support=support(),
        request=flask.g.get("hub_request"),
        route=str(flask.request.url_rule),
    )
    return error_page("error.500", 500, onward=_same(), name="error.again")


def _same() -> str:
    """Where to try again: the same page, or the sign-in where every method may be chosen."""
    path = flask.request.path
    if flask.request.method == "GET":
        return path
    return "/".join(path.split("/")[:3]) + "?choose=1" if path.startswith("/login/") else "/"
