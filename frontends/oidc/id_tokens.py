"""Writes id_tokens, and reads our own again when they come back as hints."""

import base64
from datetime import timedelta
from hashlib import sha256, sha512
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError

from hub import Clock, value

from .clients import Client
from .granted import Frozen
from .keys import JWS, Keys
from .keys_material import signed
from .scopes import inside

LIFETIME: Final = timedelta(minutes=5)
TYPE: Final = "JWT"


@value
class Hint:
    """An id_token of ours, expired or not, that a client sends back."""

    audience: str
    subject: str
    sid: str


class IdTokens:
    def __init__(self, keys: Keys, issuer: str, clock: Clock) -> None:
        self._keys = keys
        self._issuer = issuer
        self._clock = clock

    def write(self, client: Client, told: Frozen, access_token: str, nonce: str | None) -> str:
        now = int(self._clock().timestamp())
        claims: dict[str, Any] = {
            **inside(told),
            "iss": self._issuer,
            "sub": told.subject,
            "aud": client.id,
            "iat": now,
            "exp": now + int(LIFETIME.total_seconds()),
            "auth_time": told.auth_time,
            "acr": told.acr,
            "amr": list(told.amr),
            "proofs": [dict(each) for each in told.proofs],
            "sid": told.sid,
            "at_hash": _half_hash(access_token, client.declared.id_token_signed_response_alg),
        }
        if nonce is not None:
            claims["nonce"] = nonce
        alg = client.declared.id_token_signed_response_alg
        key = self._keys.signing(alg)
        return signed(alg, TYPE, claims, key)

    def hint(self, token: str) -> Hint | None:
        """`None` unless we signed it. Its age does not matter: it only says who is meant."""
        try:
            read = jwt.decode(token, self._keys.all, registry=JWS)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError):
            return None
        if read.header.get("typ") != TYPE:
            # We sign other things too: a logout token names a session, and is no id_token.
            return None
        said = tuple(read.claims.get(name) for name in ("iss", "aud", "sub", "sid"))
        match said:
            case (self._issuer, str(audience), str(subject), str(sid)):
                return Hint(audience=audience, subject=subject, sid=sid)
            case _:
                return None


def _half_hash(access_token: str, alg: str) -> str:
    # OIDC Core 3.1.3.6: the hash of the signature; Ed25519 (RFC 8032) hashes with SHA-512.
    whole = (sha512 if alg == "EdDSA" else sha256)(access_token.encode()).digest()
    return base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
