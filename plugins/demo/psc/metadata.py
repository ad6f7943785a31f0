"""What the simulator says of itself, in the words of the real one's discovery document."""

from typing import Any, Final

from .settings import Simulated

PATH: Final = "/.well-known/wallet-openid-configuration"
PROTOCOL: Final = "/protocol/openid-connect"
_SIGNED: Final = [f"{kind}{size}" for kind in ("RS", "PS", "ES", "HS") for size in (256, 384, 512)]
_SCOPES: Final = (
    "openid profile email address phone offline_access roles web-origins microprofile-jwt acr basic"
    " rpps referentiel interop identity scope_1 scope_2 scope_all eidas1 eidas2"
)


def metadata(simulated: Simulated) -> dict[str, Any]:
    """Much of it is Keycloak's own list and offered to nobody: a client must not believe it."""
    at = f"{simulated.issuer}{PROTOCOL}"
    return {
        "issuer": simulated.issuer,
        "authorization_endpoint": f"{simulated.wallet}/auth",
        "token_endpoint": f"{at}/token",
        "userinfo_endpoint": f"{at}/userinfo",
        "end_session_endpoint": f"{at}/logout",
        "jwks_uri": f"{at}/certs",
        "introspection_endpoint": f"{at}/token/introspect",
        "revocation_endpoint": f"{at}/revoke",
        "backchannel_authentication_endpoint": f"{at}/ext/ciba/auth",
        "check_session_iframe": f"{at}/login-status-iframe.html",
        **_LISTS,
        "acr_values_supported": ["0", "0"],
        "subject_types_supported": ["public", "pairwise"],
        "code_challenge_methods_supported": ["plain", "S256"],
        "authorization_response_iss_parameter_supported": True,
        "claims_parameter_supported": True,
        "request_parameter_supported": True,
        "require_pushed_authorization_requests": False,
        "tls_client_certificate_bound_access_tokens": True,
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": True,
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


_LISTS: Final = {
    "grant_types_supported": [
        "authorization_code",
        "implicit",
        "refresh_token",
        "password",
        "client_credentials",
        "urn:openid:params:grant-type:ciba",
        "urn:ietf:params:oauth:grant-type:device_code",
    ],
    "response_types_supported": ["code", "none", "id_token", "token", "id_token token"],
    "response_modes_supported": ["query", "fragment", "form_post", "jwt", "query.jwt"],
    "scopes_supported": _SCOPES.split(),
    "claims_supported": [
        "aud",
        "sub",
        "iss",
        "auth_time",
        "name",
        "given_name",
        "family_name",
        "preferred_username",
        "email",
        "acr",
    ],
    "id_token_signing_alg_values_supported": [*_SIGNED, "EdDSA"],
    "userinfo_signing_alg_values_supported": [*_SIGNED, "EdDSA", "none"],
    "token_endpoint_auth_methods_supported": [
        "private_key_jwt",
        "client_secret_basic",
        "client_secret_post",
        "tls_client_auth",
        "client_secret_jwt",
    ],
    "backchannel_token_delivery_modes_supported": ["poll", "ping"],
}
