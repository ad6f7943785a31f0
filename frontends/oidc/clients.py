"""The services that speak OpenID Connect: read from the configuration, all errors at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hmac import compare_digest
from typing import Any, Final, Literal

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from hub import ConfigError, ConfigErrors, DeclaredPeer, Json, Service, Settings, value

from .digests import hashed
from . import grant_types, profile
from .client_keys import key_problems
from .redirects import WEB_ADDRESS, ApplicationType, may_be_sent_to, unfit, unfit_origins
from .scopes import SCOPES
from .sectors import SubjectType
from .settings import SETTINGS, Algorithm, OidcSettings, oidc_settings

AuthMethod = Literal["basic", "post", "private_key_jwt", "none"]

_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9._~-]{1,64}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_SHORTEST_SECRET: Final = 32


@value
class OidcClient:
    """`[service.<id>.oidc]`."""

    client_id: str
    redirect_uris: tuple[str, ...]
    application_type: ApplicationType = "web"
    """`native`: an application on the person's own machine; it keeps no secret."""
    pkce: Literal["required", "optional"] = "required"
    """`optional`: for a service too old to send a challenge; its codes may be injected."""
    journal: bool = False
    """Whether its last flows are kept, masked, for people with the right `<service>.developer`."""
    client_secret_file: str | None = None
    client_secret_sha256: str | None = None
    former_client_secret_sha256: str | None = None
    """The secret before this one; it still opens until `former_client_secret_until`."""
    former_client_secret_until: AwareDatetime | None = None
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    """Where the hub posts that a session is over; without it the service learns nothing of it."""
    backchannel_logout_session_required: bool = False
    """Whether `sid` must be in the notice; it always is."""
    token_endpoint_auth_method: AuthMethod = "basic"  # noqa: S105 - a name
    id_token_signed_response_alg: Algorithm = "RS256"  # noqa: S105 - a name
    subject_type: SubjectType = "pairwise"
    """`public`: it knows people by the same names as all who asked for that."""
    sector_identifier_uri: str | None = None
    """Services that name one host here know people by the same names."""
    initiate_login_uri: str | None = None
    """Where a sign-in may be begun by the hub: the tile leads there."""
    scopes: tuple[str, ...] = tuple(SCOPES)
    """What it may ask for; `claims` of the service says what there is to learn."""
    userinfo_signed_response_alg: Algorithm | None = None
    """`None`: UserInfo answers in JSON."""
    default_max_age: timedelta | None = None
    """How old a sign-in may be when the service does not say."""
    consent: bool = False
    """Whether each person agrees, once, to what it will learn of them."""
    origins: tuple[str, ...] = ()
    """Sites whose scripts may call the token endpoint and UserInfo: `https://app.example`."""
    require_auth_time: bool = False
    """Whether `auth_time` must be in the id_token; it always is."""
    profile: Literal["standard", "high"] = "standard"
    """`high`: FAPI 2.0 Security Profile, whatever is said of single points below."""
    jwks: Mapping[str, Any] | None = None
    """The client's public keys, or `jwks_uri`: where it publishes them."""
    jwks_uri: str | None = None
    token_endpoint_auth_signing_alg: Algorithm | None = None
    """What signs its assertions; `None`: any algorithm the hub knows."""
    assertion_for_token_endpoint: bool = False
    """Whether assertions may be addressed to the token endpoint, as older libraries do."""
    request_object_signing_alg: Algorithm | None = None
    """What signs its request objects; `None`: any algorithm the hub knows."""
    require_pushed_authorization_requests: bool = False
    dpop_bound_access_tokens: bool = False
    """Whether it gets tokens only with a proof of its key (RFC 9449)."""
    dpop_nonce: bool = False
    """Whether its proofs must carry a nonce of the hub."""
    refresh_tokens: bool = False
    access_token_lifetime: timedelta = timedelta(minutes=10)
    access_tokens: Literal["opaque", "jwt"] = "opaque"
    """`jwt`: APIs read them without asking the hub, and learn late that one was revoked."""
    audience: tuple[str, ...] = ()
    """The names of its own API: its access tokens are for it, and it may introspect such ones."""
    resources: tuple[str, ...] = ()
    """The APIs of others for which it may ask access tokens (RFC 8707)."""
    introspection: bool = False
    device_grant: bool = False
    """Devices without a browser: the person types a code on another screen (RFC 8628)."""
    mobile_grant: bool = False
    """Telephones: they read a code on the page of mobile devices."""
    client_credentials: bool = False
    """Access tokens for the service itself, with `client_scopes`."""
    client_scopes: tuple[str, ...] = ()
    userinfo_minimum: str | None = None
    """The level of sign-in that UserInfo needs, by name or acr; `None`: whatever it was."""
    userinfo_max_age: timedelta | None = None
    """How old the sign-in may be at UserInfo."""


