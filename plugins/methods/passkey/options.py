"""What the browser is told to ask an authenticator, as JSON for the page."""

from collections.abc import Iterable, Sequence

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
)
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from hub import value

from .ceremonies import ALGORITHMS
from .passkeys import Passkey
from .settings import Party

PATIENCE = 300_000
"""Milliseconds a person has before the browser gives up (WebAuthn 15.1)."""


@value
class Person:
    """As the authenticator shows and calls them."""

    handle: bytes
    login: str
    name: str


def to_prove(party: Party, challenge: bytes, allowed: Iterable[Passkey]) -> str:
    """With nothing *allowed* the authenticator offers whatever it keeps for the hub."""
    options = generate_authentication_options(
        rp_id=party.rp_id,
        challenge=challenge,
        timeout=PATIENCE,
        allow_credentials=_described(allowed),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def to_make(party: Party, person: Person, challenge: bytes, there: Sequence[Passkey]) -> str:
    """*there* are the person's own: no authenticator makes a second one beside them."""
    wanted = AttestationConveyancePreference
    options = generate_registration_options(
        rp_id=party.rp_id,
        rp_name=party.name,
        user_id=person.handle,
        user_name=person.login,
        user_display_name=person.name,
        challenge=challenge,
        timeout=PATIENCE,
        attestation=wanted.DIRECT if party.attested else wanted.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            require_resident_key=True,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(there),
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json(options)


def _described(passkeys: Iterable[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=each.raw_id,
            transports=[AuthenticatorTransport(name) for name in each.transports] or None,
        )
        for each in passkeys
    ]
