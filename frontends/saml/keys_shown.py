"""The certificates the hub is known by, as the operator reads them at the console."""

import base64
from collections.abc import Iterator, Sequence

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from hub import KeyState, ShownKey

from .keys import SamlKeys


class KeysShown:
    """Implements `ShowsKeys`: these keys are files, and change where those stand."""

    def show_keys(self, keys: SamlKeys) -> None:
        self._shown = keys

    def signing_keys(self) -> Sequence[ShownKey]:
        return list(shown(self._shown))


def shown(keys: SamlKeys) -> Iterator[ShownKey]:
    """Those that sign, then those that are only published: next or former, nobody here can tell."""
    signs = {each.certificate for each in keys.signing.values()}
    for text in keys.published:
        certificate = x509.load_der_x509_certificate(base64.b64decode(text))
        yield ShownKey(
            name=certificate.fingerprint(hashes.SHA256()).hex()[:16],
            alg="RSA" if isinstance(certificate.public_key(), rsa.RSAPublicKey) else "EC",
            state=KeyState.CURRENT if text in signs else KeyState.PREVIOUS,
            since=certificate.not_valid_before_utc,
            until=certificate.not_valid_after_utc,
        )
