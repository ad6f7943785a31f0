"""SATOSA's backend towards an OpenID provider: every check of ours around SATOSA's own road."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from satosa.backends.base import BackendModule
from satosa.backends.openid_connect import OpenIDConnectBackend
from satosa.context import Context
from satosa.internal import InternalData
from satosa.response import Redirect, Response

from hub import (
    PROVIDER_ANSWER,
    PROVIDER_REQUEST,
    Evidence,
    Hop,
    ProviderAnswer,
    ProviderRefused,
    ProviderRequest,
    Toolbox,
    UpstreamIdentity,
    outside_logins,
)

from . import asking
from .answers import code_in
from .claims import Expected, check_freshness, check_id_token, subject_of
from .client_authentication import ClientAuthentication
from .evidence import evidence_of, not_before_asked
from .faults import Fault
from .identity import identity_of
from .logout import LogoutTokens, end_session_address
from .places import Places
from .settings import PROVIDER
from .tokens import exchanged, read_userinfo, userinfo

Claims = Mapping[str, Any]


class OidcBackend(OpenIDConnectBackend):
    """One provider. A provider that differs is a subclass that overrides the five seams."""

    plugin: ClassVar[str] = "oidc_provider"
    """Whose catalogue holds the refusals: `<plugin>.wrong_nonce`."""

    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        # Not SATOSA's own: it asks the provider for its metadata, and the hub must start without.
        BackendModule.__init__(self, callback, attributes, base_url, name)
        self.config = config
        self.provider = PROVIDER.validate_python(config["provider"])

    def bind(self, toolbox: Toolbox) -> None:
        """Lent after loading: SATOSA's configuration carries JSON only."""
        self.clock = toolbox.clock
        self.toolbox = toolbox
        self._client = toolbox.outbound(self.name)
        self.places = Places(self.provider, self._client, toolbox.clock)
        self._proof = ClientAuthentication(self.provider, self.config["secret"], toolbox.clock)
        self._logouts = LogoutTokens(self.provider, self.places.keys, toolbox.one_time)

    # The seams.

    def request_parameters(self, request: ProviderRequest) -> dict[str, str]:
        """What this sign-in asks, beside client, scope, state, nonce and PKCE."""
        return asking.parameters(request, self.provider)

    def acr_ok(self, requested: Sequence[str], claims: Claims) -> bool:
        """Whether the answer may be used at all; what it is worth `evidence` says."""
        return not self.provider.acr_required or not requested or claims.get("acr") in requested

    def identity(
        self, claims: Claims, userinfo: Claims, tokens: Mapping[str, str]
    ) -> UpstreamIdentity:
        """*claims*: of the id_token, verified. *userinfo*: of the same subject, or empty."""
        return identity_of(claims, userinfo, tokens, self.provider)

    def evidence(self, claims: Claims, userinfo: Claims) -> Evidence:
        """What the provider says it saw; `Fault` when that is worth nothing."""
        return evidence_of(claims, self.provider)

    def logout_url(self, identity: UpstreamIdentity, return_url: str) -> str | None:
        """Where the browser goes to leave there; `None`: nowhere."""
        endpoint = self.places.metadata().end_session
        return end_session_address(endpoint, identity, return_url, self.provider.client_id)

    # What SATOSA and the hub call.

    def start_auth(self, context: Context, internal_request: InternalData) -> Response:
        request = context.get_decoration(PROVIDER_REQUEST) or ProviderRequest()
        try:
            endpoint = self.places.metadata().authorization
        except Fault as fault:
            raise self._refused(fault) from None
        sent = self.request_parameters(request)
        carried = asking.begun(request, sent, self.clock)
        context.state[self.name] = carried.kept()
        own = {
            "client_id": self.provider.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.provider.scopes),
            **({"response_mode": "form_post"} if self.provider.response_mode != "query" else {}),
        }
        return Redirect(asking.address(endpoint, sent, carried, own))

    def answers(self) -> bool | None:
        return self.places.answers()

    def register_endpoints(self) -> list[Any]:
        return [
            (f"^{self.name}/callback$", self.response_endpoint),
            (f"^{self.name}/backchannel-logout$", self.logout_endpoint),
        ]

    def response_endpoint(self, context: Context, *args: Any) -> Response:
        try:
            answer, claims = self._answer(context)
        except Fault as fault:
            raise self._refused(fault) from None
        context.decorate(PROVIDER_ANSWER, answer)
        told = self._translate_response(claims, self.provider.issuer)
        told.auth_info.auth_class_ref = answer.identity.acr
        told.subject_id = answer.identity.subject
        return self.auth_callback_func(context, told)

    @outside_logins
    def logout_endpoint(self, context: Context, *args: Any) -> Response:
        """Back-Channel Logout 2.5 to 2.8: ended here what ended there."""
        form = context.request or {}
        try:
            if context.request_method != "POST" or not isinstance(form.get("logout_token"), str):
                raise Fault("bad_logout", "no token was posted")
            ended = self._logouts.read(form["logout_token"], self.clock())
        except Fault as fault:
            why = {"provider": self.name, "reason": fault.reason}
            self.toolbox.note("provider.logout_refused", None, **why)
            return _machine("400 Bad Request", '{"error":"invalid_request"}')
        self.toolbox.sessions.end_upstream(self.provider.issuer, ended.subject, ended.sid)
        return _machine("200 OK", "")

    def end_session(self, identity: UpstreamIdentity, return_url: str) -> Hop | None:
        if not self.provider.logout or identity.issuer != self.provider.issuer:
            return None
        try:
            url = self.logout_url(identity, return_url)
        except Fault:
            # The provider is down: our own session is over all the same.
            return None
        return Hop(url=url) if url else None

    @property
    def redirect_uri(self) -> str:
        """Its own for each provider: an answer cannot be passed off as another's (RFC 9700 4.4)."""
        return f"{self.base_url}/{self.name}/callback"

    def _answer(self, context: Context) -> tuple[ProviderAnswer, dict[str, Any]]:
        carried = asking.remembered(context.state.get(self.name))
        code = code_in(context.request, carried, self.places.metadata(), self.provider)
        tokens, claims = self._exchange(code, carried)
        told = self._userinfo(tokens, subject_of(claims))
        if not self.acr_ok(carried.acrs, claims):
            raise Fault("level_refused", "the level asked was not reached")
        evidence = not_before_asked(self.evidence(claims, told), carried.fresh)
        answer = ProviderAnswer(identity=self.identity(claims, told, tokens), evidence=evidence)
        return answer, {**told, **claims}

    def _exchange(self, code: str, carried: asking.Begun) -> tuple[dict[str, str], Claims]:
        shown = {
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": carried.verifier,
        }
        endpoint = self.places.metadata().token
        tokens = exchanged(self._client, endpoint, self._proof, shown)
        signed = self.places.keys.signed(tokens["id_token"], self.provider.algorithms)
        now, leeway = self.clock(), self.provider.leeway
        expected = Expected(
            issuer=self.provider.issuer,
            client_id=self.provider.client_id,
            nonce=carried.nonce,
            now=now,
            leeway=leeway,
        )
        check_id_token(signed, expected, tokens["access_token"])
        check_freshness(signed.claims, carried.fresh, now, leeway)
        return tokens, signed.claims

    def _userinfo(self, tokens: Mapping[str, str], subject: str) -> Claims:
        endpoint = self.places.metadata().userinfo
        if not self.provider.userinfo or not endpoint:
            return {}
        said = userinfo(self._client, endpoint, tokens["access_token"])
        return read_userinfo(said, self.places.keys, self.provider, subject)

    def _refused(self, fault: Fault) -> ProviderRefused:
        return ProviderRefused(f"{self.plugin}.{fault.reason}", fault.cause, silent=fault.silent)


def _machine(status: str, body: str) -> Response:
    headers = [("Cache-Control", "no-store"), ("Content-Type", "application/json")]
    return Response(message=body, status=status, headers=headers)
