"""The card through its PKCS#11 module: its authentication certificate, its PIN, its signature."""

from collections.abc import Iterator
from hashlib import sha256, sha384
from pathlib import Path
from threading import Lock
from typing import Any, Final

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag
from pkcs11 import exceptions as refused

from hub import value

from .cards import Failed, Signature
from .certificates import authenticates

# python-pkcs11 initialises modules without OS locking and lets go of the GIL in each call: two
# threads inside one module crash the process.
_ONE: Final = Lock()
_TRIES: Final = 3


@value
class Holder:
    """What a card says before any PIN."""

    certificate: bytes
    tries_left: int | None


class Tokens:
    def __init__(self, module: Path) -> None:
        """Raise `PKCS11Error` when *module* is none."""
        with _ONE:
            self._lib = pkcs11.lib(str(module))

    def read(self, reader: str) -> Holder | None:
        """`None`: no card that holds an authentication certificate. Raise `PKCS11Error`."""
        with _ONE:
            for token in self._tokens(reader):
                if found := _certificate(token):
                    return Holder(certificate=found[0], tries_left=_tries(token))
        return None

    def sign(self, reader: str, certificate: bytes, text: bytes, pin: str) -> Signature | Failed:
        """One try. *certificate* is that of the card the person was asked about."""
        with _ONE:
            try:
                return self._signed(reader, certificate, text, pin)
            except refused.PinIncorrect:
                left = next((_tries(each) for each in self._tokens(reader)), None)
                return Failed(why="wrong_pin", tries_left=left) if left != 0 else _BLOCKED
            except (refused.PinLenRange, refused.PinInvalid):
                # Refused for its length, before the card counted it.
                return Failed(why="wrong_pin")
            except refused.PinLocked:
                return _BLOCKED
            except _PULLED:
                return Failed(why="removed")
            except refused.PKCS11Error:
                return Failed(why="unreadable")

    def _signed(self, reader: str, certificate: bytes, text: bytes, pin: str) -> Signature | Failed:
        for token in self._tokens(reader):
            found = _certificate(token)
            if found is None or found[0] != certificate:
                continue
            with token.open(user_pin=pin) as session:
                key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, id=found[1])
                algorithm, signature = _sign(key, text)
            return Signature(certificate=certificate, signature=signature, algorithm=algorithm)
        return Failed(why="removed")

    def _tokens(self, reader: str) -> Iterator[Any]:
        slots = self._lib.get_slots(token_present=True)
        # Modules cut the names of readers at 64 characters, and some call them otherwise.
        named = [each for each in slots if each.slot_description.startswith(reader[:60])]
        for slot in named or slots:
            yield slot.get_token()


_BLOCKED: Final = Failed(why="pin_blocked", tries_left=0)
_PULLED: Final = (
    refused.DeviceRemoved,
    refused.TokenNotPresent,
    refused.NoSuchToken,
    refused.SessionHandleInvalid,
    refused.UserNotLoggedIn,
)


def _certificate(token: Any) -> tuple[bytes, bytes] | None:
    """The authentication certificate and the id of its key; cards hold others, for signing."""
    try:
        with token.open() as session:
            for each in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
                der = bytes(each[Attribute.VALUE])
                if authenticates(der):
                    return der, bytes(each[Attribute.ID])
    except refused.TokenNotRecognised:
        # Empty, or of a kind the module cannot read: another token may be the card.
        return None
    return None


def _sign(key: Any, text: bytes) -> tuple[str, bytes]:
    if key.key_type == KeyType.RSA:
        return "RS256", bytes(key.sign(text, mechanism=Mechanism.SHA256_RSA_PKCS))
    wide = len(key[Attribute.EC_PARAMS]) == len(_P384)
    name, digest = ("ES384", sha384(text)) if wide else ("ES256", sha256(text))
    return name, bytes(key.sign(digest.digest(), mechanism=Mechanism.ECDSA))


_P384: Final = bytes.fromhex("06052b81040022")


def _tries(token: Any) -> int | None:
    """PKCS#11 says it in words: low, the last, none. Health cards give three."""
    flags = token.flags
    if flags & TokenFlag.USER_PIN_LOCKED:
        return 0
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return 1
    return _TRIES - 1 if flags & TokenFlag.USER_PIN_COUNT_LOW else None
