"""Whether the maker of an authenticator vouches for it, when the operator asks for that."""

from typing import Final
from uuid import UUID

from cryptography import x509
from webauthn.helpers.structs import AttestationFormat, AttestationObject

from .settings import Party

FORMATS: Final = frozenset({AttestationFormat.PACKED, AttestationFormat.TPM})
"""Those whose chain ends at the roots configured, and at no other that a library carries."""
MODEL: Final = x509.ObjectIdentifier("1.3.6.1.4.1.45724.1.1.4")


def vouched_for(party: Party, told: AttestationObject, aaguid: str) -> bool:
    """*told* has been verified, its chain against the roots, when it has one."""
    chain = told.att_stmt.x5c
    # Without a chain the passkey vouches for itself, as any program can.
    if told.fmt not in FORMATS or not chain:
        return False
    if party.aaguids and aaguid not in party.aaguids:
        return False
    return _of_model(x509.load_der_x509_certificate(chain[0]), aaguid)


def _of_model(certificate: x509.Certificate, aaguid: str) -> bool:
    """WebAuthn 8.2.1: a certificate that names a model vouches for no other."""
    try:
        named = certificate.extensions.get_extension_for_oid(MODEL).value
    except x509.ExtensionNotFound:
        return True
    raw = named.value if isinstance(named, x509.UnrecognizedExtension) else b""
    return raw == b"\x04\x10" + UUID(aaguid).bytes
