"""Keys the conformance target makes for itself: a certificate to try with, and clients' own."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import RSAKey

_LIFETIME: Final = timedelta(days=90)


def certificate(folder: Path, host: str) -> tuple[Path, Path]:
    """A certificate for *host* that nobody vouches for, and its key; made once."""
    chain, key = folder / f"{host}.pem", folder / f"{host}.key"
    if not chain.exists():
        made = ec.generate_private_key(ec.SECP256R1())
        _secret(key).write_bytes(_pem(made))
        chain.write_bytes(_signed(made, host).public_bytes(serialization.Encoding.PEM))
    return chain, key


def client_keys(file: Path) -> dict[str, Any]:
    """The set in *file*, private members and all; made at the first call."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = RSAKey.generate_key(2048, {"kid": file.stem, "use": "sig", "alg": "PS256"})
        _secret(file).write_text(json.dumps({"keys": [key.as_dict(private=True)]}))
    read: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return read


def public(keys: dict[str, Any]) -> dict[str, Any]:
    read = [RSAKey.import_key(each) for each in keys["keys"]]
    return {"keys": [each.as_dict(private=False) for each in read]}


def _secret(file: Path) -> Path:
    file.touch(mode=0o600)
    return file


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _signed(key: ec.EllipticCurvePrivateKey, host: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + _LIFETIME)
        .add_extension(x509.SubjectAlternativeName([_named(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )


def _named(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)
