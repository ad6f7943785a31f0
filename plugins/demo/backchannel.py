"""Hears from the hub which sessions are over: what a service does about a logout token."""

from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from .party import Party

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_KEPT: Final = 1000
_SKEW: Final = 60


class Heard:
    """The sessions that are over, by the name the hub gave them; the oldest are forgotten first."""

    def __init__(self, party: Party, keys: Callable[[], Any], now: Callable[[], float]) -> None:
        self._party = party
        self._keys = keys
        self._now = now
        self._over: dict[str, None] = {}
        self._seen: dict[str, None] = {}
        self._lock = Lock()

    def over(self, sid: str) -> bool:
        return sid in self._over

    def hear(self, token: str) -> bool:
        """Whether the token is the hub's, for this service, fresh and new."""
        try:
            claims = self._claims(token)
        except (JoseError, ValueError, TypeError, KeyError):
            return False
        with self._lock:
            # Back-Channel Logout 2.6: the same token twice was copied on its way.
            if claims["jti"] in self._seen:
                return False
            _remember(self._seen, claims["jti"])
            _remember(self._over, claims["sid"])
        return True

    def _claims(self, token: str) -> Mapping[str, Any]:
        keys = KeySet.import_key_set(self._keys())
        read = jwt.decode(token, keys, ["RS256", "ES256"])
        rules = jwt.JWTClaimsRegistry(
            now=int(self._now()),
            leeway=_SKEW,
            iss={"essential": True, "value": self._party.issuer},
            aud={"essential": True, "value": self._party.client_id},
            iat={"essential": True},
            exp={"essential": True},
            jti={"essential": True},
            sid={"essential": True},
            events={"essential": True},
        )
        rules.validate(read.claims)
        if read.header.get("typ") != "logout+jwt" or EVENT not in read.claims["events"]:
            raise ValueError("no logout token")
        if "nonce" in read.claims:
            # Back-Channel Logout 2.6: an id_token must not pass for a notice.
            raise ValueError("a nonce is forbidden")
        return read.claims


def _remember(kept: dict[str, None], name: str) -> None:
    kept[name] = None
    while len(kept) > _KEPT:
        del kept[next(iter(kept))]
