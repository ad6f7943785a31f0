"""Reads a revocation list: believed only when an authority of ours signed it whole.

What is kept of it is what every sign-in needs: the serials, sorted, twenty octets each, so that two
hundred thousand of them take four megabytes and are searched where they lie.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from hub import value

WIDTH: Final = 20
"""Octets of the longest serial (RFC 5280 4.1.2.2)."""
LARGEST: Final = 67_108_864
_HASHES: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_UNDERSTOOD: Final = (
    x509.CRLNumber,
    x509.AuthorityKeyIdentifier,
    x509.IssuingDistributionPoint,
    x509.FreshestCRL,
    x509.AuthorityInformationAccess,
)


@value
class RevocationList:
    """What one authority revoked."""

    issuer: str
    """SHA-256 of the authority's certificate, hexadecimal."""
    number: int
    this_update: datetime
    next_update: datetime
    serials: bytes = field(repr=False)

    def revokes(self, serial: int) -> bool:
        return _holds(self.serials, serial)

    def __len__(self) -> int:
        return len(self.serials) // WIDTH


@value
class Unbelieved:
    """Why a list is none; in words of the hub's own, for the log and the operator."""

    cause: str


def read_list(
    der: bytes, authorities: Sequence[x509.Certificate], now: datetime
) -> RevocationList | Unbelieved:
    """*authorities*: those that may sign it; *der* of any origin."""
    if not 0 < len(der) <= LARGEST:
        return Unbelieved(cause="too_large")
    try:
        return _read(_loaded(der), authorities, now)
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, OverflowError):
        return Unbelieved(cause="unreadable")


def _loaded(der: bytes) -> x509.CertificateRevocationList:
    if der.startswith(b"-----BEGIN"):
        return x509.load_pem_x509_crl(der)
    return x509.load_der_x509_crl(der)


def _read(
    crl: x509.CertificateRevocationList, authorities: Sequence[x509.Certificate], now: datetime
) -> RevocationList | Unbelieved:
    signer = next((each for each in authorities if _signed(crl, each)), None)
    if signer is None:
        return Unbelieved(cause="wrong_signature")
    if cause := _odd(crl) or _dated(crl, now):
        return Unbelieved(cause=cause)
    number = crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    next_update = crl.next_update_utc
    if next_update is None:  # unreachable: such a list has no date, see `_dated`
        return Unbelieved(cause="no_next_update")
    return RevocationList(
        issuer=sha256(signer.public_bytes(Encoding.DER)).hexdigest(),
        number=number,
        this_update=crl.last_update_utc,
        next_update=next_update,
        serials=b"".join(sorted(each.serial_number.to_bytes(WIDTH, "big") for each in crl)),
    )


def _signed(crl: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    """By this authority's own key, which may sign lists; its name alone proves nothing."""
    if crl.issuer != authority.subject or not isinstance(crl.signature_hash_algorithm, _HASHES):
        return False
    try:
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
        return usage.crl_sign and crl.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    except (x509.ExtensionNotFound, TypeError, ValueError):
        return False


def _odd(crl: x509.CertificateRevocationList) -> str | None:
    """A list that does not say everything: what is missing from it would seem good."""
    for each in crl.extensions:
        if isinstance(each.value, x509.DeltaCRLIndicator):
            return "delta"
        if isinstance(each.value, x509.IssuingDistributionPoint) and _partial(each.value):
            return "partial"
        if each.critical and not isinstance(each.value, _UNDERSTOOD):
            return "unknown_extension"
    kinds = {type(each.value) for each in crl.extensions}
    return None if x509.CRLNumber in kinds else "no_number"


def _partial(point: x509.IssuingDistributionPoint) -> bool:
    return bool(
        point.indirect_crl
        or point.only_some_reasons
        or point.only_contains_attribute_certs
        or point.only_contains_ca_certs
    )


def _dated(crl: x509.CertificateRevocationList, now: datetime) -> str | None:
    if crl.next_update_utc is None:
        return "no_next_update"
    return "from_the_future" if crl.last_update_utc > now else None


def _holds(serials: bytes, serial: int) -> bool:
    wanted = serial.to_bytes(WIDTH, "big")
    count = len(serials) // WIDTH
    at = bisect_left(range(count), wanted, key=lambda n: serials[n * WIDTH : (n + 1) * WIDTH])
    return serials[at * WIDTH : (at + 1) * WIDTH] == wanted
