"""Signatures over a query string: the Redirect binding (Bindings 3.4.4.1)."""

import base64
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, quote_plus, unquote_plus

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from hub.contract.values import value
from hub.saml.algorithms import ECDSA_SHA256, RSA_SHA256, STRONG, Algorithms
from hub.saml.keys import Certificate, PublicKey, SigningKey
from hub.saml.reading import Untrusted, unbased

_SIGNED: Final = ("RelayState", "SigAlg")
_HASHES: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - reached only where a peer was exempted by name
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


@value
class Query:
    """One message as it came in a query string."""

    message: str
    """`SAMLRequest` or `SAMLResponse`, decoded from the query, not yet from Base64."""
    relay_state: str | None
    signed: bool


def read(query: str, name: str) -> Query:
    """*query* as it came over the wire, its message under *name*; raise `Untrusted`.

    A parameter that stands twice is refused: the one may be verified and the other used.
    """
    raw = _raw(query)
    if name not in raw:
        raise Untrusted("malformed")
    relay_state = raw.get("RelayState")
    return Query(
        message=unquote_plus(raw[name]),
        relay_state=None if relay_state is None else unquote_plus(relay_state),
        signed="Signature" in raw,
    )


def verify(
    query: str, name: str, certificates: Sequence[Certificate], allowed: Algorithms = STRONG
) -> None:
    """Raise `Untrusted` unless one of *certificates* signed *query*.

    What is verified is what came, octet for octet: senders differ in what they escape and how
    (ADFS in lower case), so nothing is decoded and written anew.
    """
    raw = _raw(query)
    if "Signature" not in raw or "SigAlg" not in raw:
        raise Untrusted("unsigned")
    algorithm = unquote_plus(raw["SigAlg"])
    if algorithm not in allowed.signatures:
        raise Untrusted("algorithm")
    octets = _octets(raw, name)
    signature = unbased(unquote_plus(raw["Signature"]))
    if not any(_verifies(each.public, octets, signature, algorithm) for each in certificates):
        raise Untrusted("wrong_signature" if certificates else "no_key")


def signed(
    name: str, message: str, relay_state: str | None, by: SigningKey, algorithm: str | None = None
) -> str:
    """The query that carries *message* (deflated, in Base64) under *name*."""
    usual = RSA_SHA256 if isinstance(by.private, RSAPrivateKey) else ECDSA_SHA256
    raw = {name: quote(message, safe=""), "SigAlg": quote(algorithm or usual, safe="")}
    if relay_state is not None:
        # Some readers write the query anew before they verify it, and write forms' way: `a+b`.
        raw["RelayState"] = quote_plus(relay_state)
    octets = _octets(raw, name)
    made = signature(octets, by, algorithm or usual)
    return f"{octets.decode()}&Signature={quote(base64.b64encode(made).decode(), safe='')}"


def signature(octets: bytes, by: SigningKey, algorithm: str) -> bytes:
    digest = _digest(algorithm)
    match by.private:
        case RSAPrivateKey():
            return by.private.sign(octets, _padding(algorithm, digest), digest)
        case _:
            return _concatenated(by.private.sign(octets, ec.ECDSA(digest)), by.private.key_size)


def _verifies(key: PublicKey, octets: bytes, signature: bytes, algorithm: str) -> bool:
    digest = _digest(algorithm)
    try:
        match key:
            case RSAPublicKey() if "ecdsa" not in algorithm:
                key.verify(signature, octets, _padding(algorithm, digest), digest)
            case ec.EllipticCurvePublicKey() if "ecdsa" in algorithm:
                key.verify(_der(signature, key.key_size), octets, ec.ECDSA(digest))
            case _:
                return False
    except InvalidSignature:
        return False
    return True


def _concatenated(der: bytes, bits: int) -> bytes:
    """XML Signature writes r and s side by side (RFC 4050 3.3), not as DER."""
    size = (bits + 7) // 8
    return b"".join(number.to_bytes(size) for number in decode_dss_signature(der))


def _der(concatenated: bytes, bits: int) -> bytes:
    size = (bits + 7) // 8
    if len(concatenated) != 2 * size:
        raise InvalidSignature
    r, s = concatenated[:size], concatenated[size:]
    return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def _raw(query: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in query.split("&"):
        name, _, text = part.partition("=")
        if name in found:
            raise Untrusted("repeated")
        found[name] = text
    # One query, one message: a request verified and a response used would be two.
    if "SAMLRequest" in found and "SAMLResponse" in found:
        raise Untrusted("repeated")
    return found


def _octets(raw: dict[str, str], name: str) -> bytes:
    if name not in raw:
        raise Untrusted("malformed")
    kept = [each for each in (name, *_SIGNED) if each in raw]
    try:
        return "&".join(f"{each}={raw[each]}" for each in kept).encode("ascii")
    except UnicodeEncodeError as error:
        raise Untrusted("malformed") from error


def _digest(algorithm: str) -> hashes.HashAlgorithm:
    for name, found in _HASHES.items():
        if name in algorithm.rpartition("#")[2].replace("-", " ").split():
            return found
    raise Untrusted("algorithm")


def _padding(algorithm: str, digest: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if algorithm.endswith("-rsa-MGF1"):
        return padding.PSS(padding.MGF1(digest), digest.digest_size)
    return padding.PKCS1v15()
