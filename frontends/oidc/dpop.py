"""Proofs of possession (RFC 9449): whoever shows a token also shows the key it was given to."""

import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError

from hub import RawRequest, Toolbox, value

from .digests import digest
from . import profile
from .answers import EndpointError
from .client_keys import FOREIGN, header_of, is_private, public_key, usable_for
from .clients import Client, OidcClient
from .granted import AccessToken
from .seen import Seen
from .settings import ALGORITHMS

THUMBPRINT: Final = re.compile(r"[A-Za-z0-9_-]{43}")
_PAST: Final = 60
_FUTURE: Final = 30
"""Seconds a client's clock may be off; more than the ten of FAPI 2.0 5.3.2.1."""
_NONCE_CHANGES: Final = 300
"""Seconds; the nonce before the current one is still taken."""
_LONGEST_ID: Final = 256
_CHALLENGE: Final = f'algs="{" ".join(ALGORITHMS)}"'


@value
class Shown:
    """What one verified proof says."""

    key: str
    """The thumbprint of the key that signed it (RFC 7638)."""
    claims: Mapping[str, Any]


class Proofs:
    def __init__(
        self, toolbox: Toolbox, issuer: str, seen: Seen, clients: Mapping[str, Client]
    ) -> None:
        self._clients = clients
        self._seal = toolbox.seal
        self._clock = toolbox.clock
        self._issuer = issuer
        self._seen = seen

    def at_endpoint(self, raw: RawRequest, path: str, client: OidcClient) -> str | None:
        """The key the caller holds; `None`: it showed none, and needs none."""
        if not raw.dpop:
            if profile.must_prove(client):
                raise EndpointError("invalid_dpop_proof", "a DPoP proof is required")
            return None
        return self._verified(raw, path, client).key

    def at_resource(self, raw: RawRequest, path: str, token: str, found: AccessToken) -> None:
        """Raise unless *token* is shown as it was given: with a proof of the key it is bound to."""
        by_proof = raw.authorization.partition(" ")[0].lower() == "dpop"
        bound, client = found.key, self._clients.get(found.grant.client)
        if bound is None and not by_proof:
            return
        # RFC 9449 7.2: a stolen token must not become a bearer token by saying so.
        if bound is None or client is None or not by_proof:
            raise _unauthorized("invalid_token", "the token is bound to a key, or is not")
        if not raw.dpop:
            raise _unauthorized("invalid_dpop_proof", "a DPoP proof is required")
        try:
            shown = self._verified(raw, path, client.declared, token)
        except EndpointError as wrong:
            raise _unauthorized(wrong.error, wrong.description, wrong.headers) from None
        if not compare_digest(shown.key, bound):
            raise _unauthorized("invalid_token", "the token is bound to another key")

    def nonce(self, ago: int = 0) -> str:
        """The same on every node, without being kept; nobody else can say the next one."""
        period = self._now() // _NONCE_CHANGES - ago
        return self._seal.digest(str(period), "dpop.nonce")

    def _verified(
        self, raw: RawRequest, path: str, client: OidcClient, token: str | None = None
    ) -> Shown:
        shown = _signed(raw.dpop, profile.algorithms(client))
        problem = self._wrong(shown.claims, raw.method, path, token)
        if problem:
            raise EndpointError("invalid_dpop_proof", problem)
        until = self._fresh_until(shown.claims, client)
        if not self._seen.first("dpop", shown.key, shown.claims["jti"], until):
            raise EndpointError("invalid_dpop_proof", "the proof was shown before")
        return shown

    def _wrong(
        self, claims: Mapping[str, Any], method: str, path: str, token: str | None
    ) -> str | None:
        identifier, made = claims.get("jti"), claims.get("iat")
        if not isinstance(identifier, str) or not 0 < len(identifier) <= _LONGEST_ID:
            return "jti is missing or too long"
        if not isinstance(made, int) or isinstance(made, bool):
            return "iat is missing"
        if not _is_valid(claims, self._now()):
            return "exp or nbf is not now"
        if claims.get("htm") != method:
            return "htm is not the method of this request"
        if _address(claims.get("htu")) != _address(f"{self._issuer}{path}"):
            return "htu is not the address of this request"
        if token is not None and claims.get("ath") != digest(token):
            return "ath is not the hash of this token"
        return None

    def _fresh_until(self, claims: Mapping[str, Any], client: OidcClient) -> int:
        """When a copy of the proof is refused for its age alone."""
        now, made, nonce = self._now(), claims["iat"], claims.get("nonce")
        if isinstance(nonce, str) and nonce in (self.nonce(), self.nonce(ago=1)):
            # Whoever knows the nonce made the proof after it, whatever its clock says.
            return now + 2 * _NONCE_CHANGES
        if client.dpop_nonce:
            headers = (("DPoP-Nonce", self.nonce()),)
            raise EndpointError("use_dpop_nonce", "a nonce of this server", headers=headers)
        if not now - _PAST <= made <= now + _FUTURE:
            raise EndpointError("invalid_dpop_proof", "iat is not now")
        return int(made) + _PAST + 1

    def _now(self) -> int:
        return int(self._clock().timestamp())


def _signed(text: str, algs: tuple[str, ...]) -> Shown:
    # Two headers stand here joined by a comma, which no token holds.
    header = header_of(text)
    if header is None or header.get("typ") != "dpop+jwt":
        raise EndpointError("invalid_dpop_proof", "is not one proof of type dpop+jwt")
    alg, jwk = header.get("alg"), header.get("jwk")
    if alg not in algs or not isinstance(jwk, dict) or is_private(jwk):
        raise EndpointError("invalid_dpop_proof", "alg or jwk is not acceptable")
    key = public_key(jwk)
    if key is None or not usable_for(key, str(alg)):
        raise EndpointError("invalid_dpop_proof", "jwk is no key for alg")
    try:
        read = jwt.decode(text, key, registry=FOREIGN)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise EndpointError("invalid_dpop_proof", "the signature is wrong") from None
    return Shown(key=key.thumbprint(), claims=read.claims)


def _is_valid(claims: Mapping[str, Any], now: int) -> bool:
    # RFC 7519 4.1: a proof needs neither, but is held to what it says of itself.
    ends, begins = claims.get("exp", now), claims.get("nbf", now)
    if not all(isinstance(each, int | float) for each in (ends, begins)):
        return False
    return bool(now - _FUTURE < ends and begins <= now + _FUTURE)


def _address(text: object) -> tuple[str, str, int | None, str] | None:
    """RFC 9449 4.3: compared without query and fragment, the rest as RFC 3986 6.2 normalizes."""
    if not isinstance(text, str):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    return parts.scheme, parts.hostname or "", port, parts.path or "/"


def _unauthorized(
    error: str, description: str, headers: tuple[tuple[str, str], ...] = ()
) -> EndpointError:
    challenge = ("WWW-Authenticate", f'DPoP error="{error}", {_CHALLENGE}')
    return EndpointError(error, description, "401 Unauthorized", (challenge, *headers))
