"""What the operator says about Pro Santé Connect: `[plugin.psc]`, and what is known of it."""

from collections.abc import Mapping
from typing import Final, Literal

from hub import ConfigError, ConfigErrors, Factor, Json, Settings, value

from ..oidc_provider.declared import config_of
from ..oidc_provider.settings import Authentication, Endpoints, Provider, Worth
from .means import LOWEST

METADATA: Final = "/.well-known/wallet-openid-configuration"
"""Under the issuer. The usual path would name Keycloak's own login page, not the wallet's."""

_REALM: Final = "/auth/realms/esante-wallet"
ISSUERS: Final[Mapping[str, str]] = {
    "production": f"https://auth.esw.esante.gouv.fr{_REALM}",
    "bas": f"https://auth.bas.psc.esante.gouv.fr{_REALM}",
}


@value
class PscSettings:
    """Sign-in by Pro Santé Connect."""

    client_id: str
    environment: Literal["bas", "production"] = "production"
    """`bas`: the sandbox, whose people are made for tests; refused beside `production` of ours."""
    authentication: Authentication = "client_secret_basic"
    """`tls_client_auth`: the certificate stands in `[outbound.parties."psc/psc"]`."""
    client_secret_file: str = ""
    title: str = "Pro Santé Connect"
    icon: str = "stethoscope"
    scopes: tuple[str, ...] = ("openid", "scope_all")
    issuer: str = ""
    """In the place of the environment's own: a simulator, or an address that moved."""
    metadata_url: str = ""
    """Empty: the wallet's document under the issuer."""
    endpoints: Endpoints = Endpoints()
    require_iss: Literal["advertised", "always", "never"] = "never"
    """Whether the answer must name its issuer, which is advertised there and seen to be missing; a
    wrong one is always refused."""
    logout: bool = True
    """Whether leaving here by one's own click leaves there."""


def provider_of(told: PscSettings) -> Provider:
    """The same, as a provider that speaks OpenID Connect: what PSC does differently, as data."""
    issuer = told.issuer or ISSUERS[told.environment]
    return Provider(
        issuer=issuer,
        client_id=told.client_id,
        title=told.title,
        icon=told.icon,
        authentication=told.authentication,
        client_secret_file=told.client_secret_file,
        scopes=told.scopes,
        metadata_url=told.metadata_url or issuer.rstrip("/") + METADATA,
        endpoints=told.endpoints,
        # Discovery lists HS256 and `none` too, as every Keycloak does: what is used is RS256.
        algorithms=("RS256",),
        acr_values=(LOWEST,),
        require_iss=told.require_iss,
        # Unread: what PSC says it saw stands in `authMode`.
        evidence=(Worth(factors=(Factor.POSSESSION,)),),
        logout=told.logout,
    )


def config(settings: Settings) -> tuple[PscSettings, dict[str, Json]]:
    """What the backend is configured with; `ConfigErrors` with everything wrong at once."""
    told = settings.section("psc", PscSettings)
    wrong: list[ConfigError] = []
    if told.environment == "bas" and settings.environment == "production":
        # There anybody may make themselves a doctor: it is what the sandbox is for.
        problem = 'the sandbox identifies nobody: "production", or another environment of the hub'
        wrong.append(ConfigError("plugin.psc.environment", problem))
    own: dict[str, Json] = {}
    try:
        own = config_of(provider_of(told), settings, "plugin.psc")
    except ConfigErrors as errors:
        wrong += errors.errors
    if wrong:
        raise ConfigErrors(wrong)
    return told, {**own, "strict": told.environment == "production"}
