"""A seal in memory, with a key of its own."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.contract.errors import HubError


class MemorySeal:
    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def close(self, plain: bytes, purpose: str) -> bytes:
        nonce = secrets.token_bytes(12)
        return nonce + AESGCM(self._key).encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        try:
            return AESGCM(self._key).decrypt(sealed[:12], sealed[12:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise HubError("this seal does not open") from error

    def digest(self, text: str, purpose: str) -> str:
        keyed = hmac.HMAC(self._key, hashes.SHA256())
        keyed.update(f"{purpose}\0{text}".encode())
        return keyed.finalize().hex()
