"""SATOSA's frontend towards OpenID Connect services: which path is answered by what."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
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
    Authentication,
    Json,
    LoginRequest,
    NewSecret,
    Notice,
    Participation,
    RawRequest,
    Service,
    ServiceId,
    Shortfall,
    Toolbox,
)

from .access_tokens import AccessTokens
from .answers import answered, refused
from .assertions import TOKEN_PATH, Assertions
from .backchannel import BackChannel
from .authorize import AuthorizationError, Wishes, addressee, wishes
from .client_authentication import Callers
from .client_book import ClientBook
from .client_keys import ClientKeys
from .clients import CLIENTS, Client
from .cors import for_everybody, for_origins
from .discovery import discovery
from .dpop import Proofs
from .end_session import EndSession
from .endpoints import Answer, Endpoint, by_browser, form_of, machine, raw_of
from .form_post import Delivery
from .said import said_of
from .granted import Frozen, Promise
from .grants import GrantBook
from .id_tokens import IdTokens
from .joining import Joining
from .keys_rotation import open_keys
from .lives import Living
from .pkce import warn
from .seen import Seen
from .settings import SETTINGS
from .signed_userinfo import UserInfoAnswers
from .step_up import UserInfoGuard
from .token_server import TokenServer
from .tries import Tries
from .userinfo import UserInfo

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
        self._configured, self._relaxed = clients, bool(config["relaxed"])
        self._settings = SETTINGS.validate_python(config["settings"])
        self._delivery = Delivery()

    def bind(self, toolbox: Toolbox) -> None:
        """Lent after loading: SATOSA's configuration carries JSON only."""
        keys = self._keys = open_keys(self._settings, toolbox)
        self._clients = ClientBook(self._configured, toolbox.services, toolbox.clock)
        self._joining = Joining(
            settings=self._settings,
            relaxed=self._relaxed,
            configured=self._configured,
            fetcher=toolbox.fetcher,
        )
        self._clock = toolbox.clock
        self._id_tokens = IdTokens(keys, self.base_url, toolbox.clock)
        client_keys, seen = ClientKeys(toolbox.fetcher), Seen(toolbox)
        self._proofs = Proofs(toolbox, self.base_url, seen, self._clients)
        assertions = Assertions(client_keys, seen, self.base_url, toolbox.clock)
        self._callers = Callers(self._clients, assertions, Tries(toolbox.clock))
        self._book = GrantBook(toolbox, self._settings.lifetimes)
        living = Living(toolbox.sessions, toolbox.accounts, self._clients)
        access_tokens = AccessTokens(keys, self.base_url, toolbox.clock)
        self._server = TokenServer(self._book, self._id_tokens, living, access_tokens)
        self._userinfo = UserInfo(
            self._book,
            UserInfoGuard(self._clients, living, self.base_url, toolbox.clock),
            self._proofs,
            UserInfoAnswers(self._clients, keys, self.base_url),
        )
        self._backchannel = BackChannel(self._clients, keys, self.base_url, toolbox.clock)
        self._end_session = EndSession(self._clients, self._book, self._id_tokens, toolbox.leaving)

    def register_endpoints(self, backend_names: Sequence[str]) -> list[tuple[str, Endpoint]]:
        described = for_everybody(machine(self._discover, "GET"))
        return [
            (r"^\.well-known/openid-configuration$", described),
            (r"^\.well-known/oauth-authorization-server$", described),
            (r"^oidc/authorize$", self._authorize),
            (r"^oidc/token$", self._for_scripts(self._token, "POST")),
            (r"^oidc/userinfo$", self._for_scripts(self._claims, "GET", "POST")),
            (r"^oidc/jwks$", for_everybody(machine(self._publish, "GET"))),
            (r"^oidc/revoke$", self._for_scripts(self._revoke, "POST")),
            (r"^oidc/end_session$", self._leave),
        ]

    def _for_scripts(self, answer: Answer, *methods: str) -> Endpoint:
        return for_origins(machine(answer, *methods), lambda: self._clients, *methods)

    def _authorize(self, context: Context) -> Response:
        raw = raw_of(context)
        sent = by_browser(raw)
        if raw.method == "POST":
            # A cross-site POST carries no Lax cookie: come back by GET, with the same parameters.
            return SeeOther(f"/oidc/authorize?{urlencode(sent.pairs)}")
        to = addressee(sent, self._clients)
        said = said_of(to, sent.words("ui_locales"), context)
        try:
            wished = wishes(sent, to.client, self._id_tokens.hint)
        except AuthorizationError as error:
            return self._tell(said, error.error, error.description)
        context.state[self.name] = {
            **said,
            "challenge": wished.challenge,
            "scope": wished.scope,
            "nonce": wished.nonce,
            "for_id_token": wished.claims.id_token,
            "for_userinfo": wished.claims.userinfo,
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
            frozen=_frozen(told, said),
        )
        return self._answer(said, {"code": self._book.open(promise)})

    def end(self, participation: Participation, return_url: str) -> Notice | None:
        """Asked by the worker; no browser is there to come back to *return_url*."""
        return self._backchannel.notice(participation)

    def take_back(self, participation: Participation) -> None:
        if client := self._backchannel.client_of(participation):
            self._book.end_all(client.id, participation.session)

    def checked(self, service: Service) -> Service:
        return self._joining.checked(service)

    def with_secret(
        self, table: Mapping[str, Json], former_until: datetime | None
    ) -> NewSecret | None:
        return self._joining.with_secret(table, former_until)

    def end_service(self, service: ServiceId) -> None:
        # By its name of now: a service that is not open any more has no client left.
        names = [each.id for each in self._configured if each.service == service]
        self._book.end_client((names or [service])[0])

    def handle_backend_error(self, exception: Any) -> Response:
        """The broker's reason, in the protocol's words; whatever else it was, access is denied."""
        why = getattr(exception, "why", None)
        return self._tell(exception.state[self.name], _ERRORS.get(why, "access_denied"))

    def _tell(self, said: Mapping[str, Any], error: str, description: str = "") -> Response:
        return self._answer(said, {"error": error, "error_description": description})

    def _answer(self, said: Mapping[str, Any], parameters: Mapping[str, str]) -> Response:
        # RFC 9207: every answer says who gives it, against mix-up.
        rest = {"state": said["state"], "iss": self.base_url}
        return self._delivery.give(said, {**parameters, **rest})

    def _token(self, raw: RawRequest) -> Response:
        form = form_of(raw)
        client = self._callers.named(raw, form)
        key = self._proofs.at_endpoint(raw, TOKEN_PATH, client.declared)
        return self._server.respond(form.sent, client, key)

    def _revoke(self, raw: RawRequest) -> Response:
        form = form_of(raw)
        client = self._callers.named(raw, form)
        token = form.get("token")
        if token is None:
            return refused("invalid_request")
        self._book.revoke(token, client.id)
        return answered({})

    def _claims(self, raw: RawRequest) -> Response:
        return self._userinfo.respond(raw)

    def _discover(self, raw: RawRequest) -> Response:
        clients = tuple(self._clients.values())
        return answered(discovery(self.base_url, clients, self._settings.algorithms), _PUBLISHED)

    def _publish(self, raw: RawRequest) -> Response:
        return answered(self._keys.public(), _PUBLISHED)

    def _leave(self, context: Context) -> Response:
        return self._end_session.respond(by_browser(raw_of(context)))


def _frozen(told: Authentication, said: Mapping[str, Any]) -> Frozen:
    return Frozen(
        subject=told.subject,
        claims=told.claims,
        situation=asdict(told.situation) if told.situation else None,
        acr=told.acr,
        amr=told.amr,
        auth_time=int(told.at.timestamp()),
        sid=told.sid,
        nonce=said["nonce"],
        for_id_token=tuple(said["for_id_token"]),
        for_userinfo=tuple(said["for_userinfo"]),
    )
