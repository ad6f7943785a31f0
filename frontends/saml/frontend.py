"""SATOSA's frontend towards SAML services: which path is answered by what."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from satosa.context import Context
from satosa.frontends.base import FrontendModule
from satosa.internal import InternalData
from satosa.response import Response, SeeOther

from hub import (
    AUTHENTICATION,
    LOGIN_REQUEST,
    PARTICIPATION,
    RAW_REQUEST,
    Authentication,
    Hop,
    LoginRequest,
    Participation,
    RawRequest,
    RequestRefused,
    ServiceId,
    Toolbox,
    posting,
)

from .answering import Post, Sealer
from .arriving import Arrived, arrived
from .bindings import Received, received
from .book import Book
from .clerk import Clerk, Outcome
from .declared import SETTINGS
from .entrance import Entrance
from .fetching import Fetched
from .keys import open_keys
from .keys_shown import KeysShown
from .listing import LISTED
from .logout import Logout
from .names import (
    INVALID_NAME_ID_POLICY,
    NO_SUPPORTED_IDP,
    POST,
    REQUEST_UNSUPPORTED,
    REQUESTER,
    RESPONDER,
    UNSUPPORTED_BINDING,
)
from .publishing import Publisher
from .said import Said, read, said_of, unasked
from .shortfalls import codes_for
from .statements import kind_of
from .tickets import Tickets
from .told import Told

_ACCEPTED: Final = "HTTP_ACCEPT_LANGUAGE"
Endpoint = Callable[[Context], Response]
_RESUMED: Final = 300
"""Seconds between a posted request and the browser's return with its cookies."""


