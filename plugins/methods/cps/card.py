"""What a card's certificate says of its holder: a value, read attribute by attribute."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID, ObjectIdentifier

from hub import Identifier, Situation, UpstreamIdentity, value

from .national import identifiers, structure_number
from .reading import line, octet, printable, small_integer

ISSUER: Final = "urn:oid:1.2.250.1.71.4.2.1"
"""The national register of persons, whose number a card carries: a renewed card is the same
person, whatever its serial and the authority that signed it."""

_PSEUDONYM: Final = NameOID.PSEUDONYM
_CARD_TYPE: Final = ObjectIdentifier("1.2.250.1.71.1.2.2")
_CARD_NUMBER: Final = ObjectIdentifier("1.2.250.1.71.1.2.3")
_CATEGORY: Final = ObjectIdentifier("1.2.250.1.71.1.2.5")
_PROFESSION: Final = ObjectIdentifier("1.2.250.1.71.1.2.7")
_IN_TRAINING: Final = ObjectIdentifier("1.2.250.1.71.1.2.8")
_TEST: Final = 0x80
"""Bit 7 of the product category: material made for tests (TRE_G01)."""
_CARD: Final = 0x00


class Kind(StrEnum):
    """TRE_G02, and what is no card of a person."""

    CPS = "cps"
    CPF = "cpf"
    CPE = "cpe"
    """CDE too: one number stands for director and staff of an establishment."""
    CPA = "cpa"
    """CDA too."""
    SERVICE = "service"
    """A card without a name: whoever holds it may use it."""
    SOFTWARE = "software"
    """A certificate in a file, or a security module: no card at all."""


_KINDS: Final[Mapping[int, Kind]] = {0: Kind.CPS, 1: Kind.CPF, 2: Kind.CPE, 3: Kind.CPA}


@value
class Card:
    """Whose card it is. Nothing here was believed before the path was found to hold."""

    kind: Kind
    number: str
    """The national identifier, as the common name has it, prefix and slash included."""
    identifiers: tuple[Identifier, ...]
    given_name: str = ""
    family_name: str = ""
    title: str = ""
    """« Infirmier »: for the page, never for a right."""
    profession: int | None = None
    """TRE_G15."""
    card_number: str = ""
    structure: str = ""
    """The structure's national number, prefix included, on the cards of its staff."""
    structure_name: str = ""
    serial: str
    """Hexadecimal, capitals: 16 octets, the first eight those of the authority."""
    issuer: str = ""
    """SHA-256 of the authority's certificate, hexadecimal."""
    expires: datetime
    test: bool
    """Made for tests, whatever authority signed it."""
    checked: bool = True
    """False: nobody could say whether it is revoked, and it counts for less."""
    fingerprint: str = field(repr=False)
    """SHA-256 of the certificate, hexadecimal."""

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.given_name, self.family_name)))

    @property
    def identity(self) -> UpstreamIdentity:
        """As accounts are found by: the number, never the name."""
        told = {"given_name": self.given_name, "family_name": self.family_name}
        return UpstreamIdentity(
            issuer=ISSUER,
            subject=self.number,
            name=self.name,
            identifiers=self.identifiers,
            attributes={key: (text,) for key, text in told.items() if text},
            situations=tuple(filter(None, [self._place()])),
        )

    def _place(self) -> Situation | None:
        """Where the card says its holder works: for whoever helps a stranger."""
        structure = structure_number(self.structure) or self.structure_name
        if not structure:
            return None
        return Situation(
            id=f"cps:{structure}"[:255],
            structure=structure,
            role=self.title or self.kind.upper(),
            source=ISSUER,
            profession=self.title or None,
            name=self.structure_name if self.structure_name != structure else "",
        )


def read_card(certificate: x509.Certificate) -> Card | None:
    """`None`: it names nobody. Raise `ValueError` for what no decoder understands."""
    texts = _texts(certificate.subject)
    number = texts.get(NameOID.COMMON_NAME, "")
    if not number or len(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)) > 1:
        # Two common names: one tool reads the first, another the last, and each somebody else.
        return None
    inner = _national(certificate)
    category = octet(inner.get(_CATEGORY, b""))
    return Card(
        kind=_kind(texts, inner, category),
        number=number,
        identifiers=identifiers(number),
        given_name=texts.get(NameOID.GIVEN_NAME, ""),
        family_name=texts.get(NameOID.SURNAME, ""),
        title=texts.get(NameOID.TITLE, ""),
        profession=small_integer(inner.get(_PROFESSION, b"")),
        card_number=printable(inner.get(_CARD_NUMBER, b"")),
        structure=texts.get(NameOID.ORGANIZATIONAL_UNIT_NAME, ""),
        structure_name=texts.get(NameOID.ORGANIZATION_NAME, ""),
        serial=f"{certificate.serial_number:X}",
        expires=certificate.not_valid_after_utc,
        # Without a category nobody says it is real.
        test=category is None or bool(category & _TEST),
        fingerprint=certificate.fingerprint(SHA256()).hex(),
    )


def _texts(name: x509.Name) -> dict[ObjectIdentifier, str]:
    """Each attribute's first text, found by its OID over all RDNs.

    The last RDN holds several, in the order DER gives to sets, and a common name may hold a
    slash: neither a position nor the DN as one text says anything.
    """
    found: dict[ObjectIdentifier, str] = {}
    for attribute in name:
        written = attribute.value
        if isinstance(written, str):
            found.setdefault(attribute.oid, line(written))
    return found


def _national(certificate: x509.Certificate) -> dict[ObjectIdentifier, bytes]:
    found = (each.value for each in certificate.extensions)
    return {each.oid: each.value for each in found if isinstance(each, x509.UnrecognizedExtension)}


def _kind(
    texts: Mapping[ObjectIdentifier, str],
    inner: Mapping[ObjectIdentifier, bytes],
    category: int | None,
) -> Kind:
    if category is None or category & ~_TEST != _CARD:
        return Kind.SOFTWARE
    named = NameOID.GIVEN_NAME in texts and NameOID.SURNAME in texts
    if _PSEUDONYM in texts or not named:
        return Kind.SERVICE
    if _IN_TRAINING in inner:
        return Kind.CPF
    kind = small_integer(inner.get(_CARD_TYPE, b""))
    return _KINDS.get(-1 if kind is None else kind, Kind.SOFTWARE)
