"""A test authority: certificates for sites that exist only in a test run."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hub.contract.values import value

LOOPBACK = IPv4Address("127.0.0.1")
_LIFETIME = timedelta(days=2)


@value
class Certificate:
    """Two PEM files: the certificate, and its key without a passphrase."""

    chain: Path
    key: Path


class Authority:
    """Lives in one folder; its own certificate is `root`, to be trusted by the peers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Hub test authority")])
        self._now = datetime.now(UTC)
        own = self._describe(self._name, self._key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        signed = own.add_extension(_may_sign(), critical=True).sign(self._key, hashes.SHA256())
        self.root = folder / "authority.pem"
        self.root.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def site(self, name: str) -> Certificate:
        """A server certificate for this name, good for loopback's address too."""
        return self._issued(name, ExtendedKeyUsageOID.SERVER_AUTH)

    def client(self, name: str) -> Certificate:
        """One that a client shows to a server."""
        return self._issued(name, ExtendedKeyUsageOID.CLIENT_AUTH)

    def _issued(self, name: str, use: x509.ObjectIdentifier) -> Certificate:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        names = x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(LOOPBACK)])
        purpose = x509.ExtendedKeyUsage([use])
        request = self._describe(subject, key.public_key())
        request = request.add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        request = request.add_extension(names, critical=False)
        signed = request.add_extension(purpose, critical=False).sign(self._key, hashes.SHA256())
        return self._written(name, signed, key)

    def _describe(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._now - timedelta(minutes=5))
            .not_valid_after(self._now + _LIFETIME)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(_signer(self._key.public_key()), critical=False)
        )

    def _written(
        self, name: str, signed: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> Certificate:
        files = Certificate(chain=self._folder / f"{name}.pem", key=self._folder / f"{name}.key")
        files.chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        files.key.touch(mode=0o600)
        files.key.write_bytes(secret)
        return files


def _signer(key: ec.EllipticCurvePublicKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _may_sign() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
