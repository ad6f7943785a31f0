"""What the operator says about providers that speak OpenID Connect: `[plugin.oidc_provider]`."""

from collections.abc import Mapping
from dataclasses import field
from datetime import timedelta
from typing import Annotated, Final, Literal

from pydantic import Field, TypeAdapter

from hub import Factor, value

Algorithm = Literal[
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"
]
"""Asymmetric ones only: with `none` or HS256 anybody who knows the client could sign."""
Authentication = Literal[
    "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth"
]
NAMES: Final = r"^[a-z][a-z0-9_-]{0,39}$"


@value
class Endpoints:
    """Addresses that stand in the place of the metadata's."""

    authorization: str = ""
    token: str = ""
    userinfo: str = ""
    jwks: str = ""
    end_session: str = ""


@value
class Worth:
    """What one kind of sign-in at the provider was made of; the first that fits counts."""

    acr: tuple[str, ...] = ()
    """The acr values it stands for; empty: any, and none."""
    amr: tuple[str, ...] = ()
    """Each must be among the amr of the answer."""
    factors: tuple[Factor, ...]
    authenticator: str = "provider"
    """What the policy calls the thing used; `provider` is worth `simple` in the shipped ones."""
    told: tuple[str, ...] = ()
    """The amr that services are told; empty: what RFC 8176 registers of the provider's own."""
    phishing_resistant: bool = False


@value
class Provider:
    """`[plugin.oidc_provider.providers.<name>]`: one provider; the name is its method's."""

    issuer: str
    """Exactly as the provider writes it in its tokens."""
    client_id: str
    title: str
    """Of the method, as people read it."""
    icon: str = ""
    authentication: Authentication = "client_secret_basic"
    """`tls_client_auth`: the certificate stands in `[outbound.parties."oidc_provider/<name>"]`."""
    client_secret_file: str = ""
    private_key_file: str = ""
    """A PEM file: the key of `private_key_jwt`."""
    private_key_algorithm: Algorithm = "RS256"
    private_key_id: str = ""
    """Its `kid` as registered there; empty: none is sent."""
    assertion_audience: Literal["issuer", "token_endpoint"] = "issuer"
    scopes: tuple[str, ...] = ("openid", "profile")
    metadata_url: str = ""
    """Empty: `<issuer>/.well-known/openid-configuration`."""
    discovery: bool = True
    """False: everything stands in `endpoints`."""
    endpoints: Endpoints = Endpoints()
    algorithms: tuple[Algorithm, ...] = ("RS256",)
    """What may sign id_token, UserInfo and logout tokens."""
    acr_values: tuple[str, ...] = ()
    """Asked of every sign-in, unless `acr_for` says otherwise."""
    acr_for: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By level of ours that a service asked: what is asked there."""
    acr_required: bool = False
    """Whether an answer without one of the acr asked is refused."""
    response_mode: Literal["query", "form_post"] = "query"
    """`form_post`: the code comes in a form, and stays out of addresses and their logs."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    """Sent with every request besides."""
    login_hint: bool = False
    """Whether the provider is told whom the service expects."""
    require_iss: Literal["advertised", "always", "never"] = "advertised"
    """Whether the answer must name its issuer (RFC 9207); a wrong one is always refused."""
    userinfo: bool = True
    """Whether UserInfo is read after each sign-in."""
    leeway: Annotated[timedelta, Field(ge=timedelta(0), le=timedelta(minutes=5))] = timedelta(
        seconds=30
    )
    """How far its clock may be from ours."""
    keep: Annotated[timedelta, Field(ge=timedelta(minutes=1), le=timedelta(days=1))] = timedelta(
        hours=1
    )
    """How long its metadata and keys are kept."""
    name_claim: str = "name"
    """How the provider calls the person."""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    """By claim: the system of the number in it (`rpps`). An account is found by these."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """By claim: the name under which it is kept."""
    evidence: tuple[Worth, ...] = (Worth(factors=(Factor.KNOWLEDGE,)),)
    """When none fits the answer is refused; without a table: one factor, whatever it says."""
    logout: bool = True
    """Whether leaving here leaves there, when the provider has an end_session_endpoint."""


@value
class OidcProviderSettings:
    """Providers people may come from."""

    providers: Mapping[Annotated[str, Field(pattern=NAMES)], Provider] = field(default_factory=dict)


PROVIDER: Final = TypeAdapter(Provider)
