"""Judges what came as a card: whose it is, or the one sentence that says why it does not open."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from enum import Enum
from hashlib import sha256
from typing import Final, Protocol, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from hub import Json, Refusal, value

from .card import Card, Kind, read_card
from .national import believed
from .path import Paths
from .refusals import (
    BAD_NUMBER,
    EXPIRED,
    KIND,
    NOT_A_CARD,
    NOT_AUTHENTICATION,
    NOT_YET_VALID,
    POLICY,
    SERVICE_CARD,
    STATUS_UNKNOWN,
    REVOKED,
    TEST_CARD,
    UNKNOWN_ISSUER,
    UNREADABLE,
    WEAK_KEY,
)

LARGEST: Final = 16_384
"""Octets of a certificate; a card's has under two thousand."""
_MOST_EXTENSIONS: Final = 40
_SHORTEST_RSA: Final = 2048
_UNDECODABLE: Final = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    OverflowError,
    Warning,
)
"""All that the decoder says of octets it does not understand; warnings where they are errors."""


_Kind = TypeVar("_Kind", bound=x509.ExtensionType)


class Status(Enum):
    GOOD = "good"
    UNCHECKED = "unchecked"
    """Nobody can say now, and the operator lets it count for less."""
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Revocation(Protocol):
    def status(self, path: Sequence[x509.Certificate], now: datetime) -> Status:
        """Of every certificate of *path* but its root: the worst."""

    def in_doubt(self, now: datetime) -> bool:
        """Whether cards count for less just now, because nobody can say."""


@value
class Accepted:
    """What the operator lets in."""

    kinds: frozenset[Kind]
    policies: tuple[str, ...]
    """OIDs: each stands for itself and all below it."""
    tests: bool
    """Cards made for tests; never in production."""
    strict: bool
    """Whether a number must be one that the register gave, as production needs it."""


class Judge:
    """Never raises: whatever the octets are, the answer is a card or a refusal."""

    def __init__(self, paths: Paths, accepted: Accepted, revocation: Revocation) -> None:
        self._paths = paths
        self._accepted = accepted
        self._revocation = revocation

    def judge(self, der: bytes, now: datetime) -> Card | Refusal:
        """*der* as the browser or the agent sent it; nobody else's verdict is believed."""
        certificate = decoded(der)
        if certificate is None:
            return UNREADABLE
        try:
            return self._judged(certificate, now)
        except _UNDECODABLE:
            return UNREADABLE

    def in_doubt(self, now: datetime) -> bool:
        return self._revocation.in_doubt(now)

    def _judged(self, certificate: x509.Certificate, now: datetime) -> Card | Refusal:
        first, last = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        if first > last or len(certificate.extensions) > _MOST_EXTENSIONS:
            return UNREADABLE
        # At a moment when the card was good: an expired card of ours is told apart from a stranger.
        path = self._paths.of(certificate, min(max(now, first), last))
        if path is None:
            return UNKNOWN_ISSUER
        card = read_card(certificate)
        if card is None:
            return BAD_NUMBER
        found = self._weighed(card, certificate, path, now)
        # It is a card of ours: its holder reads on the page which one was read.
        return found if isinstance(found, Card) else _naming(card, found)

    def _weighed(
        self,
        card: Card,
        certificate: x509.Certificate,
        path: Sequence[x509.Certificate],
        now: datetime,
    ) -> Card | Refusal:
        refused = (
            _use(certificate) or self._unaccepted(card, certificate) or _dates(certificate, now)
        )
        if refused:
            return refused
        issuer = sha256(path[1].public_bytes(Encoding.DER)).hexdigest()
        match self._revocation.status(path, now):
            case Status.GOOD:
                return replace(card, issuer=issuer)
            case Status.UNCHECKED:
                return replace(card, issuer=issuer, checked=False)
            case Status.REVOKED:
                return REVOKED
            case Status.UNKNOWN:
                return STATUS_UNKNOWN

    def _unaccepted(self, card: Card, certificate: x509.Certificate) -> Refusal | None:
        accepted = self._accepted
        if card.test and not accepted.tests:
            return TEST_CARD
        if card.kind is Kind.SERVICE:
            return SERVICE_CARD
        if card.kind is Kind.SOFTWARE:
            return NOT_A_CARD
        if card.kind not in accepted.kinds:
            return replace(KIND, detail={"kind": card.kind.value})
        if not _under(accepted.policies, certificate):
            return POLICY
        return None if believed(card.number, strict=accepted.strict) else BAD_NUMBER


def decoded(der: bytes) -> x509.Certificate | None:
    """`None`: too large, or no certificate."""
    if not 0 < len(der) <= LARGEST:
        return None
    try:
        return x509.load_der_x509_certificate(der)
    except _UNDECODABLE:
        return None


def _naming(card: Card, refused: Refusal) -> Refusal:
    return replace(refused, detail={**refused.detail, "name": card.name})


def _use(certificate: x509.Certificate) -> Refusal | None:
    """Each card holds two certificates: what the signing one signs is a will, not a presence."""
    usage = _extension(certificate, x509.KeyUsage)
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    if usage is None or not usage.digital_signature or usage.content_commitment:
        return NOT_AUTHENTICATION
    if extended is None or ExtendedKeyUsageOID.CLIENT_AUTH not in extended:
        return NOT_AUTHENTICATION
    return None if _strong(certificate.public_key()) else WEAK_KEY


def _strong(key: CertificatePublicKeyTypes) -> bool:
    """The library measures the keys of authorities, and leaves the holder's own to us."""
    match key:
        case rsa.RSAPublicKey():
            return key.key_size >= _SHORTEST_RSA
        case ec.EllipticCurvePublicKey():
            return isinstance(key.curve, (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1))
        case _:
            return False


def _under(policies: Sequence[str], certificate: x509.Certificate) -> bool:
    said = _extension(certificate, x509.CertificatePolicies)
    named = [each.policy_identifier.dotted_string for each in said or ()]
    # With its dot: 1.2.25 is not under 1.2.2.
    return any(f"{name}.".startswith(f"{each}.") for name in named for each in policies)


def _dates(certificate: x509.Certificate, now: datetime) -> Refusal | None:
    if now > certificate.not_valid_after_utc:
        return replace(EXPIRED, detail=_day(certificate.not_valid_after_utc))
    if now < certificate.not_valid_before_utc:
        return replace(NOT_YET_VALID, detail=_day(certificate.not_valid_before_utc))
    return None


def _day(moment: datetime) -> dict[str, Json]:
    return {"this_day": moment.date().isoformat()}


def _extension(certificate: x509.Certificate, kind: type[_Kind]) -> _Kind | None:
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
