"""The `claims` parameter: the facts a service asks for one by one, each for its own place."""

import json
from collections.abc import Mapping
from typing import Any, Final

from hub import value

_LONGEST: Final = 8192
_MOST: Final = 200
"""Brackets in an honest request: one object for each claim, and a few lists."""
_LONGEST_NAME: Final = 64


class BadClaims(Exception):
    """It is not what OpenID Connect Core 5.5 describes; the text says why, quoting nothing."""


@value
class ClaimsRequest:
    id_token: tuple[str, ...] = ()
    """Facts about the person wanted inside the id_token."""
    userinfo: tuple[str, ...] = ()
    """The same at UserInfo, whatever the scopes give there."""
    acrs: tuple[str, ...] = ()
    """Levels asked by the `acr` claim, most wanted first."""
    essential_acr: bool = False
    subject: str | None = None
    """The one person who may be spoken of."""


def claims_request(text: str | None) -> ClaimsRequest:
    """Raise `BadClaims`. Claims nobody knows are kept here, and found nowhere later."""
    if text is None:
        return ClaimsRequest()
    asked = _read(text)
    for_token, for_userinfo = _place(asked, "id_token"), _place(asked, "userinfo")
    acrs = _acrs(for_token.get("acr"))
    return ClaimsRequest(
        id_token=_names(for_token),
        userinfo=_names(for_userinfo),
        acrs=acrs,
        essential_acr=bool(acrs) and for_token["acr"].get("essential") is True,
        subject=_subject(for_token) or _subject(for_userinfo),
    )


def is_text(thing: Any) -> bool:
    return isinstance(thing, str) and 0 < len(thing) <= 256 and thing.isprintable()


def _read(text: str) -> Mapping[str, Any]:
    # Counted before parsing: a thousand nested objects cost no more than the count.
    if len(text) > _LONGEST or text.count("{") + text.count("[") > _MOST:
        raise BadClaims("claims is too large")
    try:
        asked = json.loads(text)
    except (ValueError, RecursionError):
        raise BadClaims("claims is not JSON") from None
    if not isinstance(asked, dict):
        raise BadClaims("claims is not an object")
    return asked


def _place(asked: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    wanted = asked.get(name)
    if not isinstance(wanted, dict | None):
        raise BadClaims(f"claims.{name} is not an object")
    # Core 5.5.1: null, or an object with `essential`, `value`, `values`.
    if not all(isinstance(each, dict | None) for each in (wanted or {}).values()):
        raise BadClaims(f"claims.{name} asks in a way nobody knows")
    return wanted or {}


def _names(place: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(name for name in place if is_text(name) and len(name) <= _LONGEST_NAME)


def _acrs(wanted: Mapping[str, Any] | None) -> tuple[str, ...]:
    listed = (wanted or {}).get("values")
    each = [*(listed if isinstance(listed, list) else []), (wanted or {}).get("value")]
    return tuple(filter(is_text, each))


def _subject(place: Mapping[str, Any]) -> str | None:
    subject = (place.get("sub") or {}).get("value")
    return subject if is_text(subject) else None
