"""Whether a certificate leads to a configured authority: `cryptography` decides (decision 0026).

The system's own authorities are never asked, nor an address written in a certificate, nor a chain
that came along: the roots and the authorities under them are those of the configuration.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from cryptography import x509
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

DEEPEST: Final = 3
"""Authorities between a card and its root; the national hierarchy has one."""


class Paths:
    """Built once; asked for every card."""

    def __init__(
        self, roots: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
    ) -> None:
        self._authorities = list(authorities)
        self._builder = (
            PolicyBuilder()
            .store(Store(list(roots)))
            .max_chain_depth(DEEPEST)
            .extension_policies(ca_policy=_authority(), ee_policy=_leaf())
        )

    def of(self, leaf: x509.Certificate, at: datetime) -> Sequence[x509.Certificate] | None:
        """From the card to its root, every signature and date checked for that moment.

        `None`: there is no such path.
        """
        verifier = self._builder.time(at).build_client_verifier()
        try:
            path = verifier.verify(leaf, self._authorities).chain
        except (VerificationError, ValueError):
            return None
        # A root signs authorities, and those of persons sign cards: nobody else's card is one.
        return path if path[1] in self._authorities else None


def _authority() -> ExtensionPolicy:
    # Not the web's own profile: it asks for identifiers that a private hierarchy may leave out.
    policy = ExtensionPolicy.permit_all()
    policy = policy.require_present(x509.BasicConstraints, Criticality.CRITICAL, _is_authority)
    return policy.require_present(x509.KeyUsage, Criticality.AGNOSTIC, _signs_certificates)


def _leaf() -> ExtensionPolicy:
    policy = ExtensionPolicy.permit_all()
    policy = policy.may_be_present(x509.BasicConstraints, Criticality.AGNOSTIC, _is_no_authority)
    policy = policy.may_be_present(x509.KeyUsage, Criticality.AGNOSTIC, None)
    return policy.may_be_present(x509.ExtendedKeyUsage, Criticality.AGNOSTIC, None)


def _is_authority(
    _policy: Policy, _certificate: x509.Certificate, said: x509.BasicConstraints
) -> None:
    if not said.ca:
        raise ValueError("no authority")


def _signs_certificates(
    _policy: Policy, _certificate: x509.Certificate, usage: x509.KeyUsage
) -> None:
    if not usage.key_cert_sign:
        raise ValueError("may not sign certificates")


def _is_no_authority(
    _policy: Policy, _certificate: x509.Certificate, said: x509.BasicConstraints | None
) -> None:
    # An authority's own certificate shown as a card would let whoever runs it be anybody.
    if said is not None and said.ca:
        raise ValueError("an authority")
