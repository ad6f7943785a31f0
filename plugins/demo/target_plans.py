"""What is typed into the OpenID Foundation's suite: one configuration for each plan."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub import value

SCOPE: Final = "openid profile email address phone"
_SEEN: Final = "update-image-placeholder"
_WAIT: Final = 20
# The field may hold a name already, and the suite types behind it.
_EMPTY: Final = "//input[@id='identifier' and @value='']"
_AGREE: Final = "button[name=agree]"
_ASKED: Final = "#password, button[name=agree]"
"""A password, or only consent: `prompt=consent` finds somebody signed in."""


@value
class Known:
    """A client of the suite, by what only the two of them know."""

    client_id: str
    secret: str = ""
    jwks: Mapping[str, Any] | None = None
    """With the private members."""

    def told(self) -> dict[str, Any]:
        if self.jwks is not None:
            return {"client_id": self.client_id, "scope": SCOPE, "jwks": self.jwks}
        return {"client_id": self.client_id, "client_secret": self.secret}


@value
class Examined:
    """The hub as the suite sees it."""

    issuer: str
    suite: str
    alias: str
    login: str
    password: str
    basic: tuple[Known, Known]
    told: Known
    """Of every logout, by the back channel; the other plans fail when such a notice comes."""
    post: Known
    high: tuple[Known, Known]


def plans(hub: Examined) -> Mapping[str, Mapping[str, Any]]:
    """By the name of the plan, in the order in which a certification goes through them."""
    fixed = {**_common(hub), **_clients(hub.basic), "client_secret_post": hub.post.told()}
    told = {**fixed, "client": hub.told.told()}
    strangers = {**_common(hub), "client": {}, "client2": {}}
    return {
        "oidcc-config-certification-test-plan": _common(hub),
        "oidcc-basic-certification-test-plan": fixed,
        "oidcc-formpost-basic-certification-test-plan": fixed,
        "oidcc-dynamic-certification-test-plan": strangers,
        "oidcc-3rdparty-init-login-certification-test-plan": strangers,
        "oidcc-rp-initiated-logout-certification-test-plan": fixed,
        "oidcc-backchannel-rp-initiated-logout-certification-test-plan": told,
        "fapi2-security-profile-final-test-plan": {
            **_common(hub),
            **_clients(hub.high),
            "resource": {"resourceUrl": f"{hub.issuer}/oidc/userinfo"},
        },
    }


def _common(hub: Examined) -> dict[str, Any]:
    return {
        "alias": hub.alias,
        "description": "identity federation hub",
        "server": {
            "discoveryUrl": f"{hub.issuer}/.well-known/openid-configuration",
            "login_hint": hub.login,
            # Where a phone exchanges its ticket: no standard has a name for it.
            "allow_unexpected_metadata_fields": ["mobile_ticket_endpoint"],
        },
        "browser": [_signing_in(hub), _leaving(hub)],
        "override": {
            **{name: {"browser": [_refused(hub)]} for name in _REFUSED},
            # The Foundation looks at the page that asks a second time. Elsewhere a picture of the
            # page ends the module: it waits for one of an error, or for an answer.
            **{name: {"browser": [_signing_in(hub, seen=True)]} for name in _ASKED_AGAIN},
            _REJECTED: {"browser": [_giving_up(hub)]},
            **{name: {"browser": [_looking(hub)]} for name in _LOOKED_AT},
            _TWICE: {"browser": [_looking(hub), _signing_in(hub)]},
        },
    }


_REFUSED: Final = (
    "oidcc-ensure-registered-redirect-uri",
    "oidcc-redirect-uri-query-mismatch",
    "oidcc-redirect-uri-query-added",
    "oidcc-ensure-redirect-uri-in-authorization-request",
)
_ASKED_AGAIN: Final = ("oidcc-prompt-login", "oidcc-max-age-1")
_LOOKED_AT: Final = (
    "oidcc-registration-logo-uri",
    "oidcc-registration-policy-uri",
    "oidcc-registration-tos-uri",
)
"""The service's picture, and where it says what it does with what it learns."""
_TWICE: Final = (
    "fapi2-security-profile-final-par-ensure-reused-request-uri-prior-to-auth-completion-succeeds"
)
_REJECTED: Final = "fapi2-security-profile-final-user-rejects-authentication"


