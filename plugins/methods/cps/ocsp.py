"""Asks the configured OCSP responder about one card, and believes only a signed, fresh answer.

RFC 6960. The address is the operator's: what a certificate says of it is never followed.
"""

import secrets
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from enum import Enum
from threading import Lock
from typing import Final

import httpx
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub import Toolbox, value

PARTY: Final = "ocsp"
"""`[outbound.parties."cps/ocsp"]`: its time limits, places and breaker."""
_LARGEST: Final = 65_536
_OLDEST: Final = timedelta(days=2)
"""Of an answer that says no end of its own."""
_AHEAD: Final = timedelta(minutes=5)
_KEPT: Final = 5_000
_HASHES: Final = (hashes.SHA256, hashes.SHA384, hashes.SHA512)


class Said(Enum):
    GOOD = "good"
    REVOKED = "revoked"
    NOTHING = "nothing"
    """No answer, or one that is not believed; `unknown` and `tryLater` too."""


@value
class _Remembered:
    said: Said
    until: datetime


class Ocsp:
    """*address*: empty when the operator named none, and nobody is asked."""

    def __init__(self, address: str, toolbox: Toolbox) -> None:
        self._address = address
        self._toolbox = toolbox
        self._kept: OrderedDict[tuple[bytes, int], _Remembered] = OrderedDict()
        self._lock = Lock()

    def said(self, card: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Said:
        if not self._address:
            return Said.NOTHING
        key = (issuer.fingerprint(hashes.SHA256()), card.serial_number)
        with self._lock:
            kept = self._kept.get(key)
        if kept and now < kept.until:
            return kept.said
        asked = self._asked(card, issuer, now)
        if asked.said is not Said.NOTHING:
            self._keep(key, asked)
        return asked.said

    def _keep(self, key: tuple[bytes, int], answer: _Remembered) -> None:
        with self._lock:
            self._kept[key] = answer
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def _asked(
        self, card: x509.Certificate, issuer: x509.Certificate, now: datetime
    ) -> _Remembered:
        nonce = secrets.token_bytes(16)
        # SHA-1 only names the authority here (RFC 6960 4.1.1): every responder knows that name.
        builder = ocsp.OCSPRequestBuilder().add_certificate(card, issuer, hashes.SHA1())  # noqa: S303
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
        try:
            answer = self._posted(builder.build().public_bytes(Encoding.DER))
            return judged(answer, card, issuer, nonce, now)
        except (httpx.HTTPError, ValueError, TypeError, UnsupportedAlgorithm):
            return _NOTHING

    def _posted(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/ocsp-request"}
        client = self._toolbox.outbound(PARTY)
        response = client.post(self._address, content=body, headers=headers)
        if response.status_code != 200 or len(response.content) > _LARGEST:
            raise ValueError("no OCSP answer")
        return response.content


def judged(
    answer: bytes, card: x509.Certificate, issuer: x509.Certificate, nonce: bytes, now: datetime
) -> _Remembered:
    """Raise `ValueError` for octets that are no answer; anything not believed says nothing."""
    response = ocsp.load_der_ocsp_response(answer)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        return _NOTHING
    responder = _responder(response, issuer, now)
    if responder is None or not _signed(response, responder):
        return _NOTHING
    if not _about(response, card, issuer) or not _answers(response, nonce):
        return _NOTHING
    until = response.next_update_utc or response.this_update_utc + _OLDEST
    if not response.this_update_utc - _AHEAD <= now < until:
        return _NOTHING
    said = _STATUSES.get(response.certificate_status, Said.NOTHING)
    return _Remembered(said=said, until=until)


_NOTHING: Final = _Remembered(said=Said.NOTHING, until=datetime.min.replace(tzinfo=UTC))
_STATUSES: Final = {
    ocsp.OCSPCertStatus.GOOD: Said.GOOD,
    ocsp.OCSPCertStatus.REVOKED: Said.REVOKED,
}


def _about(response: ocsp.OCSPResponse, card: x509.Certificate, issuer: x509.Certificate) -> bool:
    """An answer about somebody else's card is none about this one."""
    asked = ocsp.OCSPRequestBuilder().add_certificate(card, issuer, response.hash_algorithm).build()
    told = (response.serial_number, response.issuer_name_hash, response.issuer_key_hash)
    return told == (asked.serial_number, asked.issuer_name_hash, asked.issuer_key_hash)


def _answers(response: ocsp.OCSPResponse, nonce: bytes) -> bool:
    """Not every responder repeats the nonce; one that does repeats ours, and no older one."""
    try:
        told = response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        return True
    return told == nonce


def _responder(
    response: ocsp.OCSPResponse, issuer: x509.Certificate, now: datetime
) -> x509.Certificate | None:
    """The authority itself, or whom it named for this in a certificate (RFC 6960 4.2.2.2)."""
    for each in response.certificates:
        if _authorised(each, issuer, now):
            return each
    return issuer


def _authorised(each: x509.Certificate, issuer: x509.Certificate, now: datetime) -> bool:
    if not each.not_valid_before_utc <= now <= each.not_valid_after_utc:
        return False
    try:
        uses = each.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        each.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, ValueError, TypeError):
        return False
    # Any card of the same authority could else say that another one is good.
    return ExtendedKeyUsageOID.OCSP_SIGNING in uses


def _signed(response: ocsp.OCSPResponse, responder: x509.Certificate) -> bool:
    key, signed = responder.public_key(), response.tbs_response_bytes
    with_hash = response.signature_hash_algorithm
    if not isinstance(with_hash, _HASHES):
        return False
    try:
        match key:
            case rsa.RSAPublicKey():
                key.verify(response.signature, signed, padding.PKCS1v15(), with_hash)
            case ec.EllipticCurvePublicKey():
                key.verify(response.signature, signed, ec.ECDSA(with_hash))
            case _:
                return False
    except InvalidSignature:
        return False
    return True
