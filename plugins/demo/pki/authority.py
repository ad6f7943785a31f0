"""Three ranges, each a root with an authority for persons and one for organisations."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

from hub import value

from .names import POLICY, Holder, authority, extensions, subject

BITS: Final = 2048
"""The national authorities have 4096; these must be made while somebody waits."""
ANY_POLICY: Final = ObjectIdentifier("2.5.29.32.0")


def new_key(bits: int = BITS) -> RSAPrivateKey:
    return generate_private_key(public_exponent=65537, key_size=bits)


class Range(StrEnum):
    """How surely a holder was identified when the certificate was given."""

    ELEMENTARY = "ELEMENTAIRE"
    STANDARD = "STANDARD"
    STRONG = "FORT"


class Use(StrEnum):
    AUTHENTICATION = "authentication"
    SIGNATURE = "signature"
    SERVER = "server"


@value
class Signer:
    """An authority, with what it signs by."""

    certificate: x509.Certificate
    key: RSAPrivateKey = field(repr=False)
    prefix: bytes
    """The first eight octets of every serial it gives."""


@value
class Issued:
    certificate: x509.Certificate
    key: RSAPrivateKey = field(repr=False)
    issuer: Signer = field(repr=False)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)


@value
class Wish:
    """One certificate, and how it differs from a good one."""

    holder: Holder
    use: Use = Use.AUTHENTICATION
    first: datetime
    last: datetime
    policies: tuple[ObjectIdentifier, ...] = (POLICY,)
    serial: int | None = None
    """`None`: the authority's own eight octets, and eight at random."""
    extended: tuple[ObjectIdentifier, ...] | None = None
    """`None`: those that go with the use."""
    is_authority: bool = False
    more: tuple[tuple[x509.ExtensionType, bool], ...] = ()
    """Further extensions, each with whether it is critical."""


class Authority:
    """Made anew each time: its keys are nobody's."""

    def __init__(self, now: datetime, keys: Callable[[], RSAPrivateKey] = new_key) -> None:
        self._keys = keys
        self._first, self._last = now - timedelta(days=3650), now + timedelta(days=3650)
        self.roots = {each: self._root(each) for each in Range}
        self.persons = {each: self._under(each, "PERSONNES") for each in Range}
        self.organisations = {each: self._under(each, "ORGANISATIONS") for each in Range}

    def issue(self, by: Signer, wish: Wish, key: RSAPrivateKey | None = None) -> Issued:
        key = key or self._keys()
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject(wish.holder))
            .issuer_name(by.certificate.subject)
            .public_key(key.public_key())
            .serial_number(serial(by) if wish.serial is None else wish.serial)
            .not_valid_before(wish.first)
            .not_valid_after(wish.last)
        )
        for extension, critical in _said(by, wish, key):
            builder = builder.add_extension(extension, critical=critical)
        signed = builder.sign(by.key, hashes.SHA256())
        return Issued(certificate=signed, key=key, issuer=by)

    def _root(self, level: Range) -> Signer:
        name, key = authority(f"TEST AC RACINE HUB {level.value}"), self._keys()
        return self._signer(name, key, name, key, None)

    def _under(self, level: Range, population: str) -> Signer:
        root = self.roots[level]
        name = authority(f"TEST AC HUB {level.value} {population}")
        return self._signer(name, self._keys(), root.certificate.subject, root.key, 0)

    def _signer(
        self,
        name: x509.Name,
        key: RSAPrivateKey,
        issuer: x509.Name,
        signing: RSAPrivateKey,
        below: int | None,
    ) -> Signer:
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(int.from_bytes(b"\x11\x20" + secrets.token_bytes(16), "big"))
            .not_valid_before(self._first)
            .not_valid_after(self._last)
            .add_extension(x509.BasicConstraints(ca=True, path_length=below), critical=True)
            .add_extension(_signs(), critical=True)
            .add_extension(_policies(ANY_POLICY), critical=False)
            .add_extension(_identifier(key), critical=False)
            .add_extension(_issuer_identifier(signing), critical=False)
        )
        certificate = builder.sign(signing, hashes.SHA256())
        prefix = bytes([secrets.randbelow(0x60) + 0x10]) + secrets.token_bytes(7)
        return Signer(certificate=certificate, key=key, prefix=prefix)


def serial(by: Signer) -> int:
    return int.from_bytes(by.prefix + secrets.token_bytes(8), "big")


_Said = Iterator[tuple[x509.ExtensionType, bool]]


def _said(by: Signer, wish: Wish, key: RSAPrivateKey) -> _Said:
    if wish.is_authority:
        yield x509.BasicConstraints(ca=True, path_length=None), True
    yield _usage(wish.use), True
    extended = _EXTENDED[wish.use] if wish.extended is None else wish.extended
    if extended:
        yield x509.ExtendedKeyUsage(extended), False
    if wish.policies:
        yield _policies(*wish.policies), False
    yield _identifier(key), False
    yield _issuer_identifier(by.key), False
    for each in extensions(wish.holder):
        yield each, False
    yield from wish.more


_EXTENDED: Final = {
    Use.AUTHENTICATION: (ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SMARTCARD_LOGON),
    Use.SIGNATURE: (ExtendedKeyUsageOID.EMAIL_PROTECTION,),
    Use.SERVER: (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH),
}


def _usage(use: Use) -> x509.KeyUsage:
    return _bits(
        digital_signature=use is not Use.SIGNATURE,
        content_commitment=use is Use.SIGNATURE,
        key_encipherment=use is Use.SERVER,
    )


def _signs() -> x509.KeyUsage:
    return _bits(key_cert_sign=True, crl_sign=True)


def _bits(**named: bool) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: named.get(name, False) for name in every})


def _policies(*named: ObjectIdentifier) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(each, None) for each in named])


def _identifier(key: RSAPrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _issuer_identifier(key: RSAPrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
