"""Which algorithms a peer may use, and which exceptions an operator may make."""

from collections.abc import Set
from enum import StrEnum
from typing import Final

from hub.contract.values import value

_DS: Final = "http://www.w3.org/2000/09/xmldsig#"
_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
_ENC: Final = "http://www.w3.org/2001/04/xmlenc#"
_ENC11: Final = "http://www.w3.org/2009/xmlenc11#"

EXCLUSIVE: Final = "http://www.w3.org/2001/10/xml-exc-c14n#"
ENVELOPED: Final = f"{_DS}enveloped-signature"
RSA_SHA256: Final = f"{_MORE}rsa-sha256"
ECDSA_SHA256: Final = f"{_MORE}ecdsa-sha256"
PSS_SHA256: Final = f"{_MORE_2007}sha256-rsa-MGF1"
RSA_SHA1: Final = f"{_DS}rsa-sha1"
SHA256: Final = f"{_ENC}sha256"
SHA1: Final = f"{_DS}sha1"
AES128_GCM: Final = f"{_ENC11}aes128-gcm"
AES256_GCM: Final = f"{_ENC11}aes256-gcm"
AES128_CBC: Final = f"{_ENC}aes128-cbc"
AES256_CBC: Final = f"{_ENC}aes256-cbc"
RSA_15: Final = f"{_ENC}rsa-1_5"
OAEP_MGF1P: Final = f"{_ENC}rsa-oaep-mgf1p"
OAEP: Final = f"{_ENC11}rsa-oaep"


class Weak(StrEnum):
    """What is refused unless an operator exempts one peer, by name."""

    SHA1 = "sha1"
    """Signatures and digests with SHA-1: collisions are bought for the price of a car."""
    CBC = "cbc"
    """Encryption without integrity: whoever may ask often enough reads it (Jager, Somorovsky)."""
    RSA15 = "rsa15"
    """Key transport by PKCS#1 v1.5: Bleichenbacher's oracle."""


@value
class Algorithms:
    """What one peer may use."""

    signatures: Set[str]
    digests: Set[str]
    encryptions: Set[str]
    transports: Set[str]

    def besides(self, weak: Set[Weak]) -> "Algorithms":
        """These, and those that were exempted."""
        return Algorithms(
            signatures=self.signatures | (_SHA1_SIGNATURES if Weak.SHA1 in weak else set()),
            digests=self.digests | ({SHA1} if Weak.SHA1 in weak else set()),
            encryptions=self.encryptions | (_CBC if Weak.CBC in weak else set()),
            transports=self.transports | ({RSA_15} if Weak.RSA15 in weak else set()),
        )


# No SHA-224, no HMAC (a public key would verify it), no DSA: nobody needs them.
STRONG: Final = Algorithms(
    signatures=frozenset(
        {f"{_MORE}{key}-sha{bits}" for key in ("rsa", "ecdsa") for bits in (256, 384, 512)}
        | {f"{_MORE_2007}sha{bits}-rsa-MGF1" for bits in (256, 384, 512)}
    ),
    digests=frozenset({SHA256, f"{_MORE}sha384", f"{_ENC}sha512"}),
    encryptions=frozenset({AES128_GCM, f"{_ENC11}aes192-gcm", AES256_GCM}),
    # OAEP's security rests on no collision of its digest: SHA-1 within it is what every provider
    # sends by default, and harms nobody (decision 24).
    transports=frozenset({OAEP_MGF1P, OAEP}),
)
_SHA1_SIGNATURES: Final = frozenset({RSA_SHA1, f"{_MORE}ecdsa-sha1"})
_CBC: Final = frozenset({f"{_ENC}aes{bits}-cbc" for bits in (128, 192, 256)})
