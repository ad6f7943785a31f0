"""SATOSA's frontend towards OpenID Connect services: which path is answered by what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final, cast
from urllib.parse import urlencode

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
    LoginRequest,
    Notice,
    Participation,
    RawRequest,
    RequestRefused,
    ServiceId,
    Shortfall,
    StoreUnavailable,
    Toolbox,
)

from .answers import answered, refused, sent_to
from .backchannel import BackChannel
from .authorize import AuthorizationError, Wishes, addressee, wishes
from .client_authentication import ClientRefused, authenticated
from .clients import CLIENTS, Client
from .discovery import discovery
from .end_session import EndSession
from .grants import Frozen, GrantBook, Promise
from .id_tokens import IdTokens
from .keys_rotation import open_keys
from .parameters import FORM, Parameters
from .pkce import warn
from .settings import SETTINGS
from .token_server import TokenServer
from .userinfo import UserInfo

Endpoint = Callable[[Context], Response]
_PUBLISHED: Final = ("Cache-Control", "public, max-age=300")
_ERRORS: Final[Mapping[Shortfall | None, str]] = {
    Shortfall.LOGIN_REQUIRED: "login_required",
    Shortfall.INTERACTION_REQUIRED: "interaction_required",
    Shortfall.NO_METHOD_REACHES_LEVEL: "unmet_authentication_requirements",
}


class OidcFrontend(FrontendModule):
    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, base_url, name)
        clients = CLIENTS.validate_python(config["clients"])
        warn(clients)
        self._clients: Mapping[str, Client] = {client.id: client for client in clients}
        self._settings = SETTINGS.validate_python(config["settings"])
        self._discovery = discovery(base_url, clients, self._settings.algorithms)

    def bind(self, toolbox: Toolbox) -> None:
        """Lent after loading: SATOSA's configuration carries JSON only."""
        keys = self._keys = open_keys(self._settings, toolbox)
        self._clock = toolbox.clock
        self._id_tokens = IdTokens(keys, self.base_url, toolbox.clock)
        self._book = GrantBook(toolbox)
        self._server = TokenServer(self._book, self._id_tokens, toolbox.sessions)
        self._userinfo = UserInfo(self._book, toolbox.sessions)
        self._backchannel = BackChannel(self._clients, keys, self.base_url, toolbox.clock)
        self._end_session = EndSession(self._clients, self._book, self._id_tokens, toolbox.leaving)

    def register_endpoints(self, backend_names: Sequence[str]) -> list[tuple[str, Endpoint]]:
        return [
            (r"^\.well-known/openid-configuration$", _machine(self._discover, "GET")),
            (r"^\.well-known/oauth-authorization-server$", _machine(self._discover, "GET")),
            (r"^oidc/authorize$", self._authorize),
            (r"^oidc/token$", _machine(self._token, "POST")),
            (r"^oidc/userinfo$", _machine(self._claims, "GET", "POST")),
            (r"^oidc/jwks$", _machine(self._publish, "GET")),
            (r"^oidc/revoke$", _machine(self._revoke, "POST")),
            (r"^oidc/end_session$", self._leave),
        ]

    def _authorize(self, context: Context) -> Response:
        raw = _raw(context)
        sent = _by_browser(raw)
        if raw.method == "POST":
            # A cross-site POST carries no Lax cookie: come back by GET, with the same parameters.
            return SeeOther(f"/oidc/authorize?{urlencode(sent.pairs)}")
        to = addressee(sent, self._clients)
        said = {"client_id": to.client.id, "redirect_uri": to.redirect_uri, "state": to.state}
        try:
            wished = wishes(sent, to.client, self._id_tokens.hint)
        except AuthorizationError as error:
            return self._tell(said, error.error, error.description)
        context.state[self.name] = {
            **said,
            "challenge": wished.challenge,
            "scope": wished.scope,
            "nonce": wished.nonce,
        }
        context.decorate(LOGIN_REQUEST, self._login_request(to.client, wished))
        return self.auth_req_callback_func(context, InternalData(requester=to.client.id))

    def _login_request(self, client: Client, wished: Wishes) -> LoginRequest:
        return LoginRequest(
            service=ServiceId(client.service),
            received_at=self._clock(),
            asked=wished.asked,
            expected=wished.expected,
            languages=wished.languages,
        )

    def handle_authn_response(self, context: Context, internal_resp: InternalData) -> Response:
        said = context.state[self.name]
        told = cast(Authentication, context.get_decoration(AUTHENTICATION))
        joins = cast(Participation, context.get_decoration(PARTICIPATION))
        promise = Promise(
            client=said["client_id"],
            session=joins.session,
            redirect_uri=said["redirect_uri"],
            challenge=said["challenge"],
            scope=said["scope"],
            frozen=_frozen(told, said["nonce"]),
        )
        return self._answer(said, {"code": self._book.open(promise)})

    def end(self, participation: Participation, return_url: str) -> Notice | None:
        """Asked by the worker; no browser is there to come back to *return_url*."""
        return self._backchannel.notice(participation)

    def take_back(self, participation: Participation) -> None:
        if client := self._backchannel.client_of(participation):
            self._book.end_all(client.id, participation.session)

    def handle_backend_error(self, exception: Any) -> Response:
        """The broker's reason, in the protocol's words; whatever else it was, access is denied."""
        why = getattr(exception, "why", None)
        return self._tell(exception.state[self.name], _ERRORS.get(why, "access_denied"))

    def _tell(self, said: Mapping[str, Any], error: str, description: str = "") -> Response:
        return self._answer(said, {"error": error, "error_description": description})

    def _answer(self, said: Mapping[str, Any], parameters: Mapping[str, str]) -> Response:
        # RFC 9207: every answer says who gives it, against mix-up.
        rest = {"state": said["state"], "iss": self.base_url}
        return sent_to(said["redirect_uri"], {**parameters, **rest})

    def _token(self, raw: RawRequest) -> Response:
        form = _form(raw)
        client = authenticated(raw.authorization, form, self._clients)
        return self._server.respond(form.sent, client)

    def _revoke(self, raw: RawRequest) -> Response:
        form = _form(raw)
        client = authenticated(raw.authorization, form, self._clients)
        token = form.get("token")
        if token is None:
            return refused("invalid_request")
        self._book.revoke(token, client.id)
        return answered({})

    def _claims(self, raw: RawRequest) -> Response:
        return self._userinfo.respond(raw)

    def _discover(self, raw: RawRequest) -> Response:
        return answered(self._discovery, _PUBLISHED)

    def _publish(self, raw: RawRequest) -> Response:
        return answered(self._keys.public(), _PUBLISHED)

    def _leave(self, context: Context) -> Response:
        return self._end_session.respond(_by_browser(_raw(context)))


