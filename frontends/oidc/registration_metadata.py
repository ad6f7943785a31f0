"""What a client says of itself when it registers: OpenID Connect Registration 1.0, RFC 7591."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from hub import ConfigError, Json, value

from .answers import EndpointError
from .redirects import ApplicationType, may_be_sent_to
from .scopes import SCOPES
from .sectors import SubjectType
from .settings import Algorithm, OidcSettings

if TYPE_CHECKING:
    from .clients import AuthMethod

METHODS: Final[Mapping[str, "AuthMethod"]] = {
    "client_secret_basic": "basic",
    "client_secret_post": "post",
    "private_key_jwt": "private_key_jwt",
    "none": "none",
}
_Method = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
_CODE: Final = "authorization_code"
_REFRESH: Final = "refresh_token"
_SHOWN: Final = ("client_uri", "logo_uri", "policy_uri", "tos_uri")
_ENCRYPTED: Final = re.compile(r"\w+_encrypted_response_(alg|enc)|request_object_encryption_\w+")
_LONGEST: Final = 2000
_MOST: Final = 50
_OFFLINE: Final = "offline_access"
_QUOTED: Final = re.compile(r"""^(['"]).*\1\s*""", re.DOTALL)


@value
class Metadata:
    """Under the names of the standards; what is not here is ignored."""

    redirect_uris: tuple[str, ...]
    response_types: tuple[Literal["code"], ...] = ("code",)
    grant_types: tuple[str, ...] = (_CODE,)
    application_type: ApplicationType = "web"
    client_name: str = ""
    contacts: tuple[str, ...] = ()
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    scope: str = " ".join((*SCOPES, _OFFLINE))
    jwks: dict[str, Any] | None = None
    jwks_uri: str | None = None
    sector_identifier_uri: str | None = None
    subject_type: SubjectType | None = None
    """`None`: not asked; pairwise, and nobody is asked for the sector."""
    token_endpoint_auth_method: _Method = "client_secret_basic"  # noqa: S105 - a name
    token_endpoint_auth_signing_alg: Algorithm | None = None
    id_token_signed_response_alg: Algorithm = "RS256"  # noqa: S105 - a name
    userinfo_signed_response_alg: Algorithm | None = None
    request_object_signing_alg: Algorithm | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    initiate_login_uri: str | None = None
    post_logout_redirect_uris: tuple[str, ...] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    require_pushed_authorization_requests: bool = False
    dpop_bound_access_tokens: bool = False
    software_id: str | None = None
    software_version: str | None = None


_SHAPE: Final = TypeAdapter(Metadata)
_KNOWN: Final = frozenset(each.name for each in fields(Metadata))


def read(body: bytes) -> tuple[Metadata, Mapping[str, Json]]:
    """What was said, and the whole object; raise `EndpointError` for the first thing wrong."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise unfit("", "the body is no JSON object")
    if said.get("software_statement") is not None:
        # RFC 7591 3.2.2: nobody's statements are trusted here.
        raise EndpointError("invalid_software_statement")
    if any(map(_ENCRYPTED.fullmatch, said)):
        # Passed over in silence, the client would wait for what nobody encrypts.
        raise unfit("", "encryption is not supported")
    # RFC 7591 2: what is null was not said.
    known = {name: told for name, told in said.items() if name in _KNOWN and told is not None}
    try:
        metadata = _SHAPE.validate_json(json.dumps(known), strict=True)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise unfit(str(first["loc"][0]) if first["loc"] else "", "has no such value") from None
    for name, problem in _problems(metadata):
        raise unfit(name, problem)
    return metadata, said


def echoed(metadata: Metadata) -> dict[str, Json]:
    """As registered, defaults included: RFC 7591 3.2.1."""
    told: dict[str, Json] = _SHAPE.dump_python(metadata, mode="json", exclude_none=True)
    return {name: each for name, each in told.items() if each not in ("", [])}


def remembered(kept: Mapping[str, Json]) -> Metadata:
    return _SHAPE.validate_python(kept)


def unfit(name: str, problem: str) -> EndpointError:
    error = "invalid_redirect_uri" if name == "redirect_uris" else "invalid_client_metadata"
    return EndpointError(error, f"{name} {problem}".strip())


def refused_for(wrong: ConfigError) -> EndpointError:
    """The same for what the table's own check found; the value at fault is not said again."""
    name = wrong.path.split(".oidc.", 1)[-1].split(".", 1)[0]
    return unfit(_WIRE.get(name, name), _QUOTED.sub("", wrong.problem))


_WIRE: Final = {"scopes": "scope"}


def scopes_of(metadata: Metadata) -> list[Json]:
    """Those it may ask for; what it did not ask to register it may ask for all the same."""
    known = {*SCOPES, *({_OFFLINE} if _REFRESH in metadata.grant_types else ())}
    return [word for word in metadata.scope.split() if word in known]


def table_of(metadata: Metadata, client_id: str, settings: OidcSettings) -> dict[str, Json]:
    """The client's table, as it would stand in hub.toml."""
    method = METHODS[metadata.token_endpoint_auth_method]
    same = {
        name: told for name, told in echoed(metadata).items() if name in _SAME and told is not None
    }
    return {
        **same,
        "client_id": client_id,
        "token_endpoint_auth_method": method,
        "scopes": scopes_of(metadata),
        "refresh_tokens": _REFRESH in metadata.grant_types,
        # Nothing else protects the codes of a client that keeps no secret.
        "pkce": "required" if method == "none" else settings.registration_pkce,
        "assertion_for_token_endpoint": settings.registration_token_endpoint_audience,
        "default_max_age": metadata.default_max_age,
    }


_SAME: Final = frozenset(
    {
        "redirect_uris",
        "application_type",
        "jwks",
        "jwks_uri",
        "sector_identifier_uri",
        "subject_type",
        "token_endpoint_auth_signing_alg",
        "id_token_signed_response_alg",
        "userinfo_signed_response_alg",
        "request_object_signing_alg",
        "require_auth_time",
        "initiate_login_uri",
        "post_logout_redirect_uris",
        "backchannel_logout_uri",
        "backchannel_logout_session_required",
        "require_pushed_authorization_requests",
        "dpop_bound_access_tokens",
    }
)


def _problems(metadata: Metadata) -> Iterator[tuple[str, str]]:
    if not metadata.redirect_uris:
        yield "redirect_uris", "is empty"
    for name in ("redirect_uris", "post_logout_redirect_uris", "contacts"):
        listed = getattr(metadata, name)
        if len(listed) > _MOST or any(len(each) > _LONGEST for each in listed):
            yield name, "is too long"
    if not metadata.client_name.isprintable() or len(metadata.client_name) > 100:
        yield "client_name", "is not up to 100 printable characters"
    for name in _SHOWN:
        uri = getattr(metadata, name)
        if uri is not None and (len(uri) > _LONGEST or not may_be_sent_to(uri, relaxed=False)):
            yield name, "must be https"
    if any(not each.isprintable() for each in metadata.contacts):
        yield "contacts", "is not printable"
    if not {_CODE, _REFRESH} >= set(metadata.grant_types):
        yield "grant_types", "names what cannot be had by registration"
    # OpenID Connect Registration 2: the one follows from the other.
    if _CODE not in metadata.grant_types or not metadata.response_types:
        yield "grant_types", "does not go with response_types"
    if metadata.default_max_age is not None and not 0 <= metadata.default_max_age < 10**9:
        yield "default_max_age", "is no number of seconds"
    for name in ("software_id", "software_version"):
        if len(getattr(metadata, name) or "") > 200:
            yield name, "is too long"
