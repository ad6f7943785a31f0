"""Subjects, national extensions and object identifiers, in the shape the national cards have."""

from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID, ObjectIdentifier

from hub import value

COUNTRY: Final = "FR"
OWNER: Final = "HUB TEST"
POLICY: Final = ObjectIdentifier("2.999.213.1.7.2.1.1.1.1")
"""2.999 is the arc kept for examples: no real policy is ever below it."""

_CARD_TYPE: Final = ObjectIdentifier("1.2.250.1.71.1.2.2")
_CARD_NUMBER: Final = ObjectIdentifier("1.2.250.1.71.1.2.3")
_CATEGORY: Final = ObjectIdentifier("1.2.250.1.71.1.2.5")
_PROFESSION: Final = ObjectIdentifier("1.2.250.1.71.1.2.7")
_IN_TRAINING: Final = ObjectIdentifier("1.2.250.1.71.1.2.8")


@value
class Holder:
    """Whom a certificate names, and what its national extensions say."""

    number: str
    """The common name: a national identifier, or an establishment's own."""
    other_number: str = ""
    """A second common name, which no good card has."""
    given_name: str = ""
    family_name: str = ""
    pseudonym: str = ""
    title: str = ""
    structures: tuple[str, ...] = ()
    """The OUs: one, in good order."""
    structure_name: str = ""
    department: str = ""
    category: int | None = 0x80
    """TRE_G01: 0x80 a card made for tests, 0x83 a certificate in a file."""
    card_type: int | None = 0
    card_number: str = "8025000001/9900000001"
    profession: int | None = None
    in_training: int | None = None


def authority(name: str) -> x509.Name:
    """`CN=TEST AC …, OU=…, OU=0002 …, O=…, C=FR`, outermost first in DER."""
    parts = [
        (NameOID.COUNTRY_NAME, COUNTRY),
        (NameOID.ORGANIZATION_NAME, OWNER),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "0002 000000000"),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, "IGC HUB TEST"),
        (NameOID.COMMON_NAME, name),
    ]
    return x509.Name([_part(oid, text) for oid, text in parts])


def subject(holder: Holder) -> x509.Name:
    """The last RDN holds several attributes, in the order DER gives to sets."""
    outer = [
        (NameOID.COUNTRY_NAME, COUNTRY),
        (NameOID.STATE_OR_PROVINCE_NAME, holder.department),
        (NameOID.ORGANIZATION_NAME, holder.structure_name),
        *((NameOID.ORGANIZATIONAL_UNIT_NAME, each) for each in holder.structures),
        (NameOID.TITLE, holder.title),
        (NameOID.COMMON_NAME, holder.other_number),
    ]
    last = [
        (NameOID.GIVEN_NAME, holder.given_name),
        (NameOID.PSEUDONYM, holder.pseudonym),
        (NameOID.COMMON_NAME, holder.number),
        (NameOID.SURNAME, holder.family_name),
    ]
    single = [x509.RelativeDistinguishedName([_part(oid, text)]) for oid, text in outer if text]
    named = x509.RelativeDistinguishedName([_part(oid, text) for oid, text in last if text])
    return x509.Name([*single, named])


def extensions(holder: Holder) -> Iterator[x509.UnrecognizedExtension]:
    """Each holds one DER value, as the national profile has it."""
    if holder.category is not None:
        yield x509.UnrecognizedExtension(_CATEGORY, bytes([0x04, 1, holder.category]))
    if holder.card_type is not None:
        yield x509.UnrecognizedExtension(_CARD_TYPE, bytes([0x02, 1, holder.card_type]))
        number = holder.card_number.encode("ascii")
        yield x509.UnrecognizedExtension(_CARD_NUMBER, bytes([0x13, len(number)]) + number)
    for oid, code in ((_PROFESSION, holder.profession), (_IN_TRAINING, holder.in_training)):
        if code is not None:
            yield x509.UnrecognizedExtension(oid, bytes([0x02, 1, code]))


def _part(oid: ObjectIdentifier, text: str) -> x509.NameAttribute[str]:
    return x509.NameAttribute(oid, text)
