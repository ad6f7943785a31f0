"""What hides a service's assertions from all others: by its metadata, and by the exceptions made.

XML Encryption 1.1; SAML2int SDP-ALG01. What is strong wins wherever a service offers both.
"""

from collections.abc import Sequence
from dataclasses import field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from hub import saml, value

from .declared import SamlService
from .entities import Entity

_CIPHERS: Final = (saml.AES256_GCM, saml.AES128_GCM)
_TRANSPORTS: Final = (saml.OAEP_MGF1P, saml.OAEP)
_WEAK_CIPHERS: Final = (saml.AES256_CBC, saml.AES128_CBC)


@value
class Hiding:
    reader: saml.Certificate = field(repr=False)
    cipher: str
    transport: str


class NoHiding(Exception):
    """It wants its assertions hidden, or publishes a key for it, and nothing fit is offered."""


def hiding(entity: Entity, declared: SamlService) -> Hiding | None:
    """`None`: assertions travel in the clear, inside TLS."""
    if declared.encrypt == "never" or not (entity.encryption or declared.encrypt == "always"):
        return None
    # An elliptic key agrees on a secret; it carries none.
    reader = next((each for each in entity.encryption if _carries(each)), None)
    # CBC carries no proof of what was sent: whoever may ask often enough reads it. PKCS#1 v1.5
    # opens to Bleichenbacher's questions. Each by the operator's exception alone.
    ciphers = _CIPHERS + (_WEAK_CIPHERS if "cbc" in declared.weak else ())
    transports = _TRANSPORTS + ((saml.RSA_15,) if "rsa15" in declared.weak else ())
    cipher = _first(ciphers, [each for each in entity.encrypts_by if "rsa" not in each])
    transport = _first(transports, [each for each in entity.encrypts_by if "rsa" in each])
    if reader is None or cipher is None or transport is None:
        raise NoHiding
    return Hiding(reader=reader, cipher=cipher, transport=transport)


def _first(ours: Sequence[str], named: Sequence[str]) -> str | None:
    """A service that names none reads the usual ones."""
    return next((each for each in ours if not named or each in named), None)


def _carries(certificate: saml.Certificate) -> bool:
    return isinstance(certificate.public, RSAPublicKey)
