"""Pro Santé Connect: an OpenID provider, and what it does differently."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from hub import Evidence, ProviderRequest, UpstreamIdentity

from ..oidc_provider.backend import Claims, OidcBackend
from ..oidc_provider.identity import session_of
from .identity import identity
from .means import acr_of, evidence
from .reading import text_of


class PscBackend(OidcBackend):
    plugin: ClassVar[str] = "psc"

    def __init__(
        self, callback: Any, attributes: Any, config: Mapping[str, Any], base_url: str, name: str
    ) -> None:
        super().__init__(callback, attributes, config, base_url, name)
        self._strict = bool(config["strict"])

    def request_parameters(self, request: ProviderRequest) -> dict[str, str]:
        sent = super().request_parameters(request)
        # It speaks French to everybody; what it does not know stays out of its address.
        sent.pop("ui_locales", None)
        return sent

    def acr_ok(self, requested: Sequence[str], claims: Claims) -> bool:
        """A missing acr is the lowest: what was asked is never below it."""
        return acr_of(claims) is not None

    def identity(
        self, claims: Claims, userinfo: Claims, tokens: Mapping[str, str]
    ) -> UpstreamIdentity:
        # `sub` names nobody (see `identity`): kept for the provider's own word that it ended.
        session = {**session_of(claims, tokens), "sub": text_of(claims, "sub")}
        return identity(claims, userinfo, self.provider.issuer, session, strict=self._strict)

    def evidence(self, claims: Claims, userinfo: Claims) -> Evidence:
        """How stands in the id_token, or in UserInfo alone; when and how surely is signed."""
        mode = text_of(claims, "authMode") or text_of(userinfo, "authMode")
        return evidence({**claims, "authMode": mode}, self.provider.issuer)
