"""The simulator's signing keys, made at start and rotated on demand."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from threading import Lock
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey


class Keys:
    def __init__(self) -> None:
        self._lock = Lock()
        self._current = _made()
        self._retired: list[RSAKey] = []
        self._foreign: RSAKey | None = None

    def rotate(self) -> None:
        """The former key is gone from the published ones at once, as after a compromise."""
        with self._lock:
            self._retired.append(self._current)
            self._current = _made()

    def published(self) -> dict[str, Any]:
        return dict(KeySet([self._current]).as_dict(private=False))

    def own(self) -> KeySet:
        """Everything ever signed with: an old id_token is still a hint at logout."""
        return KeySet([self._current, *self._retired])

    def signed(self, claims: Mapping[str, Any], typ: str = "JWT") -> str:
        header = {"alg": "RS256", "kid": self._current.kid, "typ": typ}
        return jwt.encode(header, dict(claims), self._current, ["RS256"])

    def by_another_key(self, claims: Mapping[str, Any]) -> str:
        """Under the name of the published key."""
        with self._lock:
            self._foreign = self._foreign or _made()
        header = {"alg": "RS256", "kid": self._current.kid, "typ": "JWT"}
        return jwt.encode(header, dict(claims), self._foreign, ["RS256"])

    def unsigned(self, claims: Mapping[str, Any]) -> str:
        return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(claims)}."

    def confused(self, claims: Mapping[str, Any]) -> str:
        """RFC 8725 2.1: the public key, which everybody has, as the secret of an HMAC."""
        header = {"alg": "HS256", "kid": self._current.kid, "typ": "JWT"}
        signed = f"{_part(header)}.{_part(claims)}"
        secret = self._current.as_pem(private=False)
        return f"{signed}.{_text(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def _made() -> RSAKey:
    kid = secrets.token_urlsafe(16)
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def _part(content: Mapping[str, Any]) -> str:
    return _text(json.dumps(content).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
