"""What the authority says of its cards: revocation lists, and an OCSP responder's answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from hub import value

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


@value
class Responder:
    """Who answers about which cards, and how that differs from a good answer."""

    issuer: Signer
    cards: Sequence[Issued]
    """Those it knows; about others it answers that it may not."""
    revoked: Sequence[int] = ()
    by: Issued | None = None
    """Who signs in the authority's place."""
    life: timedelta = LIFE
    nonce: bytes | None = None
    """Told instead of the one asked."""


def answer(responder: Responder, request: bytes, now: datetime) -> bytes:
    """DER, as it comes over HTTP."""
    asked = ocsp.load_der_ocsp_request(request)
    known = {each.certificate.serial_number: each for each in responder.cards}
    card = known.get(asked.serial_number)
    if card is None:
        status = ocsp.OCSPResponseStatus.UNAUTHORIZED
        return ocsp.OCSPResponseBuilder.build_unsuccessful(status).public_bytes(Encoding.DER)
    by: Signer | Issued = responder.by or responder.issuer
    builder = _about(responder, card, asked, now)
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, by.certificate)
    if responder.by:
        builder = builder.certificates([responder.by.certificate])
    if told := responder.nonce or _nonce(asked):
        builder = builder.add_extension(x509.OCSPNonce(told), critical=False)
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _about(
    responder: Responder, card: Issued, asked: ocsp.OCSPRequest, now: datetime
) -> ocsp.OCSPResponseBuilder:
    revoked = asked.serial_number in responder.revoked
    return ocsp.OCSPResponseBuilder().add_response(
        cert=card.certificate,
        issuer=responder.issuer.certificate,
        algorithm=asked.hash_algorithm,
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=now,
        next_update=now + responder.life,
        revocation_time=now if revoked else None,
        revocation_reason=None,
    )


def _nonce(asked: ocsp.OCSPRequest) -> bytes | None:
    try:
        return asked.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return None
