"""What the authority says of its cards: revocation lists, and an OCSP responder's answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from .authority import Issued, Signer

LIFE: Final = timedelta(days=1)
"""Of a list, and of an answer."""


def revocation_list(
    by: Signer,
    serials: Sequence[int],
    now: datetime,
    *,
    number: int = 1,
    life: timedelta = LIFE,
    key: RSAPrivateKey | None = None,
    more: Sequence[tuple[x509.ExtensionType, bool]] = (),
) -> bytes:
    """DER. *key* in the place of the authority's own makes a list that nobody signed."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(now)
        .next_update(now + life)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(key or by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def answer(
    request: bytes,
    issuer: Signer,
    revoked: Sequence[int],
    now: datetime,
    *,
    cards: Sequence[Issued],
    responder: Issued | None = None,
    life: timedelta = LIFE,
    nonce: bytes | None = None,
) -> bytes:
    """The responder's answer about the card asked for, `unknown` where *cards* do not hold it.

    *responder*: who signs in the authority's place. *nonce*: told instead of the one asked.
    """
    asked = ocsp.load_der_ocsp_request(request)
    card = next((e for e in cards if e.certificate.serial_number == asked.serial_number), None)
    if card is None:
        status = ocsp.OCSPResponseStatus.UNAUTHORIZED
        return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    is_revoked = asked.serial_number in revoked
    status_of = ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD
    by: Signer | Issued = responder or issuer
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=card.certificate,
        issuer=issuer.certificate,
        algorithm=asked.hash_algorithm,
        cert_status=status_of,
        this_update=now,
        next_update=now + life,
        revocation_time=now if is_revoked else None,
        revocation_reason=None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    if responder:
        builder = builder.certificates([responder.certificate])
    told = nonce or _nonce(asked)
    if told:
        builder = builder.add_extension(x509.OCSPNonce(told), critical=False)
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _nonce(asked: ocsp.OCSPRequest) -> bytes | None:
    try:
        return asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None