@value
class Client:
    """A service as the protocol sees it."""

    id: str
    service: str
    declared: OidcClient
    secret: str | None
    """The SHA-256 of the secret, in hexadecimal; `None` for a public client."""
    claims: tuple[str, ...] = ()
    former_secret: str | None = None
    """The same of the one before, as long as it still opens."""

    def knows_secret(self, secret: str) -> bool:
        # A random secret of 32 characters needs no slow hash; the comparison takes constant time.
        given = hashed(secret)
        return any(
            compare_digest(given, known) for known in (self.secret, self.former_secret) if known
        )

    def check_grant_type(self, grant_type: str) -> bool:
        """Asked by Authlib."""
        return grant_types.allows(self.declared, grant_type)


CLIENTS: Final = TypeAdapter(tuple[Client, ...])
DECLARED: Final = TypeAdapter(OidcClient)


def frontend_config(settings: Settings, services: Sequence[Service]) -> Mapping[str, Json]:
    """What the frontend is loaded with, or every error with its path."""
    own = oidc_settings(settings)
    clients: list[Client] = []
    errors: list[ConfigError] = []
    for service in services:
        if isinstance(service.peer, DeclaredPeer) and service.peer.frontend == "oidc":
            try:
                clients.append(_client(settings, service, service.peer.table))
            except ConfigErrors as wrong:
                errors.extend(wrong.errors)
    errors.extend(_twins(clients))
    errors.extend(unsigned(clients, own))
    if errors:
        raise ConfigErrors(errors)
    return {
        "settings": SETTINGS.dump_python(own, mode="json"),
        "clients": CLIENTS.dump_python(tuple(clients), mode="json"),
        "relaxed": settings.environment != "production",
    }


def _client(settings: Settings, service: Service, table: Mapping[str, Json]) -> Client:
    at = f"service.{service.id}.oidc"
    declared = declared_by(table, at)
    relaxed = settings.environment != "production"
    errors = [ConfigError(f"{at}.{key}", said) for key, said in problems(declared, relaxed)]
    secret = _secret(settings, declared, at, errors)
    if errors:
        raise ConfigErrors(errors)
    return client_of(service, declared, secret)


def declared_by(table: Mapping[str, Json], at: str) -> OidcClient:
    """*table* as it is meant, or `ConfigErrors` with the path of each wrong key below *at*."""
    try:
        return DECLARED.validate_python(dict(table))
    except ValidationError as wrong:
        raise ConfigErrors(
            [
                ConfigError(".".join([at, *map(str, each["loc"])]), each["msg"])
                for each in wrong.errors()
            ]
        ) from None


def client_of(service: Service, declared: OidcClient, secret: str | None) -> Client:
    return Client(
        id=declared.client_id,
        service=service.id,
        declared=declared,
        secret=secret,
        former_secret=declared.former_client_secret_sha256,
        claims=tuple(sorted(service.claims)),
    )


