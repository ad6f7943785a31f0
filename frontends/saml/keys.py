"""The hub's own keys for SAML: each a private key and the certificate services know it by."""

import base64
import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

from hub import ConfigError, saml, value

_KINDS: Final = ("rsa", "ec")
_METADATA: Final = "metadata"
_YEARS: Final = timedelta(days=3650)


@value
class SamlKeys:
    signing: Mapping[str, saml.SigningKey] = field(repr=False)
    """By kind: `rsa`, `ec`."""
    published: Sequence[str]
    """The certificates services must know: those that sign, then the next and the former ones."""
    of_metadata: saml.SigningKey = field(repr=False)
    """What signs the metadata: a key of its own, or the RSA one that stands in it."""


def open_keys(folder: Path, name: str, now: datetime) -> SamlKeys:
    """Make what is missing; raise `ConfigError` with the name of a file that is no key."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for kind in _KINDS:
        if not (folder / f"{kind}.pem").exists():
            _keep(folder / f"{kind}.pem", made(kind, name, now))
    signing = {kind: _read(folder / f"{kind}.pem") for kind in _KINDS}
    own = (*_KINDS, _METADATA)
    others = [each for each in sorted(folder.glob("*.pem")) if each.stem not in own]
    published = [each.certificate for each in signing.values()]
    apart = folder / f"{_METADATA}.pem"
    return SamlKeys(
        signing=signing,
        published=[*published, *map(_certificate, others)],
        of_metadata=_read(apart) if apart.exists() else signing["rsa"],
    )


def made(kind: str, name: str, now: datetime) -> bytes:
    """A new key with a certificate it signed itself: services compare it, nobody builds a chain."""
    private: Any = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ec"
        else rsa.generate_private_key(public_exponent=65537, key_size=3072)
    )
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS)
        .sign(private, hashes.SHA256())
    )
    written: bytes = private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ) + certificate.public_bytes(Encoding.PEM)
    return written


def _keep(file: Path, pem: bytes) -> None:
    draft = file.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(pem)
        # Several workers start at once: the link of one succeeds, all read the same file then.
        with suppress(FileExistsError):
            os.link(draft, file)
    finally:
        draft.unlink()


def _read(file: Path) -> saml.SigningKey:
    pem = file.read_bytes()
    try:
        key, certificate = saml.SigningKey(pem, pem), x509.load_pem_x509_certificate(pem)
        # Its own metadata holds it to the same measure as others'.
        saml.Certificate.of(key.certificate)
    except (ValueError, TypeError, saml.Untrusted):
        raise _broken(file, "is no private key of fit length with its certificate") from None
    if key.private.public_key() != certificate.public_key():
        raise _broken(file, "holds a certificate of another key")
    return key


def _certificate(file: Path) -> str:
    try:
        return _base64(x509.load_pem_x509_certificate(file.read_bytes()))
    except ValueError:
        raise _broken(file, "is no certificate") from None


def _base64(certificate: x509.Certificate) -> str:
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _broken(file: Path, problem: str) -> ConfigError:
    return ConfigError("plugin.saml.keys", f"{file.name} {problem}")
