"""What a card signs to sign in: a text of ours, never a hash that somebody hands over."""

import secrets
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from hub import value

PURPOSE: Final = "hub card sign-in 1"
"""Its first line. No other protocol signs a text that begins so: TLS 1.3 signs 64 spaces first,
TLS 1.2 a handshake, and documents begin otherwise."""
SHARED: Final = b"workstation shared\n"
"""A sixth line, which the agent itself adds where many people use the workstation. The card signs
it: no page, extension or person takes it away between the agent and the hub."""
_WEAKEST: Final = 2048
_CURVES: Final = {"secp256r1": hashes.SHA256(), "secp384r1": hashes.SHA384()}


@value
class Challenge:
    """Good for one page of one login of one hub, and only soon."""

    origin: str
    nonce: str
    issued: datetime
    login: str
    """A digest of the page's address: what was signed for one login is worth nothing in another."""

    @property
    def text(self) -> bytes:
        """The octets that are signed; the agent reads and judges them first."""
        at = self.issued.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines = (
            PURPOSE,
            f"origin {self.origin}",
            f"nonce {self.nonce}",
            f"issued {at}",
            f"login {self.login}",
        )
        return "".join(f"{line}\n" for line in lines).encode()


def drawn(origin: str, return_url: str, now: datetime) -> Challenge:
    return Challenge(
        origin=origin,
        nonce=secrets.token_urlsafe(32),
        issued=now.replace(microsecond=0),
        login=sha256(return_url.encode()).hexdigest(),
    )


def shown(text: bytes) -> str:
    """As the page and the agent hand it on."""
    return urlsafe_b64encode(text).decode()


def signed(certificate: bytes, algorithm: str, signature: bytes, text: bytes) -> bool:
    """Whether the key of *certificate* (DER) made *signature* over *text*.

    *algorithm*: `RS256`, `PS256`, `ES256` or `ES384` as RFC 7518 3.1 names them; the two of
    elliptic curves as r and s side by side. Whose certificate it is, and whether it is worth
    anything, is judged elsewhere. Never raises.
    """
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
        if isinstance(key, rsa.RSAPublicKey):
            return _by_rsa(key, algorithm, signature, text)
        if isinstance(key, ec.EllipticCurvePublicKey):
            return _by_curve(key, algorithm, signature, text)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return False


def _by_rsa(key: rsa.RSAPublicKey, algorithm: str, signature: bytes, text: bytes) -> bool:
    schemes: dict[str, padding.AsymmetricPadding] = {
        "RS256": padding.PKCS1v15(),
        "PS256": padding.PSS(padding.MGF1(hashes.SHA256()), hashes.SHA256.digest_size),
    }
    if key.key_size < _WEAKEST or algorithm not in schemes:
        return False
    key.verify(signature, text, schemes[algorithm], hashes.SHA256())
    return True


def _by_curve(
    key: ec.EllipticCurvePublicKey, algorithm: str, signature: bytes, text: bytes
) -> bool:
    digest = _CURVES.get(key.curve.name)
    half = (key.curve.key_size + 7) // 8
    if digest is None or len(signature) != 2 * half:
        return False
    if algorithm != f"ES{digest.digest_size * 8}":
        return False
    r, s = int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    key.verify(encode_dss_signature(r, s), text, ec.ECDSA(digest))
    return True
