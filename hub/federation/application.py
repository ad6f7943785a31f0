"""The service side of SATOSA: one WSGI application whose only backend is the broker.

SATOSA's own application keeps one encrypted cookie for all tabs, writes requests to its log and
shows exception texts. This one keeps no cookie: `BrokerBackend` lays SATOSA's state into the
pending login and takes it back; endpoints that carry no state pay nothing.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field
from functools import cache
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, cast

from satosa.base import SATOSABase
from satosa.context import Context
from satosa.exception import SATOSAAuthenticationError, SATOSANoBoundEndpointError
from satosa.response import Response
from satosa.satosa_config import SATOSAConfig

from hub.contract.federation import Bindable, SatosaModule
from hub.contract.logout import EndsParticipation
from hub.contract.toolbox import Toolbox
from hub.contract.values import value
from hub.browser import Cookies, Headers, Visitor
from hub.broker.broker import Broker
from hub.broker.outcomes import Browser
from hub.federation.broker_backend import BrokerBackend
from hub.federation.mishaps import ErrorPage, mishap
from hub.federation.saml_crypto import lend_cryptography
from hub.federation.wire import body_of, context_of, raw_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BACKEND: Final = "broker"
_VISITOR: Final = "hub.visitor"
ReadVisitor = Callable[[], Visitor]
_Endpoint = Callable[[Context], Response]
Served = Callable[[str, str, int, float], None]
"""Method, endpoint, status and seconds of one answer."""
_ALWAYS: Final = (
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
)


@value
class ServiceSide:
    """All that the service side is made of."""

    base_url: str
    frontends: Sequence[SatosaModule]
    bind: Callable[[str], Toolbox]
    """The toolbox of the plugin that contributed the module of this name."""
    broker: Broker
    cookies: Cookies
    error_page: ErrorPage
    served: Served = lambda method, endpoint, status, seconds: None
    """Told of each answer; the error page says so of itself."""
    endings: dict[str, EndsParticipation] = field(default_factory=dict)
    """Filled by loading: the frontends that can close a service's session, by name."""


def make_federation(side: ServiceSide) -> "WSGIApplication":
    """Load the frontends, lend each its toolbox, and return what answers their paths."""
    # SATOSA refuses to start without a frontend; a hub for its own pages alone needs none.
    return _Application(side) if side.frontends else _without_frontends(side)


def _without_frontends(side: ServiceSide) -> "WSGIApplication":
    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        nowhere = SATOSANoBoundEndpointError("no frontend is enabled")
        return side.error_page(environ, mishap(nowhere))(environ, start_response)

    return answer


class _Application(SATOSABase):
    def __init__(self, side: ServiceSide) -> None:
        lend_cryptography(side.frontends)
        super().__init__(SATOSAConfig(_config(side)))
        self._side = side
        self.module_router.backends[BACKEND]["instance"].attach(side.broker, _browser)
        for name, loaded in self.module_router.frontends.items():
            if isinstance(loaded["instance"], Bindable):
                loaded["instance"].bind(side.bind(name))
            if isinstance(loaded["instance"], EndsParticipation):
                side.endings[name] = loaded["instance"]
        self._plain = self._plain_paths()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        # Read where it is needed, once: machines that fetch tokens and claims are no browsers.
        visitor = cache(lambda: self._side.cookies.read(_headers(environ)))
        began = perf_counter()
        try:
            response = self._respond(environ, visitor)
        except Exception as error:  # the edge: whatever it was, the person reads one page
            return self._side.error_page(environ, mishap(error))(environ, start_response)
        body = body_of(response)
        start_response(response.status, self._with_headers(response, visitor, len(body)))
        method, status = environ.get("REQUEST_METHOD", "GET"), int(response.status[:3])
        self._side.served(method, _endpoint(environ), status, perf_counter() - began)
        return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]

    def _respond(self, environ: "WSGIEnvironment", visitor: ReadVisitor) -> Response:
        source = self._side.cookies.source(_headers(environ))
        context = context_of(environ, raw_request(environ, source))
        context.decorate(_VISITOR, visitor)
        context.target_backend = BACKEND
        endpoint = self._found(context)
        try:
            return endpoint(context)
        except SATOSAAuthenticationError as error:
            return self._handle_satosa_authentication_error(error)

    def _found(self, context: Context) -> _Endpoint:
        known = self._plain.get(context.path)
        if known is None:
            found: _Endpoint = self.module_router.endpoint_routing(context)
            return found
        context.target_frontend, endpoint = known
        return endpoint

    def _plain_paths(self) -> dict[str, tuple[str, _Endpoint]]:
        """Paths without a variable part, each with what SATOSA's own search finds for it."""
        plain: dict[str, tuple[str, _Endpoint]] = {}
        for module in self.module_router.frontends.values():
            for pattern, _ in module["endpoints"]:
                path = pattern.removeprefix("^").removesuffix("$").replace("\\", "")
                if pattern == f"^{re.escape(path)}$":
                    context = Context()
                    context.path = path
                    endpoint = self.module_router.endpoint_routing(context)
                    plain[path] = (context.target_frontend, endpoint)
        return plain

    def _with_headers(
        self, response: Response, visitor: ReadVisitor, length: int
    ) -> list[tuple[str, str]]:
        headers = [*response.headers, *_ALWAYS, ("Content-Length", str(length))]
        if not any(name == "Cache-Control" for name, _ in headers):
            headers.append(("Cache-Control", "no-store"))
        # Only a login binds a browser; machines that fetch keys or tokens are given no cookie.
        login = dict(response.headers).get("Location", "").startswith("/login/")
        if login and visitor().fresh:
            headers.append(("Set-Cookie", self._side.cookies.bind(visitor().browser)))
        return headers


def _endpoint(environ: "WSGIEnvironment") -> str:
    """Of a path that was answered; what follows two words in it is an id."""
    return "/".join(environ.get("PATH_INFO", "").split("/", 3)[:3])


def _browser(context: Context) -> Browser:
    read = cast(ReadVisitor, context.get_decoration(_VISITOR))
    return read().browser


def _headers(environ: "WSGIEnvironment") -> Headers:
    return Headers(
        cookie=environ.get("HTTP_COOKIE", ""),
        peer=environ.get("REMOTE_ADDR", ""),
        forwarded=environ.get("HTTP_X_FORWARDED_FOR", ""),
        agent=environ.get("HTTP_USER_AGENT", ""),
    )


def _config(side: ServiceSide) -> dict[str, Any]:
    broker = SatosaModule(
        name=BACKEND, module=f"{BrokerBackend.__module__}.{BrokerBackend.__name__}", config={}
    )
    return {
        "BASE": side.base_url,
        "BACKEND_MODULES": [_module(broker)],
        "FRONTEND_MODULES": [_module(each) for each in side.frontends],
        # Release is the hub's own and already done: nothing is renamed on the way.
        "INTERNAL_ATTRIBUTES": {"attributes": {"subject": {"openid": ["sub"]}}},
        # SATOSA demands both; no state is ever written to a cookie here.
        "COOKIE_STATE_NAME": "unused",
        "STATE_ENCRYPTION_KEY": "unused",
    }


def _module(module: SatosaModule) -> dict[str, Any]:
    return {"name": module.name, "module": module.module, "config": dict(module.config)}
