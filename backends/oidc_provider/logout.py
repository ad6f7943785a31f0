"""Leaving: the address that ends the provider's session, and its word that it ended (BCL 1.0)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from hub import OneTimeBox, UpstreamIdentity, value

from .claims import check_audience, check_times, said
from .faults import Fault
from .keys import ProviderKeys, Signed
from .settings import Provider

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_TYPES: Final = (None, "JWT", "jwt", "logout+jwt")
_LONGEST_ID: Final = 256
_REMEMBERED: Final = 15 * 60
"""Seconds a token's `jti` is remembered: none older is taken."""


@value
class Ended:
    """Whose session at the provider is over: one of both at least."""

    subject: str | None
    sid: str | None


def end_session_address(
    endpoint: str, identity: UpstreamIdentity, return_url: str, client_id: str
) -> str | None:
    """RP-Initiated Logout 1.0; `None` when the provider has no such place."""
    hint = identity.session.get("id_token")
    if not endpoint or not isinstance(hint, str):
        return None
    sent = {
        "id_token_hint": hint,
        "client_id": client_id,
        "post_logout_redirect_uri": return_url,
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(sent)}"


class LogoutTokens:
    """What the provider posts when somebody left there."""

    def __init__(self, provider: Provider, keys: ProviderKeys, seen: OneTimeBox) -> None:
        self._provider = provider
        self._keys = keys
        self._seen = seen

    def read(self, text: str, now: datetime) -> Ended:
        """Back-Channel Logout 2.6; raise `Fault`. *text* is spent then."""
        provider = self._provider
        signed = self._keys.signed(text, provider.algorithms)
        if signed.header.get("typ") not in _TYPES:
            raise Fault("bad_logout", "another kind of token")
        if signed.claims.get("iss") != provider.issuer:
            raise Fault("wrong_issuer", "the token names another issuer")
        check_audience(signed.claims, provider.client_id)
        check_times(signed.claims, now, provider.leeway)
        ended = _ended(signed, provider.algorithms)
        self._spend(signed.claims, now)
        return ended

    def _spend(self, claims: Mapping[str, Any], now: datetime) -> None:
        if (
            now.timestamp() - claims["iat"]
            > _REMEMBERED - 2 * self._provider.leeway.total_seconds()
        ):
            raise Fault("expired", "the token is too old to know whether it was used")
        identifier = said(claims, "jti")
        if identifier is None or len(identifier) > _LONGEST_ID:
            raise Fault("bad_logout", "no identifier")
        key = f"logout {self._provider.issuer} {identifier}"
        used = self._seen.take(key) is not None
        self._seen.put(key, {}, seconds=_REMEMBERED)
        # A token kept by somebody on the way would throw people out again and again.
        if used:
            raise Fault("replayed", "this token was used already")


def _ended(signed: Signed, algorithms: Collection[str]) -> Ended:
    claims = signed.claims
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(EVENT), dict):
        raise Fault("bad_logout", "not the event of a logout")
    # 2.4: with a nonce it may be an id_token of somebody, passed off as their logout.
    if "nonce" in claims:
        raise Fault("bad_logout", "it bears a nonce")
    subject, sid = said(claims, "sub"), said(claims, "sid")
    if subject is None and sid is None:
        raise Fault("bad_logout", "it names nobody")
    return Ended(subject=subject, sid=sid)
