"""SHA-256 as it is written here: hexadecimal to find things by, base64url as the standards say."""

import base64
from hashlib import sha256


def hashed(secret: str) -> str:
    """What is kept of a random secret: enough to find it again, nothing to use."""
    return _sha256(secret).hex()


def digest(text: str) -> str:
    """Base64url without padding: a PKCE challenge (RFC 7636 4.2), a DPoP `ath` (RFC 9449 4.2)."""
    return base64.urlsafe_b64encode(_sha256(text)).rstrip(b"=").decode()


def _sha256(text: str) -> bytes:
    # JSON may hold half a surrogate pair: it fits nothing, and breaks nothing.
    return sha256(text.encode(errors="surrogatepass")).digest()