class SamlFrontend(Entrance, KeysShown, FrontendModule):
    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, base_url, name)
        self._settings = SETTINGS.validate_python(config["settings"])
        self._listed = LISTED.validate_python(config["services"])

    def bind(self, toolbox: Toolbox) -> None:
        """Lent after loading: SATOSA's configuration carries JSON only."""
        self._toolbox, self._clock = toolbox, toolbox.clock
        keys = open_keys(Path(self._settings.keys), self.base_url, toolbox.clock())
        self.show_keys(keys)
        self._book = Book(self._listed, toolbox.services, Fetched(toolbox), toolbox.clock)
        entity_id = f"{self.base_url}/saml/metadata"
        self._publisher = Publisher(self._settings, keys, self.base_url, toolbox)
        self._told = Told(toolbox)
        self._clerk = Clerk(entity_id, keys, self._settings, self._told, toolbox)
        self._post = Post(toolbox.languages)
        self._logout = Logout(self._book, self._told, Sealer(keys), self.base_url, toolbox)
        self._tickets = Tickets(toolbox.one_time)
        self.let_in(self._settings, self._listed, self._told)

    def register_endpoints(self, backend_names: Sequence[str]) -> list[tuple[str, Endpoint]]:
        return [
            (r"^saml/sso$", self._sso),
            (r"^saml/resume/[^/]+$", self._resume),
            (r"^saml/open/[^/]+$", self._open),
            (r"^saml/slo$", lambda context: self._logout.respond(received(_raw(context)))),
            (r"^saml/slo/[^/]+$", lambda context: self._logout.answer(_last(context))),
            (r"^saml/metadata$", lambda context: self._publisher.respond()),
        ]

    def _sso(self, context: Context) -> Response:
        raw = _raw(context)
        found = received(raw)
        came = self._arrived(found)
        if raw.method != "POST":
            return self._begin(context, came)
        # A cross-site POST carries no Lax cookie: come back by GET, already believed.
        key = secrets.token_urlsafe(24)
        text = raw.body.decode("ascii", errors="replace")
        self._toolbox.one_time.put(key, {"body": text}, seconds=_RESUMED)
        return SeeOther(f"{self.base_url}/saml/resume/{key}")

    def _resume(self, context: Context) -> Response:
        kept = self._toolbox.one_time.take(_last(context))
        if kept is None:
            raise RequestRefused("saml.expired")
        raw = RawRequest(
            method="POST",
            query="",
            body=str(kept["body"]).encode("ascii"),
            content_type="application/x-www-form-urlencoded",
            authorization="",
        )
        return self._begin(context, self._arrived(received(raw)))

    def _arrived(self, found: Received) -> Arrived:
        return arrived(found, self._book, f"{self.base_url}/saml/sso", self._clock())

    def _begin(self, context: Context, came: Arrived) -> Response:
        request = came.request
        languages = _languages(context)
        kind = kind_of(request.names, came.sp.declared, came.sp.entity.id)
        said = said_of(came, kind, languages)
        if request.binding != POST:
            return self._refuse(said, REQUESTER, UNSUPPORTED_BINDING)
        if request.muddled:
            # Its own mistake: whoever is in front of the page could do nothing about it.
            return self._refuse(said, REQUESTER, REQUEST_UNSUPPORTED)
        if kind is None:
            return self._refuse(said, REQUESTER, INVALID_NAME_ID_POLICY)
        if request.providers and f"{self.base_url}/saml/metadata" not in request.providers:
            return self._refuse(said, RESPONDER, NO_SUPPORTED_IDP)
        login = LoginRequest(
            service=came.sp.service,
            received_at=self._clock(),
            asked=request.asked,
            expected=request.subject,
        )
        return self._log_in(context, said, login)

    def _open(self, context: Context) -> Response:
        """A tile that signs in without a request of the service's: by a ticket of the portal's."""
        ticket = self._tickets.take(_last(context))
        sp = self._book.of_service(ticket.service)
        if sp is None or not sp.declared.unsolicited:
            raise RequestRefused("saml.not_unsolicited", 403)
        said = unasked(sp, ticket.target, _languages(context))
        login = LoginRequest(service=sp.service, received_at=self._clock())
        return self._log_in(context, said, login)

    def end(self, participation: Participation, return_url: str) -> Hop | None:
        """The browser goes there; the worker has none and comes with no *return_url*."""
        return self._logout.hop(participation, return_url)

    def told_at(self, participation: Participation) -> Sequence[str]:
        return self._logout.told_at(participation)

    def initiation(self, service: ServiceId, target: str) -> str | None:
        """The portal's own way to *target*, which it has compared with what is declared."""
        sp = self._book.of_service(service)
        if sp is None or not sp.declared.unsolicited:
            return None
        return f"{self.base_url}/saml/open/{self._tickets.make(service, target)}"

    def _log_in(self, context: Context, said: Said, login: LoginRequest) -> Response:
        context.state[self.name] = said.kept()
        context.decorate(LOGIN_REQUEST, login)
        return self.auth_req_callback_func(context, InternalData(requester=said.service))

    def handle_authn_response(self, context: Context, internal_resp: InternalData) -> Response:
        said = read(context.state[self.name])
        told = cast(Authentication, context.get_decoration(AUTHENTICATION))
        joins = cast(Participation, context.get_decoration(PARTICIPATION))
        return self._give(said, self._clerk.vouch(said, self._sp(said), told, joins))

    def handle_backend_error(self, exception: Any) -> Response:
        """The broker's reason, in the protocol's words; whatever else it was, it failed."""
        said = read(exception.state[self.name])
        inner = codes_for(getattr(exception, "why", None), asked_classes=said.classes)
        return self._refuse(said, RESPONDER, inner)

    def _refuse(self, said: Said, *codes: str) -> Response:
        return self._give(said, self._clerk.refuse(said, self._sp(said), *codes))

    def _give(self, said: Said, outcome: Outcome) -> Response:
        fields = {"SAMLResponse": outcome, "RelayState": said.relay}
        return self._post.give(said.address, fields, self._sp(said), said.languages)

    def _sp(self, said: Said) -> Any:
        sp = self._book.of_service(said.service)
        # Suspended while its person signed in.
        if sp is None or said.address not in {each.address for each in sp.entity.consumers}:
            raise RequestRefused("saml.unknown_service", 403)
        return sp


def _last(context: Context) -> str:
    """What the path ends with."""
    return str(context.path.rpartition("/")[2])


def _raw(context: Context) -> RawRequest:
    raw = cast(RawRequest, context.get_decoration(RAW_REQUEST))
    if raw.method not in ("GET", "HEAD", "POST"):
        raise RequestRefused("page.bad_request", 405)
    return raw


def _languages(context: Context) -> list[str]:
    return posting.wished((), context.http_headers.get(_ACCEPTED, ""))
