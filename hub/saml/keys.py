"""Keys and certificates, read once: what signs and decrypts here, what peers publish."""

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from hub.saml.reading import Untrusted, unbased

PrivateKey = RSAPrivateKey | EllipticCurvePrivateKey
PublicKey = RSAPublicKey | EllipticCurvePublicKey
SHORTEST_RSA: Final = 2048
T = TypeVar("T")
_ARMOUR: Final = re.compile(r"-----(BEGIN|END) CERTIFICATE-----")


class Certificate:
    """A peer's key as its metadata gives it.

    Only the key counts: dates and issuer say nothing there (SAML V2.0 Metadata Interoperability
    Profile 2.6.1), and a peer whose certificate has run out still is who its metadata says.
    """

    def __init__(self, der: bytes) -> None:
        try:
            found = x509.load_der_x509_certificate(der).public_key()
        except ValueError as error:
            raise Untrusted("certificate") from error
        self.public = _fit(found)
        self.key = xmlsec.Key.from_memory(der, xmlsec.constants.KeyDataFormatCertDer)

    @staticmethod
    def of(text: str | bytes) -> "Certificate":
        """From PEM, or the bare base64 of a metadata document; read once per process."""
        plain = text.decode("ascii", "replace") if isinstance(text, bytes) else text
        return _certificate(unbased(_ARMOUR.sub("", plain)))


class SigningKey:
    """A private key, with the certificate that peers know it by."""

    def __init__(self, private: bytes, certificate: bytes | None = None) -> None:
        found = load_pem_private_key(private, None)
        if not isinstance(found, RSAPrivateKey | EllipticCurvePrivateKey):
            raise Untrusted("key_type")
        self.private: PrivateKey = found
        self.key = xmlsec.Key.from_memory(private, xmlsec.constants.KeyDataFormatPem)
        self.certificate = _bare(certificate) if certificate else ""
        """Base64 without armour, as it stands in documents."""

    @staticmethod
    def of(key: str | Path, certificate: str | Path | None = None) -> "SigningKey":
        """From PEM files."""
        return SigningKey(
            Path(key).read_bytes(), Path(certificate).read_bytes() if certificate else None
        )


class Known:
    """Values by the hash of what they were made from: a key is parsed once, not at each message."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._kept: dict[bytes, object] = {}

    def get(self, octets: bytes, made: Callable[[bytes], T]) -> T:
        name = hashlib.sha256(octets).digest()
        found = self._kept.get(name)
        if found is None:
            if len(self._kept) >= self._most:
                self._kept.clear()
            found = self._kept[name] = made(octets)
        return found  # type: ignore[return-value]


@lru_cache(maxsize=1024)
def _certificate(der: bytes) -> Certificate:
    return Certificate(der)


def _fit(key: object) -> PublicKey:
    match key:
        case RSAPublicKey() if key.key_size >= SHORTEST_RSA:
            return key
        case EllipticCurvePublicKey() if key.key_size >= 256:
            return key
    raise Untrusted("short_key")


def _bare(certificate: bytes) -> str:
    der = x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)
    return base64.b64encode(der).decode()