def _clients(two: tuple[Known, Known]) -> dict[str, Any]:
    return {"client": two[0].told(), "client2": two[1].told()}


def _signing_in(hub: Examined, *, seen: bool = False) -> dict[str, Any]:
    picture = [".*", _SEEN + "-optional"] if seen else []
    return {
        "match": f"{hub.issuer}/oidc/authorize*",
        "tasks": [
            {
                "task": "Sign in",
                "optional": True,
                "match": f"{hub.issuer}/login/*",
                "commands": [
                    ["wait", "css", _ASKED, _WAIT, *picture],
                    ["text", "xpath", _EMPTY, hub.login, "optional"],
                    ["text", "id", "password", hub.password, "optional"],
                    ["click", "id", "sign-in", "optional"],
                ],
            },
            {
                "task": "Agree",
                "optional": True,
                "match": f"{hub.issuer}/login/*",
                "commands": [["click", "css", _AGREE, "optional"]],
            },
            {
                "task": "Read what is wrong",
                "optional": True,
                "match": f"{hub.issuer}/oidc/authorize*",
                "commands": [["wait", "xpath", "//h1", _WAIT, ".*", _SEEN + "-optional"]],
            },
            _arriving(hub, "callback", "submission_complete"),
        ],
    }


def _leaving(hub: Examined) -> dict[str, Any]:
    return {
        "match": f"{hub.issuer}/oidc/end_session*",
        "tasks": [
            {
                "task": "Leave everything",
                "optional": True,
                "match": f"{hub.issuer}/logout/*",
                "commands": [["click", "id", "leave", "optional"]],
            },
            {
                "task": "Stay at the hub",
                "optional": True,
                "match": f"{hub.issuer}/logout/*",
                "commands": [["wait", "xpath", "//h1", _WAIT, ".*", _SEEN]],
            },
            _arriving(hub, "post_logout_redirect", "complete"),
        ],
    }


def _giving_up(hub: Examined) -> dict[str, Any]:
    """Whoever does not want to sign in after all, by the button below the question."""
    return {
        "match": f"{hub.issuer}/oidc/authorize*",
        "tasks": [
            {
                "task": "Give up",
                "match": f"{hub.issuer}/login/*",
                "commands": [["click", "css", "form[action$='/cancel'] button"]],
            },
            _arriving(hub, "callback", "submission_complete"),
        ],
    }


def _looking(hub: Examined) -> dict[str, Any]:
    """Whoever goes away from the page, to sign in from the same request later."""
    look: Sequence[Any] = ["wait", "css", _ASKED, _WAIT, ".*", _SEEN + "-optional"]
    return {
        "match": f"{hub.issuer}/oidc/authorize*",
        "match-limit": 1,
        "tasks": [{"task": "Look", "match": f"{hub.issuer}/login/*", "commands": [look]}],
    }


def _refused(hub: Examined) -> dict[str, Any]:
    """A page of the hub's own: the wrong request must not lead back to the service."""
    look: Sequence[Any] = ["wait", "xpath", "//h1", _WAIT, ".*", _SEEN]
    return {
        "match": f"{hub.issuer}/oidc/authorize*",
        "tasks": [
            {"task": "Read", "match": f"{hub.issuer}/oidc/authorize*", "commands": [look]},
        ],
    }


def _arriving(hub: Examined, where: str, mark: str) -> dict[str, Any]:
    """*mark* is the id of what the suite's page there shows when it has read what came."""
    return {
        "task": f"Arrive at {where}",
        "optional": True,
        "match": f"{hub.suite}/test/*/{where}*",
        "commands": [["wait", "id", mark, _WAIT]],
    }