def _machine(answer: Callable[[RawRequest], Response], *methods: str) -> Endpoint:
    """An endpoint no person sees: its errors are JSON."""

    def endpoint(context: Context) -> Response:
        raw = _raw(context)
        if context.request_method not in methods:
            allowed = ("Allow", ", ".join(methods))
            return refused("invalid_request", "405 Method Not Allowed", allowed)
        try:
            return answer(raw)
        except ClientRefused as error:
            if error.error == "invalid_request":
                return refused(error.error)
            return refused(error.error, "401 Unauthorized", ("WWW-Authenticate", "Basic"))
        except RequestRefused:
            return refused("invalid_request")
        except StoreUnavailable:
            later = ("Retry-After", "5")
            return refused("temporarily_unavailable", "503 Service Unavailable", later)

    return endpoint


def _raw(context: Context) -> RawRequest:
    return cast(RawRequest, context.get_decoration(RAW_REQUEST))


def _by_browser(raw: RawRequest) -> Parameters:
    if raw.method not in ("GET", "HEAD", "POST"):
        raise RequestRefused("page.bad_request", 405)
    form = raw.body.decode(errors="replace") if raw.content_type == FORM else ""
    return Parameters("&".join(filter(None, (raw.query, form))))


def _form(raw: RawRequest) -> Parameters:
    form = Parameters(raw.body.decode(errors="replace"))
    if raw.content_type != FORM or form.repeated or form.absurd():
        raise RequestRefused("page.bad_request")
    return form


def _frozen(told: Authentication, nonce: str | None) -> Frozen:
    return Frozen(
        subject=told.subject,
        claims=told.claims,
        situation=asdict(told.situation) if told.situation else None,
        acr=told.acr,
        amr=told.amr,
        auth_time=int(told.at.timestamp()),
        sid=told.sid,
        nonce=nonce,
    )
