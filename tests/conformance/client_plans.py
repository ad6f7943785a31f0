"""The Foundation’s test plans for clients of providers: the id of every module, by plan."""

from collections.abc import Mapping
from typing import Final

PLANS: Final[Mapping[str, tuple[str, ...]]] = {
    "basic": (
        "oidcc-client-test",
        "oidcc-client-test-invalid-iss",
        "oidcc-client-test-missing-sub",
        "oidcc-client-test-invalid-aud",
        "oidcc-client-test-missing-iat",
        "oidcc-client-test-kid-absent-single-jwks",
        "oidcc-client-test-kid-absent-multiple-jwks",
        "oidcc-client-test-idtoken-sig-rs256",
        "oidcc-client-test-idtoken-sig-none",
        "oidcc-client-test-invalid-sig-rs256",
        "oidcc-client-test-userinfo-invalid-sub",
        "oidcc-client-test-nonce-invalid",
        "oidcc-client-test-scope-userinfo-claims",
        "oidcc-client-test-client-secret-basic",
    ),
    "config": (
        "oidcc-client-test-discovery-openid-config",
        "oidcc-client-test-discovery-jwks-uri-keys",
        "oidcc-client-test-discovery-issuer-mismatch",
        "oidcc-client-test-idtoken-sig-none",
        "oidcc-client-test-signing-key-rotation-just-before-signing",
        "oidcc-client-test-signing-key-rotation",
    ),
    "rp_logout": (
        "oidcc-client-test-rp-init-logout",
        "oidcc-client-test-rp-init-logout-no-state",
    ),
    "backchannel": (
        "oidcc-client-test-rp-backchannel-rpinitlogout",
        "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
        "oidcc-client-test-rp-backchannel-rpinitlogout-no-event",
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
    ),
}
"""`oidcc-client-<plan>-certification-test-plan`, and the basic variants of the two for logout.

The basic plan is played in both modes, which makes it the form post plan too. Not played, because
the hub does not do it as a client: webfinger, dynamic registration, request objects, implicit and
hybrid flows, front-channel logout, session management and refresh. The module
`oidcc-client-test-rp-init-logout-other-state` wants a `state` sent on leaving: the hub sends none,
the browser's cookie binds the way back.
"""


def test_name(module: str) -> str:
    return f"test_{module.replace('-', '_')}"
