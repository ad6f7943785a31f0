"""What the agent reads on a certificate: whether it is for signing in, and whose it is."""

from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID


def authenticates(der: bytes) -> bool:
    """A card's other certificate signs documents: what it signs is a will, not a presence."""
    try:
        usage = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(
            x509.KeyUsage
        )
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.ExtensionNotFound):
        return False
    return usage.value.digital_signature and not usage.value.content_commitment


def holder(der: bytes) -> str:
    """First and last name; for a card without, what it is called."""
    try:
        subject = x509.load_der_x509_certificate(der).subject
    except ValueError:
        return ""
    names = [_first(subject, oid) for oid in (NameOID.GIVEN_NAME, NameOID.SURNAME)]
    return " ".join(filter(None, names)) or _first(subject, NameOID.COMMON_NAME)


def until(der: bytes) -> datetime | None:
    """Its last moment; `None`: no certificate."""
    try:
        return x509.load_der_x509_certificate(der).not_valid_after_utc
    except ValueError:
        return None


def _first(subject: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = subject.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""
