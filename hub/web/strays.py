"""Draws the pages of mishaps that happened outside these pages, on the protocol side."""

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Final, Protocol

import flask

from hub.contract.identifiers import ServiceId
from hub.contract.steps import Refusal
from hub.web.drawing import page, words
from hub.web.errors import error_page
from hub.web.headers import METHOD
from hub.web.parts import hub, language

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

_KEY: Final = "hub.mishap"
_PAGES: Final = {
    "page.bad_request": "error.400",
    "page.not_found": "error.404",
    "page.too_large": "error.413",
    "page.unavailable": "error.503",
    "page.failed": "error.500",
    "login.finished": "error.finished",
    "login.other_browser": "error.other_browser",
    "login.suspended": "error.suspended",
}


class Mishap(Protocol):
    @property
    def status(self) -> int: ...
    @property
    def code(self) -> str: ...
    @property
    def support(self) -> str: ...
    @property
    def service(self) -> ServiceId | None: ...


def mishap_page(site: flask.Flask) -> Callable[["WSGIEnvironment", Mishap], "WSGIApplication"]:
    """What the protocol side answers with when it cannot answer in its own protocol."""
    # After the log has begun its line, before anything that looks at what was asked.
    site.before_request_funcs.setdefault(None, []).insert(1, _draw)

    def drawn(environ: "WSGIEnvironment", mishap: Mishap) -> "WSGIApplication":
        # The page needs the sender's cookies and language; what was asked must not reach a view.
        asked = {
            **environ,
            _KEY: mishap,
            METHOD: environ.get("REQUEST_METHOD", "GET"),
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "QUERY_STRING": "",
            "CONTENT_LENGTH": "0",
            "wsgi.input": BytesIO(),
        }
        return lambda _, start_response: site.wsgi_app(asked, start_response)

    return drawn


def _draw() -> flask.Response | None:
    told: Mishap | None = flask.request.environ.get(_KEY)
    if told is None:
        return None
    flask.g.hub_support = told.support
    service = hub().rules.services.get(told.service) if told.service else None
    onward = service.launch.address if service and service.launch else "/services"
    if told.code in _PAGES:
        answer = error_page(_PAGES[told.code], told.status, onward=onward, name="error.services")
    else:
        answer = _of_plugin(told, onward)
    if told.status == 503:
        answer.headers["Retry-After"] = "10"
    return answer


def _of_plugin(told: Mishap, onward: str) -> flask.Response:
    """A frontend's own cause: its sentence stands in its own catalogue."""
    owner = told.code.partition(".")[0]
    sentence = hub().words.refusal(language(), Refusal(code=told.code), owner)
    return page(
        "pages/stray.html",
        status=told.status,
        title=words("error.400.title"),
        why=sentence.why,
        then=sentence.then,
        onward=onward,
        show_support=True,
    )
