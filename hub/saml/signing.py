"""Signs elements the hub has written, in one pass: canonical octets, digest, signature.

What is signed needs no search here, as in a document from outside: it is the element's own
canonical form before the signature stands in it, since the enveloped transform takes that out
again. The part of the signature that is signed is written in canonical form to begin with.
"""

import base64
import hashlib
import re
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from lxml import etree

from hub.saml import queries
from hub.saml.algorithms import (
    ECDSA_SHA256,
    ENVELOPED,
    EXCLUSIVE,
    RSA_SHA256,
    SHA1,
    SHA256,
    STRONG,
    Algorithms,
)
from hub.saml.keys import SigningKey
from hub.saml.reading import Untrusted
from hub.saml.signatures import DS, canonical

_ISSUER: Final = "{urn:oasis:names:tc:SAML:2.0:assertion}Issuer"
_ID: Final = re.compile(r"[A-Za-z_][A-Za-z0-9._-]*")
_DIGESTS: Final = {SHA256: "sha256", SHA1: "sha1"}
# Canonical XML 1.0: the namespace where it is first used, no element without an end tag.
_SIGNED: Final = (
    '<ds:SignedInfo xmlns:ds="{ds}">'
    f'<ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"></ds:CanonicalizationMethod>'
    '<ds:SignatureMethod Algorithm="{method}"></ds:SignatureMethod>'
    '<ds:Reference URI="#{id}"><ds:Transforms>'
    f'<ds:Transform Algorithm="{ENVELOPED}"></ds:Transform>'
    f'<ds:Transform Algorithm="{EXCLUSIVE}"></ds:Transform></ds:Transforms>'
    '<ds:DigestMethod Algorithm="{digest}"></ds:DigestMethod>'
    "<ds:DigestValue>{hash}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)


def sign(
    element: etree._Element,
    by: SigningKey,
    algorithm: str | None = None,
    digest: str = SHA256,
    allowed: Algorithms = STRONG,
) -> None:
    """Sign *element* in place, behind its `Issuer` where it has one (Core 5.4, the schemas).

    Raise `Untrusted` for an algorithm that is not *allowed* or not the key's, or without an ID.
    """
    method = algorithm or _usual(by)
    if method not in allowed.signatures or digest not in allowed.digests:
        raise Untrusted("algorithm")
    if ("ecdsa" in method) != isinstance(by.private, EllipticCurvePrivateKey):
        raise Untrusted("key_type")
    own = element.get("ID", "")
    # It is written into an attribute below.
    if not _ID.fullmatch(own):
        raise Untrusted("malformed")
    signed = _SIGNED.format(
        ds=DS, method=method, id=own, digest=digest, hash=_hashed(canonical(element), digest)
    )
    made = base64.b64encode(queries.signature(signed.encode(), by, method)).decode()
    first = element[0] if len(element) else None
    place = 1 if first is not None and first.tag == _ISSUER else 0
    element.insert(place, etree.fromstring(_written(signed, made, by.certificate)))


def _hashed(octets: bytes, digest: str) -> str:
    return base64.b64encode(hashlib.new(_DIGESTS[digest], octets).digest()).decode()


def _written(signed: str, made: str, certificate: str) -> str:
    named = (
        f"<ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate>"
        "</ds:X509Data></ds:KeyInfo>"
    )
    return (
        f'<ds:Signature xmlns:ds="{DS}">{signed}<ds:SignatureValue>{made}</ds:SignatureValue>'
        f"{named if certificate else ''}</ds:Signature>"
    )


def _usual(by: SigningKey) -> str:
    return ECDSA_SHA256 if isinstance(by.private, EllipticCurvePrivateKey) else RSA_SHA256
