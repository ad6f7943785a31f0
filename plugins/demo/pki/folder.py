"""Writes the test authority into a folder: what a hub, a proxy, a browser and an agent read."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from .authority import Authority, Issued, Signer
from .cases import cases
from .revoking import revocation_list

ROOTS: Final = "roots.pem"
AUTHORITIES: Final = "authorities.pem"
"""Of persons only: an organisation's certificate leads to none of them."""
PASSWORD: Final = b"demo"
"""Of the PKCS#12 files: browsers take none without."""


def write(folder: Path, now: datetime) -> Mapping[str, Issued]:
    """Roots, authorities, one list for each, and a card for each case with its key.

    *folder* is made, or added to; what it says is worth nothing anywhere else.
    """
    authority, impostor = Authority(now), Authority(now)
    made = cases(authority, impostor, now)
    folder.mkdir(parents=True, exist_ok=True)
    write_authorities(folder, authority, now, [made["revoked"]])
    for name, each in made.items():
        write_card(folder / "cards", name, each)
    return made


def write_authorities(
    folder: Path, authority: Authority, now: datetime, revoked: list[Issued]
) -> None:
    roots, persons = list(authority.roots.values()), list(authority.persons.values())
    (folder / ROOTS).write_bytes(b"".join(map(_pem, roots)))
    (folder / AUTHORITIES).write_bytes(b"".join(map(_pem, persons)))
    for number, signer in enumerate([*roots, *persons], 1):
        serials = [e.certificate.serial_number for e in revoked if e.issuer is signer]
        (folder / f"list-{number}.crl").write_bytes(revocation_list(signer, serials, now))


def write_card(folder: Path, name: str, card: Issued) -> None:
    """`name.pem` the certificate and its authority, `name.key`, and `name.p12` for browsers."""
    folder.mkdir(parents=True, exist_ok=True)
    own = card.certificate.public_bytes(Encoding.PEM)
    (folder / f"{name}.pem").write_bytes(own + _pem(card.issuer))
    key = card.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _write_secret(folder / f"{name}.key", key)
    _write_secret(folder / f"{name}.p12", _pkcs12(name, card.key, card))


def _pkcs12(name: str, key: RSAPrivateKey, card: Issued) -> bytes:
    issuers = [card.issuer.certificate]
    closed = BestAvailableEncryption(PASSWORD)
    return pkcs12.serialize_key_and_certificates(
        name.encode(), key, card.certificate, issuers, closed
    )


def _write_secret(file: Path, content: bytes) -> None:
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_bytes(content)


def _pem(signer: Signer) -> bytes:
    return signer.certificate.public_bytes(Encoding.PEM)
