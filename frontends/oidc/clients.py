"""The services that speak OpenID Connect: read from the configuration, all errors at once."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hmac import compare_digest
from typing import Final, Literal

from pydantic import TypeAdapter, ValidationError

from hub import ConfigError, ConfigErrors, DeclaredPeer, Json, Service, Settings, value

from .redirects import WEB_ADDRESS, ApplicationType, may_be_sent_to, unfit
from .settings import SETTINGS, Algorithm, OidcSettings, oidc_settings

AuthMethod = Literal["basic", "post", "none"]

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
    client_secret_file: str | None = None
    client_secret_sha256: str | None = None
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    """Where the hub posts that a session is over; without it the service learns nothing of it."""
    backchannel_logout_session_required: bool = False
    """Whether `sid` must be in the notice; it always is."""
    token_endpoint_auth_method: AuthMethod = "basic"  # noqa: S105 - a name
    id_token_signed_response_alg: Algorithm = "RS256"  # noqa: S105 - a name
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    refresh_tokens: bool = False
    access_token_lifetime: timedelta = timedelta(minutes=10)


@value
class Client:
    """A service as the protocol sees it."""

    id: str
    service: str
    declared: OidcClient
    secret: str | None
    """The SHA-256 of the secret, in hexadecimal; `None` for a public client."""
    claims: tuple[str, ...] = ()

    def knows_secret(self, secret: str) -> bool:
        # A random secret of 32 characters needs no slow hash; the comparison takes constant time.
        given = hashlib.sha256(secret.encode()).hexdigest()
        return self.secret is not None and compare_digest(given, self.secret)

    def check_grant_type(self, grant_type: str) -> bool:
        """Asked by Authlib."""
        return grant_type == "authorization_code" or (
            grant_type == "refresh_token" and self.declared.refresh_tokens
        )


CLIENTS: Final = TypeAdapter(tuple[Client, ...])


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
    errors.extend(_unsigned(clients, own))
    if errors:
        raise ConfigErrors(errors)
    return {
        "settings": SETTINGS.dump_python(own, mode="json"),
        "clients": CLIENTS.dump_python(tuple(clients), mode="json"),
    }


def _client(settings: Settings, service: Service, table: Mapping[str, Json]) -> Client:
    at = f"service.{service.id}.oidc"
    try:
        declared = TypeAdapter(OidcClient).validate_python(dict(table))
    except ValidationError as wrong:
        raise ConfigErrors(
            [
                ConfigError(".".join([at, *map(str, each["loc"])]), each["msg"])
                for each in wrong.errors()
            ]
        ) from None
    relaxed = settings.environment != "production"
    errors = [ConfigError(f"{at}.{key}", said) for key, said in _problems(declared, relaxed)]
    secret = _secret(settings, declared, at, errors)
    if errors:
        raise ConfigErrors(errors)
    return Client(
        id=declared.client_id,
        service=service.id,
        declared=declared,
        secret=secret,
        claims=tuple(sorted(service.claims)),
    )


def _problems(declared: OidcClient, relaxed: bool) -> Iterator[tuple[str, str]]:
    if not _CLIENT_ID.fullmatch(declared.client_id):
        yield "client_id", "must be 1 to 64 letters, digits or . _ ~ -"
    if not declared.redirect_uris:
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
    wanted = 0 if public else 1
    if len(given) != wanted:
        yield (
            "client_secret_file",
            (
                "a public client has no secret"
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
    return hashlib.sha256(secret.encode()).hexdigest()


def _twins(clients: Sequence[Client]) -> Iterator[ConfigError]:
    seen: dict[str, str] = {}
    for client in clients:
        if client.id in seen:
            path = f"service.{client.service}.oidc.client_id"
            yield ConfigError(path, f"{client.id!r} is already that of {seen[client.id]!r}")
        seen[client.id] = client.service


def _unsigned(clients: Sequence[Client], own: OidcSettings) -> Iterator[ConfigError]:
    for client in clients:
        alg = client.declared.id_token_signed_response_alg
        if alg not in own.algorithms:
            path = f"service.{client.service}.oidc.id_token_signed_response_alg"
            yield ConfigError(path, f"{alg} is not in plugin.oidc.algorithms")
