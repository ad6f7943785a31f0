"""What the issuer says of itself: nothing that fails, nothing that works undeclared."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from . import grant_types
from .authorize import PROMPTS
from .clients import Client
from .form_post import RESPONSE_MODES
from .settings import ALGORITHMS

_ENDPOINTS: Final = {
    "authorization_endpoint": "/oidc/authorize",
    "pushed_authorization_request_endpoint": "/oidc/par",
    "token_endpoint": "/oidc/token",
    "userinfo_endpoint": "/oidc/userinfo",
    "jwks_uri": "/oidc/jwks",
    "end_session_endpoint": "/oidc/end_session",
    "revocation_endpoint": "/oidc/revoke",
    "introspection_endpoint": "/oidc/introspect",
    "device_authorization_endpoint": "/oidc/device_authorization",
    # Ours: where telephones bring the ticket they read.
    "mobile_ticket_endpoint": "/oidc/ticket",
}
_METHODS: Final = ("client_secret_basic", "client_secret_post", "private_key_jwt", "none")
_ABILITIES: Final = {
    "response_types_supported": ("code",),
    "response_modes_supported": RESPONSE_MODES,
    "grant_types_supported": grant_types.ALL,
    "subject_types_supported": ("pairwise", "public"),
    "token_endpoint_auth_methods_supported": _METHODS,
    "dpop_signing_alg_values_supported": ALGORITHMS,
    "token_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "revocation_endpoint_auth_methods_supported": _METHODS,
    "revocation_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "introspection_endpoint_auth_methods_supported": tuple(
        method for method in _METHODS if method != "none"
    ),
    "introspection_endpoint_auth_signing_alg_values_supported": ALGORITHMS,
    "code_challenge_methods_supported": ("S256",),
    "prompt_values_supported": PROMPTS,
    "claim_types_supported": ("normal",),
    "claims_parameter_supported": True,
    "request_parameter_supported": True,
    "request_object_signing_alg_values_supported": ALGORITHMS,
    "require_pushed_authorization_requests": False,
    "request_uri_parameter_supported": False,
    "authorization_response_iss_parameter_supported": True,
    "backchannel_logout_supported": True,
    "backchannel_logout_session_supported": True,
}
_STANDARD: Final = (
    "iss",
    "sub",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "acr",
    "amr",
    "sid",
    "proofs",
)


def learnt(client: Client) -> Iterator[str]:
    """What it may learn, and with an address whether that was proved: `hub.broker.release`."""
    for name in client.claims:
        yield name
        if name in ("email", "phone_number"):
            yield f"{name}_verified"


def discovery(
    issuer: str,
    clients: Sequence[Client],
    algorithms: Sequence[str],
    acrs: Sequence[str],
    languages: Sequence[str],
) -> Mapping[str, Any]:
    """OpenID Connect Discovery 1.0 and RFC 8414, in one document."""
    scopes = dict.fromkeys(["openid", *(s for each in clients for s in each.declared.scopes)])
    claims = dict.fromkeys([*_STANDARD, *(name for each in clients for name in learnt(each))])
    return {
        "issuer": issuer,
        **{name: f"{issuer}{path}" for name, path in _ENDPOINTS.items()},
        **_ABILITIES,
        "id_token_signing_alg_values_supported": list(algorithms),
        "userinfo_signing_alg_values_supported": list(algorithms),
        "acr_values_supported": list(acrs),
        "ui_locales_supported": list(languages),
        "display_values_supported": ["page"],
        "scopes_supported": list(scopes),
        "claims_supported": list(claims),
    }
