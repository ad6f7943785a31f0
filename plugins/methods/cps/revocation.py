"""Whether a card is revoked, by the lists kept here and the responder, and what if nobody can say.

The rule, as `docs/operator.md` tells operators: a list that revokes is always right. Else the
responder's word counts, where there is one; else the list, until its own end and `late` beyond.
After that nobody can say: the card is refused, or, with `unknown = "accept"`, counts for less.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import pairwise
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from hub import Ended

from .crl import RevocationList
from .judging import Status
from .ocsp import Said
from .settings import CpsSettings


class Held(Protocol):
    def of(self, issuer: str) -> RevocationList | None:
        """The list of the authority with that fingerprint."""


class Asked(Protocol):
    def said(self, card: x509.Certificate, issuer: x509.Certificate, now: datetime) -> Said:
        """What the responder says of a card."""


class Checks:
    """Implements `judging.Revocation`."""

    def __init__(
        self,
        settings: CpsSettings,
        lists: Held,
        ocsp: Asked,
        authorities: Sequence[x509.Certificate],
    ) -> None:
        self._settings = settings
        self._authorities = [_fingerprint(each) for each in authorities]
        self._lists = lists
        self._ocsp = ocsp

    def status(self, path: Sequence[x509.Certificate], now: datetime) -> Status:
        card, issuer = path[0], path[1]
        if self._revoked(path):
            return Status.REVOKED
        match self._ocsp.said(card, issuer, now):
            case Said.REVOKED:
                return Status.REVOKED
            case Said.GOOD:
                return Status.GOOD
            case Said.NOTHING:
                return self._by_list(issuer, now)

    def in_doubt(self, now: datetime) -> bool:
        if self._settings.unknown != "accept" or self._settings.ocsp:
            return False
        held = [self._lists.of(each) for each in self._authorities]
        late = self._settings.late
        return any(each is None or now >= each.next_update + late for each in held)

    def ended(self, now: datetime) -> Ended | None:
        """The list that ended first; while all hold, or a responder is asked instead, `None`."""
        if self._settings.ocsp or not self._authorities:
            return None
        held = [self._lists.of(each) for each in self._authorities]
        if None in held:
            return Ended(since=None)
        ends = [each.next_update for each in held if each and each.next_update <= now]
        return Ended(since=min(ends)) if ends else None

    def _revoked(self, path: Sequence[x509.Certificate]) -> bool:
        """Listed, the card or an authority over it, however old the list: nobody is un-revoked."""
        for each, issuer in pairwise(path):
            listed = self._lists.of(_fingerprint(issuer))
            if listed and listed.revokes(each.serial_number):
                return True
        return False

    def _by_list(self, issuer: x509.Certificate, now: datetime) -> Status:
        listed = self._lists.of(_fingerprint(issuer))
        if listed is None:
            return Status.UNKNOWN
        if now < listed.next_update + self._settings.late:
            return Status.GOOD
        recent = now < listed.next_update + self._settings.oldest
        accepted = self._settings.unknown == "accept" and recent
        return Status.UNCHECKED if accepted else Status.UNKNOWN


def _fingerprint(certificate: x509.Certificate) -> str:
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()
