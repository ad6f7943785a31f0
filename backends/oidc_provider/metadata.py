"""What the provider says of itself (OpenID Connect Discovery 1.0), as the operator corrects it."""

from collections.abc import Mapping
from typing import Any, Final

import httpx
from oic.exception import PyoidcError
from oic.oic.message import ProviderConfigurationResponse

from hub import value

from .calls import document
from .faults import Fault
from .settings import Endpoints, Provider

_READ: Final = (
    "issuer",
    "authorization_endpoint",
    "token_endpoint",
    "userinfo_endpoint",
    "jwks_uri",
    "end_session_endpoint",
    "authorization_response_iss_parameter_supported",
    "mtls_endpoint_aliases",
)
"""What else stands there is not looked at: it may be as odd as it likes."""


@value
class Metadata:
    """Addresses; empty where the provider has none."""

    authorization: str
    token: str
    jwks: str
    userinfo: str = ""
    end_session: str = ""
    names_issuer: bool = False
    """Every answer carries `iss` (RFC 9207)."""


def read_metadata(provider: Provider, client: httpx.Client) -> Metadata:
    """Asked of the provider, unless the operator wrote everything down."""
    if not provider.discovery:
        return _corrected({}, provider)
    url = provider.metadata_url or (
        provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    )
    said = document(client, url)
    try:
        read = ProviderConfigurationResponse().from_dict(
            {name: said[name] for name in _READ if name in said}
        )
    except (PyoidcError, ValueError, TypeError):
        raise Fault("wrong_metadata", "its members have wrong types") from None
    # Discovery 4.3: another issuer's metadata would send our people and their codes elsewhere.
    if read.get("issuer") != provider.issuer:
        raise Fault("wrong_metadata", "it names another issuer")
    return _corrected(read.to_dict(), provider)


def _corrected(said: Mapping[str, Any], provider: Provider) -> Metadata:
    own: Endpoints = provider.endpoints
    aliases = said.get("mtls_endpoint_aliases")
    # RFC 8705 5: a server may take certificates at other addresses than it takes secrets.
    use_aliases = provider.authentication == "tls_client_auth" and isinstance(aliases, Mapping)
    machine = {**said, **aliases} if use_aliases and aliases else said
    found = Metadata(
        authorization=own.authorization or _text(said.get("authorization_endpoint")),
        token=own.token or _text(machine.get("token_endpoint")),
        jwks=own.jwks or _text(said.get("jwks_uri")),
        userinfo=own.userinfo or _text(machine.get("userinfo_endpoint")),
        end_session=own.end_session or _text(said.get("end_session_endpoint")),
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )
    return _usable(found, provider)


def _usable(found: Metadata, provider: Provider) -> Metadata:
    if not (found.authorization and found.token and found.jwks):
        raise Fault("wrong_metadata", "an address is missing")
    addresses = (
        found.authorization,
        found.token,
        found.jwks,
        found.userinfo,
        found.end_session,
    )
    # A provider of a trial on this machine may do without; nobody else.
    scheme = "https://" if provider.issuer.startswith("https://") else "http"
    if not all(each.startswith(scheme) for each in addresses if each):
        raise Fault("wrong_metadata", "an address is not https")
    return found


def _text(said: object) -> str:
    return said if isinstance(said, str) else ""
