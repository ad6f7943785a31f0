"""Why an answer of an authenticator was not believed: for the trail, never for the page.

Whether it is believed was decided before; this only names the first thing that is wrong.
"""

from enum import StrEnum
from hashlib import sha256

from webauthn.helpers import parse_attestation_object, parse_authenticator_data
from webauthn.helpers.structs import AuthenticatorData, CollectedClientData

from .settings import Party


class Wrong(StrEnum):
    """One word for each thing that can be wrong with an answer."""

    UNREADABLE = "unreadable"
    OVERSIZED = "oversized"
    UNKNOWN_KEY = "unknown_key"
    ANOTHER_PERSON = "another_person"
    USER_HANDLE = "user_handle"
    CHALLENGE = "challenge"
    EXPIRED = "expired"
    """Nobody's fault: the page stood open for too long."""
    REPLAYED = "replayed"
    ORIGIN = "origin"
    RP_ID = "rp_id"
    NOT_PRESENT = "not_present"
    NOT_VERIFIED = "not_verified"
    SIGNATURE = "signature"
    COUNTER = "counter"
    BACKUP = "backup"
    ALGORITHM_OR_ATTESTATION = "algorithm_or_attestation"
    NOT_ATTESTED = "not_attested"
    KNOWN_KEY = "known_key"


def why_not_proof(party: Party, client: CollectedClientData, told: bytes) -> Wrong:
    """*told* is the authenticator data of an assertion that did not hold."""
    return _client(party, client) or _told(party, parse_authenticator_data(told)) or Wrong.SIGNATURE


def why_not_made(party: Party, client: CollectedClientData, attestation: bytes) -> Wrong:
    """The same for a new passkey."""
    wrong = _client(party, client)
    told = wrong or _told(party, parse_attestation_object(attestation).auth_data)
    return told or Wrong.ALGORITHM_OR_ATTESTATION


def _client(party: Party, client: CollectedClientData) -> Wrong | None:
    return Wrong.ORIGIN if client.origin not in party.origins or client.cross_origin else None


def _told(party: Party, told: AuthenticatorData) -> Wrong | None:
    if told.rp_id_hash != sha256(party.rp_id.encode()).digest():
        return Wrong.RP_ID
    if not told.flags.up:
        return Wrong.NOT_PRESENT
    return None if told.flags.uv else Wrong.NOT_VERIFIED
