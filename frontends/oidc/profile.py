"""What a client's profile demands: `high` is the FAPI 2.0 Security Profile, final of 2025."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from .settings import ALGORITHMS, Algorithm

if TYPE_CHECKING:
    from .clients import OidcClient

# FAPI 2.0 5.4.1: RSA with PKCS#1 v1.5 is out.
HIGH_ALGORITHMS: Final[tuple[Algorithm, ...]] = ("PS256", "ES256", "EdDSA")


def is_high(client: "OidcClient") -> bool:
    return client.profile == "high"


def algorithms(client: "OidcClient") -> tuple[Algorithm, ...]:
    """What this client may sign with: assertions, request objects, proofs."""
    return HIGH_ALGORITHMS if is_high(client) else ALGORITHMS


def must_push(client: "OidcClient") -> bool:
    return is_high(client) or client.require_pushed_authorization_requests


def must_prove(client: "OidcClient") -> bool:
    return is_high(client) or client.dpop_bound_access_tokens


def rotates(client: "OidcClient") -> bool:
    """Whether each refresh replaces the refresh token."""
    # FAPI 2.0 5.3.2.1: a lost answer locks people out, and the key of the client binds already.
    return not is_high(client)


def problems(client: "OidcClient") -> Iterator[tuple[str, str]]:
    """Each key of the table that its profile forbids, with what is wrong."""
    if not is_high(client):
        return
    if client.token_endpoint_auth_method != "private_key_jwt":  # noqa: S105 - a name
        yield "token_endpoint_auth_method", "must be private_key_jwt in the profile high"
    for key in (
        "id_token_signed_response_alg",
        "userinfo_signed_response_alg",
        "token_endpoint_auth_signing_alg",
        "request_object_signing_alg",
    ):
        if getattr(client, key) not in (None, *HIGH_ALGORITHMS):
            yield key, f"must be one of {', '.join(HIGH_ALGORITHMS)} in the profile high"
    for uri in client.redirect_uris:
        if not uri.startswith("https://"):
            yield "redirect_uris", f"{uri!r} must be https in the profile high"
    if client.pkce != "required":
        yield "pkce", "must be required in the profile high"
    if client.assertion_for_token_endpoint:
        yield "assertion_for_token_endpoint", "must not be set in the profile high"