def problems(declared: OidcClient, relaxed: bool) -> Iterator[tuple[str, str]]:
    """Each key at fault with what is wrong: of hub.toml, of a command, of a registration."""
    if not _CLIENT_ID.fullmatch(declared.client_id):
        yield "client_id", "must be 1 to 64 letters, digits or . _ ~ -"
    if _HASH.fullmatch(declared.client_id):
        yield "client_id", "looks like the name of a person"
    former, until = declared.former_client_secret_sha256, declared.former_client_secret_until
    if (former is None) != (until is None):
        yield "former_client_secret_until", "goes with former_client_secret_sha256"
    if former is not None and not _HASH.fullmatch(former):
        yield "former_client_secret_sha256", "must be 64 hexadecimal digits"
    for key in ("sector_identifier_uri", "initiate_login_uri"):
        uri = getattr(declared, key)
        if uri is not None and not may_be_sent_to(uri, relaxed=False):
            yield key, f"{uri!r} must be https without fragment"
    if not declared.redirect_uris and not grant_types.without_browser(declared):
        yield "redirect_uris", "at least one is needed"
    for key in ("redirect_uris", "post_logout_redirect_uris"):
        for uri in getattr(declared, key):
            if problem := unfit(uri, declared.application_type, relaxed=relaxed):
                yield key, f"{uri!r} {problem}"
    uri = declared.backchannel_logout_uri
    if uri is not None and not may_be_sent_to(uri, relaxed=relaxed):
        yield "backchannel_logout_uri", f"{uri!r} {WEB_ADDRESS}"
    if declared.backchannel_logout_session_required and uri is None:
        yield "backchannel_logout_session_required", "needs backchannel_logout_uri"
    for problem in unfit_origins(declared.origins, relaxed=relaxed):
        yield "origins", problem
    if "openid" not in declared.scopes:
        yield "scopes", "must contain openid"
    if not timedelta(minutes=1) <= declared.access_token_lifetime <= timedelta(hours=1):
        yield "access_token_lifetime", "must be between a minute and an hour"
    given = [each for each in (declared.client_secret_file, declared.client_secret_sha256) if each]
    public = declared.token_endpoint_auth_method == "none"  # noqa: S105 - a name
    if declared.application_type == "native" and not public:
        # RFC 8252 8.4: a secret in everybody's hands is none.
        yield "token_endpoint_auth_method", "must be none: a native application keeps no secret"
    if declared.pkce == "optional" and public:
        yield "pkce", "must be required for a public client: nothing else protects its codes"
    yield from key_problems(declared)
    yield from profile.problems(declared)
    yield from grant_types.problems(declared)
    wanted = 1 if declared.token_endpoint_auth_method in ("basic", "post") else 0
    if len(given) != wanted:
        yield (
            "client_secret_file",
            (
                "only basic and post have a secret"
                if wanted == 0
                else "either client_secret_file or client_secret_sha256 is needed, not both"
            ),
        )


def _secret(
    settings: Settings, declared: OidcClient, at: str, errors: list[ConfigError]
) -> str | None:
    if declared.client_secret_sha256 and not _HASH.fullmatch(declared.client_secret_sha256):
        errors.append(ConfigError(f"{at}.client_secret_sha256", "must be 64 hexadecimal digits"))
    if not declared.client_secret_file:
        return declared.client_secret_sha256
    try:
        secret = settings.secret(declared.client_secret_file, f"{at}.client_secret_file")
    except ConfigError as error:
        errors.append(error)
        return None
    if len(secret) < _SHORTEST_SECRET:
        problem = f"holds fewer than {_SHORTEST_SECRET} characters"
        errors.append(ConfigError(f"{at}.client_secret_file", problem))
    return hashed(secret)


def _twins(clients: Sequence[Client]) -> Iterator[ConfigError]:
    seen: dict[str, str] = {}
    for client in clients:
        if client.id in seen:
            path = f"service.{client.service}.oidc.client_id"
            yield ConfigError(path, f"{client.id!r} is already that of {seen[client.id]!r}")
        seen[client.id] = client.service


def unsigned(clients: Sequence[Client], own: OidcSettings) -> Iterator[ConfigError]:
    for client in clients:
        for key in ("id_token_signed_response_alg", "userinfo_signed_response_alg"):
            alg = getattr(client.declared, key)
            if alg is not None and alg not in own.algorithms:
                path = f"service.{client.service}.oidc.{key}"
                yield ConfigError(path, f"{alg} is not in plugin.oidc.algorithms")
