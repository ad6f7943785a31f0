"""Which grants a client may use, and what using them needs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from .clients import OidcClient

DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"
TICKET: Final = "urn:federation-hub:grant-type:ticket"
"""A telephone that read the code on the page of mobile devices."""
CLIENT: Final = "client_credentials"
ALL: Final = ("authorization_code", "refresh_token", CLIENT, DEVICE, TICKET)


def allows(declared: "OidcClient", grant_type: str) -> bool:
    match grant_type:
        case "authorization_code":
            return True
        case "refresh_token":
            return declared.refresh_tokens or lasting(declared)
        case "client_credentials":
            return declared.client_credentials
        case str(each) if each == DEVICE:
            return declared.device_grant
        case str(each) if each == TICKET:
            return declared.mobile_grant
        case _:
            return False


def lasting(declared: "OidcClient") -> bool:
    """Whether it has grants that outlive a browser session: without refresh they are worth none."""
    return declared.device_grant or declared.mobile_grant


def without_browser(declared: "OidcClient") -> bool:
    """Whether some grant of it leads no browser back to it."""
    return lasting(declared) or declared.client_credentials


def problems(declared: "OidcClient") -> Iterator[tuple[str, str]]:
    """Each key with what is wrong there."""
    public = declared.token_endpoint_auth_method == "none"  # noqa: S105 - a name
    for key in ("client_credentials", "introspection"):
        # RFC 6749 4.4, RFC 7662 2.1: whoever cannot prove who they are has nothing to ask for.
        if public and getattr(declared, key):
            yield key, "needs a client that authenticates"
    if declared.client_scopes and not declared.client_credentials:
        yield "client_scopes", "needs client_credentials = true"
    # What a person grants, nobody grants to a service in their absence.
    if both := sorted({"openid", *declared.scopes} & {*declared.client_scopes}):
        yield "client_scopes", f"{both[0]!r} is granted by people only"
    if declared.introspection and not declared.audience:
        yield "introspection", "needs audience: whose tokens may it ask about?"
    for key in ("audience", "resources"):
        for uri in getattr(declared, key):
            if not _names_an_api(uri):
                yield key, f"{uri!r} must be an absolute URI without fragment"


def _names_an_api(uri: str) -> bool:
    # RFC 8707 2; blanks would make two names of one where they are listed.
    try:
        parts = urlsplit(uri)
    except ValueError:
        return False
    whole = bool(parts.scheme and (parts.netloc or parts.path))
    return whole and "#" not in uri and uri.isascii() and uri.isprintable() and " " not in uri
