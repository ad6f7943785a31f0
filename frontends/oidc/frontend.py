"""SATOSA's frontend towards OpenID Connect services: which path is answered by what."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from satosa.context import Context
from satosa.frontends.base import FrontendModule
from satosa.internal import InternalData
from satosa.response import Response, SeeOther

from hub import (
    ACCOUNT,
    AUTHENTICATION,
    LOGIN_REQUEST,
    PARTICIPATION,
    AccountId,
    Authentication,
    Notice,
    Participation,
    RawRequest,
    ServiceCaller,
    ServiceId,
    Shortfall,
    StoreUnavailable,
    Toolbox,
)

from .access_tokens import AccessTokens
from .associating import Associating
from .associations import AssociationBook
from .answers import answered, refused
from .backchannel import BackChannel
from .authorize import AuthorizationError, addressee, wishes
from .client_book import ClientBook
from .clients import CLIENTS, Client
from .cors import for_everybody, for_origins
from .device_letters import Herald
from .devices import DeviceBook
from .demands import login_request
from .discovery import discovery
from .end_session import EndSession
from .entrance import Entrance
from .endpoints import Answer, Endpoint, by_browser, form_of, machine, raw_of
from .form_post import Delivery
from .said import frozen_of, kept_of, promise_of, said_of
from .grants import GrantBook
from .guesses import Guesses
from .id_tokens import IdTokens
from .initiation import initiation
from .introspection import Introspection
from .joining import Joining
from .journal import Journal
from .keys_rotation import open_keys
from .keys_shown import KeysShown
from .lives import Living
from .parameters import Parameters
from .pkce import warn
from .reception import Reception
from .registration import offered
from .settings import SETTINGS
from .signed_userinfo import UserInfoAnswers
from .speaking import Speaking
from .step_up import UserInfoGuard
from .token_grants import add_grants
from .token_server import TokenServer
from .trial import BACK
from .userinfo import UserInfo

Called = Callable[[Parameters, Client], Response]
_PUBLISHED: Final = ("Cache-Control", "public, max-age=300")
_ERRORS: Final[Mapping[Shortfall | None, str]] = {
    Shortfall.LOGIN_REQUIRED: "login_required",
    Shortfall.INTERACTION_REQUIRED: "interaction_required",
    Shortfall.CONSENT_REQUIRED: "consent_required",
    Shortfall.ACCOUNT_SELECTION_REQUIRED: "account_selection_required",
    Shortfall.NO_METHOD_REACHES_LEVEL: "unmet_authentication_requirements",
}


class OidcFrontend(Entrance, KeysShown, FrontendModule):
    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, base_url, name)
        clients = CLIENTS.validate_python(config["clients"])
        warn(clients)
        self._configured, self._relaxed = clients, bool(config["relaxed"])
        self._settings = SETTINGS.validate_python(config["settings"])

    def bind(self, toolbox: Toolbox) -> None:
        """Lent after loading: SATOSA's configuration carries JSON only."""
        keys = self._keys = open_keys(self._settings, toolbox)
        self.show_keys(self._settings, toolbox)
        self._clients = ClientBook(self._configured, toolbox.services, toolbox.clock)
        self._journal = Journal(toolbox, self._clients)
        joining = Joining(
            settings=self._settings,
            relaxed=self._relaxed,
            configured=self._configured,
            fetcher=toolbox.fetcher,
            issuer=self.base_url,
        )
        self._clock = toolbox.clock
        self._delivery = Delivery(toolbox.languages)
        self._acrs = [level.acr for level in toolbox.ladder[1:]]
        self._languages = toolbox.languages
        self._id_tokens = IdTokens(keys, self.base_url, toolbox.clock)
        most, read_hint = self._settings.pushed_requests, self._id_tokens.hint
        self._reception = Reception(self._clients, toolbox, most, read_hint)
        self._callers = self._reception.callers
        self._book = GrantBook(toolbox, self._settings.lifetimes)
        self.let_in(joining, self._book, toolbox)
        living = Living(toolbox.sessions, toolbox.accounts, self._clients)
        self._access_tokens = AccessTokens(keys, self.base_url, toolbox.clock)
        self._server = TokenServer(self._book, self._id_tokens, living, self._access_tokens)
        associations = AssociationBook(toolbox)
        add_grants(self._server, associations, Herald(toolbox))
        self._associating = Associating(self._clients, self._book, associations, toolbox)
        self._introspection = Introspection(self._book, living, self.base_url, Guesses(toolbox))
        self._speaking = Speaking(self._book, living, self._clients, self.base_url)
        self._devices = DeviceBook(toolbox)
        self._userinfo = UserInfo(
            self._book,
            UserInfoGuard(self._clients, living, self.base_url, toolbox),
            self._reception.proofs,
            UserInfoAnswers(self._clients, keys, self.base_url),
            self._journal,
        )
        self._backchannel = BackChannel(self._clients, keys, self.base_url, toolbox.clock)
        self._end_session = EndSession(self._clients, self._book, self._id_tokens, toolbox.leaving)

    def register_endpoints(self, backend_names: Sequence[str]) -> list[tuple[str, Endpoint]]:
        described = for_everybody(machine(self._discover, "GET"))
        return [
            (r"^\.well-known/openid-configuration$", described),
            (r"^\.well-known/oauth-authorization-server$", described),
            (r"^oidc/authorize$", self._authorize),
            (r"^oidc/par$", self._for_scripts(lambda raw: self._reception.push(raw), "POST")),
            (r"^oidc/token$", self._for_scripts(self._token, "POST")),
            (r"^oidc/userinfo$", self._for_scripts(self._claims, "GET", "POST")),
            (r"^oidc/jwks$", for_everybody(machine(self._publish, "GET"))),
            (r"^oidc/revoke$", self._for_scripts(self._revoke, "POST")),
            (r"^oidc/end_session$", self._leave),
            *self.entrances(),
            (r"^oidc/introspect$", self._for_clients(lambda: self._introspection.respond)),
            (r"^oidc/device_authorization$", machine(self._invite, "POST")),
            (r"^oidc/ticket$", self._for_clients(lambda: self._associating.claim)),
            (r"^oidc/device$", lambda context: self._associating.page(_sent(context))),
            (r"^oidc/associate$", self._associate),
        ]

    def _for_scripts(self, answer: Answer, *methods: str) -> Endpoint:
        return for_origins(machine(answer, *methods), lambda: self._clients, *methods)

    def _invite(self, raw: RawRequest) -> Response:
        form = form_of(raw)
        return self._associating.invite(form, self._callers.named(raw, form), raw.source)

    def _for_clients(self, part: Callable[[], Called]) -> Endpoint:
        """What only machines ask that prove which client they are; *part* exists once bound."""

        def answer(raw: RawRequest) -> Response:
            form = form_of(raw)
            return part()(form, self._callers.named(raw, form))

        return machine(answer, "POST")

    def _associate(self, context: Context) -> Response:
        begun = self._associating.begin(_sent(context))
        context.state[self.name] = begun.said
        context.decorate(LOGIN_REQUEST, begun.login)
        return self.auth_req_callback_func(context, InternalData(requester=begun.client.id))

    def _authorize(self, context: Context) -> Response:
        raw = raw_of(context)
        sent = by_browser(raw)
        if raw.method == "POST":
            # A cross-site POST carries no Lax cookie: come back by GET, with the same parameters.
            return SeeOther(self._reception.address(sent, raw.source))
        received = self._reception.asked(sent)
        sent = received.asked
        with self._journal.watching(sent.sent):
            to = addressee(sent, self._clients, f"{self.base_url}{BACK}")
        flow = self._journal.asked(to.client, sent.sent)
        said = {**said_of(to, sent.words("ui_locales"), context), "flow": flow}
        try:
            received.check()
            wished = wishes(sent, to.client, self._id_tokens.hint)
            if wished.resource and not self._access_tokens.knows(to.client, wished.resource):
                raise AuthorizationError("invalid_target")
        except AuthorizationError as error:
            return self._tell(said, error.error, error.description)
        context.state[self.name] = kept_of(said, wished, received)
        context.decorate(LOGIN_REQUEST, login_request(to.client, wished, self._clock()))
        try:
            return self.auth_req_callback_func(context, InternalData(requester=to.client.id))
        except StoreUnavailable:
            if not wished.asked.passive:
                raise
            # Nobody looks at a silent request: the service learns it, where a person reads a page.
            return self._tell(said, "temporarily_unavailable")

    def handle_authn_response(self, context: Context, internal_resp: InternalData) -> Response:
        said = context.state[self.name]
        told = cast(Authentication, context.get_decoration(AUTHENTICATION))
        account = cast(AccountId, context.get_decoration(ACCOUNT))
        if "association" in said:
            return self._associating.signed_in(said, account, frozen_of(told, said))
        joins = cast(Participation, context.get_decoration(PARTICIPATION))
        if not self._reception.spend(said["pushed"]):
            return self._tell(said, "invalid_request_uri", "the request was used before")
        code = self._book.open(promise_of(said, told, joins.session, account))
        self._journal.vouched(said, told, code)
        return self._answer(said, {"code": code})

    def end(self, participation: Participation, return_url: str) -> Notice | None:
        """Asked by the worker; no browser is there to come back to *return_url*."""
        return self._backchannel.notice(participation)

    def end_grants(self, account: AccountId) -> None:
        self._devices.end_all(account)

    def caller(self, token: str) -> ServiceCaller | None:
        return self._speaking.caller(token)

    def initiation(self, service: ServiceId, target: str) -> str | None:
        client = self._clients.of_service(service)
        return initiation(client, self.base_url, target) if client else None

    def take_back(self, participation: Participation) -> None:
        if client := self._backchannel.client_of(participation):
            sid = str(participation.handle.get("sid", ""))
            self._book.end_all(client.id, participation.session, sid)

    def handle_backend_error(self, exception: Any) -> Response:
        """The broker's reason, in the protocol's words; whatever else it was, access is denied."""
        why, said = getattr(exception, "why", None), exception.state[self.name]
        if "association" in said:
            return self._associating.failed(said)
        return self._tell(said, _ERRORS.get(why, "access_denied"))

    def _tell(self, said: Mapping[str, Any], error: str, description: str = "") -> Response:
        answer = {"error": error, "error_description": description}
        self._journal.refused(said, answer)
        return self._answer(said, answer)

    def _answer(self, said: Mapping[str, Any], parameters: Mapping[str, str]) -> Response:
        # RFC 9207: every answer says who gives it, against mix-up.
        rest = {"state": said["state"], "iss": self.base_url}
        return self._delivery.give(said, {**parameters, **rest})

    def _token(self, raw: RawRequest) -> Response:
        form = form_of(raw)
        client = self._callers.named(raw, form)
        answer = self._server.respond(form.sent, client, self._reception.key(raw, client))
        self._journal.exchanged(client, form.sent, answer)
        return answer

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
        told = discovery(
            self.base_url, clients, self._settings.algorithms, self._acrs, self._languages
        )
        return answered({**told, **offered(self._settings, self.base_url)}, _PUBLISHED)

    def _publish(self, raw: RawRequest) -> Response:
        return answered(self._keys.public(), _PUBLISHED)

    def _leave(self, context: Context) -> Response:
        return self._end_session.respond(_sent(context))


def _sent(context: Context) -> Parameters:
    return by_browser(raw_of(context))
