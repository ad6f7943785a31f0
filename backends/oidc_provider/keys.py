"""The provider's public keys, and what they signed."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from hub import value

from .faults import Fault
from .kept import Kept

Key = RSAKey | ECKey | OKPKey
_KINDS: Final[Mapping[str, tuple[str, str | None]]] = {
    **{f"{family}{bits}": ("RSA", None) for family in ("RS", "PS") for bits in (256, 384, 512)},
    "ES256": ("EC", "P-256"),
    "ES384": ("EC", "P-384"),
    "ES512": ("EC", "P-521"),
    "EdDSA": ("OKP", "Ed25519"),
}
_LEAST_BITS, _MOST_BITS = 2048, 8192
_MOST_TRIED: Final = 4
"""Keys tried for a token that names none."""


class _EdDSA(EdDSAAlgorithm):
    # RFC 9864 calls it Ed25519; providers know it by its former name only.
    security_warning = ""


class _Registry(JWSRegistry):
    algorithms = {**JWSRegistry.algorithms, "EdDSA": _EdDSA()}


JWS: Final = _Registry(algorithms=list(_KINDS), strict_check_header=False)


@value
class Signed:
    """What the provider really said."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


class ProviderKeys:
    def __init__(self, kept: Kept[tuple[Key, ...]]) -> None:
        self._kept = kept

    def signed(self, text: str, algorithms: Collection[str]) -> Signed:
        """What stands in *text*, signed by the provider with one of these; else `Fault`."""
        header = _header(text)
        if header.get("alg") not in algorithms:
            # `none`, or HS256 with our own secret or their public key as the key.
            raise Fault("wrong_algorithm", "signed with an algorithm that is not allowed")
        for key in self._fitting(header):
            try:
                token = jwt.decode(text, key, registry=JWS)
            except (JoseError, ValueError, TypeError, KeyError, RecursionError):
                continue
            if isinstance(token.claims, dict):
                return Signed(header=header, claims=token.claims)
        raise Fault("wrong_signature", "no key of the provider verifies it")

    def _fitting(self, header: Mapping[str, Any]) -> Sequence[Key]:
        found = _chosen(self._kept.get(), header)
        if not found:
            # It changed its keys; `Kept` sees to it that nobody makes the hub fetch often.
            found = _chosen(self._kept.renewed(), header)
        if not found:
            raise Fault("unknown_key", "no such key in its set")
        return found


def key_set(fetch: Callable[[], Mapping[str, Any]]) -> tuple[Key, ...]:
    """Those of a JWK set that can verify; what we do not know is passed over."""
    members = fetch().get("keys")
    if not isinstance(members, list):
        raise Fault("wrong_metadata", "its keys are no JWK set")
    return tuple(key for each in members if (key := _public(each)) is not None)


def _public(jwk: object) -> Key | None:
    if not isinstance(jwk, dict) or jwk.get("use", "sig") != "sig":
        return None
    wanted = jwk.get("kty"), jwk.get("crv") if jwk.get("kty") != "RSA" else None
    if wanted not in _KINDS.values():
        return None
    try:
        if jwk["kty"] == "RSA" and not _LEAST_BITS <= _bits(jwk["n"]) <= _MOST_BITS:
            return None
        key = JWKRegistry.import_key(jwk)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None


def _chosen(keys: Sequence[Key], header: Mapping[str, Any]) -> Sequence[Key]:
    alg, kid = str(header["alg"]), header.get("kid")
    fitting = [
        key
        for key in keys
        if (key.key_type, key.get("crv")) == _KINDS[alg]
        and key.get("alg", alg) == alg
        and (kid is None or key.kid == kid)
    ]
    return fitting[:_MOST_TRIED]


def _header(text: str) -> Mapping[str, Any]:
    try:
        header = json.loads(_decoded(text.split(".")[0]))
    except (ValueError, RecursionError):
        header = None
    if text.count(".") != 2 or not isinstance(header, dict):
        raise Fault("bad_token", "not a signed token")
    return header


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bits(number: str) -> int:
    return int.from_bytes(_decoded(number), "big").bit_length()
