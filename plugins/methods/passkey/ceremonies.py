"""The two ceremonies of WebAuthn: what an authenticator answered becomes a value, or why not."""

import json
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import (
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticationCredential,
    CollectedClientData,
    CredentialDeviceType,
    RegistrationCredential,
)

from hub import value

from .attestation import FORMATS, vouched_for
from .causes import Wrong, why_not_made, why_not_proof
from .passkeys import NewPasskey, Passkey, Use
from .settings import Party

LARGEST: Final = 16_384
"""Characters of an answer. A TPM's chain of certificates takes half of it."""
LONGEST_ID: Final = 1023
"""Bytes, WebAuthn 7.1 step 25."""
ALGORITHMS: Final = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
T = TypeVar("T")


@value
class Assertion:
    """An answer as it was read; nothing in it is believed yet."""

    credential: AuthenticationCredential
    client: CollectedClientData

    @property
    def challenge(self) -> bytes:
        return self.client.challenge

    @property
    def handle(self) -> bytes | None:
        return self.credential.response.user_handle


def read_assertion(text: str) -> Assertion | Wrong:
    if len(text) > LARGEST:
        return Wrong.OVERSIZED

    def read() -> Assertion:
        credential = parse_authentication_credential_json(text)
        return Assertion(credential=credential, client=_client(credential))

    return _or(read, Wrong.UNREADABLE)


def proof(party: Party, answered: Assertion, passkey: Passkey) -> Use | Wrong:
    """*answered* holds a challenge found good. What the signature covers is verified here."""
    client, told = answered.client, answered.credential.response.authenticator_data
    # WebAuthn 13.4.2: a page that frames the hub would have its visitors sign in blindly.
    if client.cross_origin:
        return Wrong.ORIGIN
    verified = _or(
        lambda: verify_authentication_response(
            credential=answered.credential,
            expected_challenge=client.challenge,
            expected_rp_id=party.rp_id,
            expected_origin=list(party.origins),
            credential_public_key=passkey.public_key,
            # Compared below, once the signature holds: anybody can write a small number.
            credential_current_sign_count=0,
            require_user_verification=True,
        ),
        Wrong.SIGNATURE,
    )
    if isinstance(verified, Wrong):
        return _or(lambda: why_not_proof(party, client, told), Wrong.UNREADABLE)
    # WebAuthn 6.1.1: a number that does not grow is shown by two devices with one key.
    if (verified.new_sign_count or passkey.counter) and verified.new_sign_count <= passkey.counter:
        return Wrong.COUNTER
    # WebAuthn 7.2 step 20: whether a key may be copied is settled when it is made.
    eligible = verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE
    if eligible != passkey.backup_eligible:
        return Wrong.BACKUP
    return Use(
        challenge=client.challenge,
        counter=verified.new_sign_count,
        backed_up=verified.credential_backed_up,
    )


def made(party: Party, text: str, challenge: bytes, handle: bytes) -> NewPasskey | Wrong:
    """The passkey that answers *challenge*, verified; whether somebody has it is not asked here."""
    if len(text) > LARGEST:
        return Wrong.OVERSIZED
    credential = _or(lambda: parse_registration_credential_json(text), Wrong.UNREADABLE)
    if isinstance(credential, Wrong):
        return credential
    client = _or(lambda: _client(credential), Wrong.UNREADABLE)
    if isinstance(client, Wrong):
        return client
    if client.challenge != challenge:
        return Wrong.CHALLENGE
    return _verified(party, credential, client, handle)


def _verified(
    party: Party, credential: RegistrationCredential, client: CollectedClientData, handle: bytes
) -> NewPasskey | Wrong:
    object_ = credential.response.attestation_object
    if client.cross_origin:
        return Wrong.ORIGIN
    roots = {each: list(party.roots) for each in FORMATS} if party.attested else None
    verified = _or(
        lambda: verify_registration_response(
            credential=credential,
            expected_challenge=client.challenge,
            expected_rp_id=party.rp_id,
            expected_origin=list(party.origins),
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
            pem_root_certs_bytes_by_fmt=roots,
        ),
        Wrong.UNREADABLE,
    )
    if isinstance(verified, Wrong):
        return _or(lambda: why_not_made(party, client, object_), Wrong.UNREADABLE)
    if len(verified.credential_id) > LONGEST_ID:
        return Wrong.OVERSIZED
    if party.attested:
        statement = parse_attestation_object(object_)
        vouched = _or(lambda: vouched_for(party, statement, verified.aaguid), Wrong.NOT_ATTESTED)
        if vouched is not True:
            return Wrong.NOT_ATTESTED
    return NewPasskey(
        raw_id=verified.credential_id,
        public_key=verified.credential_public_key,
        handle=handle,
        counter=verified.sign_count,
        backup_eligible=verified.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
        backed_up=verified.credential_backed_up,
        attested=party.attested,
        aaguid=verified.aaguid,
        transports=tuple(each.value for each in credential.response.transports or ()),
    )


def _client(credential: AuthenticationCredential | RegistrationCredential) -> CollectedClientData:
    raw = credential.response.client_data_json
    client = parse_client_data_json(raw)
    framed = cast(dict[str, Any], json.loads(raw))
    # A page at the top of another site's frame (WebAuthn level 3, 5.8.1).
    client.cross_origin = bool(client.cross_origin) or "topOrigin" in framed
    return client


def _or(work: Callable[[], T], otherwise: Wrong) -> T | Wrong:
    """Whatever a stranger's bytes make the readers of CBOR, ASN.1 and JSON raise is a no."""
    try:
        return work()
    except Exception:
        return otherwise
