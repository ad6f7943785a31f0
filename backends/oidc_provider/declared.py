"""`[plugin.oidc_provider]` as backends SATOSA can load, or everything wrong with it at once."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from hub import (
    ConfigError,
    ConfigErrors,
    IdentityBackend,
    Json,
    MethodCard,
    MethodName,
    SatosaModule,
    Settings,
)

from .asking import RESERVED
from .client_authentication import signing_key
from .evidence import possible
from .settings import PROVIDER, OidcProviderSettings, Provider

_SECRETS = {
    "client_secret_basic": "client_secret_file",
    "client_secret_post": "client_secret_file",
    "private_key_jwt": "private_key_file",
}


def declared(settings: Settings, module: str) -> Iterable[IdentityBackend]:
    """*module*: the dotted path of the backend's class."""
    own = settings.section("oidc_provider", OidcProviderSettings)
    wrong: list[ConfigError] = []
    backends = []
    for name, provider in own.providers.items():
        try:
            config = config_of(provider, settings, f"plugin.oidc_provider.providers.{name}")
        except ConfigErrors as errors:
            wrong += errors.errors
            continue
        backends.append(
            IdentityBackend(
                module=SatosaModule(name=name, module=module, config=config),
                card=MethodCard(
                    name=MethodName(name), title=provider.title, identifies=True, icon=provider.icon
                ),
                possible=possible(provider),
            )
        )
    if wrong:
        raise ConfigErrors(wrong)
    return backends


def config_of(provider: Provider, settings: Settings, at: str) -> dict[str, Json]:
    """What `OidcBackend` is configured with; raise `ConfigErrors`, each under the table *at*."""
    problems = [*_addresses(provider, settings.environment), *_contradictions(provider)]
    wrong = [ConfigError(f"{at}.{key}", said) for key, said in problems]
    secret = ""
    try:
        secret = _secret(provider, settings, at)
    except ConfigError as error:
        wrong.append(error)
    if wrong:
        raise ConfigErrors(wrong)
    return {"provider": PROVIDER.dump_python(provider, mode="json"), "secret": secret}


def _addresses(provider: Provider, environment: str) -> Iterator[tuple[str, str]]:
    places = provider.endpoints
    named = {
        "issuer": provider.issuer,
        "metadata_url": provider.metadata_url,
        **{
            f"endpoints.{name}": getattr(places, name)
            for name in ("authorization", "token", "userinfo", "jwks", "end_session")
        },
    }
    for key, address in named.items():
        parts = urlsplit(address)
        trial = environment != "production" and parts.scheme == "http"
        if address and not (parts.hostname and (parts.scheme == "https" or trial)):
            yield key, "must be an https address"
        elif parts.fragment or (key == "issuer" and parts.query):
            yield key, "must have no query or fragment"


def _contradictions(provider: Provider) -> Iterator[tuple[str, str]]:
    places = provider.endpoints
    if not provider.discovery and not (places.authorization and places.token and places.jwks):
        yield "endpoints", "needs authorization, token and jwks when discovery = false"
    if "openid" not in provider.scopes:
        yield "scopes", "must contain openid"
    if not provider.algorithms:
        yield "algorithms", "must name one or more"
    if not provider.evidence:
        yield "evidence", "must say what an answer is worth"
    for name in sorted(RESERVED.intersection(provider.parameters)):
        yield f"parameters.{name}", "is the hub's own"
    for claim, system in provider.identifiers.items():
        if not system or system != system.lower():
            yield f"identifiers.{claim}", "must be a system in lower case: rpps"


def _secret(provider: Provider, settings: Settings, at: str) -> str:
    key = _SECRETS.get(provider.authentication)
    if key is None:
        return ""
    path = str(getattr(provider, key))
    if not path:
        raise ConfigError(f"{at}.{key}", f"is needed with {provider.authentication}")
    secret = settings.secret(path, f"{at}.{key}")
    if key == "private_key_file":
        try:
            signing_key(secret, provider.private_key_algorithm)
        except ValueError as error:
            raise ConfigError(f"{at}.{key}", str(error)) from None
    return secret
