"""Keys and certificates for SAML parties, made once per process and kept nowhere."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as elliptic
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from hub.saml import Certificate, SigningKey


@dataclass(frozen=True)
class Pair:
    """One party's key, as its owner and as the others hold it."""

    private: bytes
    public: bytes

    @property
    def signing(self) -> SigningKey:
        return SigningKey(self.private, self.public)

    @property
    def certificate(self) -> Certificate:
        return Certificate.of(self.public)

    @property
    def bare(self) -> str:
        """The certificate as metadata holds it."""
        return self.signing.certificate

    def written(self, folder: Path, name: str) -> tuple[str, str]:
        """Paths of the key and the certificate, as pysaml2 wants them."""
        key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
        key.write_bytes(self.private)
        certificate.write_bytes(self.public)
        key.chmod(0o600)
        return str(key), str(certificate)


def pair(owner: str, bits: int = 2048) -> Pair:
    """The same for the same *owner*; zero *bits* for an elliptic curve."""
    return _pair(owner, bits)


@cache
def _pair(owner: str, bits: int) -> Pair:
    key = rsa(65537, bits) if bits else elliptic(SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, owner)])
    made = (
        x509.CertificateBuilder(name, name)
        .public_key(key.public_key())
        .serial_number(1)
        # Long over: what counts in metadata is the key.
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2021, 1, 1, tzinfo=UTC))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Pair(private, made.public_bytes(Encoding.PEM))
