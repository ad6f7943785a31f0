"""Client certificates good and bad, made for tests of TLS: what is in them is judged elsewhere."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Leaf:
    chain: Path
    key: Path
    der: bytes


class Leaves:
    """One folder of them, each made when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Leaf] = {}
        self._issuers = {name: _key() for name in ("known", "unknown")}

    def named(self, name: str) -> Leaf:
        if name not in self._made:
            self._made[name] = self._issued(name)
        return self._made[name]

    def with_chain(self, name: str, size: int) -> Leaf:
        """The same, sent with authorities of *size* bytes altogether."""
        leaf = self.named(name)
        extra = self._described("padding", _key(), size - 1_000)
        made = extra.sign(self._issuers["known"], hashes.SHA256())
        chain = self._folder / f"{name}-{size}.pem"
        chain.write_bytes(leaf.chain.read_bytes() + made.public_bytes(serialization.Encoding.PEM))
        return Leaf(chain=chain, key=leaf.key, der=leaf.der)

    def large(self, size: int) -> Leaf:
        """A certificate of a little more than *size* bytes."""
        key = _key()
        made = self._described("large", key, size).sign(self._issuers["known"], hashes.SHA256())
        return self._written(f"large-{size}", made, key)

    def _issued(self, name: str) -> Leaf:
        key: _Key = rsa.generate_private_key(65537, 1024) if name == "small" else _key()
        described = self._described(name, key, 0)
        if name == "authority":
            described = described.add_extension(x509.BasicConstraints(True, None), critical=True)
        signer: _Key = self._issuers["unknown" if name == "unknown_issuer" else "known"]
        if name == "self_signed":
            signer = key
        return self._written(name, described.sign(signer, hashes.SHA256()), key)

    def _described(self, name: str, key: _Key, padding: int) -> x509.CertificateBuilder:
        days = {"expired": (-20, -1), "not_yet_valid": (5, 20)}.get(name, (-1, 20))
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(_name(name if name == "self_signed" else "TEST AC"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
        )
        if padding:
            filled = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"x" * padding)
            builder = builder.add_extension(filled, critical=False)
        return builder

    def _written(self, name: str, made: x509.Certificate, key: _Key) -> Leaf:
        leaf = Leaf(
            chain=self._folder / f"{name}.pem",
            key=self._folder / f"{name}.key",
            der=made.public_bytes(serialization.Encoding.DER),
        )
        leaf.chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        leaf.key.touch(mode=0o600)
        leaf.key.write_bytes(secret)
        return leaf


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
