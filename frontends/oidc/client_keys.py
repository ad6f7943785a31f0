"""The public keys of clients: given in their table, or published where they said."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from hub import Fetched, Fetcher

from .keys_material import JWS, RSA_BITS, Key
from .settings import ALGORITHMS

if TYPE_CHECKING:
    from .clients import OidcClient

Header = Mapping[str, Any]
_FOR: Final[Mapping[str, tuple[str, str | None]]] = {
    "RS256": ("RSA", None),
    "PS256": ("RSA", None),
    "ES256": ("EC", "P-256"),
    "EdDSA": ("OKP", "Ed25519"),
}


class _Foreign(type(JWS)):  # type: ignore[misc]
    # An RSA key in the header of a proof takes 600 bytes.
    max_header_length = 4096


FOREIGN: Final = _Foreign(algorithms=ALGORITHMS, strict_check_header=False)
"""What joserfc verifies what others signed with: members it does not know are passed over."""
_MOST_BITS: Final = 8192
"""Of an RSA key: a stranger writes it, and verifying takes the square of its length."""
_MOST_TRIED: Final = 4
"""Keys tried for one signature: each costs the hub, and a stranger wrote the set."""


class BadKeys(ValueError):
    """The set cannot be used; the message says why, in words for who registered it."""


class ClientKeys:
    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._read: Callable[[bytes], tuple[Key, ...]] = lru_cache(maxsize=500)(_or_none)

    def verified(self, client: "OidcClient", text: str, algs: Collection[str]) -> jwt.Token | None:
        """What this client signed, by one of *algs*; `None` unless it did."""
        header = header_of(text)
        if header is None or header.get("alg") not in algs:
            return None
        for key in self._fitting(client, header):
            try:
                return jwt.decode(text, key, registry=FOREIGN)
            except (JoseError, ValueError, TypeError, KeyError, RecursionError):
                # Two keys may bear one kid: the next one.
                continue
        return None

    def _fitting(self, client: "OidcClient", header: Header) -> Sequence[Key]:
        if client.jwks is not None:
            return _chosen(self._read(json.dumps(client.jwks).encode()), header)
        if client.jwks_uri is None:
            return ()
        known = _chosen(self._of(self._fetcher.get(client.jwks_uri)), header)
        # The client changed its keys; the fetcher sees to it that nobody makes the hub fetch often.
        return known or _chosen(self._of(self._fetcher.renewed(client.jwks_uri)), header)

    def _of(self, fetched: object) -> tuple[Key, ...]:
        return self._read(fetched.body) if isinstance(fetched, Fetched) else ()


def key_problems(client: "OidcClient") -> Iterator[tuple[str, str]]:
    """What is wrong with the keys in a client's table."""
    if client.jwks is not None and client.jwks_uri is not None:
        yield "jwks", "stands beside jwks_uri: only one of them"
    if client.jwks is not None:
        try:
            key_set(json.dumps(client.jwks).encode())
        except BadKeys as wrong:
            yield "jwks", str(wrong)
    uri = client.jwks_uri
    if uri is not None and not (uri.startswith("https://") and uri.isascii() and "#" not in uri):
        yield "jwks_uri", "must be https without fragment"
    needs = client.token_endpoint_auth_method == "private_key_jwt"  # noqa: S105 - a name
    if (needs or client.request_object_signing_alg) and client.jwks is None and uri is None:
        yield "jwks", "is needed, or jwks_uri: nothing verifies what the client signs"


def key_set(text: bytes) -> tuple[Key, ...]:
    """The keys in *text* that can verify; raise `BadKeys` when it is no set of public keys."""
    try:
        members = json.loads(text)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise BadKeys("is no JWK set") from None
    if not isinstance(members, list) or not all(isinstance(each, dict) for each in members):
        raise BadKeys("is no JWK set")
    if any(is_private(each) for each in members):
        # Whoever can read the set could sign as the client.
        raise BadKeys("holds a private or symmetric key")
    keys = tuple(key for each in members if (key := public_key(each)) is not None)
    if not keys:
        raise BadKeys("holds no key for RS256, PS256, ES256 or EdDSA")
    return keys


def is_private(jwk: Mapping[str, Any]) -> bool:
    return jwk.get("kty") == "oct" or any(name in jwk for name in ("d", "k", "p", "q"))


def public_key(jwk: Mapping[str, Any]) -> Key | None:
    """`None` for what none of our algorithms uses, or that is too weak."""
    wanted = jwk.get("kty"), jwk.get("crv") if jwk.get("kty") != "RSA" else None
    if wanted not in _FOR.values() or jwk.get("use", "sig") != "sig":
        return None
    try:
        if jwk["kty"] == "RSA" and not RSA_BITS <= _bits(jwk["n"]) <= _MOST_BITS:
            return None
        key = JWKRegistry.import_key(dict(jwk))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if isinstance(key, RSAKey | ECKey | OKPKey) else None


def header_of(text: str) -> Header | None:
    """The header nobody has verified yet; `None` unless *text* is a signed token, well formed."""
    try:
        header = _part(text, 0)
    except (ValueError, RecursionError):
        return None
    return header if text.count(".") == 2 and isinstance(header, dict) else None


def claims_of(text: str) -> Mapping[str, Any]:
    """The claims nobody has verified yet: only to find out whose keys verify them."""
    try:
        claims = _part(text, 1)
    except (ValueError, IndexError, RecursionError):
        return {}
    return claims if isinstance(claims, dict) else {}


def usable_for(key: Key, alg: str) -> bool:
    return (key.key_type, key.get("crv")) == _FOR.get(alg)


def _part(text: str, place: int) -> Any:
    return json.loads(_decoded(text.split(".")[place]))


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _bits(number: str) -> int:
    return int.from_bytes(_decoded(number), "big").bit_length()


def _chosen(keys: Sequence[Key], header: Header) -> Sequence[Key]:
    alg, kid = str(header["alg"]), header.get("kid")
    fitting = [
        key
        for key in keys
        if usable_for(key, alg) and key.get("alg", alg) == alg and (kid is None or key.kid == kid)
    ]
    return fitting[:_MOST_TRIED]


def _or_none(text: bytes) -> tuple[Key, ...]:
    try:
        return key_set(text)
    except BadKeys:
        return ()
